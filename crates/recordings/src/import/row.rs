//! What is one row of a file, whatever its format?

use breakeven_problem::signal::MISSING;

/// One row as read: cells in least significant bits, not rounded; NaN where one is missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    /// Where the file has times.
    pub(super) time_ns: i64,
    /// ax ay az [gx gy gz]; NaN beyond the channels of the recording.
    pub(super) cells: [f64; 6],
}

impl Row {
    pub(super) const EMPTY: Self = Self { time_ns: 0, cells: [f64::NAN; 6] };

    /// A row of int16 samples, of which so many are channels.
    pub(super) fn of_samples(samples: &[i16]) -> Self {
        let mut row = Self::EMPTY;
        for (cell, &sample) in row.cells.iter_mut().zip(samples) {
            *cell = if sample == MISSING { f64::NAN } else { f64::from(sample) };
        }
        row
    }
}
