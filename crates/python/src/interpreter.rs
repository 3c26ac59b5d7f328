//! How does CPython start inside this process, so that it is the one we mean?
//!
//! From an isolated configuration, which no stray `PYTHONPATH` or `PYTHONHOME` reaches, with the path of the
//! environment's own interpreter: Python looks beside it for its packages. Without that path it would
//! look for a `python3` on the PATH, and silently run one Python's library on another's core.

#![expect(unsafe_code, reason = "PyO3 starts Python only in its default configuration")]

use std::ffi::{CStr, CString};
use std::mem;
use std::path::Path;

use pyo3::ffi;

/// Starts Python on the environment of this interpreter and lets go of it, so that any thread may attach.
///
/// Signals keep their handlers: Ctrl-C is the program's, not Python's.
///
/// # Errors
/// What Python says is wrong; or that this process runs one already.
pub(crate) fn start(executable: &Path) -> Result<(), String> {
    breakeven_extension::register().map_err(|error| error.to_string())?;
    let executable = CString::new(executable.as_os_str().as_encoded_bytes())
        .map_err(|_| "its path has a zero byte".to_owned())?;
    preinitialize()?;
    // SAFETY: all zeros is a value of this C struct, and PyConfig_InitIsolatedConfig sets every field.
    let mut config = unsafe { mem::zeroed::<ffi::PyConfig>() };
    // SAFETY: Python has been preinitialized; `config` is valid for writes.
    unsafe { ffi::PyConfig_InitIsolatedConfig(&raw mut config) };
    let outcome = initialize(&mut config, &executable);
    // SAFETY: `config` was initialised above and is not used again.
    unsafe { ffi::PyConfig_Clear(&raw mut config) };
    outcome?;
    // The thread that starts Python is attached to it; as long as it is, `Python::attach` waits in all other threads.
    // SAFETY: this thread is attached, and no pointer to a Python object is held here.
    unsafe { ffi::PyEval_SaveThread() };
    Ok(())
}

/// Paths are bytes in UTF-8, whatever the locale says.
fn preinitialize() -> Result<(), String> {
    // SAFETY: all zeros is a value of this C struct; the calls need nothing of Python's, and the struct is live.
    let status = unsafe {
        let mut config = mem::zeroed::<ffi::PyPreConfig>();
        ffi::PyPreConfig_InitIsolatedConfig(&raw mut config);
        config.utf8_mode = 1;
        ffi::Py_PreInitialize(&raw const config)
    };
    check(status)
}

fn initialize(config: &mut ffi::PyConfig, executable: &CStr) -> Result<(), String> {
    let field = &raw mut config.executable;
    // SAFETY: `config` is initialised, `field` is its own, and the text ends in a zero.
    check(unsafe { ffi::PyConfig_SetBytesString(config, field, executable.as_ptr()) })?;
    // SAFETY: `config` is initialised and Python is not running.
    check(unsafe { ffi::Py_InitializeFromConfig(config) })
}

fn check(status: ffi::PyStatus) -> Result<(), String> {
    // SAFETY: the status comes from Python.
    if unsafe { ffi::PyStatus_Exception(status) } == 0 {
        return Ok(());
    }
    if status.err_msg.is_null() {
        return Err(format!("exit code {}", status.exitcode));
    }
    // SAFETY: a message that is not null is a static text that ends in a zero.
    Err(unsafe { CStr::from_ptr(status.err_msg) }.to_string_lossy().into_owned())
}
