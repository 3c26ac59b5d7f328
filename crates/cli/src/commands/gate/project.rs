//! How are two revisions of any project made ready: as two checkouts, whose functions workers of this very program call?
//!
//! What is measured is what the head's set file names (`breakeven.toml`), on its numbers. Each side has the entries of its
//! own set file, and is built as that says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use breakeven_cli::interpreter::{Interpreter, Interpreters};
use breakeven_cli::user::{EmbeddedPython, UserSet};
use breakeven_cli::workloads::{self, CORNER_CASE};
use breakeven_gate::pairing::Workers;
use breakeven_gate::project::{Recipe, build};
use breakeven_gate::roster::Roster;
use breakeven_gate::rows::Rows;
use breakeven_gate::side::Name;
use breakeven_measure::environment::memory_limit_bytes;
use breakeven_measure::input_file::sha256;
use breakeven_measure::job::Job;
use breakeven_problem::{Distribution, Handing, Workload};

use super::{Prepared, Revisions, Wanted, stop_of};
use crate::arguments::{ComparisonSettings, GateArguments, Given};
use crate::commands::compare::function::{Loader, UserFunctions};
use crate::commands::compare::interpreter::{identified, interpreter_of};
use crate::commands::compare::numbers::Numbers;
use crate::commands::compare::request::{NAME, Request, SetFile};
use crate::commands::compare::trial::{self, Bounds};
use crate::commands::tell;
use crate::measurement::refuse_debug_build;
use crate::scratch::Scratch;
use crate::session::{Session, worker_of};
use crate::stop::Stop;

/// What only the repository of `breakeven` itself has.
const OURS: &str = "crates/gate/src/gate.rs";

/// The set file that a gate is about, by its path from the top; `None` for `breakeven` itself.
///
/// # Errors
/// There is none, or it lies outside of the repository (exit code 2).
pub(super) fn set_of(arguments: &GateArguments, top: &Path) -> Result<Option<PathBuf>, Stop> {
    let (here, at_top) = (PathBuf::from(NAME), top.join(NAME));
    let (path, place) = match &arguments.set {
        Some(named) => (named.clone(), format!("--set {}", named.display())),
        None if here.exists() => (here, NAME.to_owned()),
        None if at_top.exists() => (at_top.clone(), at_top.display().to_string()),
        None if top.join(OURS).exists() => {
            return match &arguments.python {
                None => Ok(None),
                Some(_) => Err(Stop::usage(anyhow!("--python: it is for functions of a set file (--set)"))),
            };
        }
        None => {
            let top = top.display();
            return Err(Stop::usage(anyhow!(
                "there is no {NAME} here and none in {top}: write one that names what is to be measured, or pass --set FILE"
            )));
        }
    };
    let of_ours = [
        (arguments.full, "--full"),
        (!arguments.workloads.tasks.is_empty(), "-t"),
        (arguments.workloads.recording.is_some(), "--recording"),
    ];
    if let Some((_, option)) = of_ours.iter().find(|(given, _)| *given) {
        let why = "it is for breakeven's own workloads, and a set file has its own numbers";
        return Err(Stop::usage(anyhow!("{option}: {why} ({})", path.display())));
    }
    let path = std::fs::canonicalize(&path).with_context(|| place.clone()).map_err(Stop::usage)?;
    match path.strip_prefix(top) {
        Ok(path) => Ok(Some(path.to_owned())),
        Err(_) => Err(Stop::usage(anyhow!(
            "{place}: it lies outside of the repository {}, and a gate takes the set file of each revision",
            top.display()
        ))),
    }
}

