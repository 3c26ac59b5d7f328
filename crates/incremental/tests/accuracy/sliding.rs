//! How far are the sliding windows of running sums from the exact values, and how often are sums recomputed?

use breakeven_incremental::{RollingSums, WindowError, sliding};
use breakeven_problem::oracle;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::series::{FAMILIES, RELATIVE, assert_close, draw, series};

fn slide(values: &[f64], window: usize, ddof: usize) -> Vec<f64> {
    let mut out = vec![0.0; (values.len() + 1).saturating_sub(window)];
    sliding(values, window, ddof, &mut out);
    out
}

#[test]
fn every_family_and_window_stays_within_the_bound() {
    for (name, _) in FAMILIES {
        for window in [1, 2, 3, 5, 10, 64, 75, 300] {
            for ddof in [0, 1] {
                let values = series(name, 1, 1500);
                let exact = oracle::sliding(&values, window, ddof);
                assert_close(
                    &format!("{name}, w {window}, ddof {ddof}"),
                    &slide(&values, window, ddof),
                    &exact,
                );
            }
        }
    }
}

#[test]
fn a_long_series_does_not_drift() {
    for name in ["both signs", "offset 1e9", "random walk", "spikes of 1e8"] {
        let values = series(name, 2, 100_000);
        assert_close(name, &slide(&values, 64, 0), &oracle::sliding(&values, 64, 0));
    }
}

#[test]
fn a_wide_window_stays_within_the_bound() {
    for name in ["uniform", "offset 1e9", "trend", "spikes of 1e12", "neighbouring doubles"] {
        let values = series(name, 3, 101_000);
        assert_close(name, &slide(&values, 100_000, 0), &oracle::sliding(&values, 100_000, 0));
    }
}

#[test]
fn one_value_at_a_time_gives_the_same_bits() {
    for (name, _) in FAMILIES {
        let mut values = series(name, 4, 700);
        values[300] = f64::NAN;
        values[420] = f64::INFINITY;
        for window in [1, 2, 7, 50, 75] {
            let mut rolling = RollingSums::new(window, 0).unwrap();
            let pushed: Vec<Option<f64>> = values.iter().map(|value| rolling.push(*value)).collect();
            assert!(pushed[..window - 1].iter().all(Option::is_none), "{name}, w {window}");
            let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            let pushed: Vec<f64> = pushed[window - 1..].iter().map(|value| value.unwrap()).collect();
            assert_eq!(bits(&pushed), bits(&slide(&values, window, 0)), "{name}, w {window}");
        }
    }
}

#[test]
fn a_value_that_is_not_finite_spoils_exactly_the_windows_that_hold_it() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for window in [1, 2, 5, 75] {
            let mut values = series("both signs", 5, 400);
            for place in [0, 100, 103, 399] {
                values[place] = bad;
            }
            let got = slide(&values, window, 0);
            assert_close(&format!("{bad}, w {window}"), &got, &oracle::sliding(&values, window, 0));
            for (index, got) in got.iter().enumerate() {
                let holds = values[index..index + window].iter().any(|value| !value.is_finite());
                assert_eq!(got.is_nan(), holds, "{bad}, window {index} of {window}");
            }
        }
    }
}

#[test]
fn a_window_of_equal_values_is_exactly_zero() {
    for window in [1, 2, 75, 90] {
        let values = series("flat stretches", 6, 2000);
        for (window, got) in values.windows(window).zip(slide(&values, window, 0)) {
            let equal = window.iter().all(|value| *value == window[0]);
            assert_eq!(got == 0.0, equal);
        }
    }
}

#[test]
fn no_degrees_of_freedom_give_nan_or_an_error() {
    assert!(slide(&[1.0, 2.0, 3.0], 2, 2).iter().all(|value| value.is_nan()));
    assert_eq!(slide(&[1.0, 2.0], 3, 0), []);
    assert_eq!(slide(&[], 1, 0), []);
    assert_eq!(RollingSums::new(0, 0).unwrap_err(), WindowError::Empty);
    let error = RollingSums::new(2, 2).unwrap_err();
    assert_eq!(error, WindowError::NoDegrees { window: 2, ddof: 2 });
    assert!(error.to_string().contains("ddof must be less than the window"));
}

#[test]
#[should_panic(expected = "at least one value")]
fn a_window_of_nothing_panics() {
    sliding(&[1.0], 0, 0, &mut [0.0; 2]);
}

