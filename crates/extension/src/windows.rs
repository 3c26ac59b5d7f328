//! How do the windows of one series become standard deviations, whatever is in it?

use std::ops::Range;

use breakeven_simd::{exact, skipping, sliding, standard_deviation};

use crate::array::{Array, Room, Unreadable};

/// What is computed of each window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Windows {
    /// Values of a window: at least 1.
    pub(crate) window: usize,
    pub(crate) ddof: usize,
    pub(crate) method: Method,
    pub(crate) missing: Missing,
}

/// Which guarantee the result carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Within 1e-14 relative of the exact value.
    Fast,
    /// Correctly rounded.
    Exact,
}

/// What becomes of a window with NaN in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// NaN.
    Propagate,
    /// What its other values give, where there are at least so many.
    Skip { least: usize },
}

impl Windows {
    /// The windows of `series` that start at `starts`, one result for each.
    ///
    /// # Errors
    /// No memory; or [`Method::Exact`], and integers of one window differ by more than 2^53.
    pub(crate) fn compute(
        self,
        array: &Array,
        series: usize,
        starts: Range<usize>,
        room: &mut Room,
        out: &mut [f64],
    ) -> Result<(), Unreadable> {
        if starts.is_empty() {
            return Ok(());
        }
        if self.window <= self.ddof {
            out.fill(f64::NAN);
            return Ok(());
        }
        let range = starts.start..starts.end + (self.window - 1);
        match array.values(series, range.clone(), room) {
            Ok(values) => {
                self.of_values(values, out);
                Ok(())
            }
            // half as many windows at a time, down to single ones: neighbours may well be within 2^53
            Err(Unreadable::Wide) if starts.len() > 1 => {
                let middle = starts.start + starts.len() / 2;
                let (before, after) = out.split_at_mut(middle - starts.start);
                self.compute(array, series, starts.start..middle, room, before)?;
                self.compute(array, series, middle..starts.end, room, after)
            }
            Err(Unreadable::Wide) if self.method == Method::Fast => {
                // rounded by 2^-53 of its own each, which moves the result by as much
                out[0] = standard_deviation(array.around_mean(series, range, room), self.ddof);
                Ok(())
            }
            Err(reason) => Err(reason),
        }
    }

    fn of_values(self, values: &[f64], out: &mut [f64]) {
        let Self { window, ddof, .. } = self;
        match (self.missing, self.method) {
            (Missing::Propagate, Method::Fast) => sliding(values, window, ddof, out),
            (Missing::Propagate, Method::Exact) => exact::sliding(values, window, ddof, out),
            (Missing::Skip { least }, Method::Fast) => {
                skipping::sliding(values, window, ddof, least, out);
            }
            (Missing::Skip { least }, Method::Exact) => {
                skipping::sliding_exact(values, window, ddof, least, out);
            }
        }
    }
}
