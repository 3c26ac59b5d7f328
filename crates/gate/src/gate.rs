//! How does a gate go, from two programs to a judgement?

use std::collections::BTreeSet;
use std::path::Path;

use breakeven_estimate::Verdict;
use breakeven_record::WorkloadRecord;

use crate::error::GateError;
use crate::judge::{
    self as rules, Measured, SCREENING_ERROR, SCREENING_TRIPLES, Scale, Untimed, decision_triples,
    error_of_one,
};
use crate::judgement::{GateVerdict, Row, StageName};
use crate::pairing::{Done, Pairing};
use crate::rows::{RowId, Rows};
use crate::samples::{Samples, Sides, Stage};
use crate::side::Both;

/// What both stages have found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// Every row but the sentinels.
    pub rows: Vec<Row>,
    /// The sentinels.
    pub sentinels: Vec<Row>,
    /// Whether one of them moved.
    pub machine_moved: bool,
    /// Triples of the second stage.
    pub decision_triples: usize,
    /// Triples of second builds.
    pub confirmation_triples: usize,
    /// What to know of the instructions that were counted.
    pub notes: Vec<String>,
}

/// Measures both stages, going on with what the file of samples holds, and judges every row. `show` is called after each
/// triple.
///
/// # Errors
/// Halted, a worker cannot be started, or the file cannot be written; what was measured is in it.
pub fn gate(
    pairing: &mut Pairing<'_>,
    rows: &mut Rows,
    file: &Path,
    threshold: f64,
    show: &mut dyn FnMut(StageName, Done),
) -> Result<Found, GateError> {
    let mut samples = Samples::read(file);
    let mut screening = std::mem::take(&mut samples.screening);
    pairing.measure("screening", &rows.jobs, &mut screening, SCREENING_TRIPLES, &mut |stage, done| {
        samples.screening = stage.clone();
        show(StageName::Screening, done);
        samples.write(file)
    })?;
    samples.screening = screening;
    let measured = rows.measured();
    let suspected = suspects(&measured, &rows.sentinels, &samples.screening, threshold);
    let triples = if suspected.is_empty() { 0 } else { decision_triples(suspected.len()) };
    rows.retain(&suspected);
    let mut decision = std::mem::take(&mut samples.decision);
    pairing.measure("decision", &rows.jobs, &mut decision, triples, &mut |stage, done| {
        samples.decision = stage.clone();
        show(StageName::Decision, done);
        samples.write(file)
    })?;
    samples.decision = decision;
    Ok(judge(&measured, rows, &suspected, &samples, threshold))
}

/// The rows that the screening suspects.
#[must_use]
pub fn suspects(
    measured: &[RowId],
    sentinels: &BTreeSet<RowId>,
    screening: &Stage,
    threshold: f64,
) -> BTreeSet<RowId> {
    let is_suspected = |row: &&RowId| {
        !sentinels.contains(*row)
            && screening
                .of(row, screening.scale(row))
                .is_some_and(|measured| measured.is_suspected(threshold))
    };
    measured.iter().filter(is_suspected).cloned().collect()
}

impl Stage {
    /// The scale on which the A/A control of a row is steadier.
    #[must_use]
    pub fn scale(&self, row: &RowId) -> Scale {
        self.sides(row).map_or(Scale::Clock, |sides| Scale::steadier(sides, &row.contender))
    }

    /// What this stage has measured of a row, where its times say anything.
    #[must_use]
    pub fn of(&self, row: &RowId, scale: Scale) -> Option<Measured> {
        let sides = self.sides(row)?;
        match rules::untimed(sides, &row.contender) {
            Some(_) => None,
            None => Measured::of(sides, &row.contender, scale),
        }
    }

    /// What this stage decides of a row, one of so many; `None` where it was not timed.
    pub(crate) fn decided(&self, row: &RowId, scale: Scale, rows: usize, threshold: f64) -> Option<Row> {
        self.of(row, scale).map(|seen| decided(row, &seen, rows, threshold))
    }

    /// Why it says nothing.
    fn untimed(&self, row: &RowId) -> Option<Untimed> {
        rules::untimed(self.sides(row)?, &row.contender)
    }

    /// How much memory a call took in base and head.
    fn peak_bytes(&self, row: &RowId) -> Option<Both<u64>> {
        let of = |side: &WorkloadRecord| side.contender(&row.contender)?.findings.peak_bytes;
        let sides = self.sides(row)?;
        Some(Both { base: of(&sides.base)?, head: of(&sides.head)? })
    }

    fn sides(&self, row: &RowId) -> Option<&Sides<WorkloadRecord>> {
        self.workloads.iter().find(|known| known.head.id == row.workload)
    }
}

