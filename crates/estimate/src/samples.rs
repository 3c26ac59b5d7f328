//! Which samples belong together?
//!
//! Samples of one process, one place and one group of rounds are paired round by round; single calls are
//! paired with the batches of the reference workload around them.

use std::collections::BTreeSet;

use breakeven_record::place::Place;
use breakeven_record::{Call, ContenderRecord, Run, Samples};

use super::{ProcessValue, median};

pub(super) struct RoundsOf<'a> {
    pub(super) group: usize,
    pub(super) loops: u64,
    pub(super) batches_ns: &'a [u64],
}

/// The places where a contender was timed in this process; the first is its home, those after it the companions that it
/// visited.
pub(super) fn places_of(contender: &ContenderRecord, process: usize) -> impl Iterator<Item = Place> {
    let timed_there =
        move |place: &Place| contender.runs.iter().any(|run| run.process == process && run.place == *place);
    Place::ALL.into_iter().filter(timed_there)
}

pub(super) fn rounds_of(
    contender: &ContenderRecord,
    process: usize,
    place: Place,
) -> impl Iterator<Item = RoundsOf<'_>> {
    let there = move |run: &&Run| run.process == process && run.place == place;
    contender.runs.iter().filter(there).filter_map(|run| match &run.samples {
        Samples::Rounds { group, loops, batches_ns } => {
            Some(RoundsOf { group: *group, loops: *loops, batches_ns })
        }
        Samples::Calls { .. } | Samples::WholeCall { .. } => None,
    })
}

pub(super) fn calls_of(contender: &ContenderRecord, process: usize) -> &[Call] {
    contender
        .runs
        .iter()
        .find_map(|run| match &run.samples {
            Samples::Calls { calls } if run.process == process => Some(calls.as_slice()),
            _ => None,
        })
        .unwrap_or_default()
}

/// The call on the whole input of a contender that is otherwise timed on prefixes, where this process has made it.
pub(super) fn whole_call_of(contender: &ContenderRecord, process: usize) -> Option<&Call> {
    contender.runs.iter().find_map(|run| match &run.samples {
        Samples::WholeCall { call } if run.process == process => Some(call),
        _ => None,
    })
}

pub(super) fn per_process(
    contender: &ContenderRecord,
    value: impl Fn(usize) -> Option<f64>,
) -> Vec<ProcessValue> {
    let mut processes: Vec<usize> = contender.runs.iter().map(|run| run.process).collect();
    processes.sort_unstable();
    processes.dedup();
    processes
        .into_iter()
        .filter_map(|process| Some(ProcessValue { process, value: value(process)? }))
        .filter(|value| value.value.is_finite())
        .collect()
}

/// The log-ratio in the first place where both were timed in the same rounds.
pub(super) fn paired_in_rounds(
    contender: &ContenderRecord,
    base: &ContenderRecord,
    process: usize,
) -> Option<f64> {
    places_of(contender, process).find_map(|place| paired(contender, base, process, place, |_| true))
}

/// The median over rounds of the log-ratio, over one group of rounds.
pub(super) fn paired_in_group(
    contender: &ContenderRecord,
    base: &ContenderRecord,
    process: usize,
    place: Place,
    group: usize,
) -> Option<f64> {
    paired(contender, base, process, place, |of| of == group)
}

/// The groups of rounds in which a contender was timed at this place, in any process.
pub(super) fn groups_of(contender: &ContenderRecord, place: Place) -> BTreeSet<usize> {
    let there = contender.runs.iter().filter(|run| run.place == place);
    there
        .filter_map(|run| match &run.samples {
            Samples::Rounds { group, .. } => Some(*group),
            Samples::Calls { .. } | Samples::WholeCall { .. } => None,
        })
        .collect()
}

/// The median over rounds of the log-ratio, over the groups that count and hold both.
fn paired(
    contender: &ContenderRecord,
    base: &ContenderRecord,
    process: usize,
    place: Place,
    counts: impl Fn(usize) -> bool,
) -> Option<f64> {
    median(&log_ratios_of_rounds(contender, base, process, place, counts))
}

/// The log-ratio of every round at this place, over the groups that count and hold both.
pub(super) fn log_ratios_of_rounds(
    contender: &ContenderRecord,
    base: &ContenderRecord,
    process: usize,
    place: Place,
    counts: impl Fn(usize) -> bool,
) -> Vec<f64> {
    let mut ratios = Vec::new();
    for own in rounds_of(contender, process, place).filter(|own| counts(own.group)) {
        for other in rounds_of(base, process, place).filter(|other| other.group == own.group) {
            let per_loop = |ns: u64, loops: u64| (ns.max(1) as f64 / loops as f64).ln();
            ratios.extend(
                own.batches_ns
                    .iter()
                    .zip(other.batches_ns)
                    .map(|(&ns, &base_ns)| per_loop(ns, own.loops) - per_loop(base_ns, other.loops)),
            );
        }
    }
    ratios
}
