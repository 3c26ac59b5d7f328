//! What goes into a contender, and what comes out?

use crate::Signal;

/// One input, as every contender's input form is made from it.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Values in order, for `whole` and `sliding`.
    Series(Vec<f64>),
    /// A recording: raw for `pedometer`, cleaned for `feedback`.
    Recording(Signal),
    /// What a function of the user makes, in the process of the functions that are handed it.
    Made(Recipe),
}

/// What the user's function is told that makes an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Recipe {
    /// The size that is asked for.
    pub n: usize,
    /// Seeds its random numbers.
    pub seed: u64,
}

impl Data {
    /// Values, or rows of a recording.
    #[must_use]
    pub fn length(&self) -> usize {
        match self {
            Data::Series(values) => values.len(),
            Data::Recording(signal) => signal.rows(),
            Data::Made(recipe) => recipe.n,
        }
    }

    /// The first `length` values or rows as an input of its own. Of what is made there is no part, since it is made by size.
    #[must_use]
    pub fn prefix(&self, length: usize) -> Self {
        match self {
            Data::Series(values) => Data::Series(values[..length.min(values.len())].to_vec()),
            Data::Recording(signal) => Data::Recording(signal.prefix(length)),
            Data::Made(recipe) => Data::Made(Recipe { n: length.min(recipe.n), ..*recipe }),
        }
    }

    /// The values of a series, or `None` for anything else.
    #[must_use]
    pub fn series(&self) -> Option<&[f64]> {
        match self {
            Data::Series(values) => Some(values),
            Data::Recording(_) | Data::Made(_) => None,
        }
    }

    /// The recording, or `None` for anything else.
    #[must_use]
    pub fn recording(&self) -> Option<&Signal> {
        match self {
            Data::Series(_) | Data::Made(_) => None,
            Data::Recording(signal) => Some(signal),
        }
    }
}

/// What a contender computed.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Nothing to check: a control.
    Nothing,
    /// `whole`: one standard deviation.
    Value(f64),
    /// `sliding`: one standard deviation per full window.
    Series(Vec<f64>),
    /// `feedback` (no steps) and `pedometer`.
    Count(Count),
    /// `made`: where it differs from the reference's answer, in one line; `None` where it is equal. The process that has
    /// both has compared them.
    Compared(Option<String>),
}

/// What the bank, and with it the pedometer, computed from a recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Count {
    /// M per channel and row, before the back-fill of the first 100 rows.
    pub m: Vec<Vec<i32>>,
    /// Rows of the steps, ascending; empty for `feedback`.
    pub steps: Vec<usize>,
}

impl Count {
    /// Sum of M per channel: the checksum of the bank.
    #[must_use]
    pub fn sum_m(&self) -> Vec<i64> {
        self.m.iter().map(|values| values.iter().map(|&value| i64::from(value)).sum()).collect()
    }
}
