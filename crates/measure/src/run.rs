//! How does a run go?
//!
//! Workload by workload: its inputs and the oracle's answers are written to files, the workers are
//! visited one at a time in an order drawn from the seed, and what they found is added to the record,
//! which is written before the next workload begins. Nothing else happens while a worker measures.

use std::collections::BTreeSet;
use std::path::Path;

use breakeven_problem::{Answer, Data, Workload};

use crate::crew::{Answered, Crew, CrewError, Culprit};
use crate::environment::{Ticks, context_now};
use crate::estimate::{EXTRAPOLATION_LIMIT, Estimate, does_not_extrapolate};
use crate::input_file::{InputFile, InputFileError};
use crate::order;
use crate::protocol::{Asked, Pace, Purpose, Reply, Request, Visit, Visited};
use crate::record::{ContenderRecord, InputRecord, Outcome, Record, RecordError, Run, Tier, WorkloadRecord};
use crate::visit::Registry;

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
}

/// What is happening, for whoever shows it.
#[derive(Debug, Clone, PartialEq)]
pub enum Event<'a> {
    /// A workload begins: number, of how many.
    Began {
        /// From 0.
        number: usize,
        /// The workload.
        workload: &'a Workload,
    },
    /// A process has been visited.
    Visited {
        /// How many have been, of this workload.
        visits: usize,
        /// The workload.
        workload: &'a Workload,
    },
    /// A contender took a worker down.
    Crashed {
        /// Which, and how.
        culprit: &'a Culprit,
    },
    /// A workload is finished and written.
    Finished {
        /// What was measured.
        workload: &'a WorkloadRecord,
    },
}

