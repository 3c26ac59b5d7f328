//! What if a window is so narrow that summing it costs little more than keeping its sums?
//!
//! ```text
//! K = (first + middle + last) / 3    a = x - K    S = sum a    Q = sum a a    n M2 = n Q - S S
//! ```
//!
//! eight neighbouring windows side by side, each with an anchor of its own and no state at all: so results
//! depend on nothing but their window.
//!
//! # The bound
//!
//! u = 2^-53, T = S S / n, even and odd values summed apart: a chain is n / 2 additions, and one more. Q errs by (n / 2 + 2) u Q,
//! and by u (Q + M2) for rounding a; S by (n / 2 + 1) u sum |a|, which moves T by (n + 2) u sqrt(T Q) <= (n + 2) u (T + Q) / 2; n Q, S S
//! and their difference round n M2 by u n (Q + T + M2). With Q = M2 + T that is less than (n + 7) u M2 + (1.5 n + 9) u T, which is at most
//! 170 u M2, less 2 for the error of the check, where (1.5 n + 9) T <= (161 - n) M2: that is checked of every
//! window. Windows for which it fails are settled by themselves, and so are those with M2 < 2^-960 and those of which n Q overflows, unless their values
//! are equal. Where values are missing each a takes
//! the factor 0 or 1, n is the number of those that are left, and K their mean, since of two the mean of three places may be far away.

use super::settle::note;
use super::sums::Sums;
use super::{ALLOWED, LEAST_M2, Series, Shape};
use crate::isa::{Isa, Job, LANES, Lanes};

/// Up to this window each is summed by itself: lanes of wider ones take fewer operations.
pub const WIDEST: usize = 10;

/// Windows that are looked at for missing values together.
const BLOCK: usize = 64;

const ROOM: usize = (BLOCK + WIDEST).next_multiple_of(LANES);

/// Of a series with windows of 2 to [`WIDEST`] values.
pub(super) struct Narrow<'a>(pub(super) Series<'a>);

impl Job for Narrow<'_> {
    #[inline(always)]
    fn run<const W: usize, I: Isa + Lanes<W>>(self, isa: I) {
        match self.0.shape.window {
            2 => self.of::<2>(isa),
            3 => self.of::<3>(isa),
            4 => self.of::<4>(isa),
            5 => self.of::<5>(isa),
            6 => self.of::<6>(isa),
            7 => self.of::<7>(isa),
            8 => self.of::<8>(isa),
            9 => self.of::<9>(isa),
            WIDEST => self.of::<WIDEST>(isa),
            window => unreachable!("a window of {window} values is not narrow"),
        }
    }
}

impl Narrow<'_> {
    /// Windows of N values. Where the compiler knows how many, it unrolls their sums.
    #[inline(always)]
    fn of<const N: usize>(self, isa: impl Isa) {
        let Series { shape, values, out, doubts } = self.0;
        let length = BLOCK + N - 1;
        let (mut present, mut weights) = ([0.0; ROOM], [0.0; ROOM]);
        for start in (0..out.len()).step_by(BLOCK) {
            let windows = BLOCK.min(out.len() - start);
            let mut values = &values[start..start + windows + N - 1];
            let (all_finite, whole) = (all_finite(isa, values), windows == BLOCK);
            let (mut absent, mut failed, weighted) = (0, 0, !all_finite && shape.skips());
            if !all_finite || !whole {
                present[..values.len()].copy_from_slice(values);
                if !all_finite {
                    let mut marks = Marks::of(length);
                    for (at, mark) in &mut marks.0 {
                        *mark = gaps(isa, shape, load(isa, &present, *at));
                    }
                    absent = marks.holding(N);
                }
                if weighted {
                    fill(isa, &mut present, &mut weights);
                }
                values = &present[..length];
            }
            let mut some = [0.0; BLOCK];
            let results = if whole { &mut out[start..start + BLOCK] } else { &mut some[..] };
            let results = results.as_chunks_mut().0.iter_mut().take(windows.div_ceil(LANES));
            for (at, eight) in (0..).step_by(LANES).zip(results) {
                let doubt = if weighted {
                    group::<N, true>(isa, shape, &values[at..], &weights[at..], eight)
                } else {
                    group::<N, false>(isa, shape, &values[at..], &[], eight)
                };
                absent |= u64::from(doubt.absent) << at;
                failed |= u64::from(doubt.failed) << at;
            }
            if !whole {
                out[start..].copy_from_slice(&some[..windows]);
            }
            failed &= !absent;
            if failed != 0 {
                let mut marks = Marks::of(length - 1);
                for (at, mark) in &mut marks.0 {
                    *mark = changes(isa, values, *at);
                }
                let unequal = marks.holding(N - 1);
                places(failed & !unequal, windows).for_each(|place| out[start + place] = 0.0);
                places(failed & unequal, windows).for_each(|place| note(start + place, doubts));
            }
            places(absent, windows).for_each(|place| out[start + place] = f64::NAN);
        }
    }
}

