//! On which series are all structures tried, and what is close enough?

use breakeven_problem::judgement::ulps;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What `fast` promises of `sliding` on finite windows, where the result is not subnormal.
pub(crate) const RELATIVE: f64 = 1e-14;
const ULPS: f64 = 8.0;

pub(crate) type Family = fn(&mut ChaCha8Rng, usize) -> Vec<f64>;

/// Series, each hard for another reason.
pub(crate) const FAMILIES: [(&str, Family); 20] = [
    ("uniform", |random, n| draw(n, |_| uniform(random))),
    ("both signs", |random, n| draw(n, |_| symmetric(random))),
    ("offset 1e9", |random, n| draw(n, |_| 1e9 + symmetric(random))),
    ("offset 1e6, deviation 1e-3", |random, n| draw(n, |_| 1e6 + 1e-3 * symmetric(random))),
    ("random walk", |random, n| walk(draw(n, |_| symmetric(random)))),
    ("walk of factors", |random, n| {
        walk(draw(n, |_| 0.1 * symmetric(random))).into_iter().map(f64::exp).collect()
    }),
    ("trend", |random, n| draw(n, |index| index as f64 + symmetric(random))),
    ("steep trend", |random, n| draw(n, |index| 1e6 * index as f64 + symmetric(random))),
    ("neighbouring doubles", |random, n| draw(n, |_| if random.random() { 0.1 } else { 0.1f64.next_up() })),
    ("spikes of 1e8", |random, n| spiked(random, n, 1e8)),
    ("spikes of 1e12", |random, n| spiked(random, n, 1e12)),
    ("spikes of 1e300", |random, n| spiked(random, n, 1e300)),
    ("steps of 1e6", |random, n| {
        draw(n, |index| if index / 40 % 2 == 0 { 0.0 } else { 1e6 } + symmetric(random))
    }),
    ("flat stretches", |random, n| {
        draw(n, |index| if index / 90 % 2 == 0 { 3.3 } else { symmetric(random) })
    }),
    ("halving", |_, n| draw(n, |index| 0.5f64.powi((index % 1100) as i32))),
    ("tenths", |_, n| draw(n, |index| 0.1f64.powi((index % 300) as i32))),
    ("damped sine", |_, n| draw(n, |index| (-0.04 * index as f64).exp() * (0.3 * index as f64).sin())),
    ("every exponent", |random, n| draw(n, |_| any_finite(random))),
    ("subnormal", |random, n| draw(n, |_| f64::from_bits(random.next_u64() >> 45))),
    ("around 1e300", |random, n| draw(n, |_| 1e300 * symmetric(random))),
];

pub(crate) fn draw(n: usize, value: impl FnMut(usize) -> f64) -> Vec<f64> {
    (0..n).map(value).collect()
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

fn walk(steps: Vec<f64>) -> Vec<f64> {
    let mut place = 0.0;
    steps
        .into_iter()
        .map(|step| {
            place += step;
            place
        })
        .collect()
}

fn spiked(random: &mut ChaCha8Rng, n: usize, spike: f64) -> Vec<f64> {
    draw(n, |index| if index % 131 == 60 { spike } else { symmetric(random) })
}

pub(crate) fn series(name: &str, seed: u64, n: usize) -> Vec<f64> {
    let (_, family) = FAMILIES.iter().find(|(other, _)| *other == name).expect("a family of this name");
    family(&mut ChaCha8Rng::seed_from_u64(seed), n)
}

pub(crate) fn assert_close(name: &str, got: &[f64], exact: &[f64]) {
    assert_eq!(got.len(), exact.len(), "{name}");
    for (index, (&got, &exact)) in got.iter().zip(exact).enumerate() {
        if got == exact || (got.is_nan() && exact.is_nan()) {
            continue;
        }
        let place = format!("{name}, window {index}: {got:e} where {exact:e} is exact");
        assert!(got.is_finite() && exact.is_finite(), "{place}");
        assert!(exact >= f64::MIN_POSITIVE, "{place}: a subnormal result is the nearest one");
        let (relative, ulps) = (((got - exact) / exact).abs(), ulps(got, exact));
        assert!(relative <= RELATIVE && ulps <= ULPS, "{place}: off by {relative:e}, {ulps} ulp");
    }
}
