//! `breakeven run`: verifies, times, writes a record and a report.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use breakeven_cli::registry;
use breakeven_measure::clock::utc_now;
use breakeven_measure::controls::is_control;
use breakeven_measure::crew::{Crew, CrewError, CrewSetup, Halt};
use breakeven_measure::environment::{
    context_now, cpu_model, environment, machine_facts, memory_limit_bytes,
};
use breakeven_measure::protocol::WorkerCommand;
use breakeven_measure::record::{Mode, Outcome as Measured, Plan, Record, SCHEMA, Tool};
use breakeven_measure::run::{self, Files, Job, RunError};
use breakeven_report::summary::Summary;

use crate::arguments::{Format, RunArguments};
use crate::commands::list::Listed;
use crate::commands::report::{RECORD_FILE, text, write_page};
use crate::commands::{print, tell};
use crate::progress::Progress;
use crate::selection;
use crate::stop::{Outcome, Stop};

/// Processes of a quick run: the least whose extremes enclose the median with 95 % confidence.
const QUICK_PROCESSES: usize = 6;

/// Processes of any other run: enough for twenty comparisons at once.
const PROCESSES: usize = 10;

/// Measures, and prints where the record and the report are.
pub(crate) fn run(arguments: &RunArguments) -> Outcome {
    let registry = registry::registry();
    let jobs = selection::jobs(&arguments.what, &registry.contenders)?;
    let kernel = breakeven_simd::Kernel::from_environment().map_err(Stop::usage)?;
    let mode = selection::mode(arguments.what.mode);
    let processes = if mode == Mode::Quick { QUICK_PROCESSES } else { PROCESSES };
    let missing = arguments.require.iter().find(|id| !jobs.iter().any(|job| job.contenders.contains(id)));
    if let Some(id) = missing {
        return Err(Stop::ours(anyhow!(
            "--require {id}: no such contender takes part; see `breakeven list`"
        )));
    }
    if arguments.dry_run {
        print(&Listed::new(&jobs, &registry.contenders).text(arguments.what.format)?)?;
        return match arguments.what.format {
            Format::Json => Ok(()),
            _ => print(&format!(
                "\n{} workloads, {processes} processes: {}",
                jobs.len(),
                estimate(&jobs, processes)
            )),
        };
    }
    let label = arguments.label.clone().unwrap_or_else(cpu_model);
    let folder = new_record_folder(&arguments.output, &label)?;
    let path = folder.join(RECORD_FILE);
    let scratch = tempfile::tempdir().context("cannot make a folder for inputs").map_err(Stop::ours)?;
    let crew = Crew::start(CrewSetup {
        command: worker_command()?,
        folder: scratch.path().to_owned(),
        processes,
        pin: if arguments.no_pin { None } else { last_processor() },
        memory_bytes: memory_limit_bytes(arguments.memory),
        halt: interruptible()?,
    });
    let mut crew = crew.inspect_err(|_| remove_empty(&folder)).map_err(stop_of)?;
    if cfg!(debug_assertions) {
        tell(
            "warning: this is a debug build, its Rust figures mean nothing: use scripts/bench or cargo build --release",
        );
    }
    let mut record = new_record(arguments, &jobs, &crew, label, kernel.isa());
    record.write(&path).map_err(Stop::ours)?;
    let progress = Progress::new(jobs.len(), processes);
    let files = Files { record: &path, scratch: scratch.path() };
    let mut show = |event: run::Event<'_>| progress.show(&event);
    let measured = run::run(&registry, &mut crew, &jobs, &mut record, files, &mut show);
    drop(crew);
    progress.finish();
    finish(arguments, &record, &path, measured)
}

