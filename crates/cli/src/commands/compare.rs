//! `breakeven compare`: a user's own functions beside ours, on the user's data.

mod asked;
mod interpreter;
mod maker;
mod pace;
mod place;
mod set_file;
mod specification;
mod trial;
mod workload;

use anyhow::anyhow;
use asked::Asked;
use breakeven_cli::interpreter::base;
use breakeven_cli::user::{OurPython, UserSet, is_users};
use breakeven_cli::workloads;
use breakeven_measure::clock::Monotonic;
use breakeven_measure::environment::memory_limit_bytes;
use breakeven_measure::job::Job;
use breakeven_measure::registry::Registry;
use breakeven_record::contender_id::AA_CONTROL;
use breakeven_record::contender_id::is_control;
use place::Placed;
use specification::Specifications;
use workload::Numbers;

use crate::arguments::{
    CompareArguments, Format, ListArguments, ModeArguments, RecordingArguments, RunArguments,
    SelectionArguments,
};
use crate::commands::list::print_planned;
use crate::commands::run::{
    Errand, Of, interruptible, measure, refuse_debug_build, scratch, worker_command_with,
};
use crate::commands::tell;
use crate::forecast::Forecast;
use crate::plan;
use crate::selection::{self, Filter};
use crate::stop::{Outcome, Stop};

/// Those of ours that stand beside a user's where nobody asks for others: what people have in mind, and the quickest.
/// All of them would take minutes, most of them for the slowest.
const BESIDE: [&str; 10] = [
    "python/naive",
    "python/statistics",
    "python/numpy-list",
    "python/numpy-array",
    "python/bottleneck",
    "python/pandas",
    "extension/standard-dev",
    "extension/rolling",
    "rust/naive",
    "rust/simd",
];

/// Checks the functions, measures them beside ours, and prints where the record and the report are.
pub(crate) fn compare(given: &CompareArguments) -> Outcome {
    let clock = Monotonic::new();
    let asked = Asked::of(given)?;
    let arguments = &asked.arguments;
    let mut run = as_run(arguments);
    let numbers = Numbers::of(&asked.numbers)?;
    let filter = Filter::new(&run.what.selection)?;
    let scratch = scratch()?;
    let interpreters = selection::interpreters(&arguments.interpreter, scratch.path())?;
    let specifications = Specifications::of(&asked, &interpreters.further, scratch.path())?;
    let users = UserSet { interpreters, ours: OurPython::here(), ..specifications.user_set() };
    let registry = users.registry(scratch.path());
    let halt = interruptible()?;
    let memory_bytes = memory_limit_bytes(arguments.run.memory);
    let bounds = trial::Bounds { folder: scratch.path(), memory_bytes, halt: &halt };
    let (mut jobs, mut seconds) = (Vec::new(), pace::START_SECONDS);
    for workload in numbers.workloads(&asked)? {
        let tried = trial::of_all(&specifications, &workload, bounds)?;
        let baseline = baseline(&asked, &specifications, &workload.workload, &registry, users.ours)?;
        let contenders = contenders(&specifications, &filter, &registry, &workload.workload, &baseline);
        seconds += pace::process_seconds(&workload.workload, &contenders, &tried.seconds);
        jobs.push(workload.job(baseline, contenders, tried.expected));
    }
    require_known(arguments, &jobs)?;
    let patient = arguments.full || run.until_resolved || run.budget.is_some();
    let all = plan::plan(&run, &jobs);
    let hurries = !patient && !arguments.quick && seconds * all.processes as f64 > pace::PATIENCE_SECONDS;
    run.what.mode.quick |= hurries;
    let plan = if hurries { plan::plan(&run, &jobs) } else { all.clone() };
    let forecast = Forecast::of_processes(seconds, &plan, run.budget);
    if arguments.run.dry_run {
        return print_planned(&jobs, &registry.contenders, &plan, forecast, run.what.format);
    }
    refuse_debug_build()?;
    if run.what.format != Format::Json {
        tell(&specifications.said());
        if hurries {
            tell(&format!(
                "{} processes, since {} would take about {:.0} s (--full takes them): intervals hold for 95 % each, not jointly",
                plan.processes,
                all.processes,
                seconds * all.processes as f64
            ));
        } else if forecast.is_worth_saying() {
            tell(&format!("this comparison takes {forecast}"));
        }
    }
    let command = worker_command_with(&users, scratch.path())?;
    let facts = users.interpreters.facts();
    let errand =
        Errand { of: Of::Compare, halt, registry, jobs, command, facts, plan, resumed: None, scratch };
    measure(&run, errand, &clock)
}

