//! Does a run find what is there to be found?
//!
//! Whole runs on a scripted clock. Visits, calibration, rounds, slow calls, tally, ratios, intervals and
//! verdicts are those of every run: only the process, its pipe and the work are not there. A contender
//! costs what a [`Disturbance`] lets it cost, so the true ratio is known, and [`proof`] counts how often
//! the verdicts are right. docs/method.md has the table that comes of it.

mod actor;
pub mod alternative;
pub mod disturbance;
mod machine;
pub mod proof;
pub mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use breakeven_problem::{Answer, Contender, Data, Distribution, Workload};

use self::actor::{Actor, RIGHT};
use self::disturbance::Disturbance;
use self::machine::Machine;
use crate::clock::Scripted;
use crate::companion::Place;
use crate::estimate::{RULER, TWIN, unresolved};
use crate::input_file::{InputFile, InputFileError};
use crate::order::{self, derive_seed};
use crate::protocol::{Purpose, Visit};
use crate::record::{Tier, WorkloadRecord};
use crate::run::Job;
use crate::tally::{Tally, Turn};
use crate::visit::{Registry, Watch, visit};

/// Processes of a run by default.
pub const PROCESSES: usize = 10;

/// Id of the baseline of every simulated run.
pub const BASELINE: &str = "rust/baseline";

/// One contender of a simulated run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Simulated {
    /// Its id.
    pub id: &'static str,
    /// Its time over the baseline's: the median over the population of processes.
    pub ratio: f64,
}

/// What is simulated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scenario {
    /// The kind of noise.
    pub disturbance: Disturbance,
    /// Standard deviation between processes of the logarithm of each contender's time, each on its own: that
    /// of a ratio is 1.4 times as large.
    pub between: f64,
    /// Batches in rounds, or single calls between rulers.
    pub tier: Tier,
    /// Processes of one look.
    pub processes: usize,
    /// Everybody beside the baseline, its twin and the ruler.
    pub contenders: &'static [Simulated],
}

/// How often a run is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looks {
    /// At most; each adds as many processes.
    pub most: usize,
    /// Comparisons that decide whether another one is needed.
    pub comparisons: usize,
}

impl Looks {
    /// One, whatever comes of it.
    pub const ONE: Looks = Looks { most: 1, comparisons: 1 };
}

/// Makes runs of a scenario.
pub struct Simulator {
    processes: usize,
    machine: Arc<Machine>,
    registry: Registry,
    job: Job,
    data: Vec<Data>,
    files: Vec<InputFile>,
    // removed with it
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
        let workload = Workload::whole(Distribution::Uniform, 4, "simulated").with_one_input();
        let data = vec![Data::Series(vec![0.0; workload.length])];
        let files = vec![InputFile::write(folder.path(), "input", &data[0])?];
        let machine = Arc::new(Machine::new(scenario.disturbance, scenario.between));
        let ids = [BASELINE, TWIN, RULER].into_iter().chain(scenario.contenders.iter().map(|known| known.id));
        let job = Job {
            workload,
            inputs: Box::new(Vec::new),
            note: None,
            baseline: BASELINE.to_owned(),
            contenders: ids.map(str::to_owned).collect(),
            whole_call: None,
            expected: None,
        };
        let registry = Registry {
            contenders: contenders(scenario, &machine),
            expected: |_, _| Answer::Value(RIGHT),
            facts: || Ok(BTreeMap::new()),
        };
        Ok(Self { processes: scenario.processes, machine, registry, job, data, files, _folder: folder })
    }

    /// One run, drawn from `seed`: what its record would hold of the workload.
    ///
    /// # Errors
    /// The input's file has gone.
    pub fn run(&self, seed: u64, looks: Looks) -> Result<WorkloadRecord, InputFileError> {
        self.machine.restart(seed);
        let mut tally = Tally::new(&self.registry, &self.job, &self.data, &self.files);
        for look in 0..looks.most {
            let order =
                order::shuffled(self.processes, derive_seed(seed, &self.job.workload.id, look as u64));
            for (visits, process) in order.into_iter().enumerate() {
                self.visit(&mut tally, seed, look * self.processes + process, visits + look == 0)?;
            }
            let measured = tally.finish();
            if look + 1 == looks.most || unresolved(&measured, looks.comparisons).is_empty() {
                return Ok(measured);
            }
        }
        Ok(tally.finish())
    }

    fn visit(&self, tally: &mut Tally, seed: u64, process: usize, first: bool) -> Result<(), InputFileError> {
        self.machine.enter(process);
        let turn = Turn { process, place: Place::Worker, first, crashed: &BTreeSet::new() };
        let asked = Visit {
            workload: self.job.workload.clone(),
            inputs: self.files.clone(),
            expected: Vec::new(),
            baseline: self.job.baseline.clone(),
            contenders: tally.ask(&self.job, turn),
            seed: derive_seed(seed, &self.job.workload.id, 1 + process as u64),
            purpose: Purpose::Measure,
            place: Place::Worker,
        };
        let clock: &Scripted = self.machine.clock();
        tally.add(turn, visit(&self.registry, clock, &mut Nobody, &asked)?);
        Ok(())
    }
}

fn contenders(scenario: Scenario, machine: &Arc<Machine>) -> Vec<Box<dyn Contender>> {
    let baseline_ns = match scenario.tier {
        Tier::Rounds => 1_000.0,
        Tier::Slow => 40_000_000.0,
    };
    // so that the median over processes of what is timed is the ratio that was asked for
    let undisturbed_ns = baseline_ns / scenario.disturbance.median_factor(scenario.between);
    let baseline = Actor::undisturbed(BASELINE, baseline_ns, machine);
    let ruler = Actor::undisturbed(RULER, 2_000.0, machine);
    let others = scenario.contenders.iter().enumerate();
    let others = others
        .map(|(number, known)| Actor::disturbed(known.id, known.ratio * undisturbed_ns, machine, number));
    [baseline, ruler].into_iter().chain(others).map(|actor| Box::new(actor) as Box<dyn Contender>).collect()
}

/// Nobody waits for what takes no time.
struct Nobody;

impl Watch for Nobody {
    fn begin(&mut self, _: &str, _: &str, _: u64) {}

    fn end(&mut self) {}

    fn give_up(&mut self, _: &str) {}
}
