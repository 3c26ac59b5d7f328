//! How does a revision of any project become a folder whose functions can be called?
//!
//! Base and head are checked out beside each other, in folders whose paths are of the same length, and the project's own
//! build command runs in each. A checkout that is built is kept until another revision or command is asked for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use breakeven_measure::process::Halt;

use crate::build::{Cache, key, run_logged};
use crate::error::GateError;
use crate::revision::{Repository, Revision};
use crate::side::Name;

/// How a revision is built.
#[derive(Debug, Clone, Copy)]
pub struct Recipe<'a> {
    /// A command for the shell; none where nothing is to be built.
    pub command: Option<&'a str>,
    /// The folder in which it runs, from the top of the checkout.
    pub folder: &'a Path,
    /// The interpreter that the functions run in, which the command finds in `PYTHON`; none where there is none.
    pub python: Option<&'a Path>,
}

/// The checkout of a revision, built, or found built. `tell` is told when a build begins.
///
/// # Errors
/// The folder cannot be written, the command fails, or it is halted.
pub fn build(
    cache: &Cache,
    repository: &Repository,
    (side, revision): (Name, &Revision),
    recipe: Recipe<'_>,
    halt: &Halt,
    tell: &mut dyn FnMut(&str),
) -> Result<PathBuf, GateError> {
    let Recipe { command, folder, python } = recipe;
    let source = cache.checkout(side);
    let mark = cache.mark(side);
    let path = |path: &Path| path.display().to_string();
    let made_of = key(&[
        &revision.tree,
        command.unwrap_or_default(),
        &path(folder),
        &python.map(path).unwrap_or_default(),
    ]);
    if source.exists() && fs::read_to_string(&mark).is_ok_and(|known| known == made_of) {
        return Ok(source);
    }
    // a checkout without its mark is one that was never finished
    fs::write(&mark, "").map_err(GateError::io(&mark))?;
    repository.check_out(revision, &source)?;
    if let Some(command) = command {
        tell(&format!("building the {side} ({}): {command}", revision.words()));
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).current_dir(source.join(folder));
        if let Some(python) = python {
            shell.env("PYTHON", python);
        }
        run_logged(cache, (side, revision), &mut shell, halt)?;
    }
    fs::write(&mark, &made_of).map_err(GateError::io(&mark))?;
    Ok(source)
}
