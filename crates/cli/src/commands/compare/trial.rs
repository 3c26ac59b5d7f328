//! Can these functions be used at all?
//!
//! Before anything is measured each is loaded and called once, so that a slip in an argument is one line at once and not
//! a row after a minute. One that raises, crashes or takes too long has failed, and costs its own row. The programs are
//! started without a worker, so this module sets their limits and ends them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use breakeven_cli::interpreter::{is_no_answer, limited};
use breakeven_cli::registry::expected;
use breakeven_measure::probe::{SLOW_CALL_NS, TOO_SLOW_NS};
use breakeven_measure::process::Halt;
use breakeven_measure::program::{ProgramContender, ProgramError, ProgramSpec};
use breakeven_problem::{Answer, CHANGES_ITS_INPUT, Data, Failure, Handing, Prepared as _, Task, Workload};
use breakeven_record::{Findings, FirstCall, Outcome};

use super::function::UserFunctions;
use super::numbers::CompareWorkload;
use super::user_function::UserFunction;
use crate::progress::Waiting;
use crate::stop::Stop;

/// Imports and one call may take this long.
const LIMIT: Duration = Duration::from_secs(60);

/// The answers of a reference may take this long.
const REFERENCE_LIMIT: Duration = Duration::from_secs(600);

/// Fresh processes in which a function begins, where another one of the user's is the baseline: what is paid once is
/// compared.
const BEGINNINGS: usize = 3;

/// A first call that takes more seconds is not repeated.
const AGAIN_SECONDS: f64 = 1.0;

/// Windows that a function of windows is tried on: a prefix tells as much as the whole series.
const WINDOWS: usize = 200;

/// What is said of an answer that looks like that of another computation.
const ANOTHER_TASK: &str = ": not a standard deviation? name --reference or --input";

/// What the trial of a workload came to.
#[derive(Default)]
pub(crate) struct Tried {
    /// The reference's answers, where there is one.
    pub(crate) expected: Option<Vec<Answer>>,
    /// Seconds that a call on the whole input would take, by id; those of a function in another interpreter are taken to
    /// be the same.
    pub(crate) seconds: BTreeMap<String, f64>,
    /// Functions that have failed, by id, each with the reason.
    pub(crate) failed: BTreeMap<String, String>,
    /// What the others cost to begin with, by id.
    begun: BTreeMap<String, Findings>,
    /// Functions that change what they are handed, by id.
    pub(crate) changing: Vec<String>,
}

impl Tried {
    /// Whether a function can be the baseline: it has not failed, and is handed copies where one changes its input.
    pub(crate) fn can_be_called(&self, functions: &UserFunctions, id: &str) -> bool {
        let copies = self.changing.is_empty() || functions.is_handed_copies(id);
        copies && !self.failed.contains_key(id)
    }

    /// What is known of all of them before anything is measured, by id.
    pub(crate) fn known(self) -> BTreeMap<String, Findings> {
        let failed =
            |reason| Findings { outcome: Outcome::Failed, reason: Some(reason), ..Findings::default() };
        let failed = self.failed.into_iter().map(|(id, reason)| (id, failed(reason)));
        self.begun.into_iter().chain(failed).collect()
    }
}

/// What the trial of one function came to.
enum Called {
    /// It came to its end.
    Ended(Ended),
    /// It raised, crashed, took too long or has spoilt its process.
    Failed(String),
}

/// A call that came to its end.
struct Ended {
    /// What a call on the whole input would take.
    seconds: f64,
    handing: Handing,
    /// What came back instead of the standard deviation, where that is far off.
    off: Option<String>,
    /// What it cost to begin with, in as many fresh processes as it was called in.
    first_calls: Vec<FirstCall>,
    /// By how much another call raised the memory of its process.
    peak_bytes: Option<u64>,
}

