//! Is this answer right, and how far off is it?
//!
//! A number is judged against the oracle's correctly rounded value by the workload's [`Tolerance`].
//! Not a finite number where the oracle is finite, or the reverse, is wrong at any tolerance.

use std::slice::from_ref;

use crate::{Answer, Contract, Count, Data, Tolerance};

/// How an answer compares with the oracle's.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judgement {
    /// What is wrong with it, in one line; `None` where it is right.
    pub wrong: Option<String>,
    /// Largest distance in units in the last place, where both are finite and the exact value is not 0
    /// or the answer is right to the bit. Always finite.
    pub max_ulp: Option<f64>,
    /// Largest relative error, where both are finite and the exact value is not 0. Always finite.
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
        Judgement {
            wrong: self.wrong.or(other.wrong),
            max_ulp: larger(self.max_ulp, other.max_ulp),
            max_relative: larger(self.max_relative, other.max_relative),
            differing_m: larger(self.differing_m, other.differing_m),
        }
    }

    pub(crate) fn wrong(complaint: String) -> Self {
        Self { wrong: Some(complaint), ..Self::default() }
    }
}

/// The larger of two figures, or the one that is known.
#[must_use]
pub fn larger<T: PartialOrd>(a: Option<T>, b: Option<T>) -> Option<T> {
    if b > a { b } else { a }
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
        (Answer::Compared(difference), _) => {
            return Judgement { wrong: difference.clone(), ..Judgement::default() };
        }
        (_, Answer::Nothing) => return Judgement::default(),
        (Answer::Count(got), Answer::Count(exact)) => return judge_count(got, exact, contract),
        _ => {}
    }
    let (relative, absolute) = match tolerance {
        Tolerance::Relative(bound) => (bound, 0.0),
        Tolerance::OfInput(bound) => (0.0, bound * largest_magnitude(input)),
        Tolerance::Either { relative, of_input } => (relative, of_input * largest_magnitude(input)),
        Tolerance::Bank => (0.0, 0.0),
    };
    judge_numbers(answer, expected, |index, got, exact| {
        judge_number(index, got, exact, absolute.max(relative * exact.abs()))
    })
}

/// Judges each number of an answer that is to have as many as the expected one.
pub(crate) fn judge_numbers(
    answer: &Answer,
    expected: &Answer,
    judge: impl Fn(usize, f64, f64) -> Judgement,
) -> Judgement {
    let (got, exact): (&[f64], &[f64]) = match (answer, expected) {
        (Answer::Value(got), Answer::Value(exact)) => (from_ref(got), from_ref(exact)),
        (Answer::Series(got), Answer::Series(exact)) => (got, exact),
        _ => return Judgement::wrong("an answer of another kind than the task's".to_owned()),
    };
    if got.len() != exact.len() {
        return Judgement::wrong(format!("{} values where {} were expected", got.len(), exact.len()));
    }
    let numbers = got.iter().zip(exact).enumerate();
    numbers.map(|(index, (&got, &exact))| judge(index, got, exact)).fold(Judgement::default(), Judgement::and)
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
    let relative = (exact != 0.0).then(|| (error / exact.abs()).min(f64::MAX));
    let wrong = (error > allowed).then(|| match relative {
        Some(relative) => {
            format!(
                "{got:e} where the exact value is {exact:e}: off by {relative:.1e} relative (index {index})"
            )
        }
        None => format!("{got:e} where the exact value is 0 (index {index})"),
    });
    let max_ulp = relative.map(|_| ulps(got, exact));
    Judgement { wrong, max_ulp, max_relative: relative, differing_m: None }
}

