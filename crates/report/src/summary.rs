//! What does a program read of a record?
//!
//! `breakeven.summary/1`, described field by field in docs/summary.schema.json: one row per workload
//! and contender whatever came of it, every field present, null where it does not apply, every number
//! finite. Derived from the record alone, any time later.

mod accuracy;

pub use accuracy::{AccuracyRow, AccuracySet, AccuracySummary};

use std::collections::{BTreeMap, BTreeSet};

use breakeven_measure::estimate::{self, Undisturbed, Verdict, measured_units, noise, noise_of_contender};
use breakeven_measure::record::ownership::OwnershipRecord;
use breakeven_measure::record::{
    AnswerRecord, ContenderRecord, InputRecord, Mode, Outcome, Record, Tier, Tool, WorkloadRecord,
};
use breakeven_measure::warning::Warning;
use breakeven_problem::Task;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::anatomy::{CallAnatomy, anatomies};
use crate::claims::{self, Claim};
use crate::figure::Figure;
use crate::interpreters::{InterpreterRow, interpreters};

/// The schema this version writes.
pub const SCHEMA: &str = "breakeven.summary/1";

/// The control that runs the talk's function in the ordinary interpreter.
const ORDINARY: &str = "control/ordinary-python";

/// Everything that is derived from a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// [`SCHEMA`].
    pub schema: String,
    /// Where the record lies, relative to the checkout.
    pub record: String,
    /// Which table of workloads.
    pub mode: Mode,
    /// Whether every planned workload is in it.
    pub complete: bool,
    /// Whether verdicts may be drawn at all: at most one in five workloads is vetoed.
    pub usable: bool,
    /// Seeds inputs and orders.
    pub seed: u64,
    /// Worker processes.
    pub processes: usize,
    /// How often an unresolved workload was looked at, each time with as many processes more.
    pub looks: usize,
    /// The build that measured.
    pub tool: Tool,
    /// The machine and the software.
    pub environment: EnvironmentSummary,
    /// The workloads, in the order in which they were measured.
    pub workloads: Vec<WorkloadSummary>,
    /// What to know before a figure is believed.
    pub warnings: Vec<Warning>,
    /// How far the pedometer's counts are from references; null where the record does not say.
    #[serde(default)]
    pub accuracy: Option<AccuracySummary>,
    /// The talk's six figures.
    pub claims: Vec<Claim>,
    /// The calls that were taken apart.
    #[serde(default)]
    pub anatomies: Vec<CallAnatomy>,
    /// Reference counts around calls of our module.
    #[serde(default)]
    pub ownership: Option<OwnershipRecord>,
    /// Contenders in further interpreters, held against themselves in the embedded one.
    #[serde(default)]
    pub interpreters: Vec<InterpreterRow>,
    /// One entry per workload and contender.
    pub rows: Vec<Row>,
}

/// The machine and the software under the contenders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnvironmentSummary {
    /// A hash of `facts`.
    pub key: String,
    /// What stays the same; `processors` is a number.
    pub facts: BTreeMap<String, Value>,
    /// What moves; numbers wherever they are.
    pub context: BTreeMap<String, Value>,
}

/// A workload and how well it could be measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkloadSummary {
    /// Its id.
    pub id: String,
    /// The task's word.
    pub task: String,
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
    pub baseline: String,
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
    pub contender: String,
    /// The next one.
    pub runner_up: String,
    /// Time of the fastest over that of the next one.
    pub ratio: f64,
    /// Lower end of its interval.
    pub ratio_low: f64,
    /// Upper end of its interval.
    pub ratio_high: f64,
    /// `faster`, `equivalent` or `not_resolved`.
    pub verdict: RowVerdict,
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

/// What one contender did on one workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The workload's id.
    pub workload: String,
    /// The task's word.
    pub task: String,
    /// Values or rows.
    pub n: usize,
    /// Values per window, for `sliding`.
    pub window: Option<usize>,
    /// `family/name`.
    pub contender: String,
    /// Version of what was measured.
    pub version: Option<String>,
    /// Word of the input form.
    pub input: String,
    /// exact, fast, peer or control.
    pub precision: String,
    /// Threads it used.
    pub threads: usize,
    /// Instruction set it chose, where it chooses one.
    pub isa: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// Why it was not measured, with the line that would install what is missing.
    pub reason: Option<String>,
    /// How it was timed.
    pub tier: Option<Tier>,
    /// call, window or recording.
    pub unit: String,
    /// Standard deviations in the longest input that was timed.
    pub measured_units: Option<u64>,
    /// How far the extrapolation was off the one call that was made on the whole input (`run --full`): predicted over
    /// measured, less 1.
    #[serde(default)]
    pub whole_error: Option<f64>,
    /// Standard deviations in the whole input.
    pub units: u64,
    /// Nanoseconds per unit, on the [`Undisturbed`] machine.
    pub ns_per_unit: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end of its interval.
    pub high: Option<f64>,
    /// Its time over the baseline's.
    pub ratio: Option<f64>,
    /// Lower end of the ratio's interval.
    pub ratio_low: Option<f64>,
    /// Upper end of the ratio's interval.
    pub ratio_high: Option<f64>,
    /// What the ratio allows to be said; null for what is not measured and right.
    pub verdict: Option<RowVerdict>,
    /// Processes that measured it.
    pub processes: usize,
    /// Largest error, in units in the last place.
    pub max_ulp: Option<f64>,
    /// Largest relative error.
    pub max_relative: Option<f64>,
    /// The answer on the longest input that was timed, where it is a count.
    pub answer: Option<AnswerRecord>,
}

