//! How is a window summed so that nothing is ever subtracted from a sum?
//!
//! ```text
//! a = x - K    S = sum a    Q = sum a a    n M2 = n Q - S S    sqrt(n M2 / (n (n - ddof)))
//! ```
//!
//! A lane is a number of consecutive windows, fewer than a window has values, around one anchor K. Each of them is made of the last values of
//! the lane's first window, and of the first values after it. The sums of the former are made from the last value to the first, and kept; those of the latter grow
//! as the lane goes on: the queue of two stacks (K. Tangwongsan, M. Hirzel, S. Schneider, "Low-Latency Sliding-Window Aggregation in Worst-Case
//! Constant Time", DEBS 2017), block by block (M. van Herk, Pattern Recognition Letters 13, 1992). Since nothing is subtracted, a value that has left leaves
//! nothing behind, neither a rounding error nor a NaN. The anchor is a mean at the end of the first window, around which the means of
//! all windows of a lane lie, whether the series drifts or not. Two kinds of lanes:
//!
//! * Of windows below 256 values a lane is about three quarters of a window. The values that all its windows share are summed for every lane.
//! * Of wider ones it is a block, and those values are other [`blocks`], which neighbouring lanes share.
//!
//! # The bound
//!
//! u = 2^-53, T = S S / n, and D additions at most on the way of a value into a sum. Rounding a moves M2 by 2 u sqrt(Q M2) <= u (Q + M2), squares and sums
//! move Q by (D + 1) u Q, and S by D u sum |a| <= D u sqrt(n Q), which moves T by 2 D u sqrt(T Q) <= D u (T + Q).
//! n Q, S S and their difference round n M2 by u n (Q + T + M2). With Q = M2 + T all together is
//!
//! ```text
//! (2 D + 5) u M2 + (3 D + 4) u T
//! ```
//!
//! or, where [`blocks`] say other numbers for S, Q and the values, the same with these. Of every window it is checked that this is at most 170 u M2, less one for the check itself;
//! that T is at most 2.5 M2, so that results are within 8 ulp on the series of the tests; and that M2 is at least 2^-960. Windows for which that fails are settled by themselves.
//! A result errs by half of 170 u, u for the reciprocal of n (n - ddof) and its product, and u for the root.
//!
//! D is 2 for adding up four rows, 1 for adding those to what was there, 1 for joining both parts, and one for each four rows of a window and for three single ones. In windows
//! from 40 values on sums are compensated, and the last of these count two in all: FastTwoSum (Dekker 1971) keeps what a sum rounds off, but for u of what is added where that is
//! larger, and its rests are rounded in second order.

#![expect(unsafe_code, reason = "places within the lanes are checked once: see `lanes`")]

use std::ops::Range;

use super::blocks::{self, Blocks};
use super::lanes::{Ahead, Results, Stretches};
use super::settle::note;
use super::sums::{self, Growing, Sums};
use super::{ALLOWED, LEAST_M2, Series, Shape};
use crate::exact::Runs;
use crate::isa::{Isa, Job, LANES, Lanes};

/// From this window on sums are compensated: narrower ones keep the bound without.
const COMPENSATED: usize = 40;

/// From this window on the values that all windows of a lane share are summed in blocks.
const BLOCKS: usize = 256;

/// Windows of a lane, and the values that leave a lane: about three quarters of a window, so that the means of all windows of a lane are near that of the last
/// quarter of the first.
pub(super) fn length(window: usize) -> usize {
    if window < BLOCKS { (3 * window + 2) / 16 * 4 } else { blocks::length(window) }
}

/// So many times M2 may T be, at most, though the bound may allow more: results are then within 8 ulp in practice.
const MOST_T: f64 = 2.5;

/// Of a series with windows of at least eleven values.
pub(super) struct Wide<'a>(pub(super) Series<'a>);

impl Job for Wide<'_> {
    #[inline(always)]
    fn run<const W: usize, I: Isa + Lanes<W>>(self, isa: I) {
        let Series { shape, values, out, doubts } = self.0;
        match (shape.skips(), shape.window >= COMPENSATED) {
            (false, false) => Tiles::<W, I, false, false>::new(isa, shape, values).run(out, doubts),
            (false, true) => Tiles::<W, I, false, true>::new(isa, shape, values).run(out, doubts),
            (true, _) => Tiles::<W, I, true, true>::new(isa, shape, values).run(out, doubts),
        }
    }
}

