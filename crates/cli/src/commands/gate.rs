//! `breakeven gate`: did a change of the code make anything slower?

mod output;

use std::path::{Path, PathBuf};
use std::time::Duration;

use breakeven_cli::workloads::{self, CORNER_CASE};
use breakeven_gate::build::{Cache, LinkOrder, build, key};
use breakeven_gate::confirmation::count_and_confirm;
use breakeven_gate::error::GateError;
use breakeven_gate::gate::{Found, gate as measure_and_judge};
use breakeven_gate::judge::SCREENING_TRIPLES;
use breakeven_gate::judgement::{Conditions, GateVerdict, Judgement, SCHEMA, StageName};
use breakeven_gate::lock::Lock;
use breakeven_gate::pairing::{self, Done, Pairing, Programs, ROUNDS};
use breakeven_gate::revision::{Repository, Revision};
use breakeven_gate::roster::roster;
use breakeven_gate::rows::Rows;
use breakeven_gate::side::Name;
use breakeven_measure::clock::utc_now;
use breakeven_measure::cores::last_allowed;
use breakeven_measure::environment::cpu_model;
use breakeven_measure::job::Job;
use breakeven_problem::{Distribution, Workload};
use breakeven_record::contender_id::is_control;
use regex::Regex;

use crate::arguments::{FailOn, GateArguments};
use crate::commands::tell;
use crate::selection::{ContenderFilter, Selection};
use crate::session::{Session, interruptible};
use crate::stop::{CommandResult, Stop};

/// Where the cache of a repository lies in it.
const CACHE: &str = "target/gate";

/// What both sides' environments are pinned by.
const REQUIREMENTS: &str = "scripts/requirements-core.txt";

/// Contenders that no change of a kernel touches, on the corner case: they tell whether the machine moved.
const SENTINELS: [&str; 2] = ["python/naive", "python/numpy-array"];

/// Kernels, and where their code is: sentinels too where that is the same in both revisions.
const KERNELS: [(&str, &str); 2] = [("rust/naive", "crates/naive"), ("rust/simd", "crates/simd")];

/// What every kernel is built with.
const PROBLEM: &str = "crates/problem";

/// The versions of all dependencies.
const LOCK: &str = "Cargo.lock";

/// Builds, measures, judges, prints.
pub(crate) fn gate(arguments: &GateArguments) -> CommandResult {
    let created = utc_now();
    let wanted = Wanted::new(arguments)?;
    let session = Session::of_ours(&[])?;
    let jobs = Selection::new(&arguments.selection())?.jobs(&session.registry.contenders)?;
    let halt = interruptible()?;
    let repository = Repository::find(Path::new(".")).map_err(stop_of)?;
    let head = repository.head().map_err(stop_of)?;
    let base = repository.base(arguments.base.as_deref(), &head).map_err(stop_of)?;
    let cache = Cache::at(&repository.top().join(CACHE)).map_err(stop_of)?;
    let waiting = &mut |owner: &str| tell(&format!("waiting for another gate of this checkout ({owner})"));
    let _lock = Lock::take(&cache.lock(), &halt, waiting).map_err(stop_of)?;

    let python = python(repository.top());
    let built = |side, revision, order| {
        build(&cache, &repository, (side, revision, order), &python, &halt, &mut |text| tell(text))
    };
    let programs = Programs {
        base: built(Name::Base, &base, LinkOrder::Ordinary).map_err(stop_of)?,
        head: built(Name::Head, &head, LinkOrder::Ordinary).map_err(stop_of)?,
    };
    let list = arguments.of_list();
    let in_base = roster(Name::Base, &programs.base, &list).map_err(stop_of)?;
    let in_head = roster(Name::Head, &programs.head, &list).map_err(stop_of)?;
    let rows = Rows::of(jobs, &in_base, &in_head, &|id| wanted.matches(id)).map_err(stop_of)?;
    let is_untouched = |id: &str| {
        KERNELS.iter().any(|(kernel, folder)| {
            *kernel == id
                && ![*folder, PROBLEM, LOCK].iter().any(|path| repository.differs(&base, &head, path))
        })
    };
    let mut rows =
        rows.with_sentinels(sentinels(arguments.workloads.seed)).with_untouched_sentinels(&is_untouched);

    let processor = last_allowed();
    let conditions = pairing::Conditions {
        processor,
        scratch: session.scratch(),
        seed: arguments.workloads.seed,
        halt: halt.clone(),
    };
    let mut pairing = Pairing::new(&session.registry, &programs, conditions).map_err(stop_of)?;
    let pinned_to = pairing.is_pinned().then_some(processor);
    let file = cache.samples(&samples_key(&programs, &rows, &pairing, arguments));
    if file.exists() {
        tell("going on with what an interrupted gate of the same revisions has measured");
    }
    let threshold = arguments.threshold / 100.0;
    let mut show = progress();
    let found = measure_and_judge(&mut pairing, &mut rows, &file, threshold, &mut show).map_err(stop_of)?;
    let again = &mut || built(Name::Head, &head, LinkOrder::Shuffled);
    let found =
        count_and_confirm(&pairing, &mut rows, &file, threshold, found, again, &mut show).map_err(stop_of)?;
    let mut notes = notes(&repository, &base, &head, pinned_to, arguments);
    let Found { rows, sentinels, machine_moved, decision_triples, confirmation_triples, notes: counted } =
        found;
    notes.extend(counted);
    let measured = Conditions {
        created,
        cpu: cpu_model(),
        pinned_to,
        seed: arguments.workloads.seed,
        screening_triples: SCREENING_TRIPLES,
        decision_triples,
        confirmation_triples,
    };
    let judgement = Judgement {
        schema: SCHEMA.to_owned(),
        judgement: String::new(),
        base,
        head,
        measured,
        threshold,
        machine_moved,
        notes,
        sentinels,
        rows,
    }
    .in_words();
    output::write(&judgement, arguments, &file)?;
    // the next gate of the same revisions measures again; the last samples stay readable
    std::fs::rename(&file, cache.samples("last")).map_err(Stop::ours)?;
    output::print(&judgement, arguments.format)?;
    ending(&judgement, &arguments.fail_on)
}

