//! Which Python runs a user's functions?

use std::path::{Path, PathBuf};

use anyhow::anyhow;

use crate::stop::Stop;

/// The one that is named, else that of `$VIRTUAL_ENV`, else the first `python3`, `python` or `pypy3` on `PATH`.
///
/// # Errors
/// There is none (exit code 2).
pub(super) fn interpreter(named: Option<&Path>) -> Result<PathBuf, Stop> {
    if let Some(path) = named {
        let found = if path.components().count() > 1 {
            is_program(path).then(|| path.to_owned())
        } else {
            on_path(path)
        };
        let found =
            found.ok_or_else(|| Stop::usage(anyhow!("--python {}: no such program", path.display())))?;
        // a link in a virtual environment must stay a link: Python finds its environment by it
        return std::path::absolute(found).map_err(Stop::ours);
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

fn on_path(name: &Path) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| is_program(path))
}

/// Whether this is a file that may be executed.
pub(super) fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}
