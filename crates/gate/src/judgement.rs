//! What does a gate say?
//!
//! One JSON document, schema `breakeven.gate/1` (docs/gate.schema.json); texts are written from it.

use breakeven_estimate::figure::Figure;
use breakeven_measure::instructions::Counts;
use serde::{Deserialize, Serialize};

use crate::revision::Revision;
use crate::rows::RowId;
use crate::side::Both;

/// The schema of the document.
pub const SCHEMA: &str = "breakeven.gate/1";

/// Rows that the first line names.
const NAMED: usize = 3;

/// The outcome of a gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// [`SCHEMA`].
    pub schema: String,
    /// The outcome in one line.
    pub judgement: String,
    /// What was compared with.
    pub base: Revision,
    /// What was judged.
    pub head: Revision,
    /// The machine and how long was measured.
    pub measured: Conditions,
    /// The largest change that counts as none, as a fraction.
    pub threshold: f64,
    /// Whether a sentinel moved, so that no row is called regressed or improved.
    pub machine_moved: bool,
    /// What to know before a figure is believed.
    pub notes: Vec<String>,
    /// What tells whether the machine moved.
    pub sentinels: Vec<Row>,
    /// Every row, in the order of the workloads.
    pub rows: Vec<Row>,
}

/// On what and how long was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// When the gate began, UTC, RFC 3339.
    pub created: String,
    /// The processor's name.
    pub cpu: String,
    /// The processor that the workers stayed on; null where they could not.
    pub pinned_to: Option<usize>,
    /// Seeds inputs and orders.
    pub seed: u64,
    /// Triples of processes of the first stage.
    pub screening_triples: usize,
    /// Triples of processes of the second stage; 0 where it had nothing to decide.
    pub decision_triples: usize,
    /// Triples of second builds of base and head; 0 where no row moved with the same instructions.
    pub confirmation_triples: usize,
}

/// A contender on a workload, in base and head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The workload's id.
    pub workload: String,
    /// The contender's id.
    pub contender: String,
    /// What may be said.
    pub verdict: GateVerdict,
    /// Which stage says so; null where no time says it.
    pub stage: Option<StageName>,
    /// The head's time over the base's, above 1 it got slower: in the screening with an interval of 90 %, in the decision
    /// with one that holds in 99 % for all suspected rows together.
    pub change: Figure,
    /// The fraction that a change must exceed: the threshold, or how far the base measured again was from the base.
    pub noise_threshold: Option<f64>,
    /// The smallest ratio above 1 that the decision finds with a probability of 80 %.
    pub minimum_detectable_ratio: Option<f64>,
    /// The ratio of each triple of the second stage; null where the row was not suspected.
    pub ratios: Option<Ratios>,
    /// Instructions and branches of one call on the first input, of a suspected Rust kernel; null where they were not
    /// counted.
    pub counts: Option<Both<Counts>>,
    /// Bytes by which one call raised the resident memory of its process, at its peak; null where it was not measured.
    pub peak_bytes: Option<Both<u64>>,
    /// Why no more may be said; null where the verdict speaks for itself.
    pub reason: Option<String>,
}

/// Ratios of times, one per triple of processes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ratios {
    /// The head over the base.
    pub head: Vec<f64>,
    /// The base again over the base: what the machine does.
    pub again: Vec<f64>,
}

/// A stage of a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    /// All rows, to find what is suspected.
    Screening,
    /// The suspected rows, by new processes.
    Decision,
    /// Rows that moved with the same instructions, by second builds of base and head.
    Confirmation,
}

/// What may be said of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateVerdict {
    /// The head's answer is wrong, and the contender does not declare it.
    Wrong,
    /// Measured in the base, and failed or absent in the head.
    Failed,
    /// Slower: the whole interval of the decision lies above 1 by more than the threshold and the noise.
    Regressed,
    /// Faster in the same way.
    Improved,
    /// Only in the base.
    Removed,
    /// Only in the head.
    Added,
    /// None of these.
    NotResolved,
    /// The whole interval lies within the threshold.
    Unchanged,
}

impl GateVerdict {
    /// Every verdict, the most urgent first.
    pub const ALL: [GateVerdict; 8] = [
        GateVerdict::Wrong,
        GateVerdict::Failed,
        GateVerdict::Regressed,
        GateVerdict::Improved,
        GateVerdict::Removed,
        GateVerdict::Added,
        GateVerdict::NotResolved,
        GateVerdict::Unchanged,
    ];

