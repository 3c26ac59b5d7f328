//! What do `list`, `verify`, `run`, `compare` and `doctor` share?
//!
//! The contenders with the interpreters that they run in, a scratch folder for their files, and the command that
//! starts a worker which knows the same contenders.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use breakeven_cli::interpreter::{Interpreter, InterpreterError, Interpreters};
use breakeven_cli::user::UserSet;
use breakeven_measure::crew::{CrewError, CrewSetup};
use breakeven_measure::environment::memory_limit_bytes;
use breakeven_measure::process::Halt;
use breakeven_measure::protocol::WorkerCommand;
use breakeven_measure::registry::Registry;
use breakeven_measure::run::RunError;

use crate::scratch::Scratch;
use crate::stop::Stop;

/// The contenders of one command.
pub(crate) struct Session {
    /// All contenders, controls and the oracle.
    pub(crate) registry: Registry,
    /// What workers are told of a user's contenders and of further interpreters.
    pub(crate) users: UserSet,
    /// For inputs, notes and whatever the workers need; removed when the session ends.
    scratch: Scratch,
}

impl Session {
    /// With a user's contenders, whose programs find what they need in `scratch`.
    pub(crate) fn new(users: UserSet, scratch: Scratch) -> Self {
        Self { registry: users.registry(scratch.path()), users, scratch }
    }

    /// With our contenders only, also in the interpreters at these paths.
    ///
    /// # Errors
    /// An interpreter cannot be used (exit code 2), or there is no room for a folder (1).
    pub(crate) fn of_ours(paths: &[PathBuf]) -> Result<Self, Stop> {
        let scratch = Scratch::new()?;
        let interpreters = interpreters(paths, scratch.path())?;
        Ok(Self::new(UserSet { interpreters, ..UserSet::default() }, scratch))
    }

    /// The same, with the control that runs in the ordinary interpreter.
    ///
    /// # Errors
    /// As of [`Session::of_ours`].
    pub(crate) fn with_ordinary_python(paths: &[PathBuf]) -> Result<Self, Stop> {
        let Self { users, scratch, .. } = Self::of_ours(paths)?;
        let interpreters = users.interpreters.with_ordinary(scratch.path()).map_err(Stop::ours)?;
        Ok(Self::new(UserSet { interpreters, ..UserSet::default() }, scratch))
    }

    /// The scratch folder.
    pub(crate) fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// Workers of this program that know the session's contenders: on any processor, with the default limit of memory.
    ///
    /// # Errors
    /// The file that tells them cannot be written (exit code 1).
    pub(crate) fn crew_setup(&self, processes: usize, halt: Halt) -> Result<CrewSetup, Stop> {
        Ok(CrewSetup {
            command: worker_of(&self.users, &self.scratch().join("user.json"))?,
            folder: self.scratch().to_owned(),
            processes,
            pin: None,
            memory_bytes: memory_limit_bytes(None),
            halt,
        })
    }
}

/// A worker of this program that knows these contenders, which are told it by a file; its programs write to the folder of
/// the file.
///
/// # Errors
/// The file cannot be written (exit code 1).
pub(crate) fn worker_of(users: &UserSet, file: &Path) -> Result<WorkerCommand, Stop> {
    users.write(file).context("the file with the contenders").map_err(Stop::ours)?;
    let arguments = vec!["worker".to_owned(), "--user".to_owned(), file.display().to_string()];
    Ok(WorkerCommand { program: this_program()?, arguments })
}

/// This program's own file.
///
/// # Errors
/// It cannot be found (exit code 1).
pub(crate) fn this_program() -> Result<PathBuf, Stop> {
    std::env::current_exe().context("cannot find this program's own file").map_err(Stop::ours)
}

/// A request to stop, which Ctrl-C and SIGTERM make.
///
/// # Errors
/// The signals cannot be watched for (exit code 1).
pub(crate) fn interruptible() -> Result<Halt, Stop> {
    let halt = Halt::default();
    let pulled = halt.clone();
    ctrlc::set_handler(move || pulled.halt()).context("cannot watch for Ctrl-C").map_err(Stop::ours)?;
    Ok(halt)
}

/// The exit code of a run that was given up before a workload was finished.
pub(crate) fn stop_of(error: impl Into<RunError>) -> Stop {
    match error.into() {
        RunError::Crew(CrewError::Halted) => {
            Stop::interrupted(anyhow!("interrupted before a workload was finished"))
        }
        other => Stop::ours(other),
    }
}

/// The interpreters at these paths, started once each to see what they are. Their processes find what they need in
/// `folder`.
///
/// # Errors
/// One is no Python, or two are of the same version (exit code 2).
pub(crate) fn interpreters(paths: &[PathBuf], folder: &Path) -> Result<Interpreters, Stop> {
    let mut further: Vec<Interpreter> = Vec::new();
    for path in paths {
        let found = identify(path, folder)?;
        if let Some(other) = further.iter().position(|known| known.mark == found.mark) {
            return Err(Stop::usage(anyhow!(
                "--interpreter {} and {} are both {}: their rows would have the same names",
                paths[other].display(),
                path.display(),
                found.name
            )));
        }
        further.push(found);
    }
    Ok(Interpreters { further, ..Interpreters::default() })
}

fn identify(path: &Path, folder: &Path) -> Result<Interpreter, Stop> {
    Interpreter::identify(path, folder).map_err(|error| match error {
        InterpreterError::Io(_) => Stop::ours(error),
        InterpreterError::Missing | InterpreterError::Folder | InterpreterError::NoPython(_) => {
            Stop::usage(anyhow!("--interpreter {}: {error}", path.display()))
        }
    })
}
