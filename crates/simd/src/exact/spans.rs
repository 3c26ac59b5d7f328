//! How are windows that differ in length rounded correctly: those of a duration, and the parts of windows at the ends of a series?

use std::borrow::Cow;
use std::ops::Range;

use super::integer_sums::Span;
use super::sliding::Walking;
use super::tiles::Tile;
use super::{Rounded, chosen};
use crate::spans::Missing;

/// Windows up to which a step of integer sums takes longer than one pass of pairs over all values.
const SHORT: usize = 256;
const SHORT_IF_WIDE: usize = 1024;

/// Whether a pass of pairs over a window takes less than a step of integer sums of values that span so many exponents.
fn is_short(window: usize, span: Span) -> bool {
    window <= if span.is_narrow(window) { SHORT } else { SHORT_IF_WIDE }
}

/// Writes to `out` the correctly rounded standard deviation of each window, one for each of `spans`, of which there may be fewer: then
/// the rest of `out` stays as it is.
///
/// Windows are NaN where those of [`crate::spans::standard_deviations`] are. O(1) a window and a value: short windows are computed from
/// their values, sums of integers move from one of the others to the next.
///
/// # Panics
/// Where a start or an end lies before the one of the window before, or outside of `values`, or there are more spans than results.
///
/// # Example
/// ```
/// use breakeven_simd::{exact, spans::Missing};
///
/// let mut deviations = [0.0; 3];
/// exact::spans(&[1.0, f64::NAN, 7.0], [0..1, 0..2, 1..3].into_iter(), Missing::Skip, 0, 1, &mut deviations);
/// assert_eq!(deviations, [0.0, 0.0, 0.0]);
/// ```
pub fn spans(
    values: &[f64],
    spans: impl Iterator<Item = Range<usize>>,
    missing: Missing,
    ddof: usize,
    least: usize,
    out: &mut [f64],
) {
    let is_present = |value: &&f64| !value.is_nan();
    let count = |values: &[f64]| values.iter().filter(is_present).count();
    let mut present = Cow::Borrowed(values);
    if values.iter().any(|value| value.is_nan()) {
        present = Cow::Owned(values.iter().filter(is_present).copied().collect());
    }
    let (kernel, mut extent, mut walking) = (chosen(), None, None);
    // what is left of the window is `present[low..high]`
    let (mut at, mut low, mut high) = (0..0, 0, 0);
    let mut places = out.iter_mut();
    for span in spans {
        let place = places.next().expect("no more spans than results");
        let forward = at.start <= span.start && at.end <= span.end && span.start <= span.end;
        assert!(forward, "windows move forward");
        low += count(&values[at.start..span.start]);
        high += count(&values[at.end..span.end]);
        at = span;
        let size = high - low;
        let is_whole = missing == Missing::Skip || size == at.len();
        if !is_whole || size < least.max(1) || size <= ddof {
            *place = f64::NAN;
            continue;
        }
        let extent = *extent.get_or_insert_with(|| Span::of(&present));
        *place = if is_short(size, extent) {
            kernel.standard_deviation(&present[low..high], ddof)
        } else {
            let window =
                Tile { values: &present, window: size, ddof, least: size, rounded: Rounded::Deviation };
            Walking::near(&mut walking, extent, low, size).standard_deviation(&window, low)
        };
    }
}