/// Of -k, k, -(k + 1), k + 1 the exact result is the root of (k + 1/2)^2 + 1/4: above the middle between two subnormals, but by
/// less than a double can tell.
#[test]
fn a_result_next_to_the_middle_between_two_subnormals_is_rounded_to_the_nearest() {
    for k in [1_u64 << 27, (1 << 27) + 1, 1 << 30, 1 << 40] {
        let (low, high) = (f64::from_bits(k), f64::from_bits(k + 1));
        let values = [-low, low, -high, high];
        assert_eq!(oracle::standard_deviation(&values, 0), high);
        assert_eq!(slide(&values, 4, 0), [high], "k {k}");
    }
}

#[test]
fn scaling_by_a_power_of_two_scales_the_results_exactly() {
    for name in ["both signs", "offset 1e9", "random walk", "flat stretches"] {
        let values = series(name, 7, 500);
        for factor in [2f64.powi(-300), 0.5, 2f64.powi(300)] {
            let scaled: Vec<f64> = values.iter().map(|value| value * factor).collect();
            let expected: Vec<f64> = slide(&values, 20, 0).iter().map(|value| value * factor).collect();
            assert_eq!(slide(&scaled, 20, 0), expected, "{name}, {factor:e}");
        }
    }
}

#[test]
fn a_shift_that_loses_no_bit_stays_within_the_bound() {
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let values = draw(800, |_| f64::from((random.next_u64() >> 44) as u32));
    let exact = oracle::sliding(&values, 60, 0);
    for shift in [1.0, -4096.0, 2f64.powi(40), 2f64.powi(52)] {
        let shifted: Vec<f64> = values.iter().map(|value| value + shift).collect();
        assert_close(&format!("shift {shift}"), &slide(&shifted, 60, 0), &exact);
    }
}

#[test]
fn the_order_of_a_windows_values_matters_only_within_the_bound() {
    let mut random = ChaCha8Rng::seed_from_u64(13);
    for name in ["both signs", "offset 1e6, deviation 1e-3", "trend", "every exponent", "spikes of 1e12"] {
        let mut values = series(name, 13, 75);
        let exact = vec![oracle::standard_deviation(&values, 1)];
        for _ in 0..200 {
            values.shuffle(&mut random);
            assert_close(name, &slide(&values, 75, 1), &exact);
        }
    }
}

#[test]
fn a_window_is_what_its_values_alone_would_give_within_the_bound() {
    for name in ["both signs", "random walk", "spikes of 1e12", "walk of factors"] {
        let values = series(name, 14, 1000);
        for (window, got) in values.windows(33).zip(slide(&values, 33, 0)) {
            let alone = slide(window, 33, 0)[0];
            assert!((got - alone).abs() <= 2.0 * RELATIVE * alone, "{name}: {got:e}, {alone:e}");
        }
    }
}

/// New sums cost a pass over the window: how many there are decides whether a step costs O(1).
#[test]
fn sums_are_seldom_recomputed() {
    // per thousand steps, with a window of 75
    let most = [
        ("uniform", 0),
        ("both signs", 0),
        ("offset 1e9", 0),
        ("neighbouring doubles", 0),
        ("spikes of 1e8", 16), // one or two after each spike has left
        ("spikes of 1e12", 16),
        ("trend", 35),
        ("steps of 1e6", 30),
        ("flat stretches", 40),
        ("random walk", 40),
    ];
    for (name, most) in most {
        let values = series(name, 9, 100_000);
        let mut rolling = RollingSums::new(75, 0).unwrap();
        values.iter().for_each(|value| {
            rolling.push(*value);
        });
        let per_thousand = rolling.rebuilds() as f64 / 100.0;
        assert!(per_thousand <= f64::from(most), "{name}: {per_thousand} new sums per thousand steps");
    }
}

#[test]
fn a_flat_stretch_makes_no_new_sums() {
    let mut values = series("both signs", 10, 200);
    values.extend(vec![0.7; 10_000]);
    let mut rolling = RollingSums::new(75, 0).unwrap();
    let mut at_the_border = 0;
    for (index, value) in values.iter().enumerate() {
        rolling.push(*value);
        if index == 200 + 75 {
            at_the_border = rolling.rebuilds();
        }
    }
    assert_eq!(rolling.rebuilds(), at_the_border);
}
