//! How are numbers read that lie anywhere in memory: strided, unaligned, in the other byte order?
//!
//! Block by block, into contiguous doubles. A block is a range of several series that lie side by side: it is read in
//! the order in which the numbers lie in memory, so the columns of a table cost no more than its rows.

#![expect(unsafe_code, reason = "another object's memory, of a type that is known when this runs")]

use std::ops::Range;

use crate::element::{Element, Stored, for_element};

/// Where numbers lie. The last axis is the one that series run along.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    first: *const u8,
    shape: Vec<usize>,
    /// Bytes from one number to the next along each axis, of either sign.
    strides: Vec<isize>,
    element: Element,
    is_swapped: bool,
}

// SAFETY: what lies there is only read, and by an owner that outlives the layout. As with every function that lets go of
// Python's lock, a thread that writes to it at the same time gets unspecified numbers.
unsafe impl Send for Layout {}
// SAFETY: as above.
unsafe impl Sync for Layout {}

impl Layout {
    /// # Safety
    /// For as long as this or a part of it is used, a number of type `element` may be read at every index of `shape`.
    pub(crate) unsafe fn new(
        first: *const u8,
        shape: &[usize],
        strides: &[isize],
        element: Element,
        is_swapped: bool,
    ) -> Self {
        Self { first, shape: shape.to_vec(), strides: strides.to_vec(), element, is_swapped }
    }

    pub(crate) fn element(&self) -> Element {
        self.element
    }

    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Makes `axis` the last one.
    pub(crate) fn move_to_end(&mut self, axis: usize) {
        self.shape[axis..].rotate_left(1);
        self.strides[axis..].rotate_left(1);
    }

    /// Makes all axes one, where all numbers lie at the same distance or there is one axis at most.
    pub(crate) fn flatten(&mut self) -> bool {
        let count = self.shape.iter().product();
        let axes = self.shape.iter().zip(&self.strides).filter(|(length, _)| **length != 1);
        let mut inner = None;
        for (&length, &stride) in axes.rev() {
            match inner {
                None => inner = Some((stride, stride * length as isize)),
                Some((first, next)) if next == stride => inner = Some((first, stride * length as isize)),
                Some(_) if count != 0 => return false,
                Some(_) => {}
            }
        }
        self.shape = vec![count];
        self.strides = vec![inner.map_or(self.element.size() as isize, |(stride, _)| stride)];
        true
    }

    /// Numbers of a series.
    pub(crate) fn length(&self) -> usize {
        self.shape.last().copied().unwrap_or(1)
    }

    /// How many series there are.
    pub(crate) fn series(&self) -> usize {
        self.shape.split_last().map_or(1, |(_, outer)| outer.iter().product())
    }

    /// Whether numbers that follow each other in a series lie further apart than those of neighbouring series.
    pub(crate) fn is_across(&self) -> bool {
        let [.., outer, last] = self.strides[..] else { return false };
        outer.unsigned_abs() < last.unsigned_abs()
    }

