//! Do the structures that never subtract keep their bound, and never have to recompute?

use breakeven_incremental::{HalfBlocks, TwoStacks, WindowError};
use breakeven_problem::oracle;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::series::{FAMILIES, RELATIVE, assert_close, draw, series};

/// What one structure gave for every full window, and how many of them it recomputed.
pub(crate) struct Pushed {
    pub(crate) name: &'static str,
    pub(crate) deviations: Vec<f64>,
    pub(crate) recomputed: u64,
}

/// Both structures, one value at a time.
pub(crate) fn push_all(values: &[f64], window: usize, ddof: usize) -> [Pushed; 2] {
    let mut stacks = TwoStacks::new(window, ddof).expect("a window of values");
    let mut blocks = HalfBlocks::new(window, ddof).expect("a window of values");
    let of_stacks = full_windows(values, window, |value| stacks.push(value));
    let of_blocks = full_windows(values, window, |value| blocks.push(value));
    [
        Pushed { name: "TwoStacks", deviations: of_stacks, recomputed: stacks.recomputed() },
        Pushed { name: "HalfBlocks", deviations: of_blocks, recomputed: blocks.recomputed() },
    ]
}

fn full_windows(values: &[f64], window: usize, push: impl FnMut(f64) -> Option<f64>) -> Vec<f64> {
    let pushed: Vec<Option<f64>> = values.iter().copied().map(push).collect();
    let head = pushed.len().min(window - 1);
    assert!(pushed[..head].iter().all(Option::is_none), "None until the window is full");
    pushed[head..].iter().map(|pushed| pushed.expect("a full window")).collect()
}

/// Series whose deviations lie beyond the range in which squares are safe.
const OUT_OF_RANGE: [&str; 6] =
    ["spikes of 1e300", "halving", "tenths", "every exponent", "subnormal", "around 1e300"];

#[test]
fn every_family_and_window_stays_within_the_bound_and_recomputes_nothing_in_range() {
    for (name, _) in FAMILIES {
        for window in [1, 2, 3, 4, 5, 10, 64, 75, 300] {
            for ddof in [0, 1].into_iter().filter(|ddof| *ddof < window) {
                let values = series(name, 1, 1500);
                let exact = oracle::sliding(&values, window, ddof);
                for pushed in push_all(&values, window, ddof) {
                    let place = format!("{}, {name}, w {window}, ddof {ddof}", pushed.name);
                    assert_close(&place, &pushed.deviations, &exact);
                    if !OUT_OF_RANGE.contains(&name) {
                        assert_eq!(pushed.recomputed, 0, "{place}");
                    }
                }
            }
        }
    }
}

#[test]
fn an_anchor_that_is_an_outlier_costs_no_accuracy_and_no_recomputation() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    for window in [2, 3, 75, 1000, 65_536] {
        for outlier in [1e3, 1e8, -1e15, 1e30] {
            // at the end of each block of the one, at the beginning of each block of the other
            for places in [[window - 1, window], [0, window / 2]] {
                let mut values = draw(3 * window, |_| random.random());
                for place in places.into_iter().flat_map(|place| (place..3 * window).step_by(window)) {
                    values[place] = outlier;
                }
                let exact = oracle::sliding(&values, window, 0);
                for pushed in push_all(&values, window, 0) {
                    assert_close(
                        &format!("{}, w {window}, {outlier}", pushed.name),
                        &pushed.deviations,
                        &exact,
                    );
                    assert_eq!(pushed.recomputed, 0, "{}, w {window}, {outlier}", pushed.name);
                }
            }
        }
    }
}

#[test]
fn a_wide_window_stays_within_the_bound() {
    for name in ["uniform", "offset 1e9", "trend", "spikes of 1e12", "neighbouring doubles"] {
        let values = series(name, 3, 101_000);
        let exact = oracle::sliding(&values, 100_000, 0);
        for pushed in push_all(&values, 100_000, 0) {
            assert_close(&format!("{}, {name}", pushed.name), &pushed.deviations, &exact);
        }
    }
}

/// Two values are outliers by 700 deviations, more than a window of a million values is certain to bear.
#[test]
fn a_window_beyond_the_certain_size_recomputes_rather_than_be_wrong() {
    let window = 1_000_000;
    let mut values = series("both signs", 12, window + 3);
    for anchor in [window - 1, window / 2] {
        values[anchor] = 1e9;
    }
    let exact = oracle::sliding(&values, window, 0);
    for pushed in push_all(&values, window, 0) {
        assert_close(pushed.name, &pushed.deviations, &exact);
        assert!((3..=4).contains(&pushed.recomputed), "{}: {}", pushed.name, pushed.recomputed);
    }
}

