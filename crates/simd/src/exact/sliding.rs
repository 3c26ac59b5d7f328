//! How is a whole series cut into tiles, and what becomes of windows that these leave undecided?

use std::ops::Range;

use super::ExactKernel;
use super::integer_sums::{IntegerSums, NarrowSums, Span, WideSums};
use super::pairs::LONGEST;
use super::tiles::{Tile, UNDECIDED};
use crate::exponents::power_of_two;

/// Results of a tile are a multiple of this: four lanes, four time steps.
const GRAIN: usize = 16;

/// Results of a lane: a tile costs `window` steps without a result, each a third of one with.
fn lane_outputs(window: usize) -> usize {
    (4 * window).clamp(64, LONGEST / 2)
}

/// Windows above this are done in integers alone: the pairs' bound is made for fewer values.
const LONGEST_WINDOW: usize = LONGEST / 2;

/// Results that are worth a tile of their own.
const SHORTEST_TILE: usize = 64;

/// Windows up to which a step of integer sums takes longer than one pass of pairs over all values.
const SHORT: usize = 256;
const SHORT_IF_WIDE: usize = 1024;

/// Whether a pass of pairs over a window takes less than a step of integer sums of values that span so many exponents.
pub(super) fn is_short(window: usize, span: Span) -> bool {
    window <= if span.is_narrow(window) { SHORT } else { SHORT_IF_WIDE }
}

/// Where pairs fail on one of many undecided windows (ties, mostly), they will on so many of its neighbours.
const AFTER_A_FAILURE: usize = 16;

