//! What is computed, and how far off can it be?
//!
//! ```text
//! K = x[0]    m = K + sum(x - K) / n    d = x - m    M2 = sum d d - (sum d)^2 / n    sqrt(M2 / (n - ddof))
//! ```
//!
//! Source: the corrected two-pass of Neely (CACM 1966), analysed by Chan, Golub and LeVeque (American
//! Statistician 37:242, 1983). In exact arithmetic the last form gives M2 for any m. Three departures:
//!
//! * The first pass is anchored at an element. Equal values then give exactly 0, and no offset of the
//!   data costs digits: |K - mu| <= s sqrt(n - 1), with mu and s the exact mean and deviation (ddof 0).
//! * Eight lanes, whatever the register width, each a chain of additions; they are folded in halves. A
//!   compiler may put a lane anywhere: the bits are the same on every instruction set.
//! * Vectors are added four by four, as (a + b) + (c + d), and only then to the lanes' running sums; these end
//!   after 512 values, and block sums are added pairwise (Higham, Accuracy and Stability of Numerical
//!   Algorithms, section 4.2). A term goes through few additions: the bound grows with log n, not with n.
//!
//! # The bound
//!
//! Let u = 2^-53 and let h be the most additions that any term goes through, for n up to 2^30
//!
//! ```text
//! h <= n / 32 + 6 for n < 512    h <= 16 (lane) + 2 (four) + 1 (rest) + 3 (fold) + 22 (blocks) = 44
//! ```
//!
//! *The mean.* The computed sum(x - K) / n errs by e, |e| <= (h + 3) u mean|x - K| <= (h + 3) u s sqrt(n),
//! below 2^-31 s. Then m = K + that is rounded; no double lies nearer to mu than the one that mu
//! rounds to, and the values are doubles, so that rounding moves m by at most the least |x - mu|, which
//! is at most s. With r = |m - mu| / s: r <= 1 + 2^-30.
//!
//! *Where r < 2^-10.* sum d d, of terms that are not negative, errs by (h + 3) u (1 + r^2) M2; sum d
//! by (h + 1) u sqrt(n sum d d), which moves its square over n by 2 r (h + 1) u (1 + r^2) M2 and a few u r^2 M2;
//! the subtraction adds u M2. Together less than (h + 5) u M2.
//!
//! *Where r >= 2^-10.* Only the rounding of m can do that. Let g be half the gap between the doubles around
//! mu: s <= 2^11 g, all values lie so near to mu that they, and m, are multiples of g, and sum d d is at
//! most n (1 + r^2) s^2 < 2^53 g^2. So every d, every square and every partial sum is exact, and M2 errs by
//! the 3 roundings of the correction and that of the subtraction: less than 10 u M2.
//!
//! *The result.* Half the relative error of M2, half a unit u for the division, one for the root:
//! at most ((h + 5) / 2 + 1.5) u, which is 1.0e-15 for n = 100 and 2.9e-15 for n = 2^30.
//!
//! That needs an M2 clear of underflow and overflow. One comparison at the end sees to it: outside
//! 2^-960 ..= 2^1000, which includes 0 and NaN, `full_range` decides between equal values, a value that
//! is not finite, and a range of exponents that needs scaling.

use crate::full_range;
use crate::isa::{Isa, LANES};

/// Values after which the lanes are folded into one sum of the pairwise scheme.
pub(crate) const BLOCK: usize = 512;

/// M2 in here has lost nothing to underflow, and no sum has overflowed.
const SAFE: std::ops::RangeInclusive<f64> =
    f64::from_bits((1023 - 960) << 52)..=f64::from_bits((1023 + 1000) << 52);

/// The kernel, to be compiled into two functions of each instruction set: one for less than a [`BLOCK`], so that
/// a small array does not pay for the registers that blocks need, and one for any length. The bits are the same.
#[inline(always)]
pub(crate) fn standard_deviation<const BLOCKS: bool>(isa: impl Isa, values: &[f64], ddof: usize) -> f64 {
    debug_assert!(BLOCKS || values.len() < BLOCK);
    if values.len() <= ddof {
        return f64::NAN;
    }
    // a slice has fewer than 2^63 values, and from i64 the conversion is one instruction
    let count = values.len() as i64 as f64;
    let divisor = (values.len() - ddof) as i64 as f64;
    let per_value = 1.0 / count; // independent of the data: off the chain that ends in the root
    let anchor = values[0];
    let series: Series<_, BLOCKS> = Series::new(isa, values);
    let mean = anchor + series.shift(anchor) * per_value;
    let Moments { sum, squares } = series.moments(mean);
    let m2 = squares - sum * sum * per_value;
    if SAFE.contains(&m2) { (m2 / divisor).sqrt() } else { full_range::standard_deviation(values, ddof) }
}

/// An array cut into vectors: the whole ones, and the last `n % LANES` values in a masked one.
struct Series<'a, I: Isa, const BLOCKS: bool> {
    isa: I,
    vectors: &'a [[f64; LANES]],
    /// The last [`LANES`] values of the array, of which the mask keeps those that no whole vector holds.
    tail: I::Lanes,
    mask: &'a [u64; LANES],
}

/// The sum of deviations and that of their squares: of one array, or lane by lane.
#[derive(Clone, Copy)]
struct Moments<T> {
    sum: T,
    squares: T,
}

type Vector = [f64; LANES];
type Block = [Vector; BLOCK / LANES];

