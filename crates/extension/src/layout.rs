//! How are numbers read that lie anywhere in memory: strided, unaligned, in the other byte order?
//!
//! Block by block, into contiguous doubles. A block is a range of several series that lie side by side: it is read in
//! the order in which the numbers lie in memory, so the columns of a table cost no more than its rows.

#![expect(unsafe_code, reason = "another object's memory, of a type that is known when this runs")]

use std::cmp::Reverse;
use std::ops::Range;

use breakeven_simd::widened;

use crate::element::{Element, Stored, for_element};

/// How numbers are spread over memory. The last axis is the one that series run along.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    shape: Vec<usize>,
    /// Bytes from one number to the next along each axis, of either sign.
    strides: Vec<isize>,
}

impl Grid {
    pub(crate) fn new(shape: &[usize], strides: &[isize]) -> Self {
        Self { shape: shape.to_vec(), strides: strides.to_vec() }
    }

    /// Numbers of so many bytes side by side, the last axis quickest.
    pub(crate) fn contiguous(shape: &[usize], size: usize) -> Self {
        let mut strides = vec![size as isize; shape.len()];
        for axis in (1..shape.len()).rev() {
            strides[axis - 1] = strides[axis] * shape[axis] as isize;
        }
        Self { shape: shape.to_vec(), strides }
    }

    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Makes `axis` the last one.
    pub(crate) fn move_to_end(&mut self, axis: usize) {
        self.shape[axis..].rotate_left(1);
        self.strides[axis..].rotate_left(1);
    }

    /// All numbers.
    pub(crate) fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// Numbers of a series.
    pub(crate) fn length(&self) -> usize {
        self.shape.last().copied().unwrap_or(1)
    }

    /// How many series there are.
    pub(crate) fn series(&self) -> usize {
        self.shape.split_last().map_or(1, |(_, outer)| outer.iter().product())
    }

    /// Bytes from a number of a series to the next.
    pub(crate) fn stride(&self) -> isize {
        self.strides.last().copied().unwrap_or_default()
    }

    /// Bytes from the first number of all to this one; series are counted with the axis before the last quickest.
    pub(crate) fn offset(&self, mut series: usize, position: usize) -> isize {
        let mut offset = self.stride() * position as isize;
        for outer in (0..self.shape.len().saturating_sub(1)).rev() {
            let length = self.shape[outer].max(1);
            offset += self.strides[outer] * (series % length) as isize;
            series /= length;
        }
        offset
    }

    /// Whether all numbers, each of so many bytes, lie side by side, the last axis quickest.
    pub(crate) fn are_side_by_side(&self, size: usize) -> bool {
        let mut expected = size as isize;
        self.shape.iter().zip(&self.strides).rev().all(|(&length, &stride)| {
            let is_next = stride == expected || length == 1;
            expected *= length as isize;
            is_next
        })
    }

    /// All bytes, where the first number lies there.
    pub(crate) fn addresses(&self, first: *const u8, size: usize) -> Range<usize> {
        if self.shape.contains(&0) {
            return 0..0;
        }
        let (mut low, mut high) = (0, size as isize);
        for (&length, &stride) in self.shape.iter().zip(&self.strides) {
            let reach = stride * (length - 1) as isize;
            if reach < 0 { low += reach } else { high += reach }
        }
        first.wrapping_offset(low).addr()..first.wrapping_offset(high).addr()
    }
}

/// Where numbers lie that are read.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    first: *const u8,
    grid: Grid,
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
        Self { first, grid: Grid::new(shape, strides), element, is_swapped }
    }

    pub(crate) fn element(&self) -> Element {
        self.element
    }

    pub(crate) fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Makes `axis` the last one.
    pub(crate) fn move_to_end(&mut self, axis: usize) {
        self.grid.move_to_end(axis);
    }

    /// Makes all axes one, where all numbers lie at the same distance or there is one axis at most.
    pub(crate) fn flatten(&mut self) -> bool {
        let count = self.grid.count();
        let axes = self.grid.shape.iter().zip(&self.grid.strides).filter(|(length, _)| **length != 1);
        let mut inner = None;
        for (&length, &stride) in axes.rev() {
            match inner {
                None => inner = Some((stride, stride * length as isize)),
                Some((first, next)) if next == stride => inner = Some((first, stride * length as isize)),
                Some(_) if count != 0 => return false,
                Some(_) => {}
            }
        }
        self.grid = Grid::new(&[count], &[inner.map_or(self.element.size() as isize, |(stride, _)| stride)]);
        true
    }

    /// The axes in the order of their distances, the last one the shortest, and which of them run backwards.
    pub(crate) fn axes_in_memory(&self) -> Vec<(usize, bool)> {
        let strides = &self.grid.strides;
        let mut axes: Vec<_> = (0..strides.len()).map(|axis| (axis, strides[axis] < 0)).collect();
        axes.sort_by_key(|&(axis, _)| Reverse(strides[axis].unsigned_abs()));
        axes
    }

    /// Puts axes into this order, and turns some of them around: the same numbers, one after the other in another order.
    pub(crate) fn reorder(&mut self, axes: &[(usize, bool)]) {
        let mut grid = Grid { shape: Vec::new(), strides: Vec::new() };
        for &(axis, is_turned) in axes {
            let (length, stride) = (self.grid.shape[axis], self.grid.strides[axis]);
            if is_turned {
                self.first = self.first.wrapping_offset(stride * length.saturating_sub(1) as isize);
            }
            grid.shape.push(length);
            grid.strides.push(if is_turned { -stride } else { stride });
        }
        self.grid = grid;
    }

    /// Whether numbers that follow each other in a series lie further apart than those of neighbouring series.
    pub(crate) fn is_across(&self) -> bool {
        let [.., outer, last] = self.grid.strides[..] else { return false };
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
        let is_contiguous = self.grid.stride() == size_of::<T>() as isize || length <= 1;
        let is_one = series.len() == 1
            || length == self.grid.length() && self.grid.are_side_by_side(self.element.size());
        let is_other = size_of::<T>() != self.element.size();
        if is_other || self.is_swapped || !first.is_aligned() || !is_contiguous || !is_one {
            return None;
        }
        if series.is_empty() || length == 0 {
            return Some(&[]);
        }
        assert!(series.end <= self.grid.series() && positions.end <= self.grid.length());
        // SAFETY: so many numbers of this type lie here, as whoever made the layout has promised, and any bits are one.
        // As with every function that lets go of Python's lock, a thread that writes to them at the same time gets
        // unspecified numbers.
        Some(unsafe { std::slice::from_raw_parts(first, series.len() * length) })
    }

    /// All bytes of it.
    pub(crate) fn addresses(&self) -> Range<usize> {
        self.grid.addresses(self.first, self.element.size())
    }

    fn place(&self, series: usize, position: usize) -> *const u8 {
        self.first.wrapping_offset(self.grid.offset(series, position))
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
        assert_eq!(size_of::<T>(), self.element.size());
        assert!(series.end <= self.grid.series() && positions.end <= self.grid.length());
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
        let stride = self.grid.stride();
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
        for_element!(self.element, T => match self.as_slice::<T>(series.clone(), positions.clone()) {
            Some(stored) => _ = widened::extend(numbers, stored, |number| (number.to_f64(), 0)),
            None => self.collect(series, positions, numbers, T::to_f64),
        })
    }
}

/// Of series that lie across the memory so many numbers of each are read before the next ones: a cache line of doubles is
/// written at once, and what has been read of a row stays in the cache until all of it is.
pub(crate) const TILE: usize = 8;
