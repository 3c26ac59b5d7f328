//! What does this record say of the size from which NumPy wins?

use breakeven_estimate::break_even::{BreakEven, break_even};
use breakeven_problem::Task;
use breakeven_record::{Record, WorkloadRecord};

use super::names::Names;
use super::{Beside, Claim, ClaimVerdict, band, in_band};

/// Tasks whose workloads differ in their size alone.
pub(crate) const SIZED: [Task; 2] = [Task::Whole, Task::Made];

/// The workloads of the talk's first plot, ascending in size.
pub(crate) fn uniform_arrays(record: &Record) -> Vec<&WorkloadRecord> {
    arrays(record, |workload| workload.input.name == "uniform" && workload.ddof == 0)
}

/// The workloads on whole arrays, or on what a user makes of a size, that are wanted: ascending in size, one of each.
pub(crate) fn arrays(record: &Record, is_wanted: fn(&WorkloadRecord) -> bool) -> Vec<&WorkloadRecord> {
    let sized = SIZED.map(Task::word);
    let arrays = record.workloads.iter().filter(|workload| sized.contains(&workload.task.as_str()));
    let mut found: Vec<&WorkloadRecord> = arrays.filter(|workload| is_wanted(workload)).collect();
    found.sort_by_key(|workload| workload.length);
    found.dedup_by_key(|workload| workload.length);
    found
}

/// The size at which the times of NumPy and Python cross.
pub(super) fn break_even_size(record: &Record, names: &Names) -> Claim {
    let Names { naive, numpy_list, numpy_array, .. } = names;
    let claim = Claim::of("break-even-size", 150.0, None, &[numpy_list, naive]);
    let claim = Claim { workload: Some("whole/uniform-*".to_owned()), ..claim };
    let arrays = uniform_arrays(record);
    let found = break_even(&arrays, numpy_list, naive);
    let array = break_even(&arrays, numpy_array, naive);
    let beside = array
        .is_everywhere()
        .then(|| Beside {
            label: "given an array made beforehand".to_owned(),
            contenders: vec![numpy_array.clone(), naive.clone()],
            figure: array.figure(record.plan.comparisons),
        })
        .into_iter()
        .collect();
    judge_break_even(record, &found, Claim { beside, ..claim })
}

fn judge_break_even(record: &Record, found: &BreakEven, claim: Claim) -> Claim {
    let [numpy, naive] = [claim.contenders[0].clone(), claim.contenders[1].clone()];
    let (Some(&first), Some(&last)) = (found.sizes.first(), found.sizes.last()) else {
        let reason = format!("{numpy} and {naive} were not both measured on uniform data");
        return Claim { reason: Some(reason), ..claim };
    };
    if found.processes == 0 {
        let reason = format!("only size {first} was measured; a crossing needs two");
        return Claim { reason: Some(reason), ..claim };
    }
    if found.crossings.is_empty() {
        // sizes that end before the talk's break-even say nothing about it
        let (from, to) = band(claim.talk);
        let spans = first as f64 <= from && last as f64 >= to;
        let verdict = if spans { ClaimVerdict::NotReproduced } else { ClaimVerdict::NotResolved };
        let who = if found.slower_at_first { naive } else { numpy };
        let reason = format!("{who} is the faster one at every size from {first} to {last}");
        return Claim { verdict, reason: Some(reason), ..claim };
    }
    let figure = found.figure(record.plan.comparisons);
    if !found.is_everywhere() {
        let reason = format!("only {} of {} processes cross", found.crossings.len(), found.processes);
        return Claim { figure, reason: Some(reason), ..claim };
    }
    let verdict = match (figure.low, figure.high) {
        (Some(low), Some(high)) => in_band(claim.talk, low, high).unwrap_or({
            if low >= 10.0 && high <= 1000.0 {
                ClaimVerdict::DirectionOnly
            } else {
                ClaimVerdict::NotReproduced
            }
        }),
        _ => ClaimVerdict::NotResolved,
    };
    Claim { verdict, ..claim.with(figure, record) }
}
