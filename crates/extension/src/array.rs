//! How are the numbers of any Python array read?
//!
//! Through the buffer protocol, so NumPy is not needed: arrays of NumPy, `array.array`, memoryviews, bytes.
//! Contiguous doubles are used where they lie; everything else is converted block by block into room of
//! our own. What has no buffer is asked for an `__array__` (pandas, Polars), or else iterated over.
//!
//! Integers are exact. A double holds 53 bits, so a block of wider ones is taken from its smallest: a
//! standard deviation does not see what all values have in common. Where even the differences need more
//! than 53 bits, the block says so, and the caller asks for less.

#![expect(unsafe_code, reason = "another object's memory, of a type that is known when this runs")]

use std::ops::Range;

use pyo3::buffer::ElementType::{self, Bool, Float, SignedInteger, UnsignedInteger};
use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;

use crate::{direct, general};

/// An integer up to this magnitude is a double.
const LARGEST_EXACT: i128 = 1 << 53;

/// A Python object's numbers: series along the last axis, one after the other.
pub(crate) struct Array(Source);

enum Source {
    /// The memory of an object that is held for as long as this lives.
    Buffer {
        buffer: PyUntypedBuffer,
        element: ElementType,
    },
    Converted {
        numbers: Vec<f64>,
        shape: [usize; 1],
    },
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
    integers: Vec<i128>,
}

impl Array {
    /// The numbers of `object`, for the function of this name.
    ///
    /// # Errors
    /// `TypeError` where they are no real numbers, no numbers of a type that [`element_of`] names, or a single one;
    /// what an element or an `__array__` raises.
    pub(crate) fn of(function: &str, object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if has_buffer(object) {
            return Self::of_buffer(function, object);
        }
        if let Some(array) = object.getattr_opt("__array__")? {
            let array = array.call0()?;
            return Self::of_buffer(function, &array);
        }
        // SAFETY: this thread is attached, and `object` is held.
        let numbers = match unsafe { direct::numbers(object.as_ptr()) } {
            Some(numbers) => numbers,
            None => general::numbers(function, object)?,
        };
        let shape = [numbers.len()];
        Ok(Self(Source::Converted { numbers, shape }))
    }

    fn of_buffer(function: &str, object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if object.hasattr("filled")? {
            return Err(PyTypeError::new_err(format!(
                "{function}: a masked array would lose its mask: fill it, as in a.filled(numpy.nan)"
            )));
        }
        let dimensions = object.getattr_opt("ndim")?.and_then(|dimensions| dimensions.extract().ok());
        if dimensions == Some(0) {
            return Err(PyTypeError::new_err(format!(
                "{function} needs a series of numbers, not a single one"
            )));
        }
        let unsupported = |format: &str| {
            let kind = object
                .getattr("dtype")
                .map_or_else(|_| format!("format {format:?}"), |dtype| format!("dtype {dtype}"));
            PyTypeError::new_err(format!(
                "{function}: numbers of {kind} cannot be read: convert them, as in a.astype('float64')"
            ))
        };
        let buffer = PyUntypedBuffer::get(object).map_err(|_| unsupported("unknown"))?;
        let is_indirect =
            buffer.suboffsets().is_some_and(|offsets| offsets.iter().any(|&offset| offset >= 0));
        match element_of(&buffer) {
            Some(element) if !is_indirect => Ok(Self(Source::Buffer { buffer, element })),
            _ => Err(unsupported(&buffer.format().to_string_lossy())),
        }
    }

    /// The length of each axis: at least one.
    pub(crate) fn shape(&self) -> &[usize] {
        match &self.0 {
            Source::Buffer { buffer, .. } => buffer.shape(),
            Source::Converted { shape, .. } => shape,
        }
    }

    /// The type of the numbers, where they are in a buffer.
    pub(crate) fn element(&self) -> Option<ElementType> {
        match &self.0 {
            Source::Buffer { element, .. } => Some(*element),
            Source::Converted { .. } => None,
        }
    }

