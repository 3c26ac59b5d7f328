//! How many instructions does a call of a kernel execute, in base and head?
//!
//! A second signal beside time, which no noise reaches: callgrind counts one call of each suspected Rust kernel in the
//! program of either side ([`breakeven_measure::instructions`]).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use breakeven_measure::instructions::{CountError, Counter, Counts};
use breakeven_measure::job::Job;
use breakeven_measure::process::Halt;
use breakeven_measure::protocol::Purpose;
use breakeven_measure::registry::Registry;
use breakeven_measure::run;
use breakeven_measure::tally::VisitPlan;
use breakeven_record::contender_id::{ContenderId, Family};
use tempfile::TempDir;

use crate::error::GateError;
use crate::rows::RowId;
use crate::side::{Both, Name};
use crate::workers::Workers;

/// What has been counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// By row.
    pub rows: BTreeMap<RowId, Both<Counts>>,
    /// Why rows lack a count, each reason once.
    pub missing: BTreeSet<String>,
}

impl Counted {
    /// What to say beside the counts.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> =
            self.missing.iter().map(|reason| format!("instructions were not counted: {reason}")).collect();
        if !self.rows.is_empty() && has_avx512() {
            notes.push(
                "instructions are those of the AVX2 form of a kernel: callgrind knows no AVX-512".to_owned(),
            );
        }
        notes
    }
}

/// Whether this processor has the vectors that callgrind does not know.
fn has_avx512() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx512f");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

/// Counts the Rust kernels among these rows.
///
/// # Errors
/// Halted, or a file cannot be written. Where a row cannot be counted, what is returned says why.
pub fn count(
    registry: &Registry,
    workers: &Workers,
    jobs: &[Job],
    wanted: &BTreeSet<RowId>,
    (scratch, halt): (&Path, &Halt),
) -> Result<Counted, GateError> {
    let is_counted = |row: &RowId| ContenderId::from(row.contender.as_str()).family() == Family::Rust;
    let wanted: BTreeSet<&RowId> = wanted.iter().filter(|row| is_counted(row)).collect();
    let mut counted = Counted::default();
    if wanted.is_empty() {
        return Ok(counted);
    }
    let mut sides = [(Name::Base, &workers.base.program), (Name::Head, &workers.head.program)]
        .map(|(name, program)| Side { name, program, scratch, running: None });
    for job in jobs {
        let folder = scratch.join("counted");
        std::fs::create_dir_all(&folder).map_err(GateError::io(&folder))?;
        let (inputs, expected) = run::hand_over(registry, job, &(job.inputs)(), &folder)
            .map_err(|error| GateError::Run(error.into()))?;
        let plan = VisitPlan { job, inputs: &inputs, expected: &expected, seed: 0, purpose: Purpose::Verify };
        for row in wanted.iter().filter(|row| row.workload == job.workload.id) {
            let [base, head] = sides.each_mut().map(|side| side.count(&plan, &row.contender, halt));
            if halt.is_halted() {
                return Err(GateError::Interrupted);
            }
            match (base, head) {
                (Ok(base), Ok(head)) => {
                    counted.rows.insert((*row).clone(), Both { base, head });
                }
                (Err(reason), _) | (_, Err(reason)) => drop(counted.missing.insert(reason)),
            }
        }
    }
    Ok(counted)
}

/// The counter of one side, which is started again, in another folder, where its worker has ended.
struct Side<'a> {
    name: Name,
    program: &'a Path,
    scratch: &'a Path,
    running: Option<(Counter, TempDir)>,
}

impl Side<'_> {
    fn count(&mut self, plan: &VisitPlan<'_>, contender: &str, halt: &Halt) -> Result<Counts, String> {
        let counted = self.counter(halt).and_then(|counter| counter.count(plan, contender));
        if matches!(counted, Err(CountError::Ended(_))) {
            self.running = None;
        }
        counted.map_err(|error| match error {
            CountError::NoValgrind(_) => error.to_string(),
            other => format!("{contender} in the {}: {other}", self.name),
        })
    }

    fn counter(&mut self, halt: &Halt) -> Result<&mut Counter, CountError> {
        let running = match self.running.take() {
            Some(running) => running,
            None => {
                let folder = tempfile::tempdir_in(self.scratch).map_err(CountError::Io)?;
                (Counter::start(self.program, folder.path(), halt)?, folder)
            }
        };
        Ok(&mut self.running.insert(running).0)
    }
}
