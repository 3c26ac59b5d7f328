//! How are two revisions of any project made ready: as two checkouts, whose functions workers of this very program call?
//!
//! What is measured is what the head's set file names (`breakeven.toml`), on its numbers. Each side has the entries of its
//! own set file, and is built as that says.

mod imports;
mod sets;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::anyhow;
use breakeven_cli::interpreter::{Interpreter, Interpreters};
use breakeven_cli::user::{EmbeddedPython, UserSet};
use breakeven_cli::workloads::{self, CORNER_CASE};
use breakeven_gate::roster::Roster;
use breakeven_gate::rows::Rows;
use breakeven_gate::side::Name;
use breakeven_gate::workers::Workers;
use breakeven_measure::environment::memory_limit_bytes;
use breakeven_measure::input_file::sha256;
use breakeven_measure::job::Job;
use breakeven_problem::{Distribution, Handing, Workload};
pub(super) use sets::set_of;

use self::sets::Sets;
use super::{Prepared, Revisions, Wanted, stop_of};
use crate::arguments::{ComparisonSettings, GateArguments};
use crate::commands::compare::function::UserFunctions;
use crate::commands::compare::interpreter::identified;
use crate::commands::compare::loader::Loader;
use crate::commands::compare::made::Made;
use crate::commands::compare::numbers::Numbers;
use crate::commands::compare::trial::{self, Bounds};
use crate::measurement::refuse_debug_build;
use crate::scratch::Scratch;
use crate::session::{Session, worker_of};
use crate::stop::Stop;

/// Checks both out, builds them, and calls each function once.
pub(super) fn prepare(
    arguments: &GateArguments,
    wanted: &Wanted,
    set: &Path,
    revisions: Revisions<'_>,
) -> Result<Prepared, Stop> {
    refuse_debug_build()?;
    let mut sets = Sets::built(arguments, set, revisions)?;
    let mut notes = std::mem::take(&mut sets.notes);
    let scratch = Scratch::new()?;
    let made = Made::of(&sets.head)?;
    // the head's function makes the inputs of both
    let loader = |request| Loader { request, made: made.as_ref(), interpreters: &[], folder: scratch.path() };
    let numbers = Numbers::new(&sets.head, made.as_ref())?;
    let in_head = UserFunctions::load(loader(&sets.head))?;
    if let Some(one) = in_head.outside(&revisions.cache.checkout(Name::Head)) {
        let why = "it lies outside of the repository, so that base and head would be the same";
        return Err(Stop::usage(anyhow!("{}: {why}", one.place)));
    }
    let (in_base, missing) = UserFunctions::load_those_there(loader(&sets.base));
    if let Some(one) = in_base.outside(&revisions.cache.checkout(Name::Base)) {
        let why = "it lies outside of the repository";
        return Err(Stop::not_comparable(anyhow!("the base: {}: {why}", one.place)));
    }
    let mut handing = sets.head.handing();
    let memory_bytes = memory_limit_bytes(None);
    let bounds = Bounds { folder: scratch.path(), memory_bytes, handing, halt: revisions.halt };
    let mut tried = Tried { missing: missing.iter().map(ToString::to_string).collect(), ..Tried::default() };
    tried.add(&numbers, &in_base, &in_head, bounds)?;
    let places = (revisions.repository.top(), revisions.cache.folder());
    let way = (scratch.path(), revisions.halt);
    imports::refuse_of_main_checkout(&in_head, places, way)?;
    imports::refuse_of_main_checkout(&in_base, places, way)
        .map_err(|stop| Stop::not_comparable(anyhow!("the base: {stop}")))?;
    notes.extend(tried.missing.iter().map(|why| format!("not in the base: {why}")));
    if let Some(note) = trial::fresh_copies(handing, tried.changing) {
        handing = Handing::FreshCopies;
        notes.push(note);
    }
    let [of_base, of_head] = [&in_base, &in_head].map(|functions| {
        let users = functions.interpreter().and_then(|path| identified(path, scratch.path()));
        let interpreters = Interpreters { users, ..Interpreters::default() };
        UserSet { interpreters, handing, python: EmbeddedPython::Absent, ..functions.user_set() }
    });
    let stacks = [&of_base, &of_head].map(|users| users.interpreters.users.as_ref().map(Interpreter::stack));
    if let [Some(base), Some(head)] = &stacks
        && base != head
    {
        notes.push(format!("the base ran in {base}, and the head in {head}"));
    }
    let sentinels = sentinels(of_head.interpreters.users.as_ref(), &tried.jobs, arguments.workloads.seed);
    let rows = Rows::of(tried.jobs, &tried.in_base, &tried.in_head, &|id| wanted.matches(id));
    let rows = rows.map_err(|error| {
        let stop = stop_of(error);
        if notes.is_empty() { stop } else { Stop::nothing_matches(anyhow!("{stop} ({})", notes.join("; "))) }
    })?;
    let worker = |users: &UserSet, name: &str| worker_of(users, &scratch.path().join(name));
    let workers = Workers { base: worker(&of_base, "base.json")?, head: worker(&of_head, "head.json")? };
    let mut made_of = made_of(set, &sets, revisions);
    made_of.extend(stacks.map(Option::unwrap_or_default));
    let session = Session::new(of_head, scratch);
    Ok(Prepared { session, workers, rows: rows.with_sentinels(sentinels), made_of, notes })
}

