//! Which interval holds the median with a given probability of error?
//!
//! The order-statistic interval of the exact sign test, which assumes no distribution: the k-th smallest and the k-th
//! largest of n values enclose the median unless fewer than k of them fall on one side of it, so the probability of
//! error is `2 P(Binomial(n, 1/2) < k)`. W. J. Conover, Practical Nonparametric Statistics, 3rd edition, 1999, 3.2.

use crate::power::binomial_at_most;
use crate::{Estimate, ProcessValue, median};

/// The largest rank k whose interval misses the median of the population with a probability of at most `error`; `None`
/// where even the extremes miss it more often.
#[must_use]
pub fn rank(values: usize, error: f64) -> Option<usize> {
    let misses = |rank: usize| 2.0 * binomial_at_most(rank - 1, values, 0.5) > error;
    (1..=values.div_ceil(2)).take_while(|&rank| !misses(rank)).last()
}

/// The median with that interval; `None` where there are too few values for one.
#[must_use]
pub fn interval(values: &[ProcessValue], error: f64) -> Option<Estimate> {
    let mut sorted: Vec<f64> = values.iter().map(|value| value.value).collect();
    sorted.sort_by(f64::total_cmp);
    let rank = rank(sorted.len(), error)?;
    Some(Estimate { value: median(&sorted)?, low: sorted[rank - 1], high: sorted[sorted.len() - rank] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_those_of_the_binomial_distribution() {
        #[rustfmt::skip]
        let table = [
            (4, 0.10, None), (5, 0.10, Some(1)), (8, 0.10, Some(2)), (11, 0.10, Some(3)),
            (7, 0.01, None), (8, 0.01, Some(1)), (12, 0.01, Some(2)), (15, 0.001, Some(2)),
        ];
        for (values, error, expected) in table {
            assert_eq!(rank(values, error), expected, "{values} values, {error}");
        }
    }
}
