//! What if a window is so narrow that summing it costs little more than keeping its sums?
//!
//! ```text
//! K = (first + middle + last) / 3    a = x - K    S = sum a    Q = sum a a    M2 = Q - S S / n
//! ```
//!
//! eight neighbouring windows side by side, each with an anchor of its own and no state at all: so results
//! depend on nothing but their window.
//!
//! # The bound
//!
//! u = 2^-53, T = S S / n, even and odd values summed apart: a chain is n / 2 additions, and one more. Q errs by (n / 2 + 2) u Q,
//! and by u (Q + M2) for rounding a; S by (n / 2 + 1) u sum |a|, which moves T by (n + 2) u sqrt(T Q) <= (n + 2) u (T + Q) / 2; T and the
//! subtraction by 4 u T and u M2. With Q = M2 + T that is (n + 6) u M2 + (1.5 n + 9) u T, which is at most
//! 170 u M2, less 2 for the error of the check, where (1.5 n + 9) T <= (162 - n) M2: that is checked of every
//! window. Windows for which it fails are settled by themselves, and so are those with
//! M2 < 2^-960 and those in which something is infinite, which any overflow leaves behind. Where values are missing each a takes
//! the factor 0 or 1, and n is the number of those that are left.

use super::settle::note;
use super::{ALLOWED, LEAST_M2, Series, Shape};
use crate::isa::{Isa, Job, LANES, Lanes};

/// Up to this window each is summed by itself: lanes of wider ones take fewer operations.
pub const WIDEST: usize = 10;

/// Windows that are looked at for missing values together.
const BLOCK: usize = 64;

const ROOM: usize = BLOCK + WIDEST;

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
        let mut room = Room { present: [0.0; ROOM], weights: [1.0; ROOM] };
        let mut start = 0;
        while start < out.len() {
            let windows = BLOCK.min(out.len() - start);
            let block = &values[start..start + windows + shape.window - 1];
            let any_missing = !all_finite(isa, block);
            if any_missing || windows < BLOCK {
                room.fill(shape.window, block);
            }
            let mut some = [0.0; BLOCK];
            let results = if windows == BLOCK { &mut out[start..start + BLOCK] } else { &mut some[..] };
            let (mut absent, mut failed) = (0, 0);
            let groups = results.as_chunks_mut().0.iter_mut().take(windows.div_ceil(LANES));
            for (number, eight) in groups.enumerate() {
                let at = number * LANES;
                let values = if any_missing || windows < BLOCK { &room.present[at..] } else { &block[at..] };
                let doubt = if any_missing {
                    group::<N, true>(isa, shape, values, &room.weights[at..], eight)
                } else {
                    group::<N, false>(isa, shape, values, &[], eight)
                };
                absent |= u64::from(doubt.absent) << at;
                failed |= u64::from(doubt.failed) << at;
            }
            if windows < BLOCK {
                out[start..].copy_from_slice(&some[..windows]);
            }
            let mut left = absent | failed;
            while left != 0 && (left.trailing_zeros() as usize) < windows {
                let place = left.trailing_zeros() as usize;
                if absent >> place & 1 == 1 {
                    out[start + place] = f64::NAN;
                } else {
                    note(start + place, doubts);
                }
                left &= left - 1;
            }
            start += BLOCK;
        }
    }
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

/// The values of a block, with a finite one in place of each that is missing, and the factors 0 and 1; an infinity, which no window may
/// hold, has a factor below all others.
struct Room {
    present: [f64; ROOM],
    weights: [f64; ROOM],
}

impl Room {
    #[inline(always)]
    fn fill(&mut self, window: usize, values: &[f64]) {
        let some = values.iter().copied().find(|value| value.is_finite()).unwrap_or(0.0);
        self.present = [some; ROOM];
        for (place, value) in values.iter().enumerate() {
            let finite = value.is_finite();
            self.present[place] = if finite { *value } else { some };
            self.weights[place] = match finite {
                true => 1.0,
                false if value.is_nan() => 0.0,
                false => -(window as f64),
            };
        }
    }
}

/// Lanes whose window has too few values, and of the others those that may be wrong.
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
    let anchor = isa.multiply(isa.add(ends, load(isa, values, N / 2)), isa.splat(1.0 / 3.0));
    let none = [isa.splat(0.0); 2];
    let (mut s, mut q, mut n) = (none, none, none);
    for place in 0..N {
        let mut a = isa.subtract(load(isa, values, place), anchor);
        if WEIGHTED {
            let weight = load(isa, weights, place);
            a = isa.multiply(a, weight);
            n[place % 2] = isa.add(n[place % 2], weight);
        }
        s[place % 2] = isa.add(s[place % 2], a);
        q[place % 2] = isa.add(q[place % 2], isa.multiply(a, a));
    }
    let (s, q, n) = (isa.add(s[0], s[1]), isa.add(q[0], q[1]), isa.add(n[0], n[1]));
    let (mut per_value, mut per_degree) = (isa.splat(shape.per_value), isa.splat(shape.per_degree));
    let mut absent = 0;
    if WEIGHTED {
        per_value = isa.divide(isa.splat(1.0), n);
        per_degree = isa.divide(isa.splat(1.0), isa.subtract(n, isa.splat(shape.ddof as f64)));
        absent = isa.not_within(isa.splat(shape.least as f64), n);
    }
    let t = isa.multiply(s, isa.multiply(s, per_value));
    let m2 = isa.subtract(q, t);
    isa.store(isa.root(isa.multiply(m2, per_degree)), out);
    let n = N as f64;
    let failed = isa.not_within(
        isa.multiply(isa.splat(1.5 * n + 9.0), t),
        isa.multiply(isa.splat(ALLOWED - 8.0 - n), m2),
    ) | isa.not_within(isa.splat(LEAST_M2), m2)
        | isa.not_within(q, isa.splat(f64::MAX));
    Doubt { absent, failed: failed & !absent }
}

/// Value number `place` of every window.
#[inline(always)]
fn load<I: Isa>(isa: I, values: &[f64], place: usize) -> I::Vector {
    isa.load(values[place..].first_chunk().expect("a value for every lane"))
}
