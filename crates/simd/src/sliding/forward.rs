//! How cheaply can a window be computed where most windows are well conditioned?
//!
//! ```text
//! a = x - K    v = a a    S = sum a    Q = sum v    M2 = Q - S S / n    sqrt(M2 / (n - ddof))
//! ```
//!
//! over the window, for an anchor K per lane: the shifted running sums of Chan, Golub and LeVeque (American
//! Statistician 37:242, 1983). The first window of a lane is summed directly, around the mean of some of its values, and the sums
//! run on from there, H windows far. Departures from the textbook:
//!
//! * Nothing is looked at on the way but the largest Q and S S / n and the least M2 (in narrow windows and short lanes the least of M2 less what it may be wrong by), from which a bound on the error of
//!   every window of the lane follows at the end. Where that is too much the lane is walked again and looked at window by window ([`fill`](super::fill)).
//! * Four windows at a time: the sums change by the changes of four values, added up as (a + b) + (c + d), and what
//!   that one addition rounds off is kept (Dekker's FastTwoSum), so the error does not grow with Q times the number of steps.
//! * The roots of four windows are taken while the next four are summed: a root waits long for its
//!   operand, and whatever is behind it in the program waits with it.
//! * A missing value, a NaN, adds nothing to S, Q and n; n is then another for every window.
//! * Lanes of a drifting series are short, and their first windows are put together of [`blocks`](super::blocks).
//!
//! A window's bits and whether it is good enough follow from the values of its lane up to its last one. When every lane of a vector has failed, the walk stops.

#![expect(unsafe_code, reason = "places within the lanes are checked once: see `lanes`")]

use std::ops::Range;

use super::Shape;
use super::bound::{CLEARLY, Cause, Failure, Limits, is_broken, out_of_scale};
use super::lanes::{Ahead, Results};
use super::rows::Rows;
use crate::isa::Lanes;

/// The sums of some values of the lanes' first windows.
#[derive(Clone, Copy)]
pub(super) struct Begin<V> {
    pub(super) anchor: V,
    /// So many values, from the first on.
    pub(super) values: usize,
    pub(super) s: V,
    pub(super) q: V,
    /// What Q is to be taken for in the bound, at least.
    pub(super) least_q: V,
    /// So many values are a block.
    pub(super) block: usize,
}

impl<V: Copy> Begin<V> {
    /// Of none.
    #[inline(always)]
    pub(super) fn at<const W: usize>(isa: impl Lanes<W, Vector = V>, anchor: V) -> Self {
        let zero = isa.splat(0.0);
        Self { anchor, values: 0, s: zero, q: zero, least_q: zero, block: usize::MAX }
    }
}

/// How a lane is looked at: by the largest T and Q and the least M2 of all its windows together,
pub(super) const WHOLE: u8 = 0;

/// by what is allowed less the bound, the least of all windows, so that lanes of uneven windows pass,
pub(super) const APART: u8 = 1;

/// or window by window, to find the first that fails.
pub(super) const EACH: u8 = 2;

/// The change of S, Q and n of one value, or of some.
#[derive(Clone, Copy)]
struct Change<V> {
    s: V,
    q: V,
    n: V,
}

impl<V: Copy> Change<V> {
    #[inline(always)]
    fn and<const W: usize>(self, isa: impl Lanes<W, Vector = V>, more: Self) -> Self {
        Self { s: isa.add(self.s, more.s), q: isa.add(self.q, more.q), n: isa.add(self.n, more.n) }
    }
}

/// S, Q and n of one window of each lane, and what the additions of S and Q have rounded off so far.
#[derive(Clone, Copy)]
struct Sums<V> {
    s: V,
    q: V,
    n: V,
    s_rest: V,
    q_rest: V,
}

