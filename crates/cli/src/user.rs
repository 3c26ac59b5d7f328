//! How do a user's contenders and interpreters reach the workers?
//!
//! The command line writes down what they are, in a file that every worker is started with; there they
//! stand before ours in the registry. The file lies in the run's folder for inputs, and so does whatever
//! passes between a worker and a program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use breakeven_measure::program::{Program, ProgramContender, ProgramPool, ProgramSpec};
use breakeven_measure::registry::Registry;
use breakeven_problem::{Contender, Handing, InputForm};
use serde::{Deserialize, Serialize};

use crate::interpreter::Interpreters;
use crate::registry::registry;

/// The family of a user's contenders.
pub const FAMILY: &str = "user";

/// A user's contenders.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct UserSet {
    /// Python functions: those of one interpreter share its process, with ours that run there.
    pub functions: Vec<ProgramSpec>,
    /// Libraries and programs, each in a process of its own.
    pub programs: Vec<ProgramSpec>,
    /// Those in our interpreter, in the worker's own process.
    pub embedded: Vec<EmbeddedSpec>,
    /// The interpreters that run our Python contenders too.
    #[serde(default)]
    pub interpreters: Interpreters,
    /// What Python functions are handed in each call, the user's and ours.
    #[serde(default)]
    pub handing: Handing,
    /// Whether a worker needs the interpreter in its process.
    #[serde(default)]
    pub python: EmbeddedPython,
}

/// The interpreter in the worker's process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmbeddedPython {
    /// Without it no worker works.
    #[default]
    Required,
    /// There is none: those that run in it are absent, and all others take part.
    Absent,
}

impl EmbeddedPython {
    /// Whether the interpreter's program exists. It is not started: a broken one makes the workers fail.
    #[must_use]
    pub fn here() -> Self {
        #[cfg(feature = "python")]
        if breakeven_python::executable().is_ok() {
            return EmbeddedPython::Required;
        }
        EmbeddedPython::Absent
    }
}

/// A function in a user's file, for our interpreter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbeddedSpec {
    /// `user/FILE.py:FUNCTION`.
    pub id: String,
    /// What it is handed.
    pub form: InputForm,
    /// The file.
    pub file: PathBuf,
    /// What is in it.
    pub text: String,
    /// The function.
    pub function: String,
}

#[cfg(feature = "python")]
impl EmbeddedSpec {
    fn contender(&self, handing: Handing) -> Box<dyn Contender> {
        let Self { id, form, file, text, function } = self.clone();
        let function = breakeven_python::EmbeddedFunction { id, input: form, file, text, function };
        Box::new(function.contender().handing(handing))
    }
}

impl UserSet {
    /// Writes it to a file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        std::fs::write(path, serde_json::to_vec(self)?)
    }

    /// Reads it back.
    ///
    /// # Errors
    /// The file cannot be read, or is another version's.
    pub fn read(path: &Path) -> std::io::Result<Self> {
        Ok(serde_json::from_slice(&std::fs::read(path)?)?)
    }

    /// These contenders, and ours behind them. Programs write to `folder`, which must outlive the registry.
    #[must_use]
    pub fn registry(&self, folder: &Path) -> Registry {
        let pool = ProgramPool::new(self.handing);
        let ours = registry(&self.interpreters, self.handing, &pool, folder);
        let mut contenders: Vec<Box<dyn Contender>> = Vec::new();
        for spec in &self.functions {
            contenders.push(Box::new(ProgramContender::users(spec, pool.program(&spec.command, folder))));
        }
        for spec in &self.programs {
            let program = Program::new(spec.command.clone(), folder.to_owned());
            contenders.push(Box::new(ProgramContender::users(spec, Arc::new(program))));
        }
        #[cfg(feature = "python")]
        contenders.extend(self.embedded.iter().map(|spec| spec.contender(self.handing)));
        contenders.extend(ours.contenders);
        let facts = match self.python {
            EmbeddedPython::Required => ours.facts,
            EmbeddedPython::Absent => || Ok(BTreeMap::new()),
        };
        Registry { contenders, facts, ..ours }
    }
}
