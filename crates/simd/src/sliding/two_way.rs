//! How cheaply can a window be computed where most windows are well conditioned?
//!
//! ```text
//! a = x - K    v = a a    S = sum a    Q = sum v    M2 = Q - S S / n    sqrt(M2 / (n - ddof))
//! ```
//!
//! over the window, for an anchor K per lane: the shifted running sums of Chan, Golub and LeVeque (American
//! Statistician 37:242, 1983). The middle window of a lane is summed directly, and the sums run from there
//! both ways, H windows each. Departures from the textbook:
//!
//! * Nothing is looked at on the way but the largest Q and S S / n and the least M2, from which a bound on the error of
//!   every window of the lane follows at the end. Half of the lane each way means half of the error.
//! * Four windows at a time: the sums change by the changes of four values, added up as (a + b) + (c + d), and what
//!   that one addition rounds off is kept (Dekker's FastTwoSum), so the error does not grow with Q times the number of steps.
//! * The roots of four windows are taken while the next four are summed: a root waits long for its
//!   operand, and whatever is behind it in the program waits with it.
//!
//! # The bound
//!
//! u = 2^-53; Q is the largest Q after any four windows of one way, T the largest S S / n, and n at least 20. A step changes S
//! by d = a_new - a_old and Q by p = d (a_new + a_old). The rounded a depend on x and K only, so what leaves is what
//! entered; as a perturbation of the data that costs u (Q + M2).
//!
//! *What all steps lose of Q*: 3 u |p| for p, 2 u |p| for adding up four, u |p| for FastTwoSum: 6 u sum |p|. Sum |p| is at
//! most the sum of a^2 over all that enter or leave. Either are in c = ceil(H / w') windows after four, w' being w
//! rounded down to four: 2 c Q. So 12 c u Q, 24 u Q for H = 2 w'.
//!
//! *What all steps lose of S*: 4 u sum |d|, and by Cauchy and Schwarz sum |d| <= sqrt(H sum d^2) <= 2 sqrt(H c Q). That
//! moves S S / n by 2 sqrt(T / n) times as much: 16 u sqrt(H c / n) sqrt(T Q), 32 u sqrt(T Q).
//!
//! *What the first sums lose*: they are added up four by four in the same way: u for a square, 3 u Q, and 6 u sqrt(T Q).
//!
//! *Within four windows*: sum |p| <= 2 Q, and so each Q_i; the 6 u of p and its sums are above already: 3 u Q. 7 u T and
//! 6 u sqrt(T Q) for S S / n, as n >= 20. 2 u M2 for the subtractions.
//!
//! All together, with the residues' own rounding, which is of second order for H below 2^20:
//!
//! ```text
//! (12 c + 8) u Q + 7 u T + (16 sqrt(H c / n) + 12) u sqrt(T Q) + 3 u M2
//! ```
//!
//! This is checked to be at most 170 u times the least M2. Then a result errs by half of that, u for the reciprocal of n - ddof
//! and its product, and u for the root: less than 88 u = 9.8e-15 relative. Underflow and overflow: the least M2 must be
//! at least 2^-960, and an infinity or NaN fails, which any overflow of a sum leaves behind.

#![expect(unsafe_code, reason = "places within the lanes are checked once: see `lanes`")]

use std::ops::Range;

use super::lanes::{Ahead, Lanes, Results, Stretches};
use super::{LEAST_M2, Shape};
use crate::isa::LANES;

/// How much of M2 all errors together may be, in units of u.
const ALLOWED: f64 = 170.0;

