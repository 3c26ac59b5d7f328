//! What becomes of a window whose sums were not good enough?
//!
//! Its result is made of its own values alone: 0 where all are equal, else by the corrected two-pass, or correctly rounded if it is
//! wide, where neighbours share the work. So it has the same bits however it came to be here.

use std::ops::Range;

use super::Shape;
use crate::{Kernel, exact, skipping};

/// Up to this window each is summed by itself.
const NARROW: usize = 256;

/// The windows of a series that are in doubt, oldest first.
pub(super) struct Doubtful<'a> {
    kernel: Kernel,
    pub(super) shape: &'a Shape,
    pub(super) values: &'a [f64],
    /// Windows that hold one value only.
    equal: Range<usize>,
    /// Wide windows that are still to be decided, side by side.
    pending: Range<usize>,
}

impl<'a> Doubtful<'a> {
    pub(super) fn new(kernel: Kernel, shape: &'a Shape, values: &'a [f64]) -> Self {
        Self { kernel, shape, values, equal: 0..0, pending: 0..0 }
    }

    /// Whether all values of window number `start` are equal.
    #[cold]
    #[inline(never)]
    pub(super) fn is_of_equal_values(&mut self, start: usize) -> bool {
        let (first, last) = (self.values[start], self.values[start + self.shape.window - 1]);
        if !self.equal.contains(&start) && first == last && first.is_finite() {
            let run = self.values[start..].iter().take_while(|value| **value == first).count();
            self.equal = start..(start + run + 1).saturating_sub(self.shape.window);
        }
        self.equal.contains(&start)
    }

    /// Writes the result of window number `start`, which has enough values, into `out` at its place; of a wide one at the latest
    /// when [`Doubtful::finish`] is called.
    #[cold]
    #[inline(never)]
    pub(super) fn settle(&mut self, start: usize, out: &mut [f64]) {
        let length = self.shape.window;
        if self.is_of_equal_values(start) {
            out[start] = 0.0;
            return;
        }
        if length <= NARROW {
            out[start] = self.alone(&self.values[start..start + length]);
            return;
        }
        if self.pending.end != start {
            self.finish(out);
            self.pending = start..start;
        }
        self.pending.end = start + 1;
    }

    fn alone(&self, window: &[f64]) -> f64 {
        let Shape { ddof, least, .. } = *self.shape;
        if window.iter().all(|value| value.is_finite()) {
            return self.kernel.standard_deviation(window, ddof);
        }
        let mut present = [0.0; NARROW];
        let mut count = 0;
        for value in window.iter().filter(|value| !value.is_nan()) {
            present[count] = *value;
            count += 1;
        }
        if count < least { f64::NAN } else { self.kernel.standard_deviation(&present[..count], ddof) }
    }

    /// Decides what is pending.
    #[cold]
    pub(super) fn finish(&mut self, out: &mut [f64]) {
        let pending = std::mem::replace(&mut self.pending, 0..0);
        if pending.is_empty() {
            return;
        }
        let Shape { window, ddof, least, .. } = *self.shape;
        let values = &self.values[pending.start..pending.end + window - 1];
        let exactly = |values: &[f64], window: usize, ddof: usize, out: &mut [f64]| {
            exact::beside(self.kernel).sliding(values, window, ddof, out);
        };
        skipping::by_stretches(values, window, ddof, least, exactly, &mut out[pending]);
    }
}
