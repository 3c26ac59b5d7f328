//! What does a program read of a record?
//!
//! `breakeven.summary/1`, described field by field in docs/summary.schema.json: one row per workload
//! and contender whatever came of it, every field present, null where it does not apply, every number
//! finite. Derived from the record alone, any time later.

mod accuracy;
mod break_even;
mod row;
mod workload;

use std::collections::BTreeMap;

pub use accuracy::{AccuracyRow, AccuracySet, AccuracySummary};
pub use break_even::BreakEvenSummary;
use breakeven_estimate::Undisturbed;
use breakeven_problem::Task;
use breakeven_record::ownership::OwnershipRecord;
use breakeven_record::warning::Warning;
use breakeven_record::{Mode, Record, Tool};
pub use row::{Row, RowVerdict};
use serde::{Deserialize, Serialize};
use serde_json::Value;
pub use workload::{InputSummary, LeaderSummary, WorkloadSummary};

use crate::anatomy::{CallAnatomy, anatomies};
use crate::arrays::Arrays;
use crate::claims::{self, Claim};
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
    /// From which size on those pay that are dearer on the smallest array.
    #[serde(default)]
    pub break_evens: Vec<BreakEvenSummary>,
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
        let mut summary = Self {
            schema: SCHEMA.to_owned(),
            record: record_path.to_owned(),
            mode: record.plan.mode,
            complete: record.complete,
            usable: vetoed * 5 <= judged().count(),
            seed: record.plan.seed,
            processes: record.plan.processes,
            looks: record.plan.stages,
            tool: record.tool.clone(),
            environment: EnvironmentSummary::of(record),
            warnings: record.warnings.clone(),
            accuracy: record.accuracy.as_ref().map(AccuracySummary::of),
            claims: claims::claims(record),
            anatomies: anatomies(record),
            ownership: record.ownership.clone(),
            interpreters: interpreters(record),
            break_evens: Vec::new(),
            rows: rows.collect(),
            workloads,
        };
        summary.break_evens = BreakEvenSummary::all(record, &summary.arrays(record));
        summary
    }

    /// What break-evens rest on in `record`, which must be its own.
    pub(crate) fn arrays<'a>(&self, record: &'a Record) -> Arrays<'a> {
        if self.is_users_comparison() { Arrays::of_users(record) } else { Arrays::of_the_talk(record) }
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

    /// The workload with this id, where noise drowns its verdicts.
    #[must_use]
    pub fn vetoed(&self, workload: &str) -> Option<&WorkloadSummary> {
        self.workloads.iter().find(|known| known.id == workload && known.vetoed == Some(true))
    }

    /// The same of the workload that a claim rests on.
    #[must_use]
    pub fn vetoed_under(&self, claim: &Claim) -> Option<&WorkloadSummary> {
        self.vetoed(claim.workload.as_deref()?)
    }

    /// Whether a user's own contenders were compared, on every workload: the talk's claims are no part of that.
    #[must_use]
    pub fn is_users_comparison(&self) -> bool {
        let has_users = |workload: &WorkloadSummary| {
            workload.task != Task::Pedometer.word()
                && self.rows_of(&workload.id).any(|row| row.contender.is_users())
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
