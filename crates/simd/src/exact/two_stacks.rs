//! How are windows decided that running sums leave open?
//!
//! ```text
//! a = x 2^-e    d = a - K    S = sum d    Q = sum d d    each a pair of doubles
//! ```
//!
//! A lane is L consecutive windows, no more than a window has values. Each of them is made of the last values of the lane's first window
//! and of the first values after it, as in [`crate::sliding::two_stack`]. The sums of the former are made from the last value to the first, and
//! kept; those of the latter grow. Since nothing is subtracted, what is known of a window depends on its own values alone, whatever is near it,
//! and a value that is not finite makes only its own windows NaN. Four lanes are done side by side.
//!
//! # The bound
//!
//! u = 2^-53, G is the exact sum of d d over a window, and H = sqrt(n G), which no sum of some of its d exceeds.
//!
//! TwoSum (Knuth) gives d as a pair, of which the rest is at most u times the leading part. A value enters by
//!
//! ```text
//! A' + f = A + d           exactly    rest += f + d_rest                        for S
//! A' + f = A + fl(d d)     exactly    rest += f + (d d - fl(d d)) + 2 d d_rest  for Q
//! ```
//!
//! and the rests are folded after 16 of these at the latest. So the rest of S stays below 34 u H and errs by at most 37 u u H a value; that of Q stays
//! below 21 u G and errs by at most 34 u u G a value and, for all d_rest d_rest, u u G. Joining both parts of a window adds
//! 138 u u H and 44 u u G, and leaves rests below 70 u H and 23 u G. So S errs by (37 n + 138) u u H, which moves S S by (75 n + 278) u u n G, and
//! Q by (34 n + 45) u u G.
//!
//! From there on all is as in [`super::pairs`]. The rest of S squared is left out (4900 u u n G); with two roundings wherever there is no FMA, V is rounded by
//! 660 u u n G, and what follows to the ends of the interval errs by 1700 u u n G at most. All of that is below
//!
//! ```text
//! E = 128 (n + 64) u u n G / (n (n - ddof))
//! ```
//!
//! of each window's own G. K is a value of all windows of a lane, so that (K - mean)^2 <= M2 = sum (x - mean)^2 and G = M2 + n (K - mean)^2 <= (n + 1) M2: a
//! window is left open only where its root lies within 64 (n + 64) (n + 1) u u of itself from the middle between two doubles,
//! whatever its values; by chance that is one in 2^30 of 75 values. Ties are, and equal values. Where values are missing, no value may be in all windows of a lane; then K
//! is another one, and E is as far off as G says.
//!
//! The power of two brings the largest of the values of all lanes to 2^400, so that no square overflows. Where G is at least 2^-900, nothing that underflows
//! counts: less than 2^-1070 a value. So windows of values 1e-250 of the largest are decided.

use super::Rounded;
use super::arithmetic::{Arithmetic, LANES};
use super::pairs::{FOLDED_AFTER, Shape, Sums, Variances, roots, roots_of_rounded, variances};
use super::tiles::{Tile, UNDECIDED, is_undecided};
use crate::exponents::power_of_two;

/// Where G must lie.
const SMALLEST: f64 = power_of_two(-900);

/// The exponent that the largest value is scaled to.
const LARGEST: i64 = 400;

/// Windows of a lane whose first parts are kept at a time. Longer lanes are gone through backwards once more.
const BLOCK: usize = 64 * FOLDED_AFTER;

/// Decides windows that are [`UNDECIDED`] and leaves the others as they are; whether any may still be undecided.
#[inline(always)]
pub(super) fn run<A: Arithmetic>(isa: A, tile: &Tile<'_>, out: &mut [f64]) -> bool {
    match (tile.skips(), tile.rounded) {
        (false, Rounded::Deviation) => Stacks::<A, false, false>::new(isa, tile).run(out),
        (false, Rounded::Variance) => Stacks::<A, false, true>::new(isa, tile).run(out),
        (true, Rounded::Deviation) => Stacks::<A, true, false>::new(isa, tile).run(out),
        (true, Rounded::Variance) => Stacks::<A, true, true>::new(isa, tile).run(out),
    }
}

