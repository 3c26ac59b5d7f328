//! Which contenders are there?
//!
//! Every contender of every family, in the order in which they are shown. A new one is one line here
//! (a Python one is a line in crates/python/src/contenders.rs).

use std::collections::BTreeMap;
use std::path::Path;
use std::thread::available_parallelism;

use breakeven_incremental::IncrementalBank;
use breakeven_measure::controls;
use breakeven_measure::program::ProgramPool;
use breakeven_measure::registry::Registry;
use breakeven_naive::NaiveBank;
use breakeven_ndarray::{NDARRAY_VERSION, NdarrayBank};
use breakeven_pedometer::contender as pedometer;
use breakeven_problem::oracle::{self, ExactBank};
use breakeven_problem::{Absence, Answer, Contender, Contract, Data, Handing, Task, Workload};
use breakeven_python::PythonContender;
use breakeven_simd::{SimdBank, ThreadedBank};

use crate::interpreter::{Elsewhere, Interpreters};

/// All contenders and controls, with the Python contenders in these interpreters too, the oracle, and the facts about the
/// interpreter. Python contenders are handed `handing` in each call. The processes of interpreters are those of `pool`, and write to `folder`, which must outlive the registry.
#[must_use]
pub fn registry(
    interpreters: &Interpreters,
    handing: Handing,
    pool: &ProgramPool,
    folder: &Path,
) -> Registry {
    Registry { contenders: contenders_with(interpreters, handing, pool, folder), expected, facts }
}

/// All contenders and controls. Costs nothing: no interpreter starts.
#[must_use]
pub fn contenders() -> Vec<Box<dyn Contender>> {
    contenders_with(&Interpreters::default(), Handing::default(), &ProgramPool::default(), Path::new(""))
}

fn contenders_with(
    interpreters: &Interpreters,
    handing: Handing,
    pool: &ProgramPool,
    folder: &Path,
) -> Vec<Box<dyn Contender>> {
    let mut all = python_contenders(interpreters, handing, pool, folder);
    all.extend(breakeven_naive::contenders().into_iter().map(boxed));
    all.extend(breakeven_ndarray::contenders().into_iter().map(boxed));
    all.extend(breakeven_simd::contenders().into_iter().map(boxed));
    all.extend(breakeven_incremental::contenders().into_iter().map(boxed));
    all.push(boxed(pedometer::<NaiveBank>(
        "naive",
        env!("CARGO_PKG_VERSION"),
        Contract::Peer(&[]),
        "the whole loop compiled, every window summed again: the talk's remedy taken to its end",
    )));
    all.push(boxed(pedometer::<NdarrayBank>(
        "ndarray",
        NDARRAY_VERSION,
        Contract::Peer(&[]),
        "the whole loop compiled, mean and std of every window by the ndarray crate",
    )));
    all.push(boxed(pedometer::<IncrementalBank>(
        "incremental",
        env!("CARGO_PKG_VERSION"),
        Contract::Exact,
        "the whole loop compiled, exact integer sums carried from window to window",
    )));
    all.push(boxed(pedometer::<SimdBank>(
        "simd",
        env!("CARGO_PKG_VERSION"),
        Contract::Exact,
        "exact sums again, one lane per width: one vector root for four or eight windows, no division",
    )));
    all.push(boxed(
        pedometer::<ThreadedBank>(
            "simd-threads",
            env!("CARGO_PKG_VERSION"),
            Contract::Exact,
            "the same, to the same bits, its channels side by side on every processor",
        )
        .threads(available_parallelism().map_or(1, usize::from)),
    ));
    all.extend(controls::controls().into_iter().map(boxed));
    all.extend(breakeven_simd::controls().into_iter().map(boxed));
    all
}

/// Those that a further interpreter runs too, and those that the users' interpreter runs instead of ours, are there without
/// an interpreter of ours.
fn python_contenders(
    interpreters: &Interpreters,
    handing: Handing,
    pool: &ProgramPool,
    folder: &Path,
) -> Vec<Box<dyn Contender>> {
    let elsewhere = |interpreter| Elsewhere::new(interpreter, pool, folder);
    let users = interpreters.users.as_ref().map(elsewhere);
    let further: Vec<Elsewhere> = interpreters.further.iter().map(elsewhere).collect();
    let mut all: Vec<Box<dyn Contender>> = Vec::new();
    let contenders = breakeven_python::contenders();
    #[cfg(feature = "python")]
    let ordinary = {
        let talk = contenders.iter().find(|contender| contender.about().id == crate::workloads::TALK);
        let pair = interpreters.ordinary.as_ref().zip(talk);
        pair.map(|(command, talk)| boxed(crate::interpreter::ordinary(command, talk, folder)))
    };
    for ours in contenders {
        let others: Vec<_> = further.iter().filter_map(|other| other.further(&ours)).map(boxed).collect();
        match users.as_ref().and_then(|users| users.instead(&ours)) {
            Some(there) => all.push(boxed(there)),
            None => all.extend(embedded(ours, handing)),
        }
        all.extend(others);
    }
    #[cfg(feature = "python")]
    all.extend(ordinary);
    all
}

/// The contender in our own interpreter.
#[cfg(feature = "python")]
fn embedded(ours: PythonContender, handing: Handing) -> Option<Box<dyn Contender>> {
    Some(boxed(ours.handing(handing)))
}

/// The same: a build without Python has none.
#[cfg(not(feature = "python"))]
fn embedded(_: PythonContender, _: Handing) -> Option<Box<dyn Contender>> {
    None
}

fn boxed(contender: impl Contender + 'static) -> Box<dyn Contender> {
    Box::new(contender)
}

/// The right answer of any workload.
#[must_use]
pub fn expected(workload: &Workload, input: &Data) -> Answer {
    match workload.task {
        Task::Whole | Task::Sliding | Task::Anatomy | Task::Made => oracle::expected(workload, input),
        Task::Feedback | Task::Pedometer => breakeven_pedometer::expected::<ExactBank>(workload, input),
    }
}

#[cfg(feature = "python")]
fn facts() -> Result<BTreeMap<String, String>, Absence> {
    let host = breakeven_python::Host::start().map_err(|error| Absence {
        reason: error.to_string(),
        install: Some("scripts/prepare".to_owned()),
    })?;
    Ok(host.facts())
}

#[cfg(not(feature = "python"))]
#[expect(clippy::unnecessary_wraps, reason = "with Python it can fail")]
fn facts() -> Result<BTreeMap<String, String>, Absence> {
    Ok(BTreeMap::new())
}
