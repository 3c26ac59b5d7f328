//! How did each contender's ratio to the baseline move between two records?
//!
//! `breakeven.comparison/2`, described in docs/comparison.schema.json. Only ratios are compared, never
//! times: two records may come from two machines, interpreters or days. What cannot be compared is
//! refused as a whole, with the reason: a verdict on other inputs would be a verdict on nothing.

pub(crate) mod contents;
mod judge;
mod verdict;

use std::collections::BTreeSet;

use breakeven_estimate::change::joint_threshold;
use breakeven_estimate::figure::Figure;
use breakeven_estimate::noise;
use breakeven_record::contender_id::REFERENCE;
use breakeven_record::{Imported, Mode, Outcome, Record, Tool, WorkloadRecord};
pub use contents::{markdown, text};
use serde::{Deserialize, Serialize};
pub use verdict::ChangeVerdict;

use crate::claims::{Claim, ClaimVerdict};
pub use crate::escape::markdown as literal;
use crate::summary::Summary;

/// The schema this version writes.
pub const SCHEMA: &str = "breakeven.comparison/2";

/// A record with the path under which readers know it.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The record.
    pub record: &'a Record,
    /// Where it lies, relative to the checkout: it is printed.
    pub path: &'a str,
}

/// Which contenders are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those that a change of compiled code can have touched, and the baseline: all but the Python contenders.
    Compiled,
    /// The Python contenders too, among them the installed packages.
    All,
}

/// Two records, side by side: A, and B that is compared with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// [`SCHEMA`].
    pub schema: String,
    /// The record that is compared with.
    pub a: Side,
    /// The record that is judged.
    pub b: Side,
    /// The largest change that counts as none, as a fraction.
    pub tolerance: f64,
    /// Whether machine and software are the same; if not, `facts` says what differs.
    pub same_environment: bool,
    /// The facts of the environment that differ.
    pub facts: Vec<FactPair>,
    /// The workloads in both, in the order of B.
    pub workloads: Vec<ComparedWorkload>,
    /// Ids of the workloads that only A has.
    pub only_in_a: Vec<String>,
    /// Ids of the workloads that only B has.
    pub only_in_b: Vec<String>,
    /// The talk's figures in both; not judged against each other.
    pub claims: Vec<ComparedClaim>,
    /// One entry per common workload and contender of either record that was asked for, without the controls.
    pub rows: Vec<ComparedRow>,
}

/// One of the two records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// Where it lies.
    pub record: String,
    /// What the run was named.
    pub label: String,
    /// When it began, UTC, RFC 3339.
    pub created: String,
    /// Which table of workloads.
    pub mode: Mode,
    /// Whether every planned workload is in it.
    pub complete: bool,
    /// Seeds inputs and orders.
    pub seed: u64,
    /// Worker processes.
    pub processes: usize,
    /// The build that measured.
    pub tool: Tool,
    /// Hash of the environment's facts.
    pub key: String,
}

/// A fact of the environment that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactPair {
    /// Its name.
    pub name: String,
    /// Its value in A; null where it was not recorded.
    pub a: Option<String>,
    /// Its value in B; null where it was not recorded.
    pub b: Option<String>,
}

/// A workload of both records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparedWorkload {
    /// Its id.
    pub id: String,
    /// The task's word.
    pub task: String,
    /// Id of the contender that ratios are taken to, in both.
    pub baseline: String,
    /// The noise threshold in A; null where the A/A control was not measured.
    pub noise_threshold_a: Option<f64>,
    /// The noise threshold in B; null where the A/A control was not measured.
    pub noise_threshold_b: Option<f64>,
    /// Both together: (1 + a)(1 + b) - 1, the fraction that a change must exceed.
    pub noise_threshold: Option<f64>,
}

/// A figure of the talk in both records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparedClaim {
    /// `small-array-ratio`, ...
    pub id: String,
    /// The talk's figure.
    pub talk: f64,
    /// What A says of it.
    pub a: ClaimSide,
    /// What B says of it.
    pub b: ClaimSide,
}

/// What one record says of a figure of the talk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimSide {
    /// The workload it rests on; ends in `*` where it rests on several sizes.
    pub workload: Option<String>,
    /// The record's figure.
    pub figure: Figure,
    /// What the record allows to be said.
    pub verdict: ClaimVerdict,
}

/// One contender on one workload, in A and in B.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparedRow {
    /// The workload's id.
    pub workload: String,
    /// `family/name`.
    pub contender: String,
    /// What its time is divided by: the baseline, or `control/reference` where it is the baseline itself.
    pub over: String,
    /// What came of it in A; null where A did not ask.
    pub outcome_a: Option<Outcome>,
    /// What came of it in B; null where B did not ask.
    pub outcome_b: Option<Outcome>,
    /// Its ratio in A.
    pub a: Figure,
    /// Its ratio in B.
    pub b: Figure,
    /// The ratio in B over that in A; above 1 it got slower. Its interval has room for both.
    pub change: Figure,
    /// The fraction that the change must exceed to be called one: the noise thresholds of both rows together.
    pub noise_threshold: Option<f64>,
    /// What may be said.
    pub verdict: ChangeVerdict,
    /// Why no more may be said; null where the verdict speaks for itself.
    pub reason: Option<String>,
    /// What else differs between the two: version, threads, instruction set.
    pub differs: Vec<String>,
}

