//! Is every result of the exact kernels the nearest double?

use std::env;
use std::process::Command;

use breakeven_problem::oracle;
use breakeven_simd::ISA_VARIABLE;
use breakeven_simd::exact::{self, ExactKernel};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

type Family = fn(&mut ChaCha8Rng, usize) -> Vec<f64>;

/// Series, each hard for another reason.
const FAMILIES: [(&str, Family); 28] = [
    ("uniform", |random, n| draw(n, |_| uniform(random))),
    ("normal", |random, n| draw(n, |_| normal(random))),
    ("offset 1e8", |random, n| draw(n, |_| 1e8 + normal(random))),
    ("offset 1e9", |random, n| draw(n, |_| 1e9 + normal(random))),
    ("offset 1e6, deviation 1e-3", |random, n| draw(n, |_| 1e6 + 1e-3 * normal(random))),
    ("offset -100, deviation 1e-8", |random, n| draw(n, |_| -100.0 + 1e-8 * normal(random))),
    ("offset 300", |random, n| draw(n, |_| 300.0 + normal(random))),
    ("random walk", |random, n| walk(draw(n, |_| normal(random)))),
    ("walk of factors", |random, n| {
        walk(draw(n, |_| 0.1 * normal(random))).into_iter().map(f64::exp).collect()
    }),
    ("trend", |random, n| draw(n, |index| index as f64 + normal(random))),
    ("steep trend", |random, n| draw(n, |index| 1e6 * index as f64 + normal(random))),
    ("spikes of 1e8", |random, n| spiked(random, n, 1e8)),
    ("spikes of 1e12", |random, n| spiked(random, n, 1e12)),
    ("spikes of 1e30", |random, n| spiked(random, n, 1e30)),
    ("steps of 1e6", |random, n| draw(n, |index| (index / 90) as f64 * 1e6 + normal(random))),
    ("neighbouring doubles", |random, n| draw(n, |_| if random.random() { 0.1 } else { 0.1f64.next_up() })),
    ("around a power of two", |random, n| {
        draw(n, |_| if random.random() { 1.0 } else { 1.0f64.next_down() })
    }),
    ("flat stretches", |random, n| {
        draw(n, |index| if index / 100 % 2 == 0 { (index / 100) as f64 * 0.1 } else { normal(random) })
    }),
    ("alternating", |_, n| draw(n, |index| [0.1, -0.7][index % 2])),
    ("alternating ties", |_, n| draw(n, |index| [3.0f64.next_up(), -0.625f64.next_up()][index % 2])),
    ("decaying", |random, n| draw(n, |index| (1.0 + uniform(random)) * 2f64.powi(-(index as i32 % 60)))),
    ("falling to the smallest", |_, n| draw(n, |index| 2f64.powi(-(index as i32 % 1060)))),
    ("few integers", |random, n| draw(n, |_| f64::from((random.next_u64() >> 61) as u32))),
    ("every exponent", |random, n| draw(n, |_| any_finite(random))),
    ("subnormal", |random, n| draw(n, |_| f64::from_bits(random.next_u64() >> 45))),
    ("around 1e-200", |random, n| draw(n, |_| 1e-200 * normal(random))),
    ("around 1e300", |random, n| draw(n, |_| 1e300 * (2.0 * uniform(random) - 1.0))),
    ("holes", |random, n| {
        draw(n, |index| match index % 97 {
            13 => f64::NAN,
            40 => f64::NEG_INFINITY,
            _ => 5.0 + normal(random),
        })
    }),
];

fn draw(n: usize, value: impl FnMut(usize) -> f64) -> Vec<f64> {
    (0..n).map(value).collect()
}

fn uniform(random: &mut ChaCha8Rng) -> f64 {
    random.random()
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    let radius = (-2.0 * (1.0 - uniform(random)).ln()).sqrt();
    radius * (std::f64::consts::TAU * uniform(random)).cos()
}

fn any_finite(random: &mut ChaCha8Rng) -> f64 {
    let value = f64::from_bits(random.next_u64());
    if value.is_finite() { value } else { any_finite(random) }
}

fn walk(steps: Vec<f64>) -> Vec<f64> {
    let mut at = 0.0;
    steps
        .into_iter()
        .map(|step| {
            at += step;
            at
        })
        .collect()
}

fn spiked(random: &mut ChaCha8Rng, n: usize, spike: f64) -> Vec<f64> {
    draw(n, |index| if index % 131 == 60 { spike } else { normal(random) })
}

fn series(name: &str, seed: u64, n: usize) -> Vec<f64> {
    let (_, family) = FAMILIES.iter().find(|(family, _)| *family == name).expect("a family of the list");
    family(&mut ChaCha8Rng::seed_from_u64(seed), n)
}

fn slide(kernel: ExactKernel, values: &[f64], window: usize, ddof: usize) -> Vec<f64> {
    let mut out = vec![-1.0; (values.len() + 1).saturating_sub(window)];
    kernel.sliding(values, window, ddof, &mut out);
    out
}

