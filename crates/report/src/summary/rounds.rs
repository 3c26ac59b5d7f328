//! How widely do single rounds spread, where there is one size alone and so no curve?

use breakeven_estimate::ratios_of_rounds;
use breakeven_record::contender_id::ContenderId;
use breakeven_record::{Outcome, Record, WorkloadRecord};
use serde::{Deserialize, Serialize};

use super::Kind;

/// Rounds of one contender that are kept at most: evenly taken of all.
const MOST: usize = 200;

/// The ratios of a contender to the baseline, round by round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rounds {
    /// The workload's id.
    pub workload: String,
    /// The contender.
    pub contender: ContenderId,
    /// Its time over the baseline's, in the order in which they were measured.
    pub ratios: Vec<f64>,
}

impl Rounds {
    /// Of a user's comparison, for each workload that is the only one of its task.
    pub(super) fn all(record: &Record, kind: Kind) -> Vec<Self> {
        let is_alone = |workload: &&WorkloadRecord| {
            record.workloads.iter().filter(|other| other.task == workload.task).count() == 1
        };
        let workloads = record.workloads.iter().filter(|_| kind == Kind::Comparison).filter(is_alone);
        workloads.flat_map(Self::of).collect()
    }

    fn of(workload: &WorkloadRecord) -> Vec<Self> {
        let is_right = |id: &str| {
            workload.contender(id).is_some_and(|found| found.findings.outcome == Outcome::Measured)
        };
        let others = workload.contenders.iter().filter(|known| {
            is_right(&workload.baseline)
                && is_right(&known.id)
                && !known.id.is_control()
                && known.id != workload.baseline
        });
        let rounds = others.map(|known| {
            let ratios = ratios_of_rounds(workload, &known.id, &workload.baseline);
            let step = ratios.len().div_ceil(MOST).max(1);
            let ratios = ratios.into_iter().filter(|ratio| ratio.is_finite()).step_by(step).collect();
            Self { workload: workload.id.clone(), contender: known.id.clone(), ratios }
        });
        rounds.filter(|rounds| !rounds.ratios.is_empty()).collect()
    }
}
