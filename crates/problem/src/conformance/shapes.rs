//! Which kinds of numbers break which kinds of code?

use crate::Distribution;
use crate::inputs::draw_one;

/// A peer's relative tolerance on ordinary numbers.
pub(super) const ORDINARY: f64 = 1e-10;

/// A peer's relative tolerance where digits cancel or scales change.
pub(super) const HARD: f64 = 1e-9;

/// A series of any length, by its generator.
pub(super) struct Shape {
    pub(super) name: &'static str,
    /// A peer's relative tolerance.
    pub(super) relative: f64,
    pub(super) values: fn(usize) -> Vec<f64>,
    /// Lengths at which `whole` is asked.
    pub(super) whole: &'static [usize],
    /// Lengths and windows at which `sliding` is asked.
    pub(super) sliding: &'static [(usize, usize)],
}

const fn shape(
    name: &'static str,
    relative: f64,
    values: fn(usize) -> Vec<f64>,
    whole: &'static [usize],
    sliding: &'static [(usize, usize)],
) -> Shape {
    Shape { name, relative, values, whole, sliding }
}

const USUAL: &[(usize, usize)] = &[(300, 10), (300, 50), (300, 75), (300, 100)];
const ONE: &[(usize, usize)] = &[(300, 75)];
const EQUAL: &[usize] = &[1, 2, 3, 7, 25, 75, 100, 300, 1448];

