//! Did a kernel move though it executes the same instructions?
//!
//! Then what moved may be where the linker has put it, which the next change of any other code alters again. Such a row is
//! measured by new processes with second builds of base and head, whose functions lie in another order, and counts as moved
//! only where it moves between these too.

use std::collections::BTreeSet;
use std::path::Path;

use crate::error::GateError;
use crate::gate::Found;
use crate::judge::decision_triples;
use crate::judgement::{GateVerdict, Row, StageName};
use crate::pairing::{Done, Pairing};
use crate::rows::{RowId, Rows};
use crate::samples::Samples;
use crate::workers::Workers;

/// Counts the instructions of the suspected kernels, and confirms what moved with the same instructions. `second_builds`
/// makes the programs of both with another link order. Where it cannot, nothing is confirmed.
///
/// # Errors
/// Halted, a worker cannot be started, or the file of samples cannot be written.
pub fn count_and_confirm(
    pairing: &Pairing<'_>,
    rows: &mut Rows,
    file: &Path,
    threshold: f64,
    mut found: Found,
    second_builds: &mut dyn FnMut() -> Result<Workers, GateError>,
    show: &mut dyn FnMut(StageName, Done),
) -> Result<Found, GateError> {
    let counted = pairing.count(rows)?;
    found.notes = counted.notes();
    for row in &mut found.rows {
        row.counts = counted.rows.get(&row.id()).copied();
    }
    let alike: BTreeSet<RowId> = found.rows.iter().filter(|row| moved_alike(row)).map(Row::id).collect();
    if alike.is_empty() {
        return Ok(found);
    }
    let workers = match second_builds() {
        Ok(workers) => workers,
        Err(GateError::Interrupted) => return Err(GateError::Interrupted),
        Err(error) => {
            for row in found.rows.iter_mut().filter(|row| moved_alike(row)) {
                unconfirmed(row, &format!("no second builds could be made to confirm it: {error}"));
            }
            return Ok(found);
        }
    };
    rows.retain(&alike);
    let mut samples = Samples::read(file);
    let mut stage = std::mem::take(&mut samples.confirmation);
    let mut second = pairing.with_workers(&workers)?;
    second.measure(
        "confirmation",
        &rows.jobs,
        &mut stage,
        decision_triples(alike.len()),
        &mut |stage, done| {
            samples.confirmation = stage.clone();
            show(StageName::Confirmation, done);
            samples.write(file)
        },
    )?;
    found.confirmation_triples = stage.triples;
    let screening = &samples.screening;
    let moved = |row: &RowId| {
        stage
            .decided(row, screening.scale(row), rows.sentinels.len(), threshold)
            .is_some_and(|row| row.has_moved())
    };
    if rows.sentinels.iter().any(moved) {
        let why = "the sentinels moved while builds with another link order were measured";
        found.rows.iter_mut().filter(|row| moved_alike(row)).for_each(|row| unconfirmed(row, why));
    }
    let decided = |row: &RowId, rows| stage.decided(row, screening.scale(row), rows, threshold);
    confirm(&mut found.rows, &decided);
    Ok(found)
}

/// Whether a row moved though it executes the same instructions.
fn moved_alike(row: &Row) -> bool {
    row.has_moved() && row.counts.is_some_and(|counts| counts.head.are_as_many_as(counts.base))
}

/// Keeps what the second builds show too; `decided` says what that shows of a row, one of so many.
fn confirm(rows: &mut [Row], decided: &dyn Fn(&RowId, usize) -> Option<Row>) {
    let alike = rows.iter().filter(|row| moved_alike(row)).count();
    for row in rows.iter_mut().filter(|row| moved_alike(row)) {
        let again = decided(&row.id(), alike);
        if again.as_ref().is_some_and(|again| again.verdict == row.verdict) {
            row.stage = Some(StageName::Confirmation);
            row.reason = Some("same instructions; builds with another link order show it too".to_owned());
        } else {
            let value = again.and_then(|again| again.change.value);
            let shown =
                value.map_or_else(|| "could not be timed".to_owned(), |value| format!("show {value:.3}×"));
            unconfirmed(row, &format!("builds with another link order {shown}"));
        }
    }
}

fn unconfirmed(row: &mut Row, why: &str) {
    let seen = if row.verdict == GateVerdict::Regressed { "slower" } else { "faster" };
    row.reason = Some(format!("{seen}, same instructions; {why}"));
    row.verdict = GateVerdict::NotResolved;
}

#[cfg(test)]
mod tests {
    use breakeven_estimate::figure::Figure;
    use breakeven_measure::instructions::Counts;

    use super::*;
    use crate::side::Both;

    fn row(verdict: GateVerdict, instructions_of_head: u64) -> Row {
        let id = RowId { workload: "whole/uniform-10".to_owned(), contender: "rust/one".to_owned() };
        let counts = |instructions| Counts { instructions, branches: 100 };
        Row {
            stage: Some(StageName::Decision),
            change: Figure { value: Some(1.2), low: Some(1.1), high: Some(1.3) },
            counts: Some(Both { base: counts(1000), head: counts(instructions_of_head) }),
            ..Row::untimed(&id, verdict, None)
        }
    }

    #[test]
    fn what_moved_with_the_same_instructions_counts_only_where_the_second_builds_show_it_too() {
        use GateVerdict::{Improved, NotResolved, Regressed, Unchanged};
        for (seen, instructions, again, expected, stage) in [
            (Regressed, 1000, Some(Regressed), Regressed, StageName::Confirmation),
            (Improved, 1001, Some(Improved), Improved, StageName::Confirmation),
            (Regressed, 1000, Some(Unchanged), NotResolved, StageName::Decision),
            (Regressed, 1000, Some(Improved), NotResolved, StageName::Decision),
            (Improved, 1000, None, NotResolved, StageName::Decision),
            (Regressed, 1100, Some(Unchanged), Regressed, StageName::Decision),
            (Unchanged, 1000, Some(Regressed), Unchanged, StageName::Decision),
        ] {
            let mut rows = [row(seen, instructions)];
            confirm(&mut rows, &|_, _| again.map(|verdict| row(verdict, instructions)));
            let found = (rows[0].verdict, rows[0].stage);
            assert_eq!(
                found,
                (expected, Some(stage)),
                "{seen:?}, then {again:?} ({instructions} instructions)"
            );
            let is_told = seen != expected || stage == StageName::Confirmation;
            assert_eq!(rows[0].reason.is_some(), is_told, "{:?}", rows[0].reason);
        }
    }
}
