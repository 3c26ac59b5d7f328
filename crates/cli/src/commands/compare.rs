//! `breakeven compare`: a user's own functions beside ours, on the user's data.

pub(crate) mod function;
pub(crate) mod interpreter;
pub(crate) mod loader;
pub(crate) mod made;
pub(crate) mod numbers;
pub(crate) mod python_function;
pub(crate) mod request;
pub(crate) mod trial;
pub(crate) mod user_function;

use std::collections::BTreeSet;

use anyhow::anyhow;
use breakeven_cli::user::{EmbeddedPython, UserSet};
use breakeven_cli::workloads;
use breakeven_measure::clock::Monotonic;
use breakeven_measure::environment::memory_limit_bytes;
use breakeven_measure::job::Job;
use breakeven_problem::{CHANGES_ITS_INPUT, Handing, Workload};
use breakeven_record::Mode;
use breakeven_record::contender_id::{AA_CONTROL, ContenderId};

use self::function::UserFunctions;
use self::interpreter::identified;
use self::loader::Loader;
use self::made::Made;
use self::numbers::Numbers;
use self::request::Request;
use crate::arguments::{CompareArguments, Format, Given};
use crate::commands::list::print_planned;
use crate::commands::tell;
use crate::forecast::{CallSeconds, Forecast};
use crate::measurement::{Measurement, RecordKind, check_required, refuse_debug_build};
use crate::plan;
use crate::scratch::Scratch;
use crate::selection::ContenderFilter;
use crate::session::{Session, interpreters, interruptible};
use crate::stop::{CommandResult, Stop};

/// Our contenders that are measured beside a user's where `-c` names none: the ones most people know, and the fastest.
/// All of ours would take minutes, most of them for the slowest.
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

/// More seconds than this are too many for a comparison that names neither `--quick` nor `--full`.
const PATIENCE_SECONDS: f64 = 30.0;

/// Checks the functions, measures them beside ours, and prints where the record and the report are.
pub(crate) fn compare(given: &CompareArguments) -> CommandResult {
    let clock = Monotonic::new();
    let CompareArguments { measuring, format, quick, full, seed, .. } = given;
    let request = Request::new(given)?;
    let made = Made::of(&request)?;
    let numbers = Numbers::new(&request, made.as_ref())?;
    let pattern = request.settings.contender.as_ref();
    let filter = ContenderFilter::new(pattern.map(|pattern| pattern.value.as_str()))?;
    let scratch = Scratch::new()?;
    let mut interpreters = interpreters(&given.interpreter, scratch.path())?;
    let loader = Loader {
        request: &request,
        made: made.as_ref(),
        interpreters: &interpreters.further,
        folder: scratch.path(),
    };
    let functions = UserFunctions::load(loader)?;
    interpreters.users = functions.interpreter().and_then(|path| identified(path, scratch.path()));
    let users = UserSet { interpreters, python: EmbeddedPython::here(), ..functions.user_set() };
    let mut session = Session::new(users, scratch);
    let halt = interruptible()?;
    let memory_bytes = memory_limit_bytes(measuring.memory);
    let handing = request.handing();
    let bounds = trial::Bounds { folder: session.scratch(), memory_bytes, handing, halt: &halt };
    let (mut jobs, mut calls) = (Vec::new(), CallSeconds::new());
    let mut changing = BTreeSet::new();
    let mut workloads = Vec::new();
    for numbers in numbers.workloads()? {
        let tried = trial::of_all(&functions, &numbers, bounds)?;
        workloads.push((numbers, tried));
    }
    // one for all workloads, so that their ratios can be told together
    let first =
        functions.ids().find(|id| workloads.iter().all(|(_, tried)| tried.can_be_called(&functions, id)));
    let first = first.map(str::to_owned);
    for (numbers, mut tried) in workloads {
        let workload = &numbers.workload;
        let baseline = baseline(&request, &functions, first.as_deref(), workload, &session)?;
        if functions.is_handed_copies(&baseline) {
            changing.extend(tried.changing.iter().cloned());
        } else if handing == Handing::FreshCopies {
            let why = "takes no copies: name a Python function with --baseline";
            return Err(Stop::usage(anyhow!("--fresh: the baseline {baseline} {why}")));
        } else {
            let why = format!(
                "{CHANGES_ITS_INPUT}, and the baseline {baseline} cannot be timed on copies: name a Python function with --baseline"
            );
            tried.failed.extend(tried.changing.iter().map(|id| (id.clone(), why.clone())));
        }
        let contenders = contenders(&functions, &filter, workload, &session, &baseline);
        let seconds = tried.seconds.iter().map(|(id, seconds)| ((workload.id.clone(), id.clone()), *seconds));
        calls.extend(seconds);
        let job = numbers.job(baseline, contenders, tried.expected.take());
        jobs.push(Job { known: tried.known(), ..job });
    }
    if let Some(note) = trial::fresh_copies(handing, changing) {
        jobs.iter_mut().for_each(|job| job.workload.why = format!("{}; {note}", job.workload.why));
        session.users.handing = Handing::FreshCopies;
        tell(&format!("note: {note}"));
    }
    check_required(&measuring.require, &jobs, "")?;
    let stages = plan::stages(measuring);
    let plan_of = |mode| plan::plan(mode, *seed, stages, &jobs);
    let forecast_of = |plan| Forecast::of(&jobs, plan, None, &calls, measuring.budget);
    let all = plan_of(Mode::Default);
    let all_s = forecast_of(&all).once_s;
    let hurries = !*quick && !*full && stages == 1 && all_s > PATIENCE_SECONDS;
    let plan = if hurries || *quick { plan_of(Mode::Quick) } else { all.clone() };
    let forecast = forecast_of(&plan);
    if measuring.dry_run {
        return print_planned(&jobs, &session.registry.contenders, &plan, forecast, *format);
    }
    refuse_debug_build()?;
    if *format != Format::Json {
        tell(&functions.announcement(made.as_ref()));
        if hurries {
            tell(&format!(
                "{} processes, since {} would take about {all_s:.0} s (--full takes them): intervals hold for 95 % each, not jointly",
                plan.processes, all.processes,
            ));
        } else if forecast.is_worth_saying() {
            tell(&format!("this comparison takes {forecast}"));
        }
    }
    let own = functions.ids().map(str::to_owned).collect();
    let (kind, format, resumed, accuracy) = (RecordKind::Comparison { own }, *format, None, None);
    Measurement { kind, arguments: measuring, format, jobs, plan, resumed, accuracy, halt, clock }
        .run(&session)
}

