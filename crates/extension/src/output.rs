//! In which object are many numbers returned?
//!
//! In a new NumPy array, and where there is no NumPy in a new `array.array`. NumPy is imported by the first
//! call that returns an array, through its Python interface, so we are built without it. Its memory is not
//! initialised: it is written once, by the kernel itself.

#![expect(unsafe_code, reason = "a kernel writes into another object's memory")]

use std::marker::PhantomData;

use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyTuple;

/// A new array, before Python code has a reference to it.
pub(crate) struct Output<'py, T: Number> {
    object: Bound<'py, PyAny>,
    buffer: PyUntypedBuffer,
    of: PhantomData<T>,
}

/// A number that can be an array's.
pub(crate) trait Number {
    /// NumPy's name of the type.
    const DTYPE: &'static str;
    /// The standard library's.
    const TYPE_CODE: &'static str;
}

impl Number for f64 {
    const DTYPE: &'static str = "float64";
    const TYPE_CODE: &'static str = "d";
}

impl Number for i32 {
    const DTYPE: &'static str = "int32";
    const TYPE_CODE: &'static str = "i";
}

impl Number for i64 {
    const DTYPE: &'static str = "int64";
    const TYPE_CODE: &'static str = "q";
}

impl<'py, T: Number> Output<'py, T> {
    /// An array of this shape, with anything in it.
    ///
    /// # Errors
    /// No memory; or more than one axis where there is no NumPy; or NumPy is there and broken.
    pub(crate) fn new(py: Python<'py>, shape: &[usize]) -> PyResult<Self> {
        let object = match (numpy_empty(py)?, shape) {
            (Some(empty), &[length]) => empty.call1((length, T::DTYPE))?,
            (Some(empty), _) => empty.call1((PyTuple::new(py, shape)?, T::DTYPE))?,
            (None, &[length]) => {
                let one = py.import("array")?.getattr("array")?.call1((T::TYPE_CODE, (0,)))?;
                one.mul(length)?
            }
            (None, _) => {
                return Err(PyImportError::new_err(
                    "a result of more than one axis needs NumPy: pip install numpy",
                ));
            }
        };
        let buffer = PyUntypedBuffer::get(&object)?;
        Ok(Self { object, buffer, of: PhantomData })
    }

    /// All of its numbers, the last axis quickest.
    pub(crate) fn numbers(&mut self) -> &mut [T] {
        let length = self.buffer.len_bytes() / size_of::<T>();
        if length == 0 {
            return &mut [];
        }
        // SAFETY: both libraries make new arrays contiguous, aligned and writable, and nothing else has a reference to
        // this one; what is in it was left there by others than Rust, and any bits are a number.
        unsafe { std::slice::from_raw_parts_mut(self.buffer.buf_ptr().cast(), length) }
    }

    /// The array, for everyone to use.
    pub(crate) fn into_object(self) -> Bound<'py, PyAny> {
        self.buffer.release(self.object.py());
        self.object
    }
}

/// `numpy.empty`, where NumPy can be imported: found out once.
fn numpy_empty(py: Python<'_>) -> PyResult<Option<&Bound<'_, PyAny>>> {
    static EMPTY: PyOnceLock<Option<Py<PyAny>>> = PyOnceLock::new();
    let empty = EMPTY.get_or_try_init(py, || match py.import("numpy") {
        Ok(numpy) => numpy.getattr("empty").map(|empty| Some(empty.unbind())),
        Err(error) if error.is_instance_of::<PyImportError>(py) => Ok(None),
        Err(error) => Err(error),
    })?;
    Ok(empty.as_ref().map(|empty| empty.bind(py)))
}
