//! `breakeven run`: verifies, times, writes a record and a report.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use breakeven_cli::user::{UserSet, is_users};
use breakeven_cli::{accuracy, recordings, registry};
use breakeven_estimate::policy;
use breakeven_estimate::sign_test_rank;
use breakeven_measure::clock::Monotonic;
use breakeven_measure::cores::last_allowed;
use breakeven_measure::crew::{Crew, CrewError, CrewSetup, Halt};
use breakeven_measure::environment::{cpu_model, memory_limit_bytes};
use breakeven_measure::protocol::WorkerCommand;
use breakeven_measure::run::{self, Budget, Files, Job, RunError};
use breakeven_measure::visit::Registry;
use breakeven_problem::Task;
use breakeven_record::accuracy::AccuracyRecord;
use breakeven_record::warning::WarningKind;
use breakeven_record::{ContenderRecord, Outcome as Measured, Plan, Record};
use breakeven_report::summary::Summary;
use tempfile::TempDir;

use crate::arguments::{Format, RunArguments};
use crate::commands::list::print_planned;
use crate::commands::ownership::counted_elsewhere;
use crate::commands::report::{text, write_page};
use crate::commands::{print, tell};
use crate::forecast::Forecast;
use crate::plan::{self, Resumed};
use crate::progress::Progress;
use crate::record_folder::RecordFolder;
use crate::selection;
use crate::stop::{Outcome, Stop};

/// The variable that lets a debug build run, for tests of everything but the figures.
const ALLOW_DEBUG: &str = "BREAKEVEN_ALLOW_DEBUG";

/// Measures, and prints where the record and the report are.
pub(crate) fn run(given: &RunArguments) -> Outcome {
    let clock = Monotonic::new();
    let resumed = given.resume.as_deref().map(Resumed::read).transpose()?;
    let arguments = &match &resumed {
        Some(resumed) => resumed.arguments(given)?,
        None => given.clone(),
    };
    let scratch = scratch()?;
    let interpreters = selection::interpreters(&arguments.what.interpreter, scratch.path())?;
    let interpreters = interpreters.with_ordinary(scratch.path()).map_err(Stop::ours)?;
    let registry = registry::registry_with(&interpreters, scratch.path());
    let mut jobs = selection::jobs(&arguments.what, &registry.contenders)?;
    // a variable that names no kernel is found before anything starts
    breakeven_simd::Kernel::from_environment().map_err(Stop::usage)?;
    let missing = arguments.require.iter().find(|id| !jobs.iter().any(|job| job.contenders.contains(id)));
    if let Some(id) = missing {
        return Err(Stop::ours(anyhow!(
            "--require {id}: no such contender takes part; see `breakeven list`"
        )));
    }
    let plan = plan::plan(arguments, &jobs);
    if let Some(resumed) = &resumed {
        resumed.check_plan(&plan)?;
        resumed.check_recordings(&jobs)?;
        jobs.retain(|job| policy::is_open(&resumed.record, &job.workload.id));
    }
    let forecast =
        Forecast::of(&jobs, &plan, resumed.as_ref().map(|resumed| &resumed.record), arguments.budget);
    if arguments.dry_run {
        return print_planned(&jobs, &registry.contenders, &plan, forecast, arguments.what.format);
    }
    refuse_debug_build()?;
    if forecast.is_worth_saying() && arguments.what.format != Format::Json {
        tell(&format!("this run takes {forecast}"));
    }
    let users = UserSet { interpreters, ..UserSet::default() };
    let command = worker_command_with(&users, scratch.path())?;
    let facts = users.interpreters.facts();
    let halt = interruptible()?;
    let errand = Errand { of: Of::Run, halt, registry, jobs, command, facts, plan, resumed, scratch };
    measure(arguments, errand, &clock)
}

/// Refuses to measure with a debug build.
///
/// # Errors
/// It is one, and nobody has said that this is known (exit code 1).
pub(crate) fn refuse_debug_build() -> Outcome {
    if cfg!(debug_assertions) && std::env::var_os(ALLOW_DEBUG).is_none() {
        return Err(Stop::ours(anyhow!(
            "this is a debug build, its Rust figures mean nothing: {} (or set {ALLOW_DEBUG}=1 to test the command)",
            WarningKind::DebugBuild.advice()
        )));
    }
    Ok(())
}

/// A folder for inputs, removed when it is dropped.
///
/// # Errors
/// The system has no room for one (exit code 1).
pub(crate) fn scratch() -> Result<TempDir, Stop> {
    tempfile::tempdir().context("cannot make a folder for inputs").map_err(Stop::ours)
}

