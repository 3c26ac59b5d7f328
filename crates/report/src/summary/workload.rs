//! What was measured on one workload, and how well could it be, as a program reads it?

use breakeven_estimate::{self as estimate, Leader, Verdict, noise};
use breakeven_record::contender_id::ContenderId;
use breakeven_record::{InputRecord, WorkloadRecord};
use serde::{Deserialize, Serialize};

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
    pub margin: Option<f64>,
    /// Whether noise drowns the verdicts.
    pub vetoed: Option<bool>,
    /// The smallest difference that could be resolved: its interval would just clear the margin.
    pub resolvable_percent: Option<f64>,
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
            aa_low: noise.map(|noise| noise.twin.low),
            aa_high: noise.map(|noise| noise.twin.high),
            margin: noise.map(|noise| noise.margin),
            vetoed: noise.map(|noise| noise.vetoed()),
            resolvable_percent: estimate::resolvable_percent(workload, comparisons),
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
