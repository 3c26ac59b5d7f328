//! Which workloads, with whom, are meant by the arguments?

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use breakeven_cli::interpreter::{Interpreter, Interpreters, base};
use breakeven_cli::recordings::{self, DATA_VARIABLE, NamedRecording, RecordingChoice};
use breakeven_cli::workloads;
use breakeven_measure::job::Job;
use breakeven_problem::{Contender, Task, Workload};
use breakeven_record::Mode;
use breakeven_record::contender_id::AA_CONTROL;
use breakeven_record::contender_id::is_control;
use regex::Regex;

use crate::arguments::{ListArguments, ModeArguments, RecordingArguments, SelectionArguments};
use crate::stop::Stop;

/// The jobs that the arguments ask for, in the order of the tables.
///
/// # Errors
/// A bad pattern or recording (exit code 2), or filters that match nothing (6).
pub(crate) fn jobs(arguments: &ListArguments, all: &[Box<dyn Contender>]) -> Result<Vec<Job>, Stop> {
    let filter = Filter::new(&arguments.selection)?;
    let mode = mode(arguments.mode);
    let mut jobs = Vec::new();
    for workload in workloads::seeded(mode).into_iter().filter(|workload| filter.takes(workload)) {
        let mut contenders = filter.contenders(all, &workload);
        filter.leave_out(&mut contenders, mode, &workload, false);
        jobs.push(workloads::seeded_job(workload, arguments.recording.seed, contenders));
    }
    if filter.may_take(Task::Feedback) || filter.may_take(Task::Pedometer) {
        let choice = choice(&arguments.recording);
        for (workload, recording) in on_recordings(mode, &choice)? {
            if filter.takes(&workload) {
                let mut contenders = filter.contenders(all, &workload);
                // the whole ladder stands on one recording: the first that is counted end to end
                let first = !jobs.iter().any(|job| job.workload.task == Task::Pedometer);
                let ladder = mode == Mode::Default && first && workload.task == Task::Pedometer;
                filter.leave_out(&mut contenders, mode, &workload, ladder);
                jobs.push(workloads::recording_job(workload, &recording, contenders));
            }
        }
    }
    if mode == Mode::Full
        && let Some(job) = jobs.iter_mut().find(|job| job.workload.task == Task::Pedometer)
    {
        job.whole_call = Some(job.baseline.clone());
    }
    if jobs.is_empty() {
        return Err(Stop::nothing_matches(anyhow!(
            "no workload of the {} table matches -t, -n and -w: see `breakeven list`",
            mode.word()
        )));
    }
    if let Some(pattern) = &filter.contender
        && !all.iter().any(|contender| pattern.is_match(&contender.about().id))
    {
        return Err(Stop::nothing_matches(anyhow!(
            "no contender's id matches {:?}: see `breakeven list`",
            pattern.as_str()
        )));
    }
    Ok(jobs)
}

/// The interpreters at these paths, started once each to see what they are. Their processes find what they need in
/// `folder`.
///
/// # Errors
/// One is no Python, or two are of the same version (exit code 2).
pub(crate) fn interpreters(paths: &[PathBuf], folder: &Path) -> Result<Interpreters, Stop> {
    let mut all: Vec<(&Path, Interpreter)> = Vec::new();
    for path in paths {
        let found = greet(path, folder)?;
        if let Some((other, known)) = all.iter().find(|(_, known)| known.mark == found.mark) {
            return Err(Stop::usage(anyhow!(
                "--interpreter {} and {} are both {}: their rows would have the same names",
                other.display(),
                path.display(),
                known.name
            )));
        }
        all.push((path, found));
    }
    let further = all.into_iter().map(|(_, interpreter)| interpreter).collect();
    Ok(Interpreters { further, ordinary: None })
}

#[cfg(feature = "python")]
fn greet(path: &Path, folder: &Path) -> Result<Interpreter, Stop> {
    use breakeven_cli::interpreter::InterpreterError;
    Interpreter::greet(path, folder).map_err(|error| match error {
        InterpreterError::Io(_) => Stop::ours(error),
        InterpreterError::Missing | InterpreterError::NoPython(_) => {
            Stop::usage(anyhow!("--interpreter {}: {error}", path.display()))
        }
    })
}

