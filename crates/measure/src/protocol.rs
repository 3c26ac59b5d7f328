//! What do the command line and a worker say to each other?
//!
//! One JSON object per line, requests on the worker's standard input, replies on what was its
//! standard output when it started. docs/protocol.md describes it for other implementations.

use std::collections::BTreeMap;
use std::path::PathBuf;

use breakeven_problem::{Failure, Workload};
use breakeven_record::place::Place;
use breakeven_record::{Findings, Outcome, Samples};
use serde::{Deserialize, Serialize};

use crate::input_file::InputFile;

/// The version both sides must name.
pub const PROTOCOL: u32 = 2;

/// What the command line asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// The greeting, which starts the interpreter.
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
    /// The contenders that take part, the baseline and the controls among them.
    pub contenders: Vec<ContenderRequest>,
    /// Seeds the orders of this visit.
    pub seed: u64,
    /// Whether to go on to timing.
    pub purpose: Purpose,
    /// What kind of process this is. In a companion each block of rounds begins with one untimed batch
    /// of every contender, since its processor has done other things meanwhile.
    pub place: Place,
}

/// What a visit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To verify the answers, time, and verify again.
    Measure,
    /// Only to verify the answers.
    Verify,
}

/// One contender that a visit is to measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContenderRequest {
    /// Its id.
    pub id: String,
    /// How to time it, as an earlier process found out; `None` for the first process.
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
    /// One call at each of these lengths, between batches of the reference workload.
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
    /// The answer to the greeting.
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
    /// The request could not be served; the worker waits for the next one.
    Error {
        /// Why.
        message: String,
    },
}

/// What one process found of one contender.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visited {
    /// The contender's id.
    pub id: String,
    /// Whether it is there and right.
    #[serde(flatten)]
    pub findings: Findings,
    /// How it was timed.
    pub pace: Option<Pace>,
    /// Cost of `prepare`.
    pub prepare_ns: Option<u64>,
    /// The samples.
    pub samples: Vec<Samples>,
}

impl Visited {
    /// A contender of which nothing is known yet.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            findings: Findings::default(),
            pace: None,
            prepare_ns: None,
            samples: Vec::new(),
        }
    }

    /// Marks the contender as failed, and drops its samples.
    pub fn fail(&mut self, failure: &Failure) {
        self.exclude(Outcome::Failed, failure.0.clone());
    }

    /// Marks the contender as one that has no figures, and drops its samples.
    pub(crate) fn exclude(&mut self, outcome: Outcome, reason: String) {
        self.findings.outcome = outcome;
        self.findings.reason = Some(reason);
        self.samples.clear();
    }
}

/// What a worker writes into its note file before each step, so that the contender at work is known if the worker dies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentStep {
    /// The contender at work.
    pub contender: String,
    /// The step: "prepare", "verify", "round 3", ...
    pub phase: String,
}

/// How a worker or a program is started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerCommand {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}
