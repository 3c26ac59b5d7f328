//! What would the whole input have cost, where only prefixes were called?
//!
//! The line through the two shortest, in standard deviations; the third checks it.

use super::samples::{calls_of, per_process};
use super::{Estimate, ProcessValue, median, over_processes};
use crate::record::{Call, WorkloadRecord};

/// How far the slow tier's slope may be off on the length that checks it, as a fraction.
pub const EXTRAPOLATION_LIMIT: f64 = 0.03;

/// How far the slow tier's slope was off on the length that checks it, predicted over measured minus 1,
/// per process; empty where nothing was extrapolated.
#[must_use]
pub fn extrapolation_errors(workload: &WorkloadRecord, contender: &str) -> Vec<ProcessValue> {
    let Some(contender) = workload.contender(contender) else { return Vec::new() };
    per_process(contender, |process| {
        let calls = calls_of(contender, process);
        let line = Line::through(workload, calls, in_rulers)?;
        let others = calls.iter().map(|call| call.length).filter(|length| !line.fitted.contains(length));
        let check = quietest(calls, others.min()?)?;
        Some(line.at(workload.units_of(check.length)) / in_rulers(check) - 1.0)
    })
}

/// The median of [`extrapolation_errors`]; `None` where nothing was extrapolated.
#[must_use]
pub fn extrapolation_error(workload: &WorkloadRecord, contender: &str) -> Option<f64> {
    let errors: Vec<f64> =
        extrapolation_errors(workload, contender).iter().map(|error| error.value).collect();
    median(&errors)
}

/// The error of the extrapolation where the samples show that it exceeds [`EXTRAPOLATION_LIMIT`]: the
/// whole interval over processes lies beyond it, on one side. Noise alone does not condemn a contender;
/// it widens the interval of its figure.
#[must_use]
pub fn does_not_extrapolate(workload: &WorkloadRecord, contender: &str) -> Option<Estimate> {
    let error = over_processes(&extrapolation_errors(workload, contender), 1)?;
    (error.low > EXTRAPOLATION_LIMIT || error.high < -EXTRAPOLATION_LIMIT).then_some(error)
}

/// Time of a call in loops of the ruler around it.
pub(super) fn in_rulers(call: &Call) -> f64 {
    let ruler = (call.ruler_before_ns + call.ruler_after_ns).max(1) as f64 / (2 * call.ruler_loops) as f64;
    call.ns as f64 / ruler
}

/// Of the calls on this length, the one whose rulers were quickest: chosen by how much of the core there
/// was, never by the call's own time.
fn quietest(calls: &[Call], length: usize) -> Option<&Call> {
    let of_length = calls.iter().filter(|call| call.length == length);
    of_length.min_by_key(|call| call.ruler_before_ns.saturating_add(call.ruler_after_ns))
}

/// The cost of a call as an affine function of its standard deviations.
pub(super) struct Line {
    /// The lengths it goes through: the two shortest, or the only one.
    fitted: Vec<usize>,
    units: f64,
    cost: f64,
    slope: f64,
}

impl Line {
    /// Through the two shortest lengths that were called, or constant through the only one, which
    /// then must be the whole input.
    pub(super) fn through(
        workload: &WorkloadRecord,
        calls: &[Call],
        cost: impl Fn(&Call) -> f64,
    ) -> Option<Self> {
        let mut lengths: Vec<usize> = calls.iter().map(|call| call.length).collect();
        lengths.sort_unstable();
        lengths.dedup();
        let cost_at = |length: usize| quietest(calls, length).map(&cost);
        let first = *lengths.first()?;
        let (units, first_cost) = (workload.units_of(first) as f64, cost_at(first)?);
        let Some(&second) = lengths.get(1) else {
            let whole = first == workload.length;
            return whole.then_some(Self { fitted: vec![first], units, cost: first_cost, slope: 0.0 });
        };
        let slope = (cost_at(second)? - first_cost) / (workload.units_of(second) as f64 - units);
        Some(Self { fitted: vec![first, second], units, cost: first_cost, slope })
    }

    pub(super) fn at(&self, units: u64) -> f64 {
        self.cost + self.slope * (units as f64 - self.units)
    }
}
