//! What is computed, and how far off can it be?
//!
//! ```text
//! K = a mean of few values    d = K - x    M2 = sum d d - (sum d)^2 / n    sqrt(M2 / (n - ddof))
//! unless (sum d)^2 / n is a small share of sum d d: the same once more around K - sum d / n, the mean
//! ```
//!
//! Source: the corrected two-pass of Neely (CACM 1966) and the shifted data algorithm, both analysed by Chan,
//! Golub and LeVeque (American Statistician 37:242, 1983). In exact arithmetic the third form gives M2 for any K.
//! The departures:
//!
//! * The first pass takes sums of squares too, and shows by them how far K is from the mean. It decides where that is
//!   at most one standard deviation (0.75 from 512 values on). Of arrays of independent values one in 20 needs a second
//!   pass below 128 values, where K is the mean of 4, one in 200 below 512 (of 8), and one in 370 above (of 16). One pass
//!   has one chain of additions and one fold less than two: 1.5 to 2 times as fast.
//! * K lies between the least and the greatest value, and is the value where all are equal: then the result is exactly
//!   0, and no offset of the data costs digits: |K - mu| <= s sqrt(n - 1), with mu and s the exact mean and deviation.
//! * Eight lanes, whatever the register width, each a chain of additions; they are folded in halves. A
//!   compiler may put a lane anywhere: the bits are the same on every instruction set.
//! * Vectors are added two by two, in longer arrays four by four, before they are added to the lanes' running sums;
//!   these end after 512 values, and block sums are added pairwise (Higham, Accuracy and Stability of Numerical
//!   Algorithms, section 4.2). A term goes through few additions: the bound grows with log n, not with n.
//!
//! # The bound
//!
//! Let u = 2^-53 and let h be the most additions that any term goes through, for n up to 2^30
//!
//! ```text
//! h <= n / 16 + 5 <= 12 for n < 128    h <= 3 (rest) + 15 (lane) + 3 (fold) = 21 for n < 512    h <= 21 + 22 (blocks) = 43
//! ```
//!
//! *Any pass.* With r = |K - mu| / s, sum d d is (1 + r^2) M2 and errs by (h + 3) u of that, its terms not being
//! negative; sum d, of size n r s, errs by (h + 1) u sqrt(n sum d d), which moves its square over n by
//! 2 r sqrt(1 + r^2) (h + 1) u M2, and the two products and 1 / n by 3 r^2 u M2; the subtraction adds u M2.
//!
//! *The first pass* decides where r^2 <= 1 (up to these errors) for h <= 21: together at most 4.9 (h + 3) u M2. For more
//! it asks for r^2 <= 9/16, a share of 0.36: at most 3.5 (h + 3) u M2.
//!
//! *The mean.* The computed sum d / n errs by e, |e| <= (h + 4) u mean|x - K| <= (h + 4) u s sqrt(n),
//! below 2^-31 s. Then K less that is rounded; no double lies nearer to mu than the one that mu
//! rounds to, and the values are doubles, so that rounding moves it by at most the least |x - mu|, which
//! is at most s. So in the second pass r <= 1 + 2^-30.
//!
//! *The second pass, where r < 2^-10.* Less than (h + 5) u M2.
//!
//! *The second pass, where r >= 2^-10.* Only the rounding of the mean can do that. Let g be half the gap between the
//! doubles around mu: s <= 2^11 g, all values lie so near to mu that they, and the mean, are multiples of g, and sum d d
//! is at most n (1 + r^2) s^2 < 2^53 g^2. So every d, every square and every partial sum is exact, and M2 errs by
//! the 3 roundings of the correction and that of the subtraction: less than 10 u M2.
//!
//! *The result.* Half the relative error of M2, half a unit u for the division, one for the root: at most
//! (2.45 (h + 3) + 1.5) u, which is 4.0e-15 for n = 100 and 6.7e-15 for n = 511, and (1.75 (h + 3) + 1.5) u, 9.1e-15,
//! for n = 2^30.
//!
//! That needs an M2 clear of underflow and overflow. One comparison at the end sees to it: outside
//! 2^-960 ..= 2^1000, which includes 0 and NaN, `full_range` decides between equal values, a value that
//! is not finite, and a range of exponents that needs scaling.

