//! How many processes and stages does a run need for its verdicts?
//!
//! The tool and the simulation that tests it both read these numbers here.

use breakeven_record::Record;

use crate::{sign_test_rank, unresolved};

/// Processes of a quick run: the fewest whose extremes enclose the median with 95 % confidence.
pub const QUICK_PROCESSES: usize = 6;

/// Processes of any other run, unless it makes more comparisons than these have intervals for.
pub const PROCESSES: usize = 10;

/// Stages at most of a run that goes on until its verdicts are resolved; each brings as many processes more.
pub const STAGES: usize = 3;

/// The comparisons that are made at once on a workload: each of so many contenders with the baseline, and the fastest
/// with its runner-up.
#[must_use]
pub fn comparisons(contenders: usize) -> usize {
    contenders + 1
}

/// The processes of a stage whose intervals hold for so many comparisons at once.
#[must_use]
pub fn processes(comparisons: usize) -> usize {
    (PROCESSES..).find(|&processes| sign_test_rank(processes, comparisons).is_some()).unwrap_or(PROCESSES)
}

/// Whether the plan of a record has another stage for a workload: the first, or a further one while a verdict is not
/// resolved.
#[must_use]
pub fn is_open(record: &Record, workload: &str) -> bool {
    record.workload(workload).is_none_or(|known| {
        record.stages_of(workload) < record.plan.stages
            && !unresolved(known, record.plan.comparisons).is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_has_as_many_processes_as_its_first_interval_needs() {
        assert_eq!((processes(1), processes(20), processes(60), processes(71)), (10, 10, 12, 12));
    }
}
