//! How do our Python contenders run in another interpreter than ours?
//!
//! By the worker file, as users' functions do: a process beside the worker, driven batch by batch in the same
//! rounds, and judged by the same oracle. The ids of its rows end with the interpreter, as in
//! `python/naive@2.7.18`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use breakeven_measure::process::Halt;
use breakeven_measure::program::{Program, ProgramError};
use breakeven_measure::protocol::WorkerCommand;
use serde::{Deserialize, Serialize};

/// The control that runs in the ordinary interpreter.
#[cfg(feature = "python")]
const ORDINARY: &str = "control/ordinary-python";

/// Starting, and importing NumPy, may take this long.
const LIMIT: Duration = Duration::from_secs(60);

/// Packages that some of our contenders need, and that another interpreter may have.
const PACKAGES: [&str; 4] = ["numpy", "bottleneck", "pandas", "scipy"];

/// An interpreter that runs our Python contenders beside the embedded one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interpreter {
    /// What stands behind the ids of its rows: `2.7.18`, `pypy3.9.19`.
    pub mark: String,
    /// `CPython 2.7.18`.
    pub name: String,
    /// The versions of the packages that our contenders use and it has.
    pub packages: BTreeMap<String, String>,
    /// The name of its file, for advice.
    pub file: String,
    /// Starts it on the worker file.
    pub command: WorkerCommand,
}

/// The interpreters of a run beside the embedded one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interpreters {
    /// The one that runs a user's functions: ours run there too, in the same process, where it has what they need.
    #[serde(default)]
    pub users: Option<Interpreter>,
    /// Those that `--interpreter` names: they run every Python contender that they can.
    pub further: Vec<Interpreter>,
    /// Starts the ordinary interpreter of the environment that the embedded one runs on. It runs the talk's function
    /// on the talk's list, as a control: what embedding makes of it.
    pub ordinary: Option<WorkerCommand>,
}

impl Interpreters {
    /// The same with the ordinary interpreter, where there is one. It is not started.
    ///
    /// # Errors
    /// The worker file cannot be written.
    #[cfg(feature = "python")]
    pub fn with_ordinary(self, folder: &Path) -> std::io::Result<Self> {
        let Ok(path) = breakeven_python::executable() else { return Ok(self) };
        Ok(Self { ordinary: Some(on_worker_file(&path, folder)?), ..self })
    }

    /// The same: a build without Python has no ordinary interpreter.
    ///
    /// # Errors
    /// None.
    #[cfg(not(feature = "python"))]
    pub fn with_ordinary(self, _: &Path) -> std::io::Result<Self> {
        Ok(self)
    }

    /// The fact of a record that names the further interpreters; none where there are none.
    #[must_use]
    pub fn facts(&self) -> BTreeMap<String, String> {
        let stacks: Vec<String> = self.further.iter().map(Interpreter::stack).collect();
        let told = (!stacks.is_empty()).then(|| ("interpreters".to_owned(), stacks.join("; ")));
        told.into_iter().collect()
    }
}

/// A program that will not do for an interpreter.
#[derive(Debug, thiserror::Error)]
pub enum InterpreterError {
    /// Nothing of this name can be run.
    #[error("no such program")]
    Missing,
    /// It is that of an environment, most likely.
    #[error("a folder: name the Python in it, as in bin/python")]
    Folder,
    /// It runs, but not as a Python.
    #[error("no CPython from 2.7 and no PyPy: {0}")]
    NoPython(String),
    /// The worker file, or this program's own path.
    #[error("the worker file: {0}")]
    Io(#[from] std::io::Error),
}

impl Interpreter {
    /// Starts the interpreter at `path` (a bare name is looked for on `PATH`) once to learn what it is, in at most a
    /// minute. Its processes find the worker file in `folder`, which must outlive them.
    ///
    /// # Errors
    /// There is no such program, or it is no Python.
    pub fn identify(path: &Path, folder: &Path) -> Result<Self, InterpreterError> {
        let path = named(path)?;
        let command = on_worker_file(&path, folder)?;
        let program = Program::new(command.clone(), folder.to_owned())
            .with_packages(&PACKAGES)
            .by_itself(&Halt::default());
        let facts = program.within(LIMIT, || program.name().and_then(|name| Ok((name, program.facts()?))));
        let (name, facts) = facts.map_err(|error| InterpreterError::NoPython(reason(error)))?;
        let version = facts.get("python").cloned().unwrap_or_default();
        let implementation = facts.get("implementation").map_or("", String::as_str);
        let mark = match implementation {
            "CPython" => version,
            other => format!("{}{version}", other.to_lowercase()),
        };
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let packages = facts.into_iter().filter(|(known, _)| PACKAGES.contains(&known.as_str())).collect();
        Ok(Self { mark, name, packages, file, command })
    }

