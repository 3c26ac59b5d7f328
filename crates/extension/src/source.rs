//! How do numbers, wherever they lie, become doubles?
//!
//! Contiguous doubles are used where they lie; everything else is converted block by block into room of our own.
//!
//! Integers are exact. A double holds 53 bits, so a block of wider ones is taken from its smallest: a
//! standard deviation does not see what all values have in common. Where even the differences need more
//! than 53 bits, the block says so, and the caller takes the integers.
//!
//! What a library calls null, masked, NA or NaT is missing. It is NaN among the doubles, and where there can be such a thing,
//! a NaN is infinite there: kernels leave out the first and not the second.

use std::ops::Range;

use breakeven_simd::widened;

use crate::element::{Element, NARROW, narrow};
use crate::layout::Layout;

/// An integer up to this magnitude is a double.
const LARGEST_EXACT: i128 = 1 << 53;

/// What stands for a time difference that is missing: NaT.
pub(crate) const NOT_A_TIME: i64 = i64::MIN;

/// Where the numbers lie: series along the last axis, one after the other.
pub(crate) struct Source {
    pub(crate) layout: Layout,
    /// Which numbers are missing: bools.
    pub(crate) mask: Option<Layout>,
    /// Whether these are time differences, in the unit of their type. The smallest integer is none then: [`NOT_A_TIME`].
    pub(crate) is_time: bool,
    /// What has been subtracted from all numbers.
    pub(crate) offset: f64,
    /// Whether integers of more than 64 bits have been rounded to doubles.
    pub(crate) is_rounded: bool,
}

/// Why a range of numbers is not to be had as doubles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// Integers in it differ by more than 2^53.
    Wide,
    /// No memory.
    NoMemory,
    /// The computation is to end before its result.
    Stopped,
}

/// Places that are used again from block to block.
#[derive(Default)]
pub(crate) struct Room {
    pub(crate) numbers: Vec<f64>,
    pub(crate) integers: Vec<i64>,
    /// Empty where none is missing.
    pub(crate) missing: Vec<bool>,
}

impl Room {
    /// Makes place for so many numbers of a source.
    ///
    /// # Errors
    /// No memory.
    pub(crate) fn clear(&mut self, count: usize, source: &Source) -> Result<(), Unreadable> {
        self.numbers.clear();
        self.integers.clear();
        self.missing.clear();
        let of_integers = if source.has_wide_type() { count } else { 0 };
        let of_missing = if source.may_miss() { count } else { 0 };
        let reserved = self.numbers.try_reserve_exact(count);
        let reserved = reserved.and_then(|()| self.integers.try_reserve_exact(of_integers));
        reserved.and_then(|()| self.missing.try_reserve_exact(of_missing)).map_err(|_| Unreadable::NoMemory)
    }

    /// The integers of a series that has been read, so many of each, and which of them are missing, unless none can be.
    pub(crate) fn integers(&self, series: usize, length: usize) -> (&[i64], &[bool]) {
        let range = series * length..(series + 1) * length;
        (&self.integers[range.clone()], self.missing.get(range).unwrap_or_default())
    }
}

/// Numbers as doubles, but for a constant that all have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers<'a> {
    pub(crate) values: &'a [f64],
    /// What has to be added to each.
    pub(crate) offset: f64,
}

impl Source {
    /// The length of each axis: at least one.
    pub(crate) fn shape(&self) -> &[usize] {
        self.layout.grid().shape()
    }

    /// Whether some of the numbers may be missing.
    pub(crate) fn may_miss(&self) -> bool {
        self.mask.is_some() || self.is_time
    }

    /// Whether the numbers of a series can be used where they lie.
    pub(crate) fn is_direct(&self) -> bool {
        let is_plain = self.layout.element() == Element::F64 && self.mask.is_none();
        is_plain
            && self
                .layout
                .as_slice::<f64>(0..self.layout.grid().series().min(1), 0..self.layout.grid().length())
                .is_some()
    }

    /// Makes `axis` the last one.
    pub(crate) fn move_to_end(&mut self, axis: usize) {
        self.layout.move_to_end(axis);
        if let Some(mask) = &mut self.mask {
            mask.move_to_end(axis);
        }
    }

    /// Makes all axes one, where the numbers lie so that they can be, and otherwise the last axis the one along which they lie closest.
    pub(crate) fn flatten(&mut self) {
        let axes = self.layout.axes_in_memory();
        self.layout.reorder(&axes);
        if let Some(mask) = &mut self.mask {
            mask.reorder(&axes);
        }
        let mut layouts = (self.layout.clone(), self.mask.clone());
        if layouts.0.flatten() && layouts.1.as_mut().is_none_or(Layout::flatten) {
            (self.layout, self.mask) = layouts;
        }
    }