#[cfg(not(feature = "python"))]
fn greet(_: &Path, _: &Path) -> Result<Interpreter, Stop> {
    Err(Stop::ours(anyhow!(
        "--interpreter: this breakeven was built without Python: build it with its default features"
    )))
}

/// The mode that the flags name.
pub(crate) fn mode(arguments: ModeArguments) -> Mode {
    match arguments {
        ModeArguments { quick: true, .. } => Mode::Quick,
        ModeArguments { full: true, .. } => Mode::Full,
        _ => Mode::Default,
    }
}

/// The workloads on recordings of a mode, with their recordings.
fn on_recordings(mode: Mode, choice: &RecordingChoice) -> Result<Vec<(Workload, NamedRecording)>, Stop> {
    let main = recordings::main_recording(choice).map_err(Stop::usage)?;
    let mut table = Vec::new();
    if mode != Mode::Quick {
        table.push((workloads::feedback(&main), main.clone()));
    }
    let three_channels = main.signal.channels().len() == 3;
    table.push((workloads::pedometer(&main), main));
    if mode != Mode::Quick && three_channels {
        let six = recordings::six_channel_hour(choice).map_err(Stop::usage)?;
        table.push((workloads::pedometer(&six), six));
    }
    Ok(table)
}

/// The recordings that the arguments and `BREAKEVEN_DATA` name.
pub(crate) fn choice(arguments: &RecordingArguments) -> RecordingChoice {
    RecordingChoice {
        file: arguments.recording.clone(),
        channels: arguments.channels,
        data: std::env::var_os(DATA_VARIABLE).map(PathBuf::from),
        seed: arguments.seed,
    }
}

/// Which workloads and contenders the arguments let through.
pub(crate) struct Filter<'a> {
    selection: &'a SelectionArguments,
    contender: Option<Regex>,
}

impl<'a> Filter<'a> {
    /// # Errors
    /// A bad pattern (exit code 2).
    pub(crate) fn new(selection: &'a SelectionArguments) -> Result<Self, Stop> {
        let contender = match &selection.contender {
            None => None,
            Some(pattern) => {
                let regex = Regex::new(pattern).map_err(|error| {
                    let text = error.to_string();
                    let reason =
                        text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                    Stop::usage(anyhow!("-c {pattern:?} is no regular expression: {reason}"))
                });
                Some(regex?)
            }
        };
        Ok(Self { selection, contender })
    }

    /// Whether nobody has named contenders.
    pub(crate) fn is_open(&self) -> bool {
        self.contender.is_none()
    }

    /// Whether a contender's id is meant, or that of the same contender in our interpreter; the baseline and the
    /// controls aside.
    pub(crate) fn matches(&self, id: &str) -> bool {
        self.contender.as_ref().is_none_or(|pattern| pattern.is_match(id) || pattern.is_match(base(id)))
    }

    fn may_take(&self, task: Task) -> bool {
        self.selection.tasks.is_empty() || self.selection.tasks.contains(&task)
    }

    fn takes(&self, workload: &Workload) -> bool {
        let SelectionArguments { lengths, windows, .. } = self.selection;
        self.may_take(workload.task)
            && (lengths.is_empty() || lengths.contains(&workload.length))
            && (windows.is_empty() || workload.window.is_some_and(|window| windows.contains(&window)))
    }

    /// Takes out who is not in the mode's table for this workload, where nobody has named contenders.
    fn leave_out(&self, contenders: &mut Vec<String>, mode: Mode, workload: &Workload, ladder: bool) {
        let baseline = breakeven_cli::registry::baseline(workload);
        if self.contender.is_none() {
            contenders.retain(|id| base(id) == baseline || workloads::has(mode, workload, ladder, base(id)));
        }
    }

    /// Ids of who takes part; never without the baseline and the controls.
    fn contenders(&self, all: &[Box<dyn Contender>], workload: &Workload) -> Vec<String> {
        let baseline = breakeven_cli::registry::baseline(workload);
        let mut ids = workloads::offering(all, workload);
        ids.retain(|id| self.matches(id) || base(id) == baseline || is_control(id));
        ids.push(AA_CONTROL.to_owned());
        ids
    }
}
