//! What does a standard deviation of the bank cost, beside a loop that only takes square roots?
//!
//! Prints, on one thread and on two, the least time per standard deviation over many calls, and as a multiple of that
//! of the control in the same process. Without a recording (int16, little-endian) a made-up one is taken.
//! `cargo run --release -p breakeven-simd --features contender --example bank_speed [FILE CHANNELS [ROWS]]`
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::hint::black_box;
use std::time::Instant;

use breakeven_problem::{Bank, bank};
use breakeven_simd::{Kernel, SimdBank, ThreadedBank};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Roots of one call of the control; both of its slices stay in the second-level cache.
const ROOTS: usize = 16_384;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize| arguments.get(index).map(|word| word.parse::<usize>().expect("a number"));
    let rows = number(2).unwrap_or(50_000);
    let cases = match arguments.first() {
        Some(path) => {
            let bytes = std::fs::read(path).expect("a recording");
            vec![samples(&bytes, number(1).expect("3 or 6 channels"), rows)]
        }
        None => vec![made_up(3, rows), made_up(6, rows)],
    };
    let kernel = Kernel::from_environment().expect("a kernel");
    let values: Vec<f64> = (0..ROOTS).map(|index| index as f64 + 0.7).collect();
    println!("on {}", kernel.isa());
    for channels in &cases {
        let units = bank::units(channels[0].len(), channels.len()) as f64;
        let mut out = vec![0.0; ROOTS];
        let mut other = out.clone();
        let (mut ours, mut threaded, mut control, mut two) = (f64::MAX, f64::MAX, f64::MAX, f64::MAX);
        // the two threads' control takes about as long as the bank does, so that noise finds it as often
        let calls = (units as usize / ROOTS / 2).max(1);
        for _ in 0..100 {
            for _ in 0..10 {
                control =
                    control.min(seconds(|| kernel.square_roots(black_box(&values), black_box(&mut out))));
            }
            ours = ours.min(seconds(|| run::<SimdBank>(channels)));
            two = two.min(seconds(|| {
                let roots = |out: &mut Vec<f64>| {
                    (0..calls).for_each(|_| kernel.square_roots(black_box(&values), black_box(out)));
                };
                std::thread::scope(|scope| {
                    scope.spawn(|| roots(&mut other));
                    roots(&mut out);
                });
            }));
            threaded = threaded.min(seconds(|| run::<ThreadedBank>(channels)));
        }
        let (ours, threaded) = (ours * 1e9 / units, threaded * 1e9 / units);
        let (control, two) = (control * 1e9 / ROOTS as f64, two * 1e9 / (2 * calls * ROOTS) as f64);
        println!("{} channels, {} rows", channels.len(), channels[0].len());
        println!("  control, one thread   {control:7.3} ns");
        println!("  control, two threads  {two:7.3} ns = 1 / {:.2} of one", control / two);
        println!("  bank, one thread      {ours:7.3} ns = {:5.2} x control", ours / control);
        println!("  bank, all threads     {threaded:7.3} ns = 1 / {:.2} of one", ours / threaded);
    }
}

fn run<B: Bank>(channels: &[Vec<i16>]) {
    black_box(bank::run::<B>(black_box(channels)));
}

fn samples(bytes: &[u8], channels: usize, rows: usize) -> Vec<Vec<i16>> {
    let row = |row: &[u8], channel: usize| i16::from_le_bytes([row[2 * channel], row[2 * channel + 1]]);
    let channel = |channel: usize| {
        bytes.chunks_exact(2 * channels).take(rows).map(|bytes| row(bytes, channel).max(-32767)).collect()
    };
    (0..channels).map(channel).collect()
}

/// A wave of two steps a second, noise, and now and then a spike.
fn made_up(channels: usize, rows: usize) -> Vec<Vec<i16>> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut sample = |channel: usize, row: usize| {
        let wave = 600.0 * (row as f64 * 0.1257 + channel as f64).sin();
        let spike = if random.random_bool(0.02) { 2500.0 } else { 0.0 };
        (wave + spike + random.random_range(-150.0..150.0)) as i16
    };
    (0..channels).map(|channel| (0..rows).map(|row| sample(channel, row)).collect()).collect()
}

fn seconds(work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_secs_f64()
}