use std::convert::Infallible;
use std::ops::RangeInclusive;

use crate::Strided;
use crate::full_range;
use crate::isa::{Isa, LANES};
use crate::reader::{self, Reader};

/// Values after which the lanes are folded into one sum of the pairwise scheme.
pub(crate) const BLOCK: usize = 512;

/// Arrays shorter than this are one chain of additions per lane.
pub(crate) const SHORT: usize = 128;

/// Values whose mean is the first centre of at least a [`BLOCK`], at most [`SHARE`] of whose sum of squares may be due to
/// that centre.
const ANCHORS: usize = 16;

/// r^2 / (1 + r^2) for r = 0.75.
const SHARE: f64 = 0.36;

/// The bits of an M2 that has lost nothing to underflow, and no sum of which has overflowed: 2^-960 ..= 2^1000.
const SAFE: RangeInclusive<u64> = (1023 - 960) << 52..=(1023 + 1000) << 52;

/// The standard deviation of fewer than [`SHORT`] values.
#[inline(always)]
pub(crate) fn of_short<I: SecondPass>(isa: I, values: &[f64], ddof: usize) -> f64 {
    let n = values.len();
    debug_assert!(n < SHORT);
    if n <= ddof {
        return f64::NAN;
    }
    // the remainder spares the check of a bound that the caller has checked
    let pass = Pass { centre: mean_of_four(values), share: 0.5, per_value: RECIPROCALS[n % SHORT] };
    let centre = isa.splat(pass.centre);
    let (vectors, rest) = values.as_chunks();
    let (pairs, single) = vectors.as_chunks();
    let mut total = Deviations::of_last(isa, centre, values, rest.len());
    for [a, b] in pairs {
        let both =
            Deviations::of(isa, centre, isa.load(a)).plus(isa, Deviations::of(isa, centre, isa.load(b)));
        total = total.plus(isa, both);
    }
    if let [vector] = single {
        total = total.plus(isa, Deviations::of(isa, centre, isa.load(vector)));
    }
    finish(isa, values, ddof, pass, total.fold(isa))
}

/// The standard deviation of at least [`SHORT`] values; of at least a [`BLOCK`], if `BLOCKS`.
#[inline(always)]
pub(crate) fn of_long<const BLOCKS: bool>(isa: impl SecondPass, values: &[f64], ddof: usize) -> f64 {
    if values.len() <= ddof {
        return f64::NAN;
    }
    let (centre, share) = if BLOCKS {
        (mean_of_some::<ANCHORS>(values.len(), |index| values[index]), SHARE)
    } else {
        (mean_of_some::<8>(values.len(), |index| values[index]), 0.5)
    };
    let pass = Pass { centre, share, per_value: 1.0 / values.len() as i64 as f64 };
    finish(isa, values, ddof, pass, moments::<BLOCKS>(isa, values, pass.centre))
}

/// An instruction set with a copy of [`second_pass`] of its own.
pub(crate) trait SecondPass: Isa {
    /// [`second_pass`], compiled for this instruction set, out of line: few arrays need it.
    fn second_pass(self, values: &[f64], ddof: usize, mean: f64) -> f64;
}

/// The second pass, around the mean that the first has found.
#[inline(always)]
pub(crate) fn second_pass(isa: impl Isa, values: &[f64], ddof: usize, mean: f64) -> f64 {
    let Moments { sum, squares } = moments::<true>(isa, values, mean);
    let m2 = squares - sum * sum * (1.0 / values.len() as i64 as f64);
    if SAFE.contains(&m2.to_bits()) {
        root(m2, values.len() - ddof)
    } else {
        full_range::standard_deviation(values, ddof)
    }
}