/// Writes the page, prints the summary and the two closing lines, and tells success from the rest.
fn finish(arguments: &RunArguments, record: &Record, path: &Path, measured: Result<(), RunError>) -> Outcome {
    if record.workloads.is_empty()
        && let Err(error) = measured
    {
        let _ = std::fs::remove_file(path);
        path.parent().map(remove_empty);
        return Err(stop_of_run(error));
    }
    let summary = Summary::of(record, &path.display().to_string());
    let page = write_page(record, &summary, path)?;
    let format = arguments.what.format;
    print(&text(&summary, format)?)?;
    warn(record);
    let closing = format!("record: {}\nreport: {}", path.display(), page.display());
    match format {
        Format::Json => tell(&closing),
        Format::Text | Format::Markdown => print(&closing)?,
    }
    measured.map_err(stop_of_run)?;
    let unmeasured = arguments.require.iter().find(|id| !is_measured(record, id));
    if let Some(id) = unmeasured {
        return Err(Stop::ours(anyhow!("--require {id}: it was not measured everywhere it takes part")));
    }
    let wrong = record.workloads.iter().flat_map(|workload| &workload.contenders);
    match wrong.filter(|contender| contender.outcome == Measured::Wrong).count() {
        0 => Ok(()),
        count => {
            Err(Stop::wrong(anyhow!("{count} wrong answers that no contender declares (see the report)")))
        }
    }
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
            *lines.entry((contender.id.clone(), line)).or_default() += 1;
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

fn new_record(arguments: &RunArguments, jobs: &[Job], crew: &Crew, label: String, isa: &str) -> Record {
    let mode = selection::mode(arguments.what.mode);
    let mut facts = machine_facts();
    facts.extend(crew.facts.clone());
    facts.insert("rustc".to_owned(), env!("BREAKEVEN_RUSTC").to_owned());
    facts.insert("isa".to_owned(), isa.to_owned());
    if cfg!(debug_assertions) {
        facts.insert("profile".to_owned(), "debug".to_owned());
    }
    let not_empty = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Record {
        schema: SCHEMA.to_owned(),
        created: utc_now(),
        label,
        command: std::env::args().skip(1).map(|argument| without_folders(&argument)).collect(),
        complete: false,
        tool: Tool {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: not_empty(env!("BREAKEVEN_COMMIT")),
            dirty: env!("BREAKEVEN_DIRTY").parse().ok(),
        },
        environment: environment(facts, context_now()),
        plan: Plan {
            mode,
            seed: arguments.what.recording.seed,
            processes: crew.processes(),
            pinned_to: crew.pinned_to,
            workloads: jobs.iter().map(|job| job.workload.id.clone()).collect(),
            comparisons: if mode == Mode::Quick { 1 } else { comparisons(jobs) },
        },
        warnings: Vec::new(),
        workloads: Vec::new(),
    }
}

/// Comparisons that are made at once on the largest workload: everybody with the baseline, and the
/// best with its runner-up.
fn comparisons(jobs: &[Job]) -> usize {
    let compared =
        |job: &Job| job.contenders.iter().filter(|id| !is_control(id) && **id != job.baseline).count();
    jobs.iter().map(compared).max().unwrap_or(0) + 1
}

/// A record must not tell where its maker's files are.
fn without_folders(argument: &str) -> String {
    match argument.rsplit_once('/') {
        Some((_, name)) if !name.is_empty() => match argument.split_once('=') {
            Some((option, _)) if option.starts_with('-') => format!("{option}={name}"),
            _ => name.to_owned(),
        },
        _ => argument.to_owned(),
    }
}

/// Takes away the folder of a run in which nothing was finished, and the folder of all runs if it was
/// made for this one. One that is not empty stays, and so does one that cannot be removed.
fn remove_empty(folder: &Path) {
    let _ = std::fs::remove_dir(folder);
    let _ = folder.parent().map(std::fs::remove_dir);
}

/// A new folder `DIR/<UTC stamp>-<label>`.
fn new_record_folder(output: &Path, label: &str) -> Result<PathBuf, Stop> {
    let stamp = utc_now().replace(['-', ':'], "");
    let slug: String = label
        .to_lowercase()
        .chars()
        .map(|char| if char.is_ascii_alphanumeric() { char } else { '-' })
        .collect();
    let slug = slug.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let unwritable = || format!("cannot write to {}: choose another folder with --output", output.display());
    std::fs::create_dir_all(output).with_context(unwritable).map_err(Stop::ours)?;
    for number in 1.. {
        let name = if number == 1 { format!("{stamp}-{slug}") } else { format!("{stamp}-{slug}-{number}") };
        match std::fs::create_dir(output.join(&name)) {
            Ok(()) => return Ok(output.join(name)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Stop::ours(anyhow::Error::new(error).context(unwritable()))),
        }
    }
    unreachable!("some number is free")
}

/// How long this will take, from what batches and single calls take.
fn estimate(jobs: &[Job], processes: usize) -> String {
    let seconds: f64 = jobs
        .iter()
        .map(|job| {
            let contenders = job.contenders.len() as f64;
            match job.workload.least_prefix() {
                // rounds of 1.5 ms batches, at least a square of them, and as much again to verify and calibrate
                None => 2.0 * contenders * contenders.max(12.0) * 1.5e-3,
                Some(_) if job.workload.window.is_some() => 0.5 * contenders,
                Some(_) => 1.8 * contenders,
            }
        })
        .sum();
    match (seconds * processes as f64 / 60.0).ceil() {
        minutes if minutes <= 1.0 => "about a minute".to_owned(),
        minutes => format!("about {minutes:.0} minutes"),
    }
}

/// This program, as a worker.
pub(crate) fn worker_command() -> Result<WorkerCommand, Stop> {
    let program =
        std::env::current_exe().context("cannot find this program's own file").map_err(Stop::ours)?;
    Ok(WorkerCommand { program, arguments: vec!["worker".to_owned()] })
}

/// A halt that Ctrl-C and SIGTERM pull.
pub(crate) fn interruptible() -> Result<Halt, Stop> {
    let halt = Halt::default();
    let pulled = halt.clone();
    ctrlc::set_handler(move || pulled.halt()).context("cannot watch for Ctrl-C").map_err(Stop::ours)?;
    Ok(halt)
}

fn last_processor() -> Option<usize> {
    std::thread::available_parallelism().ok().map(|count| usize::from(count) - 1)
}

/// The exit code of a run that could not go on.
pub(crate) fn stop_of(error: impl Into<RunError>) -> Stop {
    stop_of_run(error.into())
}

fn stop_of_run(error: RunError) -> Stop {
    match error {
        RunError::Crew(CrewError::Halted) => {
            Stop::interrupted(anyhow!("interrupted; finished workloads are kept"))
        }
        other => Stop::ours(other),
    }
}