/// Writes the standard deviations of `2 half + 1` windows of each lane, and says of which lanes they may be wrong.
#[inline(always)]
pub(super) fn fill<const W: usize, I: Lanes<W>>(
    isa: I,
    shape: &Shape,
    half: usize,
    values: Stretches<'_, W>,
    out: &mut Results<'_, W>,
    ahead: Ahead<'_>,
    scratch: &mut [f64],
) -> Doubt {
    assert_eq!(
        values.length(),
        2 * half + shape.window,
        "the middle window, and `half` more values on either side"
    );
    assert!(half.is_multiple_of(4) && half > 0 && out.length() == 2 * half + 1, "a result for every window");
    let anchor = isa.load(&std::array::from_fn(|lane| mean_of_some(values.lane(lane))));
    let scale = Scale { per_value: isa.splat(shape.per_value), per_degree: isa.splat(shape.per_degree) };
    let aligned = scratch.as_ptr().align_offset(64).min(scratch.len());
    let (kept, _) = scratch[aligned..].as_chunks_mut::<W>();
    match kept.get_mut(..values.length()) {
        Some(kept) => both_ways(isa, shape, half, &scale, Kept { values, anchor, kept }, out, ahead),
        None => both_ways(isa, shape, half, &scale, Woven { values, anchor }, out, ahead),
    }
}

/// Lanes whose results cannot be relied on, bit by bit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doubt {
    /// The windows differ from the anchor and from each other more than the bound allows, but not much more.
    pub(super) drifting: u32,
    /// Something is not a number, or a window has next to no spread beside that of another.
    pub(super) broken: u32,
}

impl Doubt {
    fn or(self, other: Self) -> Self {
        let broken = self.broken | other.broken;
        Self { drifting: (self.drifting | other.drifting) & !broken, broken }
    }
}

/// A lane is broken where the least M2 is below this part of the largest Q.
const BROKEN: f64 = 1.0 / (1 << 30) as f64;

/// Up to this window what has entered is kept until it leaves. The rows of wider ones would not fit the nearest caches.
const WIDEST_KEPT: usize = 256;

/// Room for what a tile keeps.
pub(super) fn scratch(window: usize, half: usize) -> Vec<f64> {
    let kept = window <= WIDEST_KEPT;
    vec![0.0; if kept { LANES * (2 * half + window + 1) } else { 0 }]
}

/// Where a of every lane comes from, row by row.
trait Rows<const W: usize, V> {
    /// Two rows that no window has held yet.
    ///
    /// # Safety
    /// The lanes have the rows `at` and `at + 1`.
    unsafe fn enter<I: Lanes<W, Vector = V>>(&mut self, isa: I, at: usize) -> [V; 2];
    /// Two rows that have entered.
    ///
    /// # Safety
    /// The lanes have the rows `at` and `at + 1`.
    unsafe fn leave<I: Lanes<W, Vector = V>>(&mut self, isa: I, at: usize) -> [V; 2];
}

/// Rows that are made when they enter, and kept.
struct Kept<'a, const W: usize, V> {
    values: Stretches<'a, W>,
    anchor: V,
    kept: &'a mut [[f64; W]],
}

impl<const W: usize, V: Copy> Rows<W, V> for Kept<'_, W, V> {
    #[inline(always)]
    unsafe fn enter<I: Lanes<W, Vector = V>>(&mut self, isa: I, at: usize) -> [V; 2] {
        debug_assert!(at + 2 <= self.kept.len());
        let mut values = Woven { values: self.values, anchor: self.anchor };
        // SAFETY: the lanes have both rows, and as many are kept as the lanes have.
        unsafe {
            let [first, second] = values.enter(isa, at);
            isa.store(first, self.kept.get_unchecked_mut(at));
            isa.store(second, self.kept.get_unchecked_mut(at + 1));
            [first, second]
        }
    }

    #[inline(always)]
    unsafe fn leave<I: Lanes<W, Vector = V>>(&mut self, isa: I, at: usize) -> [V; 2] {
        debug_assert!(at + 2 <= self.kept.len());
        // SAFETY: the lanes have both rows, and as many are kept as the lanes have.
        unsafe { [isa.load(self.kept.get_unchecked(at)), isa.load(self.kept.get_unchecked(at + 1))] }
    }
}

/// Rows that are made whenever they are asked for.
struct Woven<'a, const W: usize, V> {
    values: Stretches<'a, W>,
    anchor: V,
}

impl<const W: usize, V: Copy> Rows<W, V> for Woven<'_, W, V> {
    #[inline(always)]
    unsafe fn enter<I: Lanes<W, Vector = V>>(&mut self, isa: I, at: usize) -> [V; 2] {
        // SAFETY: the lanes have both rows, as the caller sees to.
        unsafe { isa.rows(self.values.two(at)) }.map(|x| isa.subtract(x, self.anchor))
    }

    #[inline(always)]
    unsafe fn leave<I: Lanes<W, Vector = V>>(&mut self, isa: I, at: usize) -> [V; 2] {
        // SAFETY: the lanes have both rows, as the caller sees to.
        unsafe { self.enter(isa, at) }
    }
}

