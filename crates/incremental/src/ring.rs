//! How do the last values always lie in one piece?

use crate::anchored::Counts;

/// The last `window` values, each stored twice so that a slice holds them all, oldest first; and what counting tells of
/// them.
#[derive(Debug, Clone)]
pub(crate) struct Ring {
    window: usize,
    /// Two copies; the slice that ends with a copy's newest value starts behind its oldest.
    copies: Vec<f64>,
    /// Where the next value goes, in the first copy.
    next: usize,
    full: bool,
    counts: Counts,
}

impl Ring {
    /// At least one value.
    pub(crate) fn new(window: usize) -> Self {
        Self { window, copies: vec![0.0; 2 * window], next: 0, full: false, counts: Counts::empty() }
    }

    /// Stores `value` in the place of the oldest one, which it gives back, where there was one.
    #[inline(always)]
    pub(crate) fn push(&mut self, value: f64) -> Option<f64> {
        let leaving = self.full.then_some(self.copies[self.next]);
        if let Some(leaving) = leaving {
            self.counts.leave(leaving);
        }
        self.counts.enter(value);
        self.copies[self.next] = value;
        self.copies[self.next + self.window] = value;
        self.next += 1;
        if self.next == self.window {
            self.next = 0;
            self.full = true;
        }
        leaving
    }

    #[inline(always)]
    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Whether there have been as many values as the window holds.
    #[inline(always)]
    pub(crate) fn full(&self) -> bool {
        self.full
    }

    /// Where the next value goes: counts from 0 up to the window and starts again.
    #[inline(always)]
    pub(crate) fn next(&self) -> usize {
        self.next
    }

    /// The window, oldest value first; zeros where there was none yet.
    #[inline(always)]
    pub(crate) fn window(&self) -> &[f64] {
        &self.copies[self.next..self.next + self.window]
    }
}