    /// A range of some series where it lies, as one slice, if these are aligned numbers side by side in the order of
    /// this machine.
    pub(crate) fn as_slice<T: Copy + 'static>(
        &self,
        series: Range<usize>,
        positions: Range<usize>,
    ) -> Option<&[T]> {
        let length = positions.len();
        let first = self.place(series.start, positions.start).cast::<T>();
        let is_contiguous = self.strides.last() == Some(&(size_of::<T>() as isize)) || length <= 1;
        let is_one = series.len() == 1 || (length == self.length() && self.are_side_by_side(series.clone()));
        if self.is_swapped || !first.is_aligned() || !is_contiguous || !is_one {
            return None;
        }
        if series.is_empty() || length == 0 {
            return Some(&[]);
        }
        // SAFETY: so many numbers of this type lie here, as whoever made the layout has promised, and any bits are one.
        // As with every function that lets go of Python's lock, a thread that writes to them at the same time gets
        // unspecified numbers.
        Some(unsafe { std::slice::from_raw_parts(first, series.len() * length) })
    }

    /// All bytes of it.
    pub(crate) fn addresses(&self) -> Range<usize> {
        let (mut low, mut high) = (0, self.element.size() as isize);
        for (&length, &stride) in self.shape.iter().zip(&self.strides) {
            let reach = stride * length.saturating_sub(1) as isize;
            if reach < 0 { low += reach } else { high += reach }
        }
        if self.shape.contains(&0) {
            return 0..0;
        }
        self.first.wrapping_offset(low).addr()..self.first.wrapping_offset(high).addr()
    }

    fn are_side_by_side(&self, series: Range<usize>) -> bool {
        let row = (self.length() * self.element.size()) as isize;
        let mut expected = row;
        let outer = self.shape.iter().zip(&self.strides).rev().skip(1);
        for (&length, &stride) in outer {
            if length != 1 && stride != expected {
                return false;
            }
            expected *= length as isize;
        }
        series.end <= self.series()
    }

    /// Where a number lies; series are counted with the axis before the last quickest.
    fn place(&self, mut series: usize, position: usize) -> *const u8 {
        let (mut offset, mut outer) = (0, self.shape.len().saturating_sub(1));
        if let Some(stride) = self.strides.last() {
            offset = stride * position as isize;
        }
        while outer > 0 {
            outer -= 1;
            let length = self.shape[outer].max(1);
            offset += self.strides[outer] * (series % length) as isize;
            series /= length;
        }
        self.first.wrapping_offset(offset)
    }

    /// Appends what `convert` makes of each number of a range of some series, one series after the other.
    ///
    /// `T` is the type of the layout's element.
    pub(crate) fn collect<T: Stored, U: Copy>(
        &self,
        series: Range<usize>,
        positions: Range<usize>,
        numbers: &mut Vec<U>,
        convert: impl Fn(T) -> U + Copy,
    ) {
        debug_assert_eq!(size_of::<T>(), self.element.size());
        assert!(series.end <= self.series() && positions.end <= self.length());
        if self.is_swapped {
            self.collect_in_order::<T, U, true>(series, positions, numbers, convert);
        } else {
            self.collect_in_order::<T, U, false>(series, positions, numbers, convert);
        }
    }

    fn collect_in_order<T: Stored, U: Copy, const SWAPPED: bool>(
        &self,
        series: Range<usize>,
        positions: Range<usize>,
        numbers: &mut Vec<U>,
        convert: impl Fn(T) -> U + Copy,
    ) {
        let (count, length) = (series.len(), positions.len());
        let stride = self.strides.last().copied().unwrap_or_default();
        // SAFETY: `place` is that of a number of the layout, and `index` steps lead to another one.
        let load = move |place: *const u8, stride: isize, index: usize| unsafe {
            convert(T::load::<SWAPPED>(place.offset(stride * index as isize)))
        };
        if count == 1 || !self.is_across() {
            for number in series {
                let place = self.place(number, positions.start);
                if stride == size_of::<T>() as isize {
                    // the same once more, for a distance that the compiler knows: it converts by vectors
                    numbers.extend((0..length).map(|index| load(place, size_of::<T>() as isize, index)));
                } else {
                    numbers.extend((0..length).map(|index| load(place, stride, index)));
                }
            }
            return;
        }
        let start = numbers.len();
        numbers.reserve(count * length);
        let room = &mut numbers.spare_capacity_mut()[..count * length];
        let places: Vec<*const u8> = series.map(|number| self.place(number, positions.start)).collect();
        for from in (0..length).step_by(TILE) {
            let rows = TILE.min(length - from);
            for (number, place) in places.iter().enumerate() {
                for (index, number) in room[number * length + from..][..rows].iter_mut().enumerate() {
                    number.write(load(*place, stride, from + index));
                }
            }
        }
        // SAFETY: the loops have written every place.
        unsafe { numbers.set_len(start + count * length) };
    }

    /// Appends a range of some series as doubles: of the same value, but for integers beyond 2^53.
    pub(crate) fn collect_doubles(
        &self,
        series: Range<usize>,
        positions: Range<usize>,
        numbers: &mut Vec<f64>,
    ) {
        for_element!(self.element, T => self.collect(series, positions, numbers, T::to_f64))
    }
}

/// Of series that lie across the memory so many numbers of each are read before the next ones: a cache line of doubles is
/// written at once, and what has been read of a row stays in the cache until all of it is.
pub(crate) const TILE: usize = 8;
