//! What is one row of a file, whatever its format?

use breakeven_problem::signal::MISSING;

/// One row as read: cells in least significant bits, not rounded; NaN where one is missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    /// From 1, counted through all files of the recording.
    pub(super) number: u64,
    /// Where the file has times.
    pub(super) time_ns: i64,
    /// ax ay az [gx gy gz]; NaN beyond the channels of the recording.
    pub(super) cells: [f64; 6],
}

impl Row {
    pub(super) const EMPTY: Self = Self { number: 0, time_ns: 0, cells: [f64::NAN; 6] };

    /// Whether the other row has the same cells, missing ones included.
    pub(super) fn has_cells_of(&self, other: &Self) -> bool {
        self.cells.map(f64::to_bits) == other.cells.map(f64::to_bits)
    }

    /// A row of int16 samples, of which so many are channels.
    pub(super) fn of_samples(samples: &[i16]) -> Self {
        let mut row = Self::EMPTY;
        for (cell, &sample) in row.cells.iter_mut().zip(samples) {
            *cell = if sample == MISSING { f64::NAN } else { f64::from(sample) };
        }
        row
    }
}
