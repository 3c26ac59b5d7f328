//! Which interpreter runs here, and is it the one that was meant?
//!
//! CPython is started once per process: our module `std` registered first, as the talk does it; an
//! isolated configuration, so that no `PYTHON*` variable and no user site changes a figure; the
//! executable of `.venv` named, since without a name CPython would guess its prefix from `PATH`; and
//! the thread state let go, so that any thread may attach. What came up is then checked: two
//! interpreters of one minor version on one machine mix without an error otherwise.

#![expect(unsafe_code, reason = "PyO3 has no safe way to start an interpreter from a configuration")]

use std::collections::BTreeMap;
use std::ffi::{CStr, CString, OsString};
use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule};
use pyo3::{PyErr, ffi};

/// The variable that names another interpreter than the one this program was built for.
pub(crate) const INTERPRETER_VARIABLE: &str = "BREAKEVEN_PYTHON";

/// The running interpreter, with the code that serves contenders.
pub struct Host {
    module: Py<PyModule>,
}

/// An interpreter that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// There is no such program.
    #[error(
        "no Python at {}: run scripts/prepare, or set {INTERPRETER_VARIABLE} to the python of a prepared environment",
        .0.display()
    )]
    NoExecutable(PathBuf),
    /// CPython did not start.
    #[error("Python does not start from {}: {message}; run scripts/prepare", .executable.display())]
    NotStarted {
        /// The interpreter that was named.
        executable: PathBuf,
        /// What CPython says.
        message: String,
    },
    /// Another version than the one this program was compiled for.
    #[error(
        "this program was built for Python {built_for}, and {running} is running: build it again (scripts/bench does)"
    )]
    OtherVersion {
        /// `sys.version` of the build's interpreter.
        built_for: String,
        /// `sys.version` of the one that came up.
        running: String,
    },
    /// Not the environment that was named.
    #[error(
        "Python runs from {}, which is not the environment of {}: run scripts/prepare",
        .prefix.display(), .executable.display()
    )]
    OtherPrefix {
        /// `sys.prefix`.
        prefix: PathBuf,
        /// The interpreter that was named.
        executable: PathBuf,
    },
    /// Our own Python code failed.
    #[error("{0}")]
    Code(String),
}

impl Host {
    /// The interpreter, started by the first call; later calls return the same one, or the same error.
    ///
    /// # Errors
    /// No interpreter, one that does not start, or not the one that was meant.
    pub fn start() -> Result<&'static Host, HostError> {
        static HOST: OnceLock<Result<Host, HostError>> = OnceLock::new();
        HOST.get_or_init(start).as_ref().map_err(Clone::clone)
    }

    /// What stays the same from run to run: `python`, `python_flags`, and `numpy`, `numpy_simd` where
    /// NumPy is installed. No path is among them.
    ///
    /// # Errors
    /// Our own Python code failed.
    pub fn facts(&self) -> Result<BTreeMap<String, String>, HostError> {
        Python::attach(|py| self.module.bind(py).call_method0("facts")?.extract())
            .map_err(|error| HostError::Code(one_line(&error)))
    }

    /// The host's own Python functions.
    pub(crate) fn module<'py>(&self, py: Python<'py>) -> Bound<'py, PyModule> {
        self.module.bind(py).clone()
    }
}

/// A Python exception as "TypeName: message", in one line.
pub(crate) fn one_line(error: &PyErr) -> String {
    Python::attach(|py| {
        let name = error.get_type(py).name().map_or_else(|_| "exception".to_owned(), |name| name.to_string());
        let message = error.value(py).to_string();
        format!("{name}: {}", message.lines().next().unwrap_or_default())
    })
}

fn start() -> Result<Host, HostError> {
    let executable = executable()?;
    breakeven_extension::register().map_err(|error| HostError::NotStarted {
        executable: executable.clone(),
        message: error.to_string(),
    })?;
    initialize(&executable)?;
    Python::attach(|py| {
        check(py, &executable)?;
        let code = |error: PyErr| HostError::Code(one_line(&error));
        let source = CString::new(include_str!("host.py")).expect("the file holds no zero byte");
        let module = PyModule::from_code(py, &source, c"host.py", c"breakeven_host").map_err(code)?;
        module.call_method0("quiet").map_err(code)?;
        for (name, source) in crate::contenders::SHARED {
            module.call_method1("load", (*name, *source)).map_err(code)?;
        }
        Ok(Host { module: module.unbind() })
    })
}

