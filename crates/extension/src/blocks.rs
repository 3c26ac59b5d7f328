//! How are the numbers of an array read that is done as a whole, whatever its size: block by block, with a look at Ctrl-C.

use std::ops::Range;

use breakeven_simd::integer_windows::IntegerWindow;
use breakeven_simd::reader::Reader;

use crate::detached::Watch;
use crate::source::{Common, Ends, Room, Source, Unreadable, are_near};

/// Numbers that are read before the next look.
const BLOCK: usize = 1 << 13;

/// The numbers of some series, one series after the other, as doubles.
pub(crate) struct Blocks<'a> {
    source: &'a Source,
    /// All of them, where they lie so.
    slice: Option<&'a [f64]>,
    /// Which of the numbers of the source they are.
    range: Range<usize>,
    /// What is subtracted from integers.
    common: Option<Common>,
    room: &'a mut Room,
    watch: &'a Watch<'a>,
}

impl<'a> Blocks<'a> {
    pub(crate) fn new(
        source: &'a Source,
        series: Range<usize>,
        room: &'a mut Room,
        watch: &'a Watch<'a>,
    ) -> Self {
        let length = source.layout.grid().length();
        let range = series.start * length..series.end * length;
        let slice = source.is_direct().then(|| source.layout.as_slice(series, 0..length)).flatten();
        Self { source, slice, range, common: None, room, watch }
    }

    /// Those of a slice.
    pub(crate) fn of_slice(
        source: &'a Source,
        slice: &'a [f64],
        room: &'a mut Room,
        watch: &'a Watch<'a>,
    ) -> Self {
        Self { source, slice: Some(slice), range: 0..slice.len(), common: None, room, watch }
    }

    /// Looks for what all integers have in common; whether there is such a number, so that they can be read as doubles.
    ///
    /// # Errors
    /// No memory, or the computation is to end; the same of all that follow.
    pub(crate) fn find_common(&mut self) -> Result<bool, Unreadable> {
        let base = self.source.base();
        let (mut are_narrow, mut all) = (true, Ends::NONE);
        self.pass(|room| {
            are_narrow = are_narrow && are_near(&room.integers, &room.missing, -base as i64);
        })?;
        if !are_narrow {
            self.pass(|room| all = all.with(&room.integers, &room.missing))?;
        }
        self.common = Common::between(all, base).ok();
        Ok(self.common.is_some())
    }

    /// The sums of all integers.
    pub(crate) fn integers(&mut self) -> Result<IntegerWindow, Unreadable> {
        let mut window = IntegerWindow::default();
        self.pass(|room| window.extend(&room.integers, &room.missing))?;
        Ok(window)
    }

    /// The numbers that are not missing.
    pub(crate) fn present(&mut self) -> Result<Vec<f64>, Unreadable> {
        let mut present = Vec::new();
        present.try_reserve_exact(self.range.len()).map_err(|_| Unreadable::NoMemory)?;
        self.pass(|room| {
            if room.missing.is_empty() {
                present.extend_from_slice(&room.numbers);
            } else {
                let numbers = room.numbers.iter().zip(&room.missing);
                present.extend(numbers.filter(|(_, missing)| !**missing).map(|(number, _)| number));
            }
        })?;
        Ok(present)
    }

    fn pass(&mut self, mut take: impl FnMut(&Room)) -> Result<(), Unreadable> {
        for start in self.range.clone().step_by(BLOCK) {
            self.fill(start..self.range.end.min(start + BLOCK))?;
            take(self.room);
        }
        Ok(())
    }

    /// Reads a range of the source's numbers into the room.
    fn fill(&mut self, range: Range<usize>) -> Result<(), Unreadable> {
        let Self { source, room, .. } = self;
        room.clear(range.len(), source)?;
        for start in range.clone().step_by(BLOCK) {
            self.watch.go_on()?;
            for (series, positions) in source.pieces(start..range.end.min(start + BLOCK)) {
                if source.has_wide_type() {
                    source.collect_integers(series, positions, room);
                } else {
                    source.collect_doubles(series, positions, room);
                }
            }
        }
        if source.has_wide_type() {
            source.note_missing(room);
        }
        if let Some(common) = self.common {
            common.collect(&room.integers, &mut room.numbers);
        }
        Ok(())
    }
}

impl Reader for Blocks<'_> {
    type Stop = Unreadable;

    fn count(&self) -> usize {
        self.range.len()
    }

    fn read(&mut self, range: Range<usize>) -> Result<&[f64], Unreadable> {
        if let Some(slice) = self.slice {
            self.watch.go_on()?;
            return Ok(&slice[range]);
        }
        self.fill(self.range.start + range.start..self.range.start + range.end)?;
        Ok(&self.room.numbers)
    }
}
