//! Does a merged state say what the numbers together would, within the published bound?

use breakeven_incremental::Moments;
use breakeven_problem::oracle;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::series::series;

const FAMILIES: [&str; 7] = [
    "uniform",
    "both signs",
    "offset 1e9",
    "offset 1e6, deviation 1e-3",
    "random walk",
    "trend",
    "spikes of 1e8",
];

fn of(values: &[f64]) -> Moments {
    values.iter().copied().collect()
}

/// n u kappa, and a little for the root and short series.
fn bound(values: &[f64], exact: f64) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (n + 4.0) * f64::EPSILON / 2.0 * (1.0 + (mean / exact).powi(2)).sqrt()
}

fn assert_within(moments: Moments, values: &[f64], place: &str) {
    let exact = oracle::standard_deviation(values, 0);
    let error = (moments.standard_deviation(0) - exact).abs() / exact;
    let bound = bound(values, exact);
    assert!(error <= bound, "{place}: off by {error:e} where the bound is {bound:e}");
    assert_eq!(moments.count(), values.len() as u64);
}

#[test]
fn pushing_stays_within_the_published_bound() {
    for name in FAMILIES {
        for length in [2, 10, 75, 1000, 20_000] {
            let values = series(name, 21, length);
            assert_within(of(&values), &values, &format!("{name}, {length} values"));
        }
    }
}

#[test]
fn merging_gives_what_the_whole_gives_within_the_bound_however_it_is_cut() {
    let mut random = ChaCha8Rng::seed_from_u64(22);
    for name in FAMILIES {
        let values = series(name, 22, 3000);
        for _ in 0..20 {
            let (mut merged, mut rest) = (Moments::new(), values.as_slice());
            while !rest.is_empty() {
                let (part, others) = rest.split_at(random.random_range(0..=rest.len().min(700)));
                merged = merged.merge(of(part));
                rest = others;
            }
            assert_within(merged, &values, name);
        }
    }
}

#[test]
fn the_order_matters_only_within_the_bound() {
    let mut random = ChaCha8Rng::seed_from_u64(23);
    for name in FAMILIES {
        let mut values = series(name, 23, 500);
        for _ in 0..50 {
            values.shuffle(&mut random);
            assert_within(of(&values), &values, name);
        }
    }
}

#[test]
fn equal_values_give_exactly_zero_also_merged() {
    for value in [0.1, -1e300, 3.0, 5e-324] {
        let merged = of(&[value; 25]).merge(of(&[value; 3])).merge(of(&[value]));
        assert_eq!((merged.standard_deviation(0), merged.mean(), merged.count()), (0.0, value, 29));
    }
}

#[test]
fn scaling_by_a_power_of_two_scales_the_result_exactly() {
    let values = series("both signs", 24, 300);
    for factor in [2f64.powi(-300), 2f64.powi(300)] {
        let scaled: Vec<f64> = values.iter().map(|value| value * factor).collect();
        assert_eq!(of(&scaled).standard_deviation(1), of(&values).standard_deviation(1) * factor);
    }
}

#[test]
fn a_value_that_is_not_finite_stays() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut moments = of(&[1.0, bad]);
        assert!(moments.standard_deviation(0).is_nan());
        moments.extend([2.0, 3.0]);
        assert!(moments.standard_deviation(0).is_nan());
        assert!(of(&[1.0, 2.0]).merge(moments).standard_deviation(0).is_nan());
        assert!(moments.merge(of(&[1.0, 2.0])).standard_deviation(0).is_nan());
    }
}

#[test]
fn of_too_few_numbers_there_is_no_deviation() {
    assert!(Moments::new().standard_deviation(0).is_nan());
    assert!(Moments::new().mean().is_nan());
    assert!(of(&[1.0]).standard_deviation(1).is_nan());
    assert_eq!(of(&[1.0]).standard_deviation(0), 0.0);
    let one = of(&[1.0, 2.0]);
    assert_eq!(one.merge(Moments::new()), one);
    assert_eq!(Moments::new().merge(one), one);
}
