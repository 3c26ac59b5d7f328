//! In which order does a run measure, and when does it write?
//!
//! Workload by workload: its inputs and the oracle's answers are written to files, the workers are
//! visited one at a time in an order drawn from the seed, and what they found is added to the record,
//! which is written before the next workload begins. Nothing else happens while a worker measures.

use std::collections::BTreeSet;
use std::path::Path;

use breakeven_estimate::policy;
use breakeven_problem::{Data, Workload};
use breakeven_record::place::Place;
use breakeven_record::stages::CompletedStages;
use breakeven_record::{Record, RecordError, WorkloadRecord};

use crate::clock::{Clock, Monotonic, tick_ns};
use crate::cpu_time::{Moment, Ticks};
use crate::crew::{CrashReport, Crew, CrewError, Response};
use crate::environment::context_now;
use crate::input_file::{InputFile, InputFileError};
use crate::job::Job;
use crate::order;
use crate::protocol::{Purpose, Reply, Request, Visited};
use crate::registry::Registry;
use crate::tally::{AfterCrash, Tally, Turn, VisitPlan};

/// What is happening, for a display of progress.
#[derive(Debug, Clone, PartialEq)]
pub enum Event<'a> {
    /// A stage of a workload begins.
    Began {
        /// The number of the workload, from 0.
        number: usize,
        /// 0 for the first stage of the workload.
        stage: usize,
        /// The workload.
        workload: &'a Workload,
    },
    /// A process has been visited.
    Visited {
        /// Processes visited so far, in this stage of the workload.
        visits: usize,
        /// The workload.
        workload: &'a Workload,
    },
    /// A contender took a worker down.
    Crashed {
        /// Which contender, and how.
        report: &'a CrashReport,
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
/// Where the plan has several stages, workloads with a verdict that is not resolved are measured in a further stage
/// afterwards, by new processes, and their entries are replaced; those that the record holds already are resumed with
/// the stage that comes next. Where there is a budget, no stage begins that it does not allow: a first stage needs any
/// time left, a further one as much as the workload's last stage took.
///
/// # Errors
/// Halted, a worker cannot be started, or a file cannot be written.
pub fn run(
    registry: &Registry,
    crew: &mut Crew,
    jobs: &[Job],
    record: &mut Record,
    files: Files<'_>,
    budget: Budget<'_>,
    show: &mut dyn FnMut(Event<'_>),
) -> Result<(), RunError> {
    let start = Ticks::now();
    let tick_ns = tick_ns(&Monotonic::new());
    let mut tallies: Vec<Option<Tally>> = jobs.iter().map(|_| None).collect();
    for stage in 0..record.plan.stages {
        let is_due = |job: &Job| {
            let id = &job.workload.id;
            record.stages_of(id) == stage && policy::is_open(record, id) && budget.allows(last_ns(record, id))
        };
        let due: Vec<usize> = (0..jobs.len()).filter(|&number| is_due(&jobs[number])).collect();
        if stage > 0 && !due.is_empty() {
            crew.dismiss();
        }
        for number in due {
            if !budget.allows(last_ns(record, &jobs[number].workload.id)) {
                continue;
            }
            let (job, began_ns) = (&jobs[number], budget.spent_ns());
            show(Event::Began { number, stage, workload: &job.workload });
            let seed = record.plan.seed;
            let task = Measuring { registry, job, seed, purpose: Purpose::Measure, scratch: files.scratch };
            let then = Moment::now(crew.used());
            let known = record.workload(&job.workload.id);
            let tally = tallies[number].take().or_else(|| Some(Tally::resume(known?, &record.crashes)));
            let tally = measure(crew, task, tally, stage, show)?;
            let conditions = Moment::now(crew.used()).conditions_since(then, tick_ns);
            let measured = tally.finish();
            record.crashes = crew.crashes().to_vec();
            let mut warnings = breakeven_estimate::warnings::crashed_once(&measured, &record.crashes);
            warnings.extend(breakeven_estimate::warnings::warnings(&measured, &conditions));
            if record.plan.stages > 1 {
                let stages = CompletedStages { count: stage + 1, last_ns: budget.spent_ns() - began_ns };
                record.completed_stages.insert(measured.id.clone(), stages);
            }
            record.replace(measured, warnings);
            tallies[number] = policy::is_open(record, &job.workload.id).then_some(tally);
            let steal = Ticks::now().steal_percent_since(start);
            record.environment.context.extend(context_now());
            record.environment.context.insert("steal_percent".to_owned(), format!("{steal:.2}"));
            record.write(files.record)?;
            if let Some(workload) = record.workload(&job.workload.id) {
                show(Event::Finished { workload });
            }
        }
    }
    Ok(())
}

/// Nanoseconds that the last stage of a workload took; 0 where there has been none.
fn last_ns(record: &Record, id: &str) -> u64 {
    record.completed_stages.get(id).map_or(0, |stages| stages.last_ns)
}

/// How long a run may take.
#[derive(Clone, Copy)]
pub struct Budget<'a> {
    /// The clock; the budget is counted from its zero.
    pub clock: &'a dyn Clock,
    /// Nanoseconds; none for no limit.
    pub limit_ns: Option<u64>,
}

impl Budget<'_> {
    fn spent_ns(&self) -> u64 {
        self.clock.now_ns()
    }

    /// Whether a stage may begin that is expected to take so long.
    fn allows(&self, ns: u64) -> bool {
        self.limit_ns.is_none_or(|limit| self.spent_ns().saturating_add(ns.max(1)) <= limit)
    }
}

