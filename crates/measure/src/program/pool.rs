//! Which contenders share a process?
//!
//! Those of one interpreter do. The first batch after another process had the processor is slower by 3 to 30 us, so
//! contenders in processes of their own would differ by what stands before them in a round, and the A/A control, which
//! is in the baseline's process, would not show it (docs/validation.md).

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use breakeven_problem::Handing;

use super::Program;
use crate::protocol::WorkerCommand;

/// Programs by the commands that start them. None is started before it is asked for something.
#[derive(Debug, Default)]
pub struct ProgramPool {
    handing: Handing,
    programs: Mutex<Vec<Arc<Program>>>,
}

impl ProgramPool {
    /// A pool of programs whose functions are handed this in each call.
    #[must_use]
    pub fn new(handing: Handing) -> Self {
        Self { handing, ..Self::default() }
    }

    /// The program of this command: the one that another contender has, else a new one, which writes to `folder`.
    #[must_use]
    pub fn program(&self, command: &WorkerCommand, folder: &Path) -> Arc<Program> {
        let mut programs = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = programs.iter().find(|known| known.command == *command) {
            return Arc::clone(known);
        }
        let new = Arc::new(Program::new(command.clone(), folder.to_owned()).handing(self.handing));
        programs.push(Arc::clone(&new));
        new
    }
}
