//! What should be known before a figure is believed?
//!
//! Programs can tell warnings apart by their kind; each says what was found and what to do about it. No warning changes
//! a figure: warnings are kept in the record and are shown wherever its figures are.

use serde::{Deserialize, Serialize};

use crate::words::worded_enum;

/// One thing that a reader of the figures should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Its kind.
    pub kind: WarningKind,
    /// The workload it is about; none where it is about the whole run.
    pub workload: Option<String>,
    /// The contender it is about; none where it is about all of them.
    pub contender: Option<String>,
    /// What was found.
    pub found: String,
    /// What to do about it.
    pub advice: String,
    /// How bad it is, where 100 is the limit from which on there is a warning; none where the kind has no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent_of_limit: Option<u64>,
}

impl Warning {
    /// A warning about the whole run, of a kind without a limit.
    #[must_use]
    pub fn of_run(kind: WarningKind, found: String) -> Self {
        let advice = kind.advice().to_owned();
        Self { kind, workload: None, contender: None, found, advice, percent_of_limit: None }
    }

    /// Whether both are of the same kind and about the same figures.
    #[must_use]
    pub fn is_about_the_same_as(&self, other: &Self) -> bool {
        self.kind == other.kind && self.workload == other.workload && self.contender == other.contender
    }
}

worded_enum! {
    /// The kinds of warnings.
    pub enum WarningKind {
        /// The contender took a worker down, and was timed in a companion afterwards.
        CrashedOnce = "crashed_once",
        /// The build was not optimised.
        DebugBuild = "debug_build",
        /// The workers should have stayed on one processor, and could not.
        NotPinned = "not_pinned",
        /// A batch was short against the steps of the clock.
        ShortBatch = "short_batch",
        /// The first batch took much longer than the others.
        SlowFirstBatch = "slow_first_batch",
        /// Few batches cost much more than most: the median tells less than the mean.
        UnevenBatches = "uneven_batches",
        /// Other programs were running.
        Load = "load",
        /// The hypervisor gave the processors to other machines.
        Steal = "steal",
        /// The workers spent their time in the operating system.
        SystemTime = "system_time",
    }
}

impl WarningKind {
    /// What to do about it.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            WarningKind::CrashedOnce => {
                "do not rely on it before the cause is found: it may be this contender, or another that damaged \
                 its memory"
            }
            WarningKind::DebugBuild => "use scripts/bench, or cargo build --release",
            WarningKind::NotPinned => {
                "look whether a sandbox forbids sched_setaffinity or the processors that may be used have changed, or \
                 say --no-pin"
            }
            WarningKind::ShortBatch => "use a machine with a finer clock, or believe only large differences",
            WarningKind::SlowFirstBatch => {
                "a call that is not repeated costs more than is shown here: measure your own use of it"
            }
            WarningKind::UnevenBatches => {
                "some inputs or moments (a slow path, a collection of garbage) cost more than is shown here: for a sum \
                 over many calls multiply the time by this"
            }
            WarningKind::Load => "stop the other programs, or wait for their end, and run again",
            WarningKind::Steal => "use a machine of your own, or run again at a quieter hour",
            WarningKind::SystemTime => {
                "look for page faults, file access or sleeping threads in the contenders: --memory, or perf trace"
            }
        }
    }
}