/// Checks both out, builds them, and calls each function once.
pub(super) fn prepare(
    arguments: &GateArguments,
    wanted: &Wanted,
    set: &Path,
    revisions: Revisions<'_>,
) -> Result<Prepared, Stop> {
    refuse_debug_build()?;
    let Revisions { repository, base, head, halt, .. } = revisions;
    let project = Project { arguments, set, revisions };
    let text = repository.file(head, set).ok_or_else(|| {
        let why = "git ignores it, so that neither revision has it";
        Stop::usage(anyhow!("{}: {why}: a gate compares what git knows", set.display()))
    })?;
    let mut notes = Vec::new();
    let in_base = repository.file(base, set).unwrap_or_else(|| {
        notes
            .push(format!("the base has no {}: that of the head says what is measured there", set.display()));
        text.clone()
    });
    let of_base = project.request(Name::Base, &in_base).map_err(|stop| {
        if stop.code() == 2 { Stop::not_comparable(anyhow!("the base: {stop}")) } else { stop }
    })?;
    let of_head = project.request(Name::Head, &text)?;

    let scratch = Scratch::new()?;
    let loader = |request| Loader { request, interpreters: &[], folder: scratch.path() };
    let numbers = Numbers::new(&of_head)?;
    let head_functions = UserFunctions::load(loader(&of_head))?;
    let (base_functions, missing) = UserFunctions::load_those_there(loader(&of_base));
    let mut missing: BTreeSet<String> = missing.iter().map(ToString::to_string).collect();
    let bounds = Bounds { folder: scratch.path(), memory_bytes: memory_limit_bytes(None), halt };
    let (mut jobs, mut base_has, mut head_has) = (Vec::new(), Roster::new(), Roster::new());
    let mut changing = BTreeSet::new();
    for numbers in numbers.workloads()? {
        let tried = trial::of_all(&head_functions, &numbers, bounds)?;
        let there = trial::of_base(&base_functions, &numbers, bounds)?;
        changing.extend(tried.changing.into_iter().chain(there.changing));
        let id = numbers.workload.id.clone();
        let ids = |functions: &UserFunctions| -> Vec<String> {
            functions.all.iter().map(|one| one.id().to_owned()).collect()
        };
        let callable = ids(&base_functions).into_iter().filter(|id| !there.failed.contains_key(id));
        base_has.insert(id.clone(), callable.collect());
        head_has.insert(id, ids(&head_functions).into_iter().collect());
        missing.extend(there.failed.into_values());
        let baseline = workloads::baseline(&numbers.workload).to_owned();
        jobs.push(numbers.job(baseline, Vec::new(), tried.expected));
    }
    notes.extend(missing.into_iter().map(|why| format!("not in the base: {why}")));
    let handing = if changing.is_empty() { Handing::SameInput } else { Handing::FreshCopies };
    if !changing.is_empty() {
        let ids = changing.into_iter().collect::<Vec<_>>().join(", ");
        notes.push(format!(
            "every Python function gets a fresh copy of its input for each call, since {ids} changes it"
        ));
    }
    let users_of = |functions: &UserFunctions| {
        let users = functions.interpreter().and_then(|path| identified(path, scratch.path()));
        let interpreters = Interpreters { users, ..Interpreters::default() };
        UserSet { interpreters, handing, python: EmbeddedPython::Absent, ..functions.user_set() }
    };
    let (base_users, head_users) = (users_of(&base_functions), users_of(&head_functions));
    let [in_base, in_head] = [&base_users, &head_users].map(|users| users.interpreters.users.as_ref());
    let stacks =
        [in_base, in_head].map(|interpreter| interpreter.map_or_else(String::new, Interpreter::stack));
    if stacks[0] != stacks[1] {
        notes.push(format!("the base ran in {}, and the head in {}", stacks[0], stacks[1]));
    }
    let sentinels = sentinels(in_head, &jobs, arguments.workloads.seed);
    let rows = Rows::of(jobs, &base_has, &head_has, &|id| wanted.matches(id)).map_err(|error| {
        let stop = stop_of(error);
        if notes.is_empty() { stop } else { Stop::nothing_matches(anyhow!("{stop} ({})", notes.join("; "))) }
    })?;
    let worker = |users: &UserSet, name: &str| worker_of(users, &scratch.path().join(name));
    let workers =
        Workers { base: worker(&base_users, "base.json")?, head: worker(&head_users, "head.json")? };
    let data = of_head
        .settings
        .data
        .as_ref()
        .map_or_else(Vec::new, |data| std::fs::read(&data.value).unwrap_or_default());
    let build_of = |request: &Request| request.settings.build.as_ref().map(|build| build.value.clone());
    let made_of = [
        env!("CARGO_PKG_VERSION").to_owned(),
        set.display().to_string(),
        base.tree.clone(),
        head.tree.clone(),
        build_of(&of_base).unwrap_or_default(),
        build_of(&of_head).unwrap_or_default(),
        stacks.join("\n"),
        sha256(&data),
    ];
    let session = Session::new(head_users, scratch);
    Ok(Prepared { session, workers, rows: rows.with_sentinels(sentinels), made_of: made_of.to_vec(), notes })
}

/// A project whose revisions are compared.
#[derive(Clone, Copy)]
struct Project<'a> {
    arguments: &'a GateArguments,
    set: &'a Path,
    revisions: Revisions<'a>,
}

impl Project<'_> {
    /// What the set file of a side asks for, in the side's checkout, which is built before. What is not there (an
    /// environment, data that git ignores) is looked for in the main checkout.
    fn request(self, side: Name, text: &str) -> Result<Request, Stop> {
        let Revisions { repository, cache, base, head, halt } = self.revisions;
        let folder = self.set.parent().unwrap_or(Path::new(""));
        let main = repository.top().join(folder);
        let before = self.read(text, main.clone(), None)?;
        let is_python = |spec: &Given<String>| spec.value.contains(".py:");
        let has_python = before.settings.functions.iter().any(|function| is_python(&function.spec));
        let python = if has_python { interpreter_of(&before, None).ok() } else { None };
        let command = before.settings.build.as_ref().map(|build| build.value.as_str());
        let recipe = Recipe { command, folder, python: python.as_deref() };
        let revision = match side {
            Name::Base => base,
            Name::Head => head,
        };
        let built = build(cache, repository, (side, revision), recipe, halt, &mut |text| tell(text));
        self.read(text, built.map_err(stop_of)?.join(folder), Some(main))
    }

    fn read(self, text: &str, folder: PathBuf, otherwise: Option<PathBuf>) -> Result<Request, Stop> {
        let GateArguments { workloads, python, .. } = self.arguments;
        let all = |numbers: &[usize]| numbers.iter().copied().map(Given::option).collect();
        let settings = ComparisonSettings {
            lengths: all(&workloads.lengths),
            windows: all(&workloads.windows),
            python: python.clone().map(Given::option),
            ..ComparisonSettings::default()
        };
        let set = SetFile { name: self.set.to_owned(), text: text.to_owned(), folder, otherwise };
        Request::of_set(set, settings, workloads.seed)
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
    let sizes = CORNER_CASE..;
    let workload =
        |n| Workload::whole(Distribution::Uniform, n, "tells whether the machine moved").with_one_input();
    let mut free = sizes.map(workload).filter(|own| jobs.iter().all(|job| job.workload.id != own.id));
    let workload = free.next().expect("some length is in no job");
    workloads::seeded_job(workload, seed, ids.map(str::to_owned).to_vec())
}
