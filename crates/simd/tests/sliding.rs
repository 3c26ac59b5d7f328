//! Is every window right, whatever the data, and with the same bits on every instruction set?

use breakeven_problem::inputs::cliffs;
use breakeven_problem::judgement::ulps;
use breakeven_problem::oracle;
use breakeven_simd::{Kernel, sliding};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What `fast` promises of every finite window whose result is not subnormal.
const RELATIVE: f64 = 1e-14;

/// Results of this window, in the order of the series.
fn by_kernel(kernel: Kernel, values: &[f64], window: usize, ddof: usize) -> Vec<f64> {
    let mut out = vec![-1.0; (values.len() + 1).saturating_sub(window)];
    kernel.sliding(values, window, ddof, &mut out);
    out
}

/// The largest errors of some windows, relative and in ulp.
fn errors(values: &[f64], window: usize, ddof: usize, got: &[f64], stride: usize) -> (f64, f64) {
    let mut worst = (0.0f64, 0.0f64);
    for start in (0..got.len()).step_by(stride).chain(got.len().checked_sub(1)) {
        let exact = oracle::standard_deviation(&values[start..start + window], ddof);
        let got = got[start];
        if exact.is_nan() || exact == 0.0 || exact.is_infinite() {
            assert!(
                got.to_bits() == exact.to_bits() || got.is_nan() && exact.is_nan(),
                "{got} for {exact} at {start}"
            );
        } else {
            worst.0 = worst.0.max(((got - exact) / exact).abs());
            worst.1 = worst.1.max(ulps(got, exact));
        }
    }
    worst
}

const WINDOWS: [usize; 12] = [1, 2, 3, 7, 10, 33, 48, 64, 75, 100, 301, 1000];

#[test]
fn every_window_of_every_cliff_is_within_the_promise() {
    for cliff in cliffs(12_000, 1) {
        for window in WINDOWS {
            let got = by_kernel(Kernel::best(), &cliff.values, window, 0);
            let (relative, ulp) = errors(&cliff.values, window, 0, &got, 7);
            assert!(relative <= RELATIVE && ulp <= 8.0, "{} w={window}: {relative:e}, {ulp} ulp", cliff.name);
        }
    }
}

/// The values that a block's anchor is made of, of such a size that the square of their sum overflows.
#[test]
fn blocks_whose_sums_overflow_are_summed_again() {
    const PLACES: [usize; 8] = [0, 1, 135, 136, 270, 271, 406, 407];
    let large = f64::from_bits(0x3ff6_a73d_e2eb_d670) * 2f64.powi(504);
    let mut values = vec![0.0; 2048];
    PLACES.iter().for_each(|place| values[408 + place] = large);
    let got = by_kernel(Kernel::best(), &values, 2048, 0);
    let (relative, _) = errors(&values, 2048, 0, &got, 1);
    assert!(relative <= RELATIVE, "{relative:e}");
}

#[test]
fn all_instruction_sets_give_the_same_bits() {
    for cliff in cliffs(5_000, 2) {
        for window in WINDOWS {
            let portable = by_kernel(Kernel::portable(), &cliff.values, window, 1);
            for kernel in Kernel::available() {
                let got = by_kernel(kernel, &cliff.values, window, 1);
                let same = got
                    .iter()
                    .zip(&portable)
                    .all(|(a, b)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan());
                assert!(same, "{} w={window} on {}", cliff.name, kernel.isa());
            }
        }
    }
}

#[test]
fn every_length_is_filled_to_its_last_window() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let values: Vec<f64> = (0..3000).map(|_| random.random()).collect();
    for window in [1, 2, 5, 50, 75] {
        for length in (0..400).chain([1000, 1447, 1448, 1449, 2600, 3000]) {
            let got = by_kernel(Kernel::best(), &values[..length], window, 0);
            let (relative, _) = errors(&values[..length], window, 0, &got, 1 + got.len() / 50);
            assert!(relative <= RELATIVE, "{length} values, w={window}: {relative:e}");
            assert!(got.iter().all(|result| *result >= 0.0), "{length} values, w={window}");
        }
    }
}

#[test]
#[should_panic(expected = "a window holds at least one value")]
fn a_window_of_nothing_panics() {
    sliding(&[1.0], 0, 0, &mut [0.0, 0.0]);
}

#[test]
#[should_panic(expected = "one result per full window")]
fn a_wrong_length_of_the_results_panics() {
    sliding(&[1.0, 2.0, 3.0], 2, 0, &mut [0.0]);
}
