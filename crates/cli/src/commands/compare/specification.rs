//! What does a SPEC name?

use std::path::Path;

use anyhow::{Context as _, anyhow};
use breakeven_cli::user::{EmbeddedSpec, FAMILY, UserSet};
use breakeven_measure::input_file::sha256;
use breakeven_measure::program::ProgramSpec;
use breakeven_measure::protocol::WorkerCommand;
use breakeven_problem::InputForm;

use super::interpreter::interpreter;
use crate::arguments::CompareArguments;
use crate::stop::Stop;

/// The user's contenders of one comparison.
pub(super) struct Specifications {
    /// All of them, the reference among them.
    pub(super) all: Vec<Specification>,
    /// Whose answers are right, where that is not the oracle.
    pub(super) reference: Option<Specification>,
}

/// One of them.
#[derive(Debug, Clone)]
pub(super) struct Specification {
    /// As it was given.
    pub(super) given: String,
    /// How it is started, and what it is handed.
    pub(super) program: ProgramSpec,
    /// The same for our interpreter, where it is to be measured there; the program only tries it out then.
    embedded: Option<EmbeddedSpec>,
}

impl Specification {
    /// `user/FILE.py:FUNCTION`.
    pub(super) fn id(&self) -> &str {
        &self.program.id
    }
}

impl Specifications {
    /// Reads every SPEC, and writes to `folder` what its program needs.
    ///
    /// # Errors
    /// One names nothing, two have the same name, or there is no Python (exit code 2).
    pub(super) fn of(arguments: &CompareArguments, folder: &Path) -> Result<Self, Stop> {
        let mut maker = Maker { arguments, folder, python: None };
        let mut all: Vec<Specification> = Vec::new();
        for given in &arguments.specs {
            let made = maker.make(given)?;
            if let Some(known) = all.iter().find(|known| known.id() == made.id()) {
                return Err(Stop::usage(anyhow!(
                    "{} and {given} would both be called {}: rename one of the files",
                    known.given,
                    made.id()
                )));
            }
            all.push(made);
        }
        let reference = match &arguments.right.reference {
            None => None,
            Some(given) => {
                let made = maker.make(given).map_err(|stop| stop.within("--reference"))?;
                if !all.iter().any(|known| known.id() == made.id()) {
                    all.insert(0, made.clone());
                }
                Some(made)
            }
        };
        Ok(Self { all, reference })
    }

    /// What workers are told.
    pub(super) fn user_set(&self) -> UserSet {
        let (embedded, programs): (Vec<_>, Vec<_>) = self.all.iter().partition(|one| one.embedded.is_some());
        UserSet {
            programs: programs.into_iter().map(|one| one.program.clone()).collect(),
            embedded: embedded.into_iter().filter_map(|one| one.embedded.clone()).collect(),
        }
    }

    /// The id of a SPEC that is written as an id, or as it was given.
    pub(super) fn id_of(&self, text: &str) -> Option<&str> {
        self.all.iter().find(|one| one.given == text || one.id() == text).map(Specification::id)
    }

    /// Who is handed what: a line for people.
    pub(super) fn said(&self) -> String {
        let each = self.all.iter().map(|one| format!("{} (handed: {})", one.id(), one.program.form.word()));
        format!("comparing {}", each.collect::<Vec<_>>().join(", "))
    }
}

struct Maker<'a> {
    arguments: &'a CompareArguments,
    folder: &'a Path,
    /// The command that starts Python on the worker file.
    python: Option<WorkerCommand>,
}

impl Maker<'_> {
    fn make(&mut self, given: &str) -> Result<Specification, Stop> {
        let Some((file, function)) = given.rsplit_once(':').filter(|(file, _)| file.ends_with(".py")) else {
            return Err(Stop::usage(anyhow!("{given:?} is no SPEC: write FILE.py:FUNCTION")));
        };
        if function.is_empty() || !function.split('.').all(is_name) {
            return Err(Stop::usage(anyhow!(
                "{given:?}: {function:?} can be no function: write FILE.py:FUNCTION"
            )));
        }
        let path = std::path::absolute(file).map_err(Stop::ours)?;
        let source = std::fs::read(&path).with_context(|| file.to_owned()).map_err(Stop::usage)?;
        let id = format!("{FAMILY}/{}:{function}", path.file_name().unwrap_or_default().to_string_lossy());
        let form = InputForm::from(self.arguments.input);
        let embedded = if self.arguments.embedded {
            let text = String::from_utf8(source.clone())
                .map_err(|_| Stop::usage(anyhow!("{file}: --embedded takes files in UTF-8 only")))?;
            let function = function.to_owned();
            Some(EmbeddedSpec { id: id.clone(), form, file: path.clone(), text, function })
        } else {
            None
        };
        Ok(Specification {
            given: given.to_owned(),
            embedded,
            program: ProgramSpec {
                id,
                form,
                command: self.python()?,
                load: serde_json::json!({"file": path, "function": function}),
                version: Some(format!("source {}", &sha256(&source)[..12])),
            },
        })
    }

    fn python(&mut self) -> Result<WorkerCommand, Stop> {
        if let Some(python) = &self.python {
            return Ok(python.clone());
        }
        let interpreter = if self.arguments.embedded {
            python::ours()?
        } else {
            interpreter(self.arguments.python.as_deref())?
        };
        let worker = self.folder.join("worker.py");
        std::fs::write(&worker, python::worker_file()?)
            .context("cannot write the worker file")
            .map_err(Stop::ours)?;
        let words = [interpreter.as_path(), worker.as_path()].map(|path| path.display().to_string());
        Ok(self.python.insert(adopted(words.to_vec())?).clone())
    }
}

#[cfg(feature = "python")]
mod python {
    //! What the Python crate gives: our interpreter, and the worker file for others.

    use std::path::PathBuf;

    use crate::stop::Stop;

    pub(super) fn ours() -> Result<PathBuf, Stop> {
        breakeven_python::executable().map_err(Stop::ours)
    }

    #[expect(clippy::unnecessary_wraps, reason = "without Python it can fail")]
    pub(super) fn worker_file() -> Result<&'static str, Stop> {
        Ok(breakeven_python::WORKER)
    }
}

#[cfg(not(feature = "python"))]
mod python {
    //! What is missing without the Python crate.

    use std::path::PathBuf;

    use anyhow::anyhow;

    use crate::stop::Stop;

    pub(super) fn ours() -> Result<PathBuf, Stop> {
        worker_file().map(PathBuf::from)
    }

    pub(super) fn worker_file() -> Result<&'static str, Stop> {
        Err(Stop::ours(anyhow!(
            "this breakeven was built without Python: build it with its default features"
        )))
    }
}

/// A program that ends with whoever starts it.
fn adopted(words: Vec<String>) -> Result<WorkerCommand, Stop> {
    let program =
        std::env::current_exe().context("cannot find this program's own file").map_err(Stop::ours)?;
    let arguments = ["adopt".to_owned(), "--".to_owned()].into_iter().chain(words).collect();
    Ok(WorkerCommand { program, arguments })
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|char| char.is_alphanumeric() || char == '_')
}
