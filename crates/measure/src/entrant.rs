//! What is known of a contender while a process visits a workload?

use std::sync::Arc;

use breakeven_problem::{
    Answer, Contender, Contract, Data, Failure, Judgement, Prepared, Workload, judgement,
};
use breakeven_record::{AnswerRecord, Outcome};

use crate::protocol::{Pace, Visited};

/// A contender in a visit: still to be timed, or settled without (further) timing.
pub type Entry<'a> = Result<Entrant<'a>, Box<Visited>>;

/// A contender that is prepared on the workload, or on prefixes of it.
pub struct Entrant<'a> {
    /// What is known of it so far, in the form that is sent back.
    pub visited: Visited,
    /// The contender.
    pub contender: &'a dyn Contender,
    /// How it is timed.
    pub pace: Pace,
    /// The contender prepared at each length that is timed: one entry where it is timed in rounds.
    pub prepared: Vec<AtLength>,
    /// The one call on the whole input that this process is to add, where the contender is timed on prefixes.
    pub whole: Option<WholeCall>,
}

/// A contender prepared on the whole input, beside its prefixes.
pub struct WholeCall {
    /// The contender on the whole input.
    pub prepared: AtLength,
    /// How long the call will take.
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

impl Entrant<'_> {
    /// What is known of it, to be sent back as it is: it is not timed any further.
    pub fn settled(&self) -> Box<Visited> {
        Box::new(self.visited.clone())
    }

    /// Marks it as failed, and returns what is sent back.
    pub fn failed(&mut self, failure: &Failure) -> Box<Visited> {
        self.visited.fail(failure);
        self.settled()
    }

    /// Adds the judgement of an answer on `rows` values or rows. Returns whether the contender may go on being timed.
    pub fn note(&mut self, workload: &Workload, rows: usize, answer: &Answer, judgement: Judgement) -> bool {
        let known_failure = self.contract().known_failure(&workload.id);
        let findings = &mut self.visited.findings;
        if let Answer::Count(count) = answer
            && findings.answer.as_ref().is_none_or(|known| known.rows <= rows)
        {
            findings.answer = Some(AnswerRecord {
                rows,
                steps: count.steps.len(),
                sum_m: count.sum_m().iter().map(i64::to_string).collect(),
                differing_m: judgement.differing_m.unwrap_or(0),
            });
        }
        let finite = |error: Option<f64>| error.filter(|error| error.is_finite());
        findings.max_ulp = judgement::larger(findings.max_ulp, finite(judgement.max_ulp));
        findings.max_relative = judgement::larger(findings.max_relative, finite(judgement.max_relative));
        if let Some(complaint) = judgement.wrong {
            match known_failure {
                Some(known) => {
                    findings.outcome = Outcome::KnownWrong;
                    findings.reason =
                        Some(format!("{complaint}; known: {} ({})", known.symptom, known.source));
                }
                None => self.visited.exclude(Outcome::Wrong, complaint),
            }
        }
        self.visited.findings.outcome.is_timed()
    }

    /// What the contender promises of its answers.
    pub fn contract(&self) -> Contract {
        self.contender.about().contract
    }
}
