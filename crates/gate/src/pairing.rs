//! How are base and head measured beside each other?
//!
//! By triples of processes: a worker of the base, one of the base again and one of the head, new processes for each triple
//! and kept on the same processor. Workload by workload each of the three is visited once per round, in orders that are
//! balanced as those of contenders are within a visit ([`order`]); all three draw the same orders from the seed, and find
//! how a contender is timed in the same way. What a visit measures is what it measures in every run.

use std::path::Path;

use breakeven_measure::crew::{Crew, CrewError, CrewSetup};
use breakeven_measure::environment::memory_limit_bytes;
use breakeven_measure::input_file::InputFile;
use breakeven_measure::job::Job;
use breakeven_measure::order::{self, derive_seed};
use breakeven_measure::process::Halt;
use breakeven_measure::protocol::{Purpose, WorkerCommand};
use breakeven_measure::registry::Registry;
use breakeven_measure::run::{self, Seat};
use breakeven_measure::tally::{Tally, VisitPlan};
use breakeven_record::place::Place;

use crate::error::GateError;
use crate::instructions::{self, Counted};
use crate::rows::Rows;
use crate::samples::{Sides, Stage};
use crate::side::Name;
use crate::workers::Workers;

/// Rounds of each triple: visits of each of its processes to each workload.
pub const ROUNDS: usize = 3;

/// The workers of base, base again and head, and what they are handed.
pub struct Pairing<'a> {
    /// The oracle, and what is known of contenders.
    pub registry: &'a Registry,
    crews: Sides<Crew>,
    workers: Workers,
    conditions: Conditions<'a>,
}

/// Where and how workers run.
#[derive(Debug, Clone)]
pub struct Conditions<'a> {
    /// The processor that all workers stay on.
    pub processor: usize,
    /// A folder for inputs and notes, which the caller removes.
    pub scratch: &'a Path,
    /// Seeds the orders.
    pub seed: u64,
    /// Stops the workers from another thread.
    pub halt: Halt,
}

/// What has been measured, for a display of progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Triples of this stage that are complete.
    pub triples: usize,
    /// Triples that the stage has.
    pub of: usize,
}

impl<'a> Pairing<'a> {
    /// Greets a worker of each side, which ends again.
    ///
    /// # Errors
    /// A worker cannot be started, or speaks another version of the protocol.
    pub fn new(
        registry: &'a Registry,
        workers: &Workers,
        conditions: Conditions<'a>,
    ) -> Result<Self, GateError> {
        let crew = |role: &str, side, command: &WorkerCommand| {
            let folder = conditions.scratch.join(role);
            std::fs::create_dir_all(&folder).map_err(GateError::io(&folder))?;
            let setup = CrewSetup {
                command: command.clone(),
                folder,
                processes: 1,
                pin: Some(conditions.processor),
                memory_bytes: memory_limit_bytes(None),
                halt: conditions.halt.clone(),
            };
            let mut crew = Crew::start(setup).map_err(|error| refused(side, error))?;
            crew.dismiss();
            Ok::<_, GateError>(crew)
        };
        let crews = Sides {
            base: crew("base", Name::Base, &workers.base)?,
            again: crew("again", Name::Base, &workers.base)?,
            head: crew("head", Name::Head, &workers.head)?,
        };
        Ok(Self { registry, crews, workers: workers.clone(), conditions })
    }

    /// The same with other programs.
    ///
    /// # Errors
    /// As [`Pairing::new`].
    pub fn with_workers(&self, workers: &Workers) -> Result<Self, GateError> {
        Self::new(self.registry, workers, self.conditions.clone())
    }

    /// Counts the instructions of the rows that are left, but not those of the sentinels.
    ///
    /// # Errors
    /// As [`instructions::count`].
    pub fn count(&self, rows: &Rows) -> Result<Counted, GateError> {
        let wanted = rows.measured().into_iter().filter(|row| !rows.sentinels.contains(row)).collect();
        let Conditions { scratch, halt, .. } = &self.conditions;
        instructions::count(self.registry, &self.workers, &rows.jobs, &wanted, (scratch, halt))
    }

