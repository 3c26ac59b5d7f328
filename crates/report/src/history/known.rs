//! What is known of a record in a folder, and of the one that is the baseline?

use breakeven_estimate::{median, noise};
use breakeven_record::{Mode, Record};
use serde::{Deserialize, Serialize};

/// The record that others are compared with, as it was blessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The record's path within the folder.
    pub record: String,
    /// Why this one.
    pub reason: String,
    /// When it was blessed, UTC, RFC 3339.
    pub blessed: String,
    /// Who blessed it, as `git config user.name` says; null where it does not.
    pub by: Option<String>,
}

/// A record in a folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownRecord {
    /// Its path within the folder.
    pub record: String,
    /// When the run began, UTC, RFC 3339.
    pub created: String,
    /// How many days ago that was; null where it is no date.
    pub age_days: Option<i64>,
    /// What the run was named.
    pub label: String,
    /// The schema of the file.
    pub schema: String,
    /// A hash of the environment's facts: times may be compared between records with the same key.
    pub environment: String,
    /// The processor; null where the record does not say.
    pub cpu: Option<String>,
    /// The instruction set of our kernels; null where the record does not say.
    pub isa: Option<String>,
    /// The commit that measured, where known.
    pub commit: Option<String>,
    /// The tool that measured, if that was not breakeven.
    pub imported: Option<String>,
    /// Which table of workloads.
    pub mode: Mode,
    /// Whether every planned workload is in it.
    pub complete: bool,
    /// Worker processes.
    pub processes: usize,
    /// How many workloads it has.
    pub workloads: usize,
    /// The median over its workloads of the noise threshold, as a fraction; null where none has one.
    pub noise_threshold: Option<f64>,
    /// How many warnings it has.
    pub warnings: usize,
    /// Whether it is the baseline.
    pub is_baseline: bool,
}

/// A file that looks like a record and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foreign {
    /// Its path within the folder.
    pub file: String,
    /// Why not, in one line.
    pub reason: String,
}

impl KnownRecord {
    /// What is known of `record`, which lies at `path` within the folder in a file of `schema` and began `age_days` ago.
    #[must_use]
    pub fn of(record: &Record, path: &str, schema: &str, age_days: Option<i64>) -> Self {
        let fact = |name: &str| record.environment.facts.get(name).cloned();
        let thresholds: Vec<f64> =
            record.workloads.iter().filter_map(noise).map(|noise| noise.threshold).collect();
        Self {
            record: path.to_owned(),
            created: record.created.clone(),
            age_days,
            label: record.label.clone(),
            schema: schema.to_owned(),
            environment: record.environment.key.clone(),
            cpu: fact("cpu"),
            isa: fact("isa"),
            commit: record.tool.commit.clone(),
            imported: record.imported.as_ref().map(|imported| imported.tool.clone()),
            mode: record.plan.mode,
            complete: record.complete,
            processes: record.plan.processes,
            workloads: record.workloads.len(),
            noise_threshold: median(&thresholds).filter(|threshold| threshold.is_finite()),
            warnings: record.warnings.len(),
            is_baseline: false,
        }
    }
}