/// Why two records cannot be compared, in one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Incomparable {
    /// The samples of one are another tool's.
    #[error(
        "{path} was imported from {tool}, which pairs no contender with a baseline: `breakeven history trend` shows its times"
    )]
    Imported {
        /// Path of the record.
        path: String,
        /// The tool that measured.
        tool: String,
    },
    /// They measured different things.
    #[error("{a} and {b} have no workload in common")]
    NothingInCommon {
        /// Path of A.
        a: String,
        /// Path of B.
        b: String,
    },
    /// A workload of the same id is not the same in both.
    #[error("{workload} is not the same workload in {a} and in {b}: {difference}")]
    Workload {
        /// Its id.
        workload: String,
        /// Path of A.
        a: String,
        /// Path of B.
        b: String,
        /// What differs.
        difference: String,
    },
}

impl Comparison {
    /// B compared with A: the rows that `scope` names, where a change of up to `tolerance`, a fraction, counts as none.
    ///
    /// # Errors
    /// The two have no workload in common, or one of the same id with other inputs (SHA-256), sizes, ddof
    /// or baseline.
    pub fn of(a: Named<'_>, b: Named<'_>, tolerance: f64, scope: Scope) -> Result<Self, Incomparable> {
        for named in [&a, &b] {
            if let Some(Imported { tool, .. }) = &named.record.imported {
                return Err(Incomparable::Imported { path: named.path.to_owned(), tool: tool.clone() });
            }
        }
        let pairs: Vec<(&WorkloadRecord, &WorkloadRecord)> =
            b.record.workloads.iter().filter_map(|in_b| Some((a.record.workload(&in_b.id)?, in_b))).collect();
        if pairs.is_empty() {
            return Err(Incomparable::NothingInCommon { a: a.path.to_owned(), b: b.path.to_owned() });
        }
        let seeds = (a.record.plan.seed, b.record.plan.seed);
        for &(in_a, in_b) in &pairs {
            if let Some(difference) = difference(in_a, in_b, seeds) {
                return Err(Incomparable::Workload {
                    workload: in_b.id.clone(),
                    a: a.path.to_owned(),
                    b: b.path.to_owned(),
                    difference,
                });
            }
        }
        let same_environment = a.record.environment.key == b.record.environment.key;
        let (in_a, in_b) = (Summary::of(a.record, a.path), Summary::of(b.record, b.path));
        let (side_a, side_b) = (Side::of(a.record, &in_a), Side::of(b.record, &in_b));
        let claims = in_a.claims.iter().zip(&in_b.claims).map(|(a, b)| ComparedClaim::of(a, b)).collect();
        let judge = judge::Judge { same_environment, tolerance, scope };
        let rows = pairs.iter().flat_map(|&(in_a, in_b)| judge.workload((a.record, in_a), (b.record, in_b)));
        Ok(Self {
            schema: SCHEMA.to_owned(),
            tolerance,
            same_environment,
            facts: facts(a.record, b.record),
            workloads: pairs.iter().map(|&(in_a, in_b)| ComparedWorkload::of(in_a, in_b)).collect(),
            only_in_a: missing(a.record, b.record),
            only_in_b: missing(b.record, a.record),
            claims,
            rows: rows.collect(),
            a: side_a,
            b: side_b,
        })
    }

    /// The rows of one workload.
    pub fn rows_of<'a>(&'a self, workload: &'a str) -> impl Iterator<Item = &'a ComparedRow> {
        self.rows.iter().filter(move |row| row.workload == workload)
    }

    /// The rows with this verdict.
    pub fn with_verdict(&self, verdict: ChangeVerdict) -> impl Iterator<Item = &ComparedRow> {
        self.rows.iter().filter(move |row| row.verdict == verdict)
    }

    /// The rows that are wrong in B though no contender declares it, whatever they were in A.
    pub fn undeclared_wrong(&self) -> impl Iterator<Item = &ComparedRow> {
        self.rows.iter().filter(|row| row.outcome_b == Some(Outcome::Wrong))
    }

    /// The rows that were timed in A and failed in B.
    pub fn newly_failed(&self) -> impl Iterator<Item = &ComparedRow> {
        self.rows.iter().filter(|row| {
            row.outcome_a.is_some_and(Outcome::is_timed) && row.outcome_b == Some(Outcome::Failed)
        })
    }

    /// The judgement in one line: what a reader must know before any row, then how many rows have which verdict.
    #[must_use]
    pub fn judgement(&self) -> String {
        let reversed = (self.b.created < self.a.created)
            .then_some("B was measured before A, so what is called slower got faster in time");
        let elsewhere = "A and B are of other machines or software, so nothing follows for the code alone";
        let elsewhere = (!self.same_environment).then_some(elsewhere);
        let told: Vec<&str> = reversed.into_iter().chain(elsewhere).chain(self.caution()).collect();
        if told.is_empty() { self.counts() } else { format!("{} ({})", told.join("; "), self.counts()) }
    }

