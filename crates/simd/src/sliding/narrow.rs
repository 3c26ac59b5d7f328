//! What if a window is so narrow that its sums can be put together anew, from sums that it shares with its neighbours?
//!
//! ```text
//! M2 of A and B side by side = M2(A) + M2(B) + n_A n_B / (n_A + n_B) (S(B) / n_B - S(A) / n_A)^2
//! ```
//!
//! with S the sum of a = x - K, K near the first window of a block: the pairwise updating of Chan, Golub and LeVeque (American
//! Statistician 37:242, 1983). S and M2 of 2, 4, 8 ... neighbours follow from those of half as many, eight places side by
//! side; a window is put together from the powers of two that its length is the sum of. Nothing is subtracted but
//! means, and nothing but K and the order of additions is common to windows of other values.
//!
//! # The bound
//!
//! u = 2^-53; Q = M2 + S S / n, the sum of a^2; the nodes of the tree of a window lie on L = floor(log2 n) + ones(n) - 1 levels.
//! Rounding a perturbs the data by u |a|: 2 u sqrt(M2 Q). What is squared at a node of level j errs by what its two S lost,
//! (j - 1) u sum |a|, by u for its own subtraction and by 2 u for the quotients, all together, by Cauchy and Schwarz,
//! (j + 2) u sqrt(Q_node n_node / (n_A n_B)). With F the node's third term that moves F by 2 (j + 2) u sqrt(F Q_node); all F of the tree
//! make M2, and all Q_node of a level Q, so all nodes together by 2 u sqrt(sum (j + 2)^2) sqrt(M2 Q). The other roundings are
//! of terms that are not negative: 4 u for the square and its factor, 2 u for the additions of each level. So
//!
//! ```text
//! (2 L + 8) u M2 + (2 sqrt(sum over j = 1 .. L of (j + 2)^2) + 2) u sqrt(M2 Q)
//! ```
//!
//! which is at most [`super::ALLOWED`] u M2 where Q is at most 12 M2 for 31 values, 55 M2 for 10. That is checked of every window by
//! S S / n, whose own error the 2 that is left of the 170 pays for. Underflow and overflow: the values of a block are scaled where
//! its first window is very large or very small, M2 must be at least 2^-960, and neither infinite nor NaN.

use super::settle::Doubtful;
use super::{ALLOWED, Aligned, Frame, LEAST_M2, Shape, largest};
use crate::Kernel;
use crate::isa::{Isa, Job, LANES};

/// The widest window that is done here: wider ones take more levels than a scan costs.
pub const WIDEST: usize = 31;

/// Windows that share an anchor.
pub(super) const BLOCK: usize = 64;

/// The largest Q / M2 - 1 that is relied on. More would still keep the promise, but cost the last digits.
const MOST: f64 = 64.0;

/// Room for the values of a block's windows, and for what vectors reach beyond.
const ROOM: usize = 2 * BLOCK;

/// All windows of a series, of 2 to [`WIDEST`] values.
pub(super) struct Series<'a> {
    pub(super) kernel: Kernel,
    pub(super) shape: &'a Shape,
    pub(super) values: &'a [f64],
    pub(super) out: &'a mut [f64],
}

impl Job for Series<'_> {
    #[inline(always)]
    fn run<I: Isa>(self, isa: I) {
        let Self { kernel, shape, values, out } = self;
        let limit = limit(shape.window);
        let mut doubtful = Doubtful::new(kernel, shape, values);
        let mut sums = Sums::<ROOM>::nothing();
        let mut joined = Sums::<BLOCK>::nothing();
        for start in (0..out.len()).step_by(BLOCK) {
            let windows = BLOCK.min(out.len() - start);
            let block = &values[start..start + windows + shape.window - 1];
            let first = &block[..shape.window];
            let frame = Frame::of(anchor(first), largest(first));
            sums.fill(frame, block);
            let joined = join(isa, shape.window, &mut sums, &mut joined);
            let (whole, rest) = out[start..start + windows].as_chunks_mut::<LANES>();
            let mut failed = 0_u64;
            for (place, eight) in whole.iter_mut().enumerate() {
                failed |= u64::from(finish(isa, shape, limit, joined, LANES * place, eight)) << (LANES * place);
            }
            if !rest.is_empty() {
                let mut eight = [0.0; LANES];
                let place = windows - rest.len();
                failed |= u64::from(finish(isa, shape, limit, joined, place, &mut eight)) << place;
                rest.copy_from_slice(&eight[..rest.len()]);
            }
            if frame.factor != 1.0 {
                for (place, result) in out[start..start + windows].iter_mut().enumerate() {
                    *result *= 1.0 / frame.factor;
                    failed |= u64::from(!Frame::is_ordinary(*result)) << place;
                }
            }
            while failed != 0 {
                let place = failed.trailing_zeros() as usize;
                failed &= failed - 1;
                if place < windows {
                    doubtful.settle(start + place, out);
                }
            }
        }
    }
}

/// The middle one of three values, or one that is finite.
fn anchor(window: &[f64]) -> f64 {
    let [a, b, c] = [window[0], window[window.len() / 2], window[window.len() - 1]];
    let middle = a.min(b).max(a.max(b).min(c));
    if middle.is_finite() && (a + b + c).is_finite() {
        return middle;
    }
    window.iter().copied().find(|value| value.is_finite()).unwrap_or(0.0)
}

