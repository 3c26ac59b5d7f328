//! What does Python call?
//!
//! The two functions of the module in CPython's calling convention for one argument (`METH_O`): no
//! argument tuple, no parsing. PyO3's own wrapper would add about 14 ns to a call that takes 60 (it
//! keeps account of attached threads and catches panics). So nothing here may panic, except behind
//! the `catch_unwind` of the general way.

#![expect(unsafe_code, reason = "Python calls these by CPython's own convention, on raw pointers")]

use std::any::Any;
use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use pyo3::panic::PanicException;
use pyo3::prelude::*;
use pyo3::{Borrowed, ffi};

use crate::{direct, general};

/// `std.standard_dev(values)`.
///
/// # Safety
/// Only for Python to call: attached, with a borrowed reference to a live object.
pub(crate) unsafe extern "C" fn standard_dev(
    _module: *mut ffi::PyObject,
    values: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: by this function's own contract.
    match unsafe { direct::standard_dev(values) } {
        // SAFETY: the thread is attached.
        Some(deviation) => unsafe { ffi::PyFloat_FromDouble(deviation) },
        // SAFETY: by this function's own contract.
        None => unsafe { on_the_general_way(values) },
    }
}

/// `std.noop(object)`.
///
/// # Safety
/// Only for Python to call: attached.
pub(crate) unsafe extern "C" fn noop(
    _module: *mut ffi::PyObject,
    _object: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the thread is attached, and None is always there.
    unsafe { ffi::Py_NewRef(ffi::Py_None()) }
}

/// # Safety
/// The thread is attached, and `values` is a borrowed reference to a live object.
#[cold]
#[inline(never)]
unsafe fn on_the_general_way(values: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // Attaching again is cheap, and tells PyO3 that it may release references at once.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        Python::attach(|py| {
            // SAFETY: Python's caller holds the argument for the whole call.
            let values = unsafe { Borrowed::from_ptr(py, values) };
            match general::standard_dev(&values) {
                // SAFETY: the thread is attached.
                Ok(deviation) => unsafe { ffi::PyFloat_FromDouble(deviation) },
                Err(error) => {
                    error.restore(py);
                    ptr::null_mut()
                }
            }
        })
    }));
    outcome.unwrap_or_else(|payload| {
        raise_panic(&*payload);
        ptr::null_mut()
    })
}

/// An element that is itself written in Rust may panic; PyO3 carries that through us as a panic.
fn raise_panic(payload: &(dyn Any + Send)) {
    let text = payload
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "panic from Rust code".to_owned());
    Python::attach(|py| PanicException::new_err((text,)).restore(py));
}

/// A module's functions, in the form in which Python reads them: a table that an empty entry closes.
#[repr(C)]
pub(crate) struct Functions<const COUNT: usize> {
    functions: [ffi::PyMethodDef; COUNT],
    end: ffi::PyMethodDef,
}

// SAFETY: nothing writes to the table, and what its pointers lead to is static.
unsafe impl<const COUNT: usize> Sync for Functions<COUNT> {}

impl<const COUNT: usize> Functions<COUNT> {
    pub(crate) const fn new(functions: [ffi::PyMethodDef; COUNT]) -> Self {
        Self { functions, end: ffi::PyMethodDef::zeroed() }
    }

    /// # Errors
    /// What Python raises: it has no memory.
    pub(crate) fn add_to(&'static self, module: &Bound<'_, PyModule>) -> PyResult<()> {
        let table = ptr::from_ref(self).cast_mut().cast();
        // SAFETY: the module is alive, the table static and closed by an empty entry; Python does not write to it.
        match unsafe { ffi::PyModule_AddFunctions(module.as_ptr(), table) } {
            0 => Ok(()),
            _ => Err(PyErr::fetch(module.py())),
        }
    }
}

/// An entry of the table: a function of one argument.
pub(crate) const fn function(
    name: &'static CStr,
    function: ffi::PyCFunction,
    text: &'static CStr,
) -> ffi::PyMethodDef {
    ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: function },
        ml_flags: ffi::METH_O,
        ml_doc: text.as_ptr(),
    }
}
