//! Does a contender keep its contract, on everything that is known to go wrong?
//!
//! One table of [`cases`] for every contender of every family, reached through the same interface
//! as when it is timed. What a case demands depends on the [`Contract`]: the oracle's bits, a few
//! units in the last place, or a tolerance from which a peer may depart only where it has declared
//! so. A declaration that no longer holds fails as well, so that no contender is called wrong that is right.

mod bank;
mod cases;
mod reported;
mod shapes;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

pub use bank::assert_bank_conforms;
pub use cases::{Case, cases};

use crate::contender::stands_for;
use crate::judgement::{judge_number, judge_numbers};
use crate::{
    Absence, Answer, Contender, Contract, Data, Failure, Judgement, KnownFailure, Refusal, Source, Task,
    Tolerance, Workload, oracle,
};

/// Largest relative error of a `fast` contender.
pub const FAST_RELATIVE: f64 = 1e-14;

/// Largest error of a `fast` contender on `whole`, in units in the last place.
pub const FAST_WHOLE_ULP: f64 = 3.0;

/// Largest error of a `fast` contender on `sliding`, in units in the last place.
pub const FAST_SLIDING_ULP: f64 = 8.0;

/// Largest error of a peer where the exact answer is 0, as a share of the window's largest magnitude.
pub const PEER_OF_INPUT: f64 = 1e-13;

/// Runs every case whose task and size the contender offers, and judges it by its contract.
///
/// - `exact`: the oracle's bits.
/// - `fast`: within [`FAST_RELATIVE`] and [`FAST_WHOLE_ULP`] or [`FAST_SLIDING_ULP`], exactly 0 on a
///   constant window.
/// - `peer`: within the case's relative tolerance; where the exact answer is 0, within
///   [`PEER_OF_INPUT`] of the window's largest magnitude.
/// - `control`: nothing is asked.
///
/// For `fast` and `peer` a subnormal answer may be one smallest subnormal off: at a tie that is the
/// half that the contract grants. NaN and infinities are demanded of all, exactly where the oracle
/// has them. A contender that fails or panics on a case is wrong there.
#[must_use]
pub fn check(contender: &dyn Contender) -> Conformance {
    let about = contender.about();
    let mut conformance = Conformance {
        contender: about.id.clone(),
        contract: about.contract,
        absent: None,
        cases: Vec::new(),
    };
    if about.contract == Contract::Control {
        return conformance;
    }
    if let Err(absence) = contender.version() {
        conformance.absent = Some(absence);
        return conformance;
    }
    for solved in solved_cases() {
        let workload = workload(&solved.case);
        if !contender.offers(&workload) {
            continue;
        }
        let judgement = match answers(contender, &workload, &solved.inputs) {
            Ok(answers) => judge_answers(&answers, solved, about.contract),
            Err(Refusal::Absent(absence)) => {
                conformance.absent = Some(absence);
                return conformance;
            }
            Err(Refusal::Failed(failure)) => Judgement::wrong(format!("failed: {failure}")),
        };
        let known = about.contract.known_failure(&solved.case.name);
        conformance.cases.push(CheckedCase { name: solved.case.name.clone(), judgement, known });
    }
    conformance
}

/// [`check`], then [`Conformance::assert_holds`]: the one line of test code per contender.
///
/// # Panics
/// With a table of violations, where there are any.
pub fn assert_conforms(contender: &dyn Contender) {
    check(contender).assert_holds();
}

/// How a contender fared, case by case.
#[derive(Debug, Clone)]
pub struct Conformance {
    /// The contender's id.
    pub contender: String,
    /// What it promises.
    pub contract: Contract,
    /// Why it could not be asked, if so; the cases before that are listed.
    pub absent: Option<Absence>,
    /// Every case that it offers, in the order of [`cases`].
    pub cases: Vec<CheckedCase>,
}

/// One case with its judgement.
#[derive(Debug, Clone)]
pub struct CheckedCase {
    /// The case's name, as a [`KnownFailure`] may give it.
    pub name: String,
    /// How far off the answer is; the worst of the case's inputs.
    pub judgement: Judgement,
    /// The declared failure that covers the case, wrong or not.
    pub known: Option<&'static KnownFailure>,
}

impl Conformance {
    /// The cases that are wrong and not declared.
    pub fn violations(&self) -> impl Iterator<Item = &CheckedCase> {
        self.cases.iter().filter(|case| !case.judgement.is_right() && case.known.is_none())
    }

    /// The places of declared failures among the cases, as they are declared, where nothing, or no longer
    /// anything, is wrong.
    pub fn healed(&self) -> impl Iterator<Item = (&'static str, &'static KnownFailure)> {
        let declared = match self.contract {
            Contract::Peer(known) => known,
            _ => &[],
        };
        let still_wrong = |place: &str| {
            self.cases.iter().any(|case| !case.judgement.is_right() && stands_for(place, &case.name))
        };
        declared
            .iter()
            .flat_map(|known| known.patterns().map(move |place| (place, known)))
            .filter(move |(place, _)| place.starts_with("case/") && !still_wrong(place))
    }

