//! Is any window of any series wrong?
//!
//! `cargo run --release -p breakeven-simd --example sliding_fuzz [SECONDS [SEED]]` makes a series of drifts, jumps, noise and scales from each seed, from
//! SEED on, leaves out some values of every other one, and compares every window with the correctly rounded result, and some shorter series with the whole one, bit by bit. It prints
//! the windows compared, the largest relative error and the seed to go on with; it ends at the first error above 1e-14, and at other bits.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::time::{Duration, Instant};

use breakeven_simd::skipping;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const ALLOWED: f64 = 1e-14;

fn main() {
    let mut numbers = std::env::args().skip(1).map(|word| word.parse::<u64>().expect("a whole number"));
    let time = Duration::from_secs(numbers.next().unwrap_or(60));
    let first = numbers.next().unwrap_or(1);
    let started = Instant::now();
    let (mut windows, mut worst) = (0, 0.0);
    for seed in first.. {
        if started.elapsed() > time {
            println!("{windows} windows, largest error {worst:.1e}; the next seed is {seed}");
            return;
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut values = series(&mut random);
        if random.random() {
            let share = 10f64.powf(random.random_range(-4.0..0.0));
            let hole = if random.random_ratio(1, 8) { f64::INFINITY } else { f64::NAN };
            values.iter_mut().filter(|_| random.random::<f64>() < share).for_each(|value| *value = hole);
            for _ in 0..random.random_range(0..8) {
                let start = random.random_range(0..values.len());
                let end = values.len().min(start + random.random_range(1..6_000));
                values[start..end].fill(f64::NAN);
            }
        }
        let widest = [12, 300, 6_000][random.random_range(0..3)];
        let window = random.random_range(2..widest).min(values.len());
        let least = if random.random() { window } else { random.random_range(1..=window) };
        let deviations = slide(&values, window, least);
        let mut right = deviations.clone();
        skipping::sliding_exact(&values, window, 0, least, &mut right);
        for (place, (result, right)) in deviations.iter().zip(&right).enumerate() {
            let same = result == right || result.is_nan() && right.is_nan();
            let error = if same { 0.0 } else { (result - right).abs() / right };
            assert!(error <= ALLOWED, "seed {seed}, w={window}, window {place}: {result:e} for {right:e}");
            worst = f64::max(worst, error);
        }
        for _ in 0..3 {
            let length = random.random_range(window..=values.len());
            let part = slide(&values[..length], window, least);
            let same = |(part, whole): (&f64, &f64)| {
                part.to_bits() == whole.to_bits() || part.is_nan() && whole.is_nan()
            };
            let same = part.iter().zip(&deviations).all(same);
            assert!(same, "seed {seed}, w={window}: other bits of the first {length} values");
        }
        windows += deviations.len();
    }
}

/// With `least` the whole window nothing is left out.
fn slide(values: &[f64], window: usize, least: usize) -> Vec<f64> {
    let mut deviations = vec![0.0; values.len() + 1 - window];
    skipping::sliding(values, window, 0, least, &mut deviations);
    deviations
}

/// One kind, or stretches of several.
fn series(random: &mut ChaCha8Rng) -> Vec<f64> {
    let length = if random.random_ratio(1, 16) { 120_000 } else { random.random_range(300..30_000) };
    let scale = 10f64.powi(random.random_range(-30..30));
    let mut level = random.random::<f64>() * 10f64.powi(random.random_range(-3..8));
    let mut values = Vec::new();
    while values.len() < length {
        let kind = random.random_range(0..9);
        let stretch = if random.random() { length } else { random.random_range(1..6_000) };
        let slope = random.random_range(-2.0..2.0);
        let spread = 10f64.powi(random.random_range(-6..3));
        let period = 10f64.powf(random.random_range(1.0..4.0));
        for place in 0..stretch {
            let noise = (0..4).map(|_| random.random::<f64>()).sum::<f64>() - 2.0;
            let x = place as f64;
            level = match kind {
                0 => level + noise,
                1 => level + noise.powi(3),
                2 => level * (1.0 + 0.01 * noise),
                3 => level + noise.signum(),
                _ => level,
            };
            let value = match kind {
                4 => level + slope * x + spread * noise,
                5 => level + period * (x / period).sin() + 0.01 * spread * noise,
                6 => level + spread * noise,
                7 => level + slope * (x / 100.0).powi(2) + spread * noise,
                8 if place % 997 == 996 => level + 1e6,
                8 => level + slope * x,
                _ => level,
            };
            values.push(value * scale);
        }
    }
    values.truncate(length);
    values
}
