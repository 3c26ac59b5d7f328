//! Where do windows begin and end?

use std::ops::Range;

/// Where windows begin and end.
#[derive(Debug, Clone)]
pub(crate) enum Bounds {
    Fixed(Fixed),
    /// One for each result: both ends only move forward.
    Given(Vec<Range<usize>>),
}

/// Windows of one width.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fixed {
    pub(crate) width: usize,
    /// Where the first window ends: from `1 - width` on.
    pub(crate) first_end: isize,
    /// From a window to the next.
    pub(crate) step: usize,
    pub(crate) ends: Ends,
}

/// What becomes of windows that reach beyond the ends of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    Nan,
    /// What the values give that they have.
    Computed,
}

impl Fixed {
    fn end(self, number: usize) -> isize {
        self.first_end + (number * self.step) as isize
    }

    /// The values of a window that there are.
    pub(crate) fn span(self, number: usize, length: usize) -> Range<usize> {
        let inside = |place: isize| place.clamp(0, length as isize) as usize;
        let end = self.end(number);
        inside(end - self.width as isize)..inside(end)
    }

    /// Of `count` windows those that lie within a series of this length.
    pub(crate) fn whole(self, length: usize, count: usize) -> Range<usize> {
        let before = (self.width as isize - self.first_end).max(0) as usize;
        let first = before.div_ceil(self.step).min(count);
        let room = length as isize - self.first_end;
        let end = if room < 0 { 0 } else { room as usize / self.step + 1 };
        first..end.clamp(first, count)
    }
}
