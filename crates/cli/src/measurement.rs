//! How does a measurement become a record and a report?
//!
//! The same for `run` and `compare`, which decide beforehand on what, with whom and by how many processes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;
use breakeven_estimate::{policy, sign_test_rank};
use breakeven_measure::clock::Monotonic;
use breakeven_measure::cores::last_allowed;
use breakeven_measure::crew::{Crew, CrewError, CrewSetup};
use breakeven_measure::environment::{cpu_model, memory_limit_bytes};
use breakeven_measure::job::Job;
use breakeven_measure::process::Halt;
use breakeven_measure::run::{self, Budget, Files, RunError};
use breakeven_record::accuracy::AccuracyRecord;
use breakeven_record::warning::WarningKind;
use breakeven_record::{ContenderRecord, Outcome, Plan, Record};
use breakeven_report::summary::Summary;

use crate::arguments::{Format, MeasuringArguments};
use crate::commands::ownership::counted_elsewhere;
use crate::commands::report::{Extent, text, write_page};
use crate::commands::{print, tell};
use crate::plan;
use crate::progress::Progress;
use crate::record_folder::RecordFolder;
use crate::resume::{self, Resumed};
use crate::session::{Session, stop_of};
use crate::stop::{CommandResult, Stop};

/// The variable that lets a debug build run, for tests of everything but the figures.
const ALLOW_DEBUG: &str = "BREAKEVEN_ALLOW_DEBUG";

/// Everything that is decided before a worker starts.
pub(crate) struct Measurement<'a> {
    pub(crate) kind: RecordKind,
    pub(crate) arguments: &'a MeasuringArguments,
    pub(crate) format: Format,
    pub(crate) jobs: Vec<Job>,
    pub(crate) plan: Plan,
    /// The record to resume.
    pub(crate) resumed: Option<Resumed>,
    /// The pedometer's counts beside references, where they were made for this measurement.
    pub(crate) accuracy: Option<AccuracyRecord>,
    /// What stops it.
    pub(crate) halt: Halt,
    /// What budgets are counted with, from the start of the program.
    pub(crate) clock: Monotonic,
}

/// Which command makes the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RecordKind {
    /// `run`: it can be resumed, and every wrong answer counts.
    Run,
    /// `compare`: it cannot, and what counts are wrong answers of the user's contenders, and failures of these; what a
    /// further interpreter lacks costs its rows alone.
    Comparison { own: Vec<String> },
}

/// Refuses to measure with a debug build.
///
/// # Errors
/// It is one, and the variable that allows it is not set (exit code 1).
pub(crate) fn refuse_debug_build() -> CommandResult {
    if cfg!(debug_assertions) && std::env::var_os(ALLOW_DEBUG).is_none() {
        return Err(Stop::ours(anyhow!(
            "this is a debug build, its Rust figures mean nothing: {} (or set {ALLOW_DEBUG}=1 to test the command)",
            WarningKind::DebugBuild.advice()
        )));
    }
    Ok(())
}

/// Refuses a contender of `--require` that takes part in no job; `hint` says where to look for others.
///
/// # Errors
/// There is one (exit code 1).
pub(crate) fn check_required(required: &[String], jobs: &[Job], hint: &str) -> CommandResult {
    match required.iter().find(|id| !jobs.iter().any(|job| job.contenders.contains(id))) {
        Some(id) => Err(Stop::ours(anyhow!("--require {id}: no such contender takes part{hint}"))),
        None => Ok(()),
    }
}

