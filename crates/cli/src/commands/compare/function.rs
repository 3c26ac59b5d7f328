//! What does a SPEC name, and how is it started?
//!
//! Python functions by the worker file in an interpreter, symbols of shared libraries by this program itself, and
//! programs as they are: each as a program that ends with the process that started it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use breakeven_cli::interpreter::{Interpreter, adopted, is_program};
use breakeven_cli::user::{EmbeddedSpec, UserSet};
use breakeven_measure::input_file::sha256;
use breakeven_measure::program::ProgramSpec;
use breakeven_measure::protocol::WorkerCommand;
use breakeven_problem::InputForm;
use breakeven_record::contender_id::{Family, INTERPRETER_MARK};

use super::interpreter::{interpreter_of, on_worker_file};
use super::request::Request;
use crate::arguments::{Form, FunctionRequest, Place};
use crate::session::this_program;
use crate::stop::Stop;

/// What a SPEC may look like.
const SPEC: &str = "write FILE.py:FUNCTION, LIBRARY.so:SYMBOL or ./PROGRAM";

/// The user's contenders of one comparison.
pub(crate) struct UserFunctions {
    /// All of them, the reference among them.
    pub(crate) all: Vec<UserFunction>,
    /// Which of them gives the right answers, where that is not the oracle.
    reference: Option<usize>,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct UserFunction {
    /// How complaints about it begin: where its SPEC stands.
    pub(crate) place: String,
    /// As it was given.
    spec: String,
    /// Its file, without links.
    file: PathBuf,
    /// A function or symbol of the file; `None` for a program.
    part: Option<String>,
    /// How it is started, and what it is handed.
    pub(crate) program: ProgramSpec,
    /// The Python that runs it, where it is a Python function.
    interpreter: Option<PathBuf>,
    /// The same for our interpreter, where it is measured there; the program only serves the trial then.
    embedded: Option<EmbeddedSpec>,
    /// The same in further interpreters, where it is not tried out: what is missing there costs their own rows.
    pub(crate) elsewhere: Vec<ProgramSpec>,
}

/// What it takes to load a SPEC.
#[derive(Clone, Copy)]
pub(crate) struct Loader<'a> {
    pub(crate) request: &'a Request,
    /// The interpreters that Python functions also run in.
    pub(crate) interpreters: &'a [Interpreter],
    /// Where programs find what they need.
    pub(crate) folder: &'a Path,
}

impl UserFunctions {
    /// Reads every SPEC.
    ///
    /// # Errors
    /// One names nothing, two have the same name, or there is no Python (exit code 2).
    pub(crate) fn load(loader: Loader<'_>) -> Result<Self, Stop> {
        let Loader { request, .. } = loader;
        let mut functions = Self { all: Vec::new(), reference: None };
        for wanted in &request.settings.functions {
            functions.add(loader, wanted)?;
        }
        functions.set_reference(loader)?;
        Ok(functions)
    }

    /// Reads every SPEC that can be read, and gives what is wrong with the others.
    pub(crate) fn load_those_there(loader: Loader<'_>) -> (Self, Vec<Stop>) {
        let mut functions = Self { all: Vec::new(), reference: None };
        let wanted = loader.request.settings.functions.iter();
        let mut missing: Vec<Stop> =
            wanted.filter_map(|wanted| functions.add(loader, wanted).err()).collect();
        missing.extend(functions.set_reference(loader).err());
        (functions, missing)
    }

    fn add(&mut self, loader: Loader<'_>, wanted: &FunctionRequest) -> Result<(), Stop> {
        let function = loader.load(wanted, loader.request.place_of_spec(&wanted.spec))?;
        self.refuse_namesake(&function)?;
        self.all.push(function);
        Ok(())
    }

    /// Finds the reference that is asked for among them, or reads it.
    fn set_reference(&mut self, loader: Loader<'_>) -> Result<(), Stop> {
        let request = loader.request;
        let Some(spec) = &request.settings.reference else { return Ok(()) };
        let known = self.all.iter().position(|known| known.id() == spec.value);
        self.reference = Some(match known {
            Some(known) => known,
            None => {
                let place = format!("{} {}", request.place("reference", spec.place), spec.value);
                self.add_reference(loader.load(&spec.clone().into(), place)?)?
            }
        });
        Ok(())
    }

