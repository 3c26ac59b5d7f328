//! Is the Python in this process the one that we mean to measure?
//!
//! It is started once and then checked: its prefix must be the environment's, its version the build's. A
//! process can load another libpython than it was linked with, and an environment can be remade, and in both
//! cases Python would run without an error.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use breakeven_problem::{Absence, Failure};
use pyo3::ffi::c_str;
use pyo3::prelude::*;
use pyo3::types::PyModule;

use crate::interpreter;

const BUILT_VERSION: &str = env!("BREAKEVEN_PYTHON_VERSION");

/// CPython inside this process: one, from its first use to the end of the process.
pub struct Host {
    /// The functions of `host.py` and `worker/function.py`.
    functions: Py<PyModule>,
    facts: BTreeMap<String, String>,
}

/// Why there is no Python to measure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// Nothing lies at the interpreter's path.
    #[error(
        "no Python at {}, {origin}: run scripts/prepare, or set BREAKEVEN_PYTHON to the interpreter of an \
         environment of the same Python", path.display()
    )]
    Missing {
        /// Where it should be.
        path: PathBuf,
        /// What names this path.
        origin: &'static str,
    },
    /// The interpreter belongs to no virtual environment.
    #[error(
        "{} belongs to no virtual environment, {origin}: run scripts/prepare, or set BREAKEVEN_PYTHON to the \
         interpreter of one", path.display()
    )]
    NotAnEnvironment {
        /// The interpreter.
        path: PathBuf,
        /// What names it.
        origin: &'static str,
    },
    /// Python did not start.
    #[error("Python does not start on {}: {reason}: run scripts/prepare", path.display())]
    NotStarted {
        /// The interpreter.
        path: PathBuf,
        /// Python's error message.
        reason: String,
    },
    /// Python took another environment.
    #[error(
        "Python runs on {} where {} was meant: run scripts/prepare", found.display(), expected.display()
    )]
    WrongPrefix {
        /// The environment of the interpreter.
        expected: PathBuf,
        /// `sys.prefix`.
        found: PathBuf,
    },
    /// The libpython that was loaded, or the environment's Python, is not the one of the build.
    #[error(
        "built for Python {built}, but {found} was loaded: unset LD_LIBRARY_PATH, run scripts/prepare, and \
         build again"
    )]
    WrongVersion {
        /// `sys.version` of the build.
        built: String,
        /// `sys.version` now, or that of the environment.
        found: String,
    },
    /// Python runs, but not host.py.
    #[error("the environment's Python is broken: {0}: run scripts/prepare")]
    Broken(String),
}

impl Host {
    /// The one Python of this process, started by the first call, on any thread.
    ///
    /// It runs on the environment whose interpreter BREAKEVEN_PYTHON names, or else on the one this was built
    /// for. Its garbage collector is off. The first call takes about 0.1 s, most of it to import NumPy.
    ///
    /// # Errors
    /// There is no such interpreter, or what has started is not it. The same error again on every later call.
    ///
    /// # Example
    /// ```no_run
    /// let host = breakeven_python::Host::start()?;
    /// assert!(host.facts()["python"].starts_with("3."));
    /// # Ok::<(), breakeven_python::HostError>(())
    /// ```
    pub fn start() -> Result<&'static Host, HostError> {
        static HOST: OnceLock<Result<Host, HostError>> = OnceLock::new();
        HOST.get_or_init(start).as_ref().map_err(Clone::clone)
    }

    /// What a figure must be published with: `python` (its version), `python_flags` (how it was compiled, and
    /// whether the ordinary interpreter is the same code), and where they are there `numpy` and
    /// `numpy_simd` (the instruction sets it uses). No paths.
    #[must_use]
    pub fn facts(&self) -> BTreeMap<String, String> {
        self.facts.clone()
    }

    /// Writes out what Python's `sys.stdout` and `sys.stderr` still hold: it would be lost with the process.
    pub fn flush(&self) {
        // a closed or broken stream has nothing left to lose
        let _ = Python::attach(|py| self.call(py, "flush", ()).map(drop));
    }

    /// Calls one of its functions.
    pub(crate) fn call<'py, A>(
        &self,
        py: Python<'py>,
        name: &str,
        arguments: A,
    ) -> Result<Bound<'py, PyAny>, Failure>
    where
        A: pyo3::call::PyCallArgs<'py>,
    {
        let call = || self.functions.bind(py).getattr(name)?.call1(arguments);
        call().map_err(|error| failure(py, &error))
    }

    /// One of its functions.
    pub(crate) fn function(&self, py: Python<'_>, name: &str) -> Result<Py<PyAny>, Failure> {
        self.functions.getattr(py, name).map_err(|error| failure(py, &error))
    }
}