fn executable() -> Result<PathBuf, HostError> {
    let named = std::env::var_os(INTERPRETER_VARIABLE);
    let path = PathBuf::from(named.unwrap_or_else(|| OsString::from(env!("BREAKEVEN_BUILT_FOR"))));
    if path.is_file() { Ok(path) } else { Err(HostError::NoExecutable(path)) }
}

/// Starts CPython as the program at `executable` would be, isolated.
fn initialize(executable: &Path) -> Result<(), HostError> {
    let not_started = |message: String| HostError::NotStarted { executable: executable.to_owned(), message };
    let path = CString::new(executable.as_os_str().as_encoded_bytes())
        .map_err(|_| not_started("its path holds a zero byte".to_owned()))?;
    let mut config = MaybeUninit::<ffi::PyConfig>::uninit();
    // SAFETY: the configuration is initialised by CPython before anything reads it, and cleared once
    // after its last use; the path outlives the call that copies it; no interpreter runs yet, since
    // `start` is called once and `register` has refused otherwise.
    let status = unsafe {
        ffi::PyConfig_InitIsolatedConfig(config.as_mut_ptr());
        let config = config.assume_init_mut();
        config.parse_argv = 0;
        config.install_signal_handlers = 0;
        let field = &raw mut config.executable;
        let mut status = ffi::PyConfig_SetBytesString(config, field, path.as_ptr());
        if ffi::PyStatus_Exception(status) == 0 {
            status = ffi::Py_InitializeFromConfig(config);
        }
        ffi::PyConfig_Clear(config);
        status
    };
    // SAFETY: a status is a plain value; its message is null or a static text of CPython's.
    unsafe {
        if ffi::PyStatus_Exception(status) != 0 {
            let message =
                if status.err_msg.is_null() { c"unknown reason" } else { CStr::from_ptr(status.err_msg) };
            return Err(not_started(message.to_string_lossy().into_owned()));
        }
        // without this, any other thread that attaches waits for ever
        ffi::PyEval_SaveThread();
    }
    Ok(())
}

/// Is this the version and the environment that were meant?
fn check(py: Python<'_>, executable: &Path) -> Result<(), HostError> {
    let sys = py.import("sys").map_err(|error| HostError::Code(one_line(&error)))?;
    let text = |name: &str| -> Result<String, HostError> {
        let value = sys.getattr(name).and_then(|value| value.extract());
        value.map_err(|error| HostError::Code(one_line(&error)))
    };
    let (running, built_for) = (text("version")?, env!("BREAKEVEN_BUILT_FOR_VERSION").to_owned());
    if running != built_for {
        return Err(HostError::OtherVersion { built_for, running });
    }
    let (prefix, base) = (PathBuf::from(text("prefix")?), PathBuf::from(text("base_prefix")?));
    let environment = executable.parent().and_then(Path::parent).and_then(|path| path.canonicalize().ok());
    if prefix == base || prefix.canonicalize().ok() != environment {
        return Err(HostError::OtherPrefix { prefix, executable: executable.to_owned() });
    }
    Ok(())
}

/// A module made from embedded source, by the host's own `load`.
pub(crate) fn load<'py>(
    host: &Host,
    py: Python<'py>,
    name: &str,
    source: &str,
) -> PyResult<Bound<'py, PyAny>> {
    host.module(py).call_method1("load", (name, source))
}

/// Keyword arguments from names and numbers.
pub(crate) fn keywords<'py>(py: Python<'py>, numbers: &[(&str, usize)]) -> PyResult<Bound<'py, PyDict>> {
    let keywords = PyDict::new(py);
    for (name, number) in numbers {
        keywords.set_item(name, number)?;
    }
    Ok(keywords)
}