/// Contenders that `-c` names.
struct Wanted(ContenderFilter);

impl Wanted {
    fn new(arguments: &GateArguments) -> Result<Self, Stop> {
        ContenderFilter::new(Some(&arguments.contender)).map(Self)
    }

    fn matches(&self, id: &str) -> bool {
        !is_control(id) && self.0.matches(&id.into())
    }
}

/// The interpreter that both are built for: the one that is exported, or that of the checkout.
fn python(top: &Path) -> PathBuf {
    let exported = std::env::var_os("PYO3_PYTHON").map(PathBuf::from).filter(|path| path.is_absolute());
    exported.unwrap_or_else(|| top.join(".venv/bin/python"))
}

/// The job of the sentinels.
fn sentinels(seed: u64) -> Job {
    let here = SENTINELS.iter().filter(|_| cfg!(feature = "python"));
    let workload = Workload::whole(Distribution::Uniform, CORNER_CASE, "tells whether the machine moved");
    workloads::seeded_job(workload.with_one_input(), seed, here.map(|id| (*id).to_owned()).collect())
}

/// A name for the samples of a gate: another where anything is different that they depend on.
fn samples_key(programs: &Programs, rows: &Rows, pairing: &Pairing<'_>, arguments: &GateArguments) -> String {
    let rows: String =
        rows.measured().iter().map(|row| format!("{} {}\n", row.workload, row.contender)).collect();
    let numbers = format!("{} {ROUNDS} {}", arguments.workloads.seed, arguments.threshold);
    let program = |path: &Path| path.display().to_string();
    let recording =
        arguments.workloads.recording.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    key(&[&program(&programs.base), &program(&programs.head), &rows, &pairing.facts(), &numbers, &recording])
}

fn notes(
    repository: &Repository,
    base: &Revision,
    head: &Revision,
    pinned_to: Option<usize>,
    arguments: &GateArguments,
) -> Vec<String> {
    let said = [
        (head.dirty, "the head holds uncommitted changes and new files: it is what lies in the checkout"),
        (base.tree == head.tree, "base and head are the same: what is found is noise"),
        (pinned_to.is_none(), "the workers could not stay on one processor, and may have moved meanwhile"),
        (
            repository.differs(base, head, REQUIREMENTS),
            "the pinned Python packages differ; both sides ran with those of this checkout's environment",
        ),
        (
            Regex::new(&arguments.contender).is_ok_and(|asked| asked.is_match("python/naive")),
            "Python contenders are judged as rows: of the sentinels only those remain that are not asked for",
        ),
    ];
    said.into_iter().filter(|(holds, _)| *holds).map(|(_, text)| text.to_owned()).collect()
}

/// Says on a terminal which triples are done.
fn progress() -> impl FnMut(StageName, Done) {
    let is_terminal = console::Term::stderr().is_term();
    let began = std::time::Instant::now();
    move |stage, Done { triples, of }| {
        if is_terminal {
            let stage = match stage {
                StageName::Screening => "screening",
                StageName::Decision => "deciding on what was suspected",
                StageName::Confirmation => "confirming what moved with the same instructions",
            };
            let seconds = Duration::from_secs(began.elapsed().as_secs());
            tell(&format!("{stage}: {triples} of {of} triples of processes, {seconds:?}"));
        }
    }
}

/// Ends with the first of what `fail_on` names and the gate has found: wrong, failed, slower, unresolved.
fn ending(judgement: &Judgement, fail_on: &[FailOn]) -> CommandResult {
    let failed = [GateVerdict::Failed, GateVerdict::Removed];
    let named = |verdicts: &[GateVerdict]| {
        let all = verdicts.iter().map(|&verdict| judgement.named(verdict)).filter(|text| !text.is_empty());
        all.collect::<Vec<_>>().join(", ")
    };
    let found = [
        (FailOn::Wrong, "wrong", named(&[GateVerdict::Wrong])),
        (FailOn::Failed, "failed in the head or removed", named(&failed)),
        (FailOn::Slower, "regressed", named(&[GateVerdict::Regressed])),
        (FailOn::Unresolved, "not resolved", named(&[GateVerdict::NotResolved])),
    ];
    Stop::for_findings(&found, fail_on)
}

/// The exit code of a gate without a judgement.
fn stop_of(error: GateError) -> Stop {
    match error {
        GateError::Interrupted => Stop::interrupted(error),
        GateError::NoRepository { .. }
        | GateError::UnknownRevision { .. }
        | GateError::NoMergeBase { .. } => Stop::usage(error),
        GateError::DoesNotBuild { .. } | GateError::OtherProtocol { .. } => Stop::not_comparable(error),
        GateError::NothingInCommon => Stop::nothing_matches(error),
        GateError::Git { .. } | GateError::Io { .. } | GateError::Run(_) => Stop::ours(error),
    }
}