/// What every trial works with.
#[derive(Clone, Copy)]
pub(crate) struct Bounds<'a> {
    /// Where files are exchanged with programs.
    pub(crate) folder: &'a Path,
    /// Bytes of address space that each may use.
    pub(crate) memory_bytes: Option<u64>,
    /// What functions are handed at first.
    pub(crate) handing: Handing,
    /// How it is stopped.
    pub(crate) halt: &'a Halt,
}

/// Calls every function once on a workload.
///
/// # Errors
/// One cannot be loaded (exit code 2), returns what is no answer (4), or is the reference and fails (8); interrupted
/// (130).
pub(crate) fn of_all(
    functions: &UserFunctions,
    tried: &CompareWorkload,
    bounds: Bounds<'_>,
) -> Result<Tried, Stop> {
    let attempt = || {
        let mut all = Tried::default();
        let mut off = Vec::new();
        let waiting = Waiting::new();
        // the others need the reference's answers: what is wrong with it is said first
        let is_reference =
            |one: &&UserFunction| functions.reference().is_some_and(|known| known.id() == one.id());
        let (first, others): (Vec<_>, Vec<_>) = functions.all.iter().partition(is_reference);
        for &one in first.iter().chain(&others) {
            waiting.on(format!("{}: one call, {} s at most", one.place, LIMIT.as_secs()));
            match try_out(one, tried, bounds)? {
                Called::Ended(Ended { seconds, handing, off: found, first_calls, peak_bytes }) => {
                    off.extend(found.map(|found| format!("{}: {found}", one.place)));
                    let findings = Findings { first_calls, peak_bytes, ..Findings::default() };
                    all.begun.insert(one.id().to_owned(), findings);
                    let ids = one.elsewhere.iter().map(|other| other.id.clone());
                    all.seconds.extend(ids.chain([one.id().to_owned()]).map(|id| (id, seconds)));
                    if handing != bounds.handing {
                        all.changing.push(one.id().to_owned());
                    }
                }
                Called::Failed(reason) if is_reference(&one) => {
                    let why = "there is nothing to compare with, since the reference failed";
                    return Err(Stop::failed(anyhow!("{}: {why}: {reason}", one.place)));
                }
                Called::Failed(reason) => drop(all.failed.insert(one.id().to_owned(), reason)),
            }
        }
        if off.len() == functions.all.len() && functions.reference().is_none() {
            let first = off.into_iter().next().unwrap_or_default();
            return Err(Stop::wrong(anyhow!("{first}{ANOTHER_TASK}")));
        }
        if let Some(reference) = functions.reference() {
            if tried.workload.task == Task::Made {
                return Ok(all);
            }
            waiting.on(format!("{}: the answers, {} s at most", reference.place, REFERENCE_LIMIT.as_secs()));
            let changes = all.changing.iter().any(|id| id == reference.id());
            let handing = if changes { Handing::FreshCopies } else { bounds.handing };
            all.expected = Some(answers(reference, tried, bounds, handing)?);
        }
        Ok(all)
    };
    match attempt() {
        _ if bounds.halt.is_halted() => Err(interrupted()),
        outcome => outcome,
    }
}

/// Which functions of a base change what they are handed, and which of them cannot be called at all, each with the reason,
/// by id. What is wrong with one that raises or crashes is found when it is measured.
///
/// # Errors
/// Interrupted (130).
pub(crate) fn of_base(
    functions: &UserFunctions,
    tried: &CompareWorkload,
    bounds: Bounds<'_>,
) -> Result<Tried, Stop> {
    let mut all = Tried::default();
    let waiting = Waiting::new();
    for one in &functions.all {
        waiting.on(format!("{} of the base: one call, {} s at most", one.place, LIMIT.as_secs()));
        match try_out(one, tried, bounds) {
            _ if bounds.halt.is_halted() => return Err(interrupted()),
            Err(stop) => drop(all.failed.insert(one.id().to_owned(), stop.to_string())),
            Ok(Called::Ended(Ended { handing, .. })) if handing != bounds.handing => {
                all.changing.push(one.id().to_owned());
            }
            Ok(_) => {}
        }
    }
    Ok(all)
}

