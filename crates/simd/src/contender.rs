//! What does this crate enter into the comparison?

use std::thread::available_parallelism;

use breakeven_problem::{Contract, RustContender};

use crate::{Kernel, exact, sliding, standard_deviation, threads};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// On a slice: `rust/simd`, [`standard_deviation`] and [`sliding()`], and `rust/simd-exact`, [`mod@exact`], on one thread;
/// `rust/simd-threads`, [`threads::sliding`], on as many as there are processors, and absent where there is only one.
#[must_use]
pub fn contenders() -> Vec<RustContender> {
    let fast = "eight lanes on the widest vectors: a corrected two-pass; \
                windows as two stacks of sums, proved good enough or recomputed";
    let exactly =
        "pairs of doubles with a rounding test, integers where that is undecided: correctly rounded";
    let threaded = "the same windows, to the same bits, on every processor";
    vec![
        RustContender::new("simd", VERSION, Contract::Fast, fast)
            .isa(Kernel::or_portable().isa())
            .whole(standard_deviation)
            .sliding(sliding),
        RustContender::new("simd-exact", VERSION, Contract::Exact, exactly)
            .isa(exact::chosen().isa())
            .whole(exact::standard_deviation)
            .sliding(exact::sliding),
        RustContender::new("simd-threads", VERSION, Contract::Fast, threaded)
            .isa(Kernel::or_portable().isa())
            .threads(available_parallelism().map_or(1, usize::from))
            .sliding(threads::sliding),
    ]
}

/// What no kernel of a task can do without, timed as the kernels are.
///
/// - `control/divide-and-root` on `whole`: one division and the root of its quotient. Neither waits for another call.
/// - `control/square-root` on `sliding`: as many roots as there are windows, from the series into the other slice, on
///   the widest vectors that [`standard_deviation`] uses too.
/// - `control/copy` on `sliding`: the series is read once and as many values written as there are windows, which is what
///   memory costs a kernel that keeps everything else in the caches.
///
/// Roots are taken of magnitudes: of negative numbers they might end early, in NaN.
#[must_use]
pub fn controls() -> Vec<RustContender> {
    let kernel = Kernel::or_portable();
    vec![
        RustContender::control("divide-and-root", VERSION, "one division and the root of its quotient")
            .whole(divide_and_root),
        RustContender::control("square-root", VERSION, "one root per window, on the widest vectors")
            .isa(kernel.isa())
            .sliding(move |values, _, _, out| kernel.square_roots(values, out)),
        RustContender::control("copy", VERSION, "the series read once, the windows written once")
            .sliding(|values, _, _, out| copy(values, out)),
    ]
}

/// As much of the series as there are windows; what is left over is shorter than a window.
fn copy(values: &[f64], out: &mut [f64]) {
    let length = out.len().min(values.len());
    out[..length].copy_from_slice(&values[..length]);
}

/// The root of the first value over the divisor, which is known only at run time, as that of a standard deviation is.
fn divide_and_root(values: &[f64], ddof: usize) -> f64 {
    let divisor = (values.len() as i64).wrapping_sub(ddof as i64) as f64;
    (values.first().copied().unwrap_or(f64::NAN).abs() / divisor).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_control_takes_the_root_of_every_magnitude_on_every_instruction_set() {
        let values: Vec<f64> = (0..301).map(|index| f64::from(index - 150) * 0.7).collect();
        for kernel in Kernel::available() {
            for length in [0, 1, 7, 8, 9, 75, 300] {
                let mut out = vec![-1.0; length];
                kernel.square_roots(&values, &mut out);
                for (root, value) in out.iter().zip(&values) {
                    assert_eq!(*root, value.abs().sqrt(), "{} of {value}", kernel.isa());
                }
            }
        }
    }

    #[test]
    fn the_control_copies_as_many_values_as_there_are_windows() {
        let values = [1.0, 2.0, 3.0, 4.0];
        let mut out = [0.0; 3];
        copy(&values, &mut out);
        assert_eq!(out, [1.0, 2.0, 3.0]);
        let mut longer = [9.0; 5];
        copy(&values, &mut longer);
        assert_eq!(longer, [1.0, 2.0, 3.0, 4.0, 9.0]);
    }

    #[test]
    fn the_control_divides_and_takes_the_root() {
        assert_eq!(divide_and_root(&[-8.0, 1.0, 1.0], 1), 2.0);
        assert!(divide_and_root(&[], 0).is_nan());
    }
}
