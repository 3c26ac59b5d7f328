//! What does a run leave behind?
//!
//! One file per run, `record.json`, schema `breakeven.record/2`: everything that was asked, the
//! environment, and every batch in integer nanoseconds, grouped by process. Nothing is rounded and no
//! figure is derived: ratios, intervals and verdicts come from crate `breakeven-estimate`, any time later.
//! The file is replaced as a whole (written beside, then renamed) as each workload finishes.

pub mod accuracy;
pub mod contender_id;

pub mod ownership;
pub mod place;
mod schema_1;
pub mod stages;
pub mod warning;
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use self::accuracy::AccuracyRecord;
use self::contender_id::ContenderId;
use self::ownership::OwnershipRecord;
use self::stages::CompletedStages;
use crate::place::Place;
use crate::warning::Warning;
use crate::words::worded_enum;

/// The schema this version writes; it reads `breakeven.record/1` too.
pub const SCHEMA: &str = "breakeven.record/2";

/// Everything one run has measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// [`SCHEMA`].
    pub schema: String,
    /// When the run began, UTC, RFC 3339.
    pub created: String,
    /// What the run was named: `--label`, or the CPU model.
    pub label: String,
    /// The arguments after the program's name; paths reduced to file names.
    pub command: Vec<String>,
    /// Whether every planned workload is in it.
    pub complete: bool,
    /// The build of breakeven that measured.
    pub tool: Tool,
    /// The machine and software that were measured on.
    pub environment: Environment,
    /// What the run set out to do.
    pub plan: Plan,
    /// What readers should know before they believe a figure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// Contenders that took a worker down, each with its first crash; they are timed in a companion since then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crashes: Vec<Crash>,
    /// The stages that the finished workloads have had; left out where the plan has one stage.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub completed_stages: BTreeMap<String, CompletedStages>,
    /// How far the pedometer's counts are from references; left out where it was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<AccuracyRecord>,
    /// Reference counts around calls of our module; left out where they were not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ownership: Option<OwnershipRecord>,
    /// Whose samples these are, if another tool took them; left out where breakeven measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
    /// The finished workloads, in the order in which they were measured.
    pub workloads: Vec<WorkloadRecord>,
}

/// Where samples come from that breakeven did not take: nothing was verified, and no two contenders are paired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The tool that measured, with its version where its files say it.
    pub tool: String,
    /// The names of the files that were read.
    pub files: Vec<String>,
}

/// How a contender took a worker down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crash {
    /// The contender that is timed in a companion since then: the baseline, where its A/A control crashed.
    pub contender: String,
    /// The workload it was measured on.
    pub workload: String,
    /// The signal or exit code, the step, the process, and what it printed last.
    pub how: String,
}

/// The build of breakeven that measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its version.
    pub version: String,
    /// The commit it was built from, where known.
    pub commit: Option<String>,
    /// Whether the checkout had uncommitted changes, where known.
    pub dirty: Option<bool>,
}

/// The machine and the software under the contenders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// A hash of `facts`: records with the same key may be compared in absolute terms.
    pub key: String,
    /// What stays the same from run to run: CPU model, Python, NumPy and its SIMD level, ...
    pub facts: BTreeMap<String, String>,
    /// What changes from moment to moment: load, stolen time, frequency.
    pub context: BTreeMap<String, String>,
}

/// What the run set out to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The table of workloads.
    pub mode: Mode,
    /// Seeds inputs and orders.
    pub seed: u64,
    /// Worker processes.
    pub processes: usize,
    /// The processor that workers were pinned to, if they were.
    pub pinned_to: Option<usize>,
    /// Ids of the workloads, in order.
    pub workloads: Vec<String>,
    /// Comparisons that the intervals are widened for: 1 where they hold one at a time. A verdict that is drawn in
    /// several stages counts once per stage.
    pub comparisons: usize,
    /// Stages at most in which an unresolved workload is measured, each with as many processes more.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub stages: usize,
}

fn once() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_once(stages: &usize) -> bool {
    *stages == 1
}

worded_enum! {
    /// Which table of workloads was measured.
    pub enum Mode {
        /// Few workloads and processes: a few minutes.
        Quick = "quick",
        /// Every workload.
        Default = "default",
        /// Every workload, and one call of the baseline on the whole recording.
        Full = "full",
    }
}

