//! Is a window with missing values that of the values it has left?

use breakeven_problem::oracle;
use breakeven_simd::skipping;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn assert_right(values: &[f64], (window, ddof, least): (usize, usize, usize), of: &str) {
    let mut fast = vec![-1.0; (values.len() + 1).saturating_sub(window)];
    let mut exact = fast.clone();
    skipping::sliding(values, window, ddof, least, &mut fast);
    skipping::sliding_exact(values, window, ddof, least, &mut exact);
    for (start, (fast, exact)) in fast.iter().zip(&exact).enumerate() {
        let left: Vec<f64> =
            values[start..start + window].iter().copied().filter(|value| !value.is_nan()).collect();
        let expected =
            if left.len() < least.max(1) { f64::NAN } else { oracle::standard_deviation(&left, ddof) };
        let place = format!("{of}, w={window}, least={least}, window {start}");
        assert_eq!(exact.to_bits(), expected.to_bits(), "{place}");
        let close = (fast - expected).abs() <= 1e-14 * expected;
        assert!(close || fast.is_nan() && expected.is_nan(), "{place}: {fast} for {expected}");
    }
}

/// Around an anchor so far away its square overflows.
#[test]
fn the_only_value_of_a_window_has_no_spread_however_large_others_are() {
    let mut values = vec![f64::NAN; 1000];
    values[0] = 1e200;
    assert_right(&values, (300, 0, 1), "one large value");
    values[12] = 0.0;
    assert_right(&values, (12, 0, 1), "a large value before");
}

#[test]
fn an_infinity_alone_makes_its_windows_nan() {
    let values = [f64::NAN, f64::INFINITY, f64::NAN, 1.0, f64::NAN, f64::NAN, f64::NEG_INFINITY, f64::NAN];
    for window in [2, 3] {
        assert_right(&values, (window, 0, 1), "an infinity alone");
    }
}

#[test]
fn a_window_is_that_of_the_values_it_has_left() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for share in [0.0, 0.01, 0.3, 0.95, 1.0] {
        let missing = |random: &mut ChaCha8Rng| random.random::<f64>() < share;
        let values: Vec<f64> =
            (0..900).map(|_| if missing(&mut random) { f64::NAN } else { random.random() }).collect();
        for shape in [
            (1, 0, 1),
            (2, 1, 0),
            (20, 0, 5),
            (75, 1, 60),
            (300, 1, 1),
            (400, 0, 1),
            (900, 0, 1),
            (75, 0, 76),
            (75, usize::MAX, 1),
            (75, usize::MAX, 75),
        ] {
            assert_right(&values, shape, &format!("{share} missing"));
        }
    }
}

#[test]
fn sums_that_begin_with_few_values_hold_many() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let mut values = vec![f64::NAN; 1_800];
    values.push(2.0_f64.powi(-129));
    values.extend((0..1_000).map(|_| 1.0 + random.random::<f64>()));
    assert_right(&values, (2_000, 0, 1), "missing at first");
}

#[test]
fn a_window_whose_only_value_is_infinite_is_nan_beside_lanes_that_fail() {
    let mut values = vec![f64::NAN; 347];
    values[30] = f64::INFINITY;
    for (place, value) in values.iter_mut().enumerate().take(265).skip(205) {
        *value = (place % 2) as f64 * if place < 225 { 1e12 } else { 1.0 };
    }
    assert_right(&values, (20, 0, 1), "one infinity");
}

#[test]
fn short_series_and_large_divisors_have_no_results() {
    skipping::sliding_exact(&[1.0], 5, 0, 1, &mut []);
    let values: Vec<f64> = (0..128).map(f64::from).collect();
    for ddof in [128, 200] {
        let mut out = [0.0];
        skipping::sliding_exact(&values, 128, ddof, 1, &mut out);
        assert!(out[0].is_nan(), "{ddof}");
    }
}

#[test]
fn an_infinity_is_not_a_missing_value() {
    let mut out = [0.0; 3];
    skipping::sliding(&[f64::NAN, 1.0, f64::INFINITY, 3.0], 2, 0, 1, &mut out);
    assert!(out[0] == 0.0 && out[1].is_nan() && out[2].is_nan());
}

#[test]
#[should_panic(expected = "one result per full window")]
fn a_wrong_length_of_the_results_panics() {
    skipping::sliding(&[1.0, 2.0, 3.0], 2, 0, 1, &mut [0.0]);
}
