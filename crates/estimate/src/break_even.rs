//! At which size do two contenders cost the same?
//!
//! Per process, from the log-ratio of their times at every measured size of `whole` on one kind of data:
//! between the two sizes around the last change of sign, from above to not above zero, the crossing
//! is where the straight line through the two log-ratios meets zero. A change that is undone at a
//! larger size is noise, so only the one that lasts to the largest size counts.

use std::collections::BTreeMap;

use breakeven_record::{Outcome, WorkloadRecord};

use crate::figure::Figure;
use crate::{ProcessValue, log_ratios};

/// Where one contender, slower at small sizes, becomes the quicker one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BreakEven {
    /// The sizes at which both were measured, ascending.
    pub sizes: Vec<usize>,
    /// Processes that measured both at two sizes or more.
    pub processes: usize,
    /// The crossovers, in values, of those processes that have one.
    pub crossings: Vec<ProcessValue>,
    /// Whether the contender was slower at the smallest size in the median process.
    pub slower_at_first: bool,
}

impl BreakEven {
    /// The size, in values; without an interval where some processes have no crossover.
    #[must_use]
    pub fn figure(&self, comparisons: usize) -> Figure {
        let figure = Figure::over(&self.crossings, comparisons);
        if self.is_everywhere() { figure } else { Figure { low: None, high: None, ..figure } }
    }

    /// Whether there are processes, and every one has a crossover.
    #[must_use]
    pub fn is_everywhere(&self) -> bool {
        self.processes > 0 && self.crossings.len() == self.processes
    }
}

/// The break-even of `contender` against `base` on arrays, ascending in size.
#[must_use]
pub fn break_even(arrays: &[&WorkloadRecord], contender: &str, base: &str) -> BreakEven {
    let mut curves: BTreeMap<usize, Vec<Point>> = BTreeMap::new();
    let mut sizes = Vec::new();
    for workload in arrays {
        if !both_measured(workload, contender, base) {
            continue;
        }
        sizes.push(workload.length);
        for ratio in log_ratios(workload, contender, base) {
            let point = Point { length: workload.length as f64, log_ratio: ratio.value };
            curves.entry(ratio.process).or_default().push(point);
        }
    }
    curves.retain(|_, points| points.len() > 1);
    let slower = curves.values().filter(|points| points[0].log_ratio > 0.0).count();
    let crossings = curves
        .iter()
        .filter_map(|(&process, points)| Some(ProcessValue { process, value: crossing(points)? }))
        .collect();
    BreakEven { sizes, processes: curves.len(), crossings, slower_at_first: 2 * slower > curves.len() }
}

fn both_measured(workload: &WorkloadRecord, contender: &str, base: &str) -> bool {
    [contender, base]
        .iter()
        .all(|id| workload.contender(id).is_some_and(|found| found.findings.outcome == Outcome::Measured))
}

#[derive(Debug, Clone, Copy)]
struct Point {
    length: f64,
    log_ratio: f64,
}

fn crossing(points: &[Point]) -> Option<f64> {
    let last_above = points.iter().rposition(|point| point.log_ratio > 0.0)?;
    let (above, below) = (points[last_above], points.get(last_above + 1)?);
    let share = above.log_ratio / (above.log_ratio - below.log_ratio);
    Some(above.length + share * (below.length - above.length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[(f64, f64)]) -> Vec<Point> {
        values.iter().map(|&(length, log_ratio)| Point { length, log_ratio }).collect()
    }

    #[test]
    fn the_crossing_is_where_the_log_ratio_interpolates_to_zero() {
        assert_eq!(crossing(&points(&[(10.0, 1.0), (100.0, 0.5), (200.0, -0.5)])), Some(150.0));
        assert_eq!(crossing(&points(&[(100.0, 0.3), (200.0, -0.1), (300.0, -0.2)])), Some(175.0));
    }

    #[test]
    fn a_change_of_sign_that_does_not_last_is_no_break_even() {
        let undone = points(&[(10.0, 1.0), (50.0, -0.1), (100.0, 0.5), (200.0, -0.5)]);
        assert_eq!(crossing(&undone), Some(150.0));
        assert_eq!(crossing(&points(&[(10.0, 1.0), (50.0, -0.1), (100.0, 0.5)])), None);
    }

    #[test]
    fn a_contender_that_is_never_or_always_cheaper_has_no_break_even() {
        assert_eq!(crossing(&points(&[(10.0, 1.0), (50.0, 0.1)])), None);
        assert_eq!(crossing(&points(&[(10.0, -1.0), (50.0, -2.0)])), None);
    }

    #[test]
    fn equal_times_at_a_size_are_a_break_even_at_that_size() {
        assert_eq!(crossing(&points(&[(10.0, 1.0), (50.0, 0.0), (90.0, -1.0)])), Some(50.0));
    }
}
