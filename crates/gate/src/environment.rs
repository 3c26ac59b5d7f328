//! Which Python does a revision of `breakeven` run in that pins other packages than the checkout does?

use std::path::{Path, PathBuf};
use std::process::Command;

use breakeven_measure::process::Halt;

use crate::build::{Cache, key, made_from, run_logged};
use crate::error::GateError;
use crate::revision::{Repository, Revision};
use crate::side::Name;

/// The interpreter of an environment that the revision's own `scripts/prepare` has made from `python`, or makes now: then
/// `tell` is told. `pins` is the file whose content decides which environments are the same.
///
/// # Errors
/// The cache cannot be written, the script fails or is not there, or it is halted.
pub fn environment(
    cache: &Cache,
    repository: &Repository,
    (side, revision): (Name, &Revision),
    (pins, python): (&str, &Path),
    halt: &Halt,
    tell: &mut dyn FnMut(&str),
) -> Result<PathBuf, GateError> {
    let pinned = repository.file(revision, Path::new(pins)).unwrap_or_default();
    let name = key(&[&pinned, &python.display().to_string(), &made_from(python)]);
    let folder = cache.folder().join("environments").join(name);
    let environment = folder.join(".venv");
    // written last by the script
    if !environment.join("breakeven-made-from").exists() {
        tell(&format!("making a Python environment for the {side}, which pins other packages"));
        repository.check_out(revision, &folder)?;
        let mut prepare = Command::new(folder.join("scripts/prepare"));
        prepare.current_dir(&folder).env("PYTHON", python);
        run_logged(cache, (side, revision), &mut prepare, halt)?;
    }
    Ok(environment.join("bin/python"))
}
