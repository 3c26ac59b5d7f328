//! What do the command line and a worker say to each other?
//!
//! One JSON object per line, requests on the worker's standard input, replies on what was its
//! standard output when it started. docs/protocol.md describes it for other implementations.

use std::collections::BTreeMap;
use std::path::PathBuf;

use breakeven_problem::Workload;
use breakeven_record::place::Place;
use breakeven_record::{AnswerRecord, Outcome, Samples};
use serde::{Deserialize, Serialize};

use crate::input_file::InputFile;

/// The version both sides must name.
pub const PROTOCOL: u32 = 2;

/// What the command line asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// Who are you? Starts the interpreter.
    Hello {
        /// [`PROTOCOL`].
        protocol: u32,
    },
    /// Measure a workload.
    Visit(Box<Visit>),
}

/// One visit: everything a worker needs to measure one workload once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    /// What to measure.
    pub workload: Workload,
    /// One file per input.
    pub inputs: Vec<InputFile>,
    /// The oracle's answers, one file per input; none where the worker computes them itself
    /// (recordings, whose prefixes are problems of their own).
    pub expected: Vec<InputFile>,
    /// Id of the baseline.
    pub baseline: String,
    /// Who takes part, the baseline and the controls among them.
    pub contenders: Vec<Asked>,
    /// Seeds the orders of this visit.
    pub seed: u64,
    /// Whether to go on to timing.
    pub purpose: Purpose,
    /// What kind of process this is. In a companion each block of rounds opens with one untimed batch
    /// of everybody, since its processor has done other things meanwhile.
    pub place: Place,
}

/// What a visit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To verify, time, and verify again.
    Measure,
    /// Only to verify.
    Verify,
}

/// One contender of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Its id.
    pub id: String,
    /// How to time it, as an earlier process found out; `None` for the first one.
    pub pace: Option<Pace>,
    /// Whether to add one call on the whole input to a contender that is timed on prefixes.
    #[serde(default)]
    pub whole_call: bool,
}

/// How one contender is timed on one workload: found once, then frozen for every process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tier", rename_all = "snake_case")]
pub enum Pace {
    /// In rounds, this many calls per batch.
    Rounds {
        /// Calls per batch.
        loops: u64,
        /// Nanoseconds that one batch took, for deadlines.
        batch_ns: u64,
    },
    /// One call at each of these lengths, between rulers.
    Slow {
        /// Values or rows, ascending: the whole input, or two to fit and one to check.
        lengths: Vec<usize>,
        /// Nanoseconds that the longest call took, for deadlines.
        call_ns: u64,
    },
}

/// What the worker answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// Who it is.
    Hello {
        /// [`PROTOCOL`].
        protocol: u32,
        /// Stable facts about its interpreter and libraries.
        facts: BTreeMap<String, String>,
        /// The processor it is pinned to.
        pinned_to: Option<usize>,
    },
    /// What a visit measured.
    Visited {
        /// One entry per contender asked for, in the same order.
        contenders: Vec<Visited>,
    },
    /// The request could not be served; the worker goes on.
    Error {
        /// Why.
        message: String,
    },
}

/// What one process found of one contender.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visited {
    /// Its id.
    pub id: String,
    /// Version of what was measured.
    pub version: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// Why it is not measured.
    pub reason: Option<String>,
    /// The line that would install it.
    pub install: Option<String>,
    /// How it was timed.
    pub pace: Option<Pace>,
    /// Cost of `prepare`.
    pub prepare_ns: Option<u64>,
    /// Largest error seen, in units in the last place.
    pub max_ulp: Option<f64>,
    /// Largest relative error seen.
    pub max_relative: Option<f64>,
    /// The answer on the longest input, where it is a count.
    pub answer: Option<AnswerRecord>,
    /// The samples.
    pub samples: Vec<Samples>,
}

/// What a worker notes before each step, so that whoever finds it dead knows the culprit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentStep {
    /// The contender at work.
    pub contender: String,
    /// What it was doing: "prepare", "verify", "round 3", ...
    pub phase: String,
}

/// How a worker is started, for docs and doubles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerCommand {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}