/// A run that could not go on. Workloads finished before are in the record's file.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The workers.
    #[error(transparent)]
    Crew(#[from] CrewError),
    /// The record's file.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The files for the workers.
    #[error("cannot hand an input to the workers: {0}")]
    Input(#[from] InputFileError),
}

/// Measures every job, adding each to the record and writing it to `path`.
///
/// # Errors
/// Halted, a worker cannot be had, or a file cannot be written.
pub fn run(
    registry: &Registry,
    crew: &mut Crew,
    jobs: &[Job],
    record: &mut Record,
    files: Files<'_>,
    show: &mut dyn FnMut(Event<'_>),
) -> Result<(), RunError> {
    let start = Ticks::now();
    for (number, job) in jobs.iter().enumerate() {
        show(Event::Began { number, workload: &job.workload });
        let task = Measuring {
            registry,
            job,
            seed: record.plan.seed,
            purpose: Purpose::Measure,
            scratch: files.scratch,
        };
        let measured = measure(crew, task, show)?;
        record.workloads.push(measured);
        record.complete = number + 1 == jobs.len();
        let steal = Ticks::now().steal_percent_since(start);
        record.environment.context.extend(context_now());
        record.environment.context.insert("steal_percent".to_owned(), format!("{steal:.2}"));
        record.write(files.record)?;
        if let Some(workload) = record.workloads.last() {
            show(Event::Finished { workload });
        }
    }
    Ok(())
}

/// Where a run writes.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// The record.
    pub record: &'a Path,
    /// A folder for inputs, emptied by whoever made it.
    pub scratch: &'a Path,
}

/// Only verifies every contender of a job, in each of the crew's workers; nothing is timed or written.
///
/// # Errors
/// Halted, or a worker cannot be had.
pub fn verify(
    registry: &Registry,
    crew: &mut Crew,
    job: &Job,
    seed: u64,
    scratch: &Path,
    show: &mut dyn FnMut(Event<'_>),
) -> Result<WorkloadRecord, RunError> {
    measure(crew, Measuring { registry, job, seed, purpose: Purpose::Verify, scratch }, show)
}

/// One workload on its way through the crew.
#[derive(Clone, Copy)]
struct Measuring<'a> {
    registry: &'a Registry,
    job: &'a Job,
    seed: u64,
    purpose: Purpose,
    scratch: &'a Path,
}

fn measure(
    crew: &mut Crew,
    measuring: Measuring<'_>,
    show: &mut dyn FnMut(Event<'_>),
) -> Result<WorkloadRecord, RunError> {
    let Measuring { registry, job, seed, purpose, scratch } = measuring;
    let inputs = (job.inputs)();
    let (input_files, expected) = hand_over(registry, job, &inputs, scratch)?;
    let mut merging = Merging::new(registry, job, &inputs, &input_files);
    drop(inputs);
    let order = order::shuffled(crew.processes(), order::derive_seed(seed, &job.workload.id, 0));
    for (visits, process) in order.into_iter().enumerate() {
        loop {
            let visit = Visit {
                workload: job.workload.clone(),
                inputs: input_files.clone(),
                expected: expected.clone(),
                baseline: job.baseline.clone(),
                contenders: merging.ask(job, visits == 0),
                seed: order::derive_seed(seed, &job.workload.id, 1 + process as u64),
                purpose,
            };
            match crew.ask(process, &Request::Visit(Box::new(visit)))? {
                Answered::Reply(Reply::Visited { contenders }) => {
                    merging.add(process, contenders);
                    break;
                }
                Answered::Reply(Reply::Error { message }) => return Err(CrewError::Refused(message).into()),
                Answered::Reply(Reply::Hello { .. }) => {
                    return Err(CrewError::Refused("a worker said hello twice".to_owned()).into());
                }
                Answered::Died(culprit) => {
                    show(Event::Crashed { culprit: &culprit });
                    if !merging.crashed(process, &culprit) {
                        // nobody who could be left out: asking again would end the same way
                        return Err(CrewError::Died { how: culprit.how, output: String::new() }.into());
                    }
                }
            }
        }
        show(Event::Visited { visits: visits + 1, workload: &job.workload });
    }
    for file in input_files.iter().chain(&expected) {
        // a file left behind is removed with its folder
        let _ = std::fs::remove_file(&file.path);
    }
    Ok(merging.finish())
}

/// Writes the inputs, and the oracle's answers where they do not depend on the prefix.
fn hand_over(
    registry: &Registry,
    job: &Job,
    inputs: &[Data],
    scratch: &Path,
) -> Result<(Vec<InputFile>, Vec<InputFile>), InputFileError> {
    let (mut files, mut expected) = (Vec::new(), Vec::new());
    for (number, input) in inputs.iter().enumerate() {
        files.push(InputFile::write(scratch, &format!("input-{number}"), input)?);
        if input.series().is_some() {
            let values = match (registry.expected)(&job.workload, input) {
                Answer::Value(value) => vec![value],
                Answer::Series(values) => values,
                Answer::Nothing | Answer::Count(_) => continue,
            };
            expected.push(InputFile::write(scratch, &format!("expected-{number}"), &Data::Series(values))?);
        }
    }
    Ok((files, expected))
}

/// One workload's record while its processes come in.
struct Merging {
    record: WorkloadRecord,
    paces: Vec<Option<Pace>>,
    out: BTreeSet<String>,
}

impl Merging {
    fn new(registry: &Registry, job: &Job, inputs: &[Data], files: &[InputFile]) -> Self {
        let workload = &job.workload;
        let contenders: Vec<ContenderRecord> =
            job.contenders.iter().map(|id| unmeasured(registry, job, id)).collect();
        let record = WorkloadRecord {
            id: workload.id.clone(),
            task: workload.task.word().to_owned(),
            why: workload.why.clone(),
            input: input_record(job, inputs, files),
            length: workload.length,
            window: workload.window,
            ddof: workload.ddof,
            units: workload.units(workload.length),
            baseline: job.baseline.clone(),
            contenders,
        };
        Self { paces: vec![None; record.contenders.len()], record, out: BTreeSet::new() }
    }

    /// Whom to ask for, and at what pace: those who are out are left out.
    fn ask(&self, job: &Job, first: bool) -> Vec<Asked> {
        let asked = self.record.contenders.iter().zip(&self.paces).map(|(contender, pace)| Asked {
            id: contender.id.clone(),
            pace: pace.clone(),
            whole_call: first && job.whole_call.as_ref() == Some(&contender.id),
        });
        asked.filter(|asked| !self.out.contains(&asked.id)).collect()
    }

    fn add(&mut self, process: usize, visited: Vec<Visited>) {
        for found in visited {
            let Some(index) = self.record.contenders.iter().position(|known| known.id == found.id) else {
                continue;
            };
            let contender = &mut self.record.contenders[index];
            if self.paces[index].is_none() {
                self.paces[index].clone_from(&found.pace);
            }
            match found.outcome {
                Outcome::Measured => {}
                Outcome::KnownWrong => {
                    contender.outcome = Outcome::KnownWrong;
                    contender.reason = found.reason;
                }
                Outcome::Wrong | Outcome::Absent | Outcome::Failed => {
                    self.out.insert(found.id.clone());
                    contender.outcome = found.outcome;
                    contender.reason =
                        found.reason.map(|reason| format!("{reason}{}", in_process(process, found.outcome)));
                    contender.install = found.install;
                }
            }
            contender.version = found.version.or(contender.version.take());
            contender.tier = found.pace.as_ref().map(tier).or(contender.tier);
            contender.prepare_ns.extend(found.prepare_ns);
            contender.max_ulp = larger(contender.max_ulp, found.max_ulp);
            contender.max_relative = larger(contender.max_relative, found.max_relative);
            contender.answer = found.answer.or(contender.answer.take());
            contender.runs.extend(found.samples.into_iter().map(|samples| Run { process, samples }));
        }
    }

    /// Marks the culprit as failed; `false` where it is nobody of this workload, or out already.
    fn crashed(&mut self, process: usize, culprit: &Culprit) -> bool {
        let found =
            self.record.contenders.iter_mut().find(|contender| contender.id == culprit.note.contender);
        let Some(contender) = found else { return false };
        contender.outcome = Outcome::Failed;
        contender.reason = Some(format!("{} in {} (process {process})", culprit.how, culprit.note.phase));
        self.out.insert(culprit.note.contender.clone())
    }

    /// The finished record: who does not extrapolate has failed.
    fn finish(mut self) -> WorkloadRecord {
        let off: Vec<Option<Estimate>> = self
            .record
            .contenders
            .iter()
            .map(|known| does_not_extrapolate(&self.record, &known.id))
            .collect();
        for (contender, off) in self.record.contenders.iter_mut().zip(off) {
            if let (Some(off), Outcome::Measured | Outcome::KnownWrong) = (off, contender.outcome) {
                contender.outcome = Outcome::Failed;
                contender.reason = Some(format!(
                    "does not extrapolate: a third prefix was predicted {:.1} % off ({:.1} to {:.1} over the processes), more than {:.0} %",
                    100.0 * off.value,
                    100.0 * off.low,
                    100.0 * off.high,
                    100.0 * EXTRAPOLATION_LIMIT
                ));
            }
        }
        self.record
    }
}

fn in_process(process: usize, outcome: Outcome) -> String {
    if outcome == Outcome::Failed { format!(" (process {process})") } else { String::new() }
}

fn tier(pace: &Pace) -> Tier {
    match pace {
        Pace::Rounds { .. } => Tier::Rounds,
        Pace::Slow { .. } => Tier::Slow,
    }
}

fn larger(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    }
}

/// What is known of a contender before it is visited.
fn unmeasured(registry: &Registry, job: &Job, id: &str) -> ContenderRecord {
    let contender = registry.find(id, &job.workload, &job.baseline);
    let about = contender.map(breakeven_problem::Contender::about);
    ContenderRecord {
        id: id.to_owned(),
        version: None,
        input: about.map_or("nothing", |about| about.input.word()).to_owned(),
        precision: about.map_or("control", |about| about.contract.word()).to_owned(),
        threads: about.map_or(1, |about| about.threads),
        isa: contender.and_then(breakeven_problem::Contender::isa).map(str::to_owned),
        outcome: Outcome::Measured,
        reason: None,
        install: None,
        tier: None,
        prepare_ns: Vec::new(),
        max_ulp: None,
        max_relative: None,
        answer: None,
        runs: Vec::new(),
    }
}

fn input_record(job: &Job, inputs: &[Data], files: &[InputFile]) -> InputRecord {
    use breakeven_problem::Source;
    let (kind, name) = match &job.workload.source {
        Source::Seeded(distribution) => ("seeded", distribution.word().to_owned()),
        Source::Recording { name, .. } => ("recording", name.clone()),
    };
    let channels = inputs.first().and_then(Data::recording).map_or(1, |signal| signal.channels().len());
    let dtype = if inputs.first().is_some_and(|input| input.series().is_some()) { "f64" } else { "i16" };
    InputRecord {
        kind: kind.to_owned(),
        name,
        note: job.note.clone(),
        sha256: files.iter().map(|file| file.sha256.clone()).collect(),
        rows: job.workload.length,
        channels,
        dtype: dtype.to_owned(),
    }
}