/// One workload and what every contender did on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkloadRecord {
    /// The workload's id.
    pub id: String,
    /// The task's word.
    pub task: String,
    /// Why it is measured.
    pub why: String,
    /// What the contenders were given.
    pub input: InputRecord,
    /// Values or rows of the whole input.
    pub length: usize,
    /// Values per window, for `sliding`.
    pub window: Option<usize>,
    /// Delta degrees of freedom.
    pub ddof: usize,
    /// Standard deviations in the whole input.
    pub units: u64,
    /// Id of the baseline that ratios are taken to.
    pub baseline: ContenderId,
    /// One entry per contender asked for, whatever came of it; the controls among them.
    pub contenders: Vec<ContenderRecord>,
}

impl WorkloadRecord {
    /// The entry of the contender with this id.
    #[must_use]
    pub fn contender(&self, id: &str) -> Option<&ContenderRecord> {
        self.contenders.iter().find(|contender| contender.id == id)
    }
}

/// The input of a workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// `seeded`, `recording` or `file`.
    pub kind: String,
    /// The distribution's or the recording's name.
    pub name: String,
    /// What it is, for readers: "20 recordings joined", licence, attribution.
    pub note: Option<String>,
    /// SHA-256 of each input's little-endian bytes.
    pub sha256: Vec<String>,
    /// Values or rows.
    pub rows: usize,
    /// Channels of a recording; 1 for a series.
    pub channels: usize,
    /// `f64` or `i16`.
    pub dtype: String,
}

/// What one contender did on one workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContenderRecord {
    /// `family/name`.
    pub id: ContenderId,
    /// What it is.
    #[serde(flatten)]
    pub declared: Declared,
    /// What all processes have found of it.
    #[serde(flatten)]
    pub findings: Findings,
    /// How it was timed, if it was.
    pub tier: Option<Tier>,
    /// Cost of `prepare`, per process: "plus 0.8 s once".
    pub prepare_ns: Vec<u64>,
    /// The samples, per process (and per group of rounds, for the baseline and the controls).
    pub runs: Vec<Run>,
}

impl ContenderRecord {
    /// A contender of which nothing is known yet but its id and the words of its input form and of its contract.
    #[must_use]
    pub fn unvisited(id: &str, input: &str, precision: &str) -> Self {
        Self {
            id: ContenderId::from(id),
            declared: Declared {
                input: input.to_owned(),
                precision: precision.to_owned(),
                threads: 1,
                isa: None,
            },
            findings: Findings::default(),
            tier: None,
            prepare_ns: Vec::new(),
            runs: Vec::new(),
        }
    }
}

/// What a contender says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// Word of the input form.
    pub input: String,
    /// Word of the contract: exact, fast, peer or control.
    pub precision: String,
    /// Threads it uses.
    pub threads: usize,
    /// Instruction set it chose, where it chooses one.
    pub isa: Option<String>,
}

/// What is found of a contender on a workload, beside its times: by one process, or by all of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Findings {
    /// Version of what was measured.
    pub version: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// Why it has no figure, or is wrong.
    pub reason: Option<String>,
    /// The line that would install what is missing.
    pub install: Option<String>,
    /// Largest error seen, in units in the last place.
    pub max_ulp: Option<f64>,
    /// Largest relative error seen.
    pub max_relative: Option<f64>,
    /// The answer on the longest input, where it is a count.
    pub answer: Option<AnswerRecord>,
    /// Bytes by which one call on the whole input raised the resident memory of its process, at its peak; counted in pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_bytes: Option<u64>,
    /// What it costs to begin with, once per fresh process in which it was tried; empty where that was not measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first_calls: Vec<FirstCall>,
}

/// What a contender costs to begin with, in a process that has not loaded it before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstCall {
    /// Nanoseconds until it was loaded: its imports.
    pub load_ns: u64,
    /// Nanoseconds of its first call, compiling and filling caches among them.
    pub call_ns: u64,
}

worded_enum! {
    /// What came of a contender on a workload.
    #[derive(Default)]
    pub enum Outcome {
        /// Timed, and right.
        #[default]
        Measured = "measured",
        /// Wrong, without being declared so.
        Wrong = "wrong",
        /// Wrong as declared: timed and shown, never ranked.
        KnownWrong = "known_wrong",
        /// Timed by another tool: its answer was not checked. Shown, never ranked.
        Unverified = "unverified",
        /// Not available here.
        Absent = "absent",
        /// Raised, crashed, ran past its deadline, or does not extrapolate.
        Failed = "failed",
    }
}

impl Outcome {
    /// Whether the contender was timed.
    #[must_use]
    pub fn is_timed(self) -> bool {
        matches!(self, Outcome::Measured | Outcome::KnownWrong | Outcome::Unverified)
    }
}

