//! How large must a difference be to be found?

use super::{ProcessValue, sign_test_rank};

/// The probability with which a difference of the minimum detectable effect is found.
pub const POWER: f64 = 0.80;

/// How many standard deviations the true value must lie beyond a threshold, so that with probability [`POWER`] the near
/// end of the interval over so many processes does too; `None` where so few have no interval for so many comparisons.
///
/// The near end is the k-th smallest of n values, k the rank of the sign test: it lies beyond the threshold where at
/// least n - k + 1 of the values do. That gives the probability of a single value (by bisection of the binomial
/// distribution), and the normal distribution gives its distance.
#[must_use]
pub fn distance_beyond(processes: usize, comparisons: usize) -> Option<f64> {
    let rank = sign_test_rank(processes, comparisons)?;
    let (mut low, mut high) = (0.5, 1.0);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if binomial_at_most(rank - 1, processes, 1.0 - middle) < POWER {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(normal_quantile(low))
}

/// The 95 % interval of a probability of which `count` successes in so many trials are known: Clopper and Pearson, "The
/// use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934. Costs `count`
/// steps.
#[must_use]
pub fn share_interval(count: usize, trials: usize) -> (f64, f64) {
    // the probability at which the condition ceases to hold
    let border = |holds: &dyn Fn(f64) -> bool| {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..50 {
            let middle = f64::midpoint(low, high);
            if holds(middle) { low = middle } else { high = middle }
        }
        low
    };
    let low =
        if count == 0 { 0.0 } else { border(&|p| 1.0 - binomial_at_most(count - 1, trials, p) < 0.025) };
    let high = if count == trials { 1.0 } else { border(&|p| binomial_at_most(count, trials, p) > 0.025) };
    (low, high)
}

/// The probability of at most `count` successes in so many trials.
pub(crate) fn binomial_at_most(count: usize, trials: usize, probability: f64) -> f64 {
    let odds = probability.ln() - (-probability).ln_1p();
    let mut term = trials as f64 * (-probability).ln_1p();
    let mut sum = term.exp();
    for successes in 0..count {
        term += ((trials - successes) as f64 / (successes + 1) as f64).ln() + odds;
        sum += term.exp();
    }
    sum
}

/// The quantile of the standard normal distribution for a probability from 1/2 to 1, within 4.5e-4: Abramowitz and
/// Stegun, Handbook of Mathematical Functions, 26.2.23.
fn normal_quantile(probability: f64) -> f64 {
    let t = (-2.0 * (1.0 - probability).ln()).sqrt();
    t - (2.515_517 + t * (0.802_853 + t * 0.010_328))
        / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308)))
}

/// The standard deviation of one figure over processes, with n - 1 in the denominator; 0 for fewer than two.
#[must_use]
pub fn standard_deviation(values: &[ProcessValue]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().map(|process| process.value).sum::<f64>() / count;
    let squares = values.iter().map(|process| (process.value - mean).powi(2)).sum::<f64>();
    (squares / (count - 1.0).max(1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_is_that_of_the_order_statistic() {
        // 6 processes, extremes: each of them must lie beyond, p^6 = 0.8
        let found = distance_beyond(6, 1).expect("six processes have an interval");
        assert!((found - 1.793).abs() < 2e-3, "{found}");
        // 10 processes, the second smallest: at least 9 of 10, p = 0.9167
        let found = distance_beyond(10, 1).expect("ten processes have an interval");
        assert!((found - 1.3835).abs() < 1e-3, "{found}");
        assert_eq!(distance_beyond(5, 1), None);
    }

    #[test]
    fn the_interval_of_a_share_is_that_of_clopper_and_pearson() {
        for (count, trials, low, high) in [
            (0, 10_000, 0.0, 0.000_368_8),
            (10, 10, 0.6915, 1.0),
            (7, 20, 0.1539, 0.5922),
            (3000, 10_000, 0.2910, 0.3091),
        ] {
            let found = share_interval(count, trials);
            assert!(
                (found.0 - low).abs() < 1e-4 && (found.1 - high).abs() < 1e-4,
                "{count} of {trials}: {found:?}"
            );
        }
    }
}