/// Name, a peer's tolerance, generator, lengths for `whole`, lengths and windows for `sliding`.
#[rustfmt::skip]
pub(super) const SHAPES: &[Shape] = &[
    // An outlier enters, stays for a window and leaves: what remains of it in running sums?
    shape("spike-1e8", HARD, |n| spike(n, 1e8), &[25, 300], USUAL),
    shape("spike-1e9", HARD, |n| spike(n, 1e9), &[], USUAL),
    shape("spike-1e10", HARD, |n| spike(n, 1e10), &[], USUAL),
    shape("spike-1e12", HARD, |n| spike(n, 1e12), &[25, 300], USUAL),
    shape("spike-1e16", HARD, |n| spike(n, 1e16), &[25, 300], USUAL),
    shape("spike-1e200", HARD, |n| spike(n, 1e200), &[25, 300], USUAL),
    shape("spike-on-zeros", HARD, |n| spike_on(n, 0.0, 1000.0), &[25], USUAL),
    shape("spike-on-0.1", HARD, |n| spike_on(n, 0.1, 1e6), &[25], USUAL),
    shape("first-1e12", HARD, |n| with(n, &[0], 1e12), &[25], USUAL),
    shape("spikes-every-37", HARD, |n| spikes(n, 37, 1e10), &[300], USUAL),
    // The level moves.
    shape("step-1.2-3.3", ORDINARY, |n| step(n, 1.2, 3.3), &[10, 100], USUAL),
    shape("step-0-1e9", HARD, |n| step(n, 0.0, 1e9), &[100], USUAL),
    shape("noise-steps-to-1e9", HARD, noise_steps, &[300], USUAL),
    shape("trend-0.1", ORDINARY, |n| trend(n, 0.0, 0.1), &[25, 300], USUAL),
    shape("trend-on-1e9", HARD, |n| trend(n, 1e9, 1e-3), &[25, 300], USUAL),
    shape("random-walk", ORDINARY, random_walk, &[300], USUAL),
    // Flat stretches, whose answer is exactly 0 however the sums ran.
    shape("flat-stretches", HARD, flat_stretches, &[300], &[(600, 10), (600, 49), (600, 75)]),
    shape("noise-then-flat", HARD, noise_then_flat, &[300], &[(300, 10), (300, 49), (300, 75)]),
    shape("alternating-1", ORDINARY, |n| alternating(n, 0.0, 1.0), &[2, 25, 300], USUAL),
    shape("alternating-on-1e9", HARD, |n| alternating(n, 1e9, 1e-3), &[25, 300], USUAL),
    shape("alternating-on-1e15", HARD, |n| alternating(n, 1e15, 0.125), &[25, 300], USUAL),
    // The scale moves: each window is far smaller or larger than the last.
    shape("decay-2", HARD, |n| geometric(n, 0.5), &[25, 300], &[(60, 10), (300, 10), (300, 75)]),
    shape("decay-10", HARD, |n| geometric(n, 0.1), &[25, 300], &[(30, 5), (300, 10), (300, 75)]),
    shape("growth-2", HARD, |n| geometric(n, 2.0), &[25, 300], &[(60, 10), (300, 10), (300, 75)]),
    shape("damped-oscillation", HARD, damped_oscillation, &[300], &[(700, 10), (700, 50)]),
    shape("wide-exponents", HARD, wide_exponents, &[3, 25, 64], &[(60, 3), (60, 25)]),
    shape("low-digits-on-100", HARD, |n| low_digits(n, 100.0, 1e-8), &[30], &[(60, 14), (300, 75)]),
    shape("low-digits-on-1e6", HARD, |n| low_digits(n, 1e6, 1e-3), &[30], &[(60, 14), (300, 75)]),
    // The ends of the exponent range: squares overflow or underflow where the answer does not.
    shape("alternating-1e200", HARD, |n| alternating(n, 0.0, 1e200), &[2, 3, 25, 300], USUAL),
    shape("alternating-1e-200", HARD, |n| alternating(n, 0.0, 1e-200), &[2, 3, 25, 300], USUAL),
    shape("normal-1e153", HARD, |n| scaled(n, 1e153), &[25, 300], ONE),
    shape("normal-1e155", HARD, |n| scaled(n, 1e155), &[25, 300], ONE),
    shape("normal-1e200", HARD, |n| scaled(n, 1e200), &[25, 300], ONE),
    shape("normal-1e307", HARD, |n| scaled(n, 1e307), &[25, 300], ONE),
    shape("normal-1e-145", HARD, |n| scaled(n, 1e-145), &[25, 300], ONE),
    shape("normal-1e-154", HARD, |n| scaled(n, 1e-154), &[25, 300], ONE),
    shape("normal-1e-160", HARD, |n| scaled(n, 1e-160), &[25, 300], ONE),
    shape("normal-1e-200", HARD, |n| scaled(n, 1e-200), &[25, 300], ONE),
    shape("normal-1e-307", HARD, |n| scaled(n, 1e-307), &[25, 300], ONE),
    shape("normal-1e-310", HARD, |n| scaled(n, 1e-310), &[25, 300], ONE),
    shape("normal-1e-322", HARD, |n| scaled(n, 1e-322), &[25, 300], ONE),
    shape("alternating-5e-324", HARD, |n| alternating(n, 0.0, 5e-324), &[2, 3, 25, 300], USUAL),
    shape("tie-below-5e-324", HARD, |n| cycle(n, &[5e-324, 0.0]), &[2, 4, 64], &[(64, 2), (64, 4)]),
    shape("alternating-max", HARD, |n| alternating(n, 0.0, f64::MAX), &[2, 3, 16, 64], &[(64, 2), (64, 16)]),
    shape("max-and-zeros", HARD, |n| cycle(n, &[f64::MAX, 0.0, 0.0]), &[2, 3, 25], &[(64, 2), (64, 25)]),
    // Equal values: exactly 0, though sums of them are rounded.
    shape("constant-0.1", ORDINARY, |n| vec![0.1; n], EQUAL, USUAL),
    shape("constant--0.087", ORDINARY, |n| vec![-0.087; n], EQUAL, USUAL),
    shape("constant-1.81", ORDINARY, |n| vec![1.81; n], EQUAL, USUAL),
    shape("constant-36743.6", ORDINARY, |n| vec![36743.6; n], EQUAL, USUAL),
    shape("constant-1e9", ORDINARY, |n| vec![1e9; n], EQUAL, USUAL),
    shape("constant-6.7e9", ORDINARY, |n| vec![6_715_266_981.538_051; n], EQUAL, USUAL),
    shape("constant-3.4e16", ORDINARY, |n| vec![34_050_628_916_015_624.0; n], EQUAL, USUAL),
    shape("constant-1e200", ORDINARY, |n| vec![1e200; n], EQUAL, USUAL),
    shape("constant-1e-200", ORDINARY, |n| vec![1e-200; n], EQUAL, USUAL),
    shape("constant-5e-324", ORDINARY, |n| vec![5e-324; n], EQUAL, USUAL),
    shape("constant-max", ORDINARY, |n| vec![f64::MAX; n], EQUAL, USUAL),
    shape("zeros", ORDINARY, |n| vec![0.0; n], EQUAL, USUAL),
    shape("zeros-of-both-signs", ORDINARY, |n| cycle(n, &[0.0, -0.0]), EQUAL, USUAL),
    // Not finite: exactly the windows that hold it are NaN, and nothing afterwards.
    shape("nan-first", HARD, |n| with(n, &[0], f64::NAN), &[1, 2, 25, 300], USUAL),
    shape("nan-middle", HARD, |n| with(n, &[n / 2], f64::NAN), &[25, 300], USUAL),
    shape("nan-last", HARD, |n| with(n, &[n - 1], f64::NAN), &[25, 300], USUAL),
    shape("nan-often", HARD, |n| with(n, &[20, 21, 22, 61, 180, 299], f64::NAN), &[300], USUAL),
    shape("nan-only", HARD, |n| vec![f64::NAN; n], &[1, 2, 25], &[(60, 1), (60, 10)]),
    shape("infinity-first", HARD, |n| with(n, &[0], f64::INFINITY), &[1, 2, 25, 300], USUAL),
    shape("infinity-middle", HARD, |n| with(n, &[n / 2], f64::INFINITY), &[25, 300], USUAL),
    shape("infinity-last", HARD, |n| with(n, &[n - 1], f64::INFINITY), &[25, 300], USUAL),
    shape("infinity-often", HARD, |n| with(n, &[20, 21, 22, 61, 180, 299], f64::NEG_INFINITY), &[300], USUAL),
    shape("infinity-only", HARD, |n| vec![f64::INFINITY; n], &[1, 2, 25], &[(60, 1), (60, 10)]),
    shape("infinities-and-max", HARD, infinities_and_max, &[25], &[(60, 2), (60, 10)]),
    // NIST Statistical Reference Datasets, univariate: certified 0.1 with ddof 1 at n = 1001.
    shape("nist-numacc2", HARD, |n| numacc(n, 1.2, 1.1, 1.3), &[1001], &[(1001, 100)]),
    shape("nist-numacc3", HARD, |n| numacc(n, 1_000_000.2, 1_000_000.1, 1_000_000.3), &[1001], &[(1001, 100)]),
    shape("nist-numacc4", HARD, |n| numacc(n, 10_000_000.2, 10_000_000.1, 10_000_000.3), &[1001], &[(1001, 100)]),
];