/// [`Verdict`] as it is written in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowVerdict {
    /// It is the baseline.
    Baseline,
    /// Below the baseline by more than the margin.
    Faster,
    /// Above the baseline by more than the margin.
    Slower,
    /// Within the margin.
    Equivalent,
    /// None of these.
    NotResolved,
}

impl RowVerdict {
    /// The words used in texts.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            RowVerdict::Baseline => "baseline",
            RowVerdict::Faster => "faster",
            RowVerdict::Slower => "slower",
            RowVerdict::Equivalent => "equivalent",
            RowVerdict::NotResolved => "not resolved",
        }
    }
}

impl From<Verdict> for RowVerdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Baseline => RowVerdict::Baseline,
            Verdict::Faster => RowVerdict::Faster,
            Verdict::Slower => RowVerdict::Slower,
            Verdict::Equivalent => RowVerdict::Equivalent,
            Verdict::NotResolved => RowVerdict::NotResolved,
        }
    }
}

impl Summary {
    /// The summary of `record`, which lies at `record_path` (relative to the checkout: it is printed).
    #[must_use]
    pub fn of(record: &Record, record_path: &str) -> Self {
        let workloads: Vec<WorkloadSummary> = record
            .workloads
            .iter()
            .map(|workload| WorkloadSummary::of(workload, record.plan.comparisons))
            .collect();
        // an anatomy has one contender, so no verdict that noise could drown
        let judged = || workloads.iter().filter(|workload| workload.task != Task::Anatomy.word());
        let vetoed = judged().filter(|workload| workload.vetoed == Some(true)).count();
        let undisturbed = Undisturbed::of(&record.workloads);
        let rows = record.workloads.iter().flat_map(|workload| {
            workload.contenders.iter().map(|contender| Row::of(record, &undisturbed, workload, contender))
        });
        Self {
            schema: SCHEMA.to_owned(),
            record: record_path.to_owned(),
            mode: record.plan.mode,
            complete: record.complete,
            usable: vetoed * 5 <= judged().count(),
            seed: record.plan.seed,
            processes: record.plan.processes,
            looks: record.plan.looks,
            tool: record.tool.clone(),
            environment: EnvironmentSummary::of(record),
            warnings: record.warnings.clone(),
            accuracy: record.accuracy.as_ref().map(AccuracySummary::of),
            claims: claims::claims(record),
            anatomies: anatomies(record),
            ownership: record.ownership.clone(),
            interpreters: interpreters(record),
            rows: rows.collect(),
            workloads,
        }
    }

    /// The rows of one workload, controls among them.
    pub fn rows_of<'a>(&'a self, workload: &'a str) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(move |row| row.workload == workload)
    }

    /// The claim with this id.
    #[must_use]
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id == id)
    }

    /// Whether a user's own contenders were compared, on every workload: the talk's claims are no part of that.
    #[must_use]
    pub fn is_users_comparison(&self) -> bool {
        let has_users = |workload: &WorkloadSummary| {
            workload.task != Task::Pedometer.word()
                && self.rows_of(&workload.id).any(|row| row.contender.starts_with("user/"))
        };
        !self.workloads.is_empty() && self.workloads.iter().all(has_users)
    }

    /// The talk's function in the ordinary interpreter, beside the baseline in the embedded one.
    #[must_use]
    pub fn ordinary_interpreter(&self) -> Option<&Row> {
        self.rows.iter().find(|row| row.contender == ORDINARY)
    }

    /// The interpreter that Python rows ran in: `CPython 3.11.7`, or that there was none.
    #[must_use]
    pub fn interpreter(&self) -> String {
        match self.environment.facts.get("python").and_then(Value::as_str) {
            Some(version) if version.starts_with(|first: char| first.is_ascii_digit()) => {
                format!("CPython {version}")
            }
            Some(named) => named.to_owned(),
            None => "no Python".to_owned(),
        }
    }
}

impl Row {
    /// Whether it is a control: measured beside the contenders, not one of them.
    #[must_use]
    pub fn is_control(&self) -> bool {
        self.contender.starts_with("control/")
    }

