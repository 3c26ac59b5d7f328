//! What should be known before a figure is believed?
//!
//! Guard rails: each is a kind that programs can tell apart, with what was found and what to do. None
//! changes a figure; they stand in the record and are shown wherever its figures are.

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
}

/// The kinds of warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// It took a worker down, and was timed in a companion afterwards.
    CrashedOnce,
}

impl WarningKind {
    /// Every kind.
    pub const ALL: [WarningKind; 1] = [WarningKind::CrashedOnce];

    /// The lower-case word used in records.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            WarningKind::CrashedOnce => "crashed_once",
        }
    }
}