/// The bits that are set among the first `count`.
#[inline(always)]
fn places(mut bits: u64, count: usize) -> impl Iterator<Item = usize> {
    bits &= u64::MAX >> (BLOCK - count);
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros() as usize;
        bits &= bits.checked_sub(1)?;
        Some(place)
    })
}

/// Places of eight values each, which together are all of some, and which of these are marked.
struct Marks([(usize, u32); ROOM / LANES]);

impl Marks {
    #[inline(always)]
    fn of(length: usize) -> Self {
        let mut places = [(0, 0); ROOM / LANES];
        for (number, place) in places.iter_mut().enumerate() {
            place.0 = (number * LANES).min(length - LANES);
        }
        Self(places)
    }

    /// A bit for each of the first [`BLOCK`] places where it or one of the places after it is marked, `span` in all.
    #[inline(always)]
    fn holding(&self, span: usize) -> u64 {
        let mut bits = 0;
        for (at, marks) in &self.0 {
            bits |= u128::from(*marks) << at;
        }
        (1..span).fold(bits, |all, distance| all | bits >> distance) as u64
    }
}

/// Which of eight values are gaps, as [`Shape::is_gap`] says of one.
#[inline(always)]
fn gaps<I: Isa>(isa: I, shape: &Shape, values: I::Vector) -> u32 {
    let zero = isa.splat(0.0);
    let not_finite = isa.not_within(isa.multiply(values, zero), zero);
    if shape.skips() { not_finite & !isa.not_within(values, values) } else { not_finite }
}

/// Whether no value is NaN or infinite.
#[inline(always)]
fn all_finite<I: Isa>(isa: I, values: &[f64]) -> bool {
    let zero = isa.splat(0.0);
    let (vectors, rest) = values.as_chunks();
    let mut sum = zero;
    for vector in vectors {
        sum = isa.add(sum, isa.multiply(isa.load(vector), zero));
    }
    isa.not_within(sum, zero) == 0 && rest.iter().all(|value| value.is_finite())
}

/// Which of eight values are not equal to the next.
#[inline(always)]
fn changes(isa: impl Isa, values: &[f64], at: usize) -> u32 {
    let (a, b) = (load(isa, values, at), load(isa, values, at + 1));
    isa.not_within(a, b) | isa.not_within(b, a)
}

/// Puts a finite value in place of each that is not, and says which by the factors 0 and 1.
#[inline(always)]
fn fill(isa: impl Isa, present: &mut [f64; ROOM], weights: &mut [f64; ROOM]) {
    let (zero, one) = (isa.splat(0.0), isa.splat(1.0));
    let some = isa.splat(present.iter().copied().find(|value| value.is_finite()).unwrap_or(0.0));
    for (present, weights) in present.as_chunks_mut().0.iter_mut().zip(weights.as_chunks_mut().0) {
        let values = isa.load(present);
        let nothing = isa.multiply(values, zero);
        isa.store(isa.where_within(nothing, zero, values, some), present);
        isa.store(isa.where_within(nothing, zero, one, zero), weights);
    }
}