    /// What it is, with what it has: `CPython 3.7.16, NumPy 1.16.1`.
    #[must_use]
    pub fn stack(&self) -> String {
        match self.packages.get("numpy") {
            Some(version) => format!("{}, NumPy {version}", self.name),
            None => format!("{}, no NumPy", self.name),
        }
    }
}

/// Whether a program ended because its first line was no answer of the protocol.
#[must_use]
pub fn is_no_answer(how: &str) -> bool {
    how.contains("docs/protocol.md")
}

/// How it failed, in one line.
fn reason(error: ProgramError) -> String {
    match error {
        ProgramError::Absent(absence) => absence.reason,
        ProgramError::Died(how) if is_no_answer(&how) => {
            "it does not answer as the worker file does".to_owned()
        }
        ProgramError::Failed(reason) | ProgramError::Spoilt(reason) | ProgramError::Died(reason) => {
            format!("it ended with {reason}")
        }
    }
}

/// The program that is meant by a path, or by a name to be looked for on `PATH`. A link stays a link: in a virtual
/// environment Python finds its packages by it.
///
/// # Errors
/// There is none, or it is a folder.
pub fn named(path: &Path) -> Result<PathBuf, InterpreterError> {
    let found =
        if path.components().count() > 1 { is_program(path).then(|| path.to_owned()) } else { on_path(path) };
    let missing = || if path.is_dir() { InterpreterError::Folder } else { InterpreterError::Missing };
    Ok(std::path::absolute(found.ok_or_else(missing)?)?)
}

/// The first program of this name on `PATH`.
#[must_use]
pub fn on_path(name: &Path) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| is_program(path))
}

/// Whether this is a file that may be executed.
#[must_use]
pub fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

/// The command of these words, as a program that ends with the process that starts it.
///
/// # Errors
/// This program's own file cannot be found.
pub fn adopted(words: impl IntoIterator<Item = String>) -> std::io::Result<WorkerCommand> {
    let program = std::env::current_exe()?;
    let arguments = ["adopt".to_owned(), "--".to_owned()].into_iter().chain(words).collect();
    Ok(WorkerCommand { program, arguments })
}

/// The same command with so many bytes of address space at most, where no worker sets the limit.
///
/// # Errors
/// This program's own file cannot be found.
pub fn limited(command: &WorkerCommand, memory_bytes: Option<u64>) -> std::io::Result<WorkerCommand> {
    let Some(bytes) = memory_bytes else { return Ok(command.clone()) };
    let program = std::env::current_exe()?;
    let limit = ["adopt", "--memory", &bytes.to_string(), "--"].map(str::to_owned);
    let words = std::iter::once(command.program.display().to_string()).chain(command.arguments.clone());
    Ok(WorkerCommand { program, arguments: limit.into_iter().chain(words).collect() })
}

/// Starts an interpreter on the worker file, which is written to `folder`.
///
/// # Errors
/// It cannot be written, or the interpreter's path is not UTF-8.
pub fn on_worker_file(interpreter: &Path, folder: &Path) -> std::io::Result<WorkerCommand> {
    let file = folder.join("worker.py");
    if !file.exists() {
        let unwritten = |error: std::io::Error| {
            std::io::Error::new(error.kind(), format!("cannot write {}: {error}", file.display()))
        };
        std::fs::write(&file, breakeven_python::WORKER).map_err(unwritten)?;
    }
    let word = |path: &Path| {
        let told = path.to_str().map(str::to_owned);
        told.ok_or_else(|| {
            std::io::Error::other(format!("{} is not UTF-8: rename its folder", path.display()))
        })
    };
    adopted([word(interpreter)?, word(&file)?])
}

pub(crate) use contender::Elsewhere;
#[cfg(feature = "python")]
pub(crate) use control::ordinary;

mod contender {
    //! A Python contender in one of these interpreters.

    use std::path::Path;
    use std::sync::Arc;

    use breakeven_measure::program::{Program, ProgramContender, ProgramPool};
    use breakeven_problem::{About, Absence, Contender, Data, Prepared, Refusal, Task, Workload};
    use breakeven_python::PythonContender;
    use breakeven_record::contender_id::INTERPRETER_MARK;

    use super::Interpreter;

    /// An interpreter with the process that serves all of its rows.
    pub(crate) struct Elsewhere {
        interpreter: Interpreter,
        program: Arc<Program>,
    }

    impl Elsewhere {
        /// Its process is that of `pool`, and writes to `folder`, which must outlive it. It is not started.
        pub(crate) fn new(interpreter: &Interpreter, pool: &ProgramPool, folder: &Path) -> Self {
            let program = pool.program(&interpreter.command, folder);
            Self { interpreter: interpreter.clone(), program }
        }