/// Everything that is decided before a worker starts.
pub(crate) struct Errand {
    /// Whose it is.
    pub(crate) of: Of,
    /// What stops it.
    pub(crate) halt: Halt,
    /// Who can be measured.
    pub(crate) registry: Registry,
    /// On what.
    pub(crate) jobs: Vec<Job>,
    /// How a worker is started.
    pub(crate) command: WorkerCommand,
    /// Facts of the environment that no worker knows.
    pub(crate) facts: BTreeMap<String, String>,
    /// The same, as it is recorded.
    pub(crate) plan: Plan,
    /// The record to go on with.
    pub(crate) resumed: Option<Resumed>,
    /// For inputs, notes and whatever the workers need.
    pub(crate) scratch: TempDir,
}

/// Which command measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// `run`: it can be resumed, and every wrong answer counts.
    Run,
    /// `compare`: it cannot, and wrong answers of the user's contenders count.
    Compare,
}

/// Measures into a record, and says where it is.
pub(crate) fn measure(arguments: &RunArguments, errand: Errand, clock: &Monotonic) -> Outcome {
    let Errand { of, halt, registry, jobs, command, facts, plan, resumed, scratch } = errand;
    let kernel = breakeven_simd::Kernel::from_environment().map_err(Stop::usage)?;
    let processes = plan.processes;
    let accuracy = count_accuracy(arguments, &jobs, resumed.as_ref(), &halt)?;
    let label = arguments.label.clone().unwrap_or_else(cpu_model);
    let (folder, known) = match resumed {
        Some(Resumed { folder, record }) => (folder, Some(record)),
        None => (RecordFolder::new(&arguments.output, &label)?, None),
    };
    let crew = Crew::start(CrewSetup {
        command,
        folder: scratch.path().to_owned(),
        processes,
        pin: if arguments.no_pin { None } else { Some(last_allowed()) },
        memory_bytes: memory_limit_bytes(arguments.memory),
        halt,
    });
    let mut crew = crew.inspect_err(|_| folder.remove_if_empty()).map_err(stop_of)?;
    crew.facts.extend(facts);
    let fresh = plan::new_record(plan, &crew, label, kernel.isa());
    let mut record = match known {
        Some(known) => plan::go_on(folder.record(), known, &fresh)?,
        None => fresh,
    };
    record.crashes.iter().cloned().for_each(|crash| crew.quarantine(crash));
    record.accuracy = accuracy.or(record.accuracy);
    if of == Of::Run {
        record.ownership = record.ownership.or_else(counted_elsewhere);
    }
    let path = folder.record();
    record.write(path).inspect_err(|_| folder.remove_if_empty()).map_err(Stop::ours)?;
    let unmeasured = jobs.iter().filter(|job| record.workload(&job.workload.id).is_none());
    let progress = Progress::new(unmeasured.count(), processes);
    let files = Files { record: path, scratch: scratch.path() };
    let mut show = |event: run::Event<'_>| progress.show(&event);
    let budget = Budget { clock, limit_ns: arguments.budget.map(nanoseconds) };
    let measured = run::run(&registry, &mut crew, &jobs, &mut record, files, budget, &mut show);
    drop(crew);
    progress.finish();
    if record.workloads.is_empty()
        && let Err(error) = measured
    {
        folder.remove();
        return Err(stop_of_run(error));
    }
    finish(of, arguments, &record, path, measured)
}

/// The pedometer's counts beside references, where it is to be measured and they are not known yet.
fn count_accuracy(
    arguments: &RunArguments,
    jobs: &[Job],
    resumed: Option<&Resumed>,
    halt: &Halt,
) -> Result<Option<AccuracyRecord>, Stop> {
    // without a workload on it, nothing says that the recording is still the same
    let vouches = |resumed: &Resumed| {
        let mut workloads = resumed.record.workloads.iter();
        resumed.record.accuracy.is_some() && workloads.any(|workload| workload.input.kind == "recording")
    };
    if resumed.is_some_and(vouches) || !jobs.iter().any(|job| job.workload.task == Task::Pedometer) {
        return Ok(None);
    }
    let choice = selection::choice(&arguments.what.recording);
    let main = recordings::main_recording(&choice).map_err(Stop::usage)?;
    accuracy::count_accuracy(&choice, &main, &|| !halt.is_halted()).map_err(Stop::usage)
}