#[inline(always)]
fn both_ways<const W: usize, I: Lanes<W>>(
    isa: I,
    shape: &Shape,
    half: usize,
    scale: &Scale<I::Vector>,
    mut rows: impl Rows<W, I::Vector>,
    out: &mut Results<'_, W>,
    ahead: Ahead<'_>,
) -> Doubt {
    let middle = Sums::of_rows(isa, &mut rows, half..half + shape.window);
    let deviations = middle.deviations(isa, scale);
    for (lane, deviation) in deviations.into_iter().enumerate() {
        out.set(lane, half, deviation);
    }
    let limits = Limits::of(shape, half);
    let mut forward =
        Way { rows: &mut rows, scale: *scale, window: shape.window, first: half, groups: half / 4 };
    let failed = forward.walk::<W, I, false>(isa, middle, out, ahead).exceed(isa, &limits);
    let mut backward =
        Way { rows: &mut rows, scale: *scale, window: shape.window, first: 0, groups: half / 4 };
    let ahead = ahead.from(W * half);
    failed.or(backward.walk::<W, I, true>(isa, middle, out, ahead).exceed(isa, &limits))
}

/// The mean of up to 32 values, four at each of eight places all over the lane.
#[inline(always)]
fn mean_of_some(lane: &[f64]) -> f64 {
    const PLACES: usize = 8;
    let step = (lane.len() - 4) / PLACES;
    let mut sums = [0.0; 4];
    for place in 0..PLACES {
        let some = &lane[place * step + step / 2..][..4];
        for (sum, value) in sums.iter_mut().zip(some) {
            *sum += value;
        }
    }
    ((sums[0] + sums[1]) + (sums[2] + sums[3])) * (1.0 / (4 * PLACES) as f64)
}

/// What the sums of all lanes are divided by.
#[derive(Clone, Copy)]
struct Scale<V> {
    per_value: V,
    per_degree: V,
}

/// S and Q of one window of each lane, and what their additions have rounded off so far.
#[derive(Clone, Copy)]
struct Sums<V> {
    s: V,
    q: V,
    s_rest: V,
    q_rest: V,
}

impl<V: Copy> Sums<V> {
    #[inline(always)]
    fn of_rows<const W: usize>(
        isa: impl Lanes<W, Vector = V>,
        rows: &mut impl Rows<W, V>,
        window: Range<usize>,
    ) -> Self {
        let zero = isa.splat(0.0);
        let mut sums = Self { s: zero, q: zero, s_rest: zero, q_rest: zero };
        let plus = |a, b| isa.add(a, b);
        let square = |a| isa.multiply(a, a);
        let mut at = window.start;
        while at + 4 <= window.end {
            // SAFETY: the window is one of the lanes', which have a row more than their middle one at least.
            let ([a, b], [c, d]) = unsafe { (rows.enter(isa, at), rows.enter(isa, at + 2)) };
            let s = plus(plus(a, b), plus(c, d));
            let q = plus(plus(square(a), square(b)), plus(square(c), square(d)));
            sums = sums.plus(isa, s, q);
            at += 4;
        }
        for at in at..window.end {
            // SAFETY: as above.
            let [a, _] = unsafe { rows.enter(isa, at) };
            sums = sums.plus(isa, a, square(a));
        }
        sums
    }

    #[inline(always)]
    fn plus<const W: usize>(self, isa: impl Lanes<W, Vector = V>, s: V, q: V) -> Self {
        let (s, q) = (isa.fast_two_sum(self.s, s), isa.fast_two_sum(self.q, q));
        Self {
            s: s.sum,
            q: q.sum,
            s_rest: isa.add(self.s_rest, s.rest),
            q_rest: isa.add(self.q_rest, q.rest),
        }
    }

