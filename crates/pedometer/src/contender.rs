//! How does a bank become a rung of the pedometer ladder?
//!
//! One way for every Rust bank: the same cleaning, gate, peaks and steps around each, so that two rungs
//! differ in their bank and in nothing else.

use breakeven_problem::bank;
use breakeven_problem::rust_contender::Counting;
use breakeven_problem::{Answer, Bank, Contract, Count, Data, RustContender, Signal, Task, Workload};

use crate::count;

/// The contender `rust/NAME`: the bank `B` on `feedback`, the whole pipeline around it on `pedometer`.
///
/// `version` is that of the code measured. An integer bank passes [`Contract::Exact`]: any M that
/// differs from the reference is then wrong.
#[must_use]
pub fn contender<B: Bank>(
    name: &str,
    version: &'static str,
    contract: Contract,
    summary: &'static str,
) -> RustContender {
    RustContender::new(name, version, contract, summary).counting(counting::<B>)
}

/// The reference answer on `input`: with the oracle's bank, the one that contenders are judged by.
///
/// For `feedback` the input is a cleaned recording, and the answer has no steps.
///
/// # Panics
/// Where the workload's task is not `feedback` or `pedometer`, or the input is no recording.
#[must_use]
pub fn expected<B: Bank>(workload: &Workload, input: &Data) -> Answer {
    let counting = counting::<B>(workload.task).expect("a reference of feedback or pedometer");
    Answer::Count(counting(input.recording().expect("a recording, as the task needs")))
}

/// What is timed on one recording.
fn counting<B: Bank>(task: Task) -> Option<Counting> {
    match task {
        Task::Feedback => Some(feedback::<B>),
        Task::Pedometer => Some(count::<B>),
        Task::Whole | Task::Sliding | Task::Anatomy | Task::Made => None,
    }
}

fn feedback<B: Bank>(cleaned: &Signal) -> Count {
    Count { m: bank::run::<B>(cleaned.channels()), steps: Vec::new() }
}