/// How a contender was timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Batches in interleaved rounds.
    Rounds,
    /// Single calls, each between two batches of the reference workload.
    SingleCalls,
}

/// An answer too large to keep whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerRecord {
    /// Rows it was computed from.
    pub rows: usize,
    /// Steps found.
    pub steps: usize,
    /// Sum of M per channel, as decimal text.
    pub sum_m: Vec<String>,
    /// Values of M that differ from the exact integers.
    pub differing_m: u64,
}

/// One process's samples of one contender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The process, from 0: a worker and its companions count as one.
    pub process: usize,
    /// The worker, or which of its companions.
    #[serde(default, skip_serializing_if = "is_worker")]
    pub place: Place,
    /// What it measured.
    pub samples: Samples,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_worker(place: &Place) -> bool {
    *place == Place::Worker
}

/// Raw times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Samples {
    /// One batch per round, in the order of the rounds.
    Rounds {
        /// The group of rounds: contenders are paired within one group and process.
        group: usize,
        /// Calls per batch.
        loops: u64,
        /// Nanoseconds per batch.
        batches_ns: Vec<u64>,
    },
    /// Single calls, each between two batches of the reference workload.
    Calls {
        /// The calls, in the order in which they were made.
        calls: Vec<Call>,
    },
    /// One call on the whole input, of a contender that is otherwise timed on prefixes: its extrapolation is compared
    /// with it. It is no part of any figure.
    WholeCall {
        /// The call.
        call: Call,
    },
}

/// One call in single-call timing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Values or rows it was given.
    pub length: usize,
    /// Nanoseconds it took.
    pub ns: u64,
    /// Loops of each batch of the reference workload.
    pub reference_loops: u64,
    /// Nanoseconds of the reference workload's batch before the call.
    pub reference_before_ns: u64,
    /// Nanoseconds of the reference workload's batch after the call.
    pub reference_after_ns: u64,
}

/// A record that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Cannot be opened.
    #[error("cannot read the record {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not JSON, cut short, or not of this shape.
    #[error("{path} is not a whole record: {source} (was the file cut short, or edited?)")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where.
        source: serde_json::Error,
    },
    /// JSON of another schema.
    #[error(
        "{path} has schema {found:?}, and this version reads {SCHEMA:?}: use the version of breakeven that wrote it"
    )]
    Schema {
        /// The file.
        path: PathBuf,
        /// What it says.
        found: String,
    },
    /// Cannot be written.
    #[error("cannot write {path}: {source} (choose another folder with --output)")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Record {
    /// Reads a record file.
    ///
    /// # Errors
    /// Unreadable, not JSON, of another schema, or of another shape.
    pub fn read(path: &Path) -> Result<Self, RecordError> {
        let (record, _) = Self::read_with_schema(path)?;
        Ok(record)
    }

    /// The same, with the schema that the file has.
    ///
    /// # Errors
    /// As [`Record::read`].
    pub fn read_with_schema(path: &Path) -> Result<(Self, String), RecordError> {
        let text = fs::read_to_string(path)
            .map_err(|source| RecordError::Unreadable { path: path.to_owned(), source })?;
        let malformed = |source| RecordError::Malformed { path: path.to_owned(), source };
        let mut value: serde_json::Value = serde_json::from_str(&text).map_err(malformed)?;
        let found = value.get("schema").and_then(|schema| schema.as_str()).unwrap_or("none").to_owned();
        match found.as_str() {
            SCHEMA => {}
            schema_1::SCHEMA => schema_1::upgrade(&mut value),
            _ => return Err(RecordError::Schema { path: path.to_owned(), found }),
        }
        Ok((serde_json::from_value(value).map_err(malformed)?, found))
    }

    /// Writes the record in one step, so that no reader finds half of it.
    ///
    /// # Errors
    /// The folder or file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), RecordError> {
        let unwritable = |source| RecordError::Unwritable { path: path.to_owned(), source };
        let text = serde_json::to_vec(self).map_err(|error| unwritable(error.into()))?;
        replace_file(path, &text).map_err(unwritable)
    }

    /// The finished workload with this id.
    #[must_use]
    pub fn workload(&self, id: &str) -> Option<&WorkloadRecord> {
        self.workloads.iter().find(|workload| workload.id == id)
    }
}

/// Replaces a file's content in one step: written beside it, flushed to disk, renamed over it.
///
/// # Errors
/// The folder cannot be written, or the disk is full; the old content is then still there.
pub fn replace_file(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".breakeven-").tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    use std::os::unix::fs::PermissionsExt as _;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
