//! When do threads pay for one series or recording, and how do they keep the bits of one thread?
//!
//! The lanes of [`mod@crate::sliding`] start at fixed windows, and depend on nothing but their own values.
//! So the series is cut where lanes start, and every part is a series to the same kernel. Correctly
//! rounded results may be cut anywhere. The channels of
//! a recording are independent of each other: [`ThreadedBank`](crate::ThreadedBank) does them side by side.
//!
//! Threads are those of rayon's pool: the one that the caller is in, else the global one, which `RAYON_NUM_THREADS` sizes.

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::sliding::border;
use crate::{Kernel, exact};

/// As [`crate::sliding()`], to the same bits, on every thread of rayon's pool.
///
/// Threads start at 2^16 windows; below, and where the pool has one thread, all is done in the calling thread. A part
/// has at least as many windows as a window has values, since it has to sum its first window. Threads that share a core share its
/// one unit for roots: two of them are no faster than one. The first call starts the pool, and each call wakes it:
/// ten to twenty microseconds.
///
/// # Panics
/// Where `window` is 0, or `out` is not of `values.len() - window + 1` numbers (none where the window is longer).
///
/// # Example
/// ```
/// let values: Vec<f64> = (0..100_000).map(|index| f64::from(index % 1013)).collect();
/// let (mut one, mut all) = (vec![0.0; 99_926], vec![0.0; 99_926]);
/// breakeven_simd::sliding(&values, 75, 0, &mut one);
/// breakeven_simd::threads::sliding(&values, 75, 0, &mut all);
/// assert_eq!(one, all);
/// ```
pub fn sliding(values: &[f64], window: usize, ddof: usize, out: &mut [f64]) {
    Kernel::chosen().sliding_in_threads(values, window, ddof, out);
}

/// As [`exact::sliding()`], to the same bits, on every thread of rayon's pool.
///
/// Threads start at 2^15 windows; a part is at least four windows for every value of a window.
///
/// # Panics
/// As [`sliding()`].
///
/// # Example
/// ```
/// let mut deviations = [0.0; 2];
/// breakeven_simd::threads::sliding_exact(&[1.0, 3.0, 5.0], 2, 0, &mut deviations);
/// assert_eq!(deviations, [1.0, 1.0]);
/// ```
pub fn sliding_exact(values: &[f64], window: usize, ddof: usize, out: &mut [f64]) {
    exact::chosen().sliding_in_threads(values, window, ddof, out);
}

impl Kernel {
    /// As [`sliding()`], on this instruction set.
    ///
    /// # Panics
    /// As there.
    pub fn sliding_in_threads(self, values: &[f64], window: usize, ddof: usize, out: &mut [f64]) {
        let cut = Cut { window, border: border(window), least: LEAST.max(window) };
        cut.share(values, out, |values, out| self.sliding(values, window, ddof, out));
    }
}

impl exact::ExactKernel {
    /// As [`sliding_exact()`], on this instruction set.
    ///
    /// # Panics
    /// As there.
    pub fn sliding_in_threads(self, values: &[f64], window: usize, ddof: usize, out: &mut [f64]) {
        let cut = Cut { window, border: window.saturating_mul(4), least: LEAST / 2 };
        cut.share(values, out, |values, out| self.sliding(values, window, ddof, out));
    }
}

/// Windows that are worth waking a thread for: waking takes ten to twenty microseconds, these windows twice as long.
const LEAST: usize = 1 << 15;

/// Parts for each thread, so that a thread that meets slow data leaves work to the others.
const PARTS: usize = 4;

/// Where a series may be cut.
struct Cut {
    window: usize,
    /// Parts start at multiples of so many windows.
    border: usize,
    /// Windows of a part, at least.
    least: usize,
}

impl Cut {
    /// Runs `kernel` on parts of the series and of its results. Few windows are one part, and so are lengths that do not
    /// fit each other, which the kernel refuses.
    fn share(&self, values: &[f64], out: &mut [f64], kernel: impl Fn(&[f64], &mut [f64]) + Sync) {
        let fits = self.window > 0 && out.len() == (values.len() + 1).saturating_sub(self.window);
        let part = self.part(out.len(), rayon::current_num_threads());
        let parts = if fits { out.len() / part } else { 0 };
        if parts < 2 {
            return kernel(values, out);
        }
        // the last part has what is left, too
        let (out, last) = out.split_at_mut((parts - 1) * part);
        let rest = &values[out.len()..];
        let of_part = |(number, out): (usize, &mut [f64])| {
            kernel(&values[number * part..][..out.len() + self.window - 1], out);
        };
        rayon::join(|| out.par_chunks_mut(part).enumerate().for_each(of_part), || kernel(rest, last));
    }

    /// Windows of a part, never 0: more than all where there is but one thread.
    fn part(&self, windows: usize, threads: usize) -> usize {
        if threads < 2 {
            return windows + 1;
        }
        let least = self.least.max(windows / (PARTS * threads));
        least.div_ceil(self.border.max(1)).saturating_mul(self.border.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_start_at_borders_and_are_worth_a_thread() {
        for window in [1, 19, 20, 75, 100, 1000, 30_000] {
            let cut = Cut { window, border: border(window), least: LEAST.max(window) };
            for windows in [0, 1, 100_000, 999_926, 10_000_000] {
                for threads in [2, 3, 64] {
                    let part = cut.part(windows, threads);
                    assert!(part.is_multiple_of(border(window)) && part >= LEAST, "{part} for w={window}");
                    assert!(windows / part <= PARTS * threads, "{part} of {windows} for {threads}");
                }
                assert!(cut.part(windows, 1) > windows);
            }
        }
    }
}
