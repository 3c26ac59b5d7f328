//! `breakeven adopt`: becomes a user's program, which then ends with the process that started it.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::anyhow;
use breakeven_measure::worker::{end_with_parent, limit_memory};

use crate::arguments::AdoptArguments;
use crate::stop::{CommandResult, Stop};

/// Does not return where the program can be started.
pub(crate) fn adopt(arguments: &AdoptArguments) -> CommandResult {
    end_with_parent().map_err(Stop::ours)?;
    arguments.memory.map_or(Ok(()), limit_memory).map_err(Stop::ours)?;
    let (program, rest) =
        arguments.command.split_first().ok_or_else(|| Stop::usage(anyhow!("no program")))?;
    let error = Command::new(program).args(rest).exec();
    Err(Stop::usage(anyhow!("cannot start {}: {error}", program.to_string_lossy())))
}
