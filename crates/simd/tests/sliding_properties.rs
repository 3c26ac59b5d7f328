//! Does sliding keep what must hold of standard deviations, whatever the series?
//!
//! Where two results are compared that each promise 1e-14, twice that is allowed between them.

use std::env;
use std::process::Command;

use breakeven_problem::inputs::{Cliff, cliffs};
use breakeven_problem::judgement::ulps;
use breakeven_problem::oracle;
use breakeven_simd::{ISA_VARIABLE, Kernel, exact, sliding};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What `fast` promises of every finite window whose result is not subnormal.
const RELATIVE: f64 = 1e-14;

/// Narrow windows, those around the widths where the method changes, and wide ones.
const WINDOWS: [usize; 16] = [1, 2, 3, 5, 10, 11, 14, 20, 39, 40, 75, 128, 255, 256, 300, 900];

fn slide(values: &[f64], window: usize, ddof: usize) -> Vec<f64> {
    let mut out = vec![-1.0; (values.len() + 1).saturating_sub(window)];
    sliding(values, window, ddof, &mut out);
    out
}

/// By a relative bound; zeros, infinities and NaN are matched exactly.
fn assert_close(got: f64, expected: f64, bound: f64, of: impl Fn() -> String) {
    let same = got == expected || got.is_nan() && expected.is_nan();
    let close = expected.is_finite() && ((got - expected) / expected).abs() <= bound;
    assert!(same || close, "{}: {got:e} for {expected:e}", of());
}

fn assert_same_bits(got: &[f64], expected: &[f64], of: &str) {
    assert_eq!(got.len(), expected.len(), "{of}");
    for (place, (got, expected)) in got.iter().zip(expected).enumerate() {
        let same = got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan();
        assert!(same, "{of}: {got:e} for {expected:e} at {place}");
    }
}

fn standard_normal(random: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0
}

#[test]
fn scaling_by_a_power_of_two_scales_every_result_exactly() {
    let scale = |values: &[f64], by: f64| values.iter().map(|value| value * by).collect::<Vec<f64>>();
    for Cliff { name, values } in cliffs(5_000, 11) {
        // decaying goes down to 2^-400, and squares below 2^-960 are done in another way
        for exponent in [-70, -3, 1, 64, 400] {
            let by = 2f64.powi(exponent);
            for window in WINDOWS {
                let expected = scale(&slide(&values, window, 1), by);
                let of = format!("{name} times 2^{exponent}, w={window}");
                assert_same_bits(&slide(&scale(&values, by), window, 1), &expected, &of);
            }
        }
    }
}

#[test]
fn a_shift_that_loses_nothing_keeps_every_window_within_the_promise() {
    let mut random = ChaCha8Rng::seed_from_u64(12);
    let grain = 2f64.powi(-20);
    let values: Vec<f64> =
        (0..4_000).map(|_| (standard_normal(&mut random) / grain).round() * grain).collect();
    for window in WINDOWS {
        let expected: Vec<f64> =
            values.windows(window).step_by(37).map(|window| oracle::standard_deviation(window, 0)).collect();
        for shift in [0.0, 1.0, -1e3, 2f64.powi(20), -(2f64.powi(31)), 1e9] {
            let shifted: Vec<f64> = values.iter().map(|value| value + shift).collect();
            assert!(shifted.iter().zip(&values).all(|(shifted, value)| shifted - shift == *value));
            let got = slide(&shifted, window, 0);
            for (got, expected) in got.iter().step_by(37).zip(&expected) {
                assert_close(*got, *expected, RELATIVE, || format!("shifted by {shift}, w={window}"));
            }
        }
    }
}

#[test]
fn every_window_is_that_of_its_slice() {
    for Cliff { name, values } in cliffs(6_000, 13) {
        for window in WINDOWS {
            for (start, got) in slide(&values, window, 0).into_iter().enumerate() {
                let alone = Kernel::best().standard_deviation(&values[start..start + window], 0);
                assert_close(got, alone, 2.0 * RELATIVE, || format!("{name} w={window} at {start}"));
            }
        }
    }
}

#[test]
fn a_series_read_backwards_has_the_same_windows() {
    for Cliff { name, values } in cliffs(6_000, 14) {
        let backwards: Vec<f64> = values.iter().rev().copied().collect();
        for window in WINDOWS {
            let forwards = slide(&values, window, 1);
            for (place, (a, b)) in forwards.iter().zip(slide(&backwards, window, 1).iter().rev()).enumerate()
            {
                assert_close(*b, *a, 2.0 * RELATIVE, || format!("{name} w={window} at {place}"));
            }
        }
    }
}

#[test]
fn what_is_not_finite_touches_exactly_its_windows() {
    let mut random = ChaCha8Rng::seed_from_u64(15);
    let values: Vec<f64> = (0..5_000).map(|_| standard_normal(&mut random)).collect();
    for window in WINDOWS {
        let clean = slide(&values, window, 0);
        let last = values.len() - 1;
        let places = [0, 1, window - 1, window, 2_311, 2_312, last - window, last - 1, last];
        let drawn = (0..12).map(|_| random.random_range(0..values.len()));
        for place in places.into_iter().chain(drawn.collect::<Vec<_>>()) {
            for poison in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                let mut poisoned = values.clone();
                poisoned[place] = poison;
                for (start, got) in slide(&poisoned, window, 0).into_iter().enumerate() {
                    let expected =
                        if (start..start + window).contains(&place) { f64::NAN } else { clean[start] };
                    let of = || format!("{poison} at {place}, w={window}, window {start}");
                    assert_close(got, expected, 2.0 * RELATIVE, of);
                }
            }
        }
    }
}

