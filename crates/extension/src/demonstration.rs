//! What does each step of `standard_dev` cost, and what does a leak look like?
//!
//! A second module, `std_demonstration`, which only our own interpreter has built in. `checks`, `reading` and
//! `arithmetic` are `std.standard_dev` of a list, cut short after a step; `boxing` goes to the end. `leak` is the
//! mistake that the talk warns of, made on purpose: it takes a reference to every item and gives none back.

#![expect(unsafe_code, reason = "Python calls these by CPython's own convention, on raw pointers")]

use std::ffi::CStr;
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::ptr;

use breakeven_simd::standard_deviation;
use pyo3::ffi;
use pyo3::prelude::*;

use crate::call::{Functions, function};
use crate::direct::{Items, ON_STACK, read};

/// Under which name our own interpreter has it.
pub(crate) const NAME: &CStr = c"std_demonstration";

/// Python calls this on the first `import std_demonstration`.
///
/// # Safety
/// Only for Python itself to call.
pub(crate) unsafe extern "C" fn initialize_module() -> *mut ffi::PyObject {
    // SAFETY: Python calls this with the interpreter running and the thread attached.
    unsafe { steps_and_leak::__pyo3_init() }
}

/// The steps of `std.standard_dev`, and a leak made on purpose.
#[pymodule(name = "std_demonstration", gil_used = true)]
fn steps_and_leak(module: &Bound<'_, PyModule>) -> PyResult<()> {
    FUNCTIONS.add_to(module)
}

static FUNCTIONS: Functions<5> = Functions::new([
    function(c"checks", checks, c"checks(values, /)\n--\n\nFind the items of a list, and return None."),
    function(c"reading", reading, c"reading(values, /)\n--\n\nRead the items of a list, and return None."),
    function(c"arithmetic", arithmetic, c"arithmetic(values, /)\n--\n\nCompute without a result."),
    function(c"boxing", boxing, c"boxing(values, /)\n--\n\nThe same, with the result as a float."),
    function(
        c"leak",
        leak,
        c"leak(values, /)\n--\n\nThe right answer, with a reference to every item that is never given back.",
    ),
]);

unsafe extern "C" fn checks(_: *mut ffi::PyObject, values: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: Python holds the argument for the whole call.
    match unsafe { Items::of(values) } {
        Some(items) => {
            black_box((items.first, items.length));
            none()
        }
        None => refuse(),
    }
}

unsafe extern "C" fn reading(_: *mut ffi::PyObject, values: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: Python holds the argument for the whole call.
    let outcome = unsafe {
        with_numbers(values, |numbers| {
            black_box(numbers);
        })
    };
    outcome.map_or_else(refuse, |()| none())
}

unsafe extern "C" fn arithmetic(_: *mut ffi::PyObject, values: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: Python holds the argument for the whole call.
    let outcome = unsafe { with_numbers(values, |numbers| black_box(standard_deviation(numbers, 0))) };
    outcome.map_or_else(refuse, |_| none())
}

unsafe extern "C" fn boxing(_: *mut ffi::PyObject, values: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: Python holds the argument for the whole call; the thread is attached.
    unsafe {
        let outcome = with_numbers(values, |numbers| standard_deviation(numbers, 0));
        outcome.map_or_else(refuse, |deviation| ffi::PyFloat_FromDouble(deviation))
    }
}

/// What `direct::standard_dev` does with a short list, with another end.
///
/// # Safety
/// The thread is attached, and `values` is a borrowed reference to a live object.
#[inline]
unsafe fn with_numbers<T>(values: *mut ffi::PyObject, end: impl FnOnce(&[f64]) -> T) -> Option<T> {
    // SAFETY: by this function's own contract.
    let items = unsafe { Items::of(values)? };
    let mut room = [const { MaybeUninit::<f64>::uninit() }; ON_STACK];
    // SAFETY: `items` are those of `values`, which is live.
    let numbers = unsafe { read(items, room.get_mut(..items.length)?)? };
    Some(end(numbers))
}

unsafe extern "C" fn leak(_: *mut ffi::PyObject, values: *mut ffi::PyObject) -> *mut ffi::PyObject {
    let mut numbers = Vec::new();
    // SAFETY: Python holds the argument for the whole call; the thread is attached; each item is held by the
    // reference that is never given back.
    unsafe {
        for index in 0..ffi::PySequence_Size(values) {
            let item = ffi::PySequence_GetItem(values, index); // a new reference: the leak
            if item.is_null() {
                return ptr::null_mut();
            }
            let number = ffi::PyFloat_AsDouble(item);
            if number == -1.0 && !ffi::PyErr_Occurred().is_null() {
                return ptr::null_mut();
            }
            numbers.push(number);
        }
        if numbers.is_empty() {
            return refuse();
        }
        ffi::PyFloat_FromDouble(standard_deviation(&numbers, 0))
    }
}

fn none() -> *mut ffi::PyObject {
    // SAFETY: only called by functions that Python calls, attached; None is always there.
    unsafe { ffi::Py_NewRef(ffi::Py_None()) }
}

#[cold]
fn refuse() -> *mut ffi::PyObject {
    // SAFETY: only called by functions that Python calls, attached; the text is static.
    unsafe {
        if ffi::PyErr_Occurred().is_null() {
            let text = c"a demonstration takes a list of at most 1024 floats and ints, and at least one";
            ffi::PyErr_SetString(ffi::PyExc_TypeError, text.as_ptr());
        }
    }
    ptr::null_mut()
}
