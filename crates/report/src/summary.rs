//! What does a program read of a record?
//!
//! `breakeven.summary/2`, described field by field in docs/summary.schema.json: one row per workload
//! and contender whatever came of it, every field present, null where it does not apply, every number
//! finite. Derived from the record alone, any time later.

mod accuracy;
mod advice;
mod answer;
mod arrays;
mod available;
mod break_even;
mod choice;
mod control;
mod ladder_step;
mod rounds;
mod row;
mod workload;

use std::collections::BTreeMap;

pub use accuracy::{AccuracyRow, AccuracySet, AccuracySummary};
pub use advice::{Advice, Gain};
pub(crate) use answer::{MOST_NAMED, rivals};
pub use arrays::{ArraySize, ArraysSummary};
pub use available::Available;
pub use break_even::BreakEvenSummary;
pub use breakeven_estimate::Verdict;
use breakeven_problem::Task;
use breakeven_record::ownership::OwnershipRecord;
use breakeven_record::warning::Warning;
use breakeven_record::{Imported, Mode, Record, Tool, WorkloadRecord};
pub use choice::{BestRange, Choice};
pub use control::ControlSummary;
pub use ladder_step::LadderStep;
pub use rounds::Rounds;
pub use row::Row;
use serde::{Deserialize, Serialize};
use serde_json::Value;
pub use workload::{InputSummary, LeaderSummary, WorkloadSummary};

use self::arrays::Arrays;
use crate::anatomy::{CallAnatomy, anatomies};
use crate::claims::{self, Claim};
use crate::interpreters::{InterpreterRow, interpreters};

/// The schema this version writes.
pub const SCHEMA: &str = "breakeven.summary/2";

/// The control that runs the talk's function in the ordinary interpreter.
const ORDINARY: &str = "control/ordinary-python";

/// Everything that is derived from a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// [`SCHEMA`].
    pub schema: String,
    /// Where the record lies, relative to the checkout.
    pub record: String,
    /// Which kind of record it is.
    pub kind: Kind,
    /// What was found, a sentence each; empty where another tool measured.
    #[serde(default)]
    pub answer: Vec<String>,
    /// A function of our Python package that is faster than the user's; null where none was measured or none is.
    #[serde(default)]
    pub available: Option<Available>,
    /// Whose samples these are, if another tool took them.
    #[serde(default)]
    pub imported: Option<Imported>,
    /// When the run began, UTC, RFC 3339.
    pub created: String,
    /// What the run was named.
    pub label: String,
    /// The arguments that the run was started with; paths reduced to file names.
    pub command: Vec<String>,
    /// Which table of workloads.
    pub mode: Mode,
    /// Whether every planned workload is in it.
    pub complete: bool,
    /// Seeds inputs and orders.
    pub seed: u64,
    /// Worker processes.
    pub processes: usize,
    /// Stages that an unresolved workload has at most, each with as many processes more.
    pub stages: usize,
    /// The processor that workers were pinned to; null where they were not.
    pub pinned_to: Option<usize>,
    /// Comparisons that each interval is widened for.
    pub comparisons: usize,
    /// How many workloads were planned.
    pub planned: usize,
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
    /// The talk's figures.
    pub claims: Vec<Claim>,
    /// The calls that were taken apart.
    #[serde(default)]
    pub anatomies: Vec<CallAnatomy>,
    /// Reference counts around calls of our module.
    #[serde(default)]
    pub ownership: Option<OwnershipRecord>,
    /// Contenders in further interpreters, compared with themselves in the embedded one.
    #[serde(default)]
    pub interpreters: Vec<InterpreterRow>,
    /// The arrays that break-evens and choices rest on.
    pub arrays: ArraysSummary,
    /// From which size on each contender is faster that is slower than the base on the smallest array.
    #[serde(default)]
    pub break_evens: Vec<BreakEvenSummary>,
    /// The fastest contender by size and input form.
    pub choices: Vec<Choice>,
    /// Which contender stays the fastest from which size to which.
    pub best_ranges: Vec<BestRange>,
    /// What to try first, with what it brought.
    pub advice: Vec<Advice>,
    /// What the rungs of the pedometer gained over those that they were made from.
    pub ladder_steps: Vec<LadderStep>,
    /// Single rounds of a user's comparison, where it has one size of a task alone.
    #[serde(default)]
    pub rounds: Vec<Rounds>,
    /// What the controls cost.
    pub controls: Vec<ControlSummary>,
    /// One entry per workload and contender.
    pub rows: Vec<Row>,
}

/// Which kind of record it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Of our workloads, on which the talk's claims rest.
    Talk,
    /// Of another tool: times alone, without a baseline, so that there is no ratio and no verdict.
    Imported,
    /// Of a user's own contenders, which were measured on every workload: the talk's claims are no part of that.
    Comparison,
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

