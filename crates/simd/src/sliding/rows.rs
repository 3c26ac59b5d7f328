//! Where do the values of lanes come from, around their anchors and row by row?
#![expect(unsafe_code, reason = "places within the lanes are checked once: see `lanes`")]

use super::lanes::Stretches;
use crate::isa::Lanes;

/// Up to this window what has entered is kept until it leaves. The rows of wider ones would not fit the nearest caches.
const WIDEST_KEPT: usize = 256;

/// Blocks of a window, at most.
pub(super) const MOST_BLOCKS: usize = 5;

/// Numbers that are kept of the blocks of all lanes, of each of three kinds.
pub(super) const BLOCKS_KEPT: usize = crate::isa::LANES * MOST_BLOCKS;

/// Room for what lanes of `steps` keep, or for blocks.
pub(super) fn scratch(window: usize, steps: usize) -> Vec<f64> {
    let kept = if window <= WIDEST_KEPT { steps + window + 1 } else { 0 };
    vec![0.0; (crate::isa::LANES * kept).max(3 * BLOCKS_KEPT)]
}

/// The mean of some values all over the first window, of which missing ones are left out.
#[inline(always)]
pub(super) fn mean_of_some<const W: usize, I: Lanes<W>>(
    isa: I,
    window: usize,
    values: Stretches<'_, W>,
) -> I::Vector {
    const PAIRS: usize = 16;
    let mut sums = [isa.splat(0.0); 2];
    for pair in 0..PAIRS {
        // SAFETY: both values lie in the first window.
        let [a, b] = isa.rows(unsafe { values.two(pair * (window - 2) / (PAIRS - 1)) });
        sums = [isa.add(sums[0], a), isa.add(sums[1], b)];
    }
    let mean = isa.multiply(isa.add(sums[0], sums[1]), isa.splat(1.0 / (2 * PAIRS) as f64));
    if isa.not_within(mean, mean) == 0 {
        return mean;
    }
    let mut means = isa.numbers(mean);
    for (lane, mean) in means.iter_mut().enumerate().filter(|(_, mean)| mean.is_nan()) {
        *mean = mean_of_present(&values.lane(lane)[..window]);
    }
    isa.load(&means)
}

/// The mean of two values at each end.
#[inline(always)]
pub(super) fn mean_of_ends<const W: usize, I: Lanes<W>>(isa: I, values: Stretches<'_, W>) -> I::Vector {
    let length = values.length();
    assert!(length >= 2, "two values of each lane");
    // SAFETY: there are two.
    let ([a, b], [c, d]) = unsafe { (isa.rows(values.two(0)), isa.rows(values.two(length - 2))) };
    isa.multiply(isa.add(isa.add(a, b), isa.add(c, d)), isa.splat(0.25))
}

/// [`mean_of_some`] of values some of which are missing; 0 where all are.
#[cold]
#[inline(never)]
fn mean_of_present(window: &[f64]) -> f64 {
    const PLACES: usize = 32;
    let some = (0..PLACES).map(|place| window[place * window.len() / PLACES]);
    let present = some.filter(|value| value.is_finite());
    let (sum, count) = present.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    let first = || window.iter().copied().find(|value| value.is_finite()).unwrap_or(0.0);
    if count > 0.0 { sum / count } else { first() }
}

/// Where a of every lane comes from, row by row.
pub(super) trait Rows<const W: usize, V> {
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
pub(super) struct Kept<'a, const W: usize, V> {
    pub(super) values: Stretches<'a, W>,
    pub(super) anchor: V,
    pub(super) kept: &'a mut [[f64; W]],
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
pub(super) struct Woven<'a, const W: usize, V> {
    pub(super) values: Stretches<'a, W>,
    pub(super) anchor: V,
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