/// As the functions on slices, bit for bit, of values that are widened and packed, a [`BLOCK`] at a time.
#[inline(always)]
pub(crate) fn of_packed<T: Copy + Into<f64>>(
    isa: impl SecondPass,
    values: Strided<'_, T>,
    ddof: usize,
) -> f64 {
    let count = values.count();
    if count < SHORT {
        let mut packed = [0.0; SHORT];
        values.pack(0, &mut packed[..count], T::into);
        return of_short(isa, &packed[..count], ddof);
    }
    if count < BLOCK {
        let mut packed = [0.0; BLOCK];
        values.pack(0, &mut packed[..count], T::into);
        return of_long::<false>(isa, &packed[..count], ddof);
    }
    if count <= ddof {
        return f64::NAN;
    }
    let first_centre = mean_of_some::<ANCHORS>(count, |index| values.get(index).into());
    let moments = |centre| Ok::<_, Infallible>(packed_moments(isa, values, centre));
    let Ok(decided) = two_passes(count, ddof, first_centre, moments);
    if let Some(deviation) = decided {
        return deviation;
    }
    let mut packed = vec![0.0; count];
    values.pack(0, &mut packed, T::into);
    full_range::standard_deviation(&packed, ddof)
}

/// As the functions on slices, bit for bit, of at least a [`BLOCK`] of values that are read block by block, by [`add_blocks`] for
/// some instruction set.
pub(crate) fn of_reader<R: Reader>(
    reader: &mut R,
    ddof: usize,
    add_blocks: impl Fn(&[f64], f64, &mut PairwiseSums) -> Moments,
) -> Result<f64, R::Stop> {
    let count = reader.count();
    if count <= ddof {
        return Ok(f64::NAN);
    }
    let mut some = [0.0; ANCHORS];
    for (index, value) in some.iter_mut().enumerate() {
        let place = index * (count / ANCHORS);
        *value = reader.read(place..place + 1)?[0];
    }
    let first_centre = mean_of_some::<ANCHORS>(ANCHORS, |index| some[index]);
    let moments = |centre| {
        let (mut sums, mut last) = (PairwiseSums::new(), Moments { sum: 0.0, squares: 0.0 });
        reader::pass(reader, |values| last = add_blocks(values, centre, &mut sums))?;
        Ok(sums.plus(last))
    };
    if let Some(deviation) = two_passes(count, ddof, first_centre, moments)? {
        return Ok(deviation);
    }
    full_range::of_passes(count, ddof, |take| reader::pass(reader, take))
}

/// What one pass over at least a [`BLOCK`] of values, or a second one around their mean, decides: `None` outside of [`SAFE`].
#[inline(always)]
fn two_passes<E>(
    count: usize,
    ddof: usize,
    mut centre: f64,
    mut moments: impl FnMut(f64) -> Result<Moments, E>,
) -> Result<Option<f64>, E> {
    let per_value = 1.0 / count as i64 as f64;
    for share in [SHARE, 1.0] {
        let Moments { sum, squares } = moments(centre)?;
        let excess = sum * sum * per_value;
        let m2 = squares - excess;
        if excess <= share * squares && SAFE.contains(&m2.to_bits()) {
            return Ok(Some(root(m2, count - ddof)));
        }
        centre -= sum * per_value;
    }
    Ok(None)
}

/// [`moments`] of values that are packed a [`BLOCK`] at a time.
#[inline(always)]
fn packed_moments<T: Copy + Into<f64>>(isa: impl Isa, values: Strided<'_, T>, centre: f64) -> Moments {
    let mut packed = [0.0; BLOCK];
    let mut sums = PairwiseSums::new();
    let blocks = values.count() / BLOCK;
    for block in 0..blocks {
        values.pack(block * BLOCK, &mut packed, T::into);
        sums.push(of_block(isa, packed.as_chunks().0, isa.splat(centre)));
    }
    let rest = &mut packed[..values.count() % BLOCK];
    values.pack(blocks * BLOCK, rest, T::into);
    sums.plus(moments::<false>(isa, rest, centre))
}