impl Measurement<'_> {
    /// Measures into a record, and prints where it is.
    ///
    /// # Errors
    /// As docs/exit-codes.md says of `run` and `compare`.
    pub(crate) fn run(mut self, session: &Session) -> CommandResult {
        let kernel = breakeven_simd::Kernel::from_environment().map_err(Stop::usage)?;
        let (arguments, processes) = (self.arguments, self.plan.processes);
        let label = arguments.label.clone().unwrap_or_else(|| match self.kind {
            RecordKind::Run => cpu_model(),
            RecordKind::Comparison { .. } => "compare".to_owned(),
        });
        let (folder, known) = match self.resumed.take() {
            Some(Resumed { folder, record }) => (folder, Some(record)),
            None => (RecordFolder::new(&arguments.output, &label)?, None),
        };
        let setup = session.crew_setup(processes, self.halt.clone());
        let setup = setup.inspect_err(|_| folder.remove_if_empty())?;
        let crew = Crew::start(CrewSetup {
            pin: if arguments.no_pin { None } else { Some(last_allowed()) },
            memory_bytes: memory_limit_bytes(arguments.memory),
            ..setup
        });
        let mut crew = crew.inspect_err(|_| folder.remove_if_empty()).map_err(stop_of)?;
        crew.facts.extend(session.users.interpreters.facts());
        let fresh = plan::new_record(self.plan.clone(), &crew, label, kernel.isa());
        let mut record = match known {
            Some(known) => resume::continued(folder.record(), known, &fresh)?,
            None => fresh,
        };
        record.crashes.iter().cloned().for_each(|crash| crew.quarantine(crash));
        record.accuracy = self.accuracy.take().or(record.accuracy);
        if self.kind == RecordKind::Run {
            record.ownership = record.ownership.or_else(counted_elsewhere);
        }
        let path = folder.record();
        record.write(path).inspect_err(|_| folder.remove_if_empty()).map_err(Stop::ours)?;
        let unmeasured = self.jobs.iter().filter(|job| record.workload(&job.workload.id).is_none());
        let progress = Progress::new(arguments.progress, unmeasured.count(), processes);
        let files = Files { record: path, scratch: session.scratch() };
        let mut show = |event: run::Event<'_>| progress.show(&event);
        let budget = Budget { clock: &self.clock, limit_ns: arguments.budget.map(nanoseconds) };
        let measured =
            run::run(&session.registry, &mut crew, &self.jobs, &mut record, files, budget, &mut show);
        drop(crew);
        progress.finish();
        if record.workloads.is_empty()
            && let Err(error) = measured
        {
            folder.remove();
            return Err(stop_of(error));
        }
        self.finish(&record, path, measured)
    }

    /// Writes the page, prints the summary and the two closing lines, and tells success from the rest. What
    /// was measured is printed even where the disk is full.
    fn finish(&self, record: &Record, path: &Path, measured: Result<(), RunError>) -> CommandResult {
        let summary = Summary::of(record, &path.display().to_string());
        let page = write_page(&summary, path);
        print(&text(&summary, self.format, Extent::of(self.arguments.details))?)?;
        warn(record);
        let mut closing = format!("record: {}", path.display());
        if let Ok(page) = &page {
            closing.push_str(&format!("\nreport: {}", page.display()));
        }
        match self.format {
            Format::Json => tell(&closing),
            Format::Text | Format::Markdown => print(&closing)?,
        }
        let resume = match self.kind {
            RecordKind::Run => Some(format!("resume with `breakeven run --resume {}`", path.display())),
            RecordKind::Comparison { .. } => None,
        };
        measured.map_err(|error| {
            let advice = resume.clone().unwrap_or_else(|| format!("they are in {}", path.display()));
            match error {
                RunError::Crew(CrewError::Halted) => {
                    Stop::interrupted(anyhow!("interrupted; finished workloads are kept: {advice}"))
                }
                other => Stop::ours(anyhow!("{other}; the workloads finished before are kept: {advice}")),
            }
        })?;
        page?;
        if let Some(left) = self.arguments.budget.and_then(|_| left_open(record)) {
            let advice = resume.map_or_else(String::new, |advice| format!(": {advice}"));
            tell(&format!("warning: the budget was spent {left}{advice}"));
        }
        self.check_outcomes(record)
    }

    /// Whether every required contender was measured, and whether all answers that count are right.
    fn check_outcomes(&self, record: &Record) -> CommandResult {
        if let Some(id) = self.arguments.require.iter().find(|id| !is_measured(record, id)) {
            return Err(Stop::ours(anyhow!("--require {id}: it was not measured everywhere it takes part")));
        }
        let counts = |contender: &&ContenderRecord| {
            contender.findings.outcome == Outcome::Wrong
                && (self.kind == RecordKind::Run || contender.id.is_users())
        };
        let all = || record.workloads.iter().flat_map(|workload| &workload.contenders);
        let wrong: BTreeSet<&str> = all().filter(counts).map(|contender| contender.id.as_str()).collect();
        if !wrong.is_empty() {
            return Err(Stop::wrong(anyhow!("wrong answer: {} (the report says why)", named(wrong))));
        }
        let RecordKind::Comparison { own } = &self.kind else { return Ok(()) };
        let is_untimed = |contender: &&ContenderRecord| {
            matches!(contender.findings.outcome, Outcome::Failed | Outcome::Absent)
                && own.iter().any(|id| contender.id == *id)
        };
        let untimed: BTreeSet<&str> =
            all().filter(is_untimed).map(|contender| contender.id.as_str()).collect();
        if untimed.is_empty() {
            return Ok(());
        }
        Err(Stop::failed(anyhow!("not timed: {} (the report says why)", named(untimed))))
    }
}

fn named(ids: BTreeSet<&str>) -> String {
    ids.into_iter().collect::<Vec<_>>().join(", ")
}

/// What of its plan a record lacks still, in words.
fn left_open(record: &Record) -> Option<String> {
    let Plan { workloads, processes, comparisons, .. } = &record.plan;
    let open = workloads.iter().filter(|id| policy::is_open(record, id)).count();
    let too_few = |stages: usize| sign_test_rank(stages * processes, *comparisons).is_none();
    let without =
        workloads.iter().map(|id| record.stages_of(id)).filter(|&stages| stages > 0 && too_few(stages));
    let without = match without.count() {
        0 => String::new(),
        count => format!(
            "; {count} of the measured have no interval, which takes more than {processes} processes for {comparisons} comparisons"
        ),
    };
    match open {
        0 => None,
        _ if !record.complete => Some(format!("before every workload was measured{without}")),
        open => Some(format!("with verdicts open on {open} workload(s){without}")),
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// One line on stderr for each contender that failed or is wrong, and each reason, and for a user's that is absent. Which of
/// ours are absent is part of the answer.
fn warn(record: &Record) {
    let mut lines: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for contender in record.workloads.iter().flat_map(|workload| &workload.contenders) {
        if contender.findings.outcome == Outcome::Absent && !contender.id.is_users() {
            continue;
        }
        if let (Outcome::Absent | Outcome::Failed | Outcome::Wrong, Some(reason)) =
            (contender.findings.outcome, &contender.findings.reason)
        {
            let install =
                contender.findings.install.as_ref().map_or_else(String::new, |line| format!(" ({line})"));
            let line = format!("{}: {reason}{install}", contender.findings.outcome.word());
            *lines.entry((contender.id.as_str(), line)).or_default() += 1;
        }
    }
    for ((id, line), count) in lines {
        tell(&format!("warning: {id} {line}, on {count} workload(s)"));
    }
}

fn is_measured(record: &Record, id: &str) -> bool {
    let mut found = record.workloads.iter().filter_map(|workload| workload.contender(id)).peekable();
    found.peek().is_some() && found.all(|contender| contender.findings.outcome == Outcome::Measured)
}