    /// The standard deviations of the window that the sums are of.
    #[inline(always)]
    fn deviations<const W: usize>(self, isa: impl Lanes<W, Vector = V>, scale: &Scale<V>) -> [f64; W] {
        let s = isa.add(self.s, self.s_rest);
        let t = isa.multiply(s, isa.multiply(s, scale.per_value));
        let m2 = isa.subtract(isa.add(self.q, self.q_rest), t);
        isa.numbers(isa.root(isa.multiply(m2, scale.per_degree)))
    }
}

/// Half of a lane's windows.
struct Way<'a, R, V> {
    rows: &'a mut R,
    scale: Scale<V>,
    window: usize,
    /// Where the values are that leave on the way forward, or enter on the way backward. The others are a window further.
    first: usize,
    /// Four windows each.
    groups: usize,
}

impl<R, V: Copy> Way<'_, R, V> {
    /// One window further at each step: towards the end of the series or, `BACKWARD`, towards its start.
    #[inline(always)]
    fn walk<const W: usize, I: Lanes<W, Vector = V>, const BACKWARD: bool>(
        &mut self,
        isa: I,
        mut sums: Sums<V>,
        out: &mut Results<'_, W>,
        ahead: Ahead<'_>,
    ) -> Extremes<V>
    where
        R: Rows<W, V>,
    {
        let mut extremes = Extremes::of(isa, &self.scale, &sums);
        let mut at = if BACKWARD { self.first + 4 * (self.groups - 1) } else { self.first };
        let mut variances = self.four::<W, I, BACKWARD>(isa, at, &mut sums, &mut extremes, out, None);
        for step in 1..self.groups {
            ahead.fetch(isa, 4 * W * step, 4 * W);
            let before = Some((at, variances));
            at = if BACKWARD { at - 4 } else { at + 4 };
            variances = self.four::<W, I, BACKWARD>(isa, at, &mut sums, &mut extremes, out, before);
        }
        for lane in 0..W {
            // SAFETY: the last group is one of this way, whose results the lanes have.
            let out = unsafe { out.four(lane, Self::results::<BACKWARD>(at)) };
            isa.write_roots(&variances, lane, out);
        }
        extremes
    }

    /// Where the results of the group go that starts with the row `at`.
    #[inline(always)]
    fn results<const BACKWARD: bool>(at: usize) -> usize {
        if BACKWARD { at } else { at + 1 }
    }

    /// The variances of the group of four windows at row `at`. Meanwhile takes the roots of the group `before`.
    #[inline(always)]
    fn four<const W: usize, I: Lanes<W, Vector = V>, const BACKWARD: bool>(
        &mut self,
        isa: I,
        at: usize,
        sums: &mut Sums<V>,
        extremes: &mut Extremes<V>,
        out: &mut Results<'_, W>,
        before: Option<(usize, I::Quads)>,
    ) -> I::Quads
    where
        R: Rows<W, V>,
    {
        let [first, second] = if BACKWARD { [at + 2, at] } else { [at, at + 2] };
        let [(a, p_of_a), (b, p_of_b)] = self.changes::<W, I, BACKWARD>(isa, first);
        let [(c, p_of_c), (d, p_of_d)] = self.changes::<W, I, BACKWARD>(isa, second);
        let (d, p) = ([a, b, c, d], [p_of_a, p_of_b, p_of_c, p_of_d]);
        let (s, q) = (isa.add(sums.s, sums.s_rest), isa.add(sums.q, sums.q_rest));
        let (d, p) = (Changes::of(isa, d), Changes::of(isa, p));
        *sums = sums.plus(isa, d.all(), p.all());
        let mut variances = [s; 4];
        for (i, variance) in variances.iter_mut().enumerate() {
            let (s, q) = (isa.add(s, d.0[i]), isa.add(q, p.0[i]));
            let t = isa.multiply(s, isa.multiply(s, self.scale.per_value));
            let m2 = isa.subtract(q, t);
            extremes.t = isa.larger(extremes.t, t);
            extremes.m2 = isa.smaller(extremes.m2, m2);
            if i == 3 {
                extremes.q = isa.larger(extremes.q, q);
            }
            *variance = isa.multiply(m2, self.scale.per_degree);
            if let Some((at, variances)) = &before {
                for lane in (i..W).step_by(4) {
                    // SAFETY: the group before is one of this way, whose results the lanes have.
                    let out = unsafe { out.four(lane, Self::results::<BACKWARD>(*at)) };
                    isa.write_roots(variances, lane, out);
                }
            }
        }
        isa.quads(if BACKWARD { reversed(variances) } else { variances })
    }

    /// d and p of two steps.
    #[inline(always)]
    fn changes<const W: usize, I: Lanes<W, Vector = V>, const BACKWARD: bool>(
        &mut self,
        isa: I,
        at: usize,
    ) -> [(V, V); 2]
    where
        R: Rows<W, V>,
    {
        let [[a, c], [b, d]] = if BACKWARD {
            // SAFETY: the caller asks for groups of this way, whose rows the lanes have.
            unsafe { [reversed(self.rows.enter(isa, at)), reversed(self.rows.leave(isa, at + self.window))] }
        } else {
            // SAFETY: as above.
            unsafe { [self.rows.enter(isa, at + self.window), self.rows.leave(isa, at)] }
        };
        let (first, second) = (isa.subtract(a, b), isa.subtract(c, d));
        [(first, isa.multiply(first, isa.add(a, b))), (second, isa.multiply(second, isa.add(c, d)))]
    }
}