    /// Where the reference is among them: it may be the same function as one of them, else it is put before them.
    fn add_reference(&mut self, function: UserFunction) -> Result<usize, Stop> {
        let is_same = |known: &UserFunction| known.file == function.file && known.part == function.part;
        if let Some(known) = self.all.iter().position(is_same) {
            return Ok(known);
        }
        self.refuse_namesake(&function)?;
        self.all.insert(0, function);
        Ok(0)
    }

    /// Two rows of one name could not be told apart, and one of them would never be measured.
    fn refuse_namesake(&self, function: &UserFunction) -> Result<(), Stop> {
        match self.all.iter().find(|known| known.id() == function.id()) {
            None => Ok(()),
            Some(known) => Err(Stop::usage(anyhow!(
                "{} and {} would both be called {}: rename one of the files, or give it a name in breakeven.toml",
                known.place,
                function.place,
                function.id()
            ))),
        }
    }

    /// The one whose answers are right, where that is not the oracle.
    pub(crate) fn reference(&self) -> Option<&UserFunction> {
        self.reference.and_then(|reference| self.all.get(reference))
    }

    /// What workers are told.
    pub(crate) fn user_set(&self) -> UserSet {
        let mut set = UserSet::default();
        for one in &self.all {
            match &one.embedded {
                Some(embedded) => set.embedded.push(embedded.clone()),
                None if one.interpreter.is_some() => set.functions.push(one.program.clone()),
                None => set.programs.push(one.program.clone()),
            }
            set.functions.extend(one.elsewhere.iter().cloned());
        }
        set
    }

    /// The interpreter that ours share with the user's: of the reference, else of the first Python function.
    pub(crate) fn interpreter(&self) -> Option<&Path> {
        let mut all = self.reference().into_iter().chain(&self.all);
        all.find_map(|one| one.interpreter.as_deref().filter(|_| one.embedded.is_none()))
    }

    /// Whether a baseline can be handed a fresh copy in each call: one in Python, of the user's or ours.
    pub(crate) fn is_handed_copies(&self, baseline: &str) -> bool {
        match self.all.iter().find(|one| one.id() == baseline) {
            Some(one) => one.interpreter.is_some(),
            None => matches!(Family::of(baseline), Family::Python | Family::Extension | Family::Cpp),
        }
    }

    /// The id of a SPEC that is written as an id, or as it was given.
    pub(crate) fn id_of(&self, text: &str) -> Option<&str> {
        self.all.iter().find(|one| one.spec == text || one.id() == text).map(UserFunction::id)
    }

    /// The interpreters and files of Python functions, each pair once.
    pub(crate) fn python_files(&self) -> BTreeSet<(&Path, &Path)> {
        self.all.iter().filter_map(|one| Some((one.interpreter.as_deref()?, one.file.as_path()))).collect()
    }

    /// One whose file lies in another folder than this one, or leads out of it by a link.
    pub(crate) fn outside(&self, folder: &Path) -> Option<&UserFunction> {
        let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        self.all.iter().find(|one| !one.file.starts_with(&folder))
    }

    /// The ids of all.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(UserFunction::id)
    }

    /// What each is handed, in one line.
    pub(crate) fn announcement(&self) -> String {
        let each = self.all.iter().map(|one| format!("{} (handed: {})", one.id(), one.program.form.word()));
        format!("comparing {}", each.collect::<Vec<_>>().join(", "))
    }
}

impl UserFunction {
    /// `user/FILE.py:FUNCTION`.
    pub(crate) fn id(&self) -> &str {
        &self.program.id
    }
}

/// How a function is started.
struct Start {
    form: InputForm,
    command: WorkerCommand,
    interpreter: Option<PathBuf>,
    /// What its program is told to load.
    load: serde_json::Value,
}

