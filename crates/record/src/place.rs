//! In which process was a contender timed?

use serde::{Deserialize, Serialize};

/// The kind of process that a sample was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The worker: pinned, one thread.
    #[default]
    Worker,
    /// The companion of contenders that use several threads: not pinned, thread variables unset.
    Threaded,
    /// The companion of contenders that have crashed a worker: set up as the worker is.
    Quarantine,
}

impl Place {
    /// Every place, in the order in which they are visited.
    pub const ALL: [Place; 3] = [Place::Worker, Place::Threaded, Place::Quarantine];

    /// The lower-case word used in records.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Place::Worker => "worker",
            Place::Threaded => "threaded",
            Place::Quarantine => "quarantine",
        }
    }

    /// Whether it is a companion.
    #[must_use]
    pub fn is_companion(self) -> bool {
        self != Place::Worker
    }
}
