//! How are rows of lanes summed?
#![expect(unsafe_code, reason = "places within the lanes are checked once: see `lanes`")]

use std::ops::Range;

use super::lanes::Stretches;
use crate::isa::{Lanes, Vectors};

/// S, Q and the number of some values of each lane.
#[derive(Clone, Copy)]
pub(super) struct Sums<V> {
    pub(super) s: V,
    pub(super) q: V,
    /// Counted where values may be missing.
    pub(super) n: V,
}

impl<V: Copy> Sums<V> {
    #[inline(always)]
    pub(super) fn none<const W: usize>(isa: impl Vectors<W, Vector = V>) -> Self {
        let zero = isa.splat(0.0);
        Self { s: zero, q: zero, n: zero }
    }

    /// Of one value of each lane: none where it is missing.
    #[inline(always)]
    pub(super) fn of<const W: usize, I: Lanes<W, Vector = V>, const MISSING: bool>(
        isa: I,
        x: V,
        anchor: V,
    ) -> Self {
        let a = isa.subtract(x, anchor);
        let (a, n) = if MISSING {
            (isa.where_number(a, a), isa.where_number(a, isa.splat(1.0)))
        } else {
            (a, isa.splat(0.0))
        };
        Self { s: a, q: isa.multiply(a, a), n }
    }

    #[inline(always)]
    pub(super) fn and<const W: usize>(self, isa: impl Vectors<W, Vector = V>, more: Self) -> Self {
        Self { s: isa.add(self.s, more.s), q: isa.add(self.q, more.q), n: isa.add(self.n, more.n) }
    }
}

/// Sums that grow, and what they have rounded off.
#[derive(Clone, Copy)]
pub(super) struct Growing<V> {
    sums: Sums<V>,
    s_rest: V,
    q_rest: V,
}

impl<V: Copy> Growing<V> {
    #[inline(always)]
    pub(super) fn none<const W: usize>(isa: impl Lanes<W, Vector = V>) -> Self {
        let zero = isa.splat(0.0);
        Self { sums: Sums::none(isa), s_rest: zero, q_rest: zero }
    }

    #[inline(always)]
    pub(super) fn plus<const W: usize, I: Lanes<W, Vector = V>, const COMPENSATED: bool>(
        self,
        isa: I,
        more: Sums<V>,
    ) -> Self {
        let Self { sums, s_rest, q_rest } = self;
        if !COMPENSATED {
            return Self { sums: sums.and(isa, more), ..self };
        }
        let (s, q) = (isa.fast_two_sum(sums.s, more.s), isa.fast_two_sum(sums.q, more.q));
        Self {
            sums: Sums { s: s.sum, q: q.sum, n: isa.add(sums.n, more.n) },
            s_rest: isa.add(s_rest, s.rest),
            q_rest: isa.add(q_rest, q.rest),
        }
    }

    /// With some rows, added up four by four.
    #[inline(always)]
    pub(super) fn plus_rows<
        const W: usize,
        I: Lanes<W, Vector = V>,
        const MISSING: bool,
        const COMPENSATED: bool,
    >(
        mut self,
        isa: I,
        values: Stretches<'_, W>,
        rows: Range<usize>,
        anchor: V,
    ) -> Self {
        assert!(rows.end <= values.length(), "rows of the lanes");
        let mut at = rows.start;
        while at + 4 <= rows.end {
            // SAFETY: the lanes have these four.
            let [a, b, c, d] = unsafe { four::<W, I, MISSING>(isa, values, at, anchor) };
            self = self.plus::<W, I, COMPENSATED>(isa, a.and(isa, b).and(isa, c.and(isa, d)));
            at += 4;
        }
        for at in at..rows.end {
            let one = Sums::of::<W, I, MISSING>(isa, row(isa, values, at), anchor);
            self = self.plus::<W, I, COMPENSATED>(isa, one);
        }
        self
    }

