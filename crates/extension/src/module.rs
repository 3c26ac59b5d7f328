//! How does an interpreter get the module?
//!
//! As a built-in one of our own interpreter, under the talk's name: [`register`] before Python starts. Or, after
//! `pip install ./crates/extension`, as the compiled half of the package `breakeven`, which Python finds by
//! the symbol `PyInit__native`. A module takes its name from the import statement, so both are the same code.

#![expect(unsafe_code, reason = "Python calls a module's initialisation by CPython's own convention")]

use std::ffi::{CStr, CString};

use breakeven_simd::Kernel;
use pyo3::exceptions::PyRuntimeWarning;
use pyo3::ffi;
use pyo3::prelude::*;

use crate::call::{self, Functions, function};
#[cfg(feature = "demonstration")]
use crate::demonstration;
use crate::{online, recording, rolling};

/// Under which name our own interpreter has the module built in: the talk's, `std`.
pub const MODULE_NAME: &CStr = c"std";

/// The module could not become a built-in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotRegistered {
    /// Python takes built-in modules only before it starts.
    #[error("the module `std` must be registered before Python is started, and it is running")]
    PythonIsRunning,
    /// Python's table of built-in modules could not grow.
    #[error("no memory for the table of built-in modules")]
    NoMemory,
}

/// Makes `import std` work in the interpreter that this process starts next.
///
/// Once per process; twice is harmless, the first entry wins.
///
/// # Errors
/// Python is running already, or has no memory.
///
/// # Example
/// ```no_run
/// # use pyo3::prelude::*;
/// breakeven_extension::register()?;
/// Python::initialize();
/// Python::attach(|py| py.import("std").map(drop)).expect("it has just been registered");
/// # Ok::<(), breakeven_extension::NotRegistered>(())
/// ```
pub fn register() -> Result<(), NotRegistered> {
    // SAFETY: may be called at any time, by CPython's documentation.
    if unsafe { ffi::Py_IsInitialized() } != 0 {
        return Err(NotRegistered::PythonIsRunning);
    }
    #[cfg(feature = "demonstration")]
    // SAFETY: as for the next call.
    unsafe {
        ffi::PyImport_AppendInittab(demonstration::NAME.as_ptr(), Some(demonstration::initialize_module));
    }
    // SAFETY: Python is not running, as the call demands; the name is static and ends in a zero.
    match unsafe { ffi::PyImport_AppendInittab(MODULE_NAME.as_ptr(), Some(initialize_module)) } {
        0 => Ok(()),
        _ => Err(NotRegistered::NoMemory),
    }
}

/// What the talk calls `PyInit_std`: the function that Python calls on the first `import std`.
///
/// Returns a new reference to the module's definition, or null with an exception set.
///
/// # Safety
/// Only for Python itself to call: hand it to `PyImport_AppendInittab`, as [`register`] does.
pub unsafe extern "C" fn initialize_module() -> *mut ffi::PyObject {
    // SAFETY: Python calls this with the interpreter running and the thread attached.
    unsafe { standard_deviations::__pyo3_init() }
}

/// Standard deviations: of small lists, where the cost of the call is what counts, and of sliding windows.
#[pymodule(name = "_native", gil_used = true)] // a list is read on the promise that no other thread changes it
fn standard_deviations(module: &Bound<'_, PyModule>) -> PyResult<()> {
    warn_of_instruction_set(module.py())?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    FUNCTIONS.add_to(module)?;
    call::add_quick_functions(module)?;
    module.add_function(wrap_pyfunction!(rolling::rolling_var, module)?)?;
    module.add_function(wrap_pyfunction!(rolling::rolling_mean, module)?)?;
    module.add_class::<online::RollingStd>()?;
    module.add_function(wrap_pyfunction!(recording::count_steps, module)?)?;
    module.add_function(wrap_pyfunction!(recording::std_bank, module)?)
}

/// Says once, at the import, that the variable which forces an instruction set names none that there is.
fn warn_of_instruction_set(py: Python<'_>) -> PyResult<()> {
    let Err(error) = Kernel::from_environment() else { return Ok(()) };
    let text = CString::new(format!("{error}; the portable one is used"))?;
    PyErr::warn(py, &py.get_type::<PyRuntimeWarning>(), &text, 1)
}

// The first line of each text becomes the function's `__text_signature__`.
static FUNCTIONS: Functions<1> = Functions::new([function(
    c"noop",
    call::noop,
    c"noop(object, /)
--

Do nothing and return None: what a call costs before any work.",
)]);
