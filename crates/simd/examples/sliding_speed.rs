//! What does a window cost, beside a loop that only takes square roots?
//!
//! Prints, for each series and window, the least time per window over many calls, as a multiple of that of the control
//! in the same process. `cargo run --release -p breakeven-simd --example sliding_speed [LENGTH [WINDOW...]]`
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::hint::black_box;
use std::time::Instant;

use breakeven_problem::inputs::cliffs;
use breakeven_simd::Kernel;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|word| word.parse::<usize>().expect("a number"));
    let length = arguments.next().unwrap_or(100_000);
    let windows: Vec<usize> = arguments.collect();
    let windows = if windows.is_empty() { vec![75] } else { windows };
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut series = vec![("uniform", (0..length).map(|_| random.random()).collect::<Vec<f64>>())];
    let normal = |random: &mut ChaCha8Rng| (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
    series.push(("normal", (0..length).map(|_| normal(&mut random)).collect()));
    series.extend(cliffs(length, 1).into_iter().map(|cliff| (cliff.name, cliff.values)));
    let kernel = Kernel::from_environment().expect("a kernel");
    println!("on {}", kernel.isa());
    for (name, values) in &series {
        for &window in &windows {
            let mut out = vec![0.0; length + 1 - window];
            let (mut ours, mut control) = (f64::MAX, f64::MAX);
            for _ in 0..(10_000_000 / length).clamp(7, 1000) {
                control = control.min(seconds(|| kernel.square_roots(black_box(&series[0].1), &mut out)));
                ours = ours.min(seconds(|| kernel.sliding(black_box(values), window, 0, &mut out)));
            }
            let ns = ours * 1e9 / out.len() as f64;
            println!("{name:15} w={window:<7} {ns:8.3} ns = {:6.2} x control/square-root", ours / control);
            let exact = breakeven_simd::exact::ExactKernel::best();
            let correct = (0..7)
                .map(|_| seconds(|| exact.sliding(black_box(values), window, 0, &mut out)))
                .fold(f64::MAX, f64::min);
            println!(
                "{:15} w={window:<7} {:8.3} ns = {:6.2} x control/square-root",
                format!("{name},exact"),
                correct * 1e9 / out.len() as f64,
                correct / control
            );
        }
    }
}

fn seconds(work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_secs_f64()
}
