//! In which object are many numbers returned?
//!
//! In a new NumPy array, and where there is no NumPy in a new `array.array`; or in an array that the caller hands over.
//! NumPy is imported by the first call that returns an array. The memory of a new one is not initialised: it is written
//! once, by the kernel itself.

#![expect(unsafe_code, reason = "a kernel writes into another object's memory")]

use std::ffi::c_int;
use std::marker::PhantomData;

use numpy::npyffi::NPY_TYPES;
use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::{PyImportError, PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::element::Element;
use crate::layout::TILE;
use crate::numpy_array::{self, NumpyArray};

/// An array that is being filled.
pub(crate) struct Output<'py, T: Number> {
    object: Bound<'py, PyAny>,
    first: *mut T,
    shape: Vec<usize>,
    /// Numbers, not bytes, from one to the next along each axis.
    strides: Vec<isize>,
    /// The hold on an `array.array`.
    buffer: Option<PyUntypedBuffer>,
    of: PhantomData<T>,
}

/// A number that can be an array's.
pub(crate) trait Number {
    /// NumPy's number of the type.
    const TYPE_NUMBER: c_int;
    /// The standard library's letter for it.
    const TYPE_CODE: &'static str;
}

impl Number for f64 {
    const TYPE_NUMBER: c_int = NPY_TYPES::NPY_DOUBLE as c_int;
    const TYPE_CODE: &'static str = "d";
}

impl Number for i32 {
    const TYPE_NUMBER: c_int = NPY_TYPES::NPY_INT as c_int;
    const TYPE_CODE: &'static str = "i";
}

impl Number for i64 {
    const TYPE_NUMBER: c_int = NPY_TYPES::NPY_LONGLONG as c_int;
    const TYPE_CODE: &'static str = "q";
}

impl<'py, T: Number> Output<'py, T> {
    /// An array of this shape, with anything in it.
    ///
    /// # Errors
    /// No memory; or not one axis where there is no NumPy; or NumPy is there and broken.
    pub(crate) fn new(py: Python<'py>, shape: &[usize]) -> PyResult<Self> {
        let mut strides = vec![1; shape.len()];
        for axis in (1..shape.len()).rev() {
            strides[axis - 1] = strides[axis] * shape[axis] as isize;
        }
        let (object, first, buffer) = match numpy_array::empty(py, shape, T::TYPE_NUMBER)? {
            Some(array) => {
                let first = NumpyArray::of(&array).map_or(std::ptr::null_mut(), NumpyArray::data).cast();
                (array, first, None)
            }
            None => {
                let &[length] = shape else {
                    return Err(PyImportError::new_err(
                        "a result of more than one axis needs NumPy: pip install numpy",
                    ));
                };
                let one = py.import("array")?.getattr("array")?.call1((T::TYPE_CODE, (0,)))?;
                let array = one.mul(length)?;
                let buffer = PyUntypedBuffer::get(&array)?;
                (array, buffer.buf_ptr().cast(), Some(buffer))
            }
        };
        Ok(Self { object, first, shape: shape.to_vec(), strides, buffer, of: PhantomData })
    }

    /// All of the numbers of a new array, the last axis quickest.
    pub(crate) fn numbers(&mut self) -> &mut [T] {
        let length = self.shape.iter().product();
        if length == 0 {
            return &mut [];
        }
        // SAFETY: both libraries make new arrays contiguous, aligned and writable, and nothing else has a reference to
        // this one; what is in it was left there by others than Rust, and any bits are a number.
        unsafe { std::slice::from_raw_parts_mut(self.first, length) }
    }

    /// Where its numbers lie, for functions that write each of them once.
    pub(crate) fn places(&self) -> Places<T> {
        Places { first: self.first, shape: self.shape.clone(), strides: self.strides.clone() }
    }

    /// The array, for everyone to use.
    pub(crate) fn into_object(self) -> Bound<'py, PyAny> {
        if let Some(buffer) = self.buffer {
            buffer.release(self.object.py());
        }
        self.object
    }
}

impl<'py> Output<'py, f64> {
    /// The array that a caller has passed as `out`.
    ///
    /// # Errors
    /// It is no writable and aligned NumPy array of float64 with this shape.
    pub(crate) fn given(function: &str, out: &Bound<'py, PyAny>, shape: &[usize]) -> PyResult<Self> {
        let array = NumpyArray::of(out)
            .filter(|array| array.element() == Some(Element::F64) && array.is_aligned_and_writable())
            .filter(|array| array.strides().iter().all(|stride| stride % 8 == 0))
            .ok_or_else(|| {
                PyTypeError::new_err(format!("{function}: out must be a writable numpy.ndarray of float64"))
            })?;
        if array.shape() != shape {
            return Err(PyValueError::new_err(format!(
                "{function}: out has shape {:?}, and the result {shape:?}",
                array.shape()
            )));
        }
        Ok(Self {
            object: out.clone(),
            first: array.data().cast(),
            shape: array.shape(),
            strides: array.strides().iter().map(|stride| stride / 8).collect(),
            buffer: None,
            of: PhantomData,
        })
    }
}

