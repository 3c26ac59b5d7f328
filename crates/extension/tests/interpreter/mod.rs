//! One Python for all tests of a binary: ours, with `std` built in, on the environment it was built for.

#![expect(unsafe_code, reason = "a Python with another prefix than the default one starts through the C API")]

use std::ffi::CString;
use std::sync::Once;

use breakeven_extension::register;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Attaches this thread, whichever it is, to the one interpreter.
pub(crate) fn attach<R>(work: impl for<'py> FnOnce(Python<'py>) -> R) -> R {
    static START: Once = Once::new();
    START.call_once(start);
    Python::attach(work)
}

/// Runs statements; fails the test with Python's own message where they raise.
pub(crate) fn run(py: Python<'_>, names: &Bound<'_, PyDict>, code: &str) {
    let text = CString::new(code).expect("no code has a zero byte");
    py.run(&text, Some(names), None).unwrap_or_else(|error| {
        let place = error.traceback(py).map(|place| place.format().unwrap_or_default());
        panic!("{code}: {error} {place:?}")
    });
}

fn start() {
    register().expect("nothing has started Python yet");
    let executable = CString::new(env!("BREAKEVEN_BUILT_FOR")).expect("a path has no zero byte");
    // SAFETY: `config` is initialised by the first call before any field is used, and cleared at the end; the
    // thread that initialises Python is the one that lets go of it.
    unsafe {
        let mut config = std::mem::zeroed::<ffi::PyConfig>();
        ffi::PyConfig_InitIsolatedConfig(&raw mut config);
        let field = &raw mut config.executable;
        let status = ffi::PyConfig_SetBytesString(&raw mut config, field, executable.as_ptr());
        assert_eq!(ffi::PyStatus_Exception(status), 0);
        let status = ffi::Py_InitializeFromConfig(&raw const config);
        assert_eq!(ffi::PyStatus_Exception(status), 0);
        ffi::PyConfig_Clear(&raw mut config);
        // or every other test would wait for this thread for ever
        ffi::PyEval_SaveThread();
    }
}