/// The largest Q / M2 - 1 for which the bound holds.
fn limit(window: usize) -> f64 {
    let levels = f64::from(window.ilog2() + window.count_ones() - 1);
    let squares: f64 = (0..levels as usize).map(|level| ((level + 3) * (level + 3)) as f64).sum();
    let ratio = (ALLOWED - 2.0 - (2.0 * levels + 8.0)) / (2.0 * squares.sqrt() + 2.0);
    (ratio * ratio - 1.0).min(MOST)
}

/// S and M2 of so many values from every place on.
struct Sums<const N: usize> {
    s: Aligned<N>,
    m2: Aligned<N>,
}

impl<const N: usize> Sums<N> {
    fn nothing() -> Self {
        Self { s: Aligned([0.0; N]), m2: Aligned([0.0; N]) }
    }

    /// Of one value each.
    #[inline(always)]
    fn fill(&mut self, frame: Frame, values: &[f64]) {
        let Frame { anchor, factor } = frame;
        let anchor = anchor * factor;
        for (a, value) in self.s.0.iter_mut().zip(values) {
            *a = value * factor - anchor;
        }
        self.m2.0 = [0.0; N];
    }
}

/// Eight neighbours of `numbers`, from place `at`.
#[inline(always)]
fn load<I: Isa>(isa: I, numbers: &[f64], at: usize) -> I::Lanes {
    isa.load(numbers[at..].first_chunk().expect("there is room beyond the values"))
}

#[inline(always)]
fn store<I: Isa>(isa: I, lanes: I::Lanes, numbers: &mut [f64], at: usize) {
    isa.store(lanes, numbers[at..].first_chunk_mut().expect("there is room beyond the values"));
}

/// Puts the windows of a block together, from `sums` of one value each.
#[inline(always)]
fn join<'a, I: Isa>(
    isa: I,
    window: usize,
    sums: &mut Sums<ROOM>,
    joined: &'a mut Sums<BLOCK>,
) -> &'a Sums<BLOCK> {
    let mut length = 0;
    for level in 0..=window.ilog2() {
        let width = 1 << level;
        if window & width != 0 {
            if length == 0 {
                joined.s.0.copy_from_slice(&sums.s.0[..BLOCK]);
                joined.m2.0.copy_from_slice(&sums.m2.0[..BLOCK]);
            } else {
                append(isa, joined, length, sums, width);
            }
            length += width;
        }
        if length < window {
            double(isa, sums, width, BLOCK + window - 2 * width);
        }
    }
    joined
}

/// Appends the `width` values that follow to windows of `length`.
#[inline(always)]
fn append<I: Isa>(isa: I, joined: &mut Sums<BLOCK>, length: usize, sums: &Sums<ROOM>, width: usize) {
    let (old, new) = (length as f64, width as f64);
    let (per_old, per_new) = (isa.splat(1.0 / old), isa.splat(1.0 / new));
    let factor = isa.splat(old * new / (old + new));
    for at in (0..BLOCK).step_by(LANES) {
        let (s, m2) = (load(isa, &joined.s.0, at), load(isa, &joined.m2.0, at));
        let (next, next_m2) = (load(isa, &sums.s.0, at + length), load(isa, &sums.m2.0, at + length));
        let apart = isa.subtract(isa.multiply(next, per_new), isa.multiply(s, per_old));
        let between = isa.multiply(isa.multiply(apart, apart), factor);
        store(isa, isa.add(s, next), &mut joined.s.0, at);
        store(isa, isa.add(isa.add(m2, next_m2), between), &mut joined.m2.0, at);
    }
}

/// Makes sums of `width` values sums of twice as many, at the first `places`.
#[inline(always)]
fn double<I: Isa>(isa: I, sums: &mut Sums<ROOM>, width: usize, places: usize) {
    let factor = isa.splat(0.5 / width as f64);
    for at in (0..places).step_by(LANES) {
        let (s, m2) = (load(isa, &sums.s.0, at), load(isa, &sums.m2.0, at));
        let (next, next_m2) = (load(isa, &sums.s.0, at + width), load(isa, &sums.m2.0, at + width));
        let apart = isa.subtract(next, s);
        let between = isa.multiply(isa.multiply(apart, apart), factor);
        store(isa, isa.add(s, next), &mut sums.s.0, at);
        store(isa, isa.add(isa.add(m2, next_m2), between), &mut sums.m2.0, at);
    }
}

/// The results of eight windows. Bit l of what comes back says that the one of lane l may be wrong.
#[inline(always)]
fn finish<I: Isa>(
    isa: I,
    shape: &Shape,
    limit: f64,
    joined: &Sums<BLOCK>,
    at: usize,
    out: &mut [f64; LANES],
) -> u32 {
    let (s, m2) = (load(isa, &joined.s.0, at), load(isa, &joined.m2.0, at));
    let of_anchor = isa.multiply(s, isa.multiply(s, isa.splat(shape.per_value)));
    isa.store(isa.root(isa.multiply(m2, isa.splat(shape.per_degree))), out);
    isa.not_within(of_anchor, isa.multiply(m2, isa.splat(limit)))
        | isa.not_within(isa.splat(LEAST_M2), m2)
        | isa.not_within(m2, isa.splat(f64::MAX))
}
