//! How far is the count from a reference, recording by recording, with and without the feedback?

use breakeven_problem::bank::{NARROWEST, WIDEST};
use breakeven_problem::{Bank, Signal};

use crate::count;

/// Counts of several recordings beside references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accuracy {
    /// One per recording.
    pub rows: Vec<AccuracyRow>,
}

/// One recording's counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccuracyRow {
    /// Its name.
    pub recording: String,
    /// Its length at 100 Hz.
    pub rows: usize,
    /// Steps by the reference.
    pub reference_steps: usize,
    /// Steps counted as specified.
    pub with_feedback: usize,
    /// Steps counted by standard deviations of the cleaned samples themselves.
    pub without_feedback: usize,
}

/// One of the two counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feedback {
    /// As specified: a sample beyond two standard deviations passes half of its excess on.
    On,
    /// Every sample enters the windows as it is.
    Off,
}

impl Accuracy {
    /// The sums over all recordings, as those of a recording named `all`.
    #[must_use]
    pub fn total(&self) -> AccuracyRow {
        let sum = |number: fn(&AccuracyRow) -> usize| self.rows.iter().map(number).sum();
        AccuracyRow {
            recording: "all".to_owned(),
            rows: sum(|row| row.rows),
            reference_steps: sum(|row| row.reference_steps),
            with_feedback: sum(|row| row.with_feedback),
            without_feedback: sum(|row| row.without_feedback),
        }
    }

    /// Mean of the absolute errors in percent, over the recordings with a reference above 0; `None` without one.
    #[must_use]
    pub fn mean_error_percent(&self, feedback: Feedback) -> Option<f64> {
        let errors = self.errors(feedback);
        (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
    }

    /// The largest of the absolute errors in percent, likewise.
    #[must_use]
    pub fn worst_error_percent(&self, feedback: Feedback) -> Option<f64> {
        self.errors(feedback).into_iter().reduce(f64::max)
    }

    fn errors(&self, feedback: Feedback) -> Vec<f64> {
        self.rows.iter().filter_map(|row| row.error_percent(feedback)).map(f64::abs).collect()
    }
}

impl AccuracyRow {
    /// Counts the steps of `signal` twice: over the bank `B`, and without its feedback.
    ///
    /// One pass each.
    ///
    /// ```
    /// use breakeven_pedometer::{Accuracy, AccuracyRow, Feedback, vector};
    /// use breakeven_problem::oracle::ExactBank;
    ///
    /// let row = AccuracyRow::count::<ExactBank>("vector", &vector(), 40);
    /// assert_eq!(Accuracy { rows: vec![row] }.mean_error_percent(Feedback::On), Some(0.0));
    /// ```
    #[must_use]
    pub fn count<B: Bank>(recording: &str, signal: &Signal, reference_steps: usize) -> Self {
        Self {
            recording: recording.to_owned(),
            rows: signal.rows(),
            reference_steps,
            with_feedback: count::<B>(signal).steps.len(),
            without_feedback: count::<PlainBank>(signal).steps.len(),
        }
    }

    /// Steps as counted.
    #[must_use]
    pub fn steps(&self, feedback: Feedback) -> usize {
        match feedback {
            Feedback::On => self.with_feedback,
            Feedback::Off => self.without_feedback,
        }
    }

    /// Counted too many (above 0) or too few, in percent of the reference; `None` where that is 0.
    #[must_use]
    pub fn error_percent(&self, feedback: Feedback) -> Option<f64> {
        let reference = self.reference_steps as f64;
        (self.reference_steps > 0).then(|| 100.0 * (self.steps(feedback) as f64 - reference) / reference)
    }
}

/// Samples remembered: the widest window, and the one that leaves it.
const REMEMBERED: usize = WIDEST + 1;

/// The bank without its feedback: standard deviations over the cleaned samples themselves.
#[derive(Debug)]
struct PlainBank {
    channels: Vec<PlainChannel>,
}

/// Sums of all samples up to each of the last rows, and of their squares: windows are differences of two.
#[derive(Debug)]
struct PlainChannel {
    rows: usize,
    sums: [[i64; 2]; REMEMBERED],
}

impl Bank for PlainBank {
    fn new(channels: usize) -> Self {
        let channels = (0..channels).map(|_| PlainChannel { rows: 0, sums: [[0; 2]; REMEMBERED] }).collect();
        Self { channels }
    }

    fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]) {
        assert_eq!(cleaned.len(), self.channels.len(), "one block of samples per channel");
        for ((channel, samples), m) in self.channels.iter_mut().zip(cleaned).zip(m) {
            for (&sample, m) in samples.iter().zip(m.iter_mut()) {
                *m = channel.push(sample);
            }
        }
    }
}

impl PlainChannel {
    fn push(&mut self, sample: i16) -> i32 {
        let [all, all_squares] = self.sums[self.rows % REMEMBERED];
        let m = (NARROWEST..=WIDEST.min(self.rows)).map(|n| {
            let [before, before_squares] = self.sums[(self.rows - n) % REMEMBERED];
            let [s, q] = [all - before, all_squares - before_squares];
            let sd = ((n as i64 * q - s * s) as f64).sqrt() / n as f64;
            (16.0 * sd + 0.5).floor() as i32
        });
        let m = m.sum();
        let sample = i64::from(sample);
        self.rows += 1;
        self.sums[self.rows % REMEMBERED] = [all + sample, all_squares + sample * sample];
        m
    }
}
