//! How are windows computed that differ in length: those of a duration, and the parts of windows at the ends of a series?
//!
//! Of a window with values x and an anchor K, d = x - K: the deviation is sqrt((Q - S S / n) / (n - ddof)) with S = sum d and
//! Q = sum d d. Both ends of a window only move forward, so its values are kept in two parts. Of the older part every sum of its
//! last so many values is known, of the newer one the sum of all. A window is one of the former and the latter; when the older part
//! is used up, the newer one becomes it. Nothing is ever subtracted, so nothing is left behind by what has left.
//! Source: the queue of two stacks, as in K. Tangwongsan, M. Hirzel, S. Schneider, "Low-Latency Sliding-Window Aggregation in
//! Worst-Case Constant Time", DEBS 2017.
//!
//! Sums are pairs of doubles, so they lose nothing; u = 2^-53 is what d, d d, S S and their difference lose each. Thus the result
//! is within 3 u Q / M2 of the exact one, where M2 = Q - S S / n. That ratio is 1 + ((mean - K) / deviation)^2; where it is above
//! `FARTHEST`, or squares may have been lost to underflow, another anchor is tried: the newest value, then the mean. If that
//! does not help either, the window is computed by itself.

use std::ops::Range;

use crate::exponents::power_of_two;
use crate::standard_deviation;

/// What becomes of a window with NaN in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// NaN.
    Propagate,
    /// What its other values give.
    Skip,
}

/// Writes the standard deviation of each window to `out`, one for each of `spans`, of which there may be fewer: then the rest of `out` stays
/// as it is.
///
/// A window of fewer than `least` values that are no NaN is NaN, as is one of no more than `ddof`, of none, with an infinity, or,
/// under [`Missing::Propagate`], with a NaN. Every other result is within 1e-14 of the exact one, relative. Equal values give exactly 0.
///
/// O(1) a window and a value, about ten nanoseconds, whatever the windows' lengths; O(window) where the module's bound does not hold:
/// where deviations lie below 1e-144 or above 1e150, or values differ by ever more than their windows' deviations.
/// Allocates 40 bytes for each value of the longest window.
///
/// # Panics
/// Where a start or an end lies before the one of the window before, or outside of `values`, or there are more spans than results.
///
/// # Example
/// ```
/// use breakeven_simd::spans::{self, Missing};
///
/// let mut deviations = [0.0; 3];
/// spans::standard_deviations(&[1.0, 3.0, 7.0], [0..1, 0..2, 1..3].into_iter(), Missing::Propagate, 0, 1, &mut deviations);
/// assert_eq!(deviations, [0.0, 1.0, 2.0]);
/// ```
pub fn standard_deviations(
    values: &[f64],
    spans: impl Iterator<Item = Range<usize>>,
    missing: Missing,
    ddof: usize,
    least: usize,
    out: &mut [f64],
) {
    let mut window = Window::new(values);
    fill(spans, out, |span| {
        window.move_to(span);
        if !window.has_result(missing, least) || window.count <= ddof {
            return f64::NAN;
        }
        let divisor = (window.count - ddof) as f64;
        match window.second_moment() {
            Some(moment) => (moment / divisor).sqrt(),
            None => {
                let finite = window.values().filter(|value| !value.is_nan());
                standard_deviation(&finite.collect::<Vec<_>>(), ddof)
            }
        }
    });
}

/// The same for the mean: within 2 u of the exact one, relative, and n u^2 of the mean magnitude.
///
/// # Panics
/// As [`standard_deviations`].
pub fn means(
    values: &[f64],
    spans: impl Iterator<Item = Range<usize>>,
    missing: Missing,
    least: usize,
    out: &mut [f64],
) {
    let mut window = Window::new(values);
    window.anchor = Some(0.0);
    fill(spans, out, |span| {
        window.move_to(span);
        if !window.has_result(missing, least) {
            return f64::NAN;
        }
        let count = window.count as f64;
        let mean = window.sums().sum.total() / count;
        if mean.is_finite() {
            return mean;
        }
        // the sum is beyond the range of doubles, the mean is not
        let shares = window.values().filter(|value| !value.is_nan()).map(|value| value / count);
        shares.fold(Pair::default(), Pair::plus).total()
    });
}

fn fill(
    spans: impl Iterator<Item = Range<usize>>,
    out: &mut [f64],
    mut result: impl FnMut(Range<usize>) -> f64,
) {
    let mut places = out.iter_mut();
    for span in spans {
        *places.next().expect("no more spans than results") = result(span);
    }
}

/// Up to here a ratio of Q and M2 keeps results within 1e-14: 3 u times this.
const FARTHEST: f64 = 16.0;

/// Below this, squares may have lost something to underflow: 2^-900.
const LEAST_SQUARES: f64 = power_of_two(-900);

/// A number as the unevaluated sum of two.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    high: f64,
    low: f64,
}