impl<V: Copy> Sums<V> {
    #[inline(always)]
    fn plus<const W: usize>(self, isa: impl Lanes<W, Vector = V>, more: Change<V>) -> Self {
        let (s, q) = (isa.fast_two_sum(self.s, more.s), isa.fast_two_sum(self.q, more.q));
        Self {
            s: s.sum,
            q: q.sum,
            n: isa.add(self.n, more.n),
            s_rest: isa.add(self.s_rest, s.rest),
            q_rest: isa.add(self.q_rest, q.rest),
        }
    }

    #[inline(always)]
    fn all<const W: usize>(self, isa: impl Lanes<W, Vector = V>) -> Change<V> {
        Change { s: isa.add(self.s, self.s_rest), q: isa.add(self.q, self.q_rest), n: self.n }
    }
}

/// The largest Q after each four windows, the largest (w / n) S S / n and the least M2; or where [`APART`] the largest Q of all windows, and the
/// least of what is left of M2.
#[derive(Clone, Copy)]
struct Extremes<V> {
    q: V,
    t: V,
    m2: V,
}

/// The lanes from their first windows to their last.
pub(super) struct Walk<'a, const W: usize, I: Lanes<W>, R, const MISSING: bool, const HOW: u8> {
    isa: I,
    shape: &'a Shape,
    steps: usize,
    rows: R,
    per_value: I::Vector,
    per_degree: I::Vector,
    limits: Limits,
    sums: Sums<I::Vector>,
    extremes: Extremes<I::Vector>,
    failures: [Option<Failure>; W],
    /// Bit l is set where lane l has a failure.
    failed: u32,
}

