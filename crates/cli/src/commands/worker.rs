//! `breakeven worker`: measures for `run`.

use std::path::Path;

use breakeven_cli::registry;
use breakeven_cli::user::UserSet;
use breakeven_measure::worker::{WorkerSetup, serve};

use crate::arguments::WorkerArguments;
use crate::stop::{CommandResult, Stop};

/// Serves until standard input ends.
pub(crate) fn worker(arguments: WorkerArguments) -> CommandResult {
    let setup = WorkerSetup {
        note: arguments.note,
        output: arguments.output,
        pin: arguments.pin,
        memory_bytes: arguments.memory,
    };
    let Some(path) = arguments.user else {
        return serve(&setup, registry::registry).map_err(Stop::ours);
    };
    let users = UserSet::read(&path).map_err(Stop::ours)?;
    let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
    serve(&setup, move || users.registry(&folder)).map_err(Stop::ours)
}
