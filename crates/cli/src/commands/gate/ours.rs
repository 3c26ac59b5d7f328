//! How are two revisions of `breakeven` itself made ready: as two builds, whose workers have their own contenders?

use std::path::{Path, PathBuf};

use breakeven_cli::workloads::{self, CORNER_CASE};
use breakeven_gate::build::{LinkOrder, build};
use breakeven_gate::environment::environment;
use breakeven_gate::error::GateError;
use breakeven_gate::revision::Revision;
use breakeven_gate::roster::roster;
use breakeven_gate::rows::Rows;
use breakeven_gate::side::Name;
use breakeven_gate::workers::Workers;
use breakeven_measure::input_file::sha256;
use breakeven_measure::job::Job;
use breakeven_problem::{Distribution, Workload};

use super::{Prepared, Revisions, Wanted, holding, stop_of};
use crate::arguments::GateArguments;
use crate::commands::tell;
use crate::selection::Selection;
use crate::session::Session;
use crate::stop::Stop;

/// What pins NumPy.
const REQUIREMENTS: &str = "scripts/requirements-core.txt";

/// Contenders that no change of a kernel touches, on the corner case: they tell whether the machine moved.
const SENTINELS: [&str; 2] = ["python/naive", "python/numpy-array"];

/// Kernels, and where their code is: sentinels too where that is the same in both revisions.
const KERNELS: [(&str, &str); 2] = [("rust/naive", "crates/naive"), ("rust/simd", "crates/simd")];

/// What every kernel is built with: the problem, versions, profiles and flags.
const BUILT_WITH: [&str; 4] = ["crates/problem", "Cargo.lock", "Cargo.toml", ".cargo"];

/// Builds both, and asks each for its contenders.
pub(super) fn prepare(
    arguments: &GateArguments,
    wanted: &Wanted,
    revisions: Revisions<'_>,
) -> Result<Prepared, Stop> {
    let Revisions { repository, base, head, .. } = revisions;
    let session = Session::of_ours(&[])?;
    let jobs = Selection::new(&arguments.selection())?.jobs(&session.registry.contenders)?;
    let (of_base, of_head) = builds(LinkOrder::Ordinary, revisions).map_err(stop_of)?;
    let list = arguments.of_list();
    let in_base = roster(Name::Base, &of_base, &list).map_err(stop_of)?;
    let in_head = roster(Name::Head, &of_head, &list).map_err(stop_of)?;
    let rows = Rows::of(jobs, &in_base, &in_head, &|id| wanted.matches(id)).map_err(stop_of)?;
    let is_untouched = |id: &str| {
        KERNELS.iter().any(|(kernel, folder)| {
            *kernel == id
                && !BUILT_WITH.iter().chain([folder]).any(|path| repository.differs(base, head, path))
        })
    };
    let other_packages = repository.differs(base, head, REQUIREMENTS);
    let sentinels = sentinels(arguments.workloads.seed, other_packages);
    let rows = rows.with_sentinels(sentinels).with_untouched_sentinels(&is_untouched);
    // a file at the same path may be another recording
    let recording = arguments.workloads.recording.as_ref().and_then(|path| std::fs::read(path).ok());
    let notes = holding(&[
        (
            other_packages,
            "the pinned NumPy differs: the base ran in an environment of its own, made by its scripts/prepare, without peers",
        ),
        (
            wanted.matches("python/naive"),
            "Python contenders are judged as rows: of the sentinels only those remain that are not asked for",
        ),
    ]);
    Ok(Prepared {
        session,
        workers: Workers::of_builds(&of_base, &of_head),
        rows,
        made_of: vec![
            of_base.display().to_string(),
            of_head.display().to_string(),
            sha256(&recording.unwrap_or_default()),
        ],
        notes,
    })
}

/// Both once more, with their functions in another order.
pub(super) fn second_builds(revisions: Revisions<'_>) -> Result<Workers, GateError> {
    let (base, head) = builds(LinkOrder::Shuffled, revisions)?;
    Ok(Workers::of_builds(&base, &head))
}

/// Base and head.
fn builds(order: LinkOrder, revisions: Revisions<'_>) -> Result<(PathBuf, PathBuf), GateError> {
    let built = |side| built(side, order, revisions);
    Ok((built((Name::Base, revisions.base))?, built((Name::Head, revisions.head))?))
}

fn built(
    (side, revision): (Name, &Revision),
    order: LinkOrder,
    Revisions { repository, cache, base, head, halt }: Revisions<'_>,
) -> Result<PathBuf, GateError> {
    let mut python = python(repository.top());
    let tell = &mut |text: &str| tell(text);
    if side == Name::Base && repository.differs(base, head, REQUIREMENTS) {
        let pins = (REQUIREMENTS, &*python);
        python = environment(cache, repository, (side, revision), pins, halt, tell)?;
    }
    build(cache, repository, (side, revision, order), &python, halt, tell)
}

/// The interpreter of the head: the one that is exported, or that of the checkout.
fn python(top: &Path) -> PathBuf {
    let exported = std::env::var_os("PYO3_PYTHON").map(PathBuf::from).filter(|path| path.is_absolute());
    exported.unwrap_or_else(|| top.join(".venv/bin/python"))
}

/// The job of the sentinels, without NumPy's where that may be another in the base.
fn sentinels(seed: u64, other_packages: bool) -> Job {
    let here =
        SENTINELS.iter().filter(|id| cfg!(feature = "python") && !(other_packages && id.contains("numpy")));
    let workload = Workload::whole(Distribution::Uniform, CORNER_CASE, "tells whether the machine moved");
    workloads::seeded_job(workload.with_one_input(), seed, here.map(|id| (*id).to_owned()).collect())
}
