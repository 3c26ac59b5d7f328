//! How do the windows of some series become results, whatever is in them and wherever they lie?
//!
//! The work is cut into units: some series that lie side by side, and a range of their results. A unit is read into contiguous
//! doubles, unless it lies so, computed by one kernel, and written to its places. Short series that follow each other in memory
//! are computed as one long one: the windows across their borders are computed too, and overwritten.

#![expect(unsafe_code, reason = "units write to different places of one array")]

use std::cell::Cell;
use std::ops::Range;

use breakeven_simd::integer_windows::{self, IntegerWindow};
use breakeven_simd::spans::{self, Missing};
use breakeven_simd::{exact, skipping, sliding, standard_deviation};

use crate::bounds::{Bounds, Ends, Fixed};
use crate::detached::Watch;
use crate::output::Places;
use crate::source::{Numbers, Room, Snapshot, Source, Unreadable};

/// Windows that are computed at once, unless eight windows are longer: the extra cost of a block is its first window.
const BLOCK: usize = 1 << 16;

/// The same where values are converted or copied first: few enough to stay in the second cache.
const CONVERTED: usize = 1 << 15;

/// A block has no more windows than this, or than a quarter of a window has values: Ctrl-C is looked for between blocks.
const LONGEST: usize = 1 << 20;

/// The same where results are exact, and take longer.
const LONGEST_EXACT: usize = 1 << 19;

/// Exact results of wider windows are decided by integers alone: one after the other, with looks at Ctrl-C between them.
const WIDE: usize = 1 << 23;

/// Series of no more values are computed as one, some at a time.
const SHORT: usize = 2048;

/// Longer series that lie side by side, such as the columns of a table, are read so many at a time: eight cache lines of each row.
const ABREAST: usize = 64;

/// What is computed of each window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statistic {
    Deviation,
    Variance,
    Mean,
}

/// Which guarantee the result carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Within 1e-14 relative of the exact value.
    Fast,
    /// Correctly rounded.
    Exact,
}

impl Method {
    pub(crate) const WORDS: [(&'static str, Self); 2] = [("fast", Self::Fast), ("exact", Self::Exact)];

    /// The standard deviation of a window of integers.
    #[inline(always)]
    pub(crate) fn of_integers(self, window: &IntegerWindow, ddof: usize) -> f64 {
        match self {
            Self::Fast => window.standard_deviation(ddof),
            Self::Exact => window.nearest_standard_deviation(ddof),
        }
    }
}

/// What is computed, and of which windows.
#[derive(Debug, Clone)]
pub(crate) struct Windows {
    pub(crate) statistic: Statistic,
    pub(crate) method: Method,
    pub(crate) ddof: usize,
    pub(crate) missing: Missing,
    /// How many values a window must have that are not missing: at least 1.
    pub(crate) least: usize,
    pub(crate) bounds: Bounds,
    /// How many results there are.
    pub(crate) count: usize,
}

/// All of the work: results for every series of `source`.
pub(crate) struct Work<'a> {
    source: &'a Source,
    places: Places<f64>,
    windows: Windows,
    /// How many series are in one unit.
    abreast: usize,
    /// Ranges of the results of a series; a unit has one of them, or all where series are joined.
    parts: Vec<Range<usize>>,
    is_joined: bool,
    snapshot: Snapshot,
}

impl<'a> Work<'a> {
    pub(crate) fn new(source: &'a Source, places: Places<f64>, windows: Windows) -> Self {
        let length = source.layout.grid().length();
        let is_fast = windows.method == Method::Fast
            && windows.missing == Missing::Propagate
            && windows.statistic != Statistic::Mean;
        let mut work = Self {
            source,
            places,
            abreast: 1,
            parts: Vec::new(),
            is_joined: false,
            snapshot: if is_fast { Snapshot::NotNeeded } else { Snapshot::Taken },
            windows,
        };
        let series = source.layout.grid().series();
        if length <= SHORT && series > 1 {
            work.abreast = (BLOCK / length.max(1)).clamp(1, series);
            work.is_joined = true;
        } else if source.layout.is_across() {
            let width = if let Bounds::Fixed(fixed) = &work.windows.bounds { fixed.width } else { 0 };
            // a unit reads at least a window of each
            work.abreast = ABREAST.min(LONGEST / width.max(1)).clamp(1, series.max(1));
        }
        work.parts = work.cut(length);
        work
    }

