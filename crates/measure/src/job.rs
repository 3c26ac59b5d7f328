//! What is measured on one workload?

use std::collections::BTreeMap;

use breakeven_problem::{Answer, Data, Workload};
use breakeven_record::Findings;

/// One workload to be measured.
pub struct Job {
    /// The workload.
    pub workload: Workload,
    /// Makes its inputs, when the workload is measured.
    pub inputs: Box<dyn Fn() -> Vec<Data>>,
    /// What its input is, and who made it.
    pub note: Option<String>,
    /// Id of the baseline.
    pub baseline: String,
    /// Ids of the contenders that take part, the baseline and the controls among them.
    pub contenders: Vec<String>,
    /// A contender that is also called once on the whole input, if it is timed on prefixes.
    pub whole_call: Option<String>,
    /// The right answers, one per input, where they differ from those of the registry's oracle.
    pub expected: Option<Vec<Answer>>,
    /// What is known of contenders before anything is measured, by id. No process is asked for those that have failed.
    pub known: BTreeMap<String, Findings>,
}