    /// The numbers of a range of some series, one series after the other. With [`Snapshot::Taken`] they are a copy.
    ///
    /// # Errors
    /// Integers differ by more than 2^53: [`Room::integers`] has them then; or there is no memory for the range.
    pub(crate) fn numbers<'a>(
        &'a self,
        series: Range<usize>,
        positions: Range<usize>,
        snapshot: Snapshot,
        room: &'a mut Room,
    ) -> Result<Numbers<'a>, Unreadable> {
        if snapshot == Snapshot::NotNeeded
            && self.is_direct()
            && let Some(values) = self.layout.as_slice(series.clone(), positions.clone())
        {
            return Ok(Numbers { values, offset: self.offset });
        }
        let count = series.len() * positions.len();
        room.clear(count, self)?;
        let mut offset = self.offset;
        if self.collect_near(&series, &positions, room) {
            return Ok(Numbers { values: &room.numbers, offset });
        }
        if self.has_wide_type() {
            self.collect_integers(series, positions, room);
            self.note_missing(room);
            let Room { numbers, integers, missing } = room;
            let common = self.common(integers, missing)?;
            offset += common.number as f64;
            common.collect(integers, numbers);
            for (number, _) in numbers.iter_mut().zip(missing).filter(|(_, missing)| **missing) {
                *number = f64::NAN;
            }
        } else {
            self.collect_doubles(series, positions, room);
            patch(&mut room.numbers, &room.missing);
        }
        Ok(Numbers { values: &room.numbers, offset })
    }

    /// A range of all numbers, those of one series after those of the one before: ranges of series, and of positions in each of them.
    pub(crate) fn pieces(
        &self,
        mut range: Range<usize>,
    ) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
        let length = self.layout.grid().length().max(1);
        std::iter::from_fn(move || {
            let (series, from) = (range.start / length, range.start % length);
            let whole = range.len() / length;
            let (series, positions) = match (range.len(), from) {
                (0, _) => return None,
                (_, 0) if whole > 0 => (series..series + whole, 0..length),
                _ => (series..series + 1, from..length.min(from + range.len())),
            };
            range.start += series.len() * positions.len();
            Some((series, positions))
        })
    }

    /// Whether the numbers are integers that a double may not hold.
    pub(crate) fn has_wide_type(&self) -> bool {
        matches!(self.layout.element(), Element::I64 | Element::U64)
    }

    /// Appends the numbers of a range of some series to those of the room, and which of them are masked.
    pub(crate) fn collect_doubles(&self, series: Range<usize>, positions: Range<usize>, room: &mut Room) {
        self.layout.collect_doubles(series.clone(), positions.clone(), &mut room.numbers);
        self.collect_mask(series, positions, &mut room.missing);
    }

    /// The same of integers. Unsigned ones are taken from 2^63.
    pub(crate) fn collect_integers(&self, series: Range<usize>, positions: Range<usize>, room: &mut Room) {
        let (layout, integers) = (&self.layout, &mut room.integers);
        if self.base() == 0 {
            layout.collect(series.clone(), positions.clone(), integers, |integer: i64| integer);
        } else {
            let signed = |integer: u64| (integer ^ 1 << 63) as i64;
            layout.collect(series.clone(), positions.clone(), integers, signed);
        }
        self.collect_mask(series, positions, &mut room.missing);
    }

    /// Appends integers of 64 bits to the doubles of the room, if they lie side by side, none is masked and [`narrow`] converts all.
    fn collect_near(&self, series: &Range<usize>, positions: &Range<usize>, room: &mut Room) -> bool {
        let integers = self.layout.as_slice::<i64>(series.clone(), positions.clone());
        let (true, None, Some(integers)) = (self.has_wide_type(), &self.mask, integers) else { return false };
        // unsigned ones beyond the range of signed ones have the bits of negative ones
        let (base, range) = if self.base() == 0 { (NARROW, 2 * NARROW) } else { (0, NARROW) };
        let convert = move |integer: i64| (narrow(integer), integer.wrapping_add(base) as u64);
        let are_near = widened::extend(&mut room.numbers, integers, convert) < range as u64;
        if !are_near {
            room.numbers.clear();
        }
        are_near
    }

    fn collect_mask(&self, series: Range<usize>, positions: Range<usize>, missing: &mut Vec<bool>) {
        if let Some(mask) = &self.mask {
            mask.collect(series, positions, missing, |byte: u8| byte != 0);
        }
    }

    /// Notes which of the integers of the room are no times; nothing where none is missing.
    pub(crate) fn note_missing(&self, room: &mut Room) {
        let Room { integers, missing, .. } = room;
        if self.is_time && integers.contains(&NOT_A_TIME) {
            missing.resize(integers.len(), false);
            for (missing, &integer) in missing.iter_mut().zip(&*integers) {
                *missing |= integer == NOT_A_TIME;
            }
        } else if !missing.contains(&true) {
            missing.clear();
        }
    }

    /// What may be subtracted from these integers so that doubles hold them.
    ///
    /// # Errors
    /// They differ by more than 2^53.
    pub(crate) fn common(&self, integers: &[i64], missing: &[bool]) -> Result<Common, Unreadable> {
        let base = self.base();
        let are_narrow = are_near(integers, missing, -base as i64);
        Common::between(if are_narrow { Ends::NONE } else { Ends::NONE.with(integers, missing) }, base)
    }

    /// What has been subtracted from the integers of [`Room::integers`].
    pub(crate) fn base(&self) -> i128 {
        if self.layout.element() == Element::U64 { 1 << 63 } else { 0 }
    }

    /// The integers of the one series, where none is missing.
    pub(crate) fn present_integers<'a>(
        &self,
        positions: Range<usize>,
        room: &'a mut Room,
    ) -> Option<&'a [i64]> {
        room.clear(positions.len(), self).ok()?;
        self.collect_integers(0..1, positions, room);
        self.note_missing(room);
        room.missing.is_empty().then_some(&room.integers)
    }
}

