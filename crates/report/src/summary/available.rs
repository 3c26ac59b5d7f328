//! Which function of ours could a user take instead of theirs?

use breakeven_estimate::figure::Figure;
use breakeven_estimate::{Verdict, compared, median, ns_per_unit};
use breakeven_problem::Task;
use breakeven_record::contender_id::ContenderId;
use breakeven_record::{Outcome, Record, WorkloadRecord};
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::numeral::{duration, significant};

/// What puts our functions into a Python.
const INSTALL: &str = "pip install ./crates/extension";

/// The contenders that are functions of our Python package, and what they are called there.
const FUNCTIONS: [(Task, &str, &str); 2] = [
    (Task::Whole, "extension/standard-dev", "breakeven.standard_dev"),
    (Task::Sliding, "extension/rolling", "breakeven.rolling_std"),
];

/// A function of our Python package that was measured beside the user's and is faster beyond the noise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Available {
    /// The largest workload on which both were measured.
    pub workload: String,
    /// call or window.
    pub unit: String,
    /// The user's function.
    pub yours: ContenderId,
    /// Its time per unit, in nanoseconds.
    pub yours_ns: f64,
    /// Our contender.
    pub ours: ContenderId,
    /// Its time per unit, in nanoseconds.
    pub ours_ns: f64,
    /// What it is called in the package.
    pub function: String,
    /// What installs the package, from a checkout.
    pub install: String,
    /// Time of the user's function over the time of ours, paired in the same rounds.
    pub times: Figure,
}

impl Available {
    /// For the first of the user's functions, on the largest workload of each task; none where ours is not faster.
    pub(super) fn of(record: &Record, kind: Kind) -> Option<Self> {
        if kind != Kind::Comparison {
            return None;
        }
        FUNCTIONS.iter().find_map(|&(task, ours, function)| {
            let workloads = record.workloads.iter().filter(|workload| workload.task == task.word());
            let workload = workloads.max_by_key(|workload| (workload.length, workload.window))?;
            Self::on(record, workload, ours, function)
        })
    }

    fn on(record: &Record, workload: &WorkloadRecord, ours: &str, function: &str) -> Option<Self> {
        let yours = &workload.contenders.iter().find(|contender| contender.id.is_users())?.id;
        let is_right = |id: &str| {
            workload.contender(id).is_some_and(|found| found.findings.outcome == Outcome::Measured)
        };
        if !is_right(yours) || !is_right(ours) {
            return None;
        }
        let found = compared(workload, ours, yours, record.plan.comparisons);
        let time = |id: &str| {
            let values: Vec<f64> = ns_per_unit(workload, id).iter().map(|process| process.value).collect();
            median(&values)
        };
        (found.verdict == Some(Verdict::Faster)).then_some(())?;
        Some(Self {
            workload: workload.id.clone(),
            unit: workload.task.parse::<Task>().map_or("call", Task::unit).to_owned(),
            yours: yours.clone(),
            yours_ns: time(yours)?,
            ours: ours.into(),
            ours_ns: time(ours)?,
            function: function.to_owned(),
            install: INSTALL.to_owned(),
            times: found.ratio.reciprocal(),
        })
    }

    /// It in a sentence.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        Some(format!(
            "Yours {} per {}; {} {}, {} times as fast: {}",
            duration(self.yours_ns),
            self.unit,
            self.function,
            duration(self.ours_ns),
            significant(self.times.value?, 3),
            self.install,
        ))
    }
}
