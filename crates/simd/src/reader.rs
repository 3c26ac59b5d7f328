//! How is an array computed that has to be converted as it is read, or that takes so long that its caller may want to stop?
//!
//! Block by block, as often as there are passes over it: the results have the bits of those of a slice, and `fast` ones need no memory for its doubles.

use std::convert::Infallible;
use std::ops::Range;

/// Values of a block, a multiple of 512: few enough to stay in a cache of 256 kB.
pub(crate) const BLOCK: usize = 1 << 13;

/// Numbers that are read as doubles, a block at a time.
pub trait Reader {
    /// Why reading has stopped.
    type Stop;

    /// How many numbers there are.
    fn count(&self) -> usize;

    /// Those of a range, the same each time.
    ///
    /// # Errors
    /// Whatever the function that reads should stop for, and return.
    fn read(&mut self, range: Range<usize>) -> Result<&[f64], Self::Stop>;
}

/// A slice, block by block.
pub(crate) struct Slice<'a>(pub(crate) &'a [f64]);

impl Reader for Slice<'_> {
    type Stop = Infallible;

    fn count(&self) -> usize {
        self.0.len()
    }

    fn read(&mut self, range: Range<usize>) -> Result<&[f64], Infallible> {
        Ok(&self.0[range])
    }
}

/// Calls `take` with each block in turn.
pub(crate) fn pass<R: Reader>(reader: &mut R, mut take: impl FnMut(&[f64])) -> Result<(), R::Stop> {
    let count = reader.count();
    for start in (0..count).step_by(BLOCK) {
        take(reader.read(start..count.min(start + BLOCK))?);
    }
    Ok(())
}
