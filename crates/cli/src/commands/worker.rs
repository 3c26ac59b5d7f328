//! `breakeven worker`: measures for `run`.

use breakeven_cli::registry;
use breakeven_measure::worker::{WorkerSetup, serve};

use crate::arguments::WorkerArguments;
use crate::stop::{Outcome, Stop};

/// Serves until standard input ends.
pub(crate) fn worker(arguments: WorkerArguments) -> Outcome {
    let setup = WorkerSetup {
        note: arguments.note,
        output: arguments.output,
        pin: arguments.pin,
        memory_bytes: arguments.memory,
    };
    serve(&setup, registry::registry).map_err(Stop::ours)
}