    /// Ranges of the results of a series: windows that reach beyond its ends, and blocks of those that do not.
    fn cut(&self, length: usize) -> Vec<Range<usize>> {
        let count = self.windows.count;
        let blocks = |range: Range<usize>, block: usize| {
            range.clone().step_by(block).map(move |start| start..range.end.min(start + block))
        };
        match &self.windows.bounds {
            Bounds::Given(spans) => {
                // a block reads a window before its own values, so wide ones have long blocks
                let longest = spans.iter().map(Range::len).max().unwrap_or(0) / 4;
                blocks(0..count, longest.max(BLOCK / self.abreast)).collect()
            }
            Bounds::Fixed(fixed) => {
                let whole = fixed.whole(length, count);
                let longest = if self.windows.method == Method::Exact { LONGEST_EXACT } else { LONGEST };
                // a block reads a window before its own values, so wide ones have long blocks
                let longest = (longest / self.abreast).max(fixed.width.min(length) / 4).max(1);
                let is_direct = self.snapshot == Snapshot::NotNeeded && self.source.is_direct();
                let least = if is_direct || self.abreast > 1 { BLOCK } else { CONVERTED };
                let values = fixed.width.saturating_mul(8).clamp(least / self.abreast, longest);
                let block = (values.min(length.max(1)) / fixed.step).max(1);
                // blocks of whole tiles, but for the last, give the bits of one block
                let border = sliding::border(fixed.width);
                let tiles = (block / border).max(1) * border;
                let is_cut = self.windows.method == Method::Fast && fixed.step == 1 && block < whole.len();
                let block = if is_cut && tiles <= 2 * block { tiles } else { block };
                let ends = if fixed.ends == Ends::Computed { longest } else { count.max(1) };
                let (head, tail) = (blocks(0..whole.start, ends), blocks(whole.end..count, ends));
                // blocks of whole windows first: where series are joined they overwrite what lies beside them
                let parts = blocks(whole, block).chain(head).chain(tail);
                parts.filter(|part| !part.is_empty()).collect()
            }
        }
    }

    fn groups(&self) -> usize {
        self.source.layout.grid().series().div_ceil(self.abreast)
    }

    /// How many units there are.
    pub(crate) fn units(&self) -> usize {
        if self.windows.count == 0 {
            0
        } else if self.is_joined {
            self.groups()
        } else {
            self.groups() * self.parts.len()
        }
    }

    /// Does a unit. No two of them write to the same place.
    ///
    /// # Errors
    /// No memory.
    pub(crate) fn unit(&self, number: usize, room: &mut Spaces, watch: &Watch<'_>) -> Result<(), Unreadable> {
        let (group, parts) = if self.is_joined {
            (number, &self.parts[..])
        } else {
            let part = number % self.parts.len();
            (number / self.parts.len(), &self.parts[part..=part])
        };
        let start = group * self.abreast;
        let series = start..self.source.layout.grid().series().min(start + self.abreast);
        for part in parts {
            let (series, part) = (series.clone(), part.clone());
            if self.is_whole(&part) {
                self.whole(series, part, room, watch)?;
            } else {
                self.ends(series, part, room, watch)?;
            }
        }
        Ok(())
    }

    fn is_whole(&self, part: &Range<usize>) -> bool {
        match &self.windows.bounds {
            Bounds::Fixed(fixed) => {
                fixed.whole(self.source.layout.grid().length(), self.windows.count).contains(&part.start)
            }
            Bounds::Given(_) => false,
        }
    }

    fn nothing(&self, series: Range<usize>, part: Range<usize>) {
        let row = vec![f64::NAN; part.len()];
        for number in series {
            // SAFETY: places of this unit.
            unsafe { self.places.scatter(number..number + 1, part.clone(), &row, row.len(), 1) };
        }
    }