impl<'a, I: Isa, const BLOCKS: bool> Series<'a, I, BLOCKS> {
    #[inline(always)]
    fn new(isa: I, values: &'a [f64]) -> Self {
        let (vectors, rest) = values.as_chunks();
        let tail = match values.last_chunk() {
            Some(last) => isa.load(last),
            None => isa.load(&last_of_few(values)),
        };
        Self { isa, vectors, tail, mask: &MASKS[rest.len() % LANES] }
    }

    /// The full blocks, and the vectors after them.
    #[inline(always)]
    fn blocks(&self) -> (&'a [Block], &'a [Vector]) {
        if BLOCKS { self.vectors.as_chunks() } else { (&[], self.vectors) }
    }

    /// The sum of x - `anchor`.
    #[inline(always)]
    fn shift(&self, anchor: f64) -> f64 {
        let isa = self.isa;
        let (anchor, zero) = (isa.splat(anchor), isa.splat(0.0));
        let tail = isa.keep(isa.subtract(self.tail, anchor), self.mask);
        let of_vector = |vector: &Vector| isa.subtract(isa.load(vector), anchor);
        let plus = |a, b| isa.add(a, b);
        let (blocks, last) = self.blocks();
        let last = isa.fold(by_fours(last, zero, tail, of_vector, plus));
        let of_block = |block: &Block| isa.fold(by_fours(block, zero, zero, of_vector, plus));
        if blocks.is_empty() { last } else { pairwise(blocks, last, of_block, |a, b| a + b) }
    }

    /// The sums of x - `mean` and of its square.
    #[inline(always)]
    fn moments(&self, mean: f64) -> Moments<f64> {
        let isa = self.isa;
        let mean = isa.splat(mean);
        let zero = Moments { sum: isa.splat(0.0), squares: isa.splat(0.0) };
        let of_deviation = |sum| Moments { sum, squares: isa.multiply(sum, sum) };
        let tail = of_deviation(isa.keep(isa.subtract(self.tail, mean), self.mask));
        let of_vector = |vector: &Vector| of_deviation(isa.subtract(isa.load(vector), mean));
        let plus = |a: Moments<I::Lanes>, b: Moments<I::Lanes>| Moments {
            sum: isa.add(a.sum, b.sum),
            squares: isa.add(a.squares, b.squares),
        };
        let fold =
            |lanes: Moments<I::Lanes>| Moments { sum: isa.fold(lanes.sum), squares: isa.fold(lanes.squares) };
        let (blocks, last) = self.blocks();
        let last = fold(by_fours(last, zero, tail, of_vector, plus));
        let of_block = |block: &Block| fold(by_fours(block, zero, zero, of_vector, plus));
        let of_blocks =
            |a: Moments<f64>, b: Moments<f64>| Moments { sum: a.sum + b.sum, squares: a.squares + b.squares };
        if blocks.is_empty() { last } else { pairwise(blocks, last, of_block, of_blocks) }
    }
}

/// Adds up what `of_vector` gives, four by four, what is left of them, and `tail`.
#[inline(always)]
fn by_fours<T: Copy>(
    vectors: &[Vector],
    zero: T,
    tail: T,
    of_vector: impl Fn(&Vector) -> T,
    plus: impl Fn(T, T) -> T,
) -> T {
    let (fours, rest) = vectors.as_chunks::<4>();
    let mut total = zero;
    for [a, b, c, d] in fours {
        total = plus(total, plus(plus(of_vector(a), of_vector(b)), plus(of_vector(c), of_vector(d))));
    }
    let last = match rest {
        [] => tail,
        [a] => plus(tail, of_vector(a)),
        [a, b] => plus(tail, plus(of_vector(a), of_vector(b))),
        [a, b, c, ..] => plus(plus(tail, of_vector(a)), plus(of_vector(b), of_vector(c))),
    };
    plus(total, last)
}

/// Entry r keeps the last r lanes.
static MASKS: [[u64; LANES]; LANES] = {
    let mut masks = [[0; LANES]; LANES];
    let mut kept = 0;
    while kept < LANES {
        let mut lane = LANES - kept;
        while lane < LANES {
            masks[kept][lane] = u64::MAX;
            lane += 1;
        }
        kept += 1;
    }
    masks
};

/// At least one value, but fewer than [`LANES`], in the last lanes; the others repeat the first and are masked.
#[inline(always)]
fn last_of_few(values: &[f64]) -> [f64; LANES] {
    let mut tail = [0.0; LANES];
    for (lane, slot) in tail.iter_mut().enumerate() {
        *slot = values[(values.len() + lane).saturating_sub(LANES)];
    }
    tail
}

/// Adds up what `of_block` gives for each block, and `last`, by a tree: slot k holds the sum of 2^k blocks.
#[inline(always)]
fn pairwise<T: Copy>(
    blocks: &[Block],
    last: T,
    of_block: impl Fn(&Block) -> T,
    plus: impl Fn(T, T) -> T,
) -> T {
    let mut slots = [last; usize::BITS as usize];
    for (index, block) in blocks.iter().enumerate() {
        let filled = index.trailing_ones() as usize;
        let mut sum = of_block(block);
        for slot in &slots[..filled] {
            sum = plus(*slot, sum);
        }
        slots[filled] = sum;
    }
    let mut total = last;
    for (level, slot) in slots.iter().enumerate() {
        if blocks.len() >> level & 1 == 1 {
            total = plus(*slot, total);
        }
    }
    total
}
