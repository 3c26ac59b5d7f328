//! Did a kernel move though it executes the same instructions?
//!
//! Then what moved may be where the linker has put it, which the next change of any other code alters again. Such a row is
//! measured by new processes with a second build of the head, whose functions lie in another order, and counts as moved
//! only where that build has moved too.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::error::GateError;
use crate::gate::Found;
use crate::judge::decision_triples;
use crate::judgement::{GateVerdict, Row, StageName};
use crate::pairing::{Done, Pairing};
use crate::rows::{RowId, Rows};
use crate::samples::{Samples, Stage};

/// Counts the instructions of the suspected kernels, and confirms what moved with the same instructions. `second_build`
/// makes the program of the head with another link order. Where it cannot, nothing is confirmed.
///
/// # Errors
/// Halted, a worker cannot be started, or the file of samples cannot be written.
pub fn count_and_confirm(
    pairing: &Pairing<'_>,
    rows: &mut Rows,
    file: &Path,
    threshold: f64,
    mut found: Found,
    second_build: &mut dyn FnMut() -> Result<PathBuf, GateError>,
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
    let program = match second_build() {
        Ok(program) => program,
        Err(GateError::Interrupted) => return Err(GateError::Interrupted),
        Err(error) => {
            for row in found.rows.iter_mut().filter(|row| moved_alike(row)) {
                unconfirmed(
                    row,
                    &format!("no second build of the head could be made to confirm it: {error}"),
                );
            }
            return Ok(found);
        }
    };
    rows.retain(&alike);
    let mut samples = Samples::read(file);
    let mut stage = std::mem::take(&mut samples.confirmation);
    let mut second = pairing.with_head(&program)?;
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
    confirm(&mut found.rows, &stage, &samples.screening, threshold);
    Ok(found)
}

/// Whether a row moved though it executes the same instructions.
fn moved_alike(row: &Row) -> bool {
    matches!(row.verdict, GateVerdict::Regressed | GateVerdict::Improved)
        && row.counts.is_some_and(|counts| counts.head.are_as_many_as(counts.base))
}

/// Keeps what the second build shows too, by the scale that the screening has chosen.
fn confirm(rows: &mut [Row], stage: &Stage, screening: &Stage, threshold: f64) {
    let alike = rows.iter().filter(|row| moved_alike(row)).count();
    for row in rows.iter_mut().filter(|row| moved_alike(row)) {
        let id = row.id();
        let again = stage.decided(&id, screening.scale(&id), alike, threshold);
        if again.as_ref().is_some_and(|again| again.verdict == row.verdict) {
            row.stage = Some(StageName::Confirmation);
            row.reason = Some("same instructions; a build with another link order shows it too".to_owned());
        } else {
            let value = again.and_then(|again| again.change.value);
            let shown =
                value.map_or_else(|| "could not be timed".to_owned(), |value| format!("shows {value:.3}×"));
            unconfirmed(row, &format!("a build with another link order {shown}"));
        }
    }
}

fn unconfirmed(row: &mut Row, why: &str) {
    let seen = if row.verdict == GateVerdict::Regressed { "slower" } else { "faster" };
    row.reason = Some(format!("{seen}, same instructions; {why}"));
    row.verdict = GateVerdict::NotResolved;
}
