//! How fast can every window of a long series be computed, if none may be wrong?
//!
//! The series is cut into tiles of eight lanes: a lane is a stretch of consecutive windows, and all lanes of a
//! tile are done side by side, one window of each per step. So the running sums of a lane are a chain, but the
//! vector units are full. [`two_way`] does a tile and proves afterwards that its sums were good enough. Lanes for which that
//! fails are computed again: by the kernel of [`crate::exact`] where the series only drifts, else by [`careful`],
//! which proves it window by window. Narrow windows are summed each by itself ([`direct`]).
//!
//! Tiles depend on the lengths only and lanes on their own values only: the bits are the same on every instruction
//! set and for any number of threads.

pub mod careful;
pub mod direct;
mod lanes;
pub mod two_way;
#[cfg(target_arch = "x86_64")]
mod x86_64;

use self::lanes::{Ahead, Lanes, Results, Stretches};
#[cfg(target_arch = "x86_64")]
use crate::isa::x86_64::{Avx2, Avx512};
use crate::isa::{Isa, LANES, Portable};
use crate::{Kernel, exact};

/// Writes the standard deviation of every full window of `window` values to `out`, oldest first.
///
/// `out` holds `values.len() - window + 1` numbers, none where the window is longer than the series.
/// The divisor is `window - ddof`; where that is not positive all are NaN. A window that holds NaN or an
/// infinity gives NaN, and leaves nothing behind; one of equal values gives exactly 0; infinity comes out only
/// where the exact result rounds to it. Every other result is within 1e-14 of the exact one, relative, or
/// the nearest where that is subnormal: [`two_way`] and [`careful`] have the derivations. Windows of up to 10^8 values.
///
/// O(1) a window, whatever the window's length: about one and a half square roots of a vector loop on ordinary data,
/// two to three on data that drifts or has outliers. Where deviations lie below 1e-144 or above 1e150 every window
/// is summed by itself, in O(window). Fewer than 72 windows are summed each by itself, too. Allocates nothing
/// but, once, to choose a kernel.
///
/// The first call chooses a kernel, as [`crate::standard_deviation()`] does.
///
/// # Panics
/// Where `window` is 0, or `out` is of another length.
///
/// # Example
/// ```
/// let mut deviations = [0.0; 4];
/// breakeven_simd::sliding(&[5.0, 5.0, f64::NAN, 1.0, 3.0], 2, 0, &mut deviations);
/// assert_eq!(deviations[0], 0.0);
/// assert!(deviations[1].is_nan() && deviations[2].is_nan());
/// assert_eq!(deviations[3], 1.0);
/// ```
pub fn sliding(values: &[f64], window: usize, ddof: usize, out: &mut [f64]) {
    Kernel::chosen().sliding(values, window, ddof, out);
}

impl Kernel {
    /// As the free function [`sliding()`], on this instruction set.
    ///
    /// # Panics
    /// Where `window` is 0, or `out` is of another length.
    pub fn sliding(self, values: &[f64], window: usize, ddof: usize, out: &mut [f64]) {
        assert!(window > 0, "a window holds at least one value");
        assert_eq!(out.len(), (values.len() + 1).saturating_sub(window), "one result per full window");
        if window <= ddof {
            out.fill(f64::NAN);
            return;
        }
        let shape = Shape::new(window, ddof);
        if window < NARROW && out.len() >= LANES {
            return self.run(direct::Direct { kernel: self, shape: &shape, values, out });
        }
        let series = Series { kernel: self, shape, values };
        let mut scratch = two_way::scratch(window, Tiles::of(window, out.len()).half);
        for (start, half) in Tiles::of(window, out.len()) {
            series.tile(start, half, &mut out[start..], &mut scratch);
        }
        let tiled = Tiles::of(window, out.len()).end();
        for (window, result) in values[tiled..].windows(window).zip(&mut out[tiled..]) {
            *result = self.standard_deviation(window, ddof);
        }
    }
}

impl Kernel {
    fn run(self, job: impl Job) {
        #[cfg(target_arch = "x86_64")]
        match (self.isa(), Avx512::detect(), Avx2::detect()) {
            ("avx512", Some(proof), _) => return x86_64::run_on_avx512(proof, job),
            ("avx2", _, Some(proof)) => return x86_64::run_on_avx2(proof, job),
            _ => {}
        }
        job.run::<4, _>(Portable);
    }
}

/// Work on the lanes of an instruction set, compiled for each set.
trait Job {
    fn run<const W: usize, I: Lanes<W> + Isa>(self, isa: I);
}

/// Size of the window and divisor, as the sums need them.
#[derive(Debug, Clone, Copy)]
struct Shape {
    window: usize,
    ddof: usize,
    per_value: f64,
    per_degree: f64,
}

