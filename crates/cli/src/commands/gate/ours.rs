//! How are two revisions of `breakeven` itself made ready: as two builds, whose workers have their own contenders?

use std::path::{Path, PathBuf};

use breakeven_cli::workloads::{self, CORNER_CASE};
use breakeven_gate::build::{LinkOrder, build};
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

/// What both sides' environments are pinned by.
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
    let built = |side| built(side, LinkOrder::Ordinary, revisions).map_err(stop_of);
    let (of_base, of_head) = (built((Name::Base, base))?, built((Name::Head, head))?);
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
    let rows =
        rows.with_sentinels(sentinels(arguments.workloads.seed)).with_untouched_sentinels(&is_untouched);
    // a file at the same path may be another recording
    let recording = arguments.workloads.recording.as_ref().and_then(|path| std::fs::read(path).ok());
    let notes = holding(&[
        (
            repository.differs(base, head, REQUIREMENTS),
            "the pinned Python packages differ; both sides ran with those of this checkout's environment",
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

/// The head once more, with its functions in another order.
pub(super) fn second_build(revisions: Revisions<'_>) -> Result<PathBuf, GateError> {
    built((Name::Head, revisions.head), LinkOrder::Shuffled, revisions)
}

fn built(
    (side, revision): (Name, &Revision),
    order: LinkOrder,
    Revisions { repository, cache, halt, .. }: Revisions<'_>,
) -> Result<PathBuf, GateError> {
    let python = python(repository.top());
    build(cache, repository, (side, revision, order), &python, halt, &mut |text| tell(text))
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
