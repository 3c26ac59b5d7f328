//! Did a ratio move between two records?
//!
//! The change is the ratio in B over the ratio in A. Its interval runs from the least that both intervals allow (low of B
//! over high of A) to the most: it can only miss where one of the two misses. It must clear the noise thresholds of both
//! rows together, since the noise that the A/A control shows may have moved each ratio.

use breakeven_record::{Outcome, WorkloadRecord};

use super::figure::Figure;
use super::{Verdict, paired_ratio};

/// The noise threshold of two rows together: each ratio may be off by its own.
#[must_use]
pub fn joint_threshold(a: f64, b: f64) -> f64 {
    (1.0 + a) * (1.0 + b) - 1.0
}

/// The ratio in B over that in A; above 1 it got slower.
#[must_use]
pub fn change(a: Figure, b: Figure) -> Figure {
    let quotient = |above: Option<f64>, below: Option<f64>| {
        Some(above? / below?).filter(|quotient| quotient.is_finite())
    };
    Figure { value: quotient(b.value, a.value), low: quotient(b.low, a.high), high: quotient(b.high, a.low) }
}

/// What may be said of a change: *faster* or *slower* where its whole interval lies beyond `noise`, the joint noise
/// threshold, and beyond `tolerance`, the largest change that counts as none; *equivalent* where all of it lies within
/// `tolerance`. Both are fractions. Nothing where the change has no interval.
#[must_use]
pub fn verdict_on_change(change: Figure, noise: f64, tolerance: f64) -> Verdict {
    let beyond = 1.0 + noise.max(tolerance);
    match change.low.zip(change.high) {
        Some((_, high)) if high < 1.0 / beyond => Verdict::Faster,
        Some((low, _)) if low > beyond => Verdict::Slower,
        Some((low, high)) if low >= 1.0 / (1.0 + tolerance) && high <= 1.0 + tolerance => Verdict::Equivalent,
        _ => Verdict::NotResolved,
    }
}

/// Time of `contender` over time of `base`, where there is something to compare: both were timed, and the answer of
/// `base` is right, that of `contender` right or wrong as it declares.
#[must_use]
pub fn ratio_to_compare(
    workload: &WorkloadRecord,
    contender: &str,
    base: &str,
    comparisons: usize,
) -> Figure {
    let is = |id: &str, outcomes: &[Outcome]| {
        workload.contender(id).is_some_and(|known| outcomes.contains(&known.findings.outcome))
    };
    if is(contender, &[Outcome::Measured, Outcome::KnownWrong]) && is(base, &[Outcome::Measured]) {
        paired_ratio(workload, contender, base, comparisons)
    } else {
        Figure::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_called_one_where_its_whole_interval_clears_both_thresholds() {
        let of = |low, high| Figure { value: Some(low), low: Some(low), high: Some(high) };
        let threshold = joint_threshold(0.02, 0.02);
        assert!((threshold - 0.0404).abs() < 1e-12);
        #[rustfmt::skip]
        let table = [
            (of(1.0, 1.0), of(1.05, 1.06), Verdict::Slower),
            (of(1.0, 1.0), of(0.90, 0.95), Verdict::Faster),
            (of(1.0, 1.0), of(0.99, 1.02), Verdict::Equivalent),
            // within both noise thresholds, but not within the tolerance
            (of(1.0, 1.0), of(0.98, 1.03), Verdict::NotResolved),
            (of(0.9, 1.1), of(1.00, 1.00), Verdict::NotResolved),
            (of(1.0, 1.0), Figure { value: Some(2.0), ..Figure::default() }, Verdict::NotResolved),
        ];
        for (a, b, expected) in table {
            assert_eq!(verdict_on_change(change(a, b), threshold, 0.02), expected, "{a:?} {b:?}");
        }
    }

    #[test]
    fn the_interval_of_a_change_has_room_for_both() {
        let of = |low, value, high| Figure { value: Some(value), low: Some(low), high: Some(high) };
        assert_eq!(change(of(1.0, 2.0, 4.0), of(4.0, 6.0, 8.0)), of(1.0, 3.0, 8.0));
        assert_eq!(change(of(0.0, 0.0, 0.0), of(1.0, 1.0, 1.0)), Figure::default(), "nothing is infinite");
    }
}
