//! How far are the kernels from the exact value, and from each other?

use std::env;
use std::process::Command;

use breakeven_problem::judgement::ulps;
use breakeven_problem::oracle;
use breakeven_simd::{ISA_VARIABLE, IsaError, Kernel, standard_deviation};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What `fast` promises of `whole` on finite data, where the result is not subnormal.
const RELATIVE: f64 = 1e-14;

/// And what it keeps on these families up to some thousand values. One outlier that outweighs a thousand others can
/// cost 5: each of the small squares that follow it in its lane is rounded the same way.
const ULPS: f64 = 3.0;

type Family = fn(&mut ChaCha8Rng, usize) -> Vec<f64>;

/// Families of arrays, each hard for another reason.
const FAMILIES: [(&str, Family); 13] = [
    ("uniform", |random, n| draw(random, n, uniform)),
    ("both signs", |random, n| draw(random, n, symmetric)),
    ("offset 1e9", |random, n| draw(random, n, |random| 1e9 + symmetric(random))),
    ("offset 1e15", |random, n| draw(random, n, |random| 1e15 + symmetric(random))),
    ("neighbouring doubles", |random, n| {
        draw(random, n, |random| if random.random() { 0.1 } else { 0.1f64.next_up() })
    }),
    ("around a power of two", |random, n| {
        draw(random, n, |random| if random.random() { 1.0 } else { 1.0f64.next_down() })
    }),
    ("one that differs", |random, n| one_of(random, draw(&mut random.clone(), n, |_| 0.3), 0.3f64.next_up())),
    ("an outlier", |random, n| one_of(random, draw(&mut random.clone(), n, symmetric), 1e12)),
    ("far off where the first pass looks", |random, n| {
        let mut values = draw(random, n, uniform);
        for place in [0, n / 4, n / 2, n - 1].into_iter().chain((0..16).map(|part| part * (n / 16))) {
            values[place] += 1e5;
        }
        values
    }),
    ("every exponent", |random, n| draw(random, n, any_finite)),
    ("subnormal", |random, n| draw(random, n, |random| f64::from_bits(random.next_u64() >> 45))),
    ("around 1e-170", |random, n| draw(random, n, |random| 1e-170 * symmetric(random))),
    ("around 1e300", |random, n| draw(random, n, |random| 1e300 * symmetric(random))),
];

fn draw(random: &mut ChaCha8Rng, n: usize, value: impl Fn(&mut ChaCha8Rng) -> f64) -> Vec<f64> {
    (0..n).map(|_| value(random)).collect()
}

fn uniform(random: &mut ChaCha8Rng) -> f64 {
    random.random()
}

fn symmetric(random: &mut ChaCha8Rng) -> f64 {
    2.0 * uniform(random) - 1.0
}

fn any_finite(random: &mut ChaCha8Rng) -> f64 {
    let value = f64::from_bits(random.next_u64());
    if value.is_finite() { value } else { any_finite(random) }
}

fn one_of(random: &mut ChaCha8Rng, mut values: Vec<f64>, replacement: f64) -> Vec<f64> {
    let place = (random.next_u64() % values.len() as u64) as usize;
    values[place] = replacement;
    values
}

/// Every length up to 70, and some around each border of the kernel's scheme.
fn lengths() -> impl Iterator<Item = usize> {
    (1..=70).chain([
        75, 100, 127, 128, 150, 200, 255, 300, 511, 512, 513, 519, 520, 521, 1000, 1023, 1024, 1025, 2600,
        5000,
    ])
}

/// By the guarantee, and by what is kept up to some thousand values.
fn assert_close(name: &str, got: f64, exact: f64) {
    assert_guaranteed(name, got, exact);
    if exact.is_normal() {
        let ulps = ulps(got, exact);
        assert!(ulps <= ULPS, "{name}: {got:e} where {exact:e} is exact, off by {ulps} ulp");
    }
}

fn assert_guaranteed(name: &str, got: f64, exact: f64) {
    if got == exact || (got.is_nan() && exact.is_nan()) {
        return;
    }
    assert!(got.is_finite() && exact.is_finite(), "{name}: {got:e} where {exact:e} is exact");
    assert!(
        exact >= f64::MIN_POSITIVE,
        "{name}: {got:e} where {exact:e}, which is subnormal, is the nearest"
    );
    let relative = ((got - exact) / exact).abs();
    assert!(relative <= RELATIVE, "{name}: {got:e} where {exact:e} is exact, off by {relative:e}");
}

