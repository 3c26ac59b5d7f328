//! Can these functions be used at all?
//!
//! Before anything is measured each is loaded and called once, so that a slip in an argument is one line at once
//! and not a row after a minute. What crashes or hangs here is left to the measurement: it costs its own row.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use breakeven_measure::program::{ProgramContender, ProgramError};
use breakeven_problem::{Answer, Data, Prepared};

use super::specification::{Specification, Specifications};
use super::workload::CompareWorkload;
use crate::stop::Stop;

/// Imports and one call may take this long.
const LIMIT: Duration = Duration::from_secs(60);

/// The answers of a reference may take this long.
const REFERENCE_LIMIT: Duration = Duration::from_secs(600);

/// Windows that a function of windows is tried on: a prefix tells as much as the whole series.
const WINDOWS: usize = 200;

/// Tries every function on a workload. With a reference: its answers.
///
/// # Errors
/// One cannot be loaded or raises (exit code 2), or returns what is no answer (4).
pub(super) fn of_all(
    specifications: &Specifications,
    tried: &CompareWorkload,
    folder: &Path,
) -> Result<Option<Vec<Answer>>, Stop> {
    for one in &specifications.all {
        try_out(one, tried, folder)?;
    }
    match &specifications.reference {
        Some(reference) => answers(reference, tried, folder).map(Some),
        None => Ok(None),
    }
}

fn try_out(one: &Specification, tried: &CompareWorkload, folder: &Path) -> Result<(), Stop> {
    let contender = ProgramContender::new(&one.program, folder.to_owned());
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
            Ok(_) => Ok(()),
        }
    })
}

/// Who died or was killed has no say here; who lives and complains has.
fn left_to_the_measurement(contender: &ProgramContender, complaint: Stop) -> Result<(), Stop> {
    if contender.program().runs() { Err(complaint) } else { Ok(()) }
}

fn answers(one: &Specification, tried: &CompareWorkload, folder: &Path) -> Result<Vec<Answer>, Stop> {
    let contender = ProgramContender::new(&one.program, folder.to_owned());
    let inputs: Arc<[Data]> = tried.inputs.iter().cloned().collect();
    contender.program().within(REFERENCE_LIMIT, || {
        let mut prepared = load(one, &contender, &tried.workload, &inputs)?;
        let mut answer = |input| {
            let answer = prepared.run(input, 1).and_then(|()| prepared.answer());
            let answer = answer.map_err(|failure| one.unusable(&failure.0))?;
            let windows = tried.workload.units(tried.workload.length);
            match &answer {
                Answer::Series(values) if values.len() as u64 != windows => Err(one.unusable(&format!(
                    "{} numbers came back instead of {windows}, one for each window",
                    values.len()
                ))),
                _ => Ok(answer),
            }
        };
        (0..inputs.len()).map(&mut answer).collect()
    })
}

fn load(
    one: &Specification,
    contender: &ProgramContender,
    workload: &breakeven_problem::Workload,
    inputs: &Arc<[Data]>,
) -> Result<Box<dyn Prepared>, Stop> {
    contender.try_prepare(workload, inputs).map_err(|error| match error {
        ProgramError::Absent(absence) => {
            let install = absence.install.map_or_else(String::new, |line| format!(" ({line})"));
            one.unusable(&format!("{}{install}", absence.reason))
        }
        ProgramError::Failed(reason) => one.unusable(&reason),
        ProgramError::Died(how) => one.unusable(&format!("ended while it was loaded: {how}")),
    })
}

impl Specification {
    fn unusable(&self, why: &str) -> Stop {
        Stop::usage(anyhow!("{}: {why}", self.place))
    }
}