/// Who ratios are taken to.
fn baseline(
    asked: &Asked,
    specifications: &Specifications,
    workload: &breakeven_problem::Workload,
    registry: &Registry,
    ours: OurPython,
) -> Result<String, Stop> {
    if let Some(reference) = &specifications.reference {
        return Ok(reference.id().to_owned());
    }
    let Some(Placed { value: id, place }) = &asked.baseline else {
        return Ok(match breakeven_cli::registry::baseline(workload) {
            "python/naive" if ours == OurPython::Lacking => "rust/naive".to_owned(),
            id => id.to_owned(),
        });
    };
    let id = specifications.id_of(id).unwrap_or(id);
    let Some(known) = registry.find(id, workload, id).filter(|_| !is_control(id)) else {
        return Err(Stop::usage(anyhow!(
            "{place} {id}: nobody of this name offers {}: see `breakeven list`, or name one of yours",
            workload.id
        )));
    };
    // every ratio is taken to it: it is asked before anything is measured
    if ours == OurPython::Lacking
        && !is_users(id)
        && let Err(absence) = known.version()
    {
        let install = absence.install.map_or_else(String::new, |line| format!(" ({line})"));
        return Err(Stop::ours(anyhow!("{place} {id}: {}{install}", absence.reason)));
    }
    Ok(id.to_owned())
}

/// Ids of who takes part: the user's, those of ours that compute the same, and the controls.
fn contenders(
    specifications: &Specifications,
    filter: &Filter<'_>,
    registry: &Registry,
    workload: &breakeven_problem::Workload,
    baseline: &str,
) -> Vec<String> {
    let another_computation = specifications.reference.is_some();
    let mut ids = workloads::offering(&registry.contenders, workload);
    ids.retain(|id| {
        let asked = if filter.is_open() { BESIDE.contains(&base(id)) } else { filter.matches(id) };
        let ours = !another_computation && asked;
        is_users(id) || id == baseline || is_control(id) || ours
    });
    ids.push(AA_CONTROL.to_owned());
    ids
}

fn require_known(arguments: &CompareArguments, jobs: &[Job]) -> Outcome {
    let missing = arguments.run.require.iter().find(|id| !jobs.iter().any(|job| job.contenders.contains(id)));
    match missing {
        Some(id) => Err(Stop::ours(anyhow!("--require {id}: no such contender takes part"))),
        None => Ok(()),
    }
}

/// The same arguments, as `run` knows them.
fn as_run(arguments: &CompareArguments) -> RunArguments {
    let CompareArguments { numbers, run, .. } = arguments.clone();
    RunArguments {
        what: ListArguments {
            mode: ModeArguments { quick: arguments.quick, full: false },
            selection: SelectionArguments {
                tasks: Vec::new(),
                lengths: Vec::new(),
                windows: Vec::new(),
                contender: arguments.contender.clone(),
            },
            recording: RecordingArguments { recording: None, channels: None, seed: numbers.seed },
            interpreter: arguments.interpreter.clone(),
            format: run.format,
        },
        output: run.output,
        label: Some(run.label.unwrap_or_else(|| "compare".to_owned())),
        dry_run: run.dry_run,
        require: run.require,
        until_resolved: run.until_resolved,
        budget: run.budget,
        resume: None,
        no_pin: run.no_pin,
        memory: run.memory,
    }
}
