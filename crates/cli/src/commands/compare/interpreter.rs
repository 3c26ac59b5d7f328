//! Which Python runs a user's functions?

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use breakeven_cli::interpreter::{Interpreter, is_program, named as find, on_path};
use breakeven_measure::protocol::WorkerCommand;

use super::request::Request;
use crate::arguments::Given;
use crate::stop::Stop;

/// The Python of one function, else that of all; ours where functions are embedded.
///
/// # Errors
/// There is none (exit code 2; of ours 1).
pub(crate) fn interpreter_of(request: &Request, own: Option<&Given<PathBuf>>) -> Result<PathBuf, Stop> {
    let found = match request.embedded {
        true => ours()?,
        false => interpreter(request, own.or(request.settings.python.as_ref()))?,
    };
    std::path::absolute(found).map_err(Stop::ours)
}

/// The interpreter that runs our Python contenders.
#[cfg(feature = "python")]
fn ours() -> Result<PathBuf, Stop> {
    breakeven_python::executable().map_err(Stop::ours)
}

/// The same, of which a build without Python has none.
#[cfg(not(feature = "python"))]
fn ours() -> Result<PathBuf, Stop> {
    Err(Stop::ours(anyhow!("--embedded: {}", breakeven_cli::WITHOUT_PYTHON)))
}

/// The command that starts a Python on the worker file in `folder`.
///
/// # Errors
/// The file cannot be written (exit code 1).
pub(crate) fn on_worker_file(interpreter: &Path, folder: &Path) -> Result<WorkerCommand, Stop> {
    let command = breakeven_cli::interpreter::on_worker_file(interpreter, folder);
    command.context("cannot start a Python on the worker file").map_err(Stop::ours)
}

/// What the Python of the user's functions is, so that ours can run beside them. The trial of a function says what is
/// wrong with one that cannot be started.
pub(crate) fn identified(interpreter: &Path, folder: &Path) -> Option<Interpreter> {
    Interpreter::identify(interpreter, folder).ok()
}

/// The one that is named, else that of `$VIRTUAL_ENV`, else the first `python3`, `python` or `pypy3` on `PATH`.
fn interpreter(request: &Request, named: Option<&Given<PathBuf>>) -> Result<PathBuf, Stop> {
    if let Some(Given { value: path, place }) = named {
        return find(path).map_err(|error| {
            Stop::usage(anyhow!("{} {}: {error}", request.place("python", *place), path.display()))
        });
    }
    let environment = std::env::var_os("VIRTUAL_ENV").filter(|path| !path.is_empty());
    if let Some(environment) = environment {
        let path = Path::new(&environment).join("bin/python");
        if is_program(&path) {
            return Ok(path);
        }
        return Err(Stop::usage(anyhow!(
            "VIRTUAL_ENV is {}, where no bin/python is: name a Python with --python PATH",
            Path::new(&environment).display()
        )));
    }
    ["python3", "python", "pypy3"].iter().find_map(|name| on_path(Path::new(name))).ok_or_else(|| {
        let ours = if cfg!(feature = "python") { ", or use ours with --embedded" } else { "" };
        Stop::usage(anyhow!("no python3 on PATH: name a Python with --python PATH{ours}"))
    })
}
