//! Do base and head import the same file of the main checkout, as of a package that is installed in editable mode?
//!
//! Then a change of it would be measured on neither side, and called unchanged.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::anyhow;

use crate::commands::compare::function::UserFunctions;
use crate::stop::Stop;

/// Prints the first module of the folder `top` that a file imports, where it is neither in the folder `own` nor of the
/// environment.
const FIRST_OF_TOP: &str = "
import os, runpy, sys
file, top, own = sys.argv[1:]
sys.path[0] = os.path.dirname(file)
output = os.dup(1)
os.dup2(2, 1)
runpy.run_path(file)
inside = lambda path, folder: os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep)
for name, module in sorted(sys.modules.items()):
    path = getattr(module, '__file__', None)
    if path and inside(path, top) and not inside(path, own) and not inside(path, sys.prefix):
        os.write(output, ('%s from %s' % (name, os.path.realpath(path))).encode('utf-8'))
        break
";

/// Refuses functions whose files import something of the main checkout. What is wrong with a file otherwise is no matter
/// here.
///
/// # Errors
/// There is one (exit code 2).
pub(super) fn refuse_of_main_checkout(functions: &UserFunctions, top: &Path, own: &Path) -> Result<(), Stop> {
    for (interpreter, file) in functions.python_files() {
        let mut command = Command::new(interpreter);
        command.args(["-c", FIRST_OF_TOP]).arg(file).args([top, own]);
        let Ok(output) = command.stdin(Stdio::null()).output() else { continue };
        let found = String::from_utf8_lossy(&output.stdout);
        if output.status.success() && !found.is_empty() {
            let name = file.file_name().unwrap_or_default().display();
            let what = "where base and head find the same: let the file put the folder of its own checkout first on sys.path";
            return Err(Stop::usage(anyhow!("{name} imports {found}, {what} (docs/gate.md)")));
        }
    }
    Ok(())
}
