//! Which of the talk's six figures does this record reproduce?
//!
//! A verdict is about the interval, never about the value alone. Absolute times of another machine
//! are shown and not judged. Each claim names the contenders and workloads it rests on; the
//! interpreter is the record's.

use breakeven_measure::estimate::{self, Noise, Undisturbed, noise};
use breakeven_measure::record::{ContenderRecord, Outcome, Record, WorkloadRecord};
use breakeven_problem::signal::RATE_HZ;
use serde::{Deserialize, Serialize};

use crate::break_even::{BreakEven, break_even};
use crate::figure::Figure;
use crate::numeral;

/// The talk's own two functions, in a Python loop.
pub const NAIVE: &str = "python/naive";
/// NumPy on the talk's list: NumPy pays for the conversion.
pub const NUMPY_LIST: &str = "python/numpy-list";
/// NumPy on an array made before the clock starts.
pub const NUMPY_ARRAY: &str = "python/numpy-array";
/// The talk's remedy: a compiled `standard_dev` called from the Python loop.
pub const STD_EXTENSION: &str = "python/std-extension";

/// The same function, called once for the whole list.
pub const STANDARD_DEV: &str = "extension/standard-dev";
/// The talk's arithmetic with the whole loop compiled.
pub const COMPILED: &str = "rust/naive";

/// What stands between a contender's id and the further interpreter that ran it.
pub const MARK: char = '@';

/// What no drop-in function can exceed: with a free `standard_dev`, slicing, the mean and the
/// feedback still run in Python.
pub const DROP_IN_CEILING: f64 = 7.5;

/// One claim of the talk, and what this record says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// `small-array-ratio`, ...
    pub id: String,
    /// The talk's figure.
    pub talk: f64,
    /// The record's, with its interval.
    #[serde(flatten)]
    pub figure: Figure,
    /// What the interval allows to be said.
    pub verdict: ClaimVerdict,
    /// The workload it rests on; ends in `*` where it rests on several sizes.
    pub workload: Option<String>,
    /// The contenders it rests on; of a ratio the first is divided by the second.
    pub contenders: Vec<String>,
    /// Whether a time in it is extrapolated from prefixes of the input.
    pub extrapolated: bool,
    /// Why there is no value, no interval, or no verdict; null where there is.
    pub reason: Option<String>,
    /// Figures to read beside it.
    pub beside: Vec<Beside>,
    /// The same claim in further interpreters of the record, in its order.
    #[serde(default)]
    pub elsewhere: Vec<Elsewhere>,
}

/// A claim with its Python rows in another interpreter than the embedded one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// What stands behind the ids of its rows: `3.7.16`.
    pub mark: String,
    /// What the rows ran on: `CPython 3.7.16, NumPy 1.16.1`.
    pub stack: String,
    /// The contenders it rests on, as in [`Claim::contenders`].
    pub contenders: Vec<String>,
    /// The number, with its interval.
    #[serde(flatten)]
    pub figure: Figure,
    /// What the interval allows to be said.
    pub verdict: ClaimVerdict,
    /// Why there is no value, no interval, or no verdict; null where there is.
    pub reason: Option<String>,
}

/// A figure that belongs beside a claim's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Beside {
    /// What it is, in a few words.
    pub label: String,
    /// The contenders it rests on, as in [`Claim::contenders`].
    pub contenders: Vec<String>,
    /// The number, in the claim's unit.
    #[serde(flatten)]
    pub figure: Figure,
}

/// What can be said of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimVerdict {
    /// The interval meets the talk's figure, within 25 per cent.
    Reproduced,
    /// It does not, but lies on the talk's side.
    DirectionOnly,
    /// It lies on the other side.
    NotReproduced,
    /// The interval does not decide, or there is none.
    NotResolved,
    /// An absolute time of another machine: shown, not judged.
    OtherMachine,
}

impl ClaimVerdict {
    /// The words used in texts.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            ClaimVerdict::Reproduced => "reproduced",
            ClaimVerdict::DirectionOnly => "direction only",
            ClaimVerdict::NotReproduced => "not reproduced",
            ClaimVerdict::NotResolved => "not resolved",
            ClaimVerdict::OtherMachine => "other machine",
        }
    }

    /// A sign that tells verdicts apart without colour.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            ClaimVerdict::Reproduced => "✓",
            ClaimVerdict::DirectionOnly => "≈",
            ClaimVerdict::NotReproduced => "✗",
            ClaimVerdict::NotResolved => "?",
            ClaimVerdict::OtherMachine => "–",
        }
    }
}