/// Those that running sums, shifted sums and Welford's update were measured on, and lose up to 16 digits on.
fn regimes(length: usize) -> Vec<(&'static str, Vec<f64>)> {
    type Value = fn(&mut ChaCha8Rng, usize, f64) -> f64;
    let all: [(&str, Value); 12] = [
        ("normal", |random, _, _| standard_normal(random)),
        ("1e8 + normal", |random, _, _| 1e8 + standard_normal(random)),
        ("1e6 + normal / 1000", |random, _, _| 1e6 + 1e-3 * standard_normal(random)),
        (
            "geometric walk",
            |random, place, last| {
                if place == 0 { 100.0 } else { last * (1.0 + 0.01 * standard_normal(random)) }
            },
        ),
        ("trend", |random, place, _| 0.1 * place as f64 + standard_normal(random)),
        ("spikes of 1e8", |random, place, _| if place % 501 == 250 { 1e8 } else { standard_normal(random) }),
        ("steps of 1e6", |random, place, _| {
            standard_normal(random) + if place / 700 % 2 == 1 { 1e6 } else { 0.0 }
        }),
        ("neighbouring doubles", |random, _, _| if random.random() { 0.1 } else { 0.1f64.next_up() }),
        ("damped sine", |_, place, _| (place as f64 / 10.0).sin() * 2f64.powf(-(place as f64) / 25.0)),
        ("halving", |_, place, _| 2f64.powi(-((place % 60) as i32))),
        (
            "noise, then flat",
            |random, place, _| {
                if place % 140 < 80 { 3.2e-5 * random.random::<f64>() } else { 1e-5 }
            },
        ),
        ("uniform", |random, _, _| random.random()),
    ];
    let draw = |(seed, (name, value)): (usize, (&'static str, Value))| {
        let mut random = ChaCha8Rng::seed_from_u64(100 + seed as u64);
        let mut last = 0.0;
        let values = (0..length).map(|place| {
            last = value(&mut random, place, last);
            last
        });
        (name, values.collect())
    };
    all.into_iter().enumerate().map(draw).collect()
}

/// Against the correctly rounded kernel, which the oracle and Python's `statistics` hold in tests of its own.
/// The seeds are 100 and on, in the order of the regimes.
#[test]
fn every_regime_keeps_eight_ulp_in_every_window_up_to_1000() {
    for (name, values) in regimes(2_700) {
        for window in 2..=1000 {
            let mut rounded = vec![-1.0; values.len() + 1 - window];
            exact::sliding(&values, window, 1, &mut rounded);
            for (place, (got, expected)) in slide(&values, window, 1).iter().zip(&rounded).enumerate() {
                let ulp = if got == expected { 0.0 } else { ulps(*got, *expected) };
                assert!(ulp <= 8.0, "{name} w={window} at {place}: {got:e} for {expected:e}, {ulp} ulp");
            }
        }
    }
}

#[test]
fn random_lengths_and_windows_agree_with_the_oracle() {
    for seed in 0..60 {
        let mut random = ChaCha8Rng::seed_from_u64(1_000 + seed);
        let length = random.random_range(1..3_000);
        let window = random.random_range(1..400usize);
        let ddof = random.random_range(0..3usize);
        let level = [0.0, 1e3, -1e7][seed as usize % 3];
        let values: Vec<f64> = (0..length).map(|_| level + standard_normal(&mut random)).collect();
        let got = slide(&values, window, ddof);
        for start in (0..got.len()).step_by(1 + got.len() / 40).chain(got.len().checked_sub(1)) {
            let expected = oracle::standard_deviation(&values[start..start + window], ddof);
            let of = || format!("seed {seed}: {length} values, w={window}, ddof {ddof}, window {start}");
            assert_close(got[start], expected, RELATIVE, of);
        }
    }
}

#[test]
fn the_portable_kernel_chosen_by_the_variable_gives_the_same_bits() {
    let digest = |isa: &str| {
        let child = Command::new(env::current_exe().expect("this test"))
            .args(["as_a_child", "--exact", "--ignored", "--nocapture"])
            .env(ISA_VARIABLE, isa)
            .output()
            .expect("this test starts once more");
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
        let text = String::from_utf8(child.stdout).expect("it prints text");
        text.lines().find_map(|line| line.split_once("digest ")).expect("a digest").1.to_owned()
    };
    let portable = digest("portable");
    assert!(portable.starts_with("portable "), "{portable}");
    let best = digest("");
    assert!(best.starts_with(Kernel::best().isa()), "{best}");
    assert_eq!(portable.split_once(' ').expect("two words").1, best.split_once(' ').expect("two words").1);
}

#[test]
#[ignore = "the_portable_kernel_chosen_by_the_variable_gives_the_same_bits runs it in processes of its own"]
#[expect(clippy::print_stdout, reason = "what the test that starts it reads")]
fn as_a_child() {
    let kernel = Kernel::from_environment().expect("a kernel of this processor");
    let mut digest = 0xcbf2_9ce4_8422_2325u64;
    for Cliff { values, .. } in cliffs(5_000, 16) {
        for result in WINDOWS.into_iter().flat_map(|window| slide(&values, window, 0)) {
            let bits = if result.is_nan() { 1 } else { result.to_bits() };
            digest = (digest ^ bits).wrapping_mul(0x100_0000_01b3).rotate_left(23);
        }
    }
    println!("digest {} {digest:016x}", kernel.isa());
}
