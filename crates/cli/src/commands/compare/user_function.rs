//! What is known of one function, symbol or program of a user?

use std::path::PathBuf;

use breakeven_cli::user::EmbeddedSpec;
use breakeven_measure::program::ProgramSpec;

/// One contender of a user's.
#[derive(Debug)]
pub(crate) struct UserFunction {
    /// How complaints about it begin: where its SPEC stands.
    pub(crate) place: String,
    /// As it was given.
    pub(super) spec: String,
    /// Its file, without links.
    pub(super) file: PathBuf,
    /// A function or symbol of the file; `None` for a program.
    pub(super) part: Option<String>,
    /// How it is started, and what it is handed.
    pub(crate) program: ProgramSpec,
    /// The Python that runs it, where it is a Python function.
    pub(super) interpreter: Option<PathBuf>,
    /// The same for our interpreter, where it is measured there; the program only serves the trial then.
    pub(super) embedded: Option<EmbeddedSpec>,
    /// The same in further interpreters, where it is not tried out: what is missing there costs their own rows.
    pub(crate) elsewhere: Vec<ProgramSpec>,
}

impl UserFunction {
    /// `user/FILE.py:FUNCTION`.
    pub(crate) fn id(&self) -> &str {
        &self.program.id
    }
}