#[test]
fn a_value_that_is_not_finite_spoils_exactly_the_windows_that_hold_it() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for window in [1, 2, 3, 5, 75] {
            // 74 and 75 end a block and begin one; windows of 5 and 75 are anchored at some of these
            for places in [vec![0, 100, 103, 399], vec![74, 75, 149, 150], (2..400).step_by(37).collect()] {
                let mut values = series("both signs", 5, 400);
                for place in places {
                    values[place] = bad;
                }
                let exact = oracle::sliding(&values, window, 0);
                for pushed in push_all(&values, window, 0) {
                    assert_close(&format!("{}, {bad}, w {window}", pushed.name), &pushed.deviations, &exact);
                    assert_eq!(pushed.recomputed, 0);
                }
            }
        }
    }
}

#[test]
fn a_window_of_equal_values_is_exactly_zero() {
    for window in [1, 2, 3, 75, 90] {
        let values = series("flat stretches", 6, 2000);
        for pushed in push_all(&values, window, 0) {
            for (window, got) in values.windows(window).zip(&pushed.deviations) {
                let equal = window.iter().all(|value| *value == window[0]);
                assert_eq!(*got == 0.0, equal, "{}", pushed.name);
            }
        }
    }
}

#[test]
fn fewer_values_than_the_window_give_nothing() {
    for pushed in push_all(&[1.0, 2.0], 3, 0) {
        assert_eq!(pushed.deviations, []);
    }
    assert_eq!(TwoStacks::new(0, 0).unwrap_err(), WindowError::Empty);
    assert_eq!(HalfBlocks::new(0, 0).unwrap_err(), WindowError::Empty);
    let no_degrees = WindowError::NoDegrees { window: 2, ddof: 2 };
    assert_eq!(TwoStacks::new(2, 2).unwrap_err(), no_degrees);
    assert_eq!(HalfBlocks::new(2, 2).unwrap_err(), no_degrees);
}

#[test]
fn scaling_by_a_power_of_two_scales_the_results_exactly() {
    for name in ["both signs", "offset 1e9", "random walk", "flat stretches", "spikes of 1e8"] {
        let values = series(name, 7, 500);
        for factor in [2f64.powi(-300), 0.5, 2f64.powi(300)] {
            let scaled: Vec<f64> = values.iter().map(|value| value * factor).collect();
            for (plain, scaled) in push_all(&values, 20, 0).iter().zip(push_all(&scaled, 20, 0)) {
                let expected: Vec<f64> = plain.deviations.iter().map(|value| value * factor).collect();
                assert_eq!(scaled.deviations, expected, "{}, {name}, {factor:e}", plain.name);
            }
        }
    }
}

/// x - K is the same to the last bit, and nothing else of the values is used.
#[test]
fn a_shift_that_loses_no_bit_changes_no_bit_of_the_results() {
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let values = draw(800, |_| f64::from((random.next_u64() >> 44) as u32));
    for shift in [1.0, -4096.0, 2f64.powi(40), 2f64.powi(52)] {
        let shifted: Vec<f64> = values.iter().map(|value| value + shift).collect();
        for (plain, shifted) in push_all(&values, 60, 0).iter().zip(push_all(&shifted, 60, 0)) {
            assert_eq!(plain.deviations, shifted.deviations, "{}, shift {shift}", plain.name);
        }
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
            for pushed in push_all(&values, 75, 1) {
                assert_close(&format!("{}, {name}", pushed.name), &pushed.deviations, &exact);
            }
        }
    }
}

#[test]
fn a_window_is_what_its_values_alone_would_give_within_the_bound() {
    for name in ["both signs", "random walk", "spikes of 1e12", "walk of factors"] {
        let (values, window) = (series(name, 14, 1000), 33);
        for (place, long) in push_all(&values, window, 0).iter().enumerate() {
            let alone = |window: &[f64]| push_all(window, window.len(), 0)[place].deviations[0];
            let alone: Vec<f64> = values.windows(window).map(alone).collect();
            for (got, alone) in long.deviations.iter().zip(alone) {
                assert!(
                    (got - alone).abs() <= 2.0 * RELATIVE * alone,
                    "{}, {name}: {got:e}, {alone:e}",
                    long.name
                );
            }
        }
    }
}

#[test]
fn the_latest_blocks_make_the_same_state_again() {
    for window in [1, 2, 3, 8, 9, 33] {
        for (name, _) in FAMILIES {
            let values = series(name, 15, 200);
            let mut long = HalfBlocks::new(window, 0).expect("a window of values");
            let block = long.block();
            for pushed in 0..values.len() {
                if pushed >= 3 * block && pushed % 7 == 0 {
                    let start = (pushed / block - 2) * block;
                    let mut short = HalfBlocks::new(window, 0).expect("a window of values");
                    for &value in &values[start..pushed] {
                        short.push(value);
                    }
                    let mut long = long.clone();
                    for value in &values[pushed..] {
                        let bits = |result: Option<f64>| result.map(f64::to_bits);
                        assert_eq!(
                            bits(short.push(*value)),
                            bits(long.push(*value)),
                            "{name}, {window}, {pushed}"
                        );
                    }
                }
                long.push(values[pushed]);
            }
        }
    }
}
