//! Which Python function does `FILE.py:FUNCTION` or `MODULE:FUNCTION` name?

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use breakeven_measure::input_file::sha256;
use serde_json::{Value, json};

use crate::stop::Stop;

/// A function of a file, or of a module that is imported with the current folder first on `sys.path`.
#[derive(Debug)]
pub(crate) struct PythonFunction {
    /// What the worker file is told to load.
    pub(crate) load: Value,
    /// Its file; of a module that is installed only the module's name.
    pub(crate) file: PathBuf,
    /// What is in the file, where it is there.
    pub(crate) content: Option<Vec<u8>>,
}

impl PythonFunction {
    /// The function that a SPEC names as seen from `folder`; `None` where it names no Python function. Complaints begin
    /// with `place`.
    ///
    /// # Errors
    /// There is no such file, or its path is not UTF-8 (exit code 2).
    pub(crate) fn of(spec: &str, folder: &Path, place: &str) -> Result<Option<Self>, Stop> {
        let Some((file, function)) = spec.rsplit_once(':') else { return Ok(None) };
        let folder = std::path::absolute(folder_or_current(folder)).map_err(Stop::ours)?;
        let is_file = file.ends_with(".py");
        if !is_file && !is_module(file, &folder) {
            return Ok(None);
        }
        if !function.split('.').all(is_name) {
            return Err(Stop::usage(anyhow!("{place}: {function:?} can be no function: {PYTHON_SPEC}")));
        }
        let path = if is_file { Some(folder.join(file)) } else { file_of_module(file, &folder) };
        let content = path.as_ref().map(std::fs::read).transpose();
        let content = content.with_context(|| place.to_owned()).map_err(Stop::usage)?;
        let named = path.as_deref().unwrap_or(&folder);
        if named.to_str().is_none() {
            // a path reaches a worker as JSON
            let why = format!("{} is not UTF-8: rename the file or its folder", named.display());
            return Err(Stop::usage(anyhow!("{place}: {why}")));
        }
        let load = match &path {
            Some(path) if is_file => json!({"file": path, "function": function}),
            _ => json!({"module": file, "folder": folder, "function": function}),
        };
        let file = path.unwrap_or_else(|| PathBuf::from(file));
        Ok(Some(Self { load, file, content }))
    }

    /// The first digits of the SHA-256 of its file, where that is there.
    pub(crate) fn version(&self) -> Option<String> {
        self.content.as_ref().map(|content| format!("source {}", &sha256(content)[..12]))
    }
}

/// What a Python SPEC may look like.
const PYTHON_SPEC: &str = "write FILE.py:FUNCTION or MODULE:FUNCTION";

/// Whether a SPEC is written as one of a Python function.
pub(crate) fn is_python(spec: &str, folder: &Path) -> bool {
    spec.rsplit_once(':').is_some_and(|(file, _)| file.ends_with(".py") || is_module(file, folder))
}

/// Whether it can be a name in Python.
pub(crate) fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|char| char.is_alphanumeric() || char == '_')
}

/// Whether this is the name of a module, and of no file in this folder.
fn is_module(name: &str, folder: &Path) -> bool {
    let is_library = name.ends_with(".so") || name.contains(".so.");
    !is_library && name.split('.').all(is_name) && !folder.join(name).is_file()
}

/// The file of a module, where it lies in this folder.
fn file_of_module(name: &str, folder: &Path) -> Option<PathBuf> {
    let path = folder.join(name.replace('.', "/"));
    [path.with_extension("py"), path.join("__init__.py")].into_iter().find(|path| path.is_file())
}

/// A folder as it is named here, where the current one has no name.
pub(super) fn folder_or_current(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}
