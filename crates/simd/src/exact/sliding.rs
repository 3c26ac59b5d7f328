//! How is a whole series cut into tiles, and what becomes of windows that these leave undecided?

use std::ops::Range;

use super::ExactKernel;
use super::integer_sums::{IntegerSums, NarrowSums, Span, WideSums};
use super::pairs::LONGEST;
use super::tiles::{Tile, UNDECIDED, is_undecided};

/// Results of a tile are a multiple of this: four lanes, four time steps.
const GRAIN: usize = 16;

/// Results of a lane: a tile costs `window` steps without a result, each a third of one with.
fn lane_outputs(window: usize) -> usize {
    (4 * window).clamp(64, LONGEST / 2)
}

/// Windows above this are done in integers alone: the pairs' bound is made for fewer values.
const LONGEST_WINDOW: usize = LONGEST / 2;

/// Running sums are not tried on so many tiles less one after a tile of which they left most windows undecided.
const AFTER_A_FAILURE: usize = 8;

/// So many windows take less time one by one than by two stacks.
const FEW: usize = 6;

/// The windows of a series, whose lengths are checked: `out` is not empty, a window may have a result.
pub(super) fn sliding(kernel: ExactKernel, series: &Tile<'_>, out: &mut [f64]) {
    let Tile { values, window, ddof, .. } = *series;
    if window == 2 && ddof == 0 && !series.skips() {
        for (result, pair) in out.iter_mut().zip(values.windows(2)) {
            *result = half_distance(pair[0], pair[1]);
        }
        return;
    }
    let outputs = out.len();
    let tiles = outputs.div_ceil(4 * lane_outputs(window));
    let mut length = outputs.div_ceil(tiles * GRAIN) * GRAIN;
    if length / 4 % 512 < 8 && tiles > 1 {
        length += 2 * GRAIN; // lanes a multiple of 4096 bytes apart would share few sets of the cache
    }
    let length = length.min(outputs / GRAIN * GRAIN);
    let (mut start, mut passed_over) = (0, 0_usize);
    while start < outputs {
        if outputs - start < GRAIN || window > LONGEST_WINDOW {
            return few(kernel, &Tile { values: &values[start..], ..*series }, &mut out[start..]);
        }
        // The last tile repeats a few results of the one before: to the same bits, as they are correctly rounded.
        let begin = start.min(outputs - length);
        let end = begin + length;
        let tile = Tile { values: &values[begin..end + window - 1], ..*series };
        let out = &mut out[begin..end];
        passed_over = passed_over.saturating_sub(1);
        let are_summed = passed_over == 0 && kernel.tile(&tile, out);
        if !are_summed {
            out.fill(UNDECIDED);
        }
        let undecided = out.iter().filter(|result| is_undecided(result)).count();
        if undecided > 0 {
            settle(kernel, &tile, out);
        }
        if are_summed && undecided > length / 2 {
            passed_over = AFTER_A_FAILURE;
        }
        start = end;
    }
}

/// Windows that are not worth a tile.
fn few(kernel: ExactKernel, series: &Tile<'_>, out: &mut [f64]) {
    let Tile { values, window, ddof, rounded, .. } = *series;
    if out.len() <= FEW && values.iter().all(|value| value.is_finite()) {
        let windows = values.windows(window).zip(out);
        windows.for_each(|(window, result)| *result = kernel.rounded(window, ddof, rounded));
    } else {
        out.fill(UNDECIDED);
        settle(kernel, series, out);
    }
}

/// The deviation of two values, which often is a tie that pairs leave undecided.
///
/// Rounded once: a difference below 2^-1021 is exact, above it the halving is, and where it overflows the halves are.
fn half_distance(a: f64, b: f64) -> f64 {
    let distance = (a - b).abs();
    if distance < f64::INFINITY {
        0.5 * distance
    } else if a.is_finite() && b.is_finite() {
        (0.5 * a - 0.5 * b).abs()
    } else {
        f64::NAN
    }
}

/// Decides every window that is not yet: by two stacks, and what remains of them, ties mostly, by integer sums that go from one to the next.
#[cold]
fn settle(kernel: ExactKernel, tile: &Tile<'_>, out: &mut [f64]) {
    if tile.window <= LONGEST_WINDOW {
        let are_finite = tile.values.iter().all(|value| value.is_finite());
        if are_finite {
            settle_equal_values(tile, out);
            let undecided = out.iter().filter(|result| is_undecided(result)).count();
            if undecided * (tile.window + 64) < 8 * out.len() {
                // so few take less time one by one
                let windows = tile.values.windows(tile.window).zip(out).filter(|(_, out)| is_undecided(out));
                return windows
                    .for_each(|(values, out)| *out = kernel.rounded(values, tile.ddof, tile.rounded));
            }
        }
        if !kernel.two_stacks(tile, out) {
            return;
        }
        if !are_finite {
            settle_equal_values(tile, out);
        }
    }
    let (mut span, mut walking) = (None, None);
    for (index, result) in out.iter_mut().enumerate().filter(|(_, result)| is_undecided(result)) {
        let span = *span.get_or_insert_with(|| Span::of(tile.values));
        let walking = Walking::near(&mut walking, span, index, tile.window);
        *result = walking.standard_deviation(tile, index);
    }
}

