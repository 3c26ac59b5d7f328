//! How does a bank become a rung of the pedometer ladder?
//!
//! One type for every Rust bank: the same cleaning, gate, peaks and steps around each, so that two rungs
//! differ in their bank and in nothing else.

use std::hint::black_box;
use std::marker::PhantomData;
use std::sync::Arc;

use breakeven_problem::bank;
use breakeven_problem::{
    About, Absence, Answer, Bank, Contender, Contract, Count, Data, Failure, InputForm, Prepared, Refusal,
    Signal, Task, Workload,
};

use crate::count;

/// The contender `rust/NAME`: the bank `B` on `feedback`, the whole pipeline around it on `pedometer`.
///
/// `version` is that of the code measured. An integer bank passes [`Contract::Exact`]: any M that
/// differs from the reference is then wrong.
#[must_use]
pub fn contender<B: Bank + 'static>(
    name: &str,
    version: &'static str,
    contract: Contract,
    summary: &'static str,
) -> PedometerContender<B> {
    let about = About { id: format!("rust/{name}"), summary, input: InputForm::Slice, contract, threads: 1 };
    PedometerContender { about, version, bank: PhantomData, absence: None }
}

/// The reference answer on `input`: with the oracle's bank, the one that contenders are judged by.
///
/// For `feedback` the input is a cleaned recording, and the answer has no steps.
///
/// # Panics
/// Where the workload's task is not `feedback` or `pedometer`, or the input is no recording.
#[must_use]
pub fn expected<B: Bank>(workload: &Workload, input: &Data) -> Answer {
    let work = work::<B>(workload.task).expect("a reference of feedback or pedometer");
    Answer::Count(work(input.recording().expect("a recording, as the task needs")))
}

/// A bank and the pipeline around it as a contender; made by [`contender`].
#[derive(Debug, Clone)]
pub struct PedometerContender<B> {
    about: About,
    version: &'static str,
    bank: PhantomData<fn() -> B>,
    absence: Option<Absence>,
}

impl<B> PedometerContender<B> {
    /// The same, using as many threads as there are processors; absent where that is one.
    #[must_use]
    pub fn threads(mut self, processors: usize) -> Self {
        self.about.threads = processors;
        self.absence = Absence::without_processors(processors);
        self
    }
}

impl<B: Bank + 'static> Contender for PedometerContender<B> {
    fn about(&self) -> &About {
        &self.about
    }

    fn offers(&self, workload: &Workload) -> bool {
        work::<B>(workload.task).is_some()
    }

    fn version(&self) -> Result<String, Absence> {
        self.absence.clone().map_or_else(|| Ok(self.version.to_owned()), Err)
    }

    fn prepare(&self, workload: &Workload, inputs: &Arc<[Data]>) -> Result<Box<dyn Prepared>, Refusal> {
        let refuse = || Failure(format!("{} does not offer {}", self.about.id, workload.task));
        let work = work::<B>(workload.task).ok_or_else(refuse)?;
        if inputs.iter().any(|input| input.recording().is_none()) {
            return Err(Failure(format!("{} needs a recording, not a series", workload.task)).into());
        }
        Ok(Box::new(PreparedPedometer { inputs: Arc::clone(inputs), work, count: None }))
    }
}

/// What is timed on one recording.
type Work = fn(&Signal) -> Count;

fn work<B: Bank>(task: Task) -> Option<Work> {
    match task {
        Task::Feedback => Some(feedback::<B>),
        Task::Pedometer => Some(count::<B>),
        Task::Whole | Task::Sliding | Task::Anatomy => None,
    }
}

fn feedback<B: Bank>(cleaned: &Signal) -> Count {
    Count { m: bank::run::<B>(cleaned.channels()), steps: Vec::new() }
}

struct PreparedPedometer {
    inputs: Arc<[Data]>,
    work: Work,
    count: Option<Count>,
}

impl Prepared for PreparedPedometer {
    fn run(&mut self, input: usize, loops: u64) -> Result<(), Failure> {
        let recording = self.inputs[input].recording().expect("prepare has checked that every input is one");
        let work = black_box(self.work); // a pointer: never inlined into the loop
        let mut count = None;
        for _ in 0..loops {
            count = Some(black_box(work(black_box(recording))));
        }
        self.count = count;
        Ok(())
    }

    fn answer(&mut self) -> Result<Answer, Failure> {
        self.count.clone().map(Answer::Count).ok_or_else(|| Failure("nothing was run".to_owned()))
    }
}
