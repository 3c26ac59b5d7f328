//! How often do intervals and verdicts of a run hold the truth?
//!
//! Whole runs on a scripted clock. Visits, calibration, rounds, single calls, tally, ratios, intervals and
//! verdicts are those of every run; only the processes, their pipes and the work are simulated. The time of a
//! contender follows from its true ratio and a `Disturbance`, so [`proof`] can count how often the verdicts are
//! right. docs/validation.md has the tables.

mod actor;
pub mod alternative;
pub mod disturbance;
pub mod gate;
pub mod interleaving;
mod machine;
pub mod proof;
pub mod scenario;
pub mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use breakeven_estimate::unresolved;
use breakeven_measure::clock::Scripted;
use breakeven_measure::input_file::{InputFile, InputFileError};
use breakeven_measure::job::Job;
use breakeven_measure::order::{self, derive_seed};
use breakeven_measure::protocol::Purpose;
use breakeven_measure::registry::Registry;
use breakeven_measure::tally::{Tally, Turn, VisitPlan};
use breakeven_measure::visit::visit_with;
use breakeven_problem::{Answer, Contender, Data, Distribution, Task, Workload};
use breakeven_record::WorkloadRecord;
use breakeven_record::contender_id::{AA_CONTROL, REFERENCE};
use breakeven_record::place::Place;

use self::actor::{Actor, RIGHT};
use self::machine::{Machine, MachineWatch};
use self::scenario::{Affected, Scenario, Work};
use crate::interleaving::Interleaving;

/// Id of the baseline of every simulated run.
pub const BASELINE: &str = "rust/baseline";

/// Rows of a simulated recording: three minutes.
const ROWS: usize = 18_000;

/// How many stages a run may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stages {
    /// Stages at most; each adds as many processes.
    pub most: usize,
    /// Comparisons that the verdicts are widened for which decide whether there is a further stage.
    pub comparisons: usize,
}

impl Stages {
    /// One stage, whether verdicts are resolved or not.
    pub const ONE: Stages = Stages { most: 1, comparisons: 1 };
}

/// Makes runs of a scenario.
pub struct Simulator {
    processes: usize,
    interleaving: Interleaving,
    machine: Arc<Machine>,
    registry: Registry,
    job: Job,
    data: Vec<Data>,
    files: Vec<InputFile>,
    // the folder is removed when the simulator is dropped
    _folder: tempfile::TempDir,
}

impl Simulator {
    /// A simulator of this scenario.
    ///
    /// # Errors
    /// The input, which visits read from a file as always, cannot be written.
    pub fn new(scenario: Scenario) -> Result<Self, InputFileError> {
        let folder = tempfile::tempdir()
            .map_err(|source| InputFileError::Io { path: std::env::temp_dir(), source })?;
        let (workload, data) = workload(scenario.work);
        let files = vec![InputFile::write(folder.path(), "input", &data[0])?];
        let machine = Arc::new(Machine::new(scenario));
        let ids = [BASELINE, AA_CONTROL, REFERENCE]
            .into_iter()
            .chain(scenario.contenders.iter().map(|known| known.id));
        let registry = Registry {
            contenders: contenders(scenario, &workload, &machine),
            expected: |_, _| Answer::Value(RIGHT),
            facts: || Ok(BTreeMap::new()),
        };
        let job = Job {
            workload,
            inputs: Box::new(Vec::new),
            note: None,
            baseline: BASELINE.to_owned(),
            contenders: ids.map(str::to_owned).collect(),
            whole_call: None,
            expected: None,
            known: BTreeMap::new(),
        };
        let Scenario { processes, interleaving, .. } = scenario;
        Ok(Self { processes, interleaving, machine, registry, job, data, files, _folder: folder })
    }

    /// The record of the workload from one run, drawn from `seed`.
    ///
    /// # Errors
    /// The input's file cannot be read.
    pub fn run(&self, seed: u64, stages: Stages) -> Result<WorkloadRecord, InputFileError> {
        self.machine.restart(seed);
        let mut tally = Tally::new(&self.registry, &self.job, &self.data, &self.files);
        for stage in 0..stages.most {
            let order =
                order::shuffled(self.processes, derive_seed(seed, &self.job.workload.id, stage as u64));
            for (visits, process) in order.into_iter().enumerate() {
                self.visit(&mut tally, seed, stage * self.processes + process, visits + stage == 0)?;
            }
            let measured = tally.finish();
            if stage + 1 == stages.most || unresolved(&measured, stages.comparisons).is_empty() {
                return Ok(measured);
            }
        }
        Ok(tally.finish())
    }

    fn visit(&self, tally: &mut Tally, seed: u64, process: usize, first: bool) -> Result<(), InputFileError> {
        self.machine.enter(process);
        let turn = Turn { process, place: Place::Worker, first, crashed: &BTreeSet::new() };
        let plan =
            VisitPlan { job: &self.job, inputs: &self.files, expected: &[], seed, purpose: Purpose::Measure };
        let Some(request) = tally.visit(&plan, turn) else { return Ok(()) };
        let clock: &Scripted = self.machine.clock();
        let mut watch = MachineWatch(&self.machine);
        tally.add(turn, visit_with(&self.registry, clock, &mut watch, &request, self.interleaving.steps())?);
        Ok(())
    }
}

/// A workload for the actors, which make no use of its values.
fn workload(work: Work) -> (Workload, Vec<Data>) {
    let workload = match work {
        Work::Short | Work::Long | Work::Single => {
            Workload::whole(Distribution::Uniform, 4, "simulated").with_one_input()
        }
        Work::Recorded(_) => Workload::recording(Task::Feedback, "simulated", ROWS, 1, "simulated"),
    };
    let data = vec![Data::Series(vec![0.0; workload.length])];
    (workload, data)
}

fn contenders(scenario: Scenario, workload: &Workload, machine: &Arc<Machine>) -> Vec<Box<dyn Contender>> {
    let Scenario { work, disturbance, affected, between, .. } = scenario;
    let baseline_ns = work.baseline_ns();
    // so that the median of the ratio over processes is the ratio of the scenario
    let median = disturbance.median_factor(between);
    let others_ns = match affected {
        Affected::Contenders => baseline_ns / median,
        Affected::Baseline => baseline_ns * median,
    };
    let (cost, units) = match work {
        Work::Recorded(cost) => (Some(cost), workload.units(workload.length)),
        Work::Short | Work::Long | Work::Single => (None, 1),
    };
    let baseline = Actor::undisturbed(BASELINE, baseline_ns, machine)
        .disturbed((affected == Affected::Baseline).then_some(0))
        .costing(cost, units);
    let reference = Actor::undisturbed(REFERENCE, 2_000.0, machine);
    let others = scenario.contenders.iter().enumerate().map(|(number, known)| {
        Actor::undisturbed(known.id, known.ratio * others_ns, machine)
            .disturbed((affected == Affected::Contenders).then_some(number))
            .costing(cost, units)
    });
    [baseline, reference]
        .into_iter()
        .chain(others)
        .map(|actor| Box::new(actor) as Box<dyn Contender>)
        .collect()
}