impl Summary {
    /// The summary of `record`, which lies at `record_path` (relative to the checkout: it is printed).
    #[must_use]
    pub fn of(record: &Record, record_path: &str) -> Self {
        let workloads: Vec<WorkloadSummary> = record
            .workloads
            .iter()
            .map(|workload| WorkloadSummary::of(workload, record.plan.comparisons))
            .collect();
        let rows: Vec<Row> = record
            .workloads
            .iter()
            .flat_map(|workload| {
                let row = |contender| Row::of(record, workload, contender);
                workload.contenders.iter().map(row).collect::<Vec<Row>>()
            })
            .collect();
        let plan = &record.plan;
        let kind = Kind::of(record);
        let arrays = Arrays::of(record, kind);
        let mut summary = Self {
            schema: SCHEMA.to_owned(),
            record: record_path.to_owned(),
            kind,
            answer: Vec::new(),
            available: Available::of(record, kind),
            imported: record.imported.clone(),
            created: record.created.clone(),
            label: record.label.clone(),
            command: record.command.clone(),
            mode: plan.mode,
            complete: record.complete,
            seed: plan.seed,
            processes: plan.processes,
            stages: plan.stages,
            pinned_to: plan.pinned_to,
            comparisons: plan.comparisons,
            planned: plan.workloads.len(),
            tool: record.tool.clone(),
            environment: EnvironmentSummary::of(record),
            warnings: record.warnings.clone(),
            accuracy: record.accuracy.as_ref().map(AccuracySummary::of),
            claims: claims::claims(record),
            anatomies: anatomies(record),
            ownership: record.ownership.clone(),
            interpreters: interpreters(record),
            arrays: ArraysSummary::of(&arrays, plan.comparisons),
            break_evens: BreakEvenSummary::all(record, &arrays),
            choices: Choice::all(&arrays, plan.comparisons),
            best_ranges: BestRange::all(&arrays, &rows, plan.comparisons),
            advice: Advice::all(record),
            ladder_steps: LadderStep::all(record),
            rounds: Rounds::all(record, kind),
            controls: ControlSummary::all(&rows),
            rows,
            workloads,
        };
        summary.answer = answer::answer(&summary);
        summary
    }

    /// The rows of one workload, controls among them.
    pub fn rows_of<'a>(&'a self, workload: &'a str) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(move |row| row.workload == workload)
    }

    /// The workload with this id.
    #[must_use]
    pub fn workload(&self, id: &str) -> Option<&WorkloadSummary> {
        self.workloads.iter().find(|known| known.id == id)
    }

    /// What this contender did on this workload.
    #[must_use]
    pub fn row(&self, workload: &str, contender: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.workload == workload && row.contender == contender)
    }

    /// The fastest contender of a workload, for who holds this input form.
    #[must_use]
    pub fn choice(&self, workload: &str, input: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.workload == workload && choice.input == input)
    }

    /// From which size on this contender pays, where it is slower on the smallest array.
    #[must_use]
    pub fn break_even(&self, contender: &str) -> Option<&BreakEvenSummary> {
        self.break_evens.iter().find(|found| found.contender == contender)
    }

    /// The claim with this id.
    #[must_use]
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id == id)
    }

    /// Whether it is of a user's own contenders.
    #[must_use]
    pub fn is_users_comparison(&self) -> bool {
        self.kind == Kind::Comparison
    }

    /// Whether a user's function has made the inputs: then a size is what that function was handed, not a count of values.
    #[must_use]
    pub fn has_made_inputs(&self) -> bool {
        self.workloads.iter().any(|workload| workload.task == Task::Made.word())
    }

    /// The talk's function in the ordinary interpreter, beside the baseline in the embedded one.
    #[must_use]
    pub fn ordinary_interpreter(&self) -> Option<&Row> {
        self.rows.iter().find(|row| row.contender == ORDINARY)
    }

    /// The interpreter that Python rows ran in, that of the user's functions or else ours: `CPython 3.11.7`, or that there was none.
    #[must_use]
    pub fn interpreter(&self) -> String {
        if let Some(named) = self.users_interpreter() {
            return named.to_owned();
        }
        match self.environment.facts.get("python").and_then(Value::as_str) {
            Some(version) if version.starts_with(|first: char| first.is_ascii_digit()) => {
                format!("CPython {version}")
            }
            Some(named) => named.to_owned(),
            None => "no Python".to_owned(),
        }
    }

    /// The version of its NumPy, where that is known: what a record says of NumPy is of ours.
    #[must_use]
    pub fn numpy(&self) -> Option<&str> {
        let ours = self.users_interpreter().is_none();
        self.environment.facts.get("numpy").filter(|_| ours)?.as_str()
    }

    /// What the user's Python functions ran in.
    fn users_interpreter(&self) -> Option<&str> {
        let of_users = self.rows.iter().filter(|row| row.contender.is_users());
        let mut versions = of_users.filter_map(|row| row.findings.version.as_deref()?.split(", ").next());
        versions.find(|name| name.contains("Py")) // CPython, PyPy
    }
}

impl Kind {
    fn of(record: &Record) -> Self {
        if record.imported.is_some() {
            return Self::Imported;
        }
        let has_users = |workload: &WorkloadRecord| {
            workload.task != Task::Pedometer.word()
                && workload.contenders.iter().any(|contender| contender.id.is_users())
        };
        let of_users = !record.workloads.is_empty() && record.workloads.iter().all(has_users);
        if of_users { Self::Comparison } else { Self::Talk }
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
