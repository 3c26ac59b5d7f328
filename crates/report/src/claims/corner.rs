//! What does this record say of the talk's corner case?

use breakeven_estimate::figure::Figure;
use breakeven_estimate::ns_per_unit;
use breakeven_record::{Record, WorkloadRecord};

use super::names::Names;
use super::size::uniform_arrays;
use super::{Claim, ClaimVerdict, measured, speedup};

/// The workload of the talk's corner case: a list of 25 uniform values.
#[must_use]
pub fn corner_case(record: &Record) -> Option<&WorkloadRecord> {
    uniform_arrays(record).into_iter().find(|workload| workload.length == 25)
}

/// The corner case of the talk: 10,000 calls on one list of 25.
pub(super) struct Corner<'a> {
    record: &'a Record,
    workload: Option<&'a WorkloadRecord>,
}

impl<'a> Corner<'a> {
    pub(super) fn new(record: &'a Record) -> Self {
        Self { record, workload: corner_case(record) }
    }

    pub(super) fn seconds(&self, id: &str, talk: f64, contender: &str) -> Claim {
        let claim = Claim::of(id, talk, self.workload, &[contender]);
        match measured(self.workload, contender, "whole/uniform-25") {
            Err(reason) => Claim { reason: Some(reason), ..claim },
            Ok(workload) => {
                let values = ns_per_unit(workload, contender);
                let figure = Figure::over(&values, self.record.plan.comparisons)
                    .map(|nanoseconds| 10_000.0 * nanoseconds / 1e9);
                Claim { verdict: ClaimVerdict::NotJudged, ..claim.with(figure, self.record) }
            }
        }
    }

    pub(super) fn ratio(&self, names: &Names) -> Claim {
        let contenders = [names.numpy_list.as_str(), &names.naive];
        let claim = Claim::of("small-array-ratio", 6.5, self.workload, &contenders);
        speedup(self.record, claim, self.workload, "whole/uniform-25")
    }
}
