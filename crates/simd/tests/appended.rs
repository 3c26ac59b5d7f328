//! Do a window's bits depend on its values and those before it alone, not on what is appended, the instruction set or threads? And are
//! they right on series that change their kind?

use breakeven_problem::inputs::cliffs;
use breakeven_simd::{Kernel, exact, skipping, sliding};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::ThreadPoolBuilder;

/// Values of most series.
const SHORT: usize = 9_000;

const WINDOWS: [usize; 18] = [1, 2, 7, 10, 11, 14, 16, 20, 33, 39, 40, 75, 128, 255, 256, 300, 600, 2048];

/// The cliffs, and series of which pieces are of very different kinds.
fn series(length: usize, seed: u64) -> Vec<(&'static str, Vec<f64>)> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut all: Vec<_> = cliffs(length, seed).into_iter().map(|cliff| (cliff.name, cliff.values)).collect();
    all.push(("uniform", (0..length).map(|_| random.random()).collect()));
    let normal = |random: &mut ChaCha8Rng| (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
    all.push(("normal", (0..length).map(|_| normal(&mut random)).collect()));
    let sine = (0..length).map(|place| (place as f64 / 40.0).sin());
    all.push(("sine", sine.collect()));
    for (name, share) in [("a hundredth missing", 0.01), ("a tenth missing", 0.1), ("half missing", 0.5)] {
        let missing = |random: &mut ChaCha8Rng| random.random::<f64>() < share;
        let value = |_| if missing(&mut random) { f64::NAN } else { random.random() };
        all.push((name, (0..length).map(value).collect()));
    }
    all.push(("vanishing", (0..length).map(|place| (-(place as f64 / 60.0 - 20.0).powi(2)).exp()).collect()));
    let mut pieces: Vec<f64> = Vec::new();
    while pieces.len() < length {
        let kind = random.random_range(0..9);
        let scale = 10f64.powi(random.random_range(-200..150));
        let mut last = random.random::<f64>();
        for place in 0..random.random_range(1..300) {
            let noise = random.random::<f64>();
            last = match kind {
                0 => noise,
                1 => last,
                2 => last + noise,
                3 => last * 0.5,
                4 if place % 31 == 0 => f64::NAN,
                5 if place % 47 == 0 => f64::INFINITY,
                6 => 1e9 + noise,
                7 => 1e300 * noise,
                _ => scale * noise,
            };
            pieces.push(last);
        }
    }
    pieces.truncate(length);
    all.push(("pieces", pieces));
    all
}

fn assert_same(got: &[f64], expected: &[f64], of: &str) {
    for (place, (got, expected)) in got.iter().zip(expected).enumerate() {
        let same = got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan();
        assert!(same, "{of}: {got:e} for {expected:e} at {place}");
    }
}

/// Every series of some lengths, with a result function of its values and window, beside that of the whole.
fn assert_prefixes(
    seed: u64,
    whole_length: usize,
    windows: &[usize],
    sliding: impl Fn(&[f64], usize, &mut [f64]),
) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for (name, values) in series(whole_length, seed) {
        for &window in windows {
            let mut whole = vec![-1.0; whole_length + 1 - window];
            sliding(&values, window, &mut whole);
            let drawn = (0..12).map(|_| random.random_range(window..whole_length)).collect::<Vec<_>>();
            for length in (window..window + 9).chain(drawn).chain(whole_length - 3..whole_length) {
                let mut part = vec![-2.0; length + 1 - window];
                sliding(&values[..length], window, &mut part);
                assert_same(&part, &whole, &format!("seed {seed}: {name}, w={window}, {length} values"));
            }
        }
    }
}

#[test]
fn what_is_appended_changes_no_window() {
    // so long that the blocks of the narrower window begin again, which they do after 1,024 lanes
    assert_prefixes(7, 100_000, &[257, 2100], |values, window, out| sliding(values, window, 1, out));
    for seed in 1..4 {
        assert_prefixes(seed, SHORT, &WINDOWS, |values, window, out| sliding(values, window, 1, out));
    }
}

#[test]
fn what_is_appended_changes_no_window_from_which_values_are_left_out() {
    for (seed, share) in [(4, 1), (5, 2), (6, 9)] {
        let least = |window: usize| window.div_ceil(share).min(window - 1);
        assert_prefixes(seed, SHORT, &WINDOWS, |values, window, out| {
            skipping::sliding(values, window, 0, least(window), out);
        });
        assert_prefixes(seed, SHORT, &WINDOWS, |values, window, out| {
            skipping::sliding(values, window, 0, 1, out)
        });
    }
}

#[test]
fn every_window_of_every_series_is_within_the_promise() {
    let assert_close = |got: &[f64], expected: &[f64], of: &str| {
        for (place, (got, expected)) in got.iter().zip(expected).enumerate() {
            let same = got == expected || got.is_nan() && expected.is_nan();
            let close = expected.is_normal() && (got - expected).abs() <= 1e-14 * expected;
            assert!(same || close, "{of}: {got:e} for {expected:e} at {place}");
        }
    };
    for (name, values) in series(20_000, 8).into_iter().chain(series(20_000, 9)) {
        for window in WINDOWS.into_iter().chain([2_100]) {
            let mut fast = vec![-1.0; values.len() + 1 - window];
            let mut correct = fast.clone();
            sliding(&values, window, 0, &mut fast);
            exact::sliding(&values, window, 0, &mut correct);
            assert_close(&fast, &correct, &format!("{name}, w={window}"));
            if window < 300 && values.iter().any(|value| value.is_nan()) {
                skipping::sliding(&values, window, 0, window / 4, &mut fast);
                skipping::sliding_exact(&values, window, 0, window / 4, &mut correct);
                assert_close(&fast, &correct, &format!("{name}, w={window}, without the missing"));
            }
        }
    }
}

#[test]
fn squares_that_overflow_in_one_window_are_found() {
    let mut random = ChaCha8Rng::seed_from_u64(10);
    let uniform: Vec<f64> = (0..2_000).map(|_| random.random()).collect();
    for k in 0..400 {
        let scale = 8.5e153 * 1.0005_f64.powi(k);
        let values: Vec<f64> = uniform.iter().map(|value| value * scale).collect();
        let (mut fast, mut correct) = (vec![0.0; 1_981], vec![0.0; 1_981]);
        sliding(&values, 20, 0, &mut fast);
        exact::sliding(&values, 20, 0, &mut correct);
        for (place, (got, expected)) in fast.iter().zip(&correct).enumerate() {
            assert!(
                (got - expected).abs() <= 1e-14 * expected,
                "{scale:e}, window {place}: {got} for {expected}"
            );
        }
    }
}

#[test]
fn instruction_sets_and_threads_change_no_window() {
    let pool = ThreadPoolBuilder::new().num_threads(3).build().expect("threads can be started");
    for (name, values) in series(200_003, 7) {
        for window in WINDOWS {
            let mut portable = vec![-1.0; values.len() + 1 - window];
            Kernel::portable().sliding(&values, window, 0, &mut portable);
            for kernel in Kernel::available() {
                let mut out = vec![-2.0; portable.len()];
                pool.install(|| kernel.sliding_in_threads(&values, window, 0, &mut out));
                assert_same(&out, &portable, &format!("{name}, w={window}, {}", kernel.isa()));
            }
        }
    }
}