/// That functions are handed fresh copies, where it is asked for or some of them change their input, in words.
pub(crate) fn fresh_copies(asked: Handing, changing: BTreeSet<String>) -> Option<String> {
    let what = "every Python function gets a fresh copy of its input for each call";
    let ids = changing.into_iter().collect::<Vec<_>>().join(", ");
    match asked {
        Handing::FreshCopies => Some(what.to_owned()),
        Handing::SameInput => (!ids.is_empty()).then(|| format!("{what}, since {ids} changes it")),
    }
}

fn interrupted() -> Stop {
    Stop::interrupted(anyhow!("interrupted before anything was measured"))
}

impl Bounds<'_> {
    /// A contender within these bounds.
    fn contender(self, one: &UserFunction, handing: Handing) -> Result<ProgramContender, Stop> {
        let command = limited(&one.program.command, self.memory_bytes).map_err(Stop::ours)?;
        let program = ProgramSpec { command, ..one.program.clone() };
        Ok(ProgramContender::tried(&program, self.folder.to_owned(), handing, self.halt))
    }
}

/// One call on the input itself; where it changes that, another one on a copy.
fn try_out(one: &UserFunction, tried: &CompareWorkload, bounds: Bounds<'_>) -> Result<Called, Stop> {
    match call(one, tried, bounds, bounds.handing)? {
        Called::Failed(reason) if reason == CHANGES_ITS_INPUT => {
            call(one, tried, bounds, Handing::FreshCopies)
        }
        called => Ok(called),
    }
}

fn call(
    one: &UserFunction,
    tried: &CompareWorkload,
    bounds: Bounds<'_>,
    handing: Handing,
) -> Result<Called, Stop> {
    let contender = bounds.contender(one, handing)?;
    let mut workload = tried.workload.clone();
    workload.length = workload.window.map_or(workload.length, |window| workload.length.min(window + WINDOWS));
    let input: Arc<[Data]> = tried.inputs.iter().take(1).map(|input| input.prefix(workload.length)).collect();
    contender.program().within(LIMIT, || {
        let mut prepared = match contender.try_prepare(&workload, &input) {
            Err(ProgramError::Spoilt(reason)) => return Ok(Called::Failed(reason)),
            prepared => prepared.map_err(|error| one.not_loaded(error))?,
        };
        if let Err(failure) = prepared.run(0, 1) {
            return Ok(Called::Failed(failure.0));
        }
        let call_ns = prepared.own_ns().unwrap_or_default();
        let is_whole = workload.length == tried.workload.length;
        let first_call =
            prepared.load_ns().filter(|_| is_whole).map(|load_ns| FirstCall { load_ns, call_ns });
        let answer = match prepared.answer() {
            // the program has died of it, or was killed
            Err(failure) if !contender.program().runs() => return Ok(Called::Failed(failure.0)),
            Err(failure) => {
                let hint = if tried.is_standard_deviation { ANOTHER_TASK } else { "" };
                return Err(Stop::wrong(anyhow!("{}: {}{hint}", one.place, failure.0)));
            }
            Ok(answer) => answer,
        };
        if let Some(why) = another_length(&answer, &workload) {
            return Err(Stop::wrong(anyhow!("{}: {why}", one.place)));
        }
        // a first call also compiles and fills caches: a later one tells what a call takes
        let later =
            (call_ns > SLOW_CALL_NS).then(|| prepared.run(0, 1).ok().and_then(|()| prepared.own_ns()));
        let seconds = later.flatten().map_or(call_ns, |ns| ns.min(call_ns)) as f64 / 1e9;
        if tried.workload.least_prefix().is_none() && seconds > TOO_SLOW_NS as f64 / 1e9 {
            return Ok(Called::Failed(format!("too slow here: about {:.0} s a call", seconds.ceil())));
        }
        let whole = tried.workload.units(tried.workload.length) as f64;
        let share = whole / workload.units(workload.length) as f64;
        let off = input.first().filter(|_| tried.is_standard_deviation);
        let off = off.and_then(|input| far_off(&answer, &workload, input));
        let peak_bytes =
            one.interpreter.as_ref().filter(|_| is_whole).and_then(|_| prepared.peak_bytes(0).ok().flatten());
        let again = first_call.filter(|_| (call_ns as f64) < AGAIN_SECONDS * 1e9);
        let again = again.into_iter().flat_map(|_| 1..BEGINNINGS);
        let again = again.filter_map(|_| begin(one, (&workload, &input), bounds, handing));
        let first_calls = first_call.into_iter().chain(again).collect();
        Ok(Called::Ended(Ended { seconds: seconds * share, handing, off, first_calls, peak_bytes }))
    })
}