        /// The same contender here, beside the one in our interpreter, where it is of a kind that can be.
        pub(crate) fn further(&self, ours: &PythonContender) -> Option<impl Contender + use<>> {
            let needs = ours.needs_elsewhere().filter(|needs| ["", "numpy"].contains(needs))?;
            let id = format!("{}{INTERPRETER_MARK}{}", ours.about().id, self.interpreter.mark);
            Some(self.contender(ours, id, needs))
        }

        /// The same contender here, instead of the one in our interpreter, where this one has what it needs. In a build that has
        /// no other one it is absent then, and says what would install it.
        pub(crate) fn instead(&self, ours: &PythonContender) -> Option<impl Contender + use<>> {
            let is_only = cfg!(not(feature = "python"));
            let has =
                |needs: &&str| is_only || needs.is_empty() || self.interpreter.packages.contains_key(*needs);
            let needs = ours.needs_elsewhere().filter(has)?;
            Some(self.contender(ours, ours.about().id.clone(), needs))
        }

        fn contender(&self, ours: &PythonContender, id: String, needs: &'static str) -> InterpretedContender {
            let load = serde_json::json!({"sources": ours.sources()});
            let about = About { id, ..ours.about().clone() };
            InterpretedContender {
                program: ProgramContender::of(about, Arc::clone(&self.program), load),
                ours: ours.clone(),
                needs,
                interpreter: self.interpreter.clone(),
            }
        }
    }

    struct InterpretedContender {
        program: ProgramContender,
        ours: PythonContender,
        /// The module that it needs; empty for none.
        needs: &'static str,
        interpreter: Interpreter,
    }

    impl Contender for InterpretedContender {
        fn about(&self) -> &About {
            self.program.about()
        }

        fn offers(&self, workload: &Workload) -> bool {
            workload.task != Task::Anatomy && self.ours.offers(workload)
        }

        fn fits(&self, workload: &Workload) -> Result<(), Absence> {
            // our interpreter tells; where there is none the call tries
            #[cfg(feature = "python")]
            if breakeven_python::executable().is_ok() {
                return self.ours.fits(workload);
            }
            let _ = workload;
            Ok(())
        }

        fn version(&self) -> Result<String, Absence> {
            let Interpreter { name, packages, file, .. } = &self.interpreter;
            let spelt = if self.needs == "numpy" { "NumPy" } else { self.needs };
            match packages.get(self.needs) {
                _ if self.needs.is_empty() => Ok(name.clone()),
                Some(version) => Ok(format!("{name}, {spelt} {version}")),
                None => Err(Absence {
                    reason: format!("{name} has no {spelt}"),
                    install: Some(format!("{file} -m pip install {}", self.needs)),
                }),
            }
        }

        fn prepare(&self, workload: &Workload, inputs: &Arc<[Data]>) -> Result<Box<dyn Prepared>, Refusal> {
            self.version()?;
            self.program.prepare(workload, inputs)
        }
    }
}

#[cfg(feature = "python")]
mod control {
    //! What embedding makes of the talk's function.

    use std::path::Path;
    use std::sync::Arc;

    use breakeven_measure::program::{Program, ProgramContender};
    use breakeven_measure::protocol::WorkerCommand;
    use breakeven_problem::{About, Absence, Contender, Data, Prepared, Refusal, Task, Workload};
    use breakeven_python::PythonContender;

    use super::ORDINARY;
    use crate::workloads::CORNER_CASE;

    /// The talk's function in the ordinary interpreter, on the talk's corner case.
    pub(crate) fn ordinary(
        command: &WorkerCommand,
        ours: &PythonContender,
        folder: &Path,
    ) -> impl Contender + use<> {
        let about = About {
            id: ORDINARY.to_owned(),
            summary: "the talk's function in the ordinary interpreter of the same environment: what embedding changes",
            ..ours.about().clone()
        };
        let load = serde_json::json!({"sources": ours.sources()});
        let program = Arc::new(Program::new(command.clone(), folder.to_owned()));
        OrdinaryContender { program: ProgramContender::of(about, program, load) }
    }

    struct OrdinaryContender {
        program: ProgramContender,
    }

    impl Contender for OrdinaryContender {
        fn about(&self) -> &About {
            self.program.about()
        }

        fn offers(&self, workload: &Workload) -> bool {
            workload.task == Task::Whole && workload.length == CORNER_CASE && workload.ddof == 0
        }

        fn version(&self) -> Result<String, Absence> {
            self.program.version()
        }

        fn prepare(&self, workload: &Workload, inputs: &Arc<[Data]>) -> Result<Box<dyn Prepared>, Refusal> {
            self.program.prepare(workload, inputs)
        }
    }
}
