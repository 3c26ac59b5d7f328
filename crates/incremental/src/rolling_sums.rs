//! How is a window kept when values come one at a time?

use std::fmt;

use crate::anchored::{Shape, Sums};
use crate::ring::Ring;

/// The standard deviation of the last `window` values, one value at a time.
///
/// The same bits as [`crate::sliding()`] on the same values, and the same guarantees and costs. Memory is two
/// numbers per value of the window: each value is stored twice, so that the window always lies in one piece.
///
/// New sums cost the push that needs them a pass over the window. They touch, on average, at most 2 values a push on each
/// of the cliffs of `breakeven-problem` but one; where every value is half the last they touch up to 23, at a window of
/// 200 (`tests/accuracy/cliffs.rs` counts them). [`crate::HalfBlocks`] has no such push.
///
/// # Example
/// ```
/// use breakeven_incremental::RollingSums;
///
/// let mut rolling = RollingSums::new(3, 1)?;
/// let deviations: Vec<Option<f64>> = [1.0, 2.0, 3.0, 3.0, 3.0].map(|value| rolling.push(value)).to_vec();
/// assert_eq!(deviations[..3], [None, None, Some(1.0)]);
/// assert_eq!(deviations[4], Some(0.0));
/// # Ok::<(), breakeven_incremental::WindowError>(())
/// ```
#[derive(Debug, Clone)]
pub struct RollingSums {
    shape: Shape,
    ring: Ring,
    sums: Sums,
}

impl RollingSums {
    /// An empty window of `window` values; the divisor is `window - ddof`.
    ///
    /// # Errors
    /// The window is 0, or no longer than `ddof`.
    pub fn new(window: usize, ddof: usize) -> Result<Self, WindowError> {
        WindowError::check(window, ddof)?;
        let (shape, ring) = (Shape::new(window, ddof), Ring::new(window));
        Ok(Self { shape, ring, sums: Sums::unset() })
    }

    /// Takes the next value, and gives the standard deviation of the last `window` ones: `None` until there are
    /// so many, NaN while one of them is NaN or infinite.
    pub fn push(&mut self, value: f64) -> Option<f64> {
        let leaving = self.ring.push(value);
        if !self.ring.full() {
            return None;
        }
        let (counts, window) = (self.ring.counts(), self.ring.window());
        Some(match leaving {
            Some(leaving) => self.sums.step(&self.shape, counts, leaving, window),
            None => self.sums.first(&self.shape, counts, window),
        })
    }

    /// How often the sums of a window were recomputed, the first window aside.
    #[must_use]
    pub fn rebuilds(&self) -> u64 {
        self.sums.rebuilds()
    }
}

/// A window that has no standard deviation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowError {
    /// A window of no values.
    Empty,
    /// As many degrees of freedom are taken off as there are values, or more.
    NoDegrees {
        /// Values of the window.
        window: usize,
        /// Degrees of freedom taken off.
        ddof: usize,
    },
}

impl WindowError {
    pub(crate) fn check(window: usize, ddof: usize) -> Result<(), Self> {
        if window == 0 {
            Err(Self::Empty)
        } else if window <= ddof {
            Err(Self::NoDegrees { window, ddof })
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for WindowError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => out.write_str("a window of 0 values: it must hold at least one"),
            Self::NoDegrees { window, ddof } => {
                write!(out, "a window of {window} values with ddof {ddof}: ddof must be less than the window")
            }
        }
    }
}

impl std::error::Error for WindowError {}