fn assert_same(name: &str, got: &[f64], expected: &[f64]) {
    assert_eq!(got.len(), expected.len(), "{name}");
    for (index, (got, expected)) in got.iter().zip(expected).enumerate() {
        let same = got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan();
        assert!(same, "{name}: window {index} gives {got:e} where {expected:e} is exact");
    }
}

#[test]
fn every_array_gives_the_nearest_double() {
    let lengths = (1..=40).chain([63, 64, 75, 127, 128, 129, 150, 300, 511, 1000, 3000]);
    for n in lengths {
        for (name, _) in FAMILIES {
            let values = series(name, n as u64, n);
            for ddof in [0, 1] {
                let exact = oracle::standard_deviation(&values, ddof);
                for kernel in ExactKernel::available() {
                    let got = kernel.standard_deviation(&values, ddof);
                    let name = format!("{name}, n {n}, ddof {ddof}, {}", kernel.isa());
                    assert_same(&name, &[got], &[exact]);
                }
            }
        }
    }
}

#[test]
fn every_window_gives_the_nearest_double() {
    for (name, _) in FAMILIES {
        for (window, n) in
            [(1, 300), (2, 700), (3, 500), (5, 1500), (64, 3000), (75, 2000), (150, 1300), (700, 1500)]
        {
            let values = series(name, window as u64, n);
            for ddof in [0, 1] {
                let exact = oracle::sliding(&values, window, ddof);
                for kernel in ExactKernel::available() {
                    let name = format!("{name}, w {window}, ddof {ddof}, {}", kernel.isa());
                    assert_same(&name, &slide(kernel, &values, window, ddof), &exact);
                }
            }
        }
    }
}

#[test]
fn the_free_functions_are_the_chosen_kernel() {
    let values = series("normal", 1, 100);
    let mut out = [0.0; 26];
    exact::sliding(&values, 75, 1, &mut out);
    assert_same("free", &out, &oracle::sliding(&values, 75, 1));
    assert_eq!(exact::standard_deviation(&values, 1), oracle::standard_deviation(&values, 1));
}

#[test]
fn no_series_is_too_short_and_no_window_too_long_for_its_series() {
    let values = series("spikes of 1e12", 14, 400);
    for n in (0..80).chain([100, 127, 128, 150, 300, 400]) {
        for window in [1, 2, 3, 16, 75, 76, 149, 299, 399, 400] {
            let expected = oracle::sliding(&values[..n], window, 0);
            for kernel in ExactKernel::available() {
                assert_same(
                    &format!("n {n}, w {window}"),
                    &slide(kernel, &values[..n], window, 0),
                    &expected,
                );
            }
        }
    }
    assert_eq!(slide(ExactKernel::best(), &values, 400, 400)[0].to_bits(), f64::NAN.to_bits());
    assert_eq!(slide(ExactKernel::best(), &[], 1, 0), []);
}

#[test]
fn no_window_depends_on_the_others() {
    for (name, _) in FAMILIES {
        let values = series(name, 15, 1200);
        for window in [7, 75] {
            let recomputed: Vec<f64> =
                values.windows(window).map(|window| exact::standard_deviation(window, 1)).collect();
            assert_same(name, &slide(ExactKernel::best(), &values, window, 1), &recomputed);
        }
    }
}

#[test]
fn a_shift_that_loses_no_bit_changes_no_bit() {
    let mut random = ChaCha8Rng::seed_from_u64(16);
    let values = draw(1500, |_| f64::from((random.next_u64() >> 44) as u32));
    for window in [2, 10, 75, 300] {
        let expected = slide(ExactKernel::best(), &values, window, 0);
        for shift in [1.0, -4096.0, 2f64.powi(40), 2f64.powi(52)] {
            let shifted: Vec<f64> = values.iter().map(|value| value + shift).collect();
            assert_same(
                &format!("shift {shift}"),
                &slide(ExactKernel::best(), &shifted, window, 0),
                &expected,
            );
        }
    }
}

#[test]
fn scaling_by_a_power_of_two_scales_exactly() {
    for name in ["normal", "offset 1e9", "random walk", "flat stretches", "spikes of 1e8"] {
        let values = series(name, 17, 900);
        let base = slide(ExactKernel::best(), &values, 20, 0);
        for factor in [2f64.powi(-700), 2f64.powi(-150), 0.5, 2f64.powi(150), 2f64.powi(700)] {
            let scaled: Vec<f64> = values.iter().map(|value| value * factor).collect();
            let expected: Vec<f64> = base.iter().map(|value| value * factor).collect();
            assert_same(
                &format!("{name}, {factor:e}"),
                &slide(ExactKernel::best(), &scaled, 20, 0),
                &expected,
            );
        }
    }
}

#[test]
fn the_order_of_an_array_does_not_matter() {
    let mut random = ChaCha8Rng::seed_from_u64(18);
    for (name, _) in FAMILIES.iter().filter(|(name, _)| *name != "holes") {
        let mut values = series(name, 19, 100);
        let expected = exact::standard_deviation(&values, 0);
        for _ in 0..30 {
            let (a, b) = (random.next_u64() as usize % 100, random.next_u64() as usize % 100);
            values.swap(a, b);
            values.rotate_left(33);
            assert_eq!(exact::standard_deviation(&values, 0).to_bits(), expected.to_bits(), "{name}");
        }
    }
}

