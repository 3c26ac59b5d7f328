//! What does another interpreter make of the same code?
//!
//! A row that ran elsewhere is compared with the row of the same contender in the embedded interpreter, paired in the
//! same rounds, on the two workloads that the talk's claims rest on.

use breakeven_estimate::figure::Figure;
use breakeven_estimate::paired_ratio;
use breakeven_estimate::{Verdict, noise_of_contender, ns_per_unit};
use breakeven_record::contender_id::ContenderId;
use breakeven_record::{ContenderRecord, Outcome, Record, WorkloadRecord};
use serde::{Deserialize, Serialize};

use crate::claims::{corner_case, main_recording};

/// Said where a record has the embedded interpreter alone.
pub(crate) const NONE_MEASURED: &str = "No Python row of this record ran in another interpreter; --interpreter PATH adds any CPython from 2.7, or PyPy.";

/// One contender in a further interpreter, compared with itself in the embedded one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InterpreterRow {
    /// The workload's id.
    pub workload: String,
    /// The contender in the embedded interpreter.
    pub contender: ContenderId,
    /// The same in the further one.
    pub elsewhere: ContenderId,
    /// What the further one is: `CPython 3.7.16, NumPy 1.16.1`.
    pub version: Option<String>,
    /// call or recording.
    pub unit: String,
    /// Nanoseconds per unit in the embedded one.
    pub embedded_ns_per_unit: Option<f64>,
    /// Nanoseconds per unit in the further one.
    pub ns_per_unit: Option<f64>,
    /// Time in the further one over time in the embedded one.
    #[serde(flatten)]
    pub times: Figure,
    /// Whether the further one is faster or slower; null where one of the two has no right answer in time.
    pub verdict: Option<Verdict>,
    /// Why there is no number; null where there is.
    pub reason: Option<String>,
}

/// Every contender that ran in a further interpreter, in the order of the record.
#[must_use]
pub fn interpreters(record: &Record) -> Vec<InterpreterRow> {
    let workloads = [corner_case(record), main_recording(record)].into_iter().flatten();
    workloads
        .flat_map(|workload| workload.contenders.iter().map(move |contender| (workload, contender)))
        .filter_map(|(workload, there)| {
            there.id.interpreter()?;
            let here = workload.contender(there.id.base())?;
            Some(InterpreterRow::of(record, workload, here, there))
        })
        .collect()
}

impl InterpreterRow {
    fn of(
        record: &Record,
        workload: &WorkloadRecord,
        here: &ContenderRecord,
        there: &ContenderRecord,
    ) -> Self {
        let timed = |contender: &ContenderRecord| contender.findings.outcome == Outcome::Measured;
        let time = |contender: &ContenderRecord| {
            Figure::over(&ns_per_unit(workload, &contender.id), 1).value.filter(|_| timed(contender))
        };
        let both = timed(here) && timed(there);
        let times = if both {
            paired_ratio(workload, &there.id, &here.id, record.plan.comparisons)
        } else {
            Figure::default()
        };
        let why = |contender: &ContenderRecord| {
            let reason =
                contender.findings.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
            format!("{} is {}{reason}", contender.id, contender.findings.outcome.word().replace('_', " "))
        };
        Self {
            workload: workload.id.clone(),
            contender: here.id.clone(),
            elsewhere: there.id.clone(),
            version: there.findings.version.clone(),
            unit: workload.task.parse().map_or("call", breakeven_problem::Task::unit).to_owned(),
            embedded_ns_per_unit: time(here),
            ns_per_unit: time(there),
            verdict: both.then(|| verdict(workload, there, times)),
            times,
            reason: [there, here].into_iter().find(|contender| !timed(contender)).map(why),
        }
    }
}

/// With the noise of the place where the further one was timed.
fn verdict(workload: &WorkloadRecord, there: &ContenderRecord, times: Figure) -> Verdict {
    let judged = || Some(noise_of_contender(workload, &there.id)?.verdict(times.estimate()?));
    judged().unwrap_or(Verdict::NotResolved)
}
