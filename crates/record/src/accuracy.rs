//! How far are the pedometer's counts from references, and what does a piece of walking look like?
//!
//! The command line counts them, never while a worker measures. Errors are derived from these counts, any time later.

use serde::{Deserialize, Serialize};

/// Counts beside references, and an excerpt of the main recording.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccuracyRecord {
    /// The sets of recordings that were at hand.
    pub sets: Vec<ReferenceSet>,
    /// A few seconds around walking; `None` where the main recording has no step.
    pub excerpt: Option<Excerpt>,
}

/// Recordings that share a source and a kind of reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceSet {
    /// Lower-case, without spaces: `oxford-validation`.
    pub name: String,
    /// What it is, who made it, and under which licence.
    pub source: String,
    /// What the reference is, and what it cannot say.
    pub reference: String,
    /// One per recording, each counted on its own.
    pub recordings: Vec<CountedRecording>,
}

/// One recording's counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedRecording {
    /// Its name.
    pub recording: String,
    /// Rows at 100 Hz.
    pub rows: usize,
    /// Steps by the reference.
    pub reference_steps: usize,
    /// Steps as specified, with the feedback.
    pub steps: usize,
    /// Steps by standard deviations of the cleaned samples themselves.
    pub steps_without_feedback: usize,
}

/// A few seconds of the main recording with what was found in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The recording's name.
    pub recording: String,
    /// The recording's row at which it starts; all other rows here are counted from it.
    pub first_row: usize,
    /// Raw samples, `ax ay az [gx gy gz]`, of one length.
    pub channels: Vec<Vec<i16>>,
    /// Where the gate is open: first row, and the row after the last.
    pub open: Vec<[usize; 2]>,
    /// Rows of the steps.
    pub steps: Vec<usize>,
}
