//! What do other tools read of a record?
//!
//! The times per unit (call, window or recording) of every contender that was timed and not found wrong, controls aside.
//! Their verdicts stay behind: no other format has them.

mod asv;
mod bencher;
mod criterion;
mod github_action;
mod junit;
mod pyperf;

use breakeven_estimate::figure::Figure;
use breakeven_estimate::ns_per_unit;
use breakeven_record::{ContenderRecord, Outcome, Record, Samples, WorkloadRecord};

pub use self::asv::asv;
pub use self::bencher::bencher;
pub use self::criterion::criterion;
pub use self::github_action::github_action_benchmark;
pub use self::junit::junit;
pub use self::pyperf::pyperf;

/// One file of a format that is a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// Its path below that folder.
    pub path: String,
    /// What it holds.
    pub content: String,
}

/// One contender on one workload.
struct Row<'a> {
    workload: &'a WorkloadRecord,
    contender: &'a ContenderRecord,
    /// Nanoseconds per unit: the median over processes with its interval.
    time: Figure,
}

/// The rows that other tools may have.
fn rows(record: &Record) -> Vec<Row<'_>> {
    let is_shown = |contender: &ContenderRecord| {
        matches!(contender.findings.outcome, Outcome::Measured | Outcome::Unverified)
            && !contender.id.is_control()
    };
    let mut rows = Vec::new();
    for workload in &record.workloads {
        for contender in workload.contenders.iter().filter(|contender| is_shown(contender)) {
            let time = Figure::over(&ns_per_unit(workload, &contender.id), record.plan.comparisons);
            rows.push(Row { workload, contender, time });
        }
    }
    rows.retain(|row| row.time.value.is_some_and(|value| value > 0.0));
    rows
}

impl Row<'_> {
    /// The name of the row in tools that have one name for each.
    fn name(&self) -> String {
        format!("{} {}", self.workload.id, self.contender.id)
    }

    /// What each process has measured; in single-call timing one value each.
    fn processes(&self) -> Vec<Process> {
        let of = |process: usize, median: f64| {
            let runs = self.contender.runs.iter().filter(move |run| run.process == process);
            let batches: Vec<(u64, f64)> = runs
                .filter_map(|run| match &run.samples {
                    Samples::Rounds { loops, batches_ns, .. } => Some((*loops, batches_ns)),
                    Samples::Calls { .. } | Samples::WholeCall { .. } => None,
                })
                .flat_map(|(loops, batches)| batches.iter().map(move |&ns| (loops, ns as f64 / loops as f64)))
                .collect();
            let calls: Vec<f64> = batches.iter().map(|(_, call)| *call).collect();
            // batches are of whole calls: the process's own figure says how many units these are
            match (breakeven_estimate::median(&calls), batches.first()) {
                (Some(call), Some(&(first, _))) if call > 0.0 => {
                    let units = call / median;
                    let is_uniform = batches.iter().all(|(loops, _)| *loops == first);
                    let loops = is_uniform.then(|| (first as f64 * units).round() as u64);
                    Process { loops, per_unit_ns: calls.into_iter().map(|call| call / units).collect() }
                }
                _ => Process { loops: None, per_unit_ns: vec![median] },
            }
        };
        let known = ns_per_unit(self.workload, &self.contender.id);
        known.into_iter().map(|known| of(known.process, known.value)).collect()
    }
}

/// What one process has measured of a row.
struct Process {
    /// Units per batch; unknown where batches differ in that, and in single-call timing.
    loops: Option<u64>,
    /// Nanoseconds per unit, a value per batch.
    per_unit_ns: Vec<f64>,
}
