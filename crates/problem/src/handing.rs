//! What is a contender handed in each call of a batch?

/// The same object in each call, or one of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Handing {
    /// The same object in each call: no contender may change it.
    #[default]
    SameInput,
    /// A fresh copy in each call, made outside the clock: every Python contender is timed so where one of them changes
    /// its input.
    FreshCopies,
}

/// The reason of a contender that has failed because it changes what it is handed.
pub const CHANGES_ITS_INPUT: &str = "changes its input";
