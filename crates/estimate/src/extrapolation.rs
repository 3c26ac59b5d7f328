//! What would the whole input have cost, where only prefixes were called?
//!
//! By default the cost is taken to be in proportion to the number of standard deviations, and the processes together
//! test whether the shorter prefixes then predict the longest. Where they do not, the cost is extrapolated by the line
//! through two prefixes, which needs no such assumption but magnifies their noise two to three times, and the third
//! prefix checks the line.

use std::collections::BTreeSet;

use breakeven_record::contender_id::REFERENCE;
use breakeven_record::{Call, ContenderRecord, WorkloadRecord};

use super::samples::{calls_of, paired_in_rounds, per_process, whole_call_of};
use super::{Estimate, ProcessValue, median, over_processes, units_of};

/// How far an extrapolation may be off on the length that checks it, as a fraction.
pub const EXTRAPOLATION_LIMIT: f64 = 0.03;

/// How far the prediction of the longest prefix from the shorter ones is off, predicted over measured minus 1, per
/// process; empty where nothing was extrapolated.
#[must_use]
pub fn extrapolation_errors(workload: &WorkloadRecord, contender: &str) -> Vec<ProcessValue> {
    let Some(contender) = workload.contender(contender) else { return Vec::new() };
    errors(workload, contender, Model::of(workload, contender))
}

/// The median of [`extrapolation_errors`]; `None` where nothing was extrapolated.
#[must_use]
pub fn extrapolation_error(workload: &WorkloadRecord, contender: &str) -> Option<f64> {
    let errors: Vec<f64> =
        extrapolation_errors(workload, contender).iter().map(|error| error.value).collect();
    median(&errors)
}

/// How far the prediction of the whole input from its prefixes is off, predicted over measured minus 1; `None` where no
/// call was made on the whole input (`run --full`).
#[must_use]
pub fn whole_call_error(workload: &WorkloadRecord, contender: &str) -> Option<f64> {
    let contender = workload.contender(contender)?;
    let model = Model::of(workload, contender);
    let errors = per_process(contender, |process| {
        let measured = in_reference_loops(whole_call_of(contender, process)?);
        let points = points(workload, calls_of(contender, process), in_reference_loops);
        let predicted = (!points.is_empty()).then(|| model.predict(&points, workload.units))?;
        Some(predicted / measured - 1.0)
    });
    errors.first().map(|error| error.value)
}

/// The error of the extrapolation, where the samples show that it exceeds [`EXTRAPOLATION_LIMIT`]: the whole interval
/// over processes lies beyond it, on one side; or the median does, and the interval is narrow enough and does not hold
/// 0. Noise alone does not reject an extrapolation; it widens the interval of the figure.
#[must_use]
pub fn does_not_extrapolate(workload: &WorkloadRecord, contender: &str) -> Option<Estimate> {
    beyond_limit(&extrapolation_errors(workload, contender))
}

fn beyond_limit(errors: &[ProcessValue]) -> Option<Estimate> {
    let error = over_processes(errors, 1)?;
    let lies_beyond = |least: f64| error.low > least || error.high < -least;
    let conclusive = error.high - error.low <= 2.0 * EXTRAPOLATION_LIMIT && lies_beyond(0.0);
    (lies_beyond(EXTRAPOLATION_LIMIT) || conclusive && error.value.abs() > EXTRAPOLATION_LIMIT)
        .then_some(error)
}

/// What the whole input would have cost by the calls of one process, in the units of `cost`; `None` where there are no
/// calls, or only some on one length that is not the whole input.
pub(super) fn whole_cost(
    workload: &WorkloadRecord,
    contender: &ContenderRecord,
    process: usize,
    cost: impl Fn(&Call) -> f64,
) -> Option<f64> {
    let points = points(workload, calls_of(contender, process), cost);
    match points.as_slice() {
        [] => None,
        [only] => (only.length == workload.length).then_some(only.cost),
        points => Some(Model::of(workload, contender).predict(points, workload.units)),
    }
}

/// Natural logarithm of the time for the whole input, in loops of the reference workload.
pub(super) fn to_reference(
    workload: &WorkloadRecord,
    contender: &ContenderRecord,
    process: usize,
) -> Option<f64> {
    if calls_of(contender, process).is_empty() {
        return paired_in_rounds(contender, workload.contender(REFERENCE)?, process);
    }
    Some(whole_cost(workload, contender, process, in_reference_loops)?.ln())
}

/// How cost depends on the number of standard deviations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Model {
    Proportional,
    Affine,
}

impl Model {
    /// In proportion, unless the samples contradict that.
    fn of(workload: &WorkloadRecord, contender: &ContenderRecord) -> Self {
        match beyond_limit(&errors(workload, contender, Model::Proportional)) {
            None => Model::Proportional,
            Some(_) => Model::Affine,
        }
    }

    /// The cost of so many standard deviations, predicted from these points; a line takes two of them.
    fn predict(self, points: &[Point], units: u64) -> f64 {
        match (self, points) {
            (Model::Affine, [first, second, ..]) => {
                let slope = (second.cost - first.cost) / (second.units - first.units);
                first.cost + slope * (units as f64 - first.units)
            }
            _ => {
                let cost: f64 = points.iter().map(|point| point.cost).sum();
                let known: f64 = points.iter().map(|point| point.units).sum();
                cost / known * units as f64
            }
        }
    }
}

/// How far the longest prefix is from what the shorter ones predict.
fn errors(workload: &WorkloadRecord, contender: &ContenderRecord, model: Model) -> Vec<ProcessValue> {
    per_process(contender, |process| {
        let points = points(workload, calls_of(contender, process), in_reference_loops);
        let (longest, shorter) = points.split_last()?;
        let enough = !shorter.is_empty() && (model == Model::Proportional || shorter.len() > 1);
        enough.then(|| model.predict(shorter, longest.units as u64) / longest.cost - 1.0)
    })
}

/// What a prefix cost.
struct Point {
    length: usize,
    units: f64,
    cost: f64,
}

/// One point per length, the shortest first.
fn points(workload: &WorkloadRecord, calls: &[Call], cost: impl Fn(&Call) -> f64) -> Vec<Point> {
    let lengths: BTreeSet<usize> = calls.iter().map(|call| call.length).collect();
    let point = |length: usize| {
        let call = quietest(calls, length)?;
        Some(Point { length, units: units_of(workload, length) as f64, cost: cost(call) })
    };
    lengths.into_iter().filter_map(point).collect()
}

/// Time of a call in loops of the reference workload around it.
pub(super) fn in_reference_loops(call: &Call) -> f64 {
    let reference = (call.reference_before_ns + call.reference_after_ns).max(1) as f64
        / (2 * call.reference_loops) as f64;
    call.ns as f64 / reference
}

/// The call on this length whose batches of the reference workload were quickest: it is chosen by how undisturbed the
/// core was, never by the call's own time.
fn quietest(calls: &[Call], length: usize) -> Option<&Call> {
    let of_length = calls.iter().filter(|call| call.length == length);
    of_length.min_by_key(|call| call.reference_before_ns.saturating_add(call.reference_after_ns))
}
