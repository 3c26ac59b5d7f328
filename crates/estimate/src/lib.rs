//! What follows from the samples, and how certain is it?
//!
//! Inside a process: the median over rounds of the log-ratio to the baseline of the same round. Over
//! processes, which are the independent repetitions: the median, with the exact order-statistic
//! interval of the sign test, which assumes no distribution. For `m` comparisons at once each
//! interval is widened to confidence `1 - 0.05 / m` (Bonferroni). docs/method.md has the reasons.

pub mod break_even;
pub mod change;
pub mod change_points;
pub mod confidence;
mod extrapolation;
pub mod figure;
pub mod first_calls;
mod leader;
pub mod policy;
pub mod power;
mod samples;
mod verdict;
pub mod warnings;

use std::collections::BTreeSet;

use breakeven_problem::{InputForm, bank};
use breakeven_record::{ContenderRecord, Samples, WorkloadRecord};

pub use self::extrapolation::{
    EXTRAPOLATION_LIMIT, does_not_extrapolate, extrapolation_error, extrapolation_errors, whole_call_error,
};
use self::extrapolation::{to_reference, whole_cost};
use self::figure::Figure;
pub use self::leader::{Compared, Leader, compared, leader, ranking};
use self::samples::{calls_of, log_ratios_of_rounds, paired_in_rounds, per_process, places_of, rounds_of};
pub use self::verdict::{
    LEAST_NOISE_THRESHOLD, Noise, Verdict, minimum_detectable_ratio, noise, noise_of_contender, unresolved,
    verdict,
};

/// A number with its confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The median over processes.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Estimate {
    /// The same estimate on another scale; `map` must be increasing.
    #[must_use]
    pub fn map(self, map: impl Fn(f64) -> f64) -> Self {
        Self { value: map(self.value), low: map(self.low), high: map(self.high) }
    }

    /// The estimate of the reciprocal; all ends must be positive.
    #[must_use]
    pub fn reciprocal(self) -> Self {
        Self { value: 1.0 / self.value, low: 1.0 / self.high, high: 1.0 / self.low }
    }
}

/// One figure of one process.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProcessValue {
    /// The worker process.
    pub process: usize,
    /// Its figure.
    pub value: f64,
}

/// The median of some numbers: the mean of the middle two for an even count, `None` for none.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

/// The rank k such that the k-th smallest and k-th largest of `processes` values enclose their median
/// with confidence at least `1 - 0.05 / comparisons`; `None` where even the extremes do not.
#[must_use]
pub fn sign_test_rank(processes: usize, comparisons: usize) -> Option<usize> {
    confidence::rank(processes, 0.05 / comparisons.max(1) as f64)
}

/// The median over processes with its interval; `None` where there are too few processes for one.
#[must_use]
pub fn over_processes(values: &[ProcessValue], comparisons: usize) -> Option<Estimate> {
    confidence::interval(values, 0.05 / comparisons.max(1) as f64)
}

/// Time of `contender` over time of `base`, with its interval.
#[must_use]
pub fn ratio(workload: &WorkloadRecord, contender: &str, base: &str, comparisons: usize) -> Option<Estimate> {
    Some(over_processes(&log_ratios(workload, contender, base), comparisons)?.map(f64::exp))
}

/// Time of `contender` over time of `base`, paired: the median also where there are too few processes for an interval.
#[must_use]
pub fn paired_ratio(workload: &WorkloadRecord, contender: &str, base: &str, comparisons: usize) -> Figure {
    Figure::over(&log_ratios(workload, contender, base), comparisons).map(f64::exp)
}

/// Natural logarithm of the time of `contender` over that of `base`, per process that measured both.
///
/// In rounds the two are paired batch by batch. Where either is in single-call timing, it is the difference of their
/// log-ratios to the reference workload.
#[must_use]
pub fn log_ratios(workload: &WorkloadRecord, contender: &str, base: &str) -> Vec<ProcessValue> {
    let (Some(contender), Some(base)) = (workload.contender(contender), workload.contender(base)) else {
        return Vec::new();
    };
    let pairs = |process| match paired_in_rounds(contender, base, process) {
        Some(value) => Some(value),
        None => Some(to_reference(workload, contender, process)? - to_reference(workload, base, process)?),
    };
    per_process(contender, pairs)
}

/// Time of `contender` over time of `base` in every round that has both, process by process; empty in single-call timing.
///
/// They show how widely single rounds spread. An interval is over processes ([`ratio`]), since rounds of one process are
/// not independent.
#[must_use]
pub fn ratios_of_rounds(workload: &WorkloadRecord, contender: &str, base: &str) -> Vec<f64> {
    let (Some(contender), Some(base)) = (workload.contender(contender), workload.contender(base)) else {
        return Vec::new();
    };
    let processes: BTreeSet<usize> = contender.runs.iter().map(|run| run.process).collect();
    let of = |process: usize| {
        let rounds = places_of(contender, process)
            .map(|place| log_ratios_of_rounds(contender, base, process, place, |_| true));
        rounds.into_iter().find(|rounds| !rounds.is_empty()).unwrap_or_default()
    };
    processes.into_iter().flat_map(of).map(f64::exp).collect()
}

/// Nanoseconds per unit (call, window or recording) by the clock, per process: the median over rounds, extrapolated
/// where only prefixes were timed. Nothing is taken off for what else the machine did meanwhile.
#[must_use]
pub fn ns_per_unit(workload: &WorkloadRecord, contender: &str) -> Vec<ProcessValue> {
    let Some(contender) = workload.contender(contender) else { return Vec::new() };
    let units_per_call = units_per_call(workload, contender);
    per_process(contender, |process| {
        let whole = if calls_of(contender, process).is_empty() {
            let place = places_of(contender, process).next()?;
            let per_call: Vec<f64> = rounds_of(contender, process, place)
                .flat_map(|rounds| rounds.batches_ns.iter().map(move |&ns| ns as f64 / rounds.loops as f64))
                .collect();
            median(&per_call)?
        } else {
            whole_cost(workload, contender, process, |call| call.ns as f64)?
        };
        Some(whole / units_per_call)
    })
}

/// Units of one call: a control that takes no input does one piece of work, whatever the task.
fn units_per_call(workload: &WorkloadRecord, contender: &ContenderRecord) -> f64 {
    let windows = workload.task == "sliding" && contender.declared.input != InputForm::Nothing.word();
    if windows { workload.units as f64 } else { 1.0 }
}

/// Standard deviations in the longest input that was timed.
#[must_use]
pub fn measured_units(workload: &WorkloadRecord, contender: &ContenderRecord) -> u64 {
    let longest = contender.runs.iter().flat_map(|run| match &run.samples {
        Samples::Rounds { .. } => vec![workload.length],
        Samples::Calls { calls } => calls.iter().map(|call| call.length).collect(),
        Samples::WholeCall { .. } => Vec::new(),
    });
    longest.max().map_or(0, |length| units_of(workload, length))
}

/// Standard deviations that the first `length` values or rows of a workload take.
#[must_use]
pub fn units_of(workload: &WorkloadRecord, length: usize) -> u64 {
    match (workload.task.as_str(), workload.window) {
        ("whole" | "anatomy" | "made", _) => 1,
        ("sliding", Some(window)) => (length + 1).saturating_sub(window) as u64,
        _ => bank::units(length, workload.input.channels),
    }
}

#[cfg(test)]
mod tests;
