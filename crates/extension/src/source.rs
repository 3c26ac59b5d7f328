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

use crate::element::{Element, are_narrow, narrow};
use crate::layout::Layout;

/// An integer up to this magnitude is a double.
const LARGEST_EXACT: i128 = 1 << 53;

/// What stands for a time difference that is missing: NaT.
const NOT_A_TIME: i64 = i64::MIN;

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
}

/// Places that are used again from block to block.
#[derive(Default)]
pub(crate) struct Room {
    numbers: Vec<f64>,
    integers: Vec<i64>,
    missing: Vec<bool>,
}

impl Room {
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

    /// Makes all axes one, where the numbers lie so that they can be.
    pub(crate) fn flatten(&mut self) {
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
        let Room { numbers, integers, missing } = room;
        let count = series.len() * positions.len();
        numbers.clear();
        numbers.try_reserve(count).map_err(|_| Unreadable::NoMemory)?;
        missing.try_reserve(if self.may_miss() { count } else { 0 }).map_err(|_| Unreadable::NoMemory)?;
        self.masked(series.clone(), positions.clone(), missing);
        let mut offset = self.offset;
        if matches!(self.layout.element(), Element::I64 | Element::U64) {
            integers.clear();
            integers.try_reserve(count).map_err(|_| Unreadable::NoMemory)?;
            self.integers(series, positions, integers, missing);
            let base = self.base();
            if base == 0 && missing.is_empty() && are_narrow(integers) {
                numbers.extend(integers.iter().map(|&integer| narrow(integer)));
            } else {
                let (least, most) = ends(integers, missing);
                let common = in_common(i128::from(least) + base, i128::from(most) + base)?;
                offset += common as f64;
                let common = (common - base) as i64;
                numbers.extend(integers.iter().map(|integer| integer.wrapping_sub(common) as f64));
            }
        } else {
            self.layout.collect_doubles(series, positions, numbers);
        }
        patch(numbers, missing);
        Ok(Numbers { values: numbers, offset })
    }

    /// Which numbers the mask leaves out; nothing where there is none.
    fn masked(&self, series: Range<usize>, positions: Range<usize>, missing: &mut Vec<bool>) {
        missing.clear();
        if let Some(mask) = &self.mask {
            mask.collect(series, positions, missing, |byte: u8| byte != 0);
        }
    }

    /// Reads integers, and which of them are missing. Unsigned ones are taken from 2^63.
    fn integers(
        &self,
        series: Range<usize>,
        positions: Range<usize>,
        integers: &mut Vec<i64>,
        missing: &mut Vec<bool>,
    ) {
        if self.base() == 0 {
            self.layout.collect(series, positions, integers, |integer: i64| integer);
        } else {
            self.layout.collect(series, positions, integers, |integer: u64| (integer ^ 1 << 63) as i64);
        }
        if self.is_time {
            missing.resize(integers.len(), false);
            missing
                .iter_mut()
                .zip(&*integers)
                .for_each(|(missing, &integer)| *missing |= integer == NOT_A_TIME);
        }
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
        let Room { integers, missing, .. } = room;
        integers.clear();
        self.masked(0..1, positions.clone(), missing);
        self.integers(0..1, positions, integers, missing);
        (!missing.contains(&true)).then_some(integers)
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

/// What may be subtracted from integers between these so that all become doubles without rounding.
fn in_common(least: i128, most: i128) -> Result<i128, Unreadable> {
    if -LARGEST_EXACT <= least && most <= LARGEST_EXACT {
        Ok(0)
    } else if most - least <= LARGEST_EXACT {
        // the end nearer to 0: adding it back cancels nothing
        Ok(if most < 0 { most } else { least })
    } else {
        Err(Unreadable::Wide)
    }
}

/// The smallest and the largest of those that are not missing.
fn ends(integers: &[i64], missing: &[bool]) -> (i64, i64) {
    let widen = |(least, most): (i64, i64), &integer: &i64| (least.min(integer), most.max(integer));
    let nothing = (i64::MAX, i64::MIN);
    let (least, most) = if missing.is_empty() {
        integers.iter().fold(nothing, widen)
    } else {
        let present = integers.iter().zip(missing).filter(|(_, missing)| !**missing);
        present.map(|(integer, _)| integer).fold(nothing, widen)
    };
    if least > most { (0, 0) } else { (least, most) }
}