struct Stacks<'a, A: Arithmetic, const MISSING: bool, const VARIANCE: bool> {
    isa: A,
    tile: &'a Tile<'a>,
    shape: Shape<A::Vector>,
    /// 128 (n + 64) u u
    error: A::Vector,
}

impl<'a, A: Arithmetic, const MISSING: bool, const VARIANCE: bool> Stacks<'a, A, MISSING, VARIANCE> {
    #[inline(always)]
    fn new(isa: A, tile: &'a Tile<'a>) -> Self {
        let shape = Shape::new(isa, isa.splat(tile.window as f64), tile.ddof);
        let error = isa.splat(power_of_two(-99) * (tile.window + 64) as f64);
        Self { isa, tile, shape, error }
    }

    #[inline(always)]
    fn run(&self, out: &mut [f64]) -> bool {
        let window = self.tile.window;
        let rows = BLOCK.min(window).min(out.len().div_ceil(LANES));
        let (mut kept, mut ends) = (vec![Part::none(self.isa); rows], Vec::new());
        let (mut start, mut are_left) = (0, false);
        while let Some(offset) = out[start..].iter().position(is_undecided) {
            start += offset;
            let end = out.len().min(start + LANES * window);
            let values = &self.tile.values[start..end + window - 1];
            // less than that is enough for the smallest numbers
            let exponent = (exponent_of_largest(values) - LARGEST).clamp(-1000, 1000);
            are_left |= self.lanes(values, exponent, &mut kept, &mut ends, &mut out[start..end]);
            start = end;
        }
        are_left
    }

    #[inline(always)]
    fn lanes(
        &self,
        values: &[f64],
        exponent: i64,
        kept: &mut [Part<A::Vector>],
        ends: &mut Vec<Part<A::Vector>>,
        out: &mut [f64],
    ) -> bool {
        let (isa, window) = (self.isa, self.tile.window);
        let lane = out.len().div_ceil(LANES);
        let length = lane + window - 1;
        let start = |number: usize| (number * lane).min(out.len() - lane);
        let starts = [start(0), start(1), start(2), start(3)];
        let of_lane = |start: usize| &values[start..start + length];
        let lanes = [of_lane(starts[0]), of_lane(starts[1]), of_lane(starts[2]), of_lane(starts[3])];
        let (scale, unscale) = (isa.splat(power_of_two(-exponent)), isa.splat(power_of_two(exponent)));
        let anchor = |lane: &[f64]| {
            let (first, others) = lane.split_at(window);
            let finite = |value: &&f64| value.is_finite();
            first.iter().rev().chain(others).find(finite).copied().unwrap_or(0.0)
        };
        let anchors = isa.load(&[anchor(lanes[0]), anchor(lanes[1]), anchor(lanes[2]), anchor(lanes[3])]);
        let anchors = isa.multiply(anchors, scale);
        let mut part = Part::none(isa);
        for time in (lane..window).rev() {
            part.enter::<A, MISSING>(isa, values_at(isa, &lanes, time, scale), anchors, time);
        }
        // of blocks, the last one first: the sums of all values of the first window that follow
        ends.clear();
        ends.push(part);
        for time in (BLOCK.min(lane)..lane).rev() {
            part.enter::<A, MISSING>(isa, values_at(isa, &lanes, time, scale), anchors, time);
            if time.is_multiple_of(BLOCK) {
                ends.push(part);
            }
        }
        let (mut growing, mut left) = (Part::none(isa), isa.splat(0.0));
        let mut pending = [Pending::zero(isa); ROOTS];
        for (first, mut part) in (0..lane).step_by(BLOCK).zip(ends.drain(..).rev()) {
            let kept = &mut kept[..BLOCK.min(lane - first)];
            for (row, kept) in kept.iter_mut().enumerate().rev() {
                let time = first + row;
                part.enter::<A, MISSING>(isa, values_at(isa, &lanes, time, scale), anchors, time);
                *kept = part;
            }
            // Phase by phase, so that some roots are under way at a time.
            for (group, kept) in kept.chunks(ROOTS).enumerate() {
                let group = first + group * ROOTS;
                for (row, (kept, pending)) in kept.iter().zip(&mut pending).enumerate() {
                    let time = group + row;
                    *pending = self.variances(&kept.and(isa, &growing));
                    if time + 1 < lane {
                        let x = values_at(isa, &lanes, window + time, scale);
                        growing.enter::<A, MISSING>(isa, x, anchors, time);
                    }
                }
                for (row, pending) in pending[..kept.len()].iter().enumerate() {
                    let (value, open) = self.results(pending, unscale);
                    left = isa.or(left, open);
                    let results = isa.numbers(isa.or(value, open));
                    for (start, result) in starts.iter().zip(results) {
                        // those decided before are given the same bits
                        if !is_undecided(&result) {
                            out[start + group + row] = result;
                        }
                    }
                }
            }
        }
        isa.any_negative(left)
    }