    /// Whether all workers could stay on their processor.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        let Sides { base, again, head } = &self.crews;
        [base, again, head].iter().all(|crew| crew.pinned_to.is_some())
    }

    /// What this machine and the head's interpreter are: samples of other facts are not added to.
    #[must_use]
    pub fn facts(&self) -> String {
        let facts = breakeven_measure::environment::machine_facts();
        let all = facts.iter().chain(&self.crews.base.facts).chain(&self.crews.head.facts);
        all.map(|(name, value)| format!("{name}={value}\n")).collect()
    }

    /// Goes on with a stage until it has so many triples. `done` is called after each of them with the stage so far.
    ///
    /// # Errors
    /// Halted, a worker cannot be started, or `done` fails; the stage holds the triples before.
    pub fn measure(
        &mut self,
        name: &str,
        jobs: &[Job],
        stage: &mut Stage,
        triples: usize,
        done: &mut dyn FnMut(&Stage, Done) -> Result<(), GateError>,
    ) -> Result<(), GateError> {
        if stage.triples >= triples || jobs.is_empty() {
            return Ok(());
        }
        let seed = derive_seed(self.conditions.seed, name, 0);
        let mut handed = Vec::new();
        for (number, job) in jobs.iter().enumerate() {
            handed.push(self.hand_over(job, stage, &format!("{name}-{number}"))?);
        }
        let orders = order::block(3, derive_seed(seed, "triples", 0));
        while stage.triples < triples {
            let triple = stage.triples;
            for (job, handed) in jobs.iter().zip(&mut handed) {
                for round in 0..ROUNDS {
                    let process = triple * ROUNDS + round;
                    for &side in &orders[process % orders.len()] {
                        self.visit(job, handed, side, (triple, process), seed)?;
                    }
                }
            }
            self.crews.each_mut().into_iter().for_each(Crew::dismiss);
            stage.workloads = handed.iter().map(|handed| handed.tallies.map(Tally::finish)).collect();
            stage.triples += 1;
            done(stage, Done { triples: stage.triples, of: triples })?;
        }
        Ok(())
    }

    /// Writes the inputs of a job, from the registry of this program, and takes up what is measured of it.
    fn hand_over(&self, job: &Job, stage: &Stage, name: &str) -> Result<Handed, GateError> {
        let folder = self.conditions.scratch.join(name);
        std::fs::create_dir_all(&folder).map_err(GateError::io(&folder))?;
        let inputs = (job.inputs)();
        let (files, expected) = run::hand_over(self.registry, job, &inputs, &folder)
            .map_err(|error| GateError::Run(error.into()))?;
        let known = stage.workloads.iter().find(|known| known.base.id == job.workload.id);
        let tallies = match known {
            Some(known) => known.map(|record| Tally::resume(record, &[])),
            None => [(); 3].map(|()| Tally::new(self.registry, job, &inputs, &files)).into(),
        };
        Ok(Handed { files, expected, tallies })
    }

    fn visit(
        &mut self,
        job: &Job,
        handed: &mut Handed,
        side: usize,
        (worker, process): (usize, usize),
        seed: u64,
    ) -> Result<(), GateError> {
        let Handed { files, expected, tallies } = handed;
        let plan = VisitPlan { job, inputs: files, expected, seed, purpose: Purpose::Measure };
        let (crews, tallies) = (self.crews.each_mut(), tallies.each_mut());
        for place in Place::ALL {
            let seat = Seat { worker, process, place, first: process == 0 };
            run::take_turn(crews[side], &plan, tallies[side], seat, &mut |_| {})?;
        }
        Ok(())
    }
}

/// What one workload is measured with.
struct Handed {
    files: Vec<InputFile>,
    expected: Vec<InputFile>,
    tallies: Sides<Tally>,
}

/// A worker that dies while it is greeted, or refuses, is one of another version.
fn refused(side: Name, error: CrewError) -> GateError {
    match error {
        CrewError::Refused(reason) => GateError::OtherProtocol { side, reason },
        died @ CrewError::Died { .. } => GateError::OtherProtocol { side, reason: died.to_string() },
        other => GateError::from(run::RunError::Crew(other)),
    }
}
