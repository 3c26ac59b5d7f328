//! On which input, at which size, and why?

use crate::Task;
use crate::anatomy::Anatomy;
use crate::bank;

/// A task with its input, sizes, tolerance, and the reason it is worth timing.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Workload {
    /// `task/input-length[-wWINDOW]`, as in `sliding/uniform-1000000-w75`.
    pub id: String,
    /// The computation.
    pub task: Task,
    /// Where its input comes from.
    pub source: Source,
    /// Values of a series; rows of a recording; the size that was asked for of what is made.
    pub length: usize,
    /// Values per window, for `sliding`.
    pub window: Option<usize>,
    /// Delta degrees of freedom: the divisor is n - ddof.
    pub ddof: usize,
    /// How far an answer may be from the oracle's.
    pub tolerance: Tolerance,
    /// Inputs of the same kind, used one per batch in turn.
    pub variants: usize,
    /// What its figure is for.
    pub why: String,
}

impl Workload {
    /// One call on one array of `length` values.
    #[must_use]
    pub fn whole(distribution: Distribution, length: usize, why: &str) -> Self {
        Self {
            id: format!("whole/{}-{length}", distribution.word()),
            task: Task::Whole,
            source: Source::Seeded(distribution),
            length,
            window: None,
            ddof: 0,
            tolerance: distribution.tolerance(),
            variants: 4,
            why: why.to_owned(),
        }
    }

    /// Every window of `window` values of a series of `length` values.
    #[must_use]
    pub fn sliding(distribution: Distribution, length: usize, window: usize, why: &str) -> Self {
        Self {
            id: format!("sliding/{}-{length}-w{window}", distribution.word()),
            task: Task::Sliding,
            window: Some(window),
            ..Self::whole(distribution, length, why)
        }
    }

    /// One call on a list of `length` values in [0, 1), taken apart.
    #[must_use]
    pub fn anatomy(anatomy: &Anatomy, length: usize, why: &str) -> Self {
        Self {
            id: format!("anatomy/{}-{length}", anatomy.name),
            task: Task::Anatomy,
            ..Self::whole(Distribution::Uniform, length, why)
        }
    }

    /// A task on a recording: `feedback` (the bank on the cleaned recording) or `pedometer`.
    #[must_use]
    pub fn recording(task: Task, name: &str, rows: usize, channels: usize, why: &str) -> Self {
        Self {
            id: format!("{task}/{name}"),
            task,
            source: Source::Recording { name: name.to_owned(), channels },
            length: rows,
            window: None,
            ddof: 0,
            tolerance: Tolerance::Bank,
            variants: 1,
            why: why.to_owned(),
        }
    }

    /// One call on what a user's function of this name makes of `length`.
    #[must_use]
    pub fn made(function: &str, length: usize, why: &str) -> Self {
        Self {
            id: format!("made/{function}-{length}"),
            task: Task::Made,
            source: Source::Made { name: function.to_owned() },
            ..Self::whole(Distribution::Uniform, length, why)
        }
    }

    /// The same with only one input, as in the talk, where every call gets the same list.
    #[must_use]
    pub fn with_one_input(self) -> Self {
        Self { variants: 1, ..self }
    }

    /// Standard deviations that the first `length` values or rows take.
    #[must_use]
    pub fn units(&self, length: usize) -> u64 {
        match (self.task, &self.source) {
            (Task::Whole | Task::Anatomy | Task::Made, _) => 1,
            (Task::Sliding, _) => (length + 1).saturating_sub(self.window.unwrap_or(1)) as u64,
            (_, Source::Recording { channels, .. }) => bank::units(length, *channels),
            (_, Source::Seeded(_) | Source::File { .. } | Source::Made { .. }) => bank::units(length, 1),
        }
    }

    /// Units of [`Task::unit`] in one call on the whole input: windows, or 1 call or recording.
    #[must_use]
    pub fn units_per_call(&self) -> u64 {
        match self.task {
            Task::Sliding => self.units(self.length),
            _ => 1,
        }
    }

    /// The shortest prefix of the input on which the task still means something; `None` where
    /// a prefix would be another problem.
    #[must_use]
    pub fn least_prefix(&self) -> Option<usize> {
        match self.task {
            Task::Whole | Task::Anatomy | Task::Made => None,
            Task::Sliding => self.window,
            Task::Feedback | Task::Pedometer => Some(bank::LEAST_ROWS),
        }
    }
}

/// Where a workload's input comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Source {
    /// Drawn from a distribution, seeded by the workload's id.
    Seeded(Distribution),
    /// A recording, real or synthetic.
    Recording {
        /// Its name in ids and reports.
        name: String,
        /// 3 or 6.
        channels: usize,
    },
    /// The numbers of a user's file.
    File {
        /// Its name in ids and reports.
        name: String,
    },
    /// Made by a user's function.
    Made {
        /// Its name in ids and reports.
        name: String,
    },
}

/// How far an answer may be from the oracle's before it is wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Tolerance {
    /// This times the exact value.
    Relative(f64),
    /// This times the largest magnitude of the input: for data whose exact answer is 0.
    OfInput(f64),
    /// The larger of the two: this times the exact value, and this times the largest magnitude of the
    /// input. For data whose windows may be constant.
    Either {
        /// Of the exact value.
        relative: f64,
        /// Of the input.
        of_input: f64,
    },
    /// The bank: every M and step for an integer rung; every step, and sum(M) to 1e-6 relative, for
    /// a float rung.
    Bank,
}

/// A kind of numbers, each with its own numerical difficulty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Distribution {
    /// Uniform on [0, 1), as in the talk.
    Uniform,
    /// Normal, mean 0, standard deviation 1: both signs.
    Normal,
    /// 1e9 plus normal: nine digits cancel.
    Offset,
    /// One value, drawn once, repeated: the answer is exactly 0.
    Constant,
    /// Halving with every value, restarted every 60 values: the scale of the window keeps falling.
    Decaying,
}

impl Distribution {
    /// Every distribution, in the order in which they are shown.
    pub const ALL: [Distribution; 5] = [
        Distribution::Uniform,
        Distribution::Normal,
        Distribution::Offset,
        Distribution::Constant,
        Distribution::Decaying,
    ];

    /// The lower-case word used in ids.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Distribution::Uniform => "uniform",
            Distribution::Normal => "normal",
            Distribution::Offset => "offset",
            Distribution::Constant => "constant",
            Distribution::Decaying => "decaying",
        }
    }

    /// How far from the exact answer a contender may be on these numbers before it is wrong.
    #[must_use]
    pub fn tolerance(self) -> Tolerance {
        match self {
            Distribution::Uniform | Distribution::Normal => Tolerance::Relative(1e-10),
            Distribution::Offset | Distribution::Decaying => Tolerance::Relative(1e-9),
            Distribution::Constant => Tolerance::OfInput(1e-13),
        }
    }
}