    /// The numbers of a range of one series, but for a constant that all have in common.
    ///
    /// # Errors
    /// Integers differ by more than 2^53, or there is no memory for the range.
    pub(crate) fn values<'a>(
        &'a self,
        series: usize,
        range: Range<usize>,
        room: &'a mut Room,
    ) -> Result<&'a [f64], Unreadable> {
        let (buffer, element) = match &self.0 {
            Source::Converted { numbers, .. } => return Ok(&numbers[range]),
            Source::Buffer { buffer, element } => (buffer, *element),
        };
        let items = Items::of(buffer, series, range);
        if element == (Float { bytes: 8 })
            && let Some(values) = items.as_slice()
        {
            return Ok(values);
        }
        let numbers = &mut room.numbers;
        numbers.clear();
        numbers.try_reserve(items.length).map_err(|_| Unreadable::NoMemory)?;
        match element {
            Float { bytes: 8 } => items.append(numbers, |value: f64| value),
            Float { .. } => items.append(numbers, |value: f32| f64::from(value)),
            SignedInteger { bytes: 1 } => items.append(numbers, |value: i8| f64::from(value)),
            SignedInteger { bytes: 2 } => items.append(numbers, |value: i16| f64::from(value)),
            SignedInteger { bytes: 4 } => items.append(numbers, |value: i32| f64::from(value)),
            UnsignedInteger { bytes: 1 } => items.append(numbers, |value: u8| f64::from(value)),
            UnsignedInteger { bytes: 2 } => items.append(numbers, |value: u16| f64::from(value)),
            UnsignedInteger { bytes: 4 } => items.append(numbers, |value: u32| f64::from(value)),
            Bool => items.append(numbers, |byte: u8| f64::from(u8::from(byte != 0))),
            SignedInteger { .. } => {
                let (least, most) = ends(items.iter::<i64>());
                let common = in_common(i128::from(least), i128::from(most))? as i64;
                items.append(numbers, |value: i64| value.wrapping_sub(common) as f64);
            }
            UnsignedInteger { .. } => {
                let (least, most) = ends(items.iter::<u64>());
                let common = in_common(i128::from(least), i128::from(most))? as u64;
                items.append(numbers, |value: u64| value.wrapping_sub(common) as i64 as f64);
            }
            ElementType::Unknown => unreachable!("`element_of` names no such type"),
        }
        Ok(numbers)
    }

    /// As [`Array::values`], from the integer next to their mean: each is rounded to 53 bits of its own.
    pub(crate) fn around_mean<'a>(
        &self,
        series: usize,
        range: Range<usize>,
        room: &'a mut Room,
    ) -> &'a [f64] {
        let Room { numbers, integers } = room;
        numbers.clear();
        integers.clear();
        if let Source::Buffer { buffer, element } = &self.0 {
            let items = Items::of(buffer, series, range);
            match element {
                SignedInteger { bytes: 8 } => integers.extend(items.iter::<i64>().map(i128::from)),
                UnsignedInteger { bytes: 8 } => integers.extend(items.iter::<u64>().map(i128::from)),
                _ => unreachable!("all others are doubles"),
            }
        }
        let mean = integers.iter().sum::<i128>() / integers.len().max(1) as i128;
        numbers.extend(integers.iter().map(|integer| (integer - mean) as f64));
        numbers
    }

    /// Samples of one column of two-dimensional `i16`, appended to `samples`.
    ///
    /// # Panics
    /// Where the array is anything else.
    pub(crate) fn column(&self, column: usize, rows: Range<usize>, samples: &mut Vec<i16>) {
        let Source::Buffer { buffer, element: SignedInteger { bytes: 2 } } = &self.0 else {
            panic!("a buffer of i16")
        };
        let (&[height, width], &[down, right]) = (buffer.shape(), buffer.strides()) else {
            panic!("two axes")
        };
        assert!(column < width && rows.start <= rows.end && rows.end <= height);
        let offset = right * column as isize + down * rows.start as isize;
        let items = Items {
            // SAFETY: row and column are within the shape that the buffer's owner has given.
            first: unsafe { buffer.buf_ptr().cast::<u8>().offset(offset) },
            stride: down,
            length: rows.len(),
            _of: buffer,
        };
        samples.extend(items.iter::<i16>());
    }
}

/// What may be subtracted from integers between these so that all become doubles without rounding.
fn in_common(least: i128, most: i128) -> Result<i128, Unreadable> {
    if -LARGEST_EXACT <= least && most <= LARGEST_EXACT {
        Ok(0)
    } else if most - least <= LARGEST_EXACT {
        Ok(least)
    } else {
        Err(Unreadable::Wide)
    }
}

