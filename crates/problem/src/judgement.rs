//! Is this answer right, and how far off is it?
//!
//! A number is judged against the oracle's correctly rounded value by the workload's [`Tolerance`].
//! Not a finite number where the oracle is finite, or the reverse, is wrong at any tolerance.

use crate::{Answer, Contract, Count, Data};

/// How far an answer may be from the oracle's before it is wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Tolerance {
    /// This times the exact value.
    Relative(f64),
    /// This times the largest magnitude of the input: for data whose exact answer is 0.
    OfInput(f64),
    /// The bank: every M and step for an integer rung; every step, and sum(M) to 1e-6 relative, for
    /// a float rung.
    Bank,
}

/// How an answer compares with the oracle's.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judgement {
    /// What is wrong with it, in one line; `None` where it is right.
    pub wrong: Option<String>,
    /// Largest distance in units in the last place, where the answer is a number.
    pub max_ulp: Option<f64>,
    /// Largest relative error, where the exact value is not 0.
    pub max_relative: Option<f64>,
    /// Values of M that differ, where the answer is a count.
    pub differing_m: Option<u64>,
}

impl Judgement {
    /// Whether the answer is right.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.wrong.is_none()
    }

    /// Both together: the worse of each figure, and the first complaint.
    #[must_use]
    pub fn and(self, other: Judgement) -> Judgement {
        fn larger<T: PartialOrd>(a: Option<T>, b: Option<T>) -> Option<T> {
            match (a, b) {
                (Some(a), Some(b)) => Some(if b > a { b } else { a }),
                (a, b) => a.or(b),
            }
        }
        Judgement {
            wrong: self.wrong.or(other.wrong),
            max_ulp: larger(self.max_ulp, other.max_ulp),
            max_relative: larger(self.max_relative, other.max_relative),
            differing_m: larger(self.differing_m, other.differing_m),
        }
    }

    fn wrong(complaint: String) -> Self {
        Self { wrong: Some(complaint), ..Self::default() }
    }
}

/// Judges an answer on `input` against what the oracle expects.
///
/// A contender whose contract is [`Contract::Exact`] is an integer rung where the answer is a count:
/// any M that differs is wrong.
#[must_use]
pub fn judge(
    answer: &Answer,
    expected: &Answer,
    tolerance: Tolerance,
    contract: Contract,
    input: &Data,
) -> Judgement {
    match (answer, expected) {
        (_, Answer::Nothing) => Judgement::default(),
        (Answer::Value(got), Answer::Value(exact)) => judge_values(&[*got], &[*exact], tolerance, input),
        (Answer::Series(got), Answer::Series(exact)) => judge_values(got, exact, tolerance, input),
        (Answer::Count(got), Answer::Count(exact)) => judge_count(got, exact, contract),
        _ => Judgement::wrong("an answer of another kind than the task's".to_owned()),
    }
}

fn judge_values(got: &[f64], exact: &[f64], tolerance: Tolerance, input: &Data) -> Judgement {
    if got.len() != exact.len() {
        return Judgement::wrong(format!("{} values where {} were expected", got.len(), exact.len()));
    }
    let (relative, absolute) = match tolerance {
        Tolerance::Relative(bound) => (bound, 0.0),
        Tolerance::OfInput(bound) => (0.0, bound * largest_magnitude(input)),
        Tolerance::Bank => (0.0, 0.0),
    };
    let mut judgement = Judgement::default();
    for (index, (&got, &exact)) in got.iter().zip(exact).enumerate() {
        let allowed = if relative > 0.0 { relative * exact.abs() } else { absolute };
        judgement = judgement.and(judge_number(index, got, exact, allowed));
    }
    judgement
}

/// Judges one number that may be `allowed` off; `index` is named in the complaint.
pub(crate) fn judge_number(index: usize, got: f64, exact: f64, allowed: f64) -> Judgement {
    if got == exact {
        let max_relative = (exact != 0.0 && exact.is_finite()).then_some(0.0);
        return Judgement { max_ulp: Some(0.0), max_relative, ..Judgement::default() };
    }
    if !got.is_finite() || !exact.is_finite() {
        if got.is_nan() && exact.is_nan() {
            return Judgement { max_ulp: Some(0.0), ..Judgement::default() };
        }
        return Judgement::wrong(format!("{got:e} where the exact value is {exact:e} (index {index})"));
    }
    let error = (got - exact).abs();
    let relative = (exact != 0.0).then(|| error / exact.abs());
    let wrong = (error > allowed).then(|| match relative {
        Some(relative) => {
            format!(
                "{got:e} where the exact value is {exact:e}: off by {relative:.1e} relative (index {index})"
            )
        }
        None => format!("{got:e} where the exact value is 0 (index {index})"),
    });
    Judgement { wrong, max_ulp: Some(ulps(got, exact)), max_relative: relative, differing_m: None }
}

/// Distance between two finite numbers in units in the last place of the second.
#[must_use]
pub fn ulps(got: f64, exact: f64) -> f64 {
    let magnitude = exact.abs();
    let unit = if magnitude == f64::MAX {
        magnitude - magnitude.next_down()
    } else {
        magnitude.next_up() - magnitude
    };
    ((got - exact) / unit).abs()
}

fn largest_magnitude(input: &Data) -> f64 {
    input.series().unwrap_or_default().iter().fold(0.0, |largest: f64, value| largest.max(value.abs()))
}

fn judge_count(got: &Count, exact: &Count, contract: Contract) -> Judgement {
    let shape = |count: &Count| count.m.iter().map(Vec::len).collect::<Vec<_>>();
    if shape(got) != shape(exact) {
        return Judgement::wrong(format!(
            "M of shape {:?} where {:?} was expected",
            shape(got),
            shape(exact)
        ));
    }
    let differing =
        got.m.iter().flatten().zip(exact.m.iter().flatten()).filter(|(got, exact)| got != exact).count()
            as u64;
    let far = got
        .sum_m()
        .iter()
        .zip(exact.sum_m())
        .any(|(&got, exact)| (got - exact).unsigned_abs() as f64 > 1e-6 * exact.unsigned_abs() as f64);
    let wrong = if got.steps != exact.steps {
        Some(format!("{} steps where {} were expected, or at other rows", got.steps.len(), exact.steps.len()))
    } else if contract == Contract::Exact && differing > 0 {
        Some(format!("{differing} values of M differ from the exact integers"))
    } else if far {
        Some(format!("sum(M) is {:?} where {:?} was expected", got.sum_m(), exact.sum_m()))
    } else {
        None
    };
    Judgement { wrong, differing_m: Some(differing), ..Judgement::default() }
}