/// What came of one call of each function.
#[derive(Default)]
struct Tried {
    jobs: Vec<Job>,
    in_base: Roster,
    in_head: Roster,
    /// Functions that change their input, by id.
    changing: BTreeSet<String>,
    /// Why entries of the base's set file are not in the base.
    missing: BTreeSet<String>,
}

impl Tried {
    /// Calls each function once on each workload.
    fn add(
        &mut self,
        numbers: &Numbers<'_>,
        in_base: &UserFunctions,
        in_head: &UserFunctions,
        bounds: Bounds<'_>,
    ) -> Result<(), Stop> {
        for numbers in numbers.workloads()? {
            let of_head = trial::of_all(in_head, &numbers, bounds)?;
            let of_base = trial::of_base(in_base, &numbers, bounds)?;
            let workload = numbers.workload.id.clone();
            let callable = in_base.ids().filter(|id| !of_base.failed.contains_key(*id));
            self.in_base.insert(workload.clone(), callable.map(str::to_owned).collect());
            self.in_head.insert(workload, in_head.ids().map(str::to_owned).collect());
            self.changing.extend(of_head.changing.into_iter().chain(of_base.changing));
            self.missing.extend(of_base.failed.into_values());
            let baseline = workloads::baseline(&numbers.workload).to_owned();
            self.jobs.push(numbers.job(baseline, Vec::new(), of_head.expected));
        }
        Ok(())
    }
}

/// Contenders that no change of the project touches, on numbers that it does not have: they tell whether the machine
/// moved. They run where the project's functions do.
fn sentinels(interpreter: Option<&Interpreter>, jobs: &[Job], seed: u64) -> Job {
    let ids = match interpreter {
        Some(interpreter) if interpreter.packages.contains_key("numpy") => {
            ["python/naive", "python/numpy-array"]
        }
        Some(_) => ["python/naive", "rust/naive"],
        None => ["rust/naive", "rust/ndarray"],
    };
    let workload =
        |n| Workload::whole(Distribution::Uniform, n, "tells whether the machine moved").with_one_input();
    let mut free =
        (CORNER_CASE..).map(workload).filter(|own| jobs.iter().all(|job| job.workload.id != own.id));
    let workload = free.next().expect("some length is in no job");
    workloads::seeded_job(workload, seed, ids.map(str::to_owned).to_vec())
}

/// What the samples depend on.
fn made_of(set: &Path, sets: &Sets, Revisions { base, head, .. }: Revisions<'_>) -> Vec<String> {
    let build = |settings: &ComparisonSettings| {
        settings.build.as_ref().map(|build| build.value.clone()).unwrap_or_default()
    };
    // data that git ignores is in no tree
    let data = sets.head.settings.data.as_ref().and_then(|data| std::fs::read(&data.value).ok());
    vec![
        env!("CARGO_PKG_VERSION").to_owned(),
        set.display().to_string(),
        base.tree.clone(),
        head.tree.clone(),
        build(&sets.base.settings),
        build(&sets.head.settings),
        sha256(&data.unwrap_or_default()),
    ]
}