/// What a function costs to begin with, in a fresh process; none where it fails there.
fn begin(
    one: &UserFunction,
    (workload, input): (&Workload, &Arc<[Data]>),
    bounds: Bounds<'_>,
    handing: Handing,
) -> Option<FirstCall> {
    let contender = bounds.contender(one, handing).ok()?;
    contender.program().within(LIMIT, || {
        let mut prepared = contender.try_prepare(workload, input).ok()?;
        prepared.run(0, 1).ok()?;
        Some(FirstCall { load_ns: prepared.load_ns()?, call_ns: prepared.own_ns()? })
    })
}

fn answers(
    one: &UserFunction,
    tried: &CompareWorkload,
    bounds: Bounds<'_>,
    handing: Handing,
) -> Result<Vec<Answer>, Stop> {
    let contender = bounds.contender(one, handing)?;
    let inputs: Arc<[Data]> = tried.inputs.iter().cloned().collect();
    contender.program().within(REFERENCE_LIMIT, || {
        let prepared = contender.try_prepare(&tried.workload, &inputs);
        let mut prepared = prepared.map_err(|error| one.not_loaded(error))?;
        let mut answer = |input| {
            let answer = prepared.run(input, 1).and_then(|()| prepared.answer());
            let failed = |failure: Failure| Stop::failed(anyhow!("{}: {}", one.place, failure.0));
            let answer = answer.map_err(failed)?;
            another_length(&answer, &tried.workload).map_or(Ok(answer), |why| Err(one.unusable(&why)))
        };
        (0..inputs.len()).map(&mut answer).collect()
    })
}

/// What came back instead of the standard deviation, where it is less than half or more than twice as much. Of numbers
/// that hardly differ from each other the standard deviation itself may come out so.
fn far_off(answer: &Answer, workload: &Workload, input: &Data) -> Option<String> {
    let largest = input.series()?.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let first = |answer: &Answer| match answer {
        Answer::Value(value) => Some(*value),
        Answer::Series(values) => values.first().copied(),
        _ => None,
    };
    let (got, right) = (first(answer)?, first(&expected(workload, input))?);
    let is_near = (right / 2.0..=right * 2.0).contains(&got);
    (!is_near && right > 1e-6 * largest)
        .then(|| format!("{got:.3} came back where the standard deviation is {right:.3}"))
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

impl UserFunction {
    fn unusable(&self, why: &str) -> Stop {
        Stop::usage(anyhow!("{}: {why}", self.place))
    }

    fn not_loaded(&self, error: ProgramError) -> Stop {
        match error {
            ProgramError::Absent(absence) => {
                let install = absence.install.map_or_else(String::new, |line| format!(" ({line})"));
                self.unusable(&format!("{}{install}", absence.reason))
            }
            // the user's own Python was meant, and perhaps another one was found
            ProgramError::Failed(reason) if reason.contains("ModuleNotFoundError") => {
                self.unusable(&format!("{reason} (--python PATH chooses the interpreter that has it)"))
            }
            ProgramError::Failed(reason) | ProgramError::Spoilt(reason) => self.unusable(&reason),
            ProgramError::Died(how) if self.interpreter.is_some() && is_no_answer(&how) => self
                .unusable("its interpreter does not answer as a Python does (--python PATH names another)"),
            ProgramError::Died(how) => self.unusable(&format!("ended while it was loaded: {how}")),
        }
    }
}