impl Shape {
    /// `ddof` < `window`.
    fn new(window: usize, ddof: usize) -> Self {
        Self { window, ddof, per_value: 1.0 / window as f64, per_degree: 1.0 / (window - ddof) as f64 }
    }
}

/// Below this, squares may have lost something to underflow: 2^-960.
const LEAST_M2: f64 = f64::from_bits((1023 - 960) << 52);

/// Narrower windows are summed directly: their deviations differ so much from one to the next that what the largest of a
/// lane may have lost is often too much for the smallest.
const NARROW: usize = 20;

/// Where tiles start, and half of how many windows each of their lanes has beside its middle one: a multiple of four.
///
/// All tiles are alike but the last, which has as many windows as are left and may do some of the one before once
/// more. Where there is only one tile, a second and small one does what is left by it.
#[derive(Debug, Clone)]
struct Tiles {
    next: usize,
    windows: usize,
    half: usize,
}

impl Tiles {
    fn of(window: usize, windows: usize) -> Self {
        let half = 2 * (window / 4 * 4);
        Self { next: 0, windows, half }
    }

    /// Windows of a tile with `half`.
    fn length(half: usize) -> usize {
        LANES * (2 * half + 1)
    }

    /// The windows from the first to the last tile, all of which tiles do; none or all but some that fill no tile.
    fn end(self) -> usize {
        self.last().map_or(0, |(start, half)| start + Self::length(half))
    }
}

impl Iterator for Tiles {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let left = self.windows - self.next;
        if left >= Self::length(self.half) {
            self.next += Self::length(self.half);
            return Some((self.next - Self::length(self.half), self.half));
        }
        // as few windows of the tile before as can be; none where there is no tile before
        let step = Self::length(4) - Self::length(0);
        let fours = left.saturating_sub(Self::length(0)).div_ceil(step);
        let fours = if Self::length(4 * fours) <= self.windows { fours } else { fours.checked_sub(1)? };
        if left == 0 || fours == 0 {
            return None;
        }
        let length = Self::length(4 * fours);
        let start = if self.next == 0 { 0 } else { self.windows - length };
        self.next = start + length;
        Some((start, 4 * fours))
    }
}

/// A series may be cut at every window whose number is a multiple of this, if no part is shorter: the bits stay the same.
#[cfg(feature = "threads")]
pub(crate) fn border(window: usize) -> usize {
    Tiles::length(Tiles::of(window, 0).half)
}

/// What all tiles share.
struct Series<'a> {
    kernel: Kernel,
    shape: Shape,
    values: &'a [f64],
}

impl Series<'_> {
    /// Does the windows from number `start`, which is the first of `out`.
    fn tile(&self, start: usize, half: usize, out: &mut [f64], scratch: &mut [f64]) {
        let (out, rest) = out.split_at_mut(Tiles::length(half));
        let values = &self.values[start..];
        let ahead = Ahead { values: &values[out.len()..], out: rest }.where_it_pays(self.values.len());
        self.kernel.run(Tile { kernel: self.kernel, shape: &self.shape, half, values, ahead, scratch, out });
    }
}

/// Eight lanes of `2 half + 1` windows each.
struct Tile<'a> {
    kernel: Kernel,
    shape: &'a Shape,
    half: usize,
    values: &'a [f64],
    ahead: Ahead<'a>,
    scratch: &'a mut [f64],
    out: &'a mut [f64],
}

impl Job for Tile<'_> {
    /// `W` lanes at a time.
    #[inline(always)]
    fn run<const W: usize, I: Lanes<W> + Isa>(self, isa: I) {
        let Shape { window, ddof, .. } = *self.shape;
        let length = 2 * self.half + 1;
        for (number, out) in self.out.chunks_exact_mut(W * length).enumerate() {
            let first = number * W * length;
            let part = &self.values[first..][..W * length - 1 + window];
            let values = Stretches::<W>::new(part, length);
            let mut results = Results::<W>::new(out, length);
            let ahead = self.ahead.from(first);
            let doubt = two_way::fill(isa, self.shape, self.half, values, &mut results, ahead, self.scratch);
            if doubt.drifting == u32::MAX >> (32 - W) {
                exact::beside(self.kernel).sliding(part, window, ddof, out);
                continue;
            }
            for lane in (0..W).filter(|lane| doubt.drifting >> lane & 1 == 1) {
                exact::beside(self.kernel).sliding(values.lane(lane), window, ddof, results.lane(lane));
            }
            if doubt.broken != 0 {
                careful::fill(isa, self.kernel, self.shape, values, &mut results, doubt.broken);
            }
        }
    }
}