/// The contender that ratios are taken to: the one that is named, else the first SPEC that can be called, and that can be handed
/// copies where a function changes its input.
fn baseline(
    request: &Request,
    functions: &UserFunctions,
    first: Option<&str>,
    workload: &Workload,
    session: &Session,
) -> Result<String, Stop> {
    let Session { users, .. } = session;
    let without_python = users.python == EmbeddedPython::Absent && users.interpreters.users.is_none();
    if let Some(reference) = functions.reference() {
        return Ok(reference.id().to_owned());
    }
    let Some(Given { value: id, place }) = &request.settings.baseline else {
        if let Some(first) = first {
            return Ok(first.to_owned());
        }
        return Ok(match workloads::baseline(workload) {
            workloads::TALK if without_python => "rust/naive".to_owned(),
            id => id.to_owned(),
        });
    };
    let place = request.place("baseline", *place);
    let id = functions.id_of(id).unwrap_or(id);
    let parsed = ContenderId::from(id);
    let Some(known) = session.registry.find(id, workload, id).filter(|_| !parsed.is_control()) else {
        return Err(Stop::usage(anyhow!(
            "{place} {id}: no contender of this name offers {}: see `breakeven list`, or name one of yours",
            workload.id
        )));
    };
    // every ratio is taken to it: it is asked before anything is measured
    if without_python
        && !parsed.is_users()
        && let Err(absence) = known.version()
    {
        let install = absence.install.map_or_else(String::new, |line| format!(" ({line})"));
        return Err(Stop::ours(anyhow!("{place} {id}: {}{install}", absence.reason)));
    }
    Ok(id.to_owned())
}

/// Ids of who takes part: the user's, those of ours that compute the same, and the controls.
fn contenders(
    functions: &UserFunctions,
    filter: &ContenderFilter,
    workload: &Workload,
    session: &Session,
    baseline: &str,
) -> Vec<String> {
    let same_computation = functions.reference().is_none();
    let mut ids = workloads::offering(&session.registry.contenders, workload);
    ids.retain(|id| {
        let parsed = ContenderId::from(id);
        let is_meant =
            if filter.is_open() { BESIDE.contains(&parsed.base()) } else { filter.matches(&parsed) };
        parsed.is_users() || id == baseline || parsed.is_control() || (same_computation && is_meant)
    });
    ids.push(AA_CONTROL.to_owned());
    ids
}
