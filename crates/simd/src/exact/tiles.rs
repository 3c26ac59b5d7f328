//! How are the windows of a series computed side by side?
//!
//! A tile is four lanes of as many windows each: lane j takes windows j B .. (j + 1) B of the tile in time order, with the
//! running sums of [`super::pairs`], which start again with every tile. Four time steps of four lanes are read as four
//! contiguous pieces and transposed in registers, once where they enter and once where they leave; so are the results.
//!
//! Tried and not kept, on an AMD EPYC of family 25, normal values in windows of 75, as interleaved minima: one window after the other
//! (5 % slower than the four variances first and then the four roots); roots of one block under way during the
//! next (5 % slower: more moves to and from memory than latency hidden); twice the rest of S in place of doubling S (2 % slower);
//! lanes of 8 windows' length in place of 4 (6 % slower: the tile leaves the nearest cache).

use super::arithmetic::{Arithmetic, LANES};
use super::pairs::{
    FOLDED_AFTER, LARGEST, SMALLEST, Scale, Shape, Sums, Variances, roots, roots_of_rounded, variances,
};
use super::{Rounded, whole};

/// What a window that the kernel left undecided holds: no other NaN of ours has its sign set.
pub(super) const UNDECIDED: f64 = f64::from_bits(u64::MAX);

pub(super) fn is_undecided(result: &f64) -> bool {
    result.to_bits() == UNDECIDED.to_bits()
}

/// Windows of a series.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tile<'a> {
    pub(crate) values: &'a [f64],
    pub(crate) window: usize,
    pub(crate) ddof: usize,
    /// So many values of a window must be there, at least, and NaN is left out: none where that is the whole window.
    pub(crate) least: usize,
    pub(crate) rounded: Rounded,
}

impl Tile<'_> {
    /// Whether a window may lack values.
    pub(crate) fn skips(&self) -> bool {
        self.least < self.window
    }

    /// Values that a window needs for a result.
    pub(super) fn fewest(&self) -> usize {
        self.least.max(self.ddof.saturating_add(1))
    }
}

/// Writes the standard deviations of all windows of the tile: correctly rounded or [`UNDECIDED`].
///
/// `out` holds a multiple of 16 results. Gives `false`, having written nothing, where values are not finite, or too large or too
/// small to be squared.
#[inline(always)]
pub(super) fn run<A: Arithmetic>(isa: A, tile: &Tile<'_>, out: &mut [f64]) -> bool {
    let Tile { values, window, ddof, rounded, .. } = *tile;
    let outputs = out.len() / LANES;
    let entering = outputs + window - 1;
    let lanes: [&[f64]; LANES] = [0, 1, 2, 3].map(|lane| &values[lane * outputs..][..entering]);
    let shape = Shape::new(isa, isa.splat(window as f64), ddof);
    let mut anchors = [0.0; LANES];
    let mut scales = [Scale { sum_bias: 0.0, squares_bias: 0.0, tolerance: 0.0 }; LANES];
    let mut largest = 0.0;
    for (lane, values) in lanes.iter().enumerate() {
        let extent = whole::extent(isa, values);
        let anchor = extent.anchor(entering);
        let squares = if anchor == 0.0 { extent.squares } else { whole::squares_around(isa, values, anchor) };
        // nor where it is NaN
        if !(0.0..=LARGEST).contains(&squares) {
            return false;
        }
        largest = f64::max(largest, squares);
        anchors[lane] = anchor;
        scales[lane] = Scale::new(squares, entering, window, ddof);
    }
    if largest < SMALLEST {
        return false;
    }
    let gather = |part: fn(&Scale<f64>) -> f64| isa.load(&scales.each_ref().map(part));
    let scale = Scale {
        sum_bias: gather(|scale| scale.sum_bias),
        squares_bias: gather(|scale| scale.squares_bias),
        tolerance: gather(|scale| scale.tolerance),
    };
    let walk = Walk { shape, scale, anchors: isa.load(&anchors), window };
    match (anchors == [0.0; LANES], rounded) {
        (true, Rounded::Deviation) => walk.run::<A, false, false>(isa, lanes, out),
        (true, Rounded::Variance) => walk.run::<A, false, true>(isa, lanes, out),
        (false, Rounded::Deviation) => walk.run::<A, true, false>(isa, lanes, out),
        (false, Rounded::Variance) => walk.run::<A, true, true>(isa, lanes, out),
    }
    true
}

