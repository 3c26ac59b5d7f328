//! How fast can every window of a long series be computed, if none may be wrong?
//!
//! The series is cut into tiles of eight lanes: a lane is a stretch of consecutive windows, and all lanes of a
//! tile are done side by side, one window of each per step. So the running sums of a lane are a chain, but the
//! vector units are full. [`two_way`] does a tile and proves afterwards that its sums were good enough. Lanes for which that
//! fails are computed again: by the kernel of [`crate::exact`] where the series only drifts, else by [`scan`],
//! which proves it window by window, and goes on over what is missing, flat, or very large or small. It also does the windows that fill no tile.
//! Narrow windows are summed each by itself ([`direct`]).
//!
//! Tiles depend on the lengths only and lanes on their own values only: the bits are the same on every instruction
//! set and for any number of threads.

pub mod direct;
mod lanes;
pub mod scan;
mod settle;
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
/// the nearest where that is subnormal: [`two_way`], [`scan`] and [`direct`] have the derivations. Windows of up to 10^8 values.
///
/// O(1) a window, whatever the window's length: about one and a half square roots of a vector loop on ordinary data,
/// two to three on data that drifts. Allocates nothing but, once, to choose a kernel.
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
        self.sliding_skipping(values, window, ddof, window, out);
    }

    /// As [`crate::skipping::sliding`]. With `least` the whole window nothing is left out.
    pub(crate) fn sliding_skipping(
        self,
        values: &[f64],
        window: usize,
        ddof: usize,
        least: usize,
        out: &mut [f64],
    ) {
        assert!(window > 0, "a window holds at least one value");
        assert_eq!(out.len(), (values.len() + 1).saturating_sub(window), "one result per full window");
        if window <= ddof || window < least {
            out.fill(f64::NAN);
            return;
        }
        let shape = Shape::new(window, ddof, least);
        if window == 1 {
            for (result, value) in out.iter_mut().zip(values) {
                *result = if value.is_finite() { 0.0 } else { f64::NAN };
            }
        } else if window <= direct::WIDEST {
            self.run(direct::Series { kernel: self, shape: &shape, values, out });
        } else if least < window && values.iter().any(|value| value.is_nan()) {
            self.run(scan::Series { kernel: self, shape: &shape, values, out });
        } else {
            tiled(self, shape, values, out);
        }
    }
}

/// Does all windows of a series from which nothing is left out.
fn tiled(kernel: Kernel, shape: Shape, values: &[f64], out: &mut [f64]) {
    let series = Series { kernel, shape, values };
    let tiles = Tiles::of(shape.window, out.len());
    let mut scratch = two_way::scratch(shape.window, tiles.half);
    let mut drifts = false;
    for (number, (start, half)) in tiles.clone().enumerate() {
        drifts &= !number.is_multiple_of(remembered(shape.window));
        drifts = series.tile(start, half, drifts, &mut out[start..], &mut scratch);
    }
    let tiled = tiles.end();
    if tiled < out.len() {
        kernel.run(scan::Series { kernel, shape: &shape, values: &values[tiled..], out: &mut out[tiled..] });
    }
}

/// Tiles after which it is forgotten that a series drifts. Those of wide windows are too long to be cut by eights for threads.
fn remembered(window: usize) -> usize {
    if window < 256 { 8 } else { 1 }
}

