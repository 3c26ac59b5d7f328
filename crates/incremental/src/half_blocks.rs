//! How does a window slide at the same small cost with every value?
//!
//! [`crate::TwoStacks`] makes the sums of a whole block in one push. DABA (Tangwongsan, Hirzel and Schneider, VLDB
//! Journal 30, 2021) spreads that work over the pushes in between, for windows that grow and shrink as they like. A
//! window of fixed size needs less: with blocks of half a window, b values, it is an end of one block, the
//! whole next one, and the beginning of a third.
//!
//! ```text
//!      block c - 2     block c - 1       block c
//!    [ . . . e e e ] [ m m m m m m ] [ p p p . . . ]      window = end + middle + prefix
//!                                        ^ newest
//! ```
//!
//! While block c fills, each push makes one step of what will be needed during block c + 1: the ends of block
//! c - 1, backwards, and the sums of block c itself. All stretches of a window need one anchor, and it must lie in the
//! window whatever happens: the first value of the middle block does. So every push joins three values
//! (prefix, middle to come, an end to come) and three stretches. [`crate::stretch`] derives the bound.

use crate::WindowError;
use crate::ring::Ring;
use crate::stretch::{Joined, Stretch};

/// The standard deviation of the last `window` values, at worst-case O(1) a value.
///
/// *Guarantee.* That of [`crate::TwoStacks`]: within 8 ulp and 1e-14 relative on every finite window, exactly 0 on
/// equal values, NaN on exactly the windows that hold NaN or an infinity.
///
/// *Cost.* Five joins with every value, without a loop: no push is slower than another by its place.
/// The one exception is stated rather than left out: a window whose deviation is positive and outside about
/// 1e-144 ..= 1e150, where squares leave the range of doubles, is recomputed in O(window), as is one of above 65,536 values
/// that is anchored at an extreme outlier. [`Self::recomputed`] counts them; on other data it stays 0.
/// Memory: six numbers per value of the window.
///
/// # Example
/// ```
/// use breakeven_incremental::HalfBlocks;
///
/// let mut rolling = HalfBlocks::new(3, 1)?;
/// let deviations = [1e12, 1.0, 2.0, 3.0, 3.0, 3.0].map(|value| rolling.push(value));
/// assert_eq!(deviations[1], None);
/// assert_eq!(deviations[3], Some(1.0)); // nothing of the 1e12 is left
/// assert_eq!(deviations[5], Some(0.0));
/// assert_eq!(rolling.recomputed(), 0);
/// # Ok::<(), breakeven_incremental::WindowError>(())
/// ```
#[derive(Debug, Clone)]
pub struct HalfBlocks {
    shape: Joined,
    ring: Ring,
    /// Where the next value goes in its block.
    place: usize,
    now: Parts,
    /// What will be needed when the next block fills.
    coming: Parts,
    /// The values so far of the block that fills, by the anchor of now.
    prefix: Stretch,
    recomputed: u64,
}

/// What a window needs of the blocks before the one that fills.
#[derive(Debug, Clone)]
struct Parts {
    /// The first value of the middle block.
    anchor: f64,
    middle: Stretch,
    /// Of the block before the middle one, its last value, its last two, and so on.
    ends: Vec<Stretch>,
}

impl HalfBlocks {
    /// An empty window of `window` values; the divisor is `window - ddof`.
    ///
    /// # Errors
    /// The window is 0, or no longer than `ddof`.
    pub fn new(window: usize, ddof: usize) -> Result<Self, WindowError> {
        WindowError::check(window, ddof)?;
        let block = (window / 2).max(1);
        let parts = Parts { anchor: 0.0, middle: Stretch::EMPTY, ends: vec![Stretch::EMPTY; block] };
        Ok(Self {
            shape: Joined::new(window, ddof),
            ring: Ring::new(window),
            place: 0,
            now: parts.clone(),
            coming: parts,
            prefix: Stretch::EMPTY,
            recomputed: 0,
        })
    }

    /// Takes the next value, and gives the standard deviation of the last `window` ones: `None` until there are
    /// so many, NaN while one of them is NaN or infinite.
    pub fn push(&mut self, value: f64) -> Option<f64> {
        self.ring.push(value);
        let window = self.ring.window();
        let block = self.block();
        if self.place == 0 {
            std::mem::swap(&mut self.now, &mut self.coming);
            self.prefix = Stretch::EMPTY;
            (self.coming.anchor, self.coming.middle) = (value, Stretch::EMPTY);
        }
        let place = self.place;
        self.prefix = self.prefix.join(Stretch::of(value, self.now.anchor));
        self.coming.grow(place, value, window);
        self.place = if place + 1 == block { 0 } else { place + 1 };
        if !self.ring.full() {
            return None;
        }
        let mut joined = self.now.middle.join(self.prefix);
        let from_end = window.len().saturating_sub(block + place + 1);
        if from_end > 0 {
            joined = self.now.ends[from_end - 1].join(joined);
        }
        Some(joined.standard_deviation(&self.shape, &self.ring, &mut self.recomputed))
    }

    /// How many values make a block. The values from the beginning of a block on, with two whole blocks before the one that
    /// fills, make the same state again when they are pushed into an empty window: all later results have the same bits.
    #[must_use]
    pub fn block(&self) -> usize {
        self.coming.ends.len()
    }

    /// How many windows were recomputed, in O(window).
    #[must_use]
    pub fn recomputed(&self) -> u64 {
        self.recomputed
    }
}

impl Parts {
    /// `value` has come to `place` of its block, and is the last of `window`: one more value of the middle block, and
    /// one more, backwards, of the block before.
    #[inline(always)]
    fn grow(&mut self, place: usize, value: f64, window: &[f64]) {
        self.middle = self.middle.join(Stretch::of(value, self.anchor));
        let after = if place == 0 { Stretch::EMPTY } else { self.ends[place - 1] };
        // a window of one value has no such block, nor a middle one: its deviation is known by counting
        let before = window.len().saturating_sub(2 * place + 2);
        self.ends[place] = after.join(Stretch::of(window[before], self.anchor));
    }
}