/// Where the numbers of an array lie that is being filled, possibly by several threads. The last axis is the one
/// that series run along.
#[derive(Clone)]
pub(crate) struct Places<T> {
    first: *mut T,
    shape: Vec<usize>,
    strides: Vec<isize>,
}

// SAFETY: whoever writes through it promises that no two threads write to the same place.
unsafe impl<T: Send> Send for Places<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Places<T> {}

impl<T: Copy> Places<T> {
    /// Makes `axis` the last one.
    pub(crate) fn move_to_end(&mut self, axis: usize) {
        self.shape[axis..].rotate_left(1);
        self.strides[axis..].rotate_left(1);
    }

    /// Numbers of a series.
    pub(crate) fn length(&self) -> usize {
        self.shape.last().copied().unwrap_or(1)
    }

    /// All bytes of it.
    pub(crate) fn addresses(&self) -> std::ops::Range<usize> {
        let (mut low, mut high) = (0, 0);
        for (&length, &stride) in self.shape.iter().zip(&self.strides) {
            let reach = stride * (length.max(1) - 1) as isize;
            if reach < 0 { low += reach } else { high += reach }
        }
        if self.shape.contains(&0) {
            return 0..0;
        }
        self.first.wrapping_offset(low).addr()..self.first.wrapping_offset(high + 1).addr()
    }

    fn place(&self, mut series: usize, position: usize) -> *mut T {
        let mut offset = self.strides.last().copied().unwrap_or_default() * position as isize;
        for outer in (0..self.shape.len().saturating_sub(1)).rev() {
            let length = self.shape[outer].max(1);
            offset += self.strides[outer] * (series % length) as isize;
            series /= length;
        }
        self.first.wrapping_offset(offset)
    }

    /// The places `from..from + length` of a series, going on into the series after it, where these lie side by side.
    ///
    /// # Safety
    /// Nothing else reads or writes there for as long as the slice lives.
    #[expect(clippy::mut_from_ref, reason = "several threads write to different places")]
    pub(crate) unsafe fn slice(&self, series: usize, from: usize, length: usize) -> Option<&mut [T]> {
        let is_inside = from + length <= self.length() && self.strides.last() == Some(&1);
        if !(is_inside || self.are_side_by_side()) {
            return None;
        }
        if length == 0 {
            return Some(&mut []);
        }
        let total: usize = self.shape.iter().product();
        assert!(series * self.length() + from + length <= total);
        // SAFETY: so many numbers lie here side by side, and by this function's own contract nothing else uses them.
        Some(unsafe { std::slice::from_raw_parts_mut(self.place(series, from), length) })
    }

    fn are_side_by_side(&self) -> bool {
        let mut expected = 1;
        self.shape.iter().zip(&self.strides).rev().all(|(&length, &stride)| {
            let is_next = stride == expected || length == 1;
            expected *= length as isize;
            is_next
        })
    }

    /// Writes `numbers`, so many to each series and `distance` apart, to the places from `from` on of the series
    /// from `series` on.
    ///
    /// # Safety
    /// Nothing else reads or writes there meanwhile.
    pub(crate) unsafe fn scatter(
        &self,
        series: std::ops::Range<usize>,
        from: usize,
        count: usize,
        numbers: &[T],
        distance: usize,
    ) {
        assert!(
            from + count <= self.length()
                && (count == 0 || numbers.len() >= (series.len() - 1) * distance + count)
        );
        let stride = self.strides.last().copied().unwrap_or_default();
        let write = |place: *mut T, number: usize, index: usize| {
            // SAFETY: a place of the array, within its shape.
            unsafe { place.offset(stride * index as isize).write(numbers[number * distance + index]) };
        };
        let places: Vec<*mut T> = series.map(|number| self.place(number, from)).collect();
        if stride.unsigned_abs() == 1 {
            for (number, place) in places.iter().enumerate() {
                (0..count).for_each(|index| write(*place, number, index));
            }
        } else {
            for from in (0..count).step_by(TILE) {
                for (number, place) in places.iter().enumerate() {
                    (from..count.min(from + TILE)).for_each(|index| write(*place, number, index));
                }
            }
        }
    }
}