    #[inline(always)]
    fn variances(&self, part: &Part<A::Vector>) -> Pending<A::Vector> {
        let (isa, n) = (self.isa, part.n);
        let shape = if MISSING { Shape::new(isa, n, self.tile.ddof) } else { self.shape };
        let squares = isa.add(part.sums.squares, part.sums.squares_rest);
        let tolerance = isa.multiply(squares, isa.multiply(self.error, shape.per_degree(isa)));
        Pending { variances: variances(isa, &part.sums, &shape), tolerance, squares, n }
    }

    /// The results of a window of each lane, and all ones where they are not decided.
    #[inline(always)]
    fn results(&self, pending: &Pending<A::Vector>, unscale: A::Vector) -> (A::Vector, A::Vector) {
        let (isa, Pending { variances, tolerance, squares, n }) = (self.isa, *pending);
        let roots = if VARIANCE {
            roots_of_rounded(isa, &variances, tolerance)
        } else {
            roots(isa, &variances, &self.shape, tolerance)
        };
        let (zero, nan, undecided) = (isa.splat(0.0), isa.splat(f64::NAN), isa.splat(UNDECIDED));
        let open = isa.where_within(isa.splat(SMALLEST), squares, roots.undecided, undecided);
        // what is not normal, or only became so by being rounded up, was rounded twice
        let value = isa.multiply(roots.value, unscale);
        let open = isa.where_within(isa.splat(f64::MIN_POSITIVE.next_up()), value, open, undecided);
        let open = isa.where_within(value, isa.splat(f64::MAX), open, undecided);
        // the squares of windows that hold an infinity, or a NaN that is not left out, are NaN
        let mut open = isa.where_number(squares, open);
        let mut value = isa.where_within(squares, isa.splat(f64::INFINITY), value, nan);
        if MISSING {
            // one value has no spread, and where there are too few nothing is to be right
            let least = self.tile.fewest() as f64;
            let nothing = isa.where_within(squares, isa.splat(f64::INFINITY), zero, nan);
            value = isa.where_within(n, isa.splat(1.0), nothing, value);
            value = isa.where_within(isa.splat(least), n, value, nan);
            open = isa.where_within(isa.splat(least.max(2.0)), n, open, zero);
        }
        (value, open)
    }
}

/// A value of each lane, scaled.
#[inline(always)]
fn values_at<A: Arithmetic>(isa: A, lanes: &[&[f64]; LANES], time: usize, scale: A::Vector) -> A::Vector {
    let [a, b, c, d] = *lanes;
    isa.multiply(isa.load(&[a[time], b[time], c[time], d[time]]), scale)
}

