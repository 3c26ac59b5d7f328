//! What did a rung of the pedometer's ladder gain over the one that it was made from?

use breakeven_estimate::figure::Figure;
use breakeven_estimate::paired_ratio;
use breakeven_problem::Task;
use breakeven_record::contender_id::ContenderId;
use breakeven_record::{ContenderRecord, Outcome, Record, WorkloadRecord};
use serde::{Deserialize, Serialize};

use crate::change::step;
use crate::claims::NAIVE;

/// A rung beside the one that it was made from, other than the first, which all rungs are compared with anyway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LadderStep {
    /// The recording's workload.
    pub workload: String,
    /// The rung.
    pub contender: ContenderId,
    /// The rung that it was made from.
    pub from: ContenderId,
    /// How many times as fast as that one it is.
    #[serde(flatten)]
    pub times: Figure,
}

impl LadderStep {
    /// Of every rung that was timed beside a right one that it was made from, in the order of the record.
    pub(super) fn all(record: &Record) -> Vec<Self> {
        let recordings = [Task::Pedometer, Task::Feedback].map(Task::word);
        let workloads =
            record.workloads.iter().filter(|workload| recordings.contains(&workload.task.as_str()));
        let of = |workload: &WorkloadRecord, rung: &ContenderRecord| {
            let from = step(&rung.id).map(|step| step.from).filter(|&from| from != NAIVE)?;
            workload.contender(from).filter(|known| known.findings.outcome == Outcome::Measured)?;
            let times = paired_ratio(workload, from, &rung.id, record.plan.comparisons);
            times.value?;
            let (workload, contender) = (workload.id.clone(), rung.id.clone());
            Some(Self { workload, contender, from: from.into(), times })
        };
        workloads
            .flat_map(|workload| workload.contenders.iter().filter_map(move |rung| of(workload, rung)))
            .collect()
    }
}
