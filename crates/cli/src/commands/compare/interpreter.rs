//! Which Python runs a user's functions?

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use breakeven_cli::interpreter::{self, is_program, on_path};

use super::place::Placed;
use crate::stop::Stop;

/// The one that is named, else that of `$VIRTUAL_ENV`, else the first `python3`, `python` or `pypy3` on `PATH`.
///
/// # Errors
/// There is none (exit code 2).
pub(super) fn interpreter(named: Option<&Placed<PathBuf>>) -> Result<PathBuf, Stop> {
    if let Some(Placed { value: path, place }) = named {
        return interpreter::named(path)
            .map_err(|error| Stop::usage(anyhow!("{place} {}: {error}", path.display())));
    }
    let environment = std::env::var_os("VIRTUAL_ENV").filter(|path| !path.is_empty());
    if let Some(environment) = environment {
        let path = Path::new(&environment).join("bin/python");
        if is_program(&path) {
            return Ok(path);
        }
        return Err(Stop::usage(anyhow!(
            "VIRTUAL_ENV is {}, where no bin/python is: name a Python with --python PATH",
            Path::new(&environment).display()
        )));
    }
    ["python3", "python", "pypy3"].iter().find_map(|name| on_path(Path::new(name))).ok_or_else(|| {
        Stop::usage(anyhow!(
            "no python3 on PATH: name a Python with --python PATH, or use ours with --embedded"
        ))
    })
}
