//! In which process is a contender timed?
//!
//! Most contenders share one worker per process. Two kinds of them have a companion beside it, with an
//! environment of its own: those that use several threads, and those that have crashed once in this
//! run. The baseline, its twin and the ruler are guests in every companion, so that a ratio is always
//! taken inside one process and between neighbours in time.

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

    /// Where a contender belongs that uses so many threads.
    #[must_use]
    pub fn of(threads: usize, history: History) -> Self {
        match (threads, history) {
            (1, History::Clean) => Place::Worker,
            (1, History::Crashed) => Place::Quarantine,
            _ => Place::Threaded,
        }
    }
}

/// What a contender has done to workers of this run so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum History {
    /// Nothing.
    Clean,
    /// It has taken one down.
    Crashed,
}
