//! What becomes of a window whose sums were not good enough?
//!
//! Its result is made of its own values alone: 0 where all are equal, else by the corrected two-pass, or from its correctly rounded variance if
//! it is wide, where neighbours share the work. So it has the same bits however it came to be here.

use std::ops::Range;

use super::Shape;
use crate::exact::{Rounded, Runs, Tile};
use crate::{Kernel, exact};

/// Up to this window each is summed by itself.
const NARROW: usize = 256;

/// Windows of a series, to be decided one by one.
pub(super) struct Doubtful<'a> {
    pub(super) kernel: Kernel,
    pub(super) shape: &'a Shape,
    pub(super) values: &'a [f64],
}

/// Adds a window to runs of windows, after all that they hold.
pub(super) fn note(window: usize, runs: &mut Vec<Range<usize>>) {
    match runs.last_mut() {
        Some(run) if run.end == window => run.end += 1,
        _ => runs.push(window..window + 1),
    }
}

impl Doubtful<'_> {
    /// Writes the results of some runs of windows into `out`, that of all windows.
    #[cold]
    #[inline(never)]
    pub(super) fn settle(&self, runs: &[Range<usize>], out: &mut [f64]) {
        let window = self.shape.window;
        if window <= NARROW {
            return runs.iter().for_each(|run| self.one_by_one(run.clone(), out));
        }
        // runs that are near each other share the work: what lies between them is done, too, and left as it is
        for near in runs.chunk_by(|a, b| b.start - a.end <= window / 4) {
            let (first, last) = (near[0].start, near[near.len() - 1].end);
            let mut results = vec![0.0; last - first];
            self.nearly(first..last, &mut results);
            for run in near {
                out[run.clone()].copy_from_slice(&results[run.start - first..run.end - first]);
            }
        }
    }

    fn one_by_one(&self, windows: Range<usize>, out: &mut [f64]) {
        let Shape { window, ddof, least, .. } = *self.shape;
        let values = &self.values[windows.start..windows.end + window - 1];
        let out = &mut out[windows];
        let mut runs = Runs::new(values);
        let (are_missing, mut left) = (values.iter().any(|value| value.is_nan()), Vec::new());
        for (start, result) in out.iter_mut().enumerate() {
            let mut alone = &values[start..start + window];
            *result = if runs.are_equal_and_finite(start, window) {
                0.0
            } else {
                if are_missing {
                    left.clear();
                    left.extend(alone.iter().filter(|value| !value.is_nan()));
                    alone = &left;
                }
                if alone.len() < least { f64::NAN } else { self.kernel.standard_deviation(alone, ddof) }
            };
        }
    }

    /// The roots of correctly rounded variances.
    fn nearly(&self, windows: Range<usize>, out: &mut [f64]) {
        let Shape { window, ddof, least, .. } = *self.shape;
        let values = &self.values[windows.start..windows.end + window - 1];
        let kernel = exact::beside(self.kernel);
        kernel.windows(&Tile { values, window, ddof, least, rounded: Rounded::Variance }, out);
    }
}