/// The windows of a series, whose lengths are checked: `out` is not empty, `window` more than `ddof`.
pub(super) fn sliding(kernel: ExactKernel, series: &Tile<'_>, out: &mut [f64]) {
    let Tile { values, window, ddof, rounded } = *series;
    if window == 2 && ddof == 0 {
        for (result, pair) in out.iter_mut().zip(values.windows(2)) {
            *result = half_distance(pair[0], pair[1]);
        }
        return;
    }
    let outputs = out.len();
    let whole_grains = outputs / GRAIN * GRAIN;
    if whole_grains == 0 || window > LONGEST_WINDOW {
        out.fill(UNDECIDED);
        settle_equal_values(series, out);
        redo(kernel, series, out);
        return;
    }
    let tiles = outputs.div_ceil(4 * lane_outputs(window));
    let mut length = outputs.div_ceil(tiles * GRAIN) * GRAIN;
    if length / 4 % 512 < 8 && tiles > 1 {
        length += 2 * GRAIN; // lanes a multiple of 4096 bytes apart would share few sets of the cache
    }
    let length = length.min(whole_grains);
    let mut start = 0;
    while start < outputs {
        if outputs - start < GRAIN {
            // not worth a tile once more
            for (window, result) in values[start..].windows(window).zip(&mut out[start..]) {
                *result = kernel.rounded(window, ddof, rounded);
            }
            return;
        }
        // The last tile repeats a few results of the one before: to the same bits, as they are correctly rounded.
        let begin = start.min(outputs - length);
        let end = begin + length;
        let tile = Tile { values: &values[begin..end + window - 1], ..*series };
        done(kernel, &tile, &mut out[begin..end]);
        start = end;
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

fn done(kernel: ExactKernel, tile: &Tile<'_>, out: &mut [f64]) {
    if !kernel.tile(tile, out) {
        clean(kernel, tile, out);
    }
    if out.iter().any(is_undecided) {
        settle_equal_values(tile, out);
        divide(kernel, tile, out);
        redo(kernel, tile, out);
    }
}

fn is_undecided(result: &f64) -> bool {
    result.to_bits() == UNDECIDED.to_bits()
}

/// A tile whose values are not all finite, or too large or too small to be squared: done on a copy, scaled by a power of two
/// and with the last finite value in place of those that are not.
#[cold]
fn clean(kernel: ExactKernel, tile: &Tile<'_>, out: &mut [f64]) {
    let finite = |value: &&f64| value.is_finite();
    let largest = tile.values.iter().filter(finite).fold(0.0, |largest: f64, value| largest.max(value.abs()));
    // -1074 ..= 1023, and 2^exponent scaled to at most 2^23 and at least 2^-74
    let exponent = (largest.to_bits() >> 52) as i64 - 1023;
    let exponent = exponent.clamp(-1000, 1000);
    let mut last = tile.values.iter().find(finite).copied().unwrap_or(0.0);
    let scaled: Vec<f64> = tile
        .values
        .iter()
        .map(|value| {
            if value.is_finite() {
                last = *value;
            }
            last * power_of_two(-exponent)
        })
        .collect();
    if !kernel.tile(&Tile { values: &scaled, ..*tile }, out) {
        out.fill(UNDECIDED);
    }
    for result in out.iter_mut() {
        let unscaled = *result * power_of_two(exponent);
        // What is not normal here, or only became so by being rounded up, was rounded twice.
        *result = if unscaled.is_normal() && unscaled > f64::MIN_POSITIVE { unscaled } else { UNDECIDED };
    }
    // The windows that hold a value that is not finite.
    let mut until = 0;
    for (index, value) in tile.values.iter().enumerate() {
        if !value.is_finite() {
            let windows = (index + 1).saturating_sub(tile.window).max(until)..(index + 1).min(out.len());
            until = windows.end.max(until);
            if !windows.is_empty() {
                out[windows].fill(f64::NAN);
            }
        }
    }
}

/// The undecided windows of equal values, by following their runs.
#[cold]
fn settle_equal_values(tile: &Tile<'_>, out: &mut [f64]) {
    let mut runs = Runs::new(tile.values);
    for (index, result) in out.iter_mut().enumerate().filter(|(_, result)| is_undecided(result)) {
        if runs.are_equal(index, tile.window) && tile.values[index].is_finite() {
            *result = 0.0;
        }
    }
}

/// Tries stretches of undecided windows again, in tiles of a quarter of the length: one large value among a lane's
/// leaves all its windows undecided that are small against it, and in shorter lanes it is among fewer.
#[cold]
fn divide(kernel: ExactKernel, tile: &Tile<'_>, out: &mut [f64]) {
    let longest = (out.len() / 4 / GRAIN * GRAIN).max(SHORTEST_TILE);
    let mut start = 0;
    while let Some(offset) = out[start..].iter().position(is_undecided) {
        start += offset;
        let stretch = out[start..].iter().take(longest).take_while(|result| is_undecided(result)).count();
        let length = stretch / GRAIN * GRAIN;
        if length >= SHORTEST_TILE && length < out.len() && length >= tile.window / 4 {
            let part = Tile { values: &tile.values[start..start + length + tile.window - 1], ..*tile };
            if kernel.tile(&part, &mut out[start..start + length]) {
                divide(kernel, &part, &mut out[start..start + length]);
            }
        }
        start += stretch;
    }
}

/// Decides every window that is not yet: one that stands alone, or is short, by itself, and many close
/// together by integer sums that go from one to the next. So the cost per window does not grow with its length.
#[cold]
fn redo(kernel: ExactKernel, tile: &Tile<'_>, out: &mut [f64]) {
    let Tile { values, window, ddof, rounded } = *tile;
    let mut span = None;
    let mut walking: Option<Walking> = None;
    let mut last = None;
    // How many windows are not tried with pairs.
    let mut passed_over = 0_usize;
    for (index, result) in out.iter_mut().enumerate().filter(|(_, result)| is_undecided(result)) {
        let near = last.is_some_and(|last| index - last <= window / 4);
        last = Some(index);
        let only = &values[index..index + window];
        if !near {
            walking = None;
            *result = kernel.rounded(only, ddof, rounded);
            continue;
        }
        let span = *span.get_or_insert_with(|| Span::of(values));
        let short = is_short(window, span);
        passed_over = if short { passed_over.saturating_sub(1) } else { 1 };
        if passed_over == 0 {
            if let Some(decided) = kernel.decide(only, ddof, rounded) {
                *result = decided;
                continue;
            }
            passed_over = AFTER_A_FAILURE;
        }
        let walking = Walking::near(&mut walking, span, index, window);
        *result = walking.standard_deviation(tile, index);
    }
}

/// How far the equal values reach that were last looked at.
pub(crate) struct Runs<'a> {
    values: &'a [f64],
    end: usize,
}

impl<'a> Runs<'a> {
    pub(crate) fn new(values: &'a [f64]) -> Self {
        Self { values, end: 0 }
    }

    /// Whether the window that starts at `index` holds equal values only; the indices must not go down.
    pub(crate) fn are_equal(&mut self, index: usize, window: usize) -> bool {
        // What lies between an earlier index and the end is equal.
        self.end = self.end.max(index + 1);
        while self.end < index + window && self.values[self.end] == self.values[index] {
            self.end += 1;
        }
        self.end >= index + window
    }
}

/// Integer sums of the values in `held`, but for those that are not finite.
pub(crate) struct Walking {
    sums: EitherSums,
    held: Range<usize>,
    not_finite: usize,
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
        Self { sums, held: index..index, not_finite: 0 }
    }

    /// Of the window of the tile that begins at `index`, which is no earlier than the one before.
    pub(crate) fn standard_deviation(&mut self, tile: &Tile<'_>, index: usize) -> f64 {
        let Tile { values, window, ddof, rounded } = *tile;
        let entering = &values[self.held.end..index + window];
        let leaving = &values[self.held.start..index];
        let not_finite = |values: &[f64]| values.iter().filter(|value| !value.is_finite()).count();
        self.not_finite = self.not_finite + not_finite(entering) - not_finite(leaving);
        self.held = index..index + window;
        let deviation = match &mut self.sums {
            EitherSums::Narrow(sums) => {
                exchange(sums, entering, leaving);
                sums.standard_deviation(window, ddof, rounded)
            }
            EitherSums::Wide(sums) => {
                exchange(sums, entering, leaving);
                sums.standard_deviation(window, ddof, rounded)
            }
        };
        if self.not_finite > 0 { f64::NAN } else { deviation }
    }
}

/// Takes the finite values in before it takes those out that leave.
fn exchange<const S: usize, const Q: usize>(sums: &mut IntegerSums<S, Q>, entering: &[f64], leaving: &[f64]) {
    entering.iter().filter(|value| value.is_finite()).for_each(|value| sums.enter(*value));
    leaving.iter().filter(|value| value.is_finite()).for_each(|value| sums.leave(*value));
}
