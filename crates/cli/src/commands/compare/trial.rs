//! Can these functions be used at all?
//!
//! Before anything is measured each is loaded and called once, so that a slip in an argument is one line at once
//! and not a row after a minute. What crashes or hangs here is left to the measurement: it costs its own row. The
//! programs are started without a worker, so this module sets their limits and ends them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use breakeven_cli::interpreter::limited;
use breakeven_measure::process::Halt;
use breakeven_measure::program::{ProgramContender, ProgramError, ProgramSpec};
use breakeven_problem::{Answer, Data, Prepared, Workload};

use super::function::{UserFunction, UserFunctions};
use super::numbers::CompareWorkload;
use crate::progress::Waiting;
use crate::stop::Stop;

/// Imports and one call may take this long.
const LIMIT: Duration = Duration::from_secs(60);

/// The answers of a reference may take this long.
const REFERENCE_LIMIT: Duration = Duration::from_secs(600);

/// Windows that a function of windows is tried on: a prefix tells as much as the whole series.
const WINDOWS: usize = 200;

/// What the trial of a workload came to.
pub(super) struct Tried {
    /// The reference's answers, where there is one.
    pub(super) expected: Option<Vec<Answer>>,
    /// Seconds that a call on the whole input would take, by id, as far as it was made; those of a function in another
    /// interpreter are taken to be the same.
    pub(super) seconds: BTreeMap<String, f64>,
}

/// What every trial works with.
#[derive(Clone, Copy)]
pub(super) struct Bounds<'a> {
    /// Where files are exchanged with programs.
    pub(super) folder: &'a Path,
    /// Bytes of address space that each may use.
    pub(super) memory_bytes: Option<u64>,
    /// How it is stopped.
    pub(super) halt: &'a Halt,
}

/// Calls every function once on a workload.
///
/// # Errors
/// One cannot be loaded or raises (exit code 2), or returns what is no answer (4); interrupted (130).
pub(super) fn of_all(
    functions: &UserFunctions,
    tried: &CompareWorkload,
    bounds: Bounds<'_>,
) -> Result<Tried, Stop> {
    let attempt = || {
        let mut seconds = BTreeMap::new();
        let waiting = Waiting::new();
        for one in &functions.all {
            waiting.on(format!("{}: one call, {} s at most", one.place, LIMIT.as_secs()));
            if let Some(call) = try_out(one, tried, bounds)? {
                let ids = one.elsewhere.iter().map(|other| other.id.clone());
                seconds.extend(ids.chain([one.id().to_owned()]).map(|id| (id, call)));
            }
        }
        let reference = functions.reference();
        if let Some(reference) = reference {
            waiting.on(format!("{}: the answers, {} s at most", reference.place, REFERENCE_LIMIT.as_secs()));
        }
        let expected = reference.map(|reference| answers(reference, tried, bounds)).transpose()?;
        Ok(Tried { expected, seconds })
    };
    match attempt() {
        _ if bounds.halt.is_halted() => {
            Err(Stop::interrupted(anyhow!("interrupted before anything was measured")))
        }
        outcome => outcome,
    }
}

impl Bounds<'_> {
    /// A contender within these bounds.
    fn contender(self, one: &UserFunction) -> Result<ProgramContender, Stop> {
        let command = limited(&one.program.command, self.memory_bytes).map_err(Stop::ours)?;
        let program = ProgramSpec { command, ..one.program.clone() };
        Ok(ProgramContender::tried(&program, self.folder.to_owned(), self.halt))
    }
}

/// Seconds that a call on the whole input would take, where the trial has brought a call to its end.
fn try_out(one: &UserFunction, tried: &CompareWorkload, bounds: Bounds<'_>) -> Result<Option<f64>, Stop> {
    let contender = bounds.contender(one)?;
    let mut workload = tried.workload.clone();
    workload.length = workload.window.map_or(workload.length, |window| workload.length.min(window + WINDOWS));
    let input: Arc<[Data]> = tried.inputs.iter().take(1).map(|input| input.prefix(workload.length)).collect();
    contender.program().within(LIMIT, || {
        let mut prepared = load(one, &contender, &workload, &input)?;
        if let Err(failure) = prepared.run(0, 1) {
            return left_to_the_measurement(&contender, one.unusable(&failure.0));
        }
        match prepared.answer() {
            Err(failure) => {
                left_to_the_measurement(&contender, Stop::wrong(anyhow!("{}: {}", one.place, failure.0)))
            }
            Ok(answer) => {
                if let Some(why) = another_length(&answer, &workload) {
                    return Err(Stop::wrong(anyhow!("{}: {why}", one.place)));
                }
                let whole = tried.workload.units(tried.workload.length) as f64;
                let share = whole / workload.units(workload.length) as f64;
                Ok(prepared.own_ns().map(|ns| ns as f64 / 1e9 * share))
            }
        }
    })
}

/// The complaint of a program that is still alive; one that has died or was killed is left to the measurement.
fn left_to_the_measurement<T>(contender: &ProgramContender, complaint: Stop) -> Result<Option<T>, Stop> {
    if contender.program().runs() { Err(complaint) } else { Ok(None) }
}

fn answers(one: &UserFunction, tried: &CompareWorkload, bounds: Bounds<'_>) -> Result<Vec<Answer>, Stop> {
    let contender = bounds.contender(one)?;
    let inputs: Arc<[Data]> = tried.inputs.iter().cloned().collect();
    contender.program().within(REFERENCE_LIMIT, || {
        let mut prepared = load(one, &contender, &tried.workload, &inputs)?;
        let mut answer = |input| {
            let answer = prepared.run(input, 1).and_then(|()| prepared.answer());
            let answer = answer.map_err(|failure| one.unusable(&failure.0))?;
            another_length(&answer, &tried.workload).map_or(Ok(answer), |why| Err(one.unusable(&why)))
        };
        (0..inputs.len()).map(&mut answer).collect()
    })
}

/// What is wrong with a series that has not one number for each window.
fn another_length(answer: &Answer, workload: &Workload) -> Option<String> {
    let (Answer::Series(values), windows) = (answer, workload.units(workload.length)) else { return None };
    let (numbers, length) = (values.len(), workload.length);
    (numbers as u64 != windows).then(|| {
        format!(
            "{numbers} numbers came back instead of {windows}, one for each window of the first {length} values"
        )
    })
}

fn load(
    one: &UserFunction,
    contender: &ProgramContender,
    workload: &Workload,
    inputs: &Arc<[Data]>,
) -> Result<Box<dyn Prepared>, Stop> {
    contender.try_prepare(workload, inputs).map_err(|error| match error {
        ProgramError::Absent(absence) => {
            let install = absence.install.map_or_else(String::new, |line| format!(" ({line})"));
            one.unusable(&format!("{}{install}", absence.reason))
        }
        // the user's own Python was meant, and perhaps another one was found
        ProgramError::Failed(reason) if reason.contains("ModuleNotFoundError") => {
            one.unusable(&format!("{reason} (--python PATH chooses the interpreter that has it)"))
        }
        ProgramError::Failed(reason) => one.unusable(&reason),
        ProgramError::Died(how) => one.unusable(&format!("ended while it was loaded: {how}")),
    })
}

impl UserFunction {
    fn unusable(&self, why: &str) -> Stop {
        Stop::usage(anyhow!("{}: {why}", self.place))
    }
}