fn ends<T: Copy + Ord + Default>(values: impl Iterator<Item = T> + Clone) -> (T, T) {
    let Some(first) = values.clone().next() else { return Default::default() };
    values.fold((first, first), |(least, most), value| (least.min(value), most.max(value)))
}

fn has_buffer(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: this thread is attached, and `object` is held.
    unsafe { ffi::PyObject_CheckBuffer(object.as_ptr()) != 0 }
}

/// The type of one number in a buffer: a float of 4 or 8 bytes, an integer of 1, 2, 4 or 8, or a bool.
fn element_of(buffer: &PyUntypedBuffer) -> Option<ElementType> {
    let is_swapped = match buffer.format().to_bytes() {
        [b'c', ..] => return None, // characters
        [b'<', _, ..] => cfg!(target_endian = "big"),
        [b'>' | b'!', _, ..] => cfg!(target_endian = "little"),
        _ => false,
    };
    let element = ElementType::from_format(buffer.format());
    let size = match element {
        Float { bytes: bytes @ (4 | 8) } => bytes,
        SignedInteger { bytes: bytes @ (1 | 2 | 4 | 8) } => bytes,
        UnsignedInteger { bytes: bytes @ (1 | 2 | 4 | 8) } => bytes,
        Bool => 1,
        _ => return None,
    };
    (!is_swapped && buffer.item_size() == size).then_some(element)
}

/// Numbers at equal distances in a buffer. None of them need be aligned.
#[derive(Clone, Copy)]
struct Items<'a> {
    first: *const u8,
    /// Bytes from one to the next, of either sign.
    stride: isize,
    length: usize,
    /// Whose memory it is.
    _of: &'a PyUntypedBuffer,
}

impl<'a> Items<'a> {
    /// A range of a series along the last axis; series are counted with the axis before the last quickest.
    fn of(buffer: &'a PyUntypedBuffer, mut series: usize, range: Range<usize>) -> Self {
        let (&length, outer) = buffer.shape().split_last().expect("at least one axis");
        let (&stride, outer_strides) = buffer.strides().split_last().expect("as many as axes");
        assert!(range.start <= range.end && range.end <= length);
        let mut offset = stride * range.start as isize;
        for (&length, &stride) in outer.iter().zip(outer_strides).rev() {
            offset += stride * (series % length) as isize;
            series /= length;
        }
        // SAFETY: every index is within the shape that the buffer's owner has given.
        let first = unsafe { buffer.buf_ptr().cast::<u8>().offset(offset) };
        Self { first, stride, length: range.len(), _of: buffer }
    }

    /// The numbers where they lie, if they lie side by side and aligned.
    fn as_slice(self) -> Option<&'a [f64]> {
        let first: *const f64 = self.first.cast();
        if self.length == 0 {
            return Some(&[]);
        }
        if self.stride != 8 || !first.is_aligned() {
            return None;
        }
        // SAFETY: `length` doubles of a buffer that is held lie here, and any bits are a double. As with every function
        // that lets go of Python's lock, a thread that writes to them at the same time gets unspecified numbers.
        Some(unsafe { std::slice::from_raw_parts(first, self.length) })
    }

    /// Appends each number as a double. `T` as for [`Items::iter`].
    fn append<T: Copy>(self, numbers: &mut Vec<f64>, as_double: impl Fn(T) -> f64) {
        if self.stride == size_of::<T>() as isize {
            // the same once more, for a distance that the compiler knows: it converts by vectors
            numbers.extend(Self { stride: size_of::<T>() as isize, ..self }.iter().map(as_double));
        } else {
            numbers.extend(self.iter().map(as_double));
        }
    }

    /// `T` is of the buffer's element size, and any bits are a `T`.
    fn iter<T: Copy>(self) -> impl Iterator<Item = T> + Clone {
        (0..self.length).map(move |index| {
            // SAFETY: the index is within the shape, and the memory is that of a buffer which is held.
            unsafe { self.first.offset(self.stride * index as isize).cast::<T>().read_unaligned() }
        })
    }
}
