//! What becomes of a window whose sums were not good enough?
//!
//! Its result is made of its own values alone: 0 where all are equal, else by the corrected two-pass, or from its correctly rounded variance if
//! it is wide, where neighbours share the work. So it has the same bits however it came to be here.

use std::ops::Range;

use super::Shape;
use crate::exact::{Rounded, Runs, Tile};
use crate::{Kernel, exact, skipping};

/// Up to this window each is summed by itself.
const NARROW: usize = 256;

/// Windows of a series, to be decided one by one.
pub(super) struct Doubtful<'a> {
    pub(super) kernel: Kernel,
    pub(super) shape: &'a Shape,
    pub(super) values: &'a [f64],
}

impl Doubtful<'_> {
    /// Writes the results of some windows into `out`, that of all windows.
    #[cold]
    #[inline(never)]
    pub(super) fn settle(&self, windows: Range<usize>, out: &mut [f64]) {
        let Shape { window, ddof, least, .. } = *self.shape;
        if window > NARROW {
            return self.nearly(windows, out);
        }
        let values = &self.values[windows.start..windows.end + window - 1];
        let out = &mut out[windows];
        let mut runs = Runs::new(values);
        if values.iter().any(|value| value.is_nan()) {
            let by_one = |values: &[f64], first: Range<usize>, out: &mut [f64]| {
                for (result, window) in out.iter_mut().zip(values[first.start..].windows(first.len())) {
                    *result = self.kernel.standard_deviation(window, ddof);
                }
            };
            return skipping::by_stretches(values, window, ddof, least, by_one, out);
        }
        for (start, result) in out.iter_mut().enumerate() {
            let alone = &values[start..start + window];
            let equal = runs.are_equal(start, window);
            *result = if equal { 0.0 } else { self.kernel.standard_deviation(alone, ddof) };
        }
    }

    /// The same, the roots of correctly rounded variances.
    pub(super) fn nearly(&self, windows: Range<usize>, out: &mut [f64]) {
        let Shape { window, ddof, least, .. } = *self.shape;
        if windows.is_empty() {
            return;
        }
        let values = &self.values[windows.start..windows.end + window - 1];
        let (kernel, out) = (exact::beside(self.kernel), &mut out[windows]);
        let series = Tile { values, window, ddof, rounded: Rounded::Variance };
        if least < window {
            skipping::exactly(kernel, &series, least, out);
        } else {
            kernel.windows(&series, out);
        }
    }
}
