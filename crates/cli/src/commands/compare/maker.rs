//! How is a SPEC started?
//!
//! Python functions by the worker file in an interpreter, symbols of shared libraries by this program itself, and
//! programs as they are: each as a program that ends with whoever starts it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use breakeven_cli::interpreter::{Interpreter, MARK, adopted, is_program};
use breakeven_cli::user::{EmbeddedSpec, FAMILY};
use breakeven_measure::input_file::sha256;
use breakeven_measure::program::ProgramSpec;
use breakeven_measure::protocol::WorkerCommand;
use breakeven_problem::InputForm;

use super::asked::Asked;
use super::interpreter::interpreter;
use super::place::{Place, Placed};
use super::specification::{Called, Specification, Wanted};
use crate::arguments::Form;
use crate::stop::Stop;

/// What a SPEC may look like.
const SPEC: &str = "write FILE.py:FUNCTION, LIBRARY.so:SYMBOL or ./PROGRAM";

/// Makes specifications, each interpreter looked for once.
pub(super) struct Maker<'a> {
    asked: &'a Asked,
    interpreters: &'a [Interpreter],
    folder: &'a Path,
    /// The commands that start a Python on the worker file.
    pythons: BTreeMap<Option<PathBuf>, WorkerCommand>,
}

impl<'a> Maker<'a> {
    /// Programs find what they need in `folder`.
    pub(super) fn new(asked: &'a Asked, interpreters: &'a [Interpreter], folder: &'a Path) -> Self {
        Self { asked, interpreters, folder, pythons: BTreeMap::new() }
    }

    /// What a SPEC comes to.
    ///
    /// # Errors
    /// It names nothing that is there, or there is no Python for it (exit code 2).
    pub(super) fn make(&mut self, wanted: &Wanted) -> Result<Specification, Stop> {
        let (file, part) = match wanted.spec.rsplit_once(':') {
            Some((file, part)) => (file, Some(part)),
            None => (wanted.spec.as_str(), None),
        };
        let path = std::path::absolute(wanted.folder.join(file)).map_err(Stop::ours)?;
        let content = std::fs::read(&path).with_context(|| wanted.place.clone()).map_err(Stop::usage)?;
        let refuse = |why: String| Err(Stop::usage(anyhow!("{}: {why}", wanted.place)));
        if path.to_str().is_none() {
            // a path reaches a worker as JSON
            return refuse(format!("{} is not UTF-8: rename the file or its folder", path.display()));
        }
        let found = Found { path, file: file.to_owned(), sha256: sha256(&content)[..12].to_owned() };
        match part {
            Some(part) if !part.split('.').all(is_name) => {
                refuse(format!("{part:?} can be no function: {SPEC}"))
            }
            Some(function) if file.ends_with(".py") => self.python_function(wanted, found, function, content),
            Some(symbol) if file.ends_with(".so") || file.contains(".so.") => {
                wanted.refuse_what_only_python_takes("a symbol of a library")?;
                wanted.refuse_arguments("a symbol of a library")?;
                let words = ["library".to_owned()];
                let load = serde_json::json!({"library": found.path, "symbol": symbol});
                let command = WorkerCommand { program: this_program()?, arguments: words.to_vec() };
                Ok(found.specification(wanted, Some(symbol), InputForm::Slice, command, load))
            }
            Some(_) => refuse(format!("neither a .py file nor a .so library: {SPEC}")),
            None if is_program(&found.path) && !file.ends_with(".so") => {
                wanted.refuse_what_only_python_takes("a program")?;
                let words = std::iter::once(found.path.display().to_string());
                let words =
                    words.chain(wanted.arguments.iter().flat_map(|arguments| arguments.value.clone()));
                let command = adopted(words).map_err(Stop::ours)?;
                let load = serde_json::json!({});
                Ok(found.specification(wanted, None, InputForm::Slice, command, load))
            }
            None => refuse(format!("no function is named, and it is no program: {SPEC}")),
        }
    }

    fn python_function(
        &mut self,
        wanted: &Wanted,
        found: Found,
        function: &str,
        content: Vec<u8>,
    ) -> Result<Specification, Stop> {
        wanted.refuse_arguments("a Python function")?;
        let own = wanted.input.as_ref().map(|input| input.value);
        let form = InputForm::from(own.or(self.asked.arguments.input).unwrap_or(Form::List));
        let command = self.python(wanted.python.as_ref())?;
        let load = serde_json::json!({"file": found.path, "function": function});
        let file = found.path.clone();
        let mut made = found.specification(wanted, Some(function), form, command, load);
        let there = self.interpreters.iter().map(|interpreter| ProgramSpec {
            id: format!("{}{MARK}{}", made.id(), interpreter.mark),
            command: interpreter.command.clone(),
            ..made.program.clone()
        });
        made.elsewhere = there.collect();
        if self.asked.arguments.embedded {
            let text = String::from_utf8(content).map_err(|_| {
                Stop::usage(anyhow!("{}: --embedded takes files in UTF-8 only", wanted.place))
            })?;
            let (id, function) = (made.id().to_owned(), function.to_owned());
            made.embedded = Some(EmbeddedSpec { id, form, file, text, function });
        }
        Ok(made)
    }