    /// Demands that the contract is kept.
    ///
    /// # Panics
    /// Where the contender is absent (ask [`Conformance::absent`] first where that may be), offers no
    /// case though it is no control, has violations, or has declared failures that have become right.
    pub fn assert_holds(&self) {
        if let Some(absence) = &self.absent {
            panic!("{} is absent: {absence}", self.contender);
        }
        let offers_nothing = self.cases.is_empty() && self.contract != Contract::Control;
        assert!(!offers_nothing, "{} offers no case", self.contender);
        assert!(self.violations().next().is_none() && self.healed().next().is_none(), "{self}");
    }
}

impl fmt::Display for Conformance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (violations, wrong) =
            (self.violations().count(), self.cases.iter().filter(|case| !case.judgement.is_right()).count());
        writeln!(
            out,
            "{} ({}): {} cases, {wrong} wrong, {violations} of these not declared",
            self.contender,
            self.contract.word(),
            self.cases.len()
        )?;
        for case in self.violations() {
            let symptom = case.judgement.wrong.as_deref().unwrap_or_default();
            writeln!(out, "  {:<44} {symptom}", case.name)?;
        }
        for (place, known) in self.healed() {
            writeln!(out, "  {place:<44} declared wrong, and is right or no case: {}", known.symptom)?;
        }
        Ok(())
    }
}

/// A case with its exact answers, one per input; solved once per process.
struct Solved {
    case: Case,
    inputs: Arc<[Data]>,
    expected: Vec<Answer>,
}

fn solved_cases() -> &'static [Solved] {
    static SOLVED: OnceLock<Vec<Solved>> = OnceLock::new();
    SOLVED.get_or_init(|| {
        let solve = |case: Case| {
            let workload = workload(&case);
            let inputs: Arc<[Data]> = case.inputs.iter().cloned().map(Data::Series).collect();
            let expected = inputs.iter().map(|input| oracle::expected(&workload, input)).collect();
            Solved { case, inputs, expected }
        };
        cases().into_iter().map(solve).collect()
    })
}

/// The case as contenders see it. Its source is never drawn from: the values come with it.
fn workload(case: &Case) -> Workload {
    Workload {
        id: case.name.clone(),
        task: if case.window.is_some() { Task::Sliding } else { Task::Whole },
        source: Source::Seeded(case.like),
        length: case.inputs[0].len(),
        window: case.window,
        ddof: case.ddof,
        tolerance: Tolerance::Relative(case.relative),
        variants: case.inputs.len(),
        why: "conformance".to_owned(),
    }
}

fn answers(
    contender: &dyn Contender,
    workload: &Workload,
    inputs: &Arc<[Data]>,
) -> Result<Vec<Answer>, Refusal> {
    let run_all = || {
        let mut prepared = contender.prepare(workload, inputs)?;
        let run_one = |input| {
            prepared.run(input, 1)?;
            prepared.answer()
        };
        (0..inputs.len()).map(run_one).collect::<Result<Vec<_>, Failure>>().map_err(Refusal::from)
    };
    // A panic has been reported on stderr by then; here it only gets the name of its case.
    catch_unwind(AssertUnwindSafe(run_all)).unwrap_or_else(|_| Err(Failure("panicked".to_owned()).into()))
}

fn judge_answers(answers: &[Answer], solved: &Solved, contract: Contract) -> Judgement {
    let inputs = answers.iter().zip(&solved.expected).zip(&solved.case.inputs);
    let judgements = inputs.map(|((answer, expected), input)| {
        let window = solved.case.window.unwrap_or(input.len());
        judge_numbers(answer, expected, |index, got, exact| {
            judge_window(index, got, exact, &input[index..index + window], contract, &solved.case)
        })
    });
    judgements.fold(Judgement::default(), Judgement::and)
}

fn judge_window(
    index: usize,
    got: f64,
    exact: f64,
    values: &[f64],
    contract: Contract,
    case: &Case,
) -> Judgement {
    const SMALLEST: f64 = f64::from_bits(1);
    let constant = values.iter().all(|value| *value == values[0]);
    let one_subnormal = if exact < f64::MIN_POSITIVE && !constant { SMALLEST } else { 0.0 };
    let allowed = match contract {
        Contract::Exact | Contract::Control => 0.0,
        Contract::Fast => (FAST_RELATIVE * exact).max(one_subnormal),
        Contract::Peer(_) if exact == 0.0 => {
            let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
            (PEER_OF_INPUT * largest).max(one_subnormal)
        }
        Contract::Peer(_) => (case.relative * exact).max(one_subnormal),
    };
    let mut judgement = judge_number(index, got, exact, allowed);
    let most_ulp = match (contract, case.window) {
        (Contract::Fast, None) => FAST_WHOLE_ULP,
        (Contract::Fast, Some(_)) => FAST_SLIDING_ULP,
        _ => f64::INFINITY,
    };
    let ulp = judgement.max_ulp.unwrap_or(0.0);
    if judgement.is_right() && ulp > most_ulp {
        judgement.wrong = Some(format!(
            "{got:e} where the exact value is {exact:e}: {ulp} ulp, at most {most_ulp} are promised (index {index})"
        ));
    }
    if judgement.is_right()
        && got.is_sign_negative()
        && !got.is_nan()
        && !matches!(contract, Contract::Peer(_))
    {
        judgement.wrong = Some(format!("-0 where the exact value is 0 (index {index})"));
    }
    judgement
}