/// The undecided windows of equal values, by following their runs; values may only be missing where enough of them are left.
fn settle_equal_values(tile: &Tile<'_>, out: &mut [f64]) {
    let mut runs = Runs::new(tile.values);
    for (index, result) in out.iter_mut().enumerate().filter(|(_, result)| is_undecided(result)) {
        if runs.are_equal(index, tile.window) {
            *result = 0.0;
        }
    }
}

/// How far the equal values reach that were last looked at, whatever is missing among them.
pub(crate) struct Runs<'a> {
    values: &'a [f64],
    end: usize,
    /// The place of the last of them.
    last: usize,
    /// The place after the last one that was missing.
    missing: usize,
}

impl<'a> Runs<'a> {
    pub(crate) fn new(values: &'a [f64]) -> Self {
        Self { values, end: 0, last: 0, missing: 0 }
    }

    /// As [`Runs::are_equal`], and none of them is missing or infinite.
    pub(crate) fn are_equal_and_finite(&mut self, index: usize, window: usize) -> bool {
        self.values[index].is_finite() && self.are_equal(index, window) && self.missing <= index
    }

    /// Whether the window that starts at `index` holds equal values only; the indices must not go down.
    pub(crate) fn are_equal(&mut self, index: usize, window: usize) -> bool {
        let (first, last) = (self.values[index], self.values[index + window - 1]);
        if first != last && !first.is_nan() && !last.is_nan() {
            return false;
        }
        // What lies between an earlier index and the end is equal.
        if self.last < index {
            (self.end, self.last) = (self.end.max(index), index);
        }
        while self.end < index + window {
            let (value, before) = (self.values[self.end], self.values[self.last]);
            if !value.is_nan() {
                if value != before && !before.is_nan() {
                    return false;
                }
                self.last = self.end;
            }
            self.end += 1;
            if value.is_nan() {
                self.missing = self.end;
            }
        }
        true
    }
}

/// Integer sums of the values in `held`, but for those that are not finite.
pub(crate) struct Walking {
    sums: EitherSums,
    held: Range<usize>,
    missing: usize,
    infinite: usize,
}

enum EitherSums {
    Narrow(Box<NarrowSums>),
    Wide(Box<WideSums>),
}

impl Walking {
    /// The one that there is, unless what it holds is so far before `index` that sums from there cost less, or its sums are too narrow
    /// for a window that has grown.
    pub(crate) fn near(walking: &mut Option<Self>, span: Span, index: usize, window: usize) -> &mut Self {
        walking.take_if(|walking| {
            let too_narrow = matches!(walking.sums, EitherSums::Narrow(_)) && !span.is_narrow(window);
            too_narrow || index - walking.held.start > window / 4
        });
        walking.get_or_insert_with(|| Self::new(span, index, window))
    }

    /// Holding nothing yet, from `index` on.
    fn new(span: Span, index: usize, window: usize) -> Self {
        let sums = if span.is_narrow(window) {
            EitherSums::Narrow(Box::new(NarrowSums::new(span.lowest())))
        } else {
            EitherSums::Wide(Box::new(WideSums::new(span.lowest())))
        };
        Self { sums, held: index..index, missing: 0, infinite: 0 }
    }

    /// Of the window of the tile that begins at `index`, which is no earlier than the one before.
    pub(crate) fn standard_deviation(&mut self, tile: &Tile<'_>, index: usize) -> f64 {
        let Tile { values, window, ddof, rounded, .. } = *tile;
        let entering = &values[self.held.end..index + window];
        let leaving = &values[self.held.start..index];
        let count = |which: fn(f64) -> bool| {
            let of = |values: &[f64]| values.iter().filter(|value| which(**value)).count();
            (of(entering), of(leaving))
        };
        let ((entered, left), (entered_infinite, left_infinite)) =
            (count(f64::is_nan), count(f64::is_infinite));
        self.missing = self.missing + entered - left;
        self.infinite = self.infinite + entered_infinite - left_infinite;
        self.held = index..index + window;
        match &mut self.sums {
            EitherSums::Narrow(sums) => exchange(sums, entering, leaving),
            EitherSums::Wide(sums) => exchange(sums, entering, leaving),
        }
        let size = window - self.missing;
        if self.infinite > 0 || size < tile.fewest() {
            return f64::NAN;
        }
        match &self.sums {
            EitherSums::Narrow(sums) => sums.standard_deviation(size, ddof, rounded),
            EitherSums::Wide(sums) => sums.standard_deviation(size, ddof, rounded),
        }
    }
}

/// Takes the finite values in before it takes those out that leave.
fn exchange<const S: usize, const Q: usize>(sums: &mut IntegerSums<S, Q>, entering: &[f64], leaving: &[f64]) {
    entering.iter().filter(|value| value.is_finite()).for_each(|value| sums.enter(*value));
    leaving.iter().filter(|value| value.is_finite()).for_each(|value| sums.leave(*value));
}