impl<'a, const W: usize, I: Lanes<W>, R: Rows<W, I::Vector>, const MISSING: bool, const HOW: u8>
    Walk<'a, W, I, R, MISSING, HOW>
{
    #[inline(always)]
    pub(super) fn new(isa: I, shape: &'a Shape, steps: usize, begin: &Begin<I::Vector>, rows: R) -> Self {
        let zero = isa.splat(0.0);
        Self {
            isa,
            shape,
            steps,
            rows,
            per_value: isa.splat(shape.per_value),
            per_degree: isa.splat(shape.per_degree),
            limits: Limits::of(shape, begin.block),
            sums: Sums { s: begin.s, q: begin.q, n: zero, s_rest: zero, q_rest: zero },
            extremes: Extremes { q: begin.least_q, t: zero, m2: isa.splat(f64::MAX) },
            failures: [None; W],
            failed: 0,
        }
    }

    #[inline(always)]
    pub(super) fn run(
        mut self,
        from: usize,
        out: &mut Results<'_, W>,
        ahead: Ahead<'_>,
    ) -> [Option<Failure>; W] {
        let isa = self.isa;
        self.sum(from..self.shape.window);
        let all = self.sums.all(isa);
        let first = self.variance(all, 0);
        self.extremes.q = isa.larger(self.extremes.q, all.q);
        for (lane, deviation) in isa.numbers(isa.root(first)).into_iter().enumerate() {
            out.set(lane, 0, deviation);
        }
        if self.steps > 0 {
            let mut variances = self.four(0, out, None);
            let mut at = 4;
            while at < self.steps && !self.have_all_failed(at) {
                ahead.fetch(isa, W * at, 4 * W);
                variances = self.four(at, out, Some(variances));
                at += 4;
            }
            for lane in 0..W {
                // SAFETY: `at` is at most `steps`, so the four results up to number `at` are some of the lane's `steps + 1`.
                let out = unsafe { out.four(lane, at - 3) };
                isa.write_roots(&variances, lane, out);
            }
        }
        if HOW == EACH {
            return self.failures;
        }
        let failed = self.failed_so_far();
        let unknown = Failure { window: 0, cause: Cause::Drift };
        std::array::from_fn(|lane| (failed >> lane & 1 == 1).then_some(unknown))
    }

    /// Whether no lane has a window more whose result will be used.
    #[inline(always)]
    fn have_all_failed(&self, at: usize) -> bool {
        const SELDOM: usize = 256;
        let failed = match HOW {
            EACH => self.failed,
            _ if at.is_multiple_of(SELDOM) => self.failed_so_far(),
            _ => 0,
        };
        failed == (1 << W) - 1
    }

    /// The lanes of which not every window so far is good enough.
    #[inline(always)]
    fn failed_so_far(&self) -> u32 {
        let isa = self.isa;
        let Extremes { q, t, m2 } = self.extremes;
        if HOW == APART {
            return out_of_scale(isa, q, m2);
        }
        let bound = self.limits.bound(isa, isa.larger(isa.add(m2, t), q), t);
        isa.not_within(isa.multiply(isa.splat(CLEARLY), bound), m2) | out_of_scale(isa, q, m2)
    }

    /// S and Q of so many values of a block.
    #[inline(always)]
    pub(super) fn of_block(mut self, values: usize) -> [I::Vector; 2] {
        self.sum(0..values);
        let all = self.sums.all(self.isa);
        [all.s, all.q]
    }

    /// Values of the first window.
    #[inline(always)]
    fn sum(&mut self, window: Range<usize>) {
        let isa = self.isa;
        let mut at = window.start;
        while at + 4 <= window.end {
            // SAFETY: the window is one of the lanes'.
            let ([a, b], [c, d]) = unsafe { (self.rows.enter(isa, at), self.rows.enter(isa, at + 2)) };
            let (a, b) = (self.entering(a), self.entering(b));
            let (c, d) = (self.entering(c), self.entering(d));
            self.sums = self.sums.plus(isa, a.and(isa, b).and(isa, c.and(isa, d)));
            at += 4;
        }
        let rest = window.end - at;
        for odd in 0..rest {
            // The last rows of the window, of which those before have been summed: the lanes may have no row after it.
            // SAFETY: as above, and the window has at least four rows.
            let [_, a] = unsafe { self.rows.enter(isa, at + odd - 1) };
            let a = self.entering(a);
            self.sums = self.sums.plus(isa, a);
        }
    }

    /// What one value of each lane adds to the sums.
    #[inline(always)]
    fn entering(&self, a: I::Vector) -> Change<I::Vector> {
        let isa = self.isa;
        let (a, n) = self.present(a);
        Change { s: a, q: isa.multiply(a, a), n }
    }

    /// a and 1, or 0 and 0 where the value is missing.
    #[inline(always)]
    fn present(&self, a: I::Vector) -> (I::Vector, I::Vector) {
        if MISSING {
            let isa = self.isa;
            (isa.where_number(a, a), isa.where_number(a, isa.splat(1.0)))
        } else {
            (a, self.sums.n)
        }
    }

    /// The variances of the four windows after step `at`. Meanwhile takes the roots of the four `before`.
    #[inline(always)]
    fn four(&mut self, at: usize, out: &mut Results<'_, W>, before: Option<I::Quads>) -> I::Quads {
        let isa = self.isa;
        let [a, b] = self.changes(at);
        let [c, d] = self.changes(at + 2);
        let two = a.and(isa, b);
        let changes = [a, two, two.and(isa, c), two.and(isa, c.and(isa, d))];
        let sums = self.sums.all(isa);
        self.sums = self.sums.plus(isa, changes[3]);
        let mut variances = [sums.s; 4];
        let mut q = sums.q;
        for (i, variance) in variances.iter_mut().enumerate() {
            let all = sums.and(isa, changes[i]);
            *variance = self.variance(all, at + i + 1);
            q = all.q;
            if let Some(variances) = &before {
                for lane in (i..W).step_by(4) {
                    // SAFETY: the four results before, which the lanes have.
                    let out = unsafe { out.four(lane, at - 3) };
                    isa.write_roots(variances, lane, out);
                }
            }
        }
        self.extremes.q = isa.larger(self.extremes.q, q);
        isa.quads(variances)
    }

    /// What two steps change.
    #[inline(always)]
    fn changes(&mut self, at: usize) -> [Change<I::Vector>; 2] {
        let isa = self.isa;
        // SAFETY: the steps are of these lanes, so they have the rows that leave and those that enter.
        let (new, old) = unsafe { (self.rows.enter(isa, at + self.shape.window), self.rows.leave(isa, at)) };
        [self.change(new[0], old[0]), self.change(new[1], old[1])]
    }

    #[inline(always)]
    fn change(&self, new: I::Vector, old: I::Vector) -> Change<I::Vector> {
        let isa = self.isa;
        let ((new, n_new), (old, n_old)) = (self.present(new), self.present(old));
        Change {
            s: isa.subtract(new, old),
            q: isa.subtract(isa.multiply(new, new), isa.multiply(old, old)),
            n: if MISSING { isa.subtract(n_new, n_old) } else { n_new },
        }
    }

    /// The variance of window number `window` of each lane.
    #[inline(always)]
    fn variance(&mut self, Change { s, q, n }: Change<I::Vector>, window: usize) -> I::Vector {
        let isa = self.isa;
        let (mut per_value, mut per_degree) = (self.per_value, self.per_degree);
        if MISSING {
            let one = isa.splat(1.0);
            per_value = isa.divide(one, n);
            per_degree = isa.divide(one, isa.subtract(n, isa.splat(self.shape.ddof as f64)));
        }
        let t = isa.multiply(s, isa.multiply(s, per_value));
        let m2 = isa.subtract(q, t);
        let mut variance = isa.multiply(m2, per_degree);
        let (mut t, mut m2) = (t, m2);
        if MISSING {
            let (zero, most) = (isa.splat(0.0), isa.splat(f64::MAX));
            let width = isa.splat(self.shape.window as f64);
            t = isa.multiply(t, isa.larger(isa.multiply(width, per_value), isa.splat(1.0)));
            // one value has no spread, and where there are too few nothing is to be right
            let (single, least) = (isa.splat(1.0), isa.splat(self.shape.least as f64));
            variance = isa.where_within(n, single, zero, variance);
            variance = isa.where_within(least, n, variance, isa.splat(f64::NAN));
            let few = isa.larger(isa.splat(self.shape.least.max(2) as f64), zero);
            (t, m2) = (isa.where_within(few, n, t, zero), isa.where_within(few, n, m2, most));
        }
        match HOW {
            WHOLE => {
                self.extremes.t = isa.larger(self.extremes.t, t);
                self.extremes.m2 = isa.smaller(self.extremes.m2, m2);
            }
            APART => {
                self.extremes.q = isa.larger(self.extremes.q, q);
                let left = isa.subtract(m2, self.limits.more_than_bound(isa, self.extremes.q, t));
                self.extremes.m2 = isa.smaller(self.extremes.m2, left);
            }
            _ => self.judge(q, t, m2, window),
        }
        variance
    }

    /// Notes the lanes whose first failure is this window.
    #[inline(always)]
    fn judge(&mut self, q: I::Vector, t: I::Vector, m2: I::Vector, window: usize) {
        let isa = self.isa;
        let scale = out_of_scale(isa, self.extremes.q, m2) | isa.not_within(q, isa.splat(f64::MAX));
        let q = isa.larger(self.extremes.q, q);
        if isa.not_within(self.limits.more_than_bound(isa, q, t), m2) | scale == 0 {
            return;
        }
        let failed = isa.not_within(self.limits.bound(isa, q, t), m2) | scale;
        self.failed |= failed;
        let broken = is_broken(isa, q, t, m2);
        for lane in (0..W).filter(|lane| failed >> lane & 1 == 1) {
            let cause = match (scale >> lane & 1, broken >> lane & 1) {
                (1, _) => Cause::Scale,
                (_, 1) => Cause::Break,
                _ => Cause::Drift,
            };
            self.failures[lane].get_or_insert(Failure { window, cause });
        }
    }
}
