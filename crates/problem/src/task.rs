//! Which computation is compared?

use std::fmt;
use std::str::FromStr;

/// One computation that contenders implement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Task {
    /// The standard deviation of one array: one call, one number.
    Whole,
    /// The standard deviation of every full window of a series, `length - window + 1` numbers.
    Sliding,
    /// The bank of standard deviations that feed the next ones, on cleaned samples ([`crate::bank`]).
    Feedback,
    /// From a raw recording to steps: cleaning, the bank, gate, peaks.
    Pedometer,
    /// One call of `whole`, taken apart: the call, and controls that go as far as each of its steps.
    Anatomy,
    /// Whatever a user's functions compute of what another function of the user makes: one call.
    Made,
}

impl Task {
    /// Every task, in the order in which they are shown.
    pub const ALL: [Task; 6] =
        [Task::Whole, Task::Sliding, Task::Feedback, Task::Pedometer, Task::Anatomy, Task::Made];

    /// The lower-case word used in ids, records and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Task::Whole => "whole",
            Task::Sliding => "sliding",
            Task::Feedback => "feedback",
            Task::Pedometer => "pedometer",
            Task::Anatomy => "anatomy",
            Task::Made => "made",
        }
    }

    /// Whether the answer is one number, whatever the length of the input.
    #[must_use]
    pub fn has_one_number(self) -> bool {
        matches!(self, Task::Whole | Task::Anatomy)
    }

    /// What one unit of work is called: a figure is given as time per unit.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Task::Whole | Task::Anatomy | Task::Made => "call",
            Task::Sliding => "window",
            Task::Feedback | Task::Pedometer => "recording",
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

/// A word that names no task.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no task is called {0:?}: use whole, sliding, feedback, pedometer or anatomy")]
pub struct UnknownTask(pub String);

impl FromStr for Task {
    type Err = UnknownTask;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Task::ALL.into_iter().find(|task| task.word() == word).ok_or_else(|| UnknownTask(word.to_owned()))
    }
}
