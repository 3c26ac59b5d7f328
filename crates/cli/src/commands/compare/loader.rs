//! What does a SPEC name, what is it called, and how is it started?
//!
//! Python functions by the worker file in an interpreter, symbols of shared libraries by this program itself, and
//! programs as they are: each as a program that ends with the process that started it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use breakeven_cli::interpreter::{Interpreter, adopted, is_program};
use breakeven_cli::user::EmbeddedSpec;
use breakeven_measure::input_file::sha256;
use breakeven_measure::program::ProgramSpec;
use breakeven_measure::protocol::WorkerCommand;
use breakeven_problem::InputForm;
use breakeven_record::contender_id::{Family, INTERPRETER_MARK};
use serde_json::json;

use super::interpreter::{interpreter_of, on_worker_file};
use super::made::Made;
use super::python_function::{PythonFunction, folder_or_current, is_name};
use super::request::Request;
use super::user_function::UserFunction;
use crate::arguments::{Form, FunctionRequest, Given, Input, Place};
use crate::session::this_program;
use crate::stop::Stop;

/// What a SPEC may look like.
const SPEC: &str = "write FILE.py:FUNCTION, MODULE:FUNCTION, LIBRARY.so:SYMBOL or ./PROGRAM";

/// Where the file of a SPEC is.
struct SpecPlace<'a> {
    /// As seen from the folder where it is named; of a module its name.
    path: PathBuf,
    /// The same without links.
    file: PathBuf,
    /// The function or symbol.
    part: Option<&'a str>,
}

/// What it takes to load a SPEC.
#[derive(Clone, Copy)]
pub(crate) struct Loader<'a> {
    pub(crate) request: &'a Request,
    /// What makes the inputs, where they are no numbers.
    pub(crate) made: Option<&'a Made>,
    /// The interpreters that Python functions also run in.
    pub(crate) interpreters: &'a [Interpreter],
    /// Where programs find what they need.
    pub(crate) folder: &'a Path,
}