    /// Whether one of our contenders ran in another interpreter than the embedded one.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        !self.contender.starts_with("user/") && self.contender.contains(claims::MARK)
    }

    /// Smaller for who is faster on the same workload: the paired ratio where there is one, else the time.
    pub(crate) fn rank(&self) -> f64 {
        self.ratio.or(self.ns_per_unit).unwrap_or(f64::INFINITY)
    }

    /// Whether its time stands for a larger input than was timed.
    #[must_use]
    pub fn is_extrapolated(&self) -> bool {
        self.measured_units.is_some_and(|measured| measured < self.units)
    }

    fn of(
        record: &Record,
        undisturbed: &Undisturbed,
        workload: &WorkloadRecord,
        contender: &ContenderRecord,
    ) -> Self {
        let timed = matches!(contender.outcome, Outcome::Measured | Outcome::KnownWrong);
        let time = if timed {
            Figure::over(&undisturbed.ns_per_unit(workload, &contender.id), record.plan.comparisons)
        } else {
            Figure::default()
        };
        let ratio = if timed { ratio_of(record, workload, contender) } else { Figure::default() };
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        let processes: BTreeSet<usize> = contender.runs.iter().map(|run| run.process).collect();
        Self {
            workload: workload.id.clone(),
            task: workload.task.clone(),
            n: workload.length,
            window: workload.window,
            contender: contender.id.clone(),
            version: contender.version.clone(),
            input: contender.input.clone(),
            precision: contender.precision.clone(),
            threads: contender.threads,
            isa: contender.isa.clone(),
            outcome: contender.outcome,
            reason: reason_of(contender),
            tier: contender.tier,
            unit: workload.task.parse::<Task>().map_or("call", Task::unit).to_owned(),
            measured_units: Some(measured_units(workload, contender)).filter(|&units| units > 0),
            whole_error: finite(estimate::whole_call_error(workload, &contender.id)),
            units: workload.units,
            ns_per_unit: time.value,
            low: time.low,
            high: time.high,
            ratio: ratio.value,
            ratio_low: ratio.low,
            ratio_high: ratio.high,
            verdict: verdict_of(workload, contender, ratio),
            processes: processes.len(),
            max_ulp: finite(contender.max_ulp),
            max_relative: finite(contender.max_relative),
            answer: contender.answer.clone(),
        }
    }
}

fn ratio_of(record: &Record, workload: &WorkloadRecord, contender: &ContenderRecord) -> Figure {
    let baseline_stands =
        workload.contender(&workload.baseline).is_some_and(|base| base.outcome == Outcome::Measured);
    if !baseline_stands {
        Figure::default()
    } else if contender.id == workload.baseline {
        Figure::exactly(1.0)
    } else {
        claims::times(record, workload, &contender.id, &workload.baseline)
    }
}

fn verdict_of(workload: &WorkloadRecord, contender: &ContenderRecord, ratio: Figure) -> Option<RowVerdict> {
    if contender.outcome != Outcome::Measured {
        return None;
    }
    if contender.id == workload.baseline {
        return Some(RowVerdict::Baseline);
    }
    let judged = || {
        let ratio = estimate::Estimate { value: ratio.value?, low: ratio.low?, high: ratio.high? };
        Some(noise_of_contender(workload, &contender.id)?.verdict(ratio).into())
    };
    Some(judged().unwrap_or(RowVerdict::NotResolved))
}

/// Why it was not measured, and what would change that.
fn reason_of(contender: &ContenderRecord) -> Option<String> {
    match (&contender.reason, &contender.install) {
        (Some(reason), Some(install)) if !reason.contains(install.as_str()) => {
            Some(format!("{reason}; to add it: {install}"))
        }
        (None, Some(install)) => Some(format!("to add it: {install}")),
        (reason, _) => reason.clone(),
    }
}

impl EnvironmentSummary {
    fn of(record: &Record) -> Self {
        let environment = &record.environment;
        let fact = |(name, value): (&String, &String)| {
            let number = (name == "processors").then(|| value.parse::<u64>().ok()).flatten();
            (name.clone(), number.map_or_else(|| Value::from(value.as_str()), Value::from))
        };
        let context = |(name, value): (&String, &String)| (name.clone(), number_or_text(value));
        Self {
            key: environment.key.clone(),
            facts: environment.facts.iter().map(fact).collect(),
            context: environment.context.iter().map(context).collect(),
        }
    }
}

fn number_or_text(value: &str) -> Value {
    if let Ok(whole) = value.parse::<i64>() {
        return Value::from(whole);
    }
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() => Value::from(number),
        _ => Value::from(value),
    }
}

impl WorkloadSummary {
    fn of(workload: &WorkloadRecord, comparisons: usize) -> Self {
        let noise = noise(workload);
        Self {
            id: workload.id.clone(),
            task: workload.task.clone(),
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
            leader: estimate::leader(workload, comparisons).map(LeaderSummary::from),
        }
    }
}

impl From<estimate::Leader> for LeaderSummary {
    fn from(leader: estimate::Leader) -> Self {
        Self {
            contender: leader.best,
            runner_up: leader.runner_up,
            ratio: leader.ratio.value,
            ratio_low: leader.ratio.low,
            ratio_high: leader.ratio.high,
            verdict: leader.verdict.into(),
        }
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