#[test]
fn every_family_length_and_ddof_stays_within_the_bound() {
    for (name, family) in FAMILIES {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        for n in lengths() {
            let values = family(&mut random, n);
            for ddof in [0, 1] {
                let exact = oracle::standard_deviation(&values, ddof);
                assert_close(
                    &format!("{name}, n {n}, ddof {ddof}"),
                    standard_deviation(&values, ddof),
                    exact,
                );
            }
        }
    }
}

#[test]
fn a_million_values_stay_within_the_guarantee() {
    for (name, family) in FAMILIES.iter().filter(|(name, _)| *name != "every exponent") {
        let values = family(&mut ChaCha8Rng::seed_from_u64(2), 1_000_003);
        assert_guaranteed(name, standard_deviation(&values, 0), oracle::standard_deviation(&values, 0));
    }
}

#[test]
fn all_instruction_sets_give_the_same_bits() {
    for (name, family) in FAMILIES {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        for n in lengths() {
            let values = family(&mut random, n);
            let portable = Kernel::portable().standard_deviation(&values, 0);
            for kernel in Kernel::available() {
                let got = kernel.standard_deviation(&values, 0);
                assert_eq!(got.to_bits(), portable.to_bits(), "{name}, n {n}, {}", kernel.isa());
            }
        }
    }
}

#[test]
fn the_place_in_memory_does_not_matter() {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let values = draw(&mut random, 300, symmetric);
    for n in [25, 64, 100] {
        let copy = values[..n].to_vec();
        for start in 1..8 {
            let mut moved = vec![0.0; start];
            moved.extend(&copy);
            assert_eq!(standard_deviation(&moved[start..], 0), standard_deviation(&copy, 0));
        }
    }
}

#[test]
fn equal_values_give_exactly_zero() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for n in lengths() {
        for value in
            [0.0, 0.1, -6.7e9, f64::MAX, f64::MIN_POSITIVE, f64::from_bits(1), any_finite(&mut random)]
        {
            assert_eq!(standard_deviation(&vec![value; n], 0).to_bits(), 0, "{value:e}, n {n}");
        }
    }
    assert_eq!(standard_deviation(&[0.0, -0.0, 0.0], 0).to_bits(), 0);
}

#[test]
fn a_value_that_is_not_finite_gives_nan_wherever_it_stands() {
    for n in lengths().filter(|n| *n < 600) {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for place in [0, n / 2, n - 1] {
                let mut values = vec![1.5; n];
                values[place] = bad;
                assert!(standard_deviation(&values, 0).is_nan(), "{bad} at {place} of {n}");
            }
            assert!(standard_deviation(&vec![bad; n], 0).is_nan(), "{n} times {bad}");
        }
    }
}

#[test]
fn no_more_values_than_ddof_give_nan() {
    assert!(standard_deviation(&[], 0).is_nan());
    assert!(standard_deviation(&[1.0], 1).is_nan());
    assert!(standard_deviation(&[1.0, 2.0], 5).is_nan());
    assert!(standard_deviation(&[1.0, 2.0], usize::MAX).is_nan());
    assert_eq!(standard_deviation(&[3.0], 0), 0.0);
}

#[test]
fn infinity_comes_out_only_where_the_exact_result_rounds_to_it() {
    assert_eq!(standard_deviation(&[f64::MAX, -f64::MAX], 0), f64::MAX);
    assert_eq!(standard_deviation(&[f64::MAX, -f64::MAX], 1), f64::INFINITY);
    for pairs in 1..40 {
        let values = [f64::MAX, -f64::MAX].repeat(pairs);
        assert_eq!(standard_deviation(&values, 0), f64::MAX, "{pairs} pairs");
    }
}

#[test]
fn the_smallest_results_are_the_nearest() {
    let mut random = ChaCha8Rng::seed_from_u64(6);
    for n in 1..60 {
        for bits in 1..12 {
            let values = draw(&mut random, n, |random| f64::from_bits(random.next_u64() >> (64 - bits)));
            assert_eq!(standard_deviation(&values, 0), oracle::standard_deviation(&values, 0), "{values:?}");
        }
    }
}

