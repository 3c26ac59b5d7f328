//! Which of the talk's figures does this record reproduce?
//!
//! A verdict is about the interval, never about the value alone: the whole of it must lie in the band of 25 % around the
//! talk's figure to reproduce that. Absolute times of another machine are shown and not judged. Each claim names the contenders and workloads it rests on; the
//! interpreter is the record's.

mod corner;
mod hour;
mod names;
mod size;

use breakeven_estimate::figure::Figure;
use breakeven_estimate::paired_ratio;
use breakeven_record::{Outcome, Record, WorkloadRecord};
use corner::Corner;
pub use corner::corner_case;
use hour::Hour;
pub use hour::main_recording;
pub(crate) use hour::to_one_hour;
use names::{Names, marks, stack};
use serde::{Deserialize, Serialize};
use size::break_even_size;
pub(crate) use size::{SIZED, arrays, uniform_arrays};

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
    /// The whole interval lies in the band, from the talk's figure over 1.25 to 1.25 times that.
    Reproduced,
    /// The whole interval of a speed-up lies above the band.
    Surpassed,
    /// The interval meets the band, and is wider than that or lies across its border.
    Consistent,
    /// It lies outside of the band, on the talk's side.
    DirectionOnly,
    /// It lies on the other side.
    NotReproduced,
    /// The interval does not decide, or there is none.
    NotResolved,
    /// An absolute time of another machine: shown, not judged.
    NotJudged,
}

impl ClaimVerdict {
    /// The words used in texts.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            ClaimVerdict::Reproduced => "reproduced",
            ClaimVerdict::Surpassed => "surpassed",
            ClaimVerdict::Consistent => "consistent",
            ClaimVerdict::DirectionOnly => "direction only",
            ClaimVerdict::NotReproduced => "not reproduced",
            ClaimVerdict::NotResolved => "not resolved",
            ClaimVerdict::NotJudged => "not judged",
        }
    }

    /// A sign that tells verdicts apart without colour.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            ClaimVerdict::Reproduced => "✓",
            ClaimVerdict::Surpassed => "▲",
            ClaimVerdict::Consistent => "≈",
            ClaimVerdict::DirectionOnly => "→",
            ClaimVerdict::NotReproduced => "✗",
            ClaimVerdict::NotResolved => "?",
            ClaimVerdict::NotJudged => "–",
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
            "small-array-ratio" | "end-to-end-speedup" | "end-to-end-best" => ClaimUnit::Times,
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

    /// The same where there is little room.
    #[must_use]
    pub fn short_title(&self) -> &'static str {
        match self.id.as_str() {
            "small-array-ratio" => "NumPy over Python, list of 25",
            "break-even-size" => "NumPy wins from, given a list",
            "end-to-end-speedup" => "compiled pedometer",
            "end-to-end-best" => "fastest pedometer",
            _ => self.title(),
        }
    }

    /// What an interval allows to be said of this claim, where that is one time over another.
    pub(crate) fn verdict_on(&self, low: f64, high: f64) -> ClaimVerdict {
        ratio_verdict(self.talk, self.id != "small-array-ratio", low, high)
    }

    /// The interval in words: `4.68 to 4.75`, or `no interval`.
    #[must_use]
    pub fn interval(&self) -> String {
        crate::numeral::interval_words(&self.figure)
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
        "end-to-end-best" => "The fastest pedometer, against Python",
        "end-to-end-seconds" => "One hour of recording, compiled",
        _ => "A claim this version does not know",
    }
}

/// The claims, in the talk's order, whatever the record holds; each with what it comes to in further
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
        hour.best(names),
        hour.seconds(),
    ]
}

impl Elsewhere {
    fn of(claim: Claim, mark: &str, stack: String) -> Self {
        let Claim { contenders, figure, verdict, reason, .. } = claim;
        Self { mark: mark.to_owned(), stack, contenders, figure, verdict, reason }
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
    let figure = paired_ratio(workload, &numerator, &denominator, record.plan.comparisons);
    let verdict = match (figure.low, figure.high) {
        (Some(low), Some(high)) => claim.verdict_on(low, high),
        _ => ClaimVerdict::NotResolved,
    };
    Claim { verdict, ..claim.with(figure, record) }
}

/// The band around a figure of the talk: 25 % to either side.
fn band(talk: f64) -> (f64, f64) {
    (talk / 1.25, talk * 1.25)
}

/// Whether all of an interval lies in the talk's band, or at least some of it.
fn in_band(talk: f64, low: f64, high: f64) -> Option<ClaimVerdict> {
    let (from, to) = band(talk);
    if low >= from && high <= to {
        Some(ClaimVerdict::Reproduced)
    } else {
        (low <= to && high >= from).then_some(ClaimVerdict::Consistent)
    }
}

/// The verdict on a time over another, which the talk has above 1; what is no speed-up cannot surpass it.
fn ratio_verdict(talk: f64, is_speedup: bool, low: f64, high: f64) -> ClaimVerdict {
    if low <= 1.0 && high >= 1.0 {
        ClaimVerdict::NotResolved
    } else if let Some(verdict) = in_band(talk, low, high) {
        verdict
    } else if is_speedup && low > band(talk).1 {
        ClaimVerdict::Surpassed
    } else if low > 1.0 {
        ClaimVerdict::DirectionOnly
    } else {
        ClaimVerdict::NotReproduced
    }
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
    if found.findings.outcome == Outcome::Measured {
        return Ok(workload);
    }
    let reason = found.findings.reason.as_deref().unwrap_or("no reason was recorded");
    let happened = match found.findings.outcome {
        Outcome::Measured | Outcome::Wrong => "is wrong",
        Outcome::KnownWrong => "is known to be wrong",
        Outcome::Unverified => "was not verified",
        Outcome::Absent => "is absent",
        Outcome::Failed => "failed",
    };
    Err(format!("{contender} {happened} on {}: {reason}", workload.id))
}
