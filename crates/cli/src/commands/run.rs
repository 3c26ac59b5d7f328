//! `breakeven run`: verifies, times, writes a record and a report.

use breakeven_cli::accuracy;
use breakeven_estimate::policy;
use breakeven_measure::clock::Monotonic;
use breakeven_measure::job::Job;
use breakeven_measure::process::Halt;
use breakeven_problem::Task;
use breakeven_record::accuracy::AccuracyRecord;

use crate::arguments::{Format, RunArguments, SelectionArguments};
use crate::commands::list::print_planned;
use crate::commands::tell;
use crate::forecast::{CallSeconds, Forecast};
use crate::measurement::{Measurement, RecordKind, check_required, refuse_debug_build};
use crate::plan;
use crate::resume::Resumed;
use crate::selection::{Selection, recording_choice};
use crate::session::{Session, interruptible};
use crate::stop::{CommandResult, Stop};

/// Measures, and prints where the record and the report are.
pub(crate) fn run(given: &RunArguments) -> CommandResult {
    let clock = Monotonic::new();
    let resumed = given.resume.as_deref().map(Resumed::read).transpose()?;
    let RunArguments { selection, measuring, .. } = &match &resumed {
        Some(resumed) => resumed.arguments(given)?,
        None => given.clone(),
    };
    let session = Session::with_ordinary_python(&selection.interpreter)?;
    let contenders = &session.registry.contenders;
    let asked = Selection::new(selection)?;
    let mut jobs = asked.jobs(contenders)?;
    // a variable that names no kernel is found before anything starts
    breakeven_simd::Kernel::from_environment().map_err(Stop::usage)?;
    check_required(&measuring.require, &jobs, "; see `breakeven list`")?;
    let plan = plan::plan(asked.mode, selection.workloads.seed, plan::stages(measuring), &jobs);
    if let Some(resumed) = &resumed {
        resumed.check_plan(&plan)?;
        resumed.check_recordings(&jobs)?;
        jobs.retain(|job| policy::is_open(&resumed.record, &job.workload.id));
    }
    let known = resumed.as_ref().map(|resumed| &resumed.record);
    let forecast = Forecast::of(&jobs, &plan, known, &CallSeconds::new(), measuring.budget);
    if measuring.dry_run {
        return print_planned(&jobs, contenders, &plan, forecast, selection.format);
    }
    refuse_debug_build()?;
    if forecast.is_worth_saying() && selection.format != Format::Json {
        tell(&format!("this run takes {forecast}"));
    }
    let halt = interruptible()?;
    let accuracy = count_accuracy(selection, &jobs, resumed.as_ref(), &halt)?;
    let kind = RecordKind::Run;
    let format = selection.format;
    Measurement { kind, arguments: measuring, format, jobs, plan, resumed, accuracy, halt, clock }
        .run(&session)
}

/// The pedometer's counts beside references, where it is to be measured and they are not known yet.
fn count_accuracy(
    arguments: &SelectionArguments,
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
    let choice = recording_choice(arguments);
    let main = breakeven_recordings::main_recording(&choice).map_err(Stop::usage)?;
    accuracy::count_accuracy(&choice, &main, &|| !halt.is_halted()).map_err(Stop::usage)
}