/// What a claim's number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimUnit {
    /// Seconds.
    Seconds,
    /// One time over another.
    Times,
    /// Values in a list.
    Elements,
}

impl ClaimUnit {
    /// The unit of the claim with this id.
    #[must_use]
    pub fn of(claim: &str) -> Self {
        match claim {
            "small-array-ratio" | "end-to-end-speedup" => ClaimUnit::Times,
            "break-even-size" => ClaimUnit::Elements,
            _ => ClaimUnit::Seconds,
        }
    }

    /// A number with this unit: `0.0204 s`, `4.72×`, `203`.
    #[must_use]
    pub fn write(self, value: f64) -> String {
        match self {
            ClaimUnit::Seconds => format!("{} s", numeral::significant(value, 3)),
            ClaimUnit::Times => format!("{}×", numeral::significant(value, 3)),
            ClaimUnit::Elements => numeral::significant(value, 3),
        }
    }

    /// The talk's own number, as it wrote it.
    #[must_use]
    pub fn write_talk(self, value: f64) -> String {
        match self {
            ClaimUnit::Seconds => format!("{value} s"),
            ClaimUnit::Times => format!("{value}×"),
            ClaimUnit::Elements => format!("{value}"),
        }
    }
}

impl Claim {
    /// What its number counts.
    #[must_use]
    pub fn unit(&self) -> ClaimUnit {
        ClaimUnit::of(&self.id)
    }

    /// What it claims, in a few words.
    #[must_use]
    pub fn title(&self) -> &'static str {
        title(&self.id)
    }

    /// The interval in words: `4.68 to 4.75`, or `no interval`.
    #[must_use]
    pub fn interval(&self) -> String {
        self.figure.interval_words()
    }
}

/// What the claim with this id claims, in a few words.
#[must_use]
pub fn title(claim: &str) -> &'static str {
    match claim {
        "small-array-python-seconds" => "Python: 10,000 calls on a list of 25",
        "small-array-numpy-seconds" => "NumPy: the same 10,000 calls",
        "small-array-ratio" => "NumPy’s time over Python’s, list of 25",
        "break-even-size" => "Size from which NumPy wins, given a list",
        "end-to-end-speedup" => "Whole pedometer compiled, against Python",
        "end-to-end-seconds" => "One hour of recording, compiled",
        _ => "A claim this version does not know",
    }
}

/// The six claims, in the talk's order, whatever the record holds; each with what it comes to in further
/// interpreters.
#[must_use]
pub fn claims(record: &Record) -> Vec<Claim> {
    let mut claims = claims_of(record, &Names::embedded());
    for mark in marks(record) {
        let names = Names::marked(&mark);
        for (claim, there) in claims.iter_mut().zip(claims_of(record, &names)) {
            let told = claim.figure.value.is_some() || there.figure.value.is_some();
            if told && claim.contenders != there.contenders {
                claim.elsewhere.push(Elsewhere::of(there, &mark, stack(record, &names)));
            }
        }
    }
    claims
}

fn claims_of(record: &Record, names: &Names) -> Vec<Claim> {
    let corner = Corner::new(record);
    let hour = Hour::new(record);
    vec![
        corner.seconds("small-array-python-seconds", 0.06, &names.naive),
        corner.seconds("small-array-numpy-seconds", 0.39, &names.numpy_list),
        corner.ratio(names),
        break_even_size(record, names),
        hour.speedup(names),
        hour.seconds(),
    ]
}

/// The ids of the claims' Python rows in one interpreter.
struct Names {
    naive: String,
    numpy_list: String,
    numpy_array: String,
    std_extension: String,
}

impl Names {
    fn embedded() -> Self {
        Self::with("")
    }

    fn marked(mark: &str) -> Self {
        Self::with(&format!("{MARK}{mark}"))
    }

    fn with(suffix: &str) -> Self {
        let [naive, numpy_list, numpy_array, std_extension] =
            [NAIVE, NUMPY_LIST, NUMPY_ARRAY, STD_EXTENSION].map(|id| format!("{id}{suffix}"));
        Self { naive, numpy_list, numpy_array, std_extension }
    }
}

/// The further interpreters of a record, in its order.
fn marks(record: &Record) -> Vec<String> {
    let mut marks: Vec<String> = Vec::new();
    for contender in record.workloads.iter().flat_map(|workload| &workload.contenders) {
        if let Some((NAIVE, mark)) = contender.id.split_once(MARK)
            && !marks.iter().any(|known| known == mark)
        {
            marks.push(mark.to_owned());
        }
    }
    marks
}

