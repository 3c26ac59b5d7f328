//! Which programs does a gate measure with?

use std::path::Path;

use breakeven_measure::protocol::WorkerCommand;

/// How the workers of each side are started: two builds of `breakeven`, or one that is handed the contenders of either
/// side.
#[derive(Debug, Clone)]
pub struct Workers {
    /// Of the base, and of the base again.
    pub base: WorkerCommand,
    /// Of the head.
    pub head: WorkerCommand,
}

impl Workers {
    /// Those of two builds of `breakeven`, with their own contenders.
    #[must_use]
    pub fn of_builds(base: &Path, head: &Path) -> Self {
        let [base, head] = [base, head].map(|program| WorkerCommand {
            program: program.to_owned(),
            arguments: vec!["worker".to_owned()],
        });
        Self { base, head }
    }
}