/// Judges every row: the suspected ones by the second stage, the others by the first.
#[must_use]
pub fn judge(
    measured: &[RowId],
    rows: &Rows,
    suspected: &BTreeSet<RowId>,
    samples: &Samples,
    threshold: f64,
) -> Found {
    let Samples { screening, decision, .. } = samples;
    let sentinel = |row: &RowId| judged_sentinel(row, rows.sentinels.len(), samples, threshold);
    let sentinels: Vec<Row> = rows.sentinels.iter().map(sentinel).collect();
    let machine_moved = sentinels.iter().any(Row::has_moved);
    let judged = measured.iter().filter(|row| !rows.sentinels.contains(row)).map(|row| {
        let is_suspected = suspected.contains(row);
        let stage = if is_suspected { decision } else { screening };
        if let Some(untimed) =
            decision.untimed(row).filter(|_| is_suspected).or_else(|| screening.untimed(row))
        {
            return of_untimed(row, untimed);
        }
        let mut judged = match stage.of(row, screening.scale(row)) {
            Some(seen) if is_suspected => decided(row, &seen, suspected.len(), threshold),
            Some(seen) => screened(row, &seen, threshold),
            None => Row::untimed(row, GateVerdict::NotResolved, Some("too few samples".to_owned())),
        };
        judged.peak_bytes = screening.peak_bytes(row);
        if machine_moved && judged.has_moved() {
            let seen = judged.verdict.words();
            judged.reason = Some(format!("{seen} by its own times, but the sentinels moved too"));
            judged.verdict = GateVerdict::NotResolved;
        }
        judged
    });
    let only =
        |rows: &[RowId], verdict| rows.iter().map(|row| Row::untimed(row, verdict, None)).collect::<Vec<_>>();
    let mut judged: Vec<Row> = judged.collect();
    judged.extend(only(&rows.added, GateVerdict::Added));
    judged.extend(only(&rows.removed, GateVerdict::Removed));
    Found { rows: judged, sentinels, machine_moved, decision_triples: decision.triples, ..Found::default() }
}

fn of_untimed(row: &RowId, untimed: Untimed) -> Row {
    let (verdict, reason) = match untimed {
        Untimed::Wrong(reason) => (GateVerdict::Wrong, reason),
        Untimed::Failed(reason) => (GateVerdict::Failed, reason),
        Untimed::Unknown(reason) => (GateVerdict::NotResolved, reason),
    };
    Row::untimed(row, verdict, Some(reason))
}

/// A row that the first stage does not suspect.
fn screened(row: &RowId, seen: &Measured, threshold: f64) -> Row {
    Row {
        verdict: verdict(seen.cleared(threshold)),
        stage: Some(StageName::Screening),
        change: seen.change(SCREENING_ERROR),
        ..with_noise(row, seen, threshold)
    }
}

/// One of so many rows that the second stage decides on.
fn decided(row: &RowId, seen: &Measured, rows: usize, threshold: f64) -> Row {
    Row {
        verdict: verdict(seen.decided(rows, threshold)),
        stage: Some(StageName::Decision),
        change: seen.change(error_of_one(rows)),
        ratios: Some(seen.ratios()),
        ..with_noise(row, seen, threshold)
    }
}

/// A sentinel: decided on where there is a second stage, jointly with the other sentinels. Only there anything depends on
/// it.
fn judged_sentinel(row: &RowId, sentinels: usize, samples: &Samples, threshold: f64) -> Row {
    let scale = samples.screening.scale(row);
    if let Some(decided) = samples.decision.decided(row, scale, sentinels, threshold) {
        return decided;
    }
    match samples.screening.of(row, scale) {
        Some(seen) => Row { verdict: GateVerdict::NotResolved, ..screened(row, &seen, threshold) },
        None => Row::untimed(row, GateVerdict::NotResolved, Some("not measured on both sides".to_owned())),
    }
}

fn with_noise(row: &RowId, seen: &Measured, threshold: f64) -> Row {
    Row {
        noise_threshold: seen.noise().map(|noise| noise.max(threshold)),
        minimum_detectable_ratio: seen.minimum_detectable_ratio(threshold),
        ..Row::untimed(row, GateVerdict::NotResolved, None)
    }
}

fn verdict(verdict: Verdict) -> GateVerdict {
    match verdict {
        Verdict::Slower => GateVerdict::Regressed,
        Verdict::Faster => GateVerdict::Improved,
        Verdict::Equivalent => GateVerdict::Unchanged,
        Verdict::NotResolved | Verdict::Baseline => GateVerdict::NotResolved,
    }
}
