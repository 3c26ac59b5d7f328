//! After how many calls does a contender pay that is quicker, but dearer to begin with?
//!
//! Importing is paid once in a process, and so is what a first call does (compiling, filling caches). In a fresh process
//! k calls cost the import, the first call, and k - 1 later ones.

use breakeven_record::{FirstCall, Outcome, WorkloadRecord};

use crate::figure::Figure;
use crate::{median, ns_per_unit, units_per_call};

/// What a contender's import and first call took in fresh processes, in nanoseconds: medians.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beginning {
    /// The import.
    pub load_ns: f64,
    /// The first call.
    pub call_ns: f64,
}

impl Beginning {
    /// Of these fresh processes; none where there is no process.
    #[must_use]
    pub fn of(calls: &[FirstCall]) -> Option<Self> {
        let median_of =
            |ns: fn(&FirstCall) -> u64| median(&calls.iter().map(|call| ns(call) as f64).collect::<Vec<_>>());
        Some(Self { load_ns: median_of(|call| call.load_ns)?, call_ns: median_of(|call| call.call_ns)? })
    }
}

/// From which call on a contender has cost less than the baseline, counted from 1 in a fresh process; `ratio` is its time over the
/// baseline's. The interval spans what was seen in fresh processes and the interval of the ratio; it holds no probability.
///
/// None where the contender is not faster, or where it is not dearer to begin with in every process than the baseline in
/// any: then it pays from the first call on, or nothing can be said.
#[must_use]
pub fn calls_to_pay(workload: &WorkloadRecord, contender: &str, ratio: Figure) -> Option<Figure> {
    let measured =
        |id: &str| workload.contender(id).filter(|known| known.findings.outcome == Outcome::Measured);
    let (own, base) = (measured(contender)?, measured(&workload.baseline)?);
    let estimate = ratio.estimate()?;
    let base_ns: Vec<f64> = ns_per_unit(workload, &base.id).iter().map(|time| time.value).collect();
    let base_ns = median(&base_ns)? * units_per_call(workload, base);
    let (own, base) = (Range::of(&own.findings.first_calls)?, Range::of(&base.findings.first_calls)?);
    if estimate.high >= 1.0 || own.low <= base.high {
        return None;
    }
    let calls = |dearer_ns: f64, ratio: f64| 1.0 + dearer_ns / (base_ns * (1.0 - ratio));
    Some(Figure {
        value: Some(calls(own.middle - base.middle, estimate.value)),
        low: Some(calls(own.low - base.high, estimate.low)),
        high: Some(calls(own.high - base.low, estimate.high)),
    })
}

/// What import and first call took together.
struct Range {
    low: f64,
    middle: f64,
    high: f64,
}

impl Range {
    fn of(calls: &[FirstCall]) -> Option<Self> {
        let mut sums: Vec<f64> = calls.iter().map(|call| (call.load_ns + call.call_ns) as f64).collect();
        sums.sort_by(f64::total_cmp);
        Some(Self { low: *sums.first()?, middle: median(&sums)?, high: *sums.last()? })
    }
}
