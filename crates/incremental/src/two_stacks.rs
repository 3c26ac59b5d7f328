//! How does a window slide without subtracting?
//!
//! By the two stacks of functional queues, folklore for sliding aggregation (Tangwongsan, Hirzel and Schneider, VLDB
//! Journal 30, 2021, give its history): of the values of an old block, all sums from each to the block's end are
//! stored; of a new one, the sum so far runs along. A window is an end of the old block and the new one, joined.
//! Once the old block has left, the new one takes its place: its sums are made backwards, anchored at its last
//! value, which is in every window until the next turn. [`crate::stretch`] derives the bound from that.

use crate::WindowError;
use crate::ring::Ring;
use crate::stretch::{Joined, Stretch};

/// The standard deviation of the last `window` values, one value at a time, without subtracting any.
///
/// *Guarantee.* Every finite window is within 8 ulp of the exact value, and so within 1e-14 relative; the nearest
/// double where that is subnormal. A window of equal values gives exactly 0; one that holds NaN or an infinity
/// gives NaN and leaves nothing behind. The last bits depend on where in its block a window ends.
///
/// *Cost.* Amortised O(1), two joins a value, whatever the data: no outlier, step or trend makes it recompute. One push in `window` turns
/// the block and costs O(window). A window is recomputed, in O(window), only where its deviation is positive and
/// outside about 1e-144 ..= 1e150, or in windows above 65,536 values that are anchored at an extreme outlier.
/// Memory: six numbers per value of the window.
///
/// # Example
/// ```
/// use breakeven_incremental::TwoStacks;
///
/// let mut rolling = TwoStacks::new(3, 1)?;
/// let deviations = [1e12, 1.0, 2.0, 3.0, 3.0, 3.0].map(|value| rolling.push(value));
/// assert_eq!(deviations[1], None);
/// assert_eq!(deviations[3], Some(1.0)); // nothing of the 1e12 is left
/// assert_eq!(deviations[5], Some(0.0));
/// # Ok::<(), breakeven_incremental::WindowError>(())
/// ```
#[derive(Debug, Clone)]
pub struct TwoStacks {
    shape: Joined,
    ring: Ring,
    anchor: f64,
    /// Of the old block, from each place in the ring to its end.
    old: Vec<Stretch>,
    /// The new block, from the beginning of the ring.
    new: Stretch,
    recomputed: u64,
}

impl TwoStacks {
    /// An empty window of `window` values; the divisor is `window - ddof`.
    ///
    /// # Errors
    /// The window is 0, or no longer than `ddof`.
    pub fn new(window: usize, ddof: usize) -> Result<Self, WindowError> {
        WindowError::check(window, ddof)?;
        Ok(Self {
            shape: Joined::new(window, ddof),
            ring: Ring::new(window),
            anchor: 0.0,
            old: vec![Stretch::EMPTY; window],
            new: Stretch::EMPTY,
            recomputed: 0,
        })
    }

    /// Takes the next value, and gives the standard deviation of the last `window` ones: `None` until there are
    /// so many, NaN while one of them is NaN or infinite.
    pub fn push(&mut self, value: f64) -> Option<f64> {
        self.ring.push(value);
        if !self.ring.full() {
            return None;
        }
        let kept = self.ring.next();
        if kept == 0 {
            self.turn(value);
        } else {
            self.new = self.new.join(Stretch::of(value, self.anchor));
        }
        let window = self.old[kept].join(self.new);
        Some(window.standard_deviation(&self.shape, &self.ring, &mut self.recomputed))
    }

    /// How many windows were recomputed, in O(window).
    #[must_use]
    pub fn recomputed(&self) -> u64 {
        self.recomputed
    }

    /// The new block becomes the old one; `newest` is its last value.
    fn turn(&mut self, newest: f64) {
        self.anchor = newest;
        self.new = Stretch::EMPTY;
        let mut end = Stretch::EMPTY;
        for (stretch, value) in self.old.iter_mut().zip(self.ring.window()).rev() {
            end = end.join(Stretch::of(*value, newest));
            *stretch = end;
        }
    }
}
