//! How are windows of integers computed where differences need more than the 53 bits of a double?
//!
//! Sums of the integers and of their squares are exact, so values enter and leave in
//! O(1) and nothing drifts, whatever has been in a window.

use std::ops::Range;

use crate::integer_sums::IntegerSums;
use crate::spans::Missing;

/// The sums of a window.
#[derive(Debug, Clone, Default)]
pub struct IntegerWindow {
    sums: IntegerSums,
    span: Range<usize>,
    count: usize,
}

impl IntegerWindow {
    /// The standard deviation with divisor n - `ddof`, within 2.5 u of the exact one, u = 2^-53; NaN for n <= `ddof`.
    #[inline(always)]
    #[must_use]
    pub fn standard_deviation(&self, ddof: usize) -> f64 {
        self.sums.standard_deviation(self.count, ddof)
    }

    /// The same, correctly rounded.
    #[must_use]
    pub fn nearest_standard_deviation(&self, ddof: usize) -> f64 {
        self.sums.nearest_standard_deviation(self.count, ddof)
    }

    /// The mean of the integers, each plus `base`, which is below 2^64: within 2 u of the exact one.
    #[inline(always)]
    #[must_use]
    pub fn mean(&self, base: i128) -> f64 {
        self.sums.mean(self.count, base)
    }

    /// Takes some more integers in, but for those that are missing.
    #[inline(always)]
    pub fn extend(&mut self, values: &[i64], missing: &[bool]) {
        for value in present(values, missing) {
            self.sums.enter(value);
            self.count += 1;
        }
        self.span.end += values.len();
    }

    /// Takes in what is new in `span`, and takes out what is not in it.
    #[inline(always)]
    fn move_to(&mut self, span: Range<usize>, values: &[i64], missing: &[bool]) {
        let held = &self.span;
        let forward = held.start <= span.start && held.end <= span.end && span.start <= span.end;
        assert!(forward, "windows move forward");
        if held.end < span.start {
            *self = Self { span: span.start..span.start, ..Self::default() };
        }
        let (entering, leaving) = (self.span.end..span.end, self.span.start..span.start);
        let part = |range: &Range<usize>| if missing.is_empty() { missing } else { &missing[range.clone()] };
        self.extend(&values[entering.clone()], part(&entering));
        for value in present(&values[leaving.clone()], part(&leaving)) {
            self.sums.leave(value);
            self.count -= 1;
        }
        self.span = span;
    }
}

/// The values that are not missing.
#[inline(always)]
fn present<'a>(values: &'a [i64], missing: &'a [bool]) -> impl Iterator<Item = i64> {
    values
        .iter()
        .enumerate()
        .filter(|(index, _)| missing.is_empty() || !missing[*index])
        .map(|(_, value)| *value)
}

/// Writes to `out` what `result` is of each window, one for each of `spans`, of which there may be fewer: then the rest of `out` stays as it
/// is. O(1) a window and a value.
///
/// Where `missing` is not empty it says of each value whether it is missing. A window is NaN where fewer than `least` values are
/// left of it, or none, or under [`Missing::Propagate`] where one is missing.
///
/// # Panics
/// Where a start or an end lies before the one of the window before, or outside of `values`, or a start after its end; where there are more
/// spans than results; and where `missing` is neither empty nor as long as `values`.
///
/// # Example
/// ```
/// use breakeven_simd::integer_windows;
/// use breakeven_simd::spans::Missing;
///
/// let (values, spans) = ([0, 2, i64::MAX, i64::MAX - 2], [0..2, 1..3, 2..4].into_iter());
/// let mut deviations = [0.0; 3];
/// let deviation = |window: &integer_windows::IntegerWindow| window.standard_deviation(0);
/// integer_windows::fill(&values, &[], spans, Missing::Propagate, 1, deviation, &mut deviations);
/// // as doubles the last two values would be equal
/// assert_eq!(deviations, [1.0, 4.611686018427388e18, 1.0]);
/// ```
pub fn fill(
    values: &[i64],
    missing: &[bool],
    spans: impl Iterator<Item = Range<usize>>,
    rule: Missing,
    least: usize,
    result: impl Fn(&IntegerWindow) -> f64,
    out: &mut [f64],
) {
    assert!(missing.is_empty() || missing.len() == values.len(), "whether each value is missing");
    let mut window = IntegerWindow::default();
    let mut places = out.iter_mut();
    for span in spans {
        let place = places.next().expect("no more spans than results");
        window.move_to(span, values, missing);
        let is_whole = rule == Missing::Skip || window.count == window.span.len();
        *place = if is_whole && window.count >= least.max(1) { result(&window) } else { f64::NAN };
    }
}