/// Normal numbers, the same for every shape.
fn noise(length: usize) -> Vec<f64> {
    draw_one("case/noise", 0, Distribution::Normal, length, 1)
}

/// Noise with `value` at these places, as far as the series reaches.
fn with(length: usize, places: &[usize], value: f64) -> Vec<f64> {
    let mut values = noise(length);
    for &place in places.iter().filter(|&&place| place < length) {
        values[place] = value;
    }
    values
}

fn spike(length: usize, height: f64) -> Vec<f64> {
    with(length, &[length / 3], height)
}

fn spikes(length: usize, period: usize, height: f64) -> Vec<f64> {
    with(length, &(0..length).step_by(period).collect::<Vec<_>>(), height)
}

fn spike_on(length: usize, level: f64, height: f64) -> Vec<f64> {
    let mut values = vec![level; length];
    values[length / 3] = height;
    values
}

fn step(length: usize, before: f64, after: f64) -> Vec<f64> {
    (0..length).map(|index| if index < length * 2 / 5 { before } else { after }).collect()
}

fn noise_steps(length: usize) -> Vec<f64> {
    noise(length).iter().zip(step(length, 0.0, 1e9)).map(|(noise, level)| noise + level).collect()
}

fn trend(length: usize, from: f64, slope: f64) -> Vec<f64> {
    (0..length).map(|index| from + slope * index as f64).collect()
}

fn random_walk(length: usize) -> Vec<f64> {
    let step = |level: &mut f64, noise| {
        *level += noise;
        Some(*level)
    };
    noise(length).into_iter().scan(0.0, step).collect()
}

/// 100 values of noise, 100 times the last one, and so on.
fn flat_stretches(length: usize) -> Vec<f64> {
    let mut values = noise(length);
    for index in (1..length).filter(|index| index / 100 % 2 == 1) {
        values[index] = values[index - 1];
    }
    values
}

/// Small positive noise, then its first value for ever.
fn noise_then_flat(length: usize) -> Vec<f64> {
    let mut values: Vec<f64> = noise(length).iter().map(|value| 1.6e-5 * value.abs()).collect();
    let level = values[0];
    values[length / 2..].fill(level);
    values
}

fn alternating(length: usize, level: f64, amplitude: f64) -> Vec<f64> {
    cycle(length, &[level + amplitude, level - amplitude])
}

fn cycle(length: usize, values: &[f64]) -> Vec<f64> {
    values.iter().copied().cycle().take(length).collect()
}

fn geometric(length: usize, ratio: f64) -> Vec<f64> {
    std::iter::successors(Some(1.0), |value| Some(value * ratio)).take(length).collect()
}

/// A decaying oscillation by its difference equation: no sine, so the same on every platform.
fn damped_oscillation(length: usize) -> Vec<f64> {
    let next = |&(before, value): &(f64, f64)| Some((value, 1.84 * value - 0.92 * before));
    std::iter::successors(Some((0.0, 1.0)), next).map(|(_, value)| value).take(length).collect()
}

/// Signs alternate while exponents jump over nearly the whole range of a double.
fn wide_exponents(length: usize) -> Vec<f64> {
    let value = |index: usize| {
        let scale = 2f64.powi((index * 701 % 1900) as i32 - 1000);
        let sign = if index.is_multiple_of(2) { 1.0 } else { -1.0 };
        sign * (1.0 + index as f64 / 64.0) * scale
    };
    (0..length).map(value).collect()
}

fn low_digits(length: usize, level: f64, digit: f64) -> Vec<f64> {
    (0..length).map(|index| level + digit * (7 * index % 5) as f64).collect()
}

fn scaled(length: usize, scale: f64) -> Vec<f64> {
    noise(length).iter().map(|value| value * scale).collect()
}

fn infinities_and_max(length: usize) -> Vec<f64> {
    let mut values = cycle(length, &[f64::INFINITY, f64::MAX, f64::NEG_INFINITY]);
    values[length / 2..].copy_from_slice(&noise(length - length / 2));
    values
}

fn numacc(length: usize, first: f64, odd: f64, even: f64) -> Vec<f64> {
    let mut values = cycle(length, &[even, odd]);
    values[0] = first;
    values
}