/// Where a run writes.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// The record.
    pub record: &'a Path,
    /// A folder for inputs, which the caller removes.
    pub scratch: &'a Path,
}

/// Only verifies every contender of a job, in each of the crew's workers; nothing is timed or written.
///
/// # Errors
/// Halted, or a worker cannot be started.
pub fn verify(
    registry: &Registry,
    crew: &mut Crew,
    job: &Job,
    seed: u64,
    scratch: &Path,
    show: &mut dyn FnMut(Event<'_>),
) -> Result<WorkloadRecord, RunError> {
    let task = Measuring { registry, job, seed, purpose: Purpose::Verify, scratch };
    Ok(measure(crew, task, None, 0, show)?.finish())
}

/// What the visits of one workload have in common.
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
    tally: Option<Tally>,
    stage: usize,
    show: &mut dyn FnMut(Event<'_>),
) -> Result<Tally, RunError> {
    let Measuring { registry, job, seed, purpose, scratch } = measuring;
    let inputs = (job.inputs)();
    let (input_files, expected) = hand_over(registry, job, &inputs, scratch)?;
    let mut tally = tally.unwrap_or_else(|| Tally::new(registry, job, &inputs, &input_files));
    drop(inputs);
    let plan = VisitPlan { job, inputs: &input_files, expected: &expected, seed, purpose };
    let name = if stage == 0 { job.workload.id.clone() } else { format!("{} again", job.workload.id) };
    let order = order::shuffled(crew.processes(), order::derive_seed(seed, &name, stage as u64));
    for (visits, process) in order.into_iter().enumerate() {
        let process = stage * crew.processes() + process;
        // a worker, then its companions: a contender that crashes in the worker is timed in quarantine, which comes
        // last
        for place in Place::ALL {
            let seat = Seat { worker: process, process, place, first: visits + stage == 0 };
            take_turn(crew, &plan, &mut tally, seat, show)?;
        }
        show(Event::Visited { visits: visits + 1, workload: &job.workload });
    }
    for file in input_files.iter().chain(&expected) {
        // a file that cannot be removed goes with its folder
        let _ = std::fs::remove_file(&file.path);
    }
    Ok(tally)
}

/// How often one process may die on one turn with no contender at work, before the run is given up.
const KILLED_AT_MOST: usize = 3;

/// Which process is asked, and where its samples go.
#[derive(Debug, Clone, Copy)]
pub struct Seat {
    /// The number of the worker in the crew; one that does not run is started.
    pub worker: usize,
    /// The number that its samples have in the record: another one where a worker is visited several times.
    pub process: usize,
    /// The worker, or which of its companions.
    pub place: Place,
    /// Whether it is the first visit of this workload.
    pub first: bool,
}

/// Asks one process for all contenders that are timed there; as often as it dies, again without the contender that did
/// it.
///
/// # Errors
/// Halted, the worker refuses, or it dies several times while no contender is at work.
pub fn take_turn(
    crew: &mut Crew,
    plan: &VisitPlan<'_>,
    tally: &mut Tally,
    Seat { worker, process, place, first }: Seat,
    show: &mut dyn FnMut(Event<'_>),
) -> Result<(), RunError> {
    let mut killed = 0;
    loop {
        let crashed: BTreeSet<String> = crew.crashes().iter().map(|crash| crash.contender.clone()).collect();
        let turn = Turn { process, place, first, crashed: &crashed };
        let Some(visit) = tally.visit(plan, turn) else { return Ok(()) };
        match crew.ask(worker, place, &Request::Visit(Box::new(visit)))? {
            Response::Reply(reply) => {
                tally.add(turn, visited(reply)?);
                return Ok(());
            }
            Response::Killed { how } => {
                killed += 1;
                if killed == KILLED_AT_MOST {
                    return Err(CrewError::Died { how, output: String::new() }.into());
                }
            }
            Response::Crashed(report) => {
                show(Event::Crashed { report: &report });
                match tally.after_crash(turn, &report) {
                    AfterCrash::Quarantine(crash) => crew.quarantine(crash),
                    AfterCrash::Exclude => {}
                    AfterCrash::GiveUp => {
                        return Err(CrewError::Died { how: report.how, output: report.output }.into());
                    }
                }
            }
        }
    }
}

fn visited(reply: Reply) -> Result<Vec<Visited>, CrewError> {
    match reply {
        Reply::Visited { contenders } => Ok(contenders),
        Reply::Error { message } => Err(CrewError::Refused(message)),
        Reply::Hello { .. } => Err(CrewError::Refused("a worker said hello twice".to_owned())),
    }
}

/// Writes the inputs and the right answers to files.
pub fn hand_over(
    registry: &Registry,
    job: &Job,
    inputs: &[Data],
    scratch: &Path,
) -> Result<(Vec<InputFile>, Vec<InputFile>), InputFileError> {
    let (mut files, mut expected) = (Vec::new(), Vec::new());
    for (number, input) in inputs.iter().enumerate() {
        files.push(InputFile::write(scratch, &format!("input-{number}"), input)?);
        let stated = job.expected.as_ref().and_then(|answers| answers.get(number).cloned());
        let answer = stated.unwrap_or_else(|| (registry.expected)(&job.workload, input));
        expected.push(InputFile::write_answer(scratch, &format!("expected-{number}"), &answer)?);
    }
    Ok((files, expected))
}