impl Kernel {
    fn run_in_lanes(self, job: impl LaneJob) {
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
trait LaneJob {
    fn run<const W: usize, I: Lanes<W>>(self, isa: I);
}

/// Size of the window and divisor, as the sums need them.
#[derive(Debug, Clone, Copy)]
struct Shape {
    window: usize,
    ddof: usize,
    /// So many values must be left of a window without its NaNs: all of them, where NaN is not left out.
    least: usize,
    per_value: f64,
    per_degree: f64,
    /// One over the window, rounded down to vectors.
    per_cover: f64,
}

impl Shape {
    /// `ddof` < `window`, and `least` at most that.
    fn new(window: usize, ddof: usize, least: usize) -> Self {
        Self {
            window,
            ddof,
            least: least.max(ddof + 1),
            per_value: 1.0 / window as f64,
            per_degree: 1.0 / (window - ddof) as f64,
            per_cover: 1.0 / (window / LANES * LANES) as f64,
        }
    }
}

/// How much of M2 all errors together may be, in units of u = 2^-53. A result then errs by half of that, u for the
/// reciprocal of the divisor and its product, and u for the root: at most 87 u = 9.7e-15 relative.
const ALLOWED: f64 = 170.0;

/// Below this, squares may have lost something to underflow: 2^-960.
const LEAST_M2: f64 = f64::from_bits((1023 - 960) << 52);

/// A series may be cut at every window whose number is a multiple of this: the bits stay the same.
#[cfg(feature = "threads")]
pub(crate) fn border(window: usize) -> usize {
    remembered(window) * Tiles::length(Tiles::of(window, 0).half)
}

/// Numbers that start with a cache line, so that no vector of them lies across two.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Aligned<const N: usize>([f64; N]);

/// Values as sums take them: each times a power of two, less the anchor times that.
#[derive(Debug, Clone, Copy)]
struct Frame {
    anchor: f64,
    factor: f64,
}

impl Frame {
    /// Around `anchor`, with the factor 1 or, where `largest` is so large or so small that sums of squares might not be
    /// normal, one that brings it near 1.
    fn of(anchor: f64, largest: f64) -> Self {
        const ORDINARY: std::ops::RangeInclusive<i32> = -400..=400;
        let exponent = if largest > 0.0 { crate::full_range::exponent(largest) } else { 0 };
        let exponent = if ORDINARY.contains(&exponent) { 0 } else { exponent.clamp(-1022, 1022) };
        Self { anchor, factor: f64::from_bits(((1023 - exponent) as u64) << 52) }
    }

    /// Whether a result that was scaled back has lost nothing by it.
    fn is_ordinary(result: f64) -> bool {
        const LEAST: f64 = f64::from_bits((1023 - 1000) << 52);
        const MOST: f64 = f64::from_bits((1023 + 1000) << 52);
        (LEAST..=MOST).contains(&result)
    }
}

/// The largest magnitude among the values that are finite.
#[inline(always)]
fn largest<I: Isa>(isa: I, values: &[f64]) -> f64 {
    let (vectors, rest) = values.as_chunks();
    let (mut most, mut least) = (isa.splat(0.0), isa.splat(0.0));
    for vector in vectors {
        (most, least) = (isa.larger(isa.load(vector), most), isa.smaller(isa.load(vector), least));
    }
    let most = isa.numbers(isa.larger(most, isa.subtract(isa.splat(0.0), least)));
    let largest = most.iter().chain(rest).fold(0.0, |largest: f64, value| largest.max(value.abs()));
    if largest < f64::INFINITY {
        return largest;
    }
    values.iter().filter(|value| value.is_finite()).fold(0.0, |largest: f64, value| largest.max(value.abs()))
}

/// What one value adds to the sums.
#[derive(Clone, Copy)]
struct Part {
    a: f64,
    missing: f64,
}

impl Part {
    /// A NaN is missing. An infinity counts as more than all values of a window.
    #[inline(always)]
    fn of(frame: Frame, window: usize, value: f64) -> Self {
        let a = value * frame.factor - frame.anchor * frame.factor;
        let missing = if value.is_nan() { 1.0 } else { (window + 1) as f64 };
        let finite = value.abs() < f64::INFINITY;
        Self { a: if finite { a } else { 0.0 }, missing: if finite { 0.0 } else { missing } }
    }
}

/// The mean of some values all over a window, those that are finite; 0 if none is.
#[cold]
fn mean_of_some(window: &[f64]) -> f64 {
    const PLACES: usize = 32;
    let some =
        (0..PLACES).map(|place| window[place * window.len() / PLACES]).filter(|value| value.is_finite());
    let share = 1.0 / some.clone().count().max(1) as f64;
    let mean: f64 = some.map(|value| value * share).sum();
    if mean.is_finite() { mean } else { 0.0 }
}

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

/// What all tiles share.
struct Series<'a> {
    kernel: Kernel,
    shape: Shape,
    values: &'a [f64],
}

impl Series<'_> {
    /// Does the windows from number `start`, which is the first of `out`, and says whether the series drifts in all lanes: if it is
    /// said to, by the exact kernel at once.
    fn tile(&self, start: usize, half: usize, drifts: bool, out: &mut [f64], scratch: &mut [f64]) -> bool {
        let (out, rest) = out.split_at_mut(Tiles::length(half));
        let values = &self.values[start..];
        if drifts {
            let part = &values[..out.len() + self.shape.window - 1];
            exact::beside(self.kernel).sliding(part, self.shape.window, self.shape.ddof, out);
            return true;
        }
        let mut drifts = false;
        let ahead = Ahead { values: &values[out.len()..], out: rest }.where_it_pays(self.values.len());
        let tile = Tile {
            kernel: self.kernel,
            shape: &self.shape,
            half,
            values,
            ahead,
            scratch,
            out,
            drifts: &mut drifts,
        };
        self.kernel.run_in_lanes(tile);
        drifts
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
    drifts: &'a mut bool,
}

impl LaneJob for Tile<'_> {
    /// `W` lanes at a time.
    #[inline(always)]
    fn run<const W: usize, I: Lanes<W>>(self, isa: I) {
        let Shape { window, ddof, .. } = *self.shape;
        let length = 2 * self.half + 1;
        *self.drifts = true;
        for (number, out) in self.out.chunks_exact_mut(W * length).enumerate() {
            let first = number * W * length;
            let part = &self.values[first..][..W * length - 1 + window];
            let values = Stretches::<W>::new(part, length);
            let mut results = Results::<W>::new(out, length);
            let ahead = self.ahead.from(first);
            let doubt = two_way::fill(isa, self.shape, self.half, values, &mut results, ahead, self.scratch);
            let all = u32::MAX >> (32 - W);
            *self.drifts &= doubt.drifting == all;
            let by_scan = |values: &[f64], out: &mut [f64]| {
                self.kernel.run(scan::Series { kernel: self.kernel, shape: self.shape, values, out });
            };
            let exactly = |values: &[f64], out: &mut [f64]| {
                exact::beside(self.kernel).sliding(values, window, ddof, out);
            };
            match doubt.drifting | doubt.broken {
                0 => {}
                _ if doubt.drifting == all => exactly(part, out),
                doubtful => {
                    for lane in (0..W).filter(|lane| doubtful >> lane & 1 == 1) {
                        let (values, out) = (values.lane(lane), results.lane(lane));
                        if doubt.broken >> lane & 1 == 0 {
                            exactly(values, out);
                        } else {
                            by_scan(values, out);
                        }
                    }
                }
            }
        }
    }
}
