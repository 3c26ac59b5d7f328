//! Is a window of integers exact to the last bit?

use breakeven_incremental::{ExactIntegerWindow, WindowError};
use breakeven_problem::oracle;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn push_all<T: Copy + Into<i64>>(values: &[T], window: usize, ddof: usize) -> Vec<f64> {
    let mut rolling = ExactIntegerWindow::new(window, ddof).expect("a window of values");
    values.iter().filter_map(|value| rolling.push(*value)).collect()
}

/// The oracle takes doubles: `values` have at most 53 bits.
fn assert_exact<T: Copy + Into<i64>>(values: &[T], place: &str) {
    let doubles: Vec<f64> = values.iter().map(|value| (*value).into() as f64).collect();
    for window in [1, 2, 3, 10, 75, 100, 300] {
        for ddof in [0, 1].into_iter().filter(|ddof| *ddof < window) {
            let exact = oracle::sliding(&doubles, window, ddof);
            assert_eq!(push_all(values, window, ddof), exact, "{place}, w {window}, ddof {ddof}");
        }
    }
}

#[test]
fn every_width_of_integer_gives_the_oracles_bits() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut draw =
        |bits: u32| -> Vec<i64> { (0..2000).map(|_| (random.next_u64() as i64) >> (64 - bits)).collect() };
    for bits in [1, 2, 8, 16] {
        let values: Vec<i16> = draw(bits).into_iter().map(|value| value as i16).collect();
        assert_exact(&values, &format!("i16 of {bits} bits"));
    }
    for bits in [20, 32] {
        let values: Vec<i32> = draw(bits).into_iter().map(|value| value as i32).collect();
        assert_exact(&values, &format!("i32 of {bits} bits"));
    }
    for bits in [33, 54] {
        assert_exact(&draw(bits), &format!("i64 of {bits} bits"));
    }
    let high: Vec<i64> = draw(53).into_iter().map(|value| value << 11).collect();
    assert_exact(&high, "the high bits of i64");
}

#[test]
fn the_ends_of_the_range_are_exact() {
    for values in [[i16::MIN; 400], [i16::MAX; 400]] {
        assert_exact(&values, "constant");
    }
    let alternating: Vec<i64> = (0..400).map(|place| if place % 2 == 0 { i64::MIN } else { 0 }).collect();
    assert_exact(&alternating, "the least i64 and 0");
    let spiked: Vec<i64> =
        (0..400).map(|place| if place % 90 == 50 { i64::MIN } else { place % 3 }).collect();
    assert_exact(&spiked, "spikes of the least i64");
    // the exact deviation is 2^63 - 1/2
    assert_eq!(push_all(&[i64::MIN, i64::MAX], 2, 0), [2f64.powi(63)]);
}

/// More bits than a double has: a shift by an odd number must change nothing.
#[test]
fn a_shift_changes_no_bit() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let values: Vec<i64> = (0..1000).map(|_| (random.next_u64() >> 12) as i64).collect();
    for shift in [1, -4_503_599_627_370_497, 1 << 62, i64::MIN] {
        let shifted: Vec<i64> = values.iter().map(|value| value + shift).collect();
        for window in [2, 75] {
            assert_eq!(push_all(&values, window, 1), push_all(&shifted, window, 1), "shift {shift}");
        }
    }
}

/// 2 m + 1 and -(2 m + 1) with m of 53 bits have the deviation 2 m + 1, which lies in the middle.
#[test]
fn a_tie_goes_to_the_even_neighbour() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    for _ in 0..1000 {
        let middle = (1_i64 << 53) + 2 * random.random_range(0..1_i64 << 51) + 1;
        assert_eq!(push_all(&[middle, -middle], 2, 0), [middle as f64]);
    }
}

#[test]
fn nothing_remains_of_what_has_left() {
    let values: Vec<i64> =
        (0..3000).map(|place| if place % 100 < 7 { i64::MAX - place } else { 5 }).collect();
    for (window, got) in values.windows(10).zip(push_all(&values, 10, 0)) {
        let equal = window.iter().all(|value| *value == window[0]);
        assert_eq!(got == 0.0, equal);
    }
}

#[test]
fn a_window_without_degrees_of_freedom_is_an_error() {
    assert_eq!(ExactIntegerWindow::<i32>::new(0, 0).unwrap_err(), WindowError::Empty);
    let error = ExactIntegerWindow::<i32>::new(3, 3).unwrap_err();
    assert_eq!(error, WindowError::NoDegrees { window: 3, ddof: 3 });
}
