//! What does one process do with one workload?
//!
//! Verify, time, verify again. Every contender is prepared and its answers are judged ([`probe`]);
//! those that are right are timed, in interleaved rounds ([`crate::rounds`]) or, where a call takes
//! longer than 20 ms, one call at a time between rulers ([`crate::slow`]); and what they answered
//! while they were timed is judged again. Everything runs against a [`Clock`] and a [`Watch`], so
//! that tests run whole visits without a process and without waiting.

use std::collections::BTreeMap;
use std::sync::Arc;

use breakeven_problem::judgement::judge;
use breakeven_problem::{
    Absence, Answer, Contender, Contract, Data, Failure, Judgement, Prepared, Refusal, Workload,
};
use breakeven_record::contender_id::AA_CONTROL;
use breakeven_record::place::Place;
use breakeven_record::{AnswerRecord, Outcome};

use crate::clock::Clock;
use crate::input_file::InputFileError;
use crate::order::{self, Interleaving};
use crate::probe;
use crate::protocol::{Asked, Pace, Purpose, Visit, Visited};
use crate::rounds;
use crate::slow;

/// Everything that can be measured, and what tells right from wrong.
pub struct Registry {
    /// All contenders and controls, in the order in which they are listed. The same id may stand
    /// several times, for different tasks.
    pub contenders: Vec<Box<dyn Contender>>,
    /// The reference answer of a workload on an input or a prefix of it.
    pub expected: fn(&Workload, &Data) -> Answer,
    /// Stable facts about the interpreter and its libraries; starts the interpreter.
    pub facts: fn() -> Result<BTreeMap<String, String>, Absence>,
}

impl Registry {
    /// The contender with this id that offers this workload; the twin is the baseline once more.
    #[must_use]
    pub fn find(&self, id: &str, workload: &Workload, baseline: &str) -> Option<&dyn Contender> {
        let id = if id == AA_CONTROL { baseline } else { id };
        let mut all = self.contenders.iter().map(Box::as_ref);
        all.find(|contender| contender.about().id == id && contender.offers(workload))
    }
}

/// Somebody who must know what is being done, in case it is never finished.
pub trait Watch {
    /// This contender begins this phase, and must be through within so many nanoseconds.
    fn begin(&mut self, contender: &str, phase: &str, deadline_ns: u64);

    /// It is through.
    fn end(&mut self);

    /// It has spoilt this process for whoever comes after it. Does not return in a worker, which is replaced; who
    /// returns fails the contender alone.
    fn give_up(&mut self, why: &str);
}

/// What every step of a visit works with.
pub struct Stage<'a> {
    /// Who can be measured.
    pub registry: &'a Registry,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// Who is told.
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
}

/// A contender in a visit: still in play, or settled without (further) timing.
pub type Entry<'a> = Result<Entrant<'a>, Box<Visited>>;

/// A contender that is prepared on the workload, or on prefixes of it.
pub struct Entrant<'a> {
    /// What is known of it so far, in the form that is sent back.
    pub visited: Visited,
    /// The contender.
    pub contender: &'a dyn Contender,
    /// How it is timed.
    pub pace: Pace,
    /// It, prepared at each length that is timed: one entry in rounds.
    pub prepared: Vec<AtLength>,
    /// Where it is timed on prefixes, and this process is to call it once on the whole input.
    pub whole: Option<WholeCall>,
}

/// A contender prepared on the whole input, beside its prefixes.
pub struct WholeCall {
    /// It.
    pub prepared: AtLength,
    /// How long it will take.
    pub pace: Pace,
}

/// A contender prepared on a prefix (or the whole) of the inputs.
pub struct AtLength {
    /// Values or rows.
    pub length: usize,
    /// The inputs of that length.
    pub inputs: Arc<[Data]>,
    /// The right answers.
    pub expected: Arc<[Answer]>,
    /// What is timed.
    pub prepared: Box<dyn Prepared>,
}

/// Measures one workload once.
///
/// # Errors
/// An input file cannot be read. Whatever goes wrong with a contender is in its entry instead.
pub fn visit(
    registry: &Registry,
    clock: &dyn Clock,
    watch: &mut dyn Watch,
    asked: &Visit,
) -> Result<Vec<Visited>, InputFileError> {
    visit_with(registry, clock, watch, asked, order::balanced)
}

/// The same, also with batches that follow each other as those of no run do.
pub fn visit_with(
    registry: &Registry,
    clock: &dyn Clock,
    watch: &mut dyn Watch,
    asked: &Visit,
    interleaving: Interleaving,
) -> Result<Vec<Visited>, InputFileError> {
    let inputs: Arc<[Data]> = asked.inputs.iter().map(|file| file.read()).collect::<Result<_, _>>()?;
    let expected = read_expected(registry, asked, &inputs)?;
    let mut stage = Stage {
        registry,
        clock,
        watch,
        workload: &asked.workload,
        inputs,
        expected,
        baseline: &asked.baseline,
        seed: asked.seed,
        place: asked.place,
        interleaving,
    };
    let mut entrants: Vec<Entry<'_>> =
        asked.contenders.iter().map(|asked| probe::enter(&mut stage, asked)).collect();
    if asked.purpose == Purpose::Measure {
        rounds::time(&mut stage, &mut entrants);
        slow::time(&mut stage, &mut entrants);
    }
    let visited = entrants.into_iter().map(|entrant| match entrant {
        Ok(entrant) => {
            stage.release(&entrant.visited.id, entrant.prepared);
            Visited { pace: Some(entrant.pace), ..entrant.visited }
        }
        Err(visited) => *visited,
    });
    Ok(visited.collect())
}