/// What the rows of these names ran on: the version of NumPy's, which names the interpreter too, else of Python's.
fn stack(record: &Record, names: &Names) -> String {
    let version = |id: &str| {
        let contenders = record.workloads.iter().filter_map(|workload| workload.contender(id));
        contenders.filter_map(|contender| contender.version.clone()).next()
    };
    match (version(&names.numpy_list), version(&names.naive)) {
        (Some(version), _) => version,
        (None, Some(version)) => format!("{version}, no NumPy"),
        (None, None) => names.naive.clone(),
    }
}

impl Elsewhere {
    fn of(claim: Claim, mark: &str, stack: String) -> Self {
        let Claim { contenders, figure, verdict, reason, .. } = claim;
        Self { mark: mark.to_owned(), stack, contenders, figure, verdict, reason }
    }
}

/// The workload that the page and the claims take for the talk's hour: the first of the pedometer.
#[must_use]
pub fn main_recording(record: &Record) -> Option<&WorkloadRecord> {
    record.workloads.iter().find(|workload| workload.task == "pedometer")
}

/// The workload of the talk's corner case: a list of 25 uniform values.
#[must_use]
pub fn corner_case(record: &Record) -> Option<&WorkloadRecord> {
    crate::break_even::uniform_arrays(record).into_iter().find(|workload| workload.length == 25)
}

/// The corner case of the talk: 10,000 calls on one list of 25.
struct Corner<'a> {
    record: &'a Record,
    workload: Option<&'a WorkloadRecord>,
}

impl<'a> Corner<'a> {
    fn new(record: &'a Record) -> Self {
        Self { record, workload: corner_case(record) }
    }

    fn seconds(&self, id: &str, talk: f64, contender: &str) -> Claim {
        let claim = Claim::of(id, talk, self.workload, &[contender]);
        match measured(self.workload, contender, "whole/uniform-25") {
            Err(reason) => Claim { reason: Some(reason), ..claim },
            Ok(workload) => {
                let values = Undisturbed::of(&self.record.workloads).ns_per_unit(workload, contender);
                let figure = Figure::over(&values, self.record.plan.comparisons)
                    .map(|nanoseconds| 10_000.0 * nanoseconds / 1e9);
                Claim { verdict: ClaimVerdict::OtherMachine, ..claim.with(figure, self.record) }
            }
        }
    }

    fn ratio(&self, names: &Names) -> Claim {
        let contenders = [names.numpy_list.as_str(), &names.naive];
        let claim = Claim::of("small-array-ratio", 6.5, self.workload, &contenders);
        speedup(self.record, claim, self.workload, "whole/uniform-25")
    }
}

/// The talk's application: one hour of recording.
struct Hour<'a> {
    record: &'a Record,
    workload: Option<&'a WorkloadRecord>,
}

impl<'a> Hour<'a> {
    fn new(record: &'a Record) -> Self {
        Self { record, workload: main_recording(record) }
    }

    fn speedup(&self, names: &Names) -> Claim {
        let naive = names.naive.as_str();
        let claim = Claim::of("end-to-end-speedup", 117.0, self.workload, &[naive, COMPILED]);
        let claim = speedup(self.record, claim, self.workload, "the pedometer");
        let Some(workload) = self.workload else { return claim };
        let extrapolated = is_extrapolated(workload, naive) || is_extrapolated(workload, COMPILED);
        let beside = [
            ("a compiled standard_dev in the Python loop", Some(names.std_extension.clone())),
            ("the best rung", best_rung(self.record, workload)),
        ]
        .into_iter()
        .filter_map(|(label, rung)| self.beside(workload, label, &rung?))
        .collect();
        Claim { extrapolated: extrapolated && claim.figure.value.is_some(), beside, ..claim }
    }

    fn beside(&self, workload: &WorkloadRecord, label: &str, rung: &str) -> Option<Beside> {
        measured(Some(workload), rung, "").and_then(|workload| measured(Some(workload), NAIVE, "")).ok()?;
        let figure = times(self.record, workload, NAIVE, rung);
        let contenders = vec![NAIVE.to_owned(), rung.to_owned()];
        figure.value.is_some().then(|| Beside { label: label.to_owned(), contenders, figure })
    }

