//! In which object are many numbers returned?
//!
//! In a new NumPy array, and where there is no NumPy in a new `array.array`; or in an array that the caller hands over.
//! NumPy is imported by the first call that returns an array. The memory of a new one is not initialised: it is written
//! once, by the kernel itself.

#![expect(unsafe_code, reason = "a kernel writes into another object's memory")]

use std::ffi::c_int;
use std::ops::Range;

use numpy::npyffi::NPY_TYPES;
use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::{PyImportError, PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::element::Element;
use crate::layout::{Grid, TILE};
use crate::numpy_array::{self, NumpyArray};
use crate::source::NOT_A_TIME;

/// An array that is being filled.
pub(crate) struct Output<'py, T: Number> {
    object: Bound<'py, PyAny>,
    places: Places<T>,
    /// The hold on an `array.array`.
    buffer: Option<PyUntypedBuffer>,
}

/// A number that can be an array's.
pub(crate) trait Number: Copy {
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
        let places = Places { first, grid: Grid::contiguous(shape, size_of::<T>()) };
        Ok(Self { object, places, buffer })
    }

    /// All of the numbers of a new array, the last axis quickest.
    pub(crate) fn numbers(&mut self) -> &mut [T] {
        let length = self.places.grid.count();
        if length == 0 {
            return &mut [];
        }
        // SAFETY: both libraries make new arrays contiguous, aligned and writable, and nothing else has a reference to
        // this one; what is in it was left there by others than Rust, and any bits are a number.
        unsafe { std::slice::from_raw_parts_mut(self.places.first, length) }
    }

    /// Where its numbers lie, for functions that write each of them once.
    pub(crate) fn places(&self) -> Places<T> {
        self.places.clone()
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
    /// A new array as time differences of the type of `array`, rounded to its unit; NaN is NaT, and so is what that type cannot hold.
    ///
    /// # Errors
    /// What NumPy or a signal handler raises.
    pub(crate) fn into_times(mut self, array: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        const BETWEEN_LOOKS: usize = 1 << 20;
        for numbers in self.numbers().chunks_mut(BETWEEN_LOOKS) {
            array.py().check_signals()?;
            for number in numbers {
                let rounded = number.round_ties_even();
                let time = if rounded.abs() < (1_u64 << 63) as f64 { rounded as i64 } else { NOT_A_TIME };
                *number = f64::from_bits(time as u64);
            }
        }
        let dtype = array.getattr("dtype")?.call_method1("newbyteorder", ("=",))?;
        self.into_object().call_method1("view", (dtype,))
    }

    /// The array that a caller has passed as `out`.
    ///
    /// # Errors
    /// It is no writable and aligned NumPy array of float64 with this shape.
    pub(crate) fn given(function: &str, out: &Bound<'py, PyAny>, shape: &[usize]) -> PyResult<Self> {
        let array = NumpyArray::of(out)
            .filter(|array| array.element() == Some(Element::F64) && array.is_aligned_and_writable())
            .ok_or_else(|| {
                PyTypeError::new_err(format!("{function}: out must be a writable numpy.ndarray of float64"))
            })?;
        let given = array.shape();
        if given != shape {
            return Err(PyValueError::new_err(format!(
                "{function}: out has shape {given:?}, and the result {shape:?}"
            )));
        }
        let places = Places { first: array.data().cast(), grid: Grid::new(&given, array.strides()) };
        Ok(Self { object: out.clone(), places, buffer: None })
    }
}

/// Where the numbers of an array lie that is being filled, possibly by several threads.
#[derive(Clone)]
pub(crate) struct Places<T> {
    first: *mut T,
    grid: Grid,
}

// SAFETY: whoever writes through it promises that no two threads write to the same place.
unsafe impl<T: Send> Send for Places<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Places<T> {}

impl<T: Copy> Places<T> {
    /// Makes `axis` the last one.
    pub(crate) fn move_to_end(&mut self, axis: usize) {
        self.grid.move_to_end(axis);
    }

    /// Numbers of a series.
    pub(crate) fn length(&self) -> usize {
        self.grid.length()
    }

    /// All bytes of it.
    pub(crate) fn addresses(&self) -> Range<usize> {
        self.grid.addresses(self.first.cast(), size_of::<T>())
    }

    fn place(&self, series: usize, position: usize) -> *mut T {
        self.first.wrapping_byte_offset(self.grid.offset(series, position))
    }

    /// The places `from..from + length` of a series, going on into the series after it, where these lie side by side.
    ///
    /// # Safety
    /// Nothing else reads or writes there for as long as the slice lives.
    #[expect(clippy::mut_from_ref, reason = "several threads write to different places")]
    pub(crate) unsafe fn slice(&self, series: usize, from: usize, length: usize) -> Option<&mut [T]> {
        let is_inside = from + length <= self.length() && self.grid.stride() == size_of::<T>() as isize;
        if !(is_inside || self.grid.are_side_by_side(size_of::<T>())) {
            return None;
        }
        if length == 0 {
            return Some(&mut []);
        }
        assert!(series * self.length() + from + length <= self.grid.count());
        // SAFETY: so many numbers lie here side by side, and by this function's own contract nothing else uses them.
        Some(unsafe { std::slice::from_raw_parts_mut(self.place(series, from), length) })
    }

    /// Writes some of `numbers` to a range of the places of some series: for each place the number `step` further on, and
    /// for each series the one `distance` further on.
    ///
    /// # Safety
    /// Nothing else reads or writes there meanwhile.
    pub(crate) unsafe fn scatter(
        &self,
        series: Range<usize>,
        positions: Range<usize>,
        numbers: &[T],
        distance: usize,
        step: usize,
    ) {
        assert!(positions.end <= self.length() && series.end <= self.grid.series());
        let (count, stride) = (positions.len(), self.grid.stride());
        let write = |place: *mut T, number: usize, index: usize| {
            // SAFETY: a place of the array, within its shape.
            unsafe {
                place.byte_offset(stride * index as isize).write(numbers[number * distance + index * step])
            };
        };
        let places: Vec<*mut T> = series.map(|number| self.place(number, positions.start)).collect();
        let tile = if stride.unsigned_abs() == size_of::<T>() { count.max(1) } else { TILE };
        for from in (0..count).step_by(tile) {
            for (number, place) in places.iter().enumerate() {
                (from..count.min(from + tile)).for_each(|index| write(*place, number, index));
            }
        }
    }
}