impl Loader<'_> {
    /// What a SPEC comes to; complaints begin with `place`.
    ///
    /// # Errors
    /// It names nothing that is there, or there is no Python for it (exit code 2).
    pub(super) fn load(self, wanted: &FunctionRequest, place: String) -> Result<UserFunction, Stop> {
        let folder = self.request.folder_of(wanted.spec.place);
        match PythonFunction::of(&wanted.spec.value, folder, &place)? {
            Some(python) => self.python(wanted, place, python),
            None => self.other(wanted, place, folder),
        }
    }

    fn python(
        self,
        wanted: &FunctionRequest,
        place: String,
        python: PythonFunction,
    ) -> Result<UserFunction, Stop> {
        let arguments = wanted.arguments.as_ref().map(|given| ("arguments", given.place));
        self.refuse_keys(wanted, "a Python function", &[arguments])?;
        let interpreter = interpreter_of(self.request, wanted.python.as_ref())?;
        let form = self.form(wanted)?;
        let (spec, version) = (wanted.spec.value.as_str(), python.version());
        let PythonFunction { load, file, content } = python;
        let program = ProgramSpec {
            id: format!("user/{}", self.name(wanted)),
            form,
            command: on_worker_file(&interpreter, self.folder)?,
            load,
            version,
        };
        let there = self.interpreters.iter().map(|interpreter| ProgramSpec {
            id: format!("{}{INTERPRETER_MARK}{}", program.id, interpreter.mark),
            command: interpreter.command.clone(),
            ..program.clone()
        });
        let elsewhere = there.collect();
        let part = part_of(spec).unwrap_or_default().to_owned();
        let mut embedded = None;
        if self.request.embedded {
            let content = content.filter(|_| spec.contains(".py:"));
            let content = content
                .ok_or_else(|| Stop::usage(anyhow!("{place}: --embedded takes FILE.py:FUNCTION only")))?;
            let text = String::from_utf8(content)
                .map_err(|_| Stop::usage(anyhow!("{place}: --embedded takes files in UTF-8 only")))?;
            let (id, file, function) = (program.id.clone(), file.clone(), part.clone());
            embedded = Some(EmbeddedSpec { id, form, file, text, function });
        }
        Ok(UserFunction {
            place,
            spec: spec.to_owned(),
            file: std::fs::canonicalize(&file).unwrap_or(file),
            part: Some(part),
            program,
            interpreter: Some(interpreter),
            embedded,
            elsewhere,
        })
    }

    /// In which form a Python function is handed what.
    fn form(self, wanted: &FunctionRequest) -> Result<InputForm, Stop> {
        match (&self.request.settings.input, &wanted.input) {
            (Some(Given { value: Input::Made(made), .. }), Some(own)) => {
                let place = self.request.place("input", own.place);
                Err(Stop::usage(anyhow!("{place}: all functions are handed what {made} makes")))
            }
            (Some(Given { value: Input::Made(_), .. }), None) => Ok(InputForm::Made),
            (_, Some(own)) => Ok(own.value.into()),
            (Some(Given { value: Input::Numbers(form), .. }), None) => Ok((*form).into()),
            (None, None) => Ok(Form::List.into()),
        }
    }

    /// A library or a program.
    fn other(self, wanted: &FunctionRequest, place: String, folder: &Path) -> Result<UserFunction, Stop> {
        let spec = wanted.spec.value.as_str();
        let (file, part) = spec.rsplit_once(':').map_or((spec, None), |(file, part)| (file, Some(part)));
        let path = std::path::absolute(folder.join(file)).map_err(Stop::ours)?;
        let content = std::fs::read(&path).with_context(|| place.clone()).map_err(Stop::usage)?;
        if path.to_str().is_none() {
            // a path reaches a worker as JSON
            let why = format!("{} is not UTF-8: rename the file or its folder", path.display());
            return Err(Stop::usage(anyhow!("{place}: {why}")));
        }
        let (command, load) = self.start(wanted, &place, (file, part), &path)?;
        let program = ProgramSpec {
            id: format!("user/{}", self.name(wanted)),
            form: InputForm::Slice,
            command,
            load,
            version: Some(format!("file {}", &sha256(&content)[..12])),
        };
        Ok(UserFunction {
            place,
            spec: spec.to_owned(),
            file: std::fs::canonicalize(&path).unwrap_or(path),
            part: part.map(str::to_owned),
            program,
            interpreter: None,
            embedded: None,
            elsewhere: Vec::new(),
        })
    }

    /// How the symbol or program at `path` is started, and what it is told to load.
    fn start(
        self,
        wanted: &FunctionRequest,
        place: &str,
        (file, part): (&str, Option<&str>),
        path: &Path,
    ) -> Result<(WorkerCommand, serde_json::Value), Stop> {
        let refuse = |why: String| Err(Stop::usage(anyhow!("{place}: {why}")));
        let python = wanted.python.as_ref().map(|given| ("python", given.place));
        let input = wanted.input.as_ref().map(|given| ("input", given.place));
        let arguments = wanted.arguments.as_ref().map(|given| ("arguments", given.place));
        match part {
            Some(part) if !part.split('.').all(is_name) => {
                refuse(format!("{part:?} can be no function: {SPEC}"))
            }
            Some(symbol) if file.ends_with(".so") || file.contains(".so.") => {
                self.refuse_keys(wanted, "a symbol of a library", &[python, input, arguments])?;
                let command =
                    WorkerCommand { program: this_program()?, arguments: vec!["library".to_owned()] };
                Ok((command, json!({"library": path, "symbol": symbol})))
            }
            Some(_) => refuse(format!("neither a .py file nor a .so library: {SPEC}")),
            None if is_program(path) && !file.ends_with(".so") => {
                self.refuse_keys(wanted, "a program", &[python, input])?;
                let own = wanted.arguments.iter().flat_map(|arguments| arguments.value.clone());
                let words = std::iter::once(path.display().to_string()).chain(own);
                Ok((adopted(words).map_err(Stop::ours)?, json!({})))
            }
            None => refuse(format!("no function is named, and it is no program: {SPEC}")),
        }
    }

    /// What a contender is called: as it was named, else its function with the shortest end of its file's path that no
    /// other file of the set ends with.
    fn name(self, wanted: &FunctionRequest) -> String {
        if let Some(name) = &wanted.name {
            return name.value.clone();
        }
        let settings = &self.request.settings;
        let own = self.place_of(&wanted.spec);
        let unnamed = settings.functions.iter().filter(|other| other.name.is_none()).map(|other| &other.spec);
        // a reference may also be the id of one of them
        let reference = settings.reference.iter().filter(|spec| Family::of(&spec.value) != Family::User);
        let others = unnamed.chain(reference).map(|spec| self.place_of(spec));
        let others: Vec<SpecPlace<'_>> =
            others.filter(|other| other.part == own.part && other.file != own.file).collect();
        let ends = (1..own.path.components().count()).map(|parts| end_of(&own.path, parts));
        let end = ends.into_iter().find(|end| !others.iter().any(|other| other.path.ends_with(end)));
        let part = own.part.map_or_else(String::new, |part| format!(":{part}"));
        format!("{}{part}", end.unwrap_or(own.path).display())
    }

    fn place_of(self, spec: &Given<String>) -> SpecPlace<'_> {
        let part = part_of(&spec.value);
        let file = part.map_or(spec.value.as_str(), |part| &spec.value[..spec.value.len() - part.len() - 1]);
        let folder = folder_or_current(self.request.folder_of(spec.place));
        let seen = [folder.join(file), folder.to_owned()].map(std::path::absolute);
        let path = match &seen {
            [Ok(path), Ok(folder)] => path.strip_prefix(folder).unwrap_or(path).to_owned(),
            _ => PathBuf::from(file),
        };
        let file = std::fs::canonicalize(folder.join(file)).unwrap_or_else(|_| path.clone());
        SpecPlace { path, file, part }
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

fn part_of(spec: &str) -> Option<&str> {
    spec.rsplit_once(':').map(|(_, part)| part)
}

/// The last so many components of a path.
fn end_of(path: &Path, parts: usize) -> PathBuf {
    let all: Vec<_> = path.components().collect();
    all[all.len().saturating_sub(parts)..].iter().collect()
}
