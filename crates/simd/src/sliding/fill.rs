//! How are some lanes done, in place or copied side by side?

use super::Shape;
use super::blocks::Blocks;
use super::bound::Failure;
use super::forward::{APART, Begin, EACH, WHOLE, Walk};
use super::lanes::{Ahead, Results, Stretches};
use super::rows::{Kept, Woven, mean_of_some};
use crate::isa::{Isa, Job, Lanes};

/// What is looked at on the way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// Whether values may be missing. Where none is the results have the same bits with and without.
    pub(super) missing: bool,
    /// Whether it is to be found out which window is the first to fail; else failures are said to be at the first window.
    pub(super) each: bool,
}

/// Some stretches of a series, each of which starts `stride` values after the one before: lanes of `windows` windows. With the
/// stride 0 there is but one, which is done in every lane.
pub(super) struct Fill<'a> {
    pub(super) shape: &'a Shape,
    pub(super) look: Look,
    pub(super) values: &'a [f64],
    pub(super) stride: usize,
    /// A multiple of four, and one.
    pub(super) windows: usize,
    /// First windows are summed in blocks of so many values: of all, or of about a fifth.
    pub(super) block: usize,
    /// The standard deviations of all windows of the first lane, then of the others.
    pub(super) out: &'a mut [f64],
    pub(super) ahead: Ahead<'a>,
    /// Of [`super::rows::scratch`].
    pub(super) kept: &'a mut [f64],
    /// Where lanes may be wrong. As many as there are lanes: a multiple of the vector's width.
    pub(super) failures: &'a mut [Option<Failure>],
}

impl Job for Fill<'_> {
    #[inline(always)]
    fn run<const W: usize, I: Isa + Lanes<W>>(self, isa: I) {
        let Self { shape, look, windows, block, kept, .. } = self;
        let rows = windows + shape.window - 1;
        let stride_out = if self.stride == 0 { 0 } else { windows };
        let (blocks, kept) = if block < shape.window {
            let blocks =
                Blocks::sum(isa, shape, self.values, (self.failures.len(), self.stride), block, kept);
            (Some(blocks), &mut [][..])
        } else {
            (None, kept)
        };
        let apart = blocks.is_some() || shape.window < UNEVEN;
        for (number, failures) in self.failures.as_chunks_mut::<W>().0.iter_mut().enumerate() {
            let first = number * W;
            let values = &self.values[first * self.stride..][..(W - 1) * self.stride + rows];
            let values = Stretches::<W>::new(values, self.stride);
            let out = &mut self.out[first * stride_out..][..(W - 1) * stride_out + windows];
            let out = &mut Results::<W>::new(out, stride_out, windows);
            let ahead = self.ahead.from(first * windows);
            let begin = match &blocks {
                Some(blocks) => blocks.first_window(isa, first),
                None => Begin::at(isa, mean_of_some(isa, shape.window, values)),
            };
            *failures = match (look.missing, look.each, apart) {
                (false, false, false) => {
                    filled::<W, I, false, WHOLE>(isa, shape, values, begin, out, ahead, kept)
                }
                (false, false, true) => {
                    filled::<W, I, false, APART>(isa, shape, values, begin, out, ahead, kept)
                }
                (false, true, _) => filled::<W, I, false, EACH>(isa, shape, values, begin, out, ahead, kept),
                (true, false, _) => filled::<W, I, true, WHOLE>(isa, shape, values, begin, out, ahead, kept),
                (true, true, _) => filled::<W, I, true, EACH>(isa, shape, values, begin, out, ahead, kept),
            };
        }
    }
}

/// Windows of series that do not drift are uneven below this.
const UNEVEN: usize = 64;

#[inline(always)]
fn filled<const W: usize, I: Lanes<W>, const MISSING: bool, const HOW: u8>(
    isa: I,
    shape: &Shape,
    values: Stretches<'_, W>,
    begin: Begin<I::Vector>,
    out: &mut Results<'_, W>,
    ahead: Ahead<'_>,
    scratch: &mut [f64],
) -> [Option<Failure>; W] {
    let steps = out.length() - 1;
    assert!(steps.is_multiple_of(4) && values.length() == steps + shape.window, "a result for every window");
    let aligned = scratch.as_ptr().align_offset(64).min(scratch.len());
    let (kept, _) = scratch[aligned..].as_chunks_mut::<W>();
    match kept.get_mut(..values.length()) {
        Some(kept) => {
            let rows = Kept { values, anchor: begin.anchor, kept };
            Walk::<W, I, _, MISSING, HOW>::new(isa, shape, steps, &begin, rows).run(begin.values, out, ahead)
        }
        None => {
            let rows = Woven { values, anchor: begin.anchor };
            Walk::<W, I, _, MISSING, HOW>::new(isa, shape, steps, &begin, rows).run(begin.values, out, ahead)
        }
    }
}
