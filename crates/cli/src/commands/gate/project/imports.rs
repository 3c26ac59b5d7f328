//! Do base and head import the same file of the main checkout, as of a package that is installed in editable mode?
//!
//! Then a change of it would be measured on neither side, and called unchanged.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::anyhow;
use breakeven_gate::error::GateError;
use breakeven_measure::process::{Halt, run_to_end};

use super::super::stop_of;
use crate::commands::compare::function::UserFunctions;
use crate::stop::Stop;

/// In a minute at most, prints the first module of the folder `top` that a file imports, where it is neither in the folder `own` nor of the
/// environment.
const FIRST_OF_TOP: &str = "
import os, runpy, signal, sys
signal.alarm(60)
file, top, own = sys.argv[1:]
sys.path[0] = os.path.dirname(file)
output = os.dup(1)
os.dup2(2, 1)
runpy.run_path(file)
inside = lambda path, folder: os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep)
for name, module in sorted(sys.modules.items()):
    path = getattr(module, '__file__', None)
    if path and inside(path, top) and not inside(path, own) and not any(inside(path, folder) for folder in (sys.prefix, sys.base_prefix)):
        os.write(output, ('%s from %s' % (name, os.path.realpath(path))).encode('utf-8'))
        break
";

/// Refuses functions whose files import something of the main checkout. What is wrong with a file otherwise is no matter
/// here.
///
/// # Errors
/// There is one (exit code 2).
pub(super) fn refuse_of_main_checkout(
    functions: &UserFunctions,
    (top, own): (&Path, &Path),
    (scratch, halt): (&Path, &Halt),
) -> Result<(), Stop> {
    let printed = scratch.join("imported");
    for (interpreter, file) in functions.python_files() {
        let mut command = Command::new(interpreter);
        command.args(["-c", FIRST_OF_TOP]).arg(file).args([top, own]);
        let output = File::create(&printed).map_err(Stop::ours)?;
        command.stdin(Stdio::null()).stdout(output).stderr(Stdio::null());
        let status = run_to_end(&mut command, halt);
        if halt.is_halted() {
            return Err(stop_of(GateError::Interrupted));
        }
        let found = std::fs::read_to_string(&printed).unwrap_or_default();
        if status.is_ok_and(|status| status.success()) && !found.is_empty() {
            let name = file.file_name().unwrap_or_default().display();
            let what = "where base and head find the same: let the file put the folder of its own checkout first on sys.path";
            return Err(Stop::usage(anyhow!("{name} imports {found}, {what} (docs/gate.md)")));
        }
    }
    Ok(())
}
