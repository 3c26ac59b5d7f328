//! What does Python call?
//!
//! The functions whose calls must be cheap, in CPython's own calling conventions: no argument tuple, no keyword that is not
//! there. PyO3's own wrapper would add about 14 ns to a call that takes 60 (it keeps account of attached threads and catches
//! panics). What one argument more, another type or a long array takes is handed on to PyO3's function of the same name.

#![expect(unsafe_code, reason = "Python calls these by CPython's own convention, on raw pointers")]

use std::ffi::{CStr, CString};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use breakeven_simd::{sliding, standard_deviation};
use numpy::npyffi::NPY_TYPES;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyCFunction;

use crate::numpy_array::{NumpyArray, ROOM, empty};
use crate::{direct, rolling, whole};

/// Longer arrays are computed without Python's lock.
const LONGEST: usize = 16_384;

/// `standard_dev(values, /, *, ddof=0, axis=None, method='fast')`.
///
/// # Safety
/// Only for Python to call: attached, with borrowed references to live objects.
pub(crate) unsafe extern "C" fn standard_dev(
    _module: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    if count == 1 && keywords.is_null() {
        // SAFETY: there is one argument, and Python's caller holds it for the whole call; the thread is attached.
        unsafe {
            let values = *arguments;
            let deviation = match direct::standard_dev(values) {
                None => of_array(values),
                deviation => deviation,
            };
            if let Some(deviation) = deviation {
                return ffi::PyFloat_FromDouble(deviation);
            }
        }
    }
    // SAFETY: by this function's own contract.
    unsafe { hand_on(&STANDARD_DEV, arguments, count, keywords) }
}

/// `rolling_std(a, window, *, ...)`.
///
/// # Safety
/// As [`standard_dev`].
pub(crate) unsafe extern "C" fn rolling_std(
    _module: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    if count == 2 && keywords.is_null() {
        // SAFETY: there are two arguments, and Python's caller holds them for the whole call; the thread is attached.
        let result = unsafe { of_windows(*arguments, *arguments.add(1)) };
        if let Some(result) = result {
            return result;
        }
    }
    // SAFETY: by this function's own contract.
    unsafe { hand_on(&ROLLING_STD, arguments, count, keywords) }
}

/// `noop(object)`.
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

/// The population standard deviation of a short NumPy array of one axis, or `None` where `values` is anything else.
///
/// # Safety
/// The thread is attached, and `values` is a borrowed reference to a live object.
#[inline]
unsafe fn of_array(values: *mut ffi::PyObject) -> Option<f64> {
    let mut room = [const { MaybeUninit::<f64>::uninit() }; ROOM];
    // SAFETY: by this function's own contract.
    let values = unsafe { NumpyArray::exact(values)?.doubles(&mut room)? };
    (values.len() <= LONGEST).then(|| standard_deviation(values, 0))
}

/// The standard deviations of the windows of a short NumPy array of one axis, or `None` where `values` or `window` is anything
/// else. Null where an exception is set.
///
/// # Safety
/// The thread is attached, and both are borrowed references to live objects.
#[inline]
unsafe fn of_windows(values: *mut ffi::PyObject, window: *mut ffi::PyObject) -> Option<*mut ffi::PyObject> {
    let mut room = [const { MaybeUninit::<f64>::uninit() }; ROOM];
    // SAFETY: by this function's own contract.
    let (values, window) = unsafe {
        if ffi::PyLong_CheckExact(window) == 0 {
            return None;
        }
        let window = ffi::PyLong_AsSsize_t(window);
        if window == -1 {
            ffi::PyErr_Clear(); // it may be -1 or too large, and is refused or understood further on
        }
        (NumpyArray::exact(values)?.doubles(&mut room)?, window)
    };
    let window = usize::try_from(window).ok().filter(|window| (1..=values.len()).contains(window))?;
    if values.len() > LONGEST {
        return None;
    }
    // SAFETY: the thread is attached, as Python's caller is.
    let py = unsafe { Python::assume_attached() };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let output = empty(py, &[values.len()], NPY_TYPES::NPY_DOUBLE as i32)?;
        if let Some(output) = &output {
            // SAFETY: a new array of so many doubles, of which nothing else has a reference.
            let out = unsafe {
                let first = NumpyArray::exact(output.as_ptr()).map_or(ptr::null_mut(), NumpyArray::data);
                std::slice::from_raw_parts_mut(first.cast::<f64>(), values.len())
            };
            let (head, out) = out.split_at_mut(window - 1);
            head.fill(f64::NAN);
            sliding(values, window, 0, out);
        }
        Ok::<_, PyErr>(output)
    }));
    match outcome {
        Ok(Ok(output)) => output.map(Bound::into_ptr),
        Ok(Err(error)) => {
            error.restore(py);
            Some(ptr::null_mut())
        }
        Err(_) => None, // once more, where what has panicked is said
    }
}

/// PyO3's function of a name, once there is a module.
type General = PyOnceLock<Py<PyCFunction>>;

static STANDARD_DEV: General = PyOnceLock::new();
static ROLLING_STD: General = PyOnceLock::new();

/// Calls PyO3's function with the same arguments.
///
/// # Safety
/// As [`standard_dev`].
#[cold]
#[inline(never)]
unsafe fn hand_on(
    function: &'static General,
    arguments: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the thread is attached, as Python's caller is; the arguments are those that Python has handed over, in the
    // same convention.
    unsafe {
        match function.get(Python::assume_attached()) {
            Some(function) => {
                ffi::PyObject_Vectorcall(function.as_ptr(), arguments, count as usize, keywords)
            }
            None => {
                ffi::PyErr_SetString(ffi::PyExc_SystemError, c"the module has no such function".as_ptr());
                ptr::null_mut()
            }
        }
    }
}

/// Adds the functions whose calls are cheap to a module, with the signatures and texts of PyO3's.
///
/// # Errors
/// What Python raises: it has no memory.
pub(crate) fn add_quick_functions(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let of_whole = wrap_pyfunction!(whole::standard_dev, module)?;
    let of_windows = wrap_pyfunction!(rolling::rolling_std, module)?;
    add_quick(module, standard_dev, &of_whole)?;
    add_quick(module, rolling_std, &of_windows)?;
    STANDARD_DEV.get_or_init(py, || of_whole.unbind());
    ROLLING_STD.get_or_init(py, || of_windows.unbind());
    Ok(())
}

fn add_quick(
    module: &Bound<'_, PyModule>,
    quick: ffi::PyCFunctionFastWithKeywords,
    general: &Bound<'_, PyCFunction>,
) -> PyResult<()> {
    let name: String = general.getattr("__name__")?.extract()?;
    let signature: String = general.getattr("__text_signature__")?.extract()?;
    let text: String = general.getattr("__doc__")?.extract()?;
    let text = CString::new(format!("{name}{signature}\n--\n\n{text}"))?;
    // Python reads these for as long as the function lives, and there is one for each module
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: CString::new(name.clone())?.into_raw(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: quick },
        ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
        ml_doc: text.into_raw(),
    }));
    let module_name = module.name()?;
    // SAFETY: the definition is never freed, the module and its name are alive, and the thread is attached.
    let function = unsafe {
        let function = ffi::PyCFunction_NewEx(definition, module.as_ptr(), module_name.as_ptr());
        Bound::from_owned_ptr_or_err(module.py(), function)?
    };
    module.add(name, function)
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
