//! `breakeven worker`: measures for `run`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
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
    let (users, folder) = match arguments.user {
        None => (UserSet::default(), PathBuf::new()),
        Some(path) => {
            let users = UserSet::read(&path).context("the file with the contenders").map_err(Stop::ours)?;
            (users, path.parent().unwrap_or(Path::new(".")).to_owned())
        }
    };
    serve(&setup, move || users.registry(&folder)).map_err(Stop::ours)
}