    #[inline(always)]
    pub(super) fn all<const W: usize, I: Lanes<W, Vector = V>, const COMPENSATED: bool>(
        self,
        isa: I,
    ) -> Sums<V> {
        let Self { sums, s_rest, q_rest } = self;
        if !COMPENSATED {
            return sums;
        }
        Sums { s: isa.add(sums.s, s_rest), q: isa.add(sums.q, q_rest), n: sums.n }
    }
}

/// Four rows.
///
/// # Safety
/// The lanes have the rows up to `at + 4`.
#[inline(always)]
pub(super) unsafe fn four<const W: usize, I: Lanes<W>, const MISSING: bool>(
    isa: I,
    values: Stretches<'_, W>,
    at: usize,
    anchor: I::Vector,
) -> [Sums<I::Vector>; 4] {
    // SAFETY: as the caller sees to.
    let ([a, b], [c, d]) = unsafe { (isa.rows(values.two(at)), isa.rows(values.two(at + 2))) };
    [
        Sums::of::<W, I, MISSING>(isa, a, anchor),
        Sums::of::<W, I, MISSING>(isa, b, anchor),
        Sums::of::<W, I, MISSING>(isa, c, anchor),
        Sums::of::<W, I, MISSING>(isa, d, anchor),
    ]
}

/// Row number `at` of each lane.
///
/// # Panics
/// Where it is not one of the lanes' rows.
#[inline(always)]
pub(super) fn row<const W: usize, I: Lanes<W>>(isa: I, values: Stretches<'_, W>, at: usize) -> I::Vector {
    if at > 0 {
        return pair(isa, values, at - 1)[1];
    }
    let mut numbers = [0.0; W];
    for (lane, number) in numbers.iter_mut().enumerate() {
        *number = values.lane(lane)[0];
    }
    isa.load(&numbers)
}

/// Two rows.
#[inline(always)]
fn pair<const W: usize, I: Lanes<W>>(isa: I, values: Stretches<'_, W>, at: usize) -> [I::Vector; 2] {
    assert!(at + 2 <= values.length(), "rows of the lanes");
    // SAFETY: the lanes have both.
    isa.rows(unsafe { values.two(at) })
}

/// Of all rows, compensated.
#[inline(always)]
pub(super) fn of_all<const W: usize, I: Lanes<W>, const MISSING: bool>(
    isa: I,
    values: Stretches<'_, W>,
    anchor: I::Vector,
) -> Sums<I::Vector> {
    let length = values.length();
    let growing = Growing::none(isa).plus_rows::<W, I, MISSING, true>(isa, values, 0..length, anchor);
    let all = growing.all::<W, I, true>(isa);
    if MISSING { all } else { Sums { n: isa.splat(length as f64), ..all } }
}

/// The mean of what is there of four pairs of neighbours all over some rows, or of the only row.
#[inline(always)]
pub(super) fn mean_of_some<const W: usize, I: Lanes<W>, const MISSING: bool>(
    isa: I,
    values: Stretches<'_, W>,
    rows: Range<usize>,
) -> I::Vector {
    const PAIRS: usize = 4;
    if rows.len() < 2 {
        return row(isa, values, rows.start);
    }
    let zero = isa.splat(0.0);
    let (mut sum, mut count) = (zero, zero);
    for number in 0..PAIRS {
        let [a, b] = pair(isa, values, rows.start + number * (rows.len() - 2) / (PAIRS - 1));
        if MISSING {
            sum = isa.add(sum, isa.add(isa.where_number(a, a), isa.where_number(b, b)));
            let one = isa.splat(1.0);
            count = isa.add(count, isa.add(isa.where_number(a, one), isa.where_number(b, one)));
        } else {
            sum = isa.add(sum, isa.add(a, b));
        }
    }
    if MISSING { isa.divide(sum, count) } else { isa.multiply(sum, isa.splat(1.0 / (2 * PAIRS) as f64)) }
}