    /// Windows of one width, all of which lie within their series.
    fn whole(
        &self,
        series: Range<usize>,
        part: Range<usize>,
        room: &mut Spaces,
        watch: &Watch<'_>,
    ) -> Result<(), Unreadable> {
        let Bounds::Fixed(fixed) = self.windows.bounds else { return self.ends(series, part, room, watch) };
        let Fixed { width, step, .. } = fixed;
        let has_none = self.windows.statistic != Statistic::Mean && width <= self.windows.ddof;
        if width < self.windows.least || has_none {
            self.nothing(series, part);
            return Ok(());
        }
        let first = fixed.span(part.start, usize::MAX >> 1).start;
        let last = fixed.span(part.end - 1, usize::MAX >> 1).end;
        let Spaces { room, results } = room;
        let numbers = match self.source.numbers(series.clone(), first..last, self.snapshot, room) {
            Err(Unreadable::Wide) => {
                self.wide(series, part, first..last, room, results, watch);
                return Ok(());
            }
            numbers => numbers?,
        };
        let length = last - first;
        let windows = length + 1 - width;
        let is_joined = self.is_joined && series.len() > 1;
        let all = if is_joined { series.len() * length + 1 - width } else { windows };
        if step == 1
            && (series.len() == 1 || is_joined && self.places.length() == length)
            // SAFETY: places of this unit; those between its series' windows are written by its other parts, later.
            && let Some(out) = unsafe { self.places.slice(series.start, part.start, all) }
        {
            self.windows.slide(numbers, width, out, watch);
            return Ok(());
        }
        // how far apart the results of two series, and of two windows, are among those that are computed
        let (distance, step) = if step >= 2 && width < SPARSE * step {
            let results = at_least(results, series.len() * part.len());
            for (number, out) in results.chunks_exact_mut(part.len()).enumerate() {
                for (window, result) in out.iter_mut().enumerate() {
                    let values = &numbers.values[number * length + window * step..][..width];
                    self.windows.alone(Numbers { values, ..numbers }, result, watch);
                }
            }
            (part.len(), 1)
        } else if is_joined {
            self.windows.slide(numbers, width, at_least(results, all), watch);
            (length, step)
        } else {
            let results = at_least(results, series.len() * windows);
            for (number, out) in results.chunks_exact_mut(windows).enumerate() {
                let values = &numbers.values[number * length..][..length];
                self.windows.slide(Numbers { values, ..numbers }, width, out, watch);
            }
            (windows, step)
        };
        // SAFETY: places of this unit.
        unsafe { self.places.scatter(series, part, results, distance, step) };
        Ok(())
    }

    /// Windows of integers that differ by more than 2^53: those of `positions`, which `room` holds.
    fn wide(
        &self,
        series: Range<usize>,
        part: Range<usize>,
        positions: Range<usize>,
        room: &Room,
        results: &mut Vec<f64>,
        watch: &Watch<'_>,
    ) {
        let results = at_least(results, part.len());
        for (place, number) in series.enumerate() {
            let (integers, missing) = room.integers(place, positions.len());
            let spans = self.spans(&part, positions.start, watch);
            self.windows.of_integers(integers, missing, self.source.base(), spans, results);
            // SAFETY: places of this unit.
            unsafe { self.places.scatter(number..number + 1, part.clone(), results, part.len(), 1) };
        }
    }

    /// The values of each window of a part, counted from `start`. They end where the computation is to end.
    fn spans(
        &self,
        part: &Range<usize>,
        start: usize,
        watch: &Watch<'_>,
    ) -> impl Iterator<Item = Range<usize>> {
        watch.during(part.clone().map(move |window| {
            let span = self.span(window);
            span.start - start..span.end - start
        }))
    }

    fn span(&self, number: usize) -> Range<usize> {
        match &self.windows.bounds {
            Bounds::Fixed(fixed) => fixed.span(number, self.source.layout.grid().length()),
            Bounds::Given(spans) => spans[number].clone(),
        }
    }