#[inline(always)]
fn reversed<T, const N: usize>(mut of: [T; N]) -> [T; N] {
    of.reverse();
    of
}

/// The sums of the first one, two, three and four of four changes.
#[derive(Clone, Copy)]
struct Changes<V>([V; 4]);

impl<V: Copy> Changes<V> {
    #[inline(always)]
    fn of<const W: usize>(isa: impl Lanes<W, Vector = V>, [a, b, c, d]: [V; 4]) -> Self {
        let two = isa.add(a, b);
        Self([a, two, isa.add(two, c), isa.add(two, isa.add(c, d))])
    }

    #[inline(always)]
    fn all(self) -> V {
        self.0[3]
    }
}

/// The largest Q and S S / n and the least M2 on the way.
#[derive(Clone, Copy)]
struct Extremes<V> {
    q: V,
    t: V,
    m2: V,
}

impl<V: Copy> Extremes<V> {
    #[inline(always)]
    fn of<const W: usize>(isa: impl Lanes<W, Vector = V>, scale: &Scale<V>, sums: &Sums<V>) -> Self {
        let s = isa.add(sums.s, sums.s_rest);
        let t = isa.multiply(s, isa.multiply(s, scale.per_value));
        let q = isa.add(sums.q, sums.q_rest);
        Self { q, t, m2: isa.subtract(q, t) }
    }

    /// The lanes in which the bound is more than what is allowed.
    #[inline(always)]
    fn exceed<const W: usize>(self, isa: impl Lanes<W, Vector = V>, limits: &Limits) -> Doubt {
        let times = |factor: f64, a: V| isa.multiply(isa.splat(factor), a);
        let mixed = isa.multiply(isa.root(self.t), isa.root(self.q)); // the product of both might underflow
        let error = isa.add(
            isa.add(times(limits.of_q, self.q), times(limits.of_t, self.t)),
            times(limits.of_mixed, mixed),
        );
        let failed = isa.not_within(error, self.m2);
        let broken = isa.not_within(times(BROKEN, self.q), self.m2)
            | isa.not_within(isa.splat(LEAST_M2), self.m2)
            | isa.not_within(self.q, isa.splat(f64::MAX));
        Doubt { drifting: failed & !broken, broken }
    }
}

/// The factors of the bound, over what is allowed.
struct Limits {
    of_q: f64,
    of_t: f64,
    of_mixed: f64,
}

impl Limits {
    fn of(shape: &Shape, half: usize) -> Self {
        let covers = half.div_ceil(shape.window / 4 * 4) as f64;
        let mixed = 16.0 * (half as f64 * covers * shape.per_value).sqrt() + 12.0;
        let of_m2 = ALLOWED - 3.0;
        Self { of_q: (12.0 * covers + 8.0) / of_m2, of_t: 7.0 / of_m2, of_mixed: mixed / of_m2 }
    }
}