impl From<HostError> for Absence {
    fn from(error: HostError) -> Self {
        // a record keeps the reason, and no record names a folder
        let reason = match &error {
            HostError::Missing { origin, .. } => format!("our Python, {origin}, is not there"),
            HostError::NotAnEnvironment { origin, .. } => {
                format!("our Python, {origin}, belongs to no virtual environment")
            }
            other => other.to_string(),
        };
        Absence { reason, install: Some("scripts/prepare".to_owned()) }
    }
}

/// An exception as one line, `TypeName: message`.
pub(crate) fn failure(py: Python<'_>, error: &PyErr) -> Failure {
    let kind = error.get_type(py).name().map_or_else(|_| "exception".to_owned(), |name| name.to_string());
    let message =
        error.value(py).str().map_or_else(|_| String::new(), |text| text.to_string_lossy().into_owned());
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    Failure(if message.is_empty() { kind } else { format!("{kind}: {message}") })
}

fn start() -> Result<Host, HostError> {
    let executable = executable()?;
    let reason = |reason| HostError::NotStarted { path: executable.clone(), reason };
    interpreter::start(&executable).map_err(reason)?;
    Python::attach(|py| {
        let broken = |error: PyErr| HostError::Broken(failure(py, &error).0);
        let source = c_str!(concat!(include_str!("../worker/function.py"), "\n\n", include_str!("host.py")));
        let functions = PyModule::from_code(py, source, c"host.py", c"breakeven_host").map_err(broken)?;
        check(&functions, &executable)?;
        let facts = functions.call_method1("facts", (env!("BREAKEVEN_PYTHON_LINKING"),)).map_err(broken)?;
        let facts = facts.extract().map_err(broken)?;
        functions.call_method0("collect_garbage").map_err(broken)?;
        Ok(Host { functions: functions.unbind(), facts })
    })
}

/// The interpreter of the environment that [`Host`] runs on: the one that BREAKEVEN_PYTHON names, or else the one
/// this was built for. Starts nothing.
///
/// # Errors
/// There is none, or it belongs to no virtual environment.
pub fn executable() -> Result<PathBuf, HostError> {
    let (path, origin) = match env::var_os("BREAKEVEN_PYTHON").filter(|path| !path.is_empty()) {
        Some(path) => {
            (std::path::absolute(&path).unwrap_or_else(|_| path.into()), "which BREAKEVEN_PYTHON names")
        }
        None => (PathBuf::from(env!("BREAKEVEN_BUILT_FOR")), "which this program was built for"),
    };
    if !path.exists() {
        return Err(HostError::Missing { path, origin });
    }
    if !environment(&path).join("pyvenv.cfg").exists() {
        return Err(HostError::NotAnEnvironment { path, origin });
    }
    Ok(path)
}

/// `.venv` of `.venv/bin/python`.
fn environment(executable: &Path) -> &Path {
    executable.parent().and_then(Path::parent).unwrap_or(executable)
}

/// Python is on the interpreter's environment, and is the Python of the build.
fn check(functions: &Bound<'_, PyModule>, executable: &Path) -> Result<(), HostError> {
    let identity = functions.call_method0("identity").and_then(|identity| identity.extract());
    let (found, base, version, made_with): (PathBuf, PathBuf, String, String) =
        identity.map_err(|error| HostError::Broken(failure(functions.py(), &error).0))?;
    let expected = environment(executable).to_path_buf();
    if version != BUILT_VERSION {
        return Err(HostError::WrongVersion { built: BUILT_VERSION.to_owned(), found: version });
    }
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    if real(&found) != real(&expected) || found == base {
        return Err(HostError::WrongPrefix { expected, found });
    }
    if !BUILT_VERSION.starts_with(&format!("{made_with} ")) {
        return Err(HostError::WrongVersion { built: BUILT_VERSION.to_owned(), found: made_with });
    }
    Ok(())
}