    fn seconds(&self) -> Claim {
        let claim = Claim::of("end-to-end-seconds", 30.0, self.workload, &[COMPILED]);
        let workload = match measured(self.workload, COMPILED, "the pedometer") {
            Err(reason) => return Claim { reason: Some(reason), ..claim },
            Ok(workload) => workload,
        };
        let scale = to_one_hour(workload);
        let values = Undisturbed::of(&self.record.workloads).ns_per_unit(workload, COMPILED);
        let figure =
            Figure::over(&values, self.record.plan.comparisons).map(|nanoseconds| scale * nanoseconds / 1e9);
        let verdict = match (figure.low, figure.high) {
            (_, Some(high)) if high < 30.0 => ClaimVerdict::Reproduced,
            (Some(low), _) if low >= 30.0 => ClaimVerdict::NotReproduced,
            _ => ClaimVerdict::NotResolved,
        };
        let extrapolated = scale != 1.0 || is_extrapolated(workload, COMPILED);
        Claim { verdict, extrapolated, ..claim.with(figure, self.record) }
    }
}

/// A time over another, judged against the talk's figure, which is above 1.
fn speedup(record: &Record, claim: Claim, workload: Option<&WorkloadRecord>, wanted: &str) -> Claim {
    let (numerator, denominator) = (claim.contenders[0].clone(), claim.contenders[1].clone());
    let found = measured(workload, &numerator, wanted)
        .and_then(|workload| measured(Some(workload), &denominator, wanted));
    let workload = match found {
        Err(reason) => return Claim { reason: Some(reason), ..claim },
        Ok(workload) => workload,
    };
    let figure = times(record, workload, &numerator, &denominator);
    let verdict = match (figure.low, figure.high) {
        (Some(low), Some(high)) => ratio_verdict(claim.talk, low, high),
        _ => ClaimVerdict::NotResolved,
    };
    let claim = claim.with(figure, record);
    let reason = claim.reason.clone().or_else(|| drowned(workload));
    Claim { verdict, reason, ..claim }
}

/// What must be said beside a figure of a vetoed workload: its verdict follows the rules all the same.
fn drowned(workload: &WorkloadRecord) -> Option<String> {
    let noise = noise(workload).filter(Noise::vetoed)?;
    let percent = 100.0 * noise.margin;
    Some(format!(
        "the baseline differs from itself by up to {percent:.0} % here, so trust the interval and not the value"
    ))
}

fn ratio_verdict(talk: f64, low: f64, high: f64) -> ClaimVerdict {
    if low <= talk * 1.25 && high >= talk / 1.25 {
        ClaimVerdict::Reproduced
    } else if low > 1.0 {
        ClaimVerdict::DirectionOnly
    } else if high < 1.0 {
        ClaimVerdict::NotReproduced
    } else {
        ClaimVerdict::NotResolved
    }
}

fn break_even_size(record: &Record, names: &Names) -> Claim {
    let Names { naive, numpy_list, numpy_array, .. } = names;
    let claim = Claim::of("break-even-size", 150.0, None, &[numpy_list, naive]);
    let claim = Claim { workload: Some("whole/uniform-*".to_owned()), ..claim };
    let found = break_even(record, numpy_list, naive);
    let array = break_even(record, numpy_array, naive);
    let beside = (array.processes > 0 && array.crossings.len() == array.processes)
        .then(|| Beside {
            label: "given an array made beforehand".to_owned(),
            contenders: vec![numpy_array.clone(), naive.clone()],
            figure: Figure::over(&array.crossings, record.plan.comparisons),
        })
        .into_iter()
        .collect();
    judge_break_even(record, &found, Claim { beside, ..claim })
}

fn judge_break_even(record: &Record, found: &BreakEven, claim: Claim) -> Claim {
    let [numpy, naive] = [claim.contenders[0].clone(), claim.contenders[1].clone()];
    let (Some(&first), Some(&last)) = (found.sizes.first(), found.sizes.last()) else {
        let reason = format!("{numpy} and {naive} were not both measured on uniform data");
        return Claim { reason: Some(reason), ..claim };
    };
    if found.processes == 0 {
        let reason = format!("only size {first} was measured; a crossing needs two");
        return Claim { reason: Some(reason), ..claim };
    }
    if found.crossings.is_empty() {
        // sizes that end before the talk's break-even say nothing about it
        let spans = first <= 120 && last as f64 >= 187.5;
        let verdict = if spans { ClaimVerdict::NotReproduced } else { ClaimVerdict::NotResolved };
        let who = if found.dearer_at_first { naive } else { numpy };
        let reason = format!("{who} is the faster one at every size from {first} to {last}");
        return Claim { verdict, reason: Some(reason), ..claim };
    }
    let figure = Figure::over(&found.crossings, record.plan.comparisons);
    if found.crossings.len() < found.processes {
        let reason = format!("only {} of {} processes cross", found.crossings.len(), found.processes);
        let figure = Figure { low: None, high: None, ..figure };
        return Claim { figure, reason: Some(reason), ..claim };
    }
    let verdict = match (figure.low, figure.high) {
        (Some(low), Some(high)) if low <= 187.5 && high >= 120.0 => ClaimVerdict::Reproduced,
        (Some(low), Some(high)) if low >= 10.0 && high <= 1000.0 => ClaimVerdict::DirectionOnly,
        (Some(low), Some(high)) if high < 10.0 || low > 1000.0 => ClaimVerdict::NotReproduced,
        _ => ClaimVerdict::NotResolved,
    };
    Claim { verdict, ..claim.with(figure, record) }
}

