//! What does a window cost, beside a loop that only takes square roots?
//!
//! Prints, for each series and window, the least time per window over many calls, as a multiple of that of the control
//! in the same process, and the same of Bottleneck's loop. `cargo run --release -p breakeven-simd --features contender --example sliding_speed [LENGTH [WINDOW...] [SERIES...]]`
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::hint::black_box;
use std::time::Instant;

use breakeven_problem::inputs::cliffs;
use breakeven_simd::exact::ExactKernel;
use breakeven_simd::{Kernel, skipping};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn main() {
    let (names, numbers): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word.parse::<usize>().is_err());
    let mut numbers = numbers.iter().map(|word| word.parse::<usize>().expect("a number"));
    let length = numbers.next().unwrap_or(100_000);
    let windows: Vec<usize> = numbers.collect();
    let windows = if windows.is_empty() { vec![75] } else { windows };
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut series = vec![("uniform", (0..length).map(|_| random.random()).collect::<Vec<f64>>())];
    let normal = |random: &mut ChaCha8Rng| (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
    series.push(("normal", (0..length).map(|_| normal(&mut random)).collect()));
    series.extend(cliffs(length, 1).into_iter().map(|cliff| (cliff.name, cliff.values)));
    series.push(("sine", (0..length).map(|place| (place as f64 / 40.0).sin()).collect()));
    series.push(("vanishing", (0..length).map(|place| vanishing(place, length)).collect()));
    for (name, share) in [("missing-1", 0.01), ("missing-10", 0.1), ("missing-50", 0.5)] {
        let value = |_| if random.random::<f64>() < share { f64::NAN } else { random.random() };
        series.push((name, (0..length).map(value).collect()));
    }
    let kernel = Kernel::from_environment().expect("a kernel");
    println!("on {}", kernel.isa());
    let all = series.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|word| word == name));
    for (name, values) in all {
        for &window in &windows {
            let mut out = vec![0.0; length + 1 - window];
            let (mut ours, mut control) = (f64::MAX, f64::MAX);
            for _ in 0..(10_000_000 / length).clamp(7, 1000) {
                control = control.min(seconds(|| kernel.square_roots(black_box(&series[0].1), &mut out)));
                ours = ours.min(seconds(|| kernel.sliding(black_box(values), window, 0, &mut out)));
            }
            let bottleneck = least(7, || bottleneck(black_box(values), window, &mut out));
            print(name, window, ours / out.len() as f64, control / out.len() as f64);
            print("... Bottleneck", window, bottleneck / out.len() as f64, control / out.len() as f64);
            if values.iter().any(|value| value.is_nan()) {
                let skipping =
                    least(7, || skipping::sliding(black_box(values), window, 0, window / 8, &mut out));
                print("... skipped", window, skipping / out.len() as f64, control / out.len() as f64);
                let exact =
                    least(7, || skipping::sliding_exact(black_box(values), window, 0, window / 8, &mut out));
                print("... exact, skipped", window, exact / out.len() as f64, control / out.len() as f64);
            }
            let exact = least(7, || ExactKernel::best().sliding(black_box(values), window, 0, &mut out));
            print("... exact", window, exact / out.len() as f64, control / out.len() as f64);
        }
    }
}

/// The loop of Bottleneck's `move_std`, without what it does for NaN.
fn bottleneck(values: &[f64], window: usize, out: &mut [f64]) {
    let (per_value, mut mean, mut moment) = (1.0 / window as f64, 0.0, 0.0);
    for (place, value) in values[..window].iter().enumerate() {
        let distance = value - mean;
        mean += distance / (place + 1) as f64;
        moment += distance * (value - mean);
    }
    for (place, result) in out.iter_mut().enumerate() {
        *result = (f64::max(moment, 0.0) * per_value).sqrt();
        let (old, Some(new)) = (values[place], values.get(place + window)) else { return };
        let (change, before) = (new - old, old - mean);
        mean += change * per_value;
        moment = f64::max(moment, 0.0) + (new - mean + before) * change;
    }
}

/// exp(-x x) for x from -25 to 25: from beyond the range of squares and back.
fn vanishing(place: usize, length: usize) -> f64 {
    let x = 50.0 * place as f64 / length as f64 - 25.0;
    (-x * x).exp()
}

fn print(name: &str, window: usize, ours: f64, control: f64) {
    println!("{name:18} w={window:<7} {:8.3} ns = {:6.2} x control/square-root", ours * 1e9, ours / control);
}

fn least(calls: usize, mut work: impl FnMut()) -> f64 {
    (0..calls).map(|_| seconds(&mut work)).fold(f64::MAX, f64::min)
}

fn seconds(work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_secs_f64()
}