fn read_expected(
    registry: &Registry,
    asked: &Visit,
    inputs: &Arc<[Data]>,
) -> Result<Arc<[Answer]>, InputFileError> {
    if asked.expected.is_empty() {
        return Ok(inputs.iter().map(|input| (registry.expected)(&asked.workload, input)).collect());
    }
    let answers = asked.expected.iter().map(|file| {
        Ok(match (file.read_answer()?, asked.workload.task) {
            (Answer::Series(values), task) if task.has_one_number() => {
                Answer::Value(values.first().copied().unwrap_or(f64::NAN))
            }
            (answer, _) => answer,
        })
    });
    answers.collect()
}

impl<'a> Stage<'a> {
    /// Inputs and right answers cut to `length` values or rows.
    pub fn cut(&self, length: usize) -> (Arc<[Data]>, Arc<[Answer]>) {
        let whole = length >= self.workload.length;
        let inputs: Arc<[Data]> = if whole {
            Arc::clone(&self.inputs)
        } else {
            self.inputs.iter().map(|input| input.prefix(length)).collect()
        };
        if whole {
            return (inputs, Arc::clone(&self.expected));
        }
        // every prefix of windows has the same answers; steps look ahead, and are counted anew
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
        let start = self.clock.now_ns();
        let result = at.prepared.run(batch.input, batch.loops);
        let end = self.clock.now_ns();
        self.watch.end();
        result.map(|()| at.prepared.own_ns().unwrap_or(end - start))
    }

    /// Judges the last answer of an entrant's prepared number `at`, given on input number `input`, and notes it.
    /// Returns whether the entrant may go on being timed.
    pub fn judge_last(&mut self, entrant: &mut Entrant<'_>, at: usize, input: usize) -> bool {
        let (contract, slot) = (entrant.contender.about().contract, &mut entrant.prepared[at]);
        if contract == Contract::Control {
            return true;
        }
        // what it returned may be anything, and may take its time to become numbers
        self.watch.begin(&entrant.visited.id, "answer", deadline_ns(ANSWER_NS));
        let answer = slot.prepared.answer();
        self.watch.end();
        match answer {
            Err(failure) => {
                fail(&mut entrant.visited, &failure);
                false
            }
            Ok(answer) => {
                let expected = &slot.expected[input];
                let tolerance = self.workload.tolerance;
                let judgement = judge(&answer, expected, tolerance, contract, &slot.inputs[input]);
                note_answer(&mut entrant.visited, slot.length, &answer, &judgement);
                note_judgement(&mut entrant.visited, self.workload, contract, judgement);
                matches!(entrant.visited.outcome, Outcome::Measured | Outcome::KnownWrong)
            }
        }
    }

    /// Lets go of what was prepared, under the watch: it may run code of the contender.
    pub fn release(&mut self, id: &str, prepared: Vec<AtLength>) {
        self.watch.begin(id, "release", deadline_ns(ANSWER_NS));
        drop(prepared);
        self.watch.end();
    }
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

/// An answer is converted, or let go of, in about this time at most.
const ANSWER_NS: u64 = 1_000_000_000;

/// The deadline of something that is expected to take `ns`.
#[must_use]
pub fn deadline_ns(ns: u64) -> u64 {
    ns.saturating_mul(20).saturating_add(5_000_000_000)
}

/// An entry about which nothing is known yet.
#[must_use]
pub fn unknown(asked: &Asked) -> Visited {
    Visited {
        id: asked.id.clone(),
        version: None,
        outcome: Outcome::Measured,
        reason: None,
        install: None,
        pace: None,
        prepare_ns: None,
        max_ulp: None,
        max_relative: None,
        answer: None,
        samples: Vec::new(),
    }
}

/// Marks a contender as failed, and takes its samples out.
pub fn fail(visited: &mut Visited, failure: &Failure) {
    visited.outcome = Outcome::Failed;
    visited.reason = Some(failure.0.clone());
    visited.samples.clear();
}

fn note_answer(visited: &mut Visited, rows: usize, answer: &Answer, judgement: &Judgement) {
    if let Answer::Count(count) = answer
        && visited.answer.as_ref().is_none_or(|known| known.rows <= rows)
    {
        visited.answer = Some(AnswerRecord {
            rows,
            steps: count.steps.len(),
            sum_m: count.sum_m().iter().map(i64::to_string).collect(),
            differing_m: judgement.differing_m.unwrap_or(0),
        });
    }
}

fn note_judgement(visited: &mut Visited, workload: &Workload, contract: Contract, judgement: Judgement) {
    let larger = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    };
    visited.max_ulp = larger(visited.max_ulp, judgement.max_ulp.filter(|ulp| ulp.is_finite()));
    visited.max_relative =
        larger(visited.max_relative, judgement.max_relative.filter(|error| error.is_finite()));
    let Some(complaint) = judgement.wrong else { return };
    match contract.known_failure(&workload.id) {
        Some(known) => {
            visited.outcome = Outcome::KnownWrong;
            visited.reason = Some(format!("{complaint}; known: {} ({})", known.symptom, known.source));
        }
        None => {
            visited.outcome = Outcome::Wrong;
            visited.reason = Some(complaint);
            visited.samples.clear();
        }
    }
}