/// Of -k, k, -(k + 1), k + 1 the exact result is the root of (k + 1/2)^2 + 1/4: above the middle between two subnormals, but by
/// less than a double can tell.
#[test]
fn a_result_next_to_the_middle_between_two_subnormals_is_rounded_to_the_nearest() {
    for k in [1_u64 << 27, (1 << 27) + 1, 1 << 30, 1 << 40] {
        let (low, high) = (f64::from_bits(k), f64::from_bits(k + 1));
        let values = [-low, low, -high, high];
        assert_eq!(oracle::standard_deviation(&values, 0), high);
        assert_eq!(standard_deviation(&values, 0), high, "k {k}");
    }
}

#[test]
fn scaling_by_a_power_of_two_scales_the_result_exactly() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for n in lengths() {
        let values = draw(&mut random, n, symmetric);
        let base = standard_deviation(&values, 0);
        for exponent in [-400, -60, -1, 1, 60, 400] {
            let factor = 2f64.powi(exponent);
            let scaled: Vec<f64> = values.iter().map(|value| value * factor).collect();
            assert_eq!(standard_deviation(&scaled, 0), base * factor, "n {n}, 2^{exponent}");
        }
    }
}

#[test]
fn a_shift_that_loses_no_bit_stays_within_the_bound() {
    let mut random = ChaCha8Rng::seed_from_u64(8);
    for n in lengths() {
        let values = draw(&mut random, n, |random| f64::from((random.next_u64() >> 44) as u32));
        let exact = oracle::standard_deviation(&values, 0);
        for shift in [1.0, -4096.0, 2f64.powi(40), 2f64.powi(52)] {
            let shifted: Vec<f64> = values.iter().map(|value| value + shift).collect();
            assert_close(&format!("n {n}, shift {shift}"), standard_deviation(&shifted, 0), exact);
        }
    }
}

#[test]
fn any_order_stays_within_the_bound() {
    let mut random = ChaCha8Rng::seed_from_u64(9);
    for n in [10, 25, 100, 1000] {
        let mut values = draw(&mut random, n, |random| symmetric(random).powi(9) * 1e6);
        let exact = oracle::standard_deviation(&values, 0);
        for _ in 0..50 {
            let (a, b) = (random.next_u64() as usize % n, random.next_u64() as usize % n);
            values.swap(a, b);
            values.rotate_left(n / 3);
            assert_close(&format!("n {n}"), standard_deviation(&values, 0), exact);
        }
    }
}

#[test]
fn an_instruction_set_is_known_by_its_name_or_refused_with_the_choices() {
    for kernel in Kernel::available() {
        assert_eq!(Kernel::named(kernel.isa()), Ok(kernel));
    }
    assert_eq!(Kernel::available().first(), Some(&Kernel::portable()));
    assert_eq!(Kernel::available().last(), Some(&Kernel::best()));
    let unknown = Kernel::named("sse9").unwrap_err();
    assert_eq!(unknown, IsaError::Unknown { word: "sse9".to_owned() });
    assert!(unknown.to_string().contains("portable, avx2 or avx512"), "{unknown}");
    for word in ["avx2", "avx512"] {
        if let Err(error) = Kernel::named(word) {
            assert_eq!(error, IsaError::Unavailable { word: word.to_owned(), best: Kernel::best().isa() });
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}

/// The environment of this process must not change under other tests, so each word gets a process of its own.
#[test]
fn the_variable_chooses_the_instruction_set() {
    for (word, expected) in [
        ("portable", "portable"),
        ("", Kernel::best().isa()),
        (Kernel::best().isa(), Kernel::best().isa()),
        ("sse9", "BREAKEVEN_ISA=\"sse9\""),
    ] {
        let child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "as_a_child", "--ignored"])
            .env(ISA_VARIABLE, word)
            .env("EXPECTED", expected)
            .output()
            .unwrap();
        let output = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success() && output.contains("1 passed"), "{word:?}: {output}");
    }
}

#[test]
#[ignore = "the_variable_chooses_the_instruction_set runs it in a process of its own"]
fn as_a_child() {
    let expected = env::var("EXPECTED").unwrap();
    match Kernel::from_environment() {
        Ok(kernel) => assert_eq!(kernel.isa(), expected),
        Err(error) => assert!(error.to_string().starts_with(&expected), "{error}"),
    }
    // the free function works whatever the variable holds
    assert_eq!(standard_deviation(&[1.0, 3.0], 0), 1.0);
}
