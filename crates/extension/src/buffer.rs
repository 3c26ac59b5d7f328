//! What does the buffer protocol say of an object's memory?

#![expect(unsafe_code, reason = "CPython's buffer protocol")]

use pyo3::ffi;
use pyo3::prelude::*;

pub(crate) fn has_buffer(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: this thread is attached, and `object` is held.
    unsafe { ffi::PyObject_CheckBuffer(object.as_ptr()) != 0 }
}

/// Another object's buffer, held until this is dropped.
pub(crate) struct HeldBuffer(Box<ffi::Py_buffer>);

impl HeldBuffer {
    /// # Errors
    /// What the object raises.
    pub(crate) fn get(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut buffer = Box::new(ffi::Py_buffer::new());
        // SAFETY: this thread is attached, both are live, and the buffer stays where it is.
        match unsafe { ffi::PyObject_GetBuffer(object.as_ptr(), &raw mut *buffer, ffi::PyBUF_FULL_RO) } {
            0 => Ok(Self(buffer)),
            _ => Err(PyErr::fetch(object.py())),
        }
    }

    /// Where its first item lies.
    pub(crate) fn first(&self) -> *const u8 {
        self.0.buf.cast()
    }

    /// Bytes of an item.
    pub(crate) fn item_size(&self) -> usize {
        self.0.itemsize.max(0) as usize
    }

    fn axes(&self, first: *const isize) -> Option<&[isize]> {
        if self.0.ndim == 0 {
            return Some(&[]);
        }
        // SAFETY: where there are shape and strides at all, these have as many entries as the buffer has axes.
        (!first.is_null()).then(|| unsafe { std::slice::from_raw_parts(first, self.0.ndim as usize) })
    }

    pub(crate) fn shape(&self) -> Vec<usize> {
        match self.axes(self.0.shape) {
            Some(shape) => shape.iter().map(|&length| length as usize).collect(),
            None => vec![self.0.len as usize / (self.0.itemsize as usize).max(1)],
        }
    }

    /// Objects of ctypes leave them out: their items lie side by side.
    pub(crate) fn strides(&self) -> Vec<isize> {
        if let Some(strides) = self.axes(self.0.strides) {
            return strides.to_vec();
        }
        let mut strides = vec![self.0.itemsize; self.shape().len()];
        for (axis, length) in self.shape().into_iter().enumerate().skip(1).rev() {
            strides[axis - 1] = strides[axis] * length as isize;
        }
        strides
    }

    pub(crate) fn format(&self) -> &std::ffi::CStr {
        if self.0.format.is_null() {
            return c"B";
        }
        // SAFETY: where there is a format it ends in a zero, and is held with the buffer.
        unsafe { std::ffi::CStr::from_ptr(self.0.format) }
    }

    pub(crate) fn is_indirect(&self) -> bool {
        !self.0.suboffsets.is_null()
            && self.axes(self.0.suboffsets).is_some_and(|offsets| offsets.iter().any(|&offset| offset >= 0))
    }
}

impl Drop for HeldBuffer {
    fn drop(&mut self) {
        // SAFETY: it was got by `PyObject_GetBuffer` and is released once; whoever holds an array is attached when it ends.
        unsafe { ffi::PyBuffer_Release(&raw mut *self.0) };
    }
}