/// Lanes after which the sums of their blocks are dropped, at least, so that they take little memory beside a series.
const AT_ONCE: usize = 1024;

/// Kept of four rows: S, Q or n.
type Four<const W: usize> = [[f64; W]; 4];

/// `W` lanes side by side are a tile.
struct Tiles<'a, const W: usize, I: Lanes<W>, const MISSING: bool, const COMPENSATED: bool> {
    isa: I,
    shape: &'a Shape,
    values: &'a [f64],
    lane: usize,
    n: I::Vector,
    /// 1 / (n (n - ddof))
    factor: I::Vector,
    /// At most so many times M2 may T be.
    most_t: I::Vector,
}

/// Below this, left of `most_t` M2 n - S S, M2 may be below 2^-960.
const LEAST_LEFT: f64 = LEAST_M2 * (1u64 << 40) as f64;

/// Above this part of the largest double, n Q may overflow.
const MOST_Q: f64 = f64::MAX / (1u64 << 40) as f64;

impl<'a, const W: usize, I: Lanes<W>, const MISSING: bool, const COMPENSATED: bool>
    Tiles<'a, W, I, MISSING, COMPENSATED>
{
    #[inline(always)]
    fn new(isa: I, shape: &'a Shape, values: &'a [f64]) -> Self {
        let Shape { window, factor, .. } = *shape;
        let (n, lane) = (window as f64, length(window));
        let (to_s, to_q, moves) = match (window >= BLOCKS, COMPENSATED) {
            (false, false) => (n / 4.0 + 7.0, n / 4.0 + 7.0, 1.0),
            (false, true) => (6.0, 6.0, 1.0),
            (true, _) => (14.0, 31.0, 2.3),
        };
        let (of_q, of_t, of_m2) = (to_q + to_s + moves + 2.0, to_s + 1.0, moves + 1.0);
        let most_t = MOST_T.min((ALLOWED - 1.0 - (of_q + of_m2)) / (of_q + of_t));
        let [n, factor, most_t] = [isa.splat(n), isa.splat(factor), isa.splat(most_t)];
        Self { isa, shape, values, lane, n, factor, most_t }
    }

    #[inline(always)]
    fn run(&self, out: &mut [f64], doubts: &mut Vec<Range<usize>>) {
        let (values, window, lane) = (self.values, self.shape.window, self.lane);
        let tile = W * lane;
        let mut kept = vec![0.0; 3 * tile + LANES];
        let aligned = kept.as_ptr().align_offset(64).min(LANES);
        let kept = kept[aligned..][..3 * tile].as_chunks_mut().0.as_chunks_mut().0;
        let mut gaps = Gaps { shape: self.shape, values, seen: 0, last: None };
        let mut runs = Runs::new(values);
        let mut blocks = None;
        let at_once = W * (AT_ONCE.max(8 * window / lane) / W);
        for start in (0..out.len()).step_by(tile) {
            let blocks = (window >= BLOCKS).then(|| {
                let number = start / lane % at_once;
                if number == 0 {
                    let lanes = at_once.min(values[start..].len() / lane + W);
                    blocks = Some(Blocks::new(&values[start..], window, lanes));
                }
                (blocks.as_mut().expect("blocks from the first lane on"), number)
            });
            let end = out.len().min(start + tile);
            // a value more than the windows need
            let failed = if let Some(values_of_tile) = values.get(start..start + tile + window) {
                let (done, rest) = out.split_at_mut(end);
                let soon = end + window + if window < BLOCKS { 0 } else { tile };
                let soon = values.get(soon..).unwrap_or_default();
                let ahead = Ahead { values: soon, out: rest }.where_it_pays(values.len());
                self.tile(values_of_tile, blocks, &mut done[start..], ahead, kept)
            } else {
                let mut padded = values[start..].to_vec();
                padded.resize(tile + window, values[values.len() - 1]);
                let mut results = vec![0.0; tile];
                let failed = self.tile(&padded, blocks, &mut results, Ahead::NOTHING, kept);
                out[start..].copy_from_slice(&results[..end - start]);
                failed
            };
            if failed != 0 {
                self.judge(failed, start..end, kept, (&mut gaps, &mut runs), doubts, out);
            }
        }
    }

    /// Does some lanes, keeps what is left of their windows' bound where their S was, and says which lanes may hold a window for which that
    /// is too little.
    #[inline(always)]
    fn tile(
        &self,
        values: &[f64],
        blocks: Option<(&mut Blocks<'_>, usize)>,
        out: &mut [f64],
        ahead: Ahead<'_>,
        kept: &mut [Four<W>],
    ) -> u32 {
        let (isa, lane, window) = (self.isa, self.lane, self.shape.window);
        let values = Stretches::<W>::new(values, lane);
        let (anchor, mut growing) = match blocks {
            Some((blocks, number)) => blocks.shared::<W, I, MISSING>(isa, number),
            None => self.shared_values(values),
        };
        assert!(values.length() == lane + window && kept.len() == 3 * lane / 4, "rows for every window");
        let out = &mut Results::<W>::new(out, lane);
        let zero = isa.splat(0.0);
        let (s_kept, others) = kept.split_at_mut(lane / 4);
        let (q_kept, n_kept) = others.split_at_mut(lane / 4);
        let groups = lane / 4;
        assert!(s_kept.len() == groups && q_kept.len() == groups && n_kept.len() == groups);
        for group in (0..groups).rev() {
            let (s, q, n) = (&mut s_kept[group], &mut q_kept[group], &mut n_kept[group]);
            ahead.fetch(isa, W * 4 * (groups - 1 - group));
            // SAFETY: the four rows are some of the first window.
            let [a, b, c, d] = unsafe { sums::four::<W, I, MISSING>(isa, values, 4 * group, anchor) };
            let cd = c.and(isa, d);
            let sums = growing.all::<W, I, COMPENSATED>(isa);
            let abcd = a.and(isa, b).and(isa, cd);
            let own = [abcd, b.and(isa, cd), cd, d];
            for row in 0..4 {
                let all = sums.and(isa, own[row]);
                isa.store(all.s, &mut s[row]);
                isa.store(all.q, &mut q[row]);
                if MISSING {
                    isa.store(all.n, &mut n[row]);
                }
            }
            growing = growing.plus::<W, I, COMPENSATED>(isa, abcd);
        }
        let mut q_total = growing.all::<W, I, COMPENSATED>(isa).q;
        let mut growing = Growing::none(isa);
        let mut worst = isa.splat(f64::MAX);
        let mut before = isa.quads([zero; 4]);
        for group in 0..groups {
            let (s, q, n) = (&mut s_kept[group], &q_kept[group], &n_kept[group]);
            let sums = growing.all::<W, I, COMPENSATED>(isa);
            // SAFETY: the lanes have so many rows after their first window.
            let [a, b, c, d] =
                unsafe { sums::four::<W, I, MISSING>(isa, values, window + 4 * group, anchor) };
            let ab = a.and(isa, b);
            let mut variances = [zero; 4];
            let own = [sums, sums.and(isa, a), sums.and(isa, ab), sums.and(isa, ab.and(isa, c))];
            for row in 0..4 {
                let kept = Sums {
                    s: isa.load(&s[row]),
                    q: isa.load(&q[row]),
                    n: if MISSING { isa.load(&n[row]) } else { zero },
                };
                let (variance, left) = self.variance(own[row].and(isa, kept));
                isa.store(left, &mut s[row]);
                worst = isa.smaller(left, worst);
                variances[row] = variance;
            }
            growing = growing.plus::<W, I, COMPENSATED>(isa, ab.and(isa, c.and(isa, d)));
            if group > 0 {
                self.write(&before, 4 * group - 4, out);
            }
            before = isa.quads(variances);
        }
        self.write(&before, lane - 4, out);
        q_total = isa.add(q_total, growing.all::<W, I, COMPENSATED>(isa).q);
        isa.not_within(isa.splat(LEAST_LEFT), worst) | isa.not_within(q_total, isa.splat(MOST_Q))
    }

    #[inline(always)]
    fn write(&self, variances: &I::Quads, at: usize, out: &mut Results<'_, W>) {
        for lane in 0..W {
            // SAFETY: `at` is a multiple of four below the lane's number of windows, which is one too.
            self.isa.write_roots(variances, lane, unsafe { out.four(lane, at) });
        }
    }

    /// The variance of a window of each lane, and what is left of n M2 when its possible error is taken off, over what n T counts in that.
    #[inline(always)]
    fn variance(&self, Sums { s, q, n }: Sums<I::Vector>) -> (I::Vector, I::Vector) {
        let isa = self.isa;
        let Shape { ddof, least, .. } = *self.shape;
        let n = if MISSING { n } else { self.n };
        let (nt, nq) = (isa.multiply(s, s), isa.multiply(n, q));
        let nm2 = isa.subtract(nq, nt);
        let factor = if MISSING {
            isa.divide(isa.splat(1.0), isa.multiply(n, isa.subtract(n, isa.splat(ddof as f64))))
        } else {
            self.factor
        };
        let variance = isa.multiply(nm2, factor);
        let left = isa.subtract(isa.multiply(self.most_t, nm2), nt);
        if !MISSING {
            return (variance, left);
        }
        // one value has no spread, and where there are too few nothing is to be right
        let one = isa.splat(1.0);
        let nothing = isa.multiply(q, isa.splat(0.0)); // NaN for an infinity, and where Q overflows
        let variance = isa.where_within(n, one, nothing, variance);
        let few = isa.splat(least as f64);
        let variance = isa.where_within(few, n, variance, isa.splat(f64::NAN));
        (variance, isa.where_within(isa.splat(least.max(2) as f64), n, left, isa.add(one, nothing)))
    }

    /// An anchor, and the sums of the values that all windows of a lane share, of which there are few.
    #[inline(always)]
    fn shared_values(&self, values: Stretches<'_, W>) -> (I::Vector, Growing<I::Vector>) {
        let isa = self.isa;
        let window = self.shape.window;
        let anchor = self.anchor(values);
        let none = Growing::none(isa);
        let growing = none.plus_rows::<W, I, MISSING, COMPENSATED>(isa, values, self.lane..window, anchor);
        (anchor, growing)
    }

    /// The mean of some of the last quarter of each lane's first window.
    #[inline(always)]
    fn anchor(&self, values: Stretches<'_, W>) -> I::Vector {
        let (isa, window) = (self.isa, self.shape.window);
        let mean =
            sums::mean_of_some::<W, I, MISSING>(isa, values, window - (window + 2).div_ceil(4)..window);
        let nothing = isa.multiply(mean, isa.splat(0.0));
        if isa.not_within(nothing, nothing) == 0 {
            return mean;
        }
        let mut means = isa.numbers(mean);
        for (lane, mean) in means.iter_mut().enumerate().filter(|(_, mean)| !mean.is_finite()) {
            *mean = finite_near(values.lane(lane), window);
        }
        isa.load(&means)
    }

    /// Notes the windows of some lanes of a tile for which the bound does not hold, and makes those NaN that hold a gap.
    #[cold]
    #[inline(never)]
    fn judge(
        &self,
        lanes: u32,
        tile: Range<usize>,
        kept: &[Four<W>],
        (gaps, runs): (&mut Gaps<'_>, &mut Runs<'_>),
        doubts: &mut Vec<Range<usize>>,
        out: &mut [f64],
    ) {
        let (rows, window) = (kept.as_flattened(), self.shape.window);
        for lane in (0..W).filter(|lane| lanes >> lane & 1 == 1) {
            let first = tile.start + lane * self.lane;
            let windows = first..tile.end.min(first + self.lane);
            if windows.is_empty() {
                return;
            }
            if runs.are_equal_and_finite(first, windows.len() + window - 1) {
                out[windows].fill(0.0);
                continue;
            }
            let mut number = first;
            while number < windows.end {
                if (LEAST_LEFT..=f64::MAX).contains(&rows[number - first][lane]) {
                    number += 1;
                } else if let Some(last) = gaps.last_in(number..number + window) {
                    let until = windows.end.min(last + 1);
                    out[number..until].fill(f64::NAN);
                    number = until;
                } else {
                    note(number, doubts);
                    number += 1;
                }
            }
        }
    }
}

/// Where the values are that no window may hold.
struct Gaps<'a> {
    shape: &'a Shape,
    values: &'a [f64],
    /// So many values have been looked at.
    seen: usize,
    /// The last gap of these.
    last: Option<usize>,
}

impl Gaps<'_> {
    /// The last gap of a window, which does not end before one that was asked for.
    fn last_in(&mut self, window: Range<usize>) -> Option<usize> {
        let later = self.values[self.seen..window.end].iter().rposition(|value| self.shape.is_gap(*value));
        self.last = later.map(|place| self.seen + place).or(self.last);
        self.seen = window.end;
        self.last.filter(|last| *last >= window.start)
    }
}

/// A finite value of the first window, the last one, else the first after it, else 0.
#[cold]
#[inline(never)]
fn finite_near(lane: &[f64], window: usize) -> f64 {
    let (first, others) = lane.split_at(window);
    let finite = |value: &&f64| value.is_finite();
    first.iter().rev().chain(others).find(finite).copied().unwrap_or(0.0)
}