/// One way through the lanes.
struct Walk<L> {
    shape: Shape<L>,
    scale: Scale<L>,
    anchors: L,
    window: usize,
}

/// Four time steps.
const BLOCK: usize = LANES;

impl<L: Copy> Walk<L> {
    #[inline(always)]
    fn run<A: Arithmetic<Vector = L>, const ANCHORED: bool, const VARIANCE: bool>(
        &self,
        isa: A,
        lanes: [&[f64]; LANES],
        out: &mut [f64],
    ) {
        let anchored = |x: L| if ANCHORED { isa.subtract(x, self.anchors) } else { x };
        let mut sums = self.first::<A, ANCHORED>(isa, lanes.map(|lane| &lane[..self.window - 1]));
        let blocks = out.len() / (LANES * BLOCK);
        let entering: [&[[f64; BLOCK]]; LANES] =
            lanes.map(|lane| &lane[self.window - 1..].as_chunks().0[..blocks]);
        let leaving: [&[[f64; BLOCK]]; LANES] = lanes.map(|lane| &lane.as_chunks().0[..blocks]);
        let (results, _) = out.as_chunks_mut::<BLOCK>();
        let (first, results) = results.split_at_mut(blocks);
        let (second, results) = results.split_at_mut(blocks);
        let (third, fourth) = results.split_at_mut(blocks);
        let fourth = &mut fourth[..blocks];
        for block in 0..blocks {
            let enter = isa.columns(entering.map(|lane| &lane[block]));
            let leave = isa.columns(leaving.map(|lane| &lane[block]));
            // Phase by phase, so that four roots are under way at a time.
            let mut pending = [Variances::zero(isa); BLOCK];
            for time in 0..BLOCK {
                sums.enter(isa, anchored(enter[time]));
                pending[time] = variances(isa, &sums.unbiased(isa, &self.scale), &self.shape);
                sums.leave(isa, anchored(leave[time]));
            }
            let mut result = enter;
            for time in 0..BLOCK {
                let roots = if VARIANCE {
                    roots_of_rounded(isa, &pending[time], self.scale.tolerance)
                } else {
                    roots(isa, &pending[time], &self.shape, self.scale.tolerance)
                };
                result[time] = isa.or(roots.value, roots.undecided);
            }
            isa.store_rows(
                result,
                [&mut first[block], &mut second[block], &mut third[block], &mut fourth[block]],
            );
            if block % (FOLDED_AFTER / BLOCK) == FOLDED_AFTER / BLOCK - 1 {
                sums.fold(isa);
            }
        }
    }

    /// The sums of all values but the last of each lane's first window.
    #[inline(always)]
    fn first<A: Arithmetic<Vector = L>, const ANCHORED: bool>(
        &self,
        isa: A,
        lanes: [&[f64]; LANES],
    ) -> Sums<L> {
        let anchored = |x: L| if ANCHORED { isa.subtract(x, self.anchors) } else { x };
        let mut sums = Sums::new(isa, &self.scale);
        let blocks: [&[[f64; BLOCK]]; LANES] = lanes.map(|lane| lane.as_chunks().0);
        let count = blocks[0].len();
        let blocks = blocks.map(|lane| &lane[..count]);
        for block in 0..count {
            for x in isa.columns(blocks.map(|lane| &lane[block])) {
                sums.enter(isa, anchored(x));
            }
            if block % (FOLDED_AFTER / BLOCK) == FOLDED_AFTER / BLOCK - 1 {
                sums.fold(isa);
            }
        }
        for time in count * BLOCK..self.window - 1 {
            sums.enter(isa, anchored(isa.load(&lanes.map(|lane| lane[time]))));
        }
        sums.fold(isa);
        sums
    }
}
