//! What is measured of one workload: the workload, its inputs, and the contenders that take part.

use breakeven_problem::{Answer, Data, Workload};

/// One workload to be measured.
pub struct Job {
    /// The workload.
    pub workload: Workload,
    /// Makes its inputs, when it is its turn.
    pub inputs: Box<dyn Fn() -> Vec<Data>>,
    /// What its input is called, and whom it is from.
    pub note: Option<String>,
    /// Id of the baseline.
    pub baseline: String,
    /// Ids of everybody who takes part, the baseline and the controls among them.
    pub contenders: Vec<String>,
    /// A contender that is also called once on the whole input, if it is timed on prefixes.
    pub whole_call: Option<String>,
    /// The right answers, one per input, where another computation than the registry's is meant.
    pub expected: Option<Vec<Answer>>,
}