impl Claim {
    fn of(id: &str, talk: f64, workload: Option<&WorkloadRecord>, contenders: &[&str]) -> Self {
        Self {
            id: id.to_owned(),
            talk,
            figure: Figure::default(),
            verdict: ClaimVerdict::NotResolved,
            workload: workload.map(|workload| workload.id.clone()),
            contenders: contenders.iter().map(|&id| id.to_owned()).collect(),
            extrapolated: false,
            reason: None,
            beside: Vec::new(),
            elsewhere: Vec::new(),
        }
    }

    /// The same with a figure, and the reason where it has no value or no interval.
    fn with(self, figure: Figure, record: &Record) -> Self {
        let reason = match (figure.value, figure.low) {
            (None, _) => Some("no process measured all that it needs".to_owned()),
            (Some(_), None) => Some(format!(
                "{} processes are too few for an interval that holds for {} comparisons at once",
                record.plan.processes, record.plan.comparisons
            )),
            _ => None,
        };
        Self { figure, reason, ..self }
    }
}

/// Time of `numerator` over time of `denominator`, paired.
pub(crate) fn times(
    record: &Record,
    workload: &WorkloadRecord,
    numerator: &str,
    denominator: &str,
) -> Figure {
    let ratios = estimate::log_ratios(workload, numerator, denominator);
    Figure::over(&ratios, record.plan.comparisons).map(f64::exp)
}

/// What the main recording's time is multiplied with to stand for one hour: 1 within one per cent
/// of an hour, else the quotient of the standard deviations.
pub(crate) fn to_one_hour(workload: &WorkloadRecord) -> f64 {
    let hour = 3600 * RATE_HZ;
    if workload.length.abs_diff(hour) * 100 <= hour {
        return 1.0;
    }
    workload.units_of(hour) as f64 / workload.units.max(1) as f64
}

/// Whether only prefixes of the workload's input were timed.
pub(crate) fn is_extrapolated(workload: &WorkloadRecord, contender: &str) -> bool {
    workload.contender(contender).is_some_and(|contender| {
        let units = estimate::measured_units(workload, contender);
        units > 0 && units < workload.units
    })
}

/// The fastest right contender of the workload, controls aside.
fn best_rung(record: &Record, workload: &WorkloadRecord) -> Option<String> {
    workload
        .contenders
        .iter()
        .filter(|contender| contender.outcome == Outcome::Measured && !is_control(contender))
        .filter(|contender| !contender.id.contains(MARK))
        .filter_map(|contender| Some((times(record, workload, NAIVE, &contender.id).value?, &contender.id)))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, id)| id.clone())
}

/// Whether it is a control: measured beside the contenders, not one of them.
pub(crate) fn is_control(contender: &ContenderRecord) -> bool {
    contender.id.starts_with("control/")
}

/// The workload, if the contender was measured on it; else why it was not.
fn measured<'a>(
    workload: Option<&'a WorkloadRecord>,
    contender: &str,
    wanted: &str,
) -> Result<&'a WorkloadRecord, String> {
    let workload = workload.ok_or_else(|| format!("this record has no workload for it ({wanted})"))?;
    let found = workload
        .contender(contender)
        .ok_or_else(|| format!("{contender} was not asked for on {}", workload.id))?;
    if found.outcome == Outcome::Measured {
        return Ok(workload);
    }
    let reason = found.reason.as_deref().unwrap_or("no reason was recorded");
    let happened = match found.outcome {
        Outcome::Measured | Outcome::Wrong => "is wrong",
        Outcome::KnownWrong => "is known to be wrong",
        Outcome::Absent => "is absent",
        Outcome::Failed => "failed",
    };
    Err(format!("{contender} {happened} on {}: {reason}", workload.id))
}
