//! What was measured on one workload, and how well could it be, as a program reads it?

use breakeven_estimate::{self as estimate, Leader, Verdict, noise};
use breakeven_record::contender_id::ContenderId;
use breakeven_record::{InputRecord, WorkloadRecord};
use serde::{Deserialize, Serialize};

/// From this minimum detectable effect on, readers are told of it wherever the workload is named.
const COARSE: f64 = 1.10;

/// A workload and how well it could be measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkloadSummary {
    /// Its id.
    pub id: String,
    /// The task's word.
    pub task: String,
    /// Why it is measured.
    pub why: String,
    /// What the contenders were given.
    pub input: InputSummary,
    /// Values or rows.
    pub n: usize,
    /// Values per window, for `sliding`.
    pub window: Option<usize>,
    /// Delta degrees of freedom.
    pub ddof: usize,
    /// `f64` or `i16`.
    pub dtype: String,
    /// Standard deviations in the whole input.
    pub units: u64,
    /// Id of the contender that ratios are taken to.
    pub baseline: ContenderId,
    /// Lower end of the baseline's comparison with itself.
    pub aa_low: Option<f64>,
    /// Upper end of the baseline's comparison with itself.
    pub aa_high: Option<f64>,
    /// The fraction that a ratio must differ by to be called different.
    pub noise_threshold: Option<f64>,
    /// The smallest ratio above 1 that is found with a power of 80 %, for as many comparisons at once as the plan has.
    pub minimum_detectable_ratio: Option<f64>,
    /// The fastest against its runner-up; null where there are not two, or no interval.
    pub leader: Option<LeaderSummary>,
}

/// The fastest contender of a workload against the next one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeaderSummary {
    /// The fastest.
    pub contender: ContenderId,
    /// The next one.
    pub runner_up: ContenderId,
    /// Time of the fastest over that of the next one.
    pub ratio: f64,
    /// Lower end of its interval.
    pub ratio_low: f64,
    /// Upper end of its interval.
    pub ratio_high: f64,
    /// `faster`, `equivalent` or `not_resolved`.
    pub verdict: Verdict,
}

/// The input of a workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputSummary {
    /// `seeded` or `recording`.
    pub kind: String,
    /// The distribution's or the recording's name.
    pub name: String,
    /// What it is, its licence and attribution.
    pub note: Option<String>,
    /// SHA-256 of the input's bytes; of several inputs one after the other, with a space between.
    pub sha256: String,
    /// Values or rows.
    pub rows: usize,
    /// Channels; 1 for a series.
    pub channels: usize,
}

impl WorkloadSummary {
    /// The minimum detectable effect, where it is above 1.10: readers are told of it wherever the workload is named.
    #[must_use]
    pub fn coarse(&self) -> Option<f64> {
        self.minimum_detectable_ratio.filter(|&ratio| ratio > COARSE)
    }

    pub(super) fn of(workload: &WorkloadRecord, comparisons: usize) -> Self {
        let noise = noise(workload);
        Self {
            id: workload.id.clone(),
            task: workload.task.clone(),
            why: workload.why.clone(),
            input: InputSummary::of(&workload.input),
            n: workload.length,
            window: workload.window,
            ddof: workload.ddof,
            dtype: workload.input.dtype.clone(),
            units: workload.units,
            baseline: workload.baseline.clone(),
            aa_low: noise.map(|noise| noise.aa_control.low),
            aa_high: noise.map(|noise| noise.aa_control.high),
            noise_threshold: noise.map(|noise| noise.threshold),
            minimum_detectable_ratio: estimate::minimum_detectable_ratio(workload, comparisons),
            leader: estimate::leader(workload, comparisons, |_| true).and_then(LeaderSummary::of),
        }
    }
}

impl LeaderSummary {
    fn of(leader: Leader) -> Option<Self> {
        let next = leader.runner_up?;
        Some(Self {
            contender: leader.best,
            runner_up: next.contender,
            ratio: next.ratio.value?,
            ratio_low: next.ratio.low?,
            ratio_high: next.ratio.high?,
            verdict: next.verdict?,
        })
    }
}

impl InputSummary {
    fn of(input: &InputRecord) -> Self {
        Self {
            kind: input.kind.clone(),
            name: input.name.clone(),
            note: input.note.clone(),
            sha256: input.sha256.join(" "),
            rows: input.rows,
            channels: input.channels,
        }
    }
}