impl Loader<'_> {
    /// What a SPEC comes to; complaints begin with `place`.
    ///
    /// # Errors
    /// It names nothing that is there, or there is no Python for it (exit code 2).
    fn load(self, wanted: &FunctionRequest, place: String) -> Result<UserFunction, Stop> {
        let spec = wanted.spec.value.as_str();
        let (file, part) = spec.rsplit_once(':').map_or((spec, None), |(file, part)| (file, Some(part)));
        let path =
            std::path::absolute(self.request.folder_of(&wanted.spec).join(file)).map_err(Stop::ours)?;
        let content = std::fs::read(&path).with_context(|| place.clone()).map_err(Stop::usage)?;
        if path.to_str().is_none() {
            // a path reaches a worker as JSON
            let why = format!("{} is not UTF-8: rename the file or its folder", path.display());
            return Err(Stop::usage(anyhow!("{place}: {why}")));
        }
        let is_python = file.ends_with(".py");
        let Start { form, command, interpreter, load } = self.start(wanted, &place, (file, part), &path)?;
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = match (&wanted.name, part) {
            (Some(name), _) => name.value.clone(),
            (None, Some(part)) => format!("{file_name}:{part}"),
            (None, None) => file_name.into_owned(),
        };
        let what = if is_python { "source" } else { "file" };
        let version = Some(format!("{what} {}", &sha256(&content)[..12]));
        let program = ProgramSpec { id: format!("user/{name}"), form, command, load, version };
        let (mut embedded, mut elsewhere) = (None, Vec::new());
        if let Some(function) = part.filter(|_| is_python) {
            let there = self.interpreters.iter().map(|interpreter| ProgramSpec {
                id: format!("{}{INTERPRETER_MARK}{}", program.id, interpreter.mark),
                command: interpreter.command.clone(),
                ..program.clone()
            });
            elsewhere.extend(there);
            if self.request.embedded {
                let text = String::from_utf8(content)
                    .map_err(|_| Stop::usage(anyhow!("{place}: --embedded takes files in UTF-8 only")))?;
                let (id, function) = (program.id.clone(), function.to_owned());
                embedded = Some(EmbeddedSpec { id, form, file: path.clone(), text, function });
            }
        }
        Ok(UserFunction {
            place,
            spec: spec.to_owned(),
            file: std::fs::canonicalize(&path).unwrap_or(path),
            part: part.map(str::to_owned),
            program,
            interpreter,
            embedded,
            elsewhere,
        })
    }

    /// How the function, symbol or program at `path` is started.
    fn start(
        self,
        wanted: &FunctionRequest,
        place: &str,
        (file, part): (&str, Option<&str>),
        path: &Path,
    ) -> Result<Start, Stop> {
        let refuse = |why: String| Err(Stop::usage(anyhow!("{place}: {why}")));
        let settings = &self.request.settings;
        let python = wanted.python.as_ref().map(|given| ("python", given.place));
        let input = wanted.input.as_ref().map(|given| ("input", given.place));
        let arguments = wanted.arguments.as_ref().map(|given| ("arguments", given.place));
        match part {
            Some(part) if !part.split('.').all(is_name) => {
                refuse(format!("{part:?} can be no function: {SPEC}"))
            }
            Some(function) if file.ends_with(".py") => {
                self.refuse_keys(wanted, "a Python function", &[arguments])?;
                let own = wanted.input.as_ref().map(|input| input.value);
                let interpreter = interpreter_of(self.request, wanted.python.as_ref())?;
                Ok(Start {
                    form: own.or(settings.input).unwrap_or(Form::List).into(),
                    command: on_worker_file(&interpreter, self.folder)?,
                    interpreter: Some(interpreter),
                    load: serde_json::json!({"file": path, "function": function}),
                })
            }
            Some(symbol) if file.ends_with(".so") || file.contains(".so.") => {
                self.refuse_keys(wanted, "a symbol of a library", &[python, input, arguments])?;
                Ok(Start {
                    form: InputForm::Slice,
                    command: WorkerCommand {
                        program: this_program()?,
                        arguments: vec!["library".to_owned()],
                    },
                    interpreter: None,
                    load: serde_json::json!({"library": path, "symbol": symbol}),
                })
            }
            Some(_) => refuse(format!("neither a .py file nor a .so library: {SPEC}")),
            None if is_program(path) && !file.ends_with(".so") => {
                self.refuse_keys(wanted, "a program", &[python, input])?;
                let own = wanted.arguments.iter().flat_map(|arguments| arguments.value.clone());
                let words = std::iter::once(path.display().to_string()).chain(own);
                let command = adopted(words).map_err(Stop::ours)?;
                let load = serde_json::json!({});
                Ok(Start { form: InputForm::Slice, command, interpreter: None, load })
            }
            None => refuse(format!("no function is named, and it is no program: {SPEC}")),
        }
    }

    /// Refuses what a set file says beside a SPEC that it means nothing to.
    fn refuse_keys(
        self,
        wanted: &FunctionRequest,
        what: &str,
        given: &[Option<(&str, Place)>],
    ) -> Result<(), Stop> {
        match given.iter().flatten().next() {
            None => Ok(()),
            Some((key, place)) => {
                let place = self.request.place(key, *place);
                Err(Stop::usage(anyhow!("{place}: {} is {what}, which takes none", wanted.spec.value)))
            }
        }
    }
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|char| char.is_alphanumeric() || char == '_')
}