/// The deviation of -m and m, however often, is m. Where it is the middle between two doubles it is rounded to the
/// even one; one value a little further out, among however many, must decide it upwards, and one further in downwards.
#[test]
fn the_middle_between_two_doubles_goes_to_even_and_what_lies_beside_it_to_its_side() {
    let mut random = ChaCha8Rng::seed_from_u64(20);
    for round in 0..300 {
        // m = low + half a last place
        let low = 1.0 + uniform(&mut random);
        let last_place = f64::EPSILON;
        let scale = 2f64.powi((round % 600) - 300);
        let pairs = 1 + round as usize % 40;
        // each pair lies 2 m apart
        let (left, right) = (-(low * scale), (low + last_place) * scale);
        let mut values: Vec<f64> = [left, right].repeat(pairs);
        let even = if low.to_bits().is_multiple_of(2) { low } else { low + last_place };
        for kernel in ExactKernel::available() {
            assert_eq!(kernel.standard_deviation(&values, 0), even * scale, "{pairs} pairs");
            let long = [left, right].repeat(200);
            for got in slide(kernel, &long, 2 * pairs, 0) {
                assert_eq!(got, even * scale, "windows of {pairs} pairs");
            }
        }
        let place = random.next_u64() as usize % values.len();
        for neighbour in [values[place].next_up(), values[place].next_down()] {
            let kept = values[place];
            values[place] = neighbour;
            let exact = oracle::standard_deviation(&values, 0);
            for kernel in ExactKernel::available() {
                assert_eq!(kernel.standard_deviation(&values, 0), exact);
            }
            values[place] = kept;
        }
    }
}

#[test]
fn the_ends_of_the_range_are_rounded_as_everything_else() {
    let best = ExactKernel::best();
    assert_eq!(best.standard_deviation(&[f64::MAX, -f64::MAX], 0), f64::MAX);
    assert_eq!(best.standard_deviation(&[f64::MAX, -f64::MAX], 1), f64::INFINITY);
    assert_eq!(slide(best, &[f64::MAX, -f64::MAX].repeat(50), 4, 0), vec![f64::MAX; 97]);
    assert_eq!(best.standard_deviation(&[5e-324, 0.0, 5e-324, 0.0], 0).to_bits(), 0);
    assert_eq!(best.standard_deviation(&[5e-324, 0.0, 5e-324, 0.0], 1), 5e-324);
    for k in [1_u64 << 27, (1 << 27) + 1, 1 << 30, 1 << 40] {
        let (low, high) = (f64::from_bits(k), f64::from_bits(k + 1));
        assert_eq!(slide(best, &[-low, low, -high, high].repeat(20), 4, 0)[0], high);
    }
    // between 2^52 - 3/4 and 2^52 - 1/2 units: scaled up, it is rounded to the middle of two doubles
    let below_normal = slide(best, &[0.0, 5e-324, 4.720094441974076e-308].repeat(30), 3, 0);
    assert!(below_normal.iter().all(|result| *result == f64::MIN_POSITIVE.next_down()), "{below_normal:?}");
}

#[test]
#[should_panic(expected = "at least one value")]
fn a_window_of_nothing_panics() {
    exact::sliding(&[1.0], 0, 0, &mut [0.0; 2]);
}

#[test]
#[should_panic(expected = "one result per full window")]
fn another_length_panics() {
    exact::sliding(&[1.0, 2.0], 1, 0, &mut [0.0; 3]);
}

/// Runs itself once more with the variable set: the choice is made once per process.
#[test]
fn the_variable_forces_the_portable_kernel() {
    if env::var_os(ISA_VARIABLE).is_some_and(|word| word == "portable") {
        assert_eq!(exact::chosen(), ExactKernel::portable());
        return;
    }
    let test = env::current_exe().expect("the path of this test");
    let output = Command::new(test)
        .args(["--exact", "the_variable_forces_the_portable_kernel"])
        .env(ISA_VARIABLE, "portable")
        .output()
        .expect("this test starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let output = String::from_utf8_lossy(&output.stdout);
    assert!(output.contains("1 passed"), "{output}");
}

#[test]
fn a_window_of_nothing_but_infinities_has_no_standard_deviation() {
    for length in [1, 2, 3, 9, 40, 400] {
        for window in [1, 2, 3] {
            let mut values = vec![1.0; length];
            let end = (length / 2 + window).min(length);
            values[length / 2..end].fill(f64::INFINITY);
            let windows = (length + 1_usize).saturating_sub(window);
            let mut out = vec![-1.0; windows];
            exact::sliding(&values, window, 0, &mut out);
            for (window, result) in values.windows(window).zip(&out) {
                let finite = window.iter().all(|value| value.is_finite());
                assert_eq!(*result == 0.0, finite, "{length} values: {result} of {window:?}");
                assert_eq!(result.is_nan(), !finite, "{length} values: {result} of {window:?}");
            }
        }
    }
}