/// Whether numbers are copied that need not be converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Snapshot {
    /// The kernel reads them more than once and relies on reading the same: another thread may change the array.
    Taken,
    NotNeeded,
}

/// What is missing becomes NaN, and a NaN infinite, if anything can be missing at all.
fn patch(numbers: &mut [f64], missing: &[bool]) {
    for (number, missing) in numbers.iter_mut().zip(missing) {
        if *missing {
            *number = f64::NAN;
        } else if number.is_nan() {
            *number = f64::INFINITY;
        }
    }
}

/// What integers have in common: less this number, doubles hold them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Common {
    number: i128,
    /// What has been subtracted from the integers before.
    base: i128,
    /// Whether [`narrow`] converts the differences.
    are_narrow: bool,
}

impl Common {
    /// Of integers between these, which are `base` more; of [`Ends::NONE`], of those that are near 0.
    ///
    /// # Errors
    /// They differ by more than 2^53.
    pub(crate) fn between(Ends { least, most }: Ends, base: i128) -> Result<Self, Unreadable> {
        if least > most {
            return Ok(Self { number: 0, base, are_narrow: true });
        }
        let (least, most) = (i128::from(least) + base, i128::from(most) + base);
        let number = if -LARGEST_EXACT <= least && most <= LARGEST_EXACT {
            0
        } else if most - least <= LARGEST_EXACT {
            // the end nearer to 0: adding it back cancels nothing
            if most < 0 { most } else { least }
        } else {
            return Err(Unreadable::Wide);
        };
        Ok(Self { number, base, are_narrow: (most - number).max(number - least) < i128::from(NARROW) })
    }

    /// Appends the differences. Those of integers that are missing may be anything.
    pub(crate) fn collect(self, integers: &[i64], numbers: &mut Vec<f64>) {
        let subtrahend = (self.number - self.base) as i64;
        let differences = integers.iter().map(|integer| integer.wrapping_sub(subtrahend));
        if self.are_narrow {
            numbers.extend(differences.map(narrow));
        } else {
            numbers.extend(differences.map(|difference| difference as f64));
        }
    }
}

/// Whether all that are not missing differ from this integer by less than [`NARROW`].
pub(crate) fn are_near(integers: &[i64], missing: &[bool], integer: i64) -> bool {
    if integer == 0 && missing.is_empty() {
        // two operations, of which every vector unit has both
        let bits = integers.iter().fold(0, |bits, other| bits | other.wrapping_add(NARROW) as u64);
        return bits < 2 * NARROW as u64;
    }
    // the bits of magnitudes, and in the sign whether a difference has overflowed
    let difference = |other: i64| {
        let difference = other.wrapping_sub(integer);
        (difference ^ difference >> 63) | (other ^ integer) & (other ^ difference) & i64::MIN
    };
    let bits = if missing.is_empty() {
        integers.iter().fold(0, |bits, other| bits | difference(*other))
    } else {
        let kept = |missing: bool| i64::from(missing) - 1;
        integers
            .iter()
            .zip(missing)
            .fold(0, |bits, (other, missing)| bits | difference(*other) & kept(*missing))
    };
    (0..NARROW).contains(&bits)
}

/// The smallest and the largest of some integers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    least: i64,
    most: i64,
}

impl Ends {
    /// Those of no integers.
    pub(crate) const NONE: Self = Self { least: i64::MAX, most: i64::MIN };

    /// With more integers, but for those that are missing.
    pub(crate) fn with(self, integers: &[i64], missing: &[bool]) -> Self {
        let widen = |Self { least, most }: Self, &integer: &i64| Self {
            least: least.min(integer),
            most: most.max(integer),
        };
        if missing.is_empty() {
            return integers.iter().fold(self, widen);
        }
        let present = integers.iter().zip(missing).filter(|(_, missing)| !**missing);
        present.map(|(integer, _)| integer).fold(self, widen)
    }
}
