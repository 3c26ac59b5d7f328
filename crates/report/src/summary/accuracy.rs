//! How far are the pedometer's counts from references, in per cent?

use breakeven_record::accuracy::{AccuracyRecord, CountedRecording, Excerpt, ReferenceSet};
use serde::{Deserialize, Serialize};

/// Counts beside references, with their errors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccuracySummary {
    /// The sets of recordings that were at hand.
    pub sets: Vec<AccuracySet>,
    /// A few seconds around walking, as the pedometer sees them; null where the recording has no step.
    pub excerpt: Option<Excerpt>,
}

/// Recordings that share a source and a kind of reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccuracySet {
    /// Its name.
    pub name: String,
    /// What it is, whom it is from, and under which licence.
    pub source: String,
    /// What the reference is, and what it cannot say.
    pub reference: String,
    /// All its recordings together; each was counted on its own.
    pub total: AccuracyRow,
    /// Mean of the absolute errors of its recordings, in percent; null where no reference is above 0.
    pub mean_error_percent: Option<f64>,
    /// The largest of them.
    pub worst_error_percent: Option<f64>,
    /// The same without the feedback.
    pub mean_error_percent_without_feedback: Option<f64>,
    /// The same without the feedback.
    pub worst_error_percent_without_feedback: Option<f64>,
    /// One per recording.
    pub recordings: Vec<AccuracyRow>,
}

/// One recording's counts and errors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccuracyRow {
    /// Its name.
    pub recording: String,
    /// Rows at 100 Hz.
    pub rows: usize,
    /// Steps by the reference.
    pub reference_steps: usize,
    /// Steps as specified, with the feedback.
    pub steps: usize,
    /// Counted too many (above 0) or too few, in percent of the reference; null where that is 0.
    pub error_percent: Option<f64>,
    /// Steps without the feedback.
    pub steps_without_feedback: usize,
    /// Their error, likewise.
    pub error_percent_without_feedback: Option<f64>,
}

impl AccuracySummary {
    pub(super) fn of(record: &AccuracyRecord) -> Self {
        let sets = record.sets.iter().map(AccuracySet::of).collect();
        Self { sets, excerpt: record.excerpt.clone() }
    }
}

impl AccuracySet {
    /// The errors of a set's counts.
    #[must_use]
    pub fn of(set: &ReferenceSet) -> Self {
        let recordings: Vec<AccuracyRow> = set.recordings.iter().map(AccuracyRow::of).collect();
        let sum = |of: fn(&CountedRecording) -> usize| set.recordings.iter().map(of).sum();
        let total = CountedRecording {
            recording: "all".to_owned(),
            rows: sum(|row| row.rows),
            reference_steps: sum(|row| row.reference_steps),
            steps: sum(|row| row.steps),
            steps_without_feedback: sum(|row| row.steps_without_feedback),
        };
        let errors = |of: fn(&AccuracyRow) -> Option<f64>| -> Vec<f64> {
            recordings.iter().filter_map(of).map(f64::abs).collect()
        };
        let (on, off) = (errors(|row| row.error_percent), errors(|row| row.error_percent_without_feedback));
        Self {
            name: set.name.clone(),
            source: set.source.clone(),
            reference: set.reference.clone(),
            total: AccuracyRow::of(&total),
            mean_error_percent: mean(&on),
            worst_error_percent: on.into_iter().reduce(f64::max),
            mean_error_percent_without_feedback: mean(&off),
            worst_error_percent_without_feedback: off.into_iter().reduce(f64::max),
            recordings,
        }
    }
}

impl AccuracyRow {
    fn of(row: &CountedRecording) -> Self {
        let error = |steps: usize| {
            let reference = row.reference_steps as f64;
            (row.reference_steps > 0).then(|| 100.0 * (steps as f64 - reference) / reference)
        };
        Self {
            recording: row.recording.clone(),
            rows: row.rows,
            reference_steps: row.reference_steps,
            steps: row.steps,
            error_percent: error(row.steps),
            steps_without_feedback: row.steps_without_feedback,
            error_percent_without_feedback: error(row.steps_without_feedback),
        }
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