/// How the first pass runs, and what it must show.
#[derive(Clone, Copy)]
struct Pass {
    /// What deviations are taken from.
    centre: f64,
    /// The pass decides where (sum d)^2 / n is at most this share of sum d d.
    share: f64,
    /// 1 / n.
    per_value: f64,
}

/// The result of the first pass, or what the second makes of it.
#[inline(always)]
fn finish(isa: impl SecondPass, values: &[f64], ddof: usize, pass: Pass, moments: Moments) -> f64 {
    let Moments { sum, squares } = moments;
    let excess = sum * sum * pass.per_value;
    let m2 = squares - excess;
    if excess <= pass.share * squares && SAFE.contains(&m2.to_bits()) {
        root(m2, values.len() - ddof)
    } else if squares == 0.0 {
        full_range::standard_deviation(values, ddof)
    } else {
        isa.second_pass(values, ddof, pass.centre - sum * pass.per_value)
    }
}

#[inline(always)]
fn root(m2: f64, divisor: usize) -> f64 {
    // a slice has fewer than 2^63 values, and from i64 the conversion is one instruction
    (m2 / divisor as i64 as f64).sqrt()
}

/// Halves of sums of two cannot leave the range of their terms: so this lies between the least and the greatest value.
#[inline(always)]
fn mean_of_four(values: &[f64]) -> f64 {
    let n = values.len();
    ((values[0] + values[n - 1]) + (values[n / 4] + values[n / 2])) * 0.25
}

/// As [`mean_of_four`], of so many values (a power of two) at equal distances.
#[inline(always)]
fn mean_of_some<const COUNT: usize>(count: usize, value: impl Fn(usize) -> f64) -> f64 {
    let mut sums: [f64; COUNT] = std::array::from_fn(|index| value(index * (count / COUNT)));
    let mut width = COUNT / 2;
    while width > 0 {
        for index in 0..width {
            sums[index] += sums[index + width];
        }
        width /= 2;
    }
    sums[0] / COUNT as f64
}

/// Entry n is 1 / n.
static RECIPROCALS: [f64; SHORT] = {
    let mut reciprocals = [0.0; SHORT];
    let mut n = 1;
    while n < SHORT {
        reciprocals[n] = 1.0 / n as f64;
        n += 1;
    }
    reciprocals
};

/// The sum of deviations and that of their squares.
#[derive(Clone, Copy)]
pub(crate) struct Moments {
    sum: f64,
    squares: f64,
}

impl Moments {
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self { sum: self.sum + other.sum, squares: self.squares + other.squares }
    }
}

/// [`Moments`] lane by lane. The instruction set is an argument, so that nothing here is compiled without it.
#[derive(Clone, Copy)]
struct Deviations<V> {
    sum: V,
    squares: V,
}

impl<V: Copy> Deviations<V> {
    #[inline(always)]
    fn of<I: Isa<Vector = V>>(isa: I, centre: V, values: V) -> Self {
        let sum = isa.subtract(centre, values);
        Self { sum, squares: isa.multiply(sum, sum) }
    }

    /// Of the last `rest` < [`LANES`] values, 0 in the other lanes.
    #[inline(always)]
    fn of_last<I: Isa<Vector = V>>(isa: I, centre: V, values: &[f64], rest: usize) -> Self {
        let mask =
            KEEP_LAST[rest % LANES..].first_chunk().expect("there are as many masks after each of the first");
        let last = match values.last_chunk() {
            Some(last) => isa.load(last),
            None => isa.load_few(values, mask),
        };
        let sum = isa.keep(isa.subtract(centre, last), mask);
        Self { sum, squares: isa.multiply(sum, sum) }
    }

    #[inline(always)]
    fn plus<I: Isa<Vector = V>>(self, isa: I, other: Self) -> Self {
        Self { sum: isa.add(self.sum, other.sum), squares: isa.add(self.squares, other.squares) }
    }