/// Of the largest finite value, -1023 where that is subnormal or 0.
#[inline(always)]
fn exponent_of_largest(values: &[f64]) -> i64 {
    const INFINITE: i64 = f64::INFINITY.to_bits() as i64;
    let largest = values.iter().fold(0, |largest: i64, value| {
        let magnitude = value.abs().to_bits() as i64;
        largest.max(if magnitude < INFINITE { magnitude } else { 0 })
    });
    (largest >> 52) - 1023
}

/// Roots that are under way at a time.
const ROOTS: usize = 4;

/// The variance of a window of each lane, how far off it may be, and G and n.
#[derive(Clone, Copy)]
struct Pending<V> {
    variances: Variances<V>,
    tolerance: V,
    squares: V,
    n: V,
}

impl<V: Copy> Pending<V> {
    /// To be overwritten.
    #[inline(always)]
    fn zero(isa: impl Arithmetic<Vector = V>) -> Self {
        let zero = isa.splat(0.0);
        Self { variances: Variances::zero(isa), tolerance: zero, squares: zero, n: zero }
    }
}

/// The sums of some values of each lane, and their number where some may be missing.
#[derive(Clone, Copy)]
struct Part<V> {
    sums: Sums<V>,
    n: V,
}

impl<V: Copy> Part<V> {
    #[inline(always)]
    fn none(isa: impl Arithmetic<Vector = V>) -> Self {
        let zero = isa.splat(0.0);
        Self { sums: Sums { sum: zero, sum_rest: zero, squares: zero, squares_rest: zero }, n: zero }
    }

    /// Takes a value of each lane in, the one that is number `time` of many.
    #[inline(always)]
    fn enter<A: Arithmetic<Vector = V>, const MISSING: bool>(
        &mut self,
        isa: A,
        x: V,
        anchor: V,
        time: usize,
    ) {
        let (mut d, mut d_rest) = two_sum(isa, x, isa.subtract(isa.splat(0.0), anchor));
        if MISSING {
            (d, d_rest) = (isa.where_number(x, d), isa.where_number(x, d_rest));
            self.n = isa.add(self.n, isa.where_number(x, isa.splat(1.0)));
        }
        let sums = &mut self.sums;
        let (sum, rest) = two_sum(isa, sums.sum, d);
        sums.sum = sum;
        sums.sum_rest = isa.add(sums.sum_rest, isa.add(rest, d_rest));
        let square = isa.multiply(d, d);
        let (squares, rest) = two_sum(isa, sums.squares, square);
        sums.squares = squares;
        let rest = isa.add(rest, isa.residual(d, d, square));
        let rest = isa.multiply_add(isa.add(d, d), d_rest, rest);
        sums.squares_rest = isa.add(sums.squares_rest, rest);
        if time.is_multiple_of(FOLDED_AFTER) {
            (sums.sum, sums.sum_rest) = two_sum(isa, sums.sum, sums.sum_rest);
            (sums.squares, sums.squares_rest) = two_sum(isa, sums.squares, sums.squares_rest);
        }
    }

    #[inline(always)]
    fn and(&self, isa: impl Arithmetic<Vector = V>, other: &Self) -> Self {
        let (a, b) = (&self.sums, &other.sums);
        let (sum, sum_rest) = two_sum(isa, a.sum, b.sum);
        let (squares, squares_rest) = two_sum(isa, a.squares, b.squares);
        let sums = Sums {
            sum,
            sum_rest: isa.add(isa.add(a.sum_rest, b.sum_rest), sum_rest),
            squares,
            squares_rest: isa.add(isa.add(a.squares_rest, b.squares_rest), squares_rest),
        };
        Self { sums, n: isa.add(self.n, other.n) }
    }
}

/// a + b rounded, and what that leaves off, exactly (Knuth).
#[inline(always)]
fn two_sum<A: Arithmetic>(isa: A, a: A::Vector, b: A::Vector) -> (A::Vector, A::Vector) {
    let sum = isa.add(a, b);
    let other = isa.subtract(sum, a);
    (sum, isa.add(isa.subtract(a, isa.subtract(sum, other)), isa.subtract(b, other)))
}
