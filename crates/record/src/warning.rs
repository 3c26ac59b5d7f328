//! What should be known before a figure is believed?
//!
//! Each kind of warning is one that programs can tell apart, with what was found and what to do about it. No warning
//! changes a figure: warnings are kept in the record and are shown wherever its figures are.

use serde::{Deserialize, Serialize};

/// One thing to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Of which kind.
    pub kind: WarningKind,
    /// The workload it is about; none where it is about the whole run.
    pub workload: Option<String>,
    /// The contender it is about; none where it is about all of them.
    pub contender: Option<String>,
    /// What was found.
    pub found: String,
    /// What to do about it.
    pub advice: String,
    /// How bad it is, 100 being the limit beyond which it is said; none where there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent_of_limit: Option<u64>,
}

impl Warning {
    /// Whether both say the same kind of thing about the same figures.
    #[must_use]
    pub fn is_about_the_same_as(&self, other: &Self) -> bool {
        self.kind == other.kind && self.workload == other.workload && self.contender == other.contender
    }
}

/// The kinds of warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// It took a worker down, and was timed in a companion afterwards.
    CrashedOnce,
    /// The build was not optimised.
    DebugBuild,
    /// The workers should have stayed on one processor, and could not.
    NotPinned,
    /// A batch was short against the steps of the clock.
    ShortBatch,
    /// The first batch took much longer than the others.
    SlowFirstBatch,
    /// Few batches cost much more than most: the median tells less than the mean.
    UnevenBatches,
    /// Other programs were running.
    Load,
    /// The hypervisor gave the processors to somebody else.
    Steal,
    /// The workers spent their time in the operating system.
    SystemTime,
}

impl WarningKind {
    /// Every kind.
    pub const ALL: [WarningKind; 9] = [
        WarningKind::CrashedOnce,
        WarningKind::DebugBuild,
        WarningKind::NotPinned,
        WarningKind::ShortBatch,
        WarningKind::SlowFirstBatch,
        WarningKind::UnevenBatches,
        WarningKind::Load,
        WarningKind::Steal,
        WarningKind::SystemTime,
    ];

    /// The lower-case word used in records.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            WarningKind::CrashedOnce => "crashed_once",
            WarningKind::DebugBuild => "debug_build",
            WarningKind::NotPinned => "not_pinned",
            WarningKind::ShortBatch => "short_batch",
            WarningKind::SlowFirstBatch => "slow_first_batch",
            WarningKind::UnevenBatches => "uneven_batches",
            WarningKind::Load => "load",
            WarningKind::Steal => "steal",
            WarningKind::SystemTime => "system_time",
        }
    }

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