impl Pair {
    /// D. Knuth, The Art of Computer Programming, volume 2, 4.2.2, theorem B: the error of a sum is a double.
    #[inline(always)]
    fn plus(self, value: f64) -> Self {
        let high = self.high + value;
        let part = high - self.high;
        Self { high, low: self.low + ((self.high - (high - part)) + (value - part)) }
    }

    #[inline(always)]
    fn total(self) -> f64 {
        self.high + self.low
    }
}

/// Of some finite values, less the anchor.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    sum: Pair,
    squares: Pair,
    /// The largest magnitude: squares of small ones are 0.
    largest: f64,
}

impl Sums {
    #[inline(always)]
    fn with(self, difference: f64) -> Self {
        Self {
            sum: self.sum.plus(difference),
            squares: self.squares.plus(difference * difference),
            largest: self.largest.max(difference.abs()),
        }
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        let add = |a: Pair, b: Pair| {
            let sum = a.plus(b.high);
            Pair { low: sum.low + b.low, ..sum }
        };
        Self {
            sum: add(self.sum, other.sum),
            squares: add(self.squares, other.squares),
            largest: self.largest.max(other.largest),
        }
    }
}

/// The window that is being looked at.
struct Window<'a> {
    series: &'a [f64],
    span: Range<usize>,
    /// Where the newer part begins.
    middle: usize,
    /// The older part: sums of its last values, those of the last one first.
    older: Vec<Sums>,
    newer: Sums,
    /// `None` before the first finite value.
    anchor: Option<f64>,
    /// Values that are no NaN.
    count: usize,
    infinities: usize,
}

impl<'a> Window<'a> {
    fn new(series: &'a [f64]) -> Self {
        Self {
            series,
            span: 0..0,
            middle: 0,
            older: Vec::new(),
            newer: Sums::default(),
            anchor: None,
            count: 0,
            infinities: 0,
        }
    }

    fn move_to(&mut self, span: Range<usize>) {
        let forward = self.span.start <= span.start && self.span.end <= span.end;
        assert!(forward && span.start <= span.end && span.end <= self.series.len(), "windows move forward");
        if span.start >= self.span.end {
            // nothing is left of the window before
            *self = Self {
                span: span.start..span.start,
                middle: span.start,
                older: std::mem::take(&mut self.older),
                anchor: self.anchor,
                ..Self::new(self.series)
            };
            self.older.clear();
        }
        for index in self.span.end..span.end {
            let value = self.series[index];
            self.count += usize::from(!value.is_nan());
            self.infinities += usize::from(value.is_infinite());
            self.newer = self.with(self.newer, value);
        }
        for value in &self.series[self.span.start..span.start] {
            self.count -= usize::from(!value.is_nan());
            self.infinities -= usize::from(value.is_infinite());
        }
        self.span = span;
        if self.span.start > self.middle {
            self.turn();
        }
    }

    fn with(&mut self, sums: Sums, value: f64) -> Sums {
        if value.is_finite() { sums.with(value - *self.anchor.get_or_insert(value)) } else { sums }
    }

    /// Makes all values the older part.
    fn turn(&mut self) {
        (self.middle, self.newer) = (self.span.end, Sums::default());
        self.older.clear();
        let mut sums = Sums::default();
        for index in self.span.clone().rev() {
            sums = self.with(sums, self.series[index]);
            self.older.push(sums);
        }
    }

    fn has_result(&self, missing: Missing, least: usize) -> bool {
        let is_whole = missing == Missing::Skip || self.count == self.span.len();
        self.count >= least.max(1) && self.infinities == 0 && is_whole
    }

    fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.series[self.span.clone()].iter().copied()
    }

    fn sums(&self) -> Sums {
        match self.middle.saturating_sub(self.span.start) {
            0 => self.newer,
            older => self.older[older - 1].and(self.newer),
        }
    }

    /// The sum of squared distances from the mean, or `None` where no anchor gives it well enough. All values are finite.
    fn second_moment(&mut self) -> Option<f64> {
        if let Some(moment) = self.moment_by_anchor() {
            return Some(moment);
        }
        self.anchor = self.values().filter(|value| !value.is_nan()).last();
        self.turn();
        if let Some(moment) = self.moment_by_anchor() {
            return Some(moment);
        }
        self.anchor = self.anchor.map(|anchor| anchor + self.sums().sum.total() / self.count as f64);
        self.turn();
        self.moment_by_anchor()
    }

    fn moment_by_anchor(&self) -> Option<f64> {
        let Sums { sum, squares, largest } = self.sums();
        let (sum, squares) = (sum.total(), squares.total());
        let moment = squares - sum * sum / self.count as f64;
        let is_good = squares <= FARTHEST * moment && (LEAST_SQUARES..f64::INFINITY).contains(&moment);
        // of values that are too far apart for their differences nothing is known: those are NaN
        (is_good || largest == 0.0 && moment == 0.0).then_some(moment)
    }
}