    /// Windows of different widths.
    fn ends(
        &self,
        series: Range<usize>,
        part: Range<usize>,
        room: &mut Spaces,
        watch: &Watch<'_>,
    ) -> Result<(), Unreadable> {
        if let Bounds::Fixed(Fixed { ends: Ends::Nan, .. }) = self.windows.bounds {
            self.nothing(series, part);
            return Ok(());
        }
        let range = self.span(part.start).start..self.span(part.end - 1).end;
        for number in series {
            let one = number..number + 1;
            let Spaces { room, results } = &mut *room;
            match self.source.numbers(one.clone(), range.clone(), Snapshot::Taken, room) {
                Err(Unreadable::Wide) => {
                    self.wide(one, part.clone(), range.clone(), room, results, watch);
                }
                numbers => {
                    let spans = self.spans(&part, range.start, watch);
                    let results = at_least(results, part.len());
                    self.windows.of_spans(numbers?, spans, results);
                    // SAFETY: places of this unit.
                    unsafe { self.places.scatter(one, part.clone(), results, part.len(), 1) };
                }
            }
        }
        Ok(())
    }
}

/// Where steps are so far apart that windows of less than this many steps are computed one by one.
const SPARSE: usize = 8;

/// Room that is used again from unit to unit, and by the next call in this thread: memory that is new to a process costs as much as
/// windows do.
pub(crate) struct Spaces {
    room: Room,
    results: Vec<f64>,
}

thread_local! {
    static KEPT: Cell<Room> = Cell::default();
}

impl Default for Spaces {
    fn default() -> Self {
        // a thread that ends has none
        Self { room: KEPT.try_with(Cell::take).unwrap_or_default(), results: Vec::new() }
    }
}

impl Drop for Spaces {
    fn drop(&mut self) {
        let Room { numbers, integers, .. } = &self.room;
        if numbers.capacity().max(integers.capacity()) <= 2 * CONVERTED {
            _ = KEPT.try_with(|kept| kept.set(std::mem::take(&mut self.room)));
        }
    }
}

/// The first so many places, whatever is in them.
fn at_least(room: &mut Vec<f64>, length: usize) -> &mut [f64] {
    if room.len() < length {
        room.resize(length, 0.0);
    }
    &mut room[..length]
}

impl Windows {
    /// Every window of `width` values, from the first to the last value.
    fn slide(&self, numbers: Numbers<'_>, width: usize, out: &mut [f64], watch: &Watch<'_>) {
        let Self { ddof, least, .. } = *self;
        let values = numbers.values;
        let by_spans = |out: &mut [f64]| {
            let spans = (0..out.len()).map(|start| start..start + width);
            self.of_spans(numbers, watch.during(spans), out);
        };
        match (self.statistic, self.missing, self.method) {
            (Statistic::Mean, ..) => return by_spans(out),
            (_, _, Method::Exact) if width > WIDE => return by_spans(out),
            (_, Missing::Propagate, Method::Fast) => sliding(values, width, ddof, out),
            (_, Missing::Propagate, Method::Exact) => exact::sliding(values, width, ddof, out),
            (_, Missing::Skip, Method::Fast) => skipping::sliding(values, width, ddof, least, out),
            (_, Missing::Skip, Method::Exact) => skipping::sliding_exact(values, width, ddof, least, out),
        }
        self.finish(out);
    }

    /// One window, all of `numbers`. It may have other last digits than the same window of a series.
    fn alone(&self, numbers: Numbers<'_>, result: &mut f64, watch: &Watch<'_>) {
        let out = std::slice::from_mut(result);
        if (self.missing, self.method) != (Missing::Propagate, Method::Fast)
            || self.statistic == Statistic::Mean
        {
            return self.slide(numbers, numbers.values.len(), out, watch);
        }
        out[0] = standard_deviation(numbers.values, self.ddof);
        self.finish(out);
    }

    fn of_spans(&self, numbers: Numbers<'_>, spans: impl Iterator<Item = Range<usize>>, out: &mut [f64]) {
        let Self { ddof, least, missing, .. } = *self;
        let values = numbers.values;
        match (self.statistic, self.method) {
            (Statistic::Mean, _) => {
                spans::means(values, spans, missing, least, out);
                out.iter_mut().for_each(|mean| *mean += numbers.offset);
            }
            (_, Method::Fast) => spans::standard_deviations(values, spans, missing, ddof, least, out),
            (_, Method::Exact) => exact::spans(values, spans, missing, ddof, least, out),
        }
        self.finish(out);
    }

    /// Of integers, each of which stands for the number that is `base` more.
    fn of_integers(
        &self,
        integers: &[i64],
        missing: &[bool],
        base: i128,
        spans: impl Iterator<Item = Range<usize>>,
        out: &mut [f64],
    ) {
        let Self { ddof, least, missing: rule, .. } = *self;
        let result = |window: &IntegerWindow| match self.statistic {
            Statistic::Mean => window.mean(base),
            _ => self.method.of_integers(window, ddof),
        };
        integer_windows::fill(integers, missing, spans, rule, least, result, out);
        self.finish(out);
    }

    fn finish(&self, out: &mut [f64]) {
        if self.statistic == Statistic::Variance {
            out.iter_mut().for_each(|deviation| *deviation *= *deviation);
        }
    }
}