    /// The command that starts the Python of one contender, or of all.
    fn python(&mut self, own: Option<&Placed<PathBuf>>) -> Result<WorkerCommand, Stop> {
        let key = own.map(|own| own.value.clone());
        if let Some(python) = self.pythons.get(&key) {
            return Ok(python.clone());
        }
        let interpreter = if self.asked.arguments.embedded {
            python::ours()?
        } else {
            interpreter(own.or(self.asked.python.as_ref()))?
        };
        let command = python::on_worker_file(&interpreter, self.folder)?;
        self.pythons.insert(key, command.clone());
        Ok(command)
    }
}

impl Wanted {
    fn refuse_arguments(&self, what: &str) -> Result<(), Stop> {
        self.refuse(what, self.arguments.as_ref().map(|arguments| &arguments.place))
    }

    fn refuse_what_only_python_takes(&self, what: &str) -> Result<(), Stop> {
        let input = self.input.as_ref().map(|input| &input.place);
        self.refuse(what, self.python.as_ref().map(|python| &python.place).or(input))
    }

    fn refuse(&self, what: &str, place: Option<&Place>) -> Result<(), Stop> {
        match place {
            None => Ok(()),
            Some(place) => Err(Stop::usage(anyhow!("{place}: {} is {what}, which takes none", self.spec))),
        }
    }
}

/// The file of a SPEC.
struct Found {
    path: PathBuf,
    file: String,
    /// The first digits of its hash.
    sha256: String,
}

impl Found {
    fn specification(
        self,
        wanted: &Wanted,
        part: Option<&str>,
        form: InputForm,
        command: WorkerCommand,
        load: serde_json::Value,
    ) -> Specification {
        let file = self.path.file_name().unwrap_or_default().to_string_lossy();
        let name = match (&wanted.name, part) {
            (Some(name), _) => name.clone(),
            (None, Some(part)) => format!("{file}:{part}"),
            (None, None) => file.into_owned(),
        };
        let what = if self.file.ends_with(".py") { "source" } else { "file" };
        Specification {
            place: wanted.place.clone(),
            given: wanted.spec.clone(),
            called: Called {
                file: std::fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone()),
                part: part.map(str::to_owned),
            },
            embedded: None,
            elsewhere: Vec::new(),
            program: ProgramSpec {
                id: format!("{FAMILY}/{name}"),
                form,
                command,
                load,
                version: Some(format!("{what} {}", self.sha256)),
            },
        }
    }
}

#[cfg(feature = "python")]
mod python {
    //! What the Python crate gives: our interpreter, and the worker file for others.

    use std::path::{Path, PathBuf};

    use anyhow::Context as _;
    use breakeven_measure::protocol::WorkerCommand;

    use crate::stop::Stop;

    pub(super) fn ours() -> Result<PathBuf, Stop> {
        breakeven_python::executable().map_err(Stop::ours)
    }

    pub(super) fn on_worker_file(interpreter: &Path, folder: &Path) -> Result<WorkerCommand, Stop> {
        let command = breakeven_cli::interpreter::on_worker_file(interpreter, folder);
        command.context("cannot start a Python on the worker file").map_err(Stop::ours)
    }
}

#[cfg(not(feature = "python"))]
mod python {
    //! What is missing without the Python crate.

    use std::path::{Path, PathBuf};

    use anyhow::anyhow;
    use breakeven_measure::protocol::WorkerCommand;

    use crate::stop::Stop;

    pub(super) fn ours() -> Result<PathBuf, Stop> {
        Err(without())
    }

    pub(super) fn on_worker_file(_: &Path, _: &Path) -> Result<WorkerCommand, Stop> {
        Err(without())
    }

    fn without() -> Stop {
        Stop::ours(anyhow!("this breakeven was built without Python: build it with its default features"))
    }
}

fn this_program() -> Result<PathBuf, Stop> {
    std::env::current_exe().context("cannot find this program's own file").map_err(Stop::ours)
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|char| char.is_alphanumeric() || char == '_')
}