    /// Why nothing can be said at all, if so.
    #[must_use]
    pub fn caution(&self) -> Option<&'static str> {
        let compared = || {
            let timed = self.rows.iter().filter(|row| row.outcome_a.is_some_and(Outcome::is_timed));
            timed.filter(|row| row.over != REFERENCE && row.verdict != ChangeVerdict::NotCompared)
        };
        let all = |verdict| compared().next().is_some() && compared().all(|row| row.verdict == verdict);
        if all(ChangeVerdict::Disappeared) {
            Some("Every contender of A has disappeared in B")
        } else {
            all(ChangeVerdict::NotResolved).then_some("Nothing could be resolved")
        }
    }

    /// How many rows have which verdict, in words: `1 slower, 12 equivalent`.
    #[must_use]
    pub fn counts(&self) -> String {
        let counted = ChangeVerdict::ALL.iter().filter_map(|&verdict| {
            let rows = self.with_verdict(verdict).count();
            (rows > 0 && verdict != ChangeVerdict::Baseline).then(|| format!("{rows} {}", verdict.words()))
        });
        let counts: Vec<String> = counted.collect();
        if counts.is_empty() { "no contender to compare".to_owned() } else { counts.join(", ") }
    }
}

impl Side {
    fn of(record: &Record, summary: &Summary) -> Self {
        Self {
            record: summary.record.clone(),
            label: record.label.clone(),
            created: record.created.clone(),
            mode: record.plan.mode,
            complete: record.complete,
            seed: record.plan.seed,
            processes: record.plan.processes,
            tool: record.tool.clone(),
            key: record.environment.key.clone(),
        }
    }

    /// The build that measured: `0.1.0, commit 0123abc`.
    #[must_use]
    pub fn build(&self) -> String {
        let commit = self.tool.commit.as_ref().map(|commit| format!(", commit {commit}")).unwrap_or_default();
        let dirty = if self.tool.dirty == Some(true) { " with uncommitted changes" } else { "" };
        format!("{}{commit}{dirty}", self.tool.version)
    }
}

impl ComparedClaim {
    fn of(in_a: &Claim, in_b: &Claim) -> Self {
        let side = |claim: &Claim| ClaimSide {
            workload: claim.workload.clone(),
            figure: claim.figure,
            verdict: claim.verdict,
        };
        Self { id: in_b.id.clone(), talk: in_b.talk, a: side(in_a), b: side(in_b) }
    }
}

impl ComparedWorkload {
    fn of(in_a: &WorkloadRecord, in_b: &WorkloadRecord) -> Self {
        let (noise_a, noise_b) = (noise(in_a), noise(in_b));
        Self {
            id: in_b.id.clone(),
            task: in_b.task.clone(),
            baseline: in_b.baseline.to_string(),
            noise_threshold_a: noise_a.map(|noise| noise.threshold),
            noise_threshold_b: noise_b.map(|noise| noise.threshold),
            noise_threshold: noise_a.zip(noise_b).map(|(a, b)| joint_threshold(a.threshold, b.threshold)),
        }
    }
}

/// Why two workloads of the same id, of records with these seeds, are not the same, if so.
pub(crate) fn difference(in_a: &WorkloadRecord, in_b: &WorkloadRecord, seeds: (u64, u64)) -> Option<String> {
    let numbers = |workload: &WorkloadRecord| {
        let window = workload.window.map_or_else(|| "none".to_owned(), |window| window.to_string());
        [
            ("ddof", workload.ddof.to_string()),
            ("task", workload.task.clone()),
            ("length", workload.length.to_string()),
            ("window", window),
            ("channels", workload.input.channels.to_string()),
            ("dtype", workload.input.dtype.clone()),
            ("baseline", workload.baseline.to_string()),
        ]
    };
    let differing = numbers(in_a).into_iter().zip(numbers(in_b)).find(|(a, b)| a != b);
    if let Some(((name, of_a), (_, of_b))) = differing {
        return Some(format!("{name} {of_a} and {of_b}"));
    }
    if in_a.input.sha256 == in_b.input.sha256 {
        None
    } else if in_a.input.kind == "seeded" && seeds.0 != seeds.1 {
        Some(format!("its inputs are drawn with seeds {} and {}", seeds.0, seeds.1))
    } else {
        Some("its inputs have other checksums (SHA-256)".to_owned())
    }
}

fn facts(a: &Record, b: &Record) -> Vec<FactPair> {
    let (a, b) = (&a.environment.facts, &b.environment.facts);
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let pair =
        |name: &String| FactPair { name: name.clone(), a: a.get(name).cloned(), b: b.get(name).cloned() };
    names.into_iter().map(pair).filter(|pair| pair.a != pair.b).collect()
}

/// Ids of the workloads of `record` that `other` lacks.
fn missing(record: &Record, other: &Record) -> Vec<String> {
    let ids = record.workloads.iter().map(|workload| &workload.id);
    ids.filter(|id| other.workload(id).is_none()).cloned().collect()
}