    /// The words used in texts.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            GateVerdict::Wrong => "wrong",
            GateVerdict::Failed => "failed",
            GateVerdict::Regressed => "regressed",
            GateVerdict::Improved => "improved",
            GateVerdict::Removed => "removed",
            GateVerdict::Added => "added",
            GateVerdict::NotResolved => "not resolved",
            GateVerdict::Unchanged => "unchanged",
        }
    }

    /// Whether texts show such a row, rather than count it.
    #[must_use]
    pub fn is_change(self) -> bool {
        !matches!(self, GateVerdict::NotResolved | GateVerdict::Unchanged)
    }
}

impl Row {
    /// A row of which no time says anything.
    pub(crate) fn untimed(row: &RowId, verdict: GateVerdict, reason: Option<String>) -> Self {
        Self {
            workload: row.workload.clone(),
            contender: row.contender.clone(),
            verdict,
            stage: None,
            change: Figure::default(),
            noise_threshold: None,
            minimum_detectable_ratio: None,
            ratios: None,
            counts: None,
            peak_bytes: None,
            reason,
        }
    }

    /// Which row it is.
    #[must_use]
    pub fn id(&self) -> RowId {
        RowId { workload: self.workload.clone(), contender: self.contender.clone() }
    }

    /// Whether it got slower or faster.
    #[must_use]
    pub fn has_moved(&self) -> bool {
        matches!(self.verdict, GateVerdict::Regressed | GateVerdict::Improved)
    }

    /// The contender, the workload and how it changed, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let change = match self.change {
            Figure { value: Some(value), low: Some(low), high: Some(high) } => {
                format!(" {value:.3}× ({low:.3} to {high:.3})")
            }
            _ => String::new(),
        };
        format!("{} on {}{change}", self.contender, self.workload)
    }
}

impl Judgement {
    /// The rows with this verdict.
    pub fn with_verdict(&self, verdict: GateVerdict) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.verdict == verdict)
    }

    /// How many rows have which verdict, in words: `1 regressed, 95 unchanged`.
    #[must_use]
    pub fn counts(&self) -> String {
        let counted = GateVerdict::ALL.iter().filter_map(|&verdict| {
            let rows = self.with_verdict(verdict).count();
            (rows > 0).then(|| format!("{rows} {}", verdict.words()))
        });
        counted.collect::<Vec<_>>().join(", ")
    }

    /// The median and the largest of the rows' minimum detectable effects, as ratios above 1, where any is known.
    #[must_use]
    pub fn minimum_detectable(&self) -> Option<(f64, f64)> {
        let mut known: Vec<f64> = self.rows.iter().filter_map(|row| row.minimum_detectable_ratio).collect();
        known.sort_by(f64::total_cmp);
        Some((*known.get(known.len() / 2)?, *known.last()?))
    }

    /// The same with its first line, which says the rest in short.
    #[must_use]
    pub fn in_words(self) -> Self {
        Self { judgement: self.line(), ..self }
    }

    /// The first rows with this verdict in words, and how many more there are; empty where there is none.
    #[must_use]
    pub fn named(&self, verdict: GateVerdict) -> String {
        let all: Vec<String> = self.with_verdict(verdict).map(Row::words).collect();
        let first = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        match all.len().saturating_sub(NAMED) {
            0 => first,
            more => format!("{first}, and {more} more"),
        }
    }

    fn line(&self) -> String {
        let counts = self.counts();
        for (verdict, title) in [(GateVerdict::Wrong, "Wrong answers"), (GateVerdict::Failed, "Failed")] {
            if self.with_verdict(verdict).next().is_some() {
                return format!("{title}: {} ({counts})", self.named(verdict));
            }
        }
        if self.machine_moved {
            let moved: Vec<String> = self
                .sentinels
                .iter()
                .filter(|row| {
                    row.verdict != GateVerdict::Unchanged && row.verdict != GateVerdict::NotResolved
                })
                .map(Row::words)
                .collect();
            return format!(
                "Not resolved: the machine moved, not only the code: {} ({counts})",
                moved.join(", ")
            );
        }
        if self.with_verdict(GateVerdict::Regressed).next().is_some() {
            return format!("Regressed: {} ({counts})", self.named(GateVerdict::Regressed));
        }
        match self.with_verdict(GateVerdict::Improved).next() {
            Some(_) => format!("No regression; improved: {} ({counts})", self.named(GateVerdict::Improved)),
            None => format!("No regression ({counts})"),
        }
    }
}