    #[inline(always)]
    fn fold<I: Isa<Vector = V>>(self, isa: I) -> Moments {
        let [sum, squares] = isa.fold(self.sum, self.squares);
        Moments { sum, squares }
    }
}

type Vector = [f64; LANES];

/// Of any number of values.
#[inline(always)]
fn moments<const BLOCKS: bool>(isa: impl Isa, values: &[f64], centre: f64) -> Moments {
    if !BLOCKS || values.len() < BLOCK {
        return of_few(isa, values, isa.splat(centre));
    }
    let mut sums = PairwiseSums::new();
    let last = add_blocks(isa, values, centre, &mut sums);
    sums.plus(last)
}

/// Adds the moments of whole blocks to `sums`, and returns those of the values that are left.
#[inline(always)]
pub(crate) fn add_blocks(isa: impl Isa, values: &[f64], centre: f64, sums: &mut PairwiseSums) -> Moments {
    let centre = isa.splat(centre);
    let (blocks, rest) = values.as_chunks::<BLOCK>();
    let last = of_few(isa, rest, centre);
    for block in blocks {
        sums.push(of_block(isa, block.as_chunks().0, centre));
    }
    last
}

/// Of fewer values than a block has.
#[inline(always)]
fn of_few<I: Isa>(isa: I, values: &[f64], centre: I::Vector) -> Moments {
    let (vectors, rest) = values.as_chunks();
    let last = Deviations::of_last(isa, centre, values, rest.len());
    by_fours(isa, vectors, centre, last).fold(isa)
}

/// Of a [`BLOCK`].
#[inline(always)]
fn of_block<I: Isa>(isa: I, vectors: &[Vector], centre: I::Vector) -> Moments {
    let zero = Deviations { sum: isa.splat(0.0), squares: isa.splat(0.0) };
    by_fours(isa, vectors, centre, zero).fold(isa)
}

/// `total` and the deviations of the vectors, four by four, and of what is left of them.
#[inline(always)]
fn by_fours<I: Isa>(
    isa: I,
    vectors: &[Vector],
    centre: I::Vector,
    mut total: Deviations<I::Vector>,
) -> Deviations<I::Vector> {
    let (fours, rest) = vectors.as_chunks();
    for vector in rest {
        total = total.plus(isa, Deviations::of(isa, centre, isa.load(vector)));
    }
    for [a, b, c, d] in fours {
        let ab = Deviations::of(isa, centre, isa.load(a)).plus(isa, Deviations::of(isa, centre, isa.load(b)));
        let cd = Deviations::of(isa, centre, isa.load(c)).plus(isa, Deviations::of(isa, centre, isa.load(d)));
        total = total.plus(isa, ab.plus(isa, cd));
    }
    total
}

/// Adds up moments by a tree: slot k holds the sum of 2^k of them.
pub(crate) struct PairwiseSums {
    slots: [Moments; usize::BITS as usize],
    count: usize,
}

impl PairwiseSums {
    #[inline(always)]
    fn new() -> Self {
        Self { slots: [Moments { sum: 0.0, squares: 0.0 }; usize::BITS as usize], count: 0 }
    }

    #[inline(always)]
    fn push(&mut self, mut sum: Moments) {
        let filled = self.count.trailing_ones() as usize;
        for slot in &self.slots[..filled] {
            sum = slot.plus(sum);
        }
        self.slots[filled] = sum;
        self.count += 1;
    }

    /// The sum of all of them and `last`.
    #[inline(always)]
    fn plus(&self, last: Moments) -> Moments {
        let mut total = last;
        for (level, slot) in self.slots.iter().enumerate() {
            if self.count >> level & 1 == 1 {
                total = slot.plus(total);
            }
        }
        total
    }
}

/// As many masks from entry r on as there are lanes keep the last r of them.
static KEEP_LAST: [u64; 2 * LANES] = {
    let mut masks = [0; 2 * LANES];
    let mut lane = LANES;
    while lane < masks.len() {
        masks[lane] = u64::MAX;
        lane += 1;
    }
    masks
};
