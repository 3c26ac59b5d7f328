//! `breakeven gate`: did a change of the code make anything slower?

mod ours;
mod output;
mod project;

use std::path::Path;
use std::time::Duration;

use breakeven_gate::build::{Cache, key};
use breakeven_gate::confirmation::count_and_confirm;
use breakeven_gate::error::GateError;
use breakeven_gate::gate::{Found, gate as measure_and_judge};
use breakeven_gate::judge::SCREENING_TRIPLES;
use breakeven_gate::judgement::{Conditions, GateVerdict, Judgement, SCHEMA, StageName};
use breakeven_gate::lock::Lock;
use breakeven_gate::pairing::{self, Done, Pairing, ROUNDS};
use breakeven_gate::revision::{Repository, Revision};
use breakeven_gate::rows::Rows;
use breakeven_gate::workers::Workers;
use breakeven_measure::clock::utc_now;
use breakeven_measure::cores::last_allowed;
use breakeven_measure::environment::cpu_model;
use breakeven_measure::process::Halt;
use breakeven_record::contender_id::is_control;

use crate::arguments::{FailOn, GateArguments};
use crate::commands::tell;
use crate::selection::ContenderFilter;
use crate::session::{Session, interruptible};
use crate::stop::{CommandResult, Stop};

/// Where the cache of a repository lies in it.
const CACHE: &str = "target/gate";

/// Builds, measures, judges, prints.
pub(crate) fn gate(arguments: &GateArguments) -> CommandResult {
    let created = utc_now();
    let repository = Repository::find(Path::new(".")).map_err(stop_of)?;
    let set = project::set_of(arguments, repository.top())?;
    let wanted = Wanted::new(arguments.judged(set.is_some()))?;
    let halt = interruptible()?;
    let head = repository.head().map_err(stop_of)?;
    let base = repository.base(arguments.base.as_deref(), &head).map_err(stop_of)?;
    let cache = Cache::at(&repository.top().join(CACHE)).map_err(stop_of)?;
    let waiting = &mut |owner: &str| tell(&format!("waiting for another gate of this checkout ({owner})"));
    let _lock = Lock::take(&cache.lock(), &halt, waiting).map_err(stop_of)?;

    let revisions =
        Revisions { repository: &repository, cache: &cache, base: &base, head: &head, halt: &halt };
    let Prepared { session, workers, mut rows, made_of, notes } = match &set {
        Some(set) => project::prepare(arguments, &wanted, set, revisions)?,
        None => ours::prepare(arguments, &wanted, revisions)?,
    };
    let (processor, seed) = (last_allowed(), arguments.workloads.seed);
    let conditions = pairing::Conditions { processor, scratch: session.scratch(), seed, halt: halt.clone() };
    let mut pairing = Pairing::new(&session.registry, &workers, conditions).map_err(stop_of)?;
    let pinned_to = pairing.is_pinned().then_some(processor);
    let file = cache.samples(&samples_key(&made_of, &rows, &pairing, arguments));
    if file.exists() {
        tell("going on with what an interrupted gate of the same revisions has measured");
    }
    let threshold = arguments.threshold / 100.0;
    let mut show = progress();
    let mut found =
        measure_and_judge(&mut pairing, &mut rows, &file, threshold, &mut show).map_err(stop_of)?;
    if set.is_none() {
        let again = &mut || ours::second_builds(revisions);
        found = count_and_confirm(&pairing, &mut rows, &file, threshold, found, again, &mut show)
            .map_err(stop_of)?;
    }
    let Found { rows, sentinels, machine_moved, decision_triples, confirmation_triples, notes: counted } =
        found;
    let notes = of_revisions(revisions, pinned_to).into_iter().chain(notes).chain(counted).collect();
    let measured = Conditions {
        created,
        cpu: cpu_model(),
        pinned_to,
        seed,
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

/// What is compared, and where both are kept.
#[derive(Clone, Copy)]
struct Revisions<'a> {
    repository: &'a Repository,
    cache: &'a Cache,
    base: &'a Revision,
    head: &'a Revision,
    halt: &'a Halt,
}

/// Both sides, built and ready to be measured.
struct Prepared {
    /// What is known of the contenders, and the folder for their files.
    session: Session,
    workers: Workers,
    rows: Rows,
    /// What the samples depend on beside the rows and the machine.
    made_of: Vec<String>,
    /// What to know before a figure is believed.
    notes: Vec<String>,
}

/// The contenders that are judged; all where there is no pattern.
struct Wanted(ContenderFilter);

impl Wanted {
    fn new(pattern: Option<&str>) -> Result<Self, Stop> {
        ContenderFilter::new(pattern).map(Self)
    }

    fn matches(&self, id: &str) -> bool {
        !is_control(id) && self.0.matches(&id.into())
    }
}

/// A name for the samples of a gate: another where anything is different that they depend on.
fn samples_key(made_of: &[String], rows: &Rows, pairing: &Pairing<'_>, arguments: &GateArguments) -> String {
    let rows: String =
        rows.measured().iter().map(|row| format!("{} {}\n", row.workload, row.contender)).collect();
    let numbers = format!("{} {ROUNDS} {}", arguments.workloads.seed, arguments.threshold);
    let facts = pairing.facts();
    let made_of = made_of.iter().map(String::as_str);
    key(&made_of.chain([&*rows, &*facts, &*numbers]).collect::<Vec<_>>())
}

/// What to know of the two revisions.
fn of_revisions(revisions: Revisions<'_>, pinned_to: Option<usize>) -> Vec<String> {
    let Revisions { base, head, .. } = revisions;
    holding(&[
        (head.dirty, "the head holds uncommitted changes and new files: it is what lies in the checkout"),
        (base.tree == head.tree, "base and head are the same: what is found is noise"),
        (pinned_to.is_none(), "the workers could not stay on one processor, and may have moved meanwhile"),
    ])
}

/// The texts that hold.
fn holding(said: &[(bool, &str)]) -> Vec<String> {
    said.iter().filter(|(holds, _)| *holds).map(|(_, text)| (*text).to_owned()).collect()
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
        | GateError::NoCommit { .. }
        | GateError::UnknownRevision { .. }
        | GateError::NoMergeBase { .. } => Stop::usage(error),
        GateError::DoesNotBuild { .. } | GateError::OtherProtocol { .. } => Stop::not_comparable(error),
        GateError::NothingInCommon => Stop::nothing_matches(error),
        GateError::Git { .. } | GateError::Io { .. } | GateError::Run(_) => Stop::ours(error),
    }
}