/// Lanes whose window has too few values, and those that may be wrong.
struct Doubt {
    absent: u32,
    failed: u32,
}

/// Eight windows.
#[inline(always)]
fn group<const N: usize, const WEIGHTED: bool>(
    isa: impl Isa,
    shape: &Shape,
    values: &[f64],
    weights: &[f64],
    out: &mut [f64; LANES],
) -> Doubt {
    let values = &values[..N + LANES - 1];
    let ends = isa.add(load(isa, values, 0), load(isa, values, N - 1));
    let sum = isa.add(ends, load(isa, values, N / 2));
    let (mut anchor, mut n) = (isa.multiply(sum, isa.splat(1.0 / 3.0)), isa.splat(N as f64));
    if WEIGHTED {
        // as where nothing is missing, in windows in which nothing is
        let (mean, present) = mean::<N, _>(isa, values, weights);
        (anchor, n) = (isa.where_within(n, present, anchor, mean), present);
    }
    let (mut even, mut odd) = (Sums::none(isa), Sums::none(isa));
    for place in (0..N).step_by(2) {
        even = even.and(isa, one::<_, WEIGHTED>(isa, values, weights, place, anchor));
        if place + 1 < N {
            odd = odd.and(isa, one::<_, WEIGHTED>(isa, values, weights, place + 1, anchor));
        }
    }
    let Sums { s, q, .. } = even.and(isa, odd);
    let (nt, nq) = (isa.multiply(s, s), isa.multiply(n, q));
    let nm2 = isa.subtract(nq, nt);
    let (mut factor, mut absent, mut alone) = (isa.splat(shape.factor), 0, 0);
    if WEIGHTED {
        let degrees = isa.subtract(n, isa.splat(shape.ddof as f64));
        factor = isa.divide(isa.splat(1.0), isa.multiply(n, degrees));
        absent = isa.not_within(isa.splat(shape.least as f64), n);
        alone = !isa.not_within(n, isa.splat(1.0)); // M2 is exactly 0 then
    }
    isa.store(isa.root(isa.multiply(nm2, factor)), out);
    let n = N as f64;
    let far = isa.not_within(
        isa.multiply(isa.splat(1.5 * n + 9.0), nt),
        isa.multiply(isa.splat(ALLOWED - 9.0 - n), nm2),
    );
    let small = isa.not_within(isa.splat(LEAST_M2 * n), nm2);
    Doubt { absent, failed: (far | small) & !alone | isa.not_within(nq, isa.splat(f64::MAX)) }
}

/// The mean of the values of every window that are not missing, and their number.
#[inline(always)]
fn mean<const N: usize, I: Isa>(isa: I, values: &[f64], weights: &[f64]) -> (I::Vector, I::Vector) {
    let (mut sum, mut n) = (isa.splat(0.0), isa.splat(0.0));
    for place in 0..N {
        let weight = load(isa, weights, place);
        sum = isa.add(sum, isa.multiply(load(isa, values, place), weight));
        n = isa.add(n, weight);
    }
    (isa.divide(sum, n), n)
}

/// Of value number `place` of every window.
#[inline(always)]
fn one<I: Isa, const WEIGHTED: bool>(
    isa: I,
    values: &[f64],
    weights: &[f64],
    place: usize,
    anchor: I::Vector,
) -> Sums<I::Vector> {
    let mut a = isa.subtract(load(isa, values, place), anchor);
    if WEIGHTED {
        a = isa.multiply(a, load(isa, weights, place));
    }
    Sums { s: a, q: isa.multiply(a, a), n: isa.splat(0.0) }
}

/// Value number `place` of every window.
#[inline(always)]
fn load<I: Isa>(isa: I, values: &[f64], place: usize) -> I::Vector {
    isa.load(values[place..].first_chunk().expect("a value for every lane"))
}