/// Distance between two finite numbers in units in the last place of the second, at most [`f64::MAX`].
#[must_use]
pub fn ulps(got: f64, exact: f64) -> f64 {
    let magnitude = exact.abs();
    let unit = if magnitude == f64::MAX {
        magnitude - magnitude.next_down()
    } else {
        magnitude.next_up() - magnitude
    };
    ((got - exact) / unit).abs().min(f64::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn judge_one(got: f64, exact: f64, tolerance: Tolerance) -> Judgement {
        let input = Data::Series(vec![0.1, -100.0, 3.0]);
        judge(&Answer::Value(got), &Answer::Value(exact), tolerance, Contract::Peer(&[]), &input)
    }

    #[test]
    fn an_answer_is_wrong_beyond_its_tolerance_only() {
        #[rustfmt::skip]
        let table = [
            // got, exact, tolerance, right
            (1.0, 1.0, Tolerance::Relative(0.0), true),
            (1.0 + 1e-10, 1.0, Tolerance::Relative(1.1e-10), true),
            (1.0 + 1e-10, 1.0, Tolerance::Relative(0.9e-10), false),
            (1.0f64.next_up(), 1.0, Tolerance::Relative(0.0), false),
            (-1.0, 1.0, Tolerance::Relative(1e-10), false),
            (1e-20, 0.0, Tolerance::Relative(1e-10), false),
            (-0.0, 0.0, Tolerance::Relative(1e-10), true),
            (0.9e-11, 0.0, Tolerance::OfInput(1e-13), true), // the input reaches 100
            (1.1e-11, 0.0, Tolerance::OfInput(1e-13), false),
            (f64::NAN, f64::NAN, Tolerance::Relative(1e-10), true),
            (f64::NAN, 1.0, Tolerance::Relative(1e-10), false),
            (1.0, f64::NAN, Tolerance::Relative(1e-10), false),
            (f64::INFINITY, f64::INFINITY, Tolerance::Relative(1e-10), true),
            (f64::INFINITY, f64::MAX, Tolerance::Relative(1e-10), false),
            (f64::MAX, f64::INFINITY, Tolerance::Relative(1e-10), false),
            (f64::NEG_INFINITY, f64::INFINITY, Tolerance::Relative(1e-10), false),
            (f64::INFINITY, f64::NAN, Tolerance::Relative(1e-10), false),
        ];
        for (got, exact, tolerance, right) in table {
            let judgement = judge_one(got, exact, tolerance);
            assert_eq!(judgement.is_right(), right, "{got:e} for {exact:e}: {judgement:?}");
        }
    }

    #[test]
    fn figures_are_those_of_the_worst_value_and_the_complaint_is_the_first() {
        let exact = Answer::Series(vec![1.0, 2.0, 4.0]);
        let got = Answer::Series(vec![1.0, 2.5, 1.0]);
        let input = Data::Series(vec![1.0]);
        let judgement = judge(&got, &exact, Tolerance::Relative(1e-10), Contract::Fast, &input);
        assert_eq!(judgement.max_relative, Some(0.75));
        assert_eq!(judgement.max_ulp, Some(3.0 * 2f64.powi(50)));
        assert!(judgement.wrong.unwrap().contains("index 1"));
    }

    #[test]
    fn figures_stay_finite() {
        let far = judge_one(-f64::MAX, 1e-300, Tolerance::Relative(1e-10));
        assert_eq!((far.max_ulp, far.max_relative), (Some(f64::MAX), Some(f64::MAX)));
        let of_zero = judge_one(1e300, 0.0, Tolerance::OfInput(1e-13));
        assert_eq!((of_zero.max_ulp, of_zero.max_relative), (None, None));
    }

    #[test]
    fn ulps_count_neighbours_at_every_scale() {
        for exact in [1.0, 1.5, 2.0, 1e-310, 1e300, f64::MIN_POSITIVE, f64::MAX.next_down()] {
            assert_eq!(ulps(exact.next_up(), exact), 1.0, "{exact:e}");
        }
        assert_eq!(ulps(f64::MAX.next_down(), f64::MAX), 1.0);
        assert_eq!(ulps(5e-324, 0.0), 1.0);
    }

    #[test]
    fn answers_of_another_kind_or_length_are_wrong() {
        let series = |length| Answer::Series(vec![1.0; length]);
        let judge = |got, exact| {
            judge(&got, &exact, Tolerance::Bank, Contract::Exact, &Data::Series(vec![])).is_right()
        };
        assert!(judge(series(2), series(2)));
        assert!(!judge(series(1), series(2)));
        assert!(!judge(Answer::Value(1.0), series(1)));
        assert!(!judge(Answer::Nothing, series(1)));
        assert!(judge(Answer::Value(1.0), Answer::Nothing), "of a control nothing is asked");
    }

    #[test]
    fn a_count_is_judged_by_m_for_an_integer_rung_and_by_steps_and_sums_for_a_float_rung() {
        let count =
            |m: &[i32], steps: &[usize]| Answer::Count(Count { m: vec![m.to_vec()], steps: steps.to_vec() });
        let exact = count(&[1_000_000, 2_000_000], &[7]);
        let input = Data::Series(vec![]);
        #[rustfmt::skip]
        let table = [
            // answer, right as exact, right as peer, values of M that differ
            (count(&[1_000_000, 2_000_000], &[7]), true, true, Some(0)),
            (count(&[1_000_001, 2_000_002], &[7]), false, true, Some(2)),
            (count(&[1_000_001, 1_999_999], &[7]), false, true, Some(2)),
            (count(&[1_000_004, 2_000_000], &[7]), false, false, Some(1)),
            (count(&[1_000_000, 2_000_000], &[8]), false, false, Some(0)),
            (count(&[1_000_000, 2_000_000], &[]), false, false, Some(0)),
            (count(&[1_000_000], &[7]), false, false, None),
        ];
        for (answer, right_as_exact, right_as_peer, differing) in table {
            let by = |contract| judge(&answer, &exact, Tolerance::Bank, contract, &input);
            assert_eq!(by(Contract::Exact).is_right(), right_as_exact, "{answer:?}");
            assert_eq!(by(Contract::Peer(&[])).is_right(), right_as_peer, "{answer:?}");
            assert_eq!(by(Contract::Exact).differing_m, differing, "{answer:?}");
        }
    }
}