/// Writes the page, prints the summary and the two closing lines, and tells success from the rest. What
/// was measured is printed even where the disk is full.
fn finish(
    of: Of,
    arguments: &RunArguments,
    record: &Record,
    path: &Path,
    measured: Result<(), RunError>,
) -> Outcome {
    let summary = Summary::of(record, &path.display().to_string());
    let page = write_page(&summary, path);
    let format = arguments.what.format;
    print(&text(&summary, format)?)?;
    warn(record);
    let mut closing = format!("record: {}", path.display());
    if let Ok(page) = &page {
        closing.push_str(&format!("\nreport: {}", page.display()));
    }
    match format {
        Format::Json => tell(&closing),
        Format::Text | Format::Markdown => print(&closing)?,
    }
    measured.map_err(|error| {
        let advice = match of {
            Of::Run => format!("go on with `breakeven run --resume {}`", path.display()),
            Of::Compare => format!("they are in {}", path.display()),
        };
        match error {
            RunError::Crew(CrewError::Halted) => {
                Stop::interrupted(anyhow!("interrupted; finished workloads are kept: {advice}"))
            }
            other => Stop::ours(anyhow!("{other}; the workloads finished before are kept: {advice}")),
        }
    })?;
    page?;
    if let Some(left) = arguments.budget.and_then(|_| left_open(record)) {
        let advice = match of {
            Of::Run => format!(": go on with `breakeven run --resume {}`", path.display()),
            Of::Compare => String::new(),
        };
        tell(&format!("warning: the budget was spent {left}{advice}"));
    }
    let unmeasured = arguments.require.iter().find(|id| !is_measured(record, id));
    if let Some(id) = unmeasured {
        return Err(Stop::ours(anyhow!("--require {id}: it was not measured everywhere it takes part")));
    }
    let wrong = record.workloads.iter().flat_map(|workload| &workload.contenders);
    let counts = |contender: &&ContenderRecord| of == Of::Run || is_users(&contender.id);
    match wrong.filter(counts).filter(|contender| contender.outcome == Measured::Wrong).count() {
        0 => Ok(()),
        count => {
            Err(Stop::wrong(anyhow!("{count} wrong answers that no contender declares (see the report)")))
        }
    }
}

/// What of its plan a record lacks still, in words.
fn left_open(record: &Record) -> Option<String> {
    let Plan { workloads, processes, comparisons, .. } = &record.plan;
    let open = workloads.iter().filter(|id| policy::is_open(record, id)).count();
    let too_few = |looks: usize| sign_test_rank(looks * processes, *comparisons).is_none();
    let silent = workloads.iter().map(|id| record.looks_at(id)).filter(|&looks| looks > 0 && too_few(looks));
    let silent = match silent.count() {
        0 => String::new(),
        count => format!(
            "; {count} of the measured have no interval, which takes more than {processes} processes for {comparisons} comparisons"
        ),
    };
    match open {
        0 => None,
        _ if !record.complete => Some(format!("before every workload was measured{silent}")),
        open => Some(format!("with verdicts open on {open} workload(s){silent}")),
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// One line on stderr for everybody who was not measured.
fn warn(record: &Record) {
    let mut lines: BTreeMap<(String, String), usize> = BTreeMap::new();
    for contender in record.workloads.iter().flat_map(|workload| &workload.contenders) {
        if let (Measured::Absent | Measured::Failed | Measured::Wrong, Some(reason)) =
            (contender.outcome, &contender.reason)
        {
            let install = contender.install.as_ref().map_or_else(String::new, |line| format!(" ({line})"));
            let line = format!("{}: {reason}{install}", contender.outcome.word());
            *lines.entry((contender.id.to_string(), line)).or_default() += 1;
        }
    }
    for ((id, line), count) in lines {
        tell(&format!("warning: {id} {line}, on {count} workload(s)"));
    }
}

fn is_measured(record: &Record, id: &str) -> bool {
    let mut found = record.workloads.iter().filter_map(|workload| workload.contender(id)).peekable();
    found.peek().is_some() && found.all(|contender| contender.outcome == Measured::Measured)
}

/// This program, as a worker.
pub(crate) fn worker_command() -> Result<WorkerCommand, Stop> {
    let program =
        std::env::current_exe().context("cannot find this program's own file").map_err(Stop::ours)?;
    Ok(WorkerCommand { program, arguments: vec!["worker".to_owned()] })
}

/// This program, as a worker that knows these contenders and interpreters too: a file in `folder` tells it.
pub(crate) fn worker_command_with(users: &UserSet, folder: &Path) -> Result<WorkerCommand, Stop> {
    let path = folder.join("user.json");
    users.write(&path).map_err(Stop::ours)?;
    let mut command = worker_command()?;
    command.arguments.extend(["--user".to_owned(), path.display().to_string()]);
    Ok(command)
}

/// A halt that Ctrl-C and SIGTERM pull.
pub(crate) fn interruptible() -> Result<Halt, Stop> {
    let halt = Halt::default();
    let pulled = halt.clone();
    ctrlc::set_handler(move || pulled.halt()).context("cannot watch for Ctrl-C").map_err(Stop::ours)?;
    Ok(halt)
}

/// The exit code of a run that could not go on.
pub(crate) fn stop_of(error: impl Into<RunError>) -> Stop {
    stop_of_run(error.into())
}

fn stop_of_run(error: RunError) -> Stop {
    match error {
        RunError::Crew(CrewError::Halted) => {
            Stop::interrupted(anyhow!("interrupted before a workload was finished"))
        }
        other => Stop::ours(other),
    }
}
