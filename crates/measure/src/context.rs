//! How does each step of a visit prepare, call and judge a contender?
//!
//! Everything runs against a [`Clock`] and a [`Watch`], so that tests run whole visits without a process and without
//! waiting.

use std::sync::Arc;

use breakeven_problem::judgement::judge;
use breakeven_problem::{Answer, Contender, Contract, Data, Failure, Prepared, Refusal, Workload};
use breakeven_record::place::Place;

use crate::clock::Clock;
use crate::entrant::{AtLength, Entrant};
use crate::order::Interleaving;
use crate::registry::Registry;

/// An observer of the steps of a visit, which knows the step at work if the step never ends.
pub trait Watch {
    /// This contender begins this step, which must end within so many nanoseconds.
    fn begin(&mut self, contender: &str, phase: &str, deadline_ns: u64);

    /// The step has ended.
    fn end(&mut self);

    /// The contender has spoilt this process for those that come after it. In a worker, which is then replaced, this
    /// does not return; where it returns, only the contender fails.
    fn give_up(&mut self, why: &str);

    /// Whether the memory of this process tells what a contender takes: not where calls are simulated.
    fn sees_memory(&self) -> bool {
        false
    }
}

/// What every step of a visit works with.
pub struct VisitContext<'a> {
    /// What can be measured.
    pub registry: &'a Registry,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// The observer of every step.
    pub watch: &'a mut dyn Watch,
    /// What is measured.
    pub workload: &'a Workload,
    /// Its whole inputs.
    pub inputs: Arc<[Data]>,
    /// The oracle's answers to them.
    pub expected: Arc<[Answer]>,
    /// Id of the baseline.
    pub baseline: &'a str,
    /// Seeds the orders.
    pub seed: u64,
    /// What kind of process this is.
    pub place: Place,
    /// How batches follow each other.
    pub interleaving: Interleaving,
    /// Whether the last batch was made by another process.
    pub left_process: bool,
}

impl VisitContext<'_> {
    /// Inputs and right answers cut to `length` values or rows.
    pub fn cut(&self, length: usize) -> (Arc<[Data]>, Arc<[Answer]>) {
        if length >= self.workload.length {
            return (Arc::clone(&self.inputs), Arc::clone(&self.expected));
        }
        let inputs: Arc<[Data]> = self.inputs.iter().map(|input| input.prefix(length)).collect();
        // every window of a prefix has the same answer as in the whole; steps depend on later rows, and are counted
        // again
        let expected = match self.workload.window {
            Some(window) => self
                .expected
                .iter()
                .map(|answer| match answer {
                    Answer::Series(values) => {
                        Answer::Series(values[..(length + 1).saturating_sub(window)].to_vec())
                    }
                    other => other.clone(),
                })
                .collect(),
            None => inputs.iter().map(|input| (self.registry.expected)(self.workload, input)).collect(),
        };
        (inputs, expected)
    }

    /// Prepares a contender on the first `length` values or rows.
    pub fn prepare(
        &mut self,
        contender: &dyn Contender,
        id: &str,
        length: usize,
    ) -> Result<AtLength, Refusal> {
        let (inputs, expected) = self.cut(length);
        let workload = Workload { length, ..self.workload.clone() };
        self.watch.begin(id, "prepare", PREPARE_DEADLINE_NS);
        let prepared = contender.prepare(&workload, &inputs);
        self.watch.end();
        Ok(AtLength { length, inputs, expected, prepared: prepared? })
    }

    /// Runs one batch on one input and times it.
    pub fn batch(&mut self, id: &str, phase: &str, at: &mut AtLength, batch: Batch) -> Result<u64, Failure> {
        self.watch.begin(id, phase, batch.deadline_ns);
        let ns = self.timed(at, batch);
        self.watch.end();
        self.left_process = at.prepared.own_ns().is_some();
        ns
    }

    fn timed(&self, at: &mut AtLength, batch: Batch) -> Result<u64, Failure> {
        at.prepared.ready(batch.input, batch.loops)?;
        let start = self.clock.now_ns();
        let result = timed_batch(&mut *at.prepared, batch);
        let end = self.clock.now_ns();
        // what has raised may have changed its input too, and because of that
        at.prepared.check_input().and(result)?;
        Ok(at.prepared.own_ns().unwrap_or(end - start))
    }

    /// Judges the answer of the last call of an entrant's prepared number `at`, made on input number `input`, and
    /// notes the judgement. Returns whether the entrant may go on being timed.
    pub fn judge_last(&mut self, entrant: &mut Entrant<'_>, at: usize, input: usize) -> bool {
        let contract = entrant.contract();
        if contract == Contract::Control {
            return true;
        }
        // what the contender returned may be anything, and may take its time to become numbers
        self.watch.begin(&entrant.visited.id, "answer", deadline_ns(ANSWER_NS));
        let answer = entrant.prepared[at].prepared.answer();
        self.watch.end();
        match answer {
            Err(failure) => {
                entrant.visited.fail(&failure);
                false
            }
            Ok(answer) => {
                let at = &entrant.prepared[at];
                let (expected, tolerance) = (&at.expected[input], self.workload.tolerance);
                let judgement = judge(&answer, expected, tolerance, contract, &at.inputs[input]);
                entrant.note(self.workload, at.length, &answer, judgement)
            }
        }
    }

    /// Frees what was prepared, under the watch: that may run code of the contender.
    pub fn release(&mut self, id: &str, prepared: Vec<AtLength>) {
        self.watch.begin(id, "release", deadline_ns(ANSWER_NS));
        drop(prepared);
        self.watch.end();
    }
}

/// All that is timed, under a name that does not change: instructions are counted in this function alone.
#[inline(never)]
fn timed_batch(prepared: &mut dyn Prepared, batch: Batch) -> Result<(), Failure> {
    prepared.run(batch.input, batch.loops)
}

/// One batch: on which input, how often, until when.
#[derive(Debug, Clone, Copy)]
pub struct Batch {
    /// Number of the input.
    pub input: usize,
    /// Calls.
    pub loops: u64,
    /// Nanoseconds after which the process gives up.
    pub deadline_ns: u64,
}

/// Imports and just-in-time compilation may take this long.
pub const PREPARE_DEADLINE_NS: u64 = 120_000_000_000;

/// An answer is converted, or what was prepared is freed, in about this time at most.
const ANSWER_NS: u64 = 1_000_000_000;

/// The deadline of something that is expected to take `ns`.
#[must_use]
pub fn deadline_ns(ns: u64) -> u64 {
    ns.saturating_mul(20).saturating_add(5_000_000_000)
}
