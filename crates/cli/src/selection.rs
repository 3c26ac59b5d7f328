//! Which workloads and contenders do the arguments select?

use std::path::PathBuf;

use anyhow::anyhow;
use breakeven_cli::workloads::{self, Ladder};
use breakeven_measure::job::Job;
use breakeven_problem::{Contender, Task, Workload};
use breakeven_record::Mode;
use breakeven_record::contender_id::{AA_CONTROL, ContenderId};
use breakeven_recordings::{NamedRecording, RecordingChoice, main_recording, six_channel_hour};
use regex::Regex;

use crate::arguments::{SelectionArguments, WorkloadArguments};
use crate::stop::Stop;

/// The variable that names the folder with the public recordings.
pub(crate) const DATA_VARIABLE: &str = "BREAKEVEN_DATA";

/// Which workloads and contenders the arguments let through.
pub(crate) struct Selection<'a> {
    /// The table that workloads are taken from.
    pub(crate) mode: Mode,
    arguments: &'a SelectionArguments,
    contenders: ContenderFilter,
}

impl<'a> Selection<'a> {
    /// # Errors
    /// A bad pattern (exit code 2).
    pub(crate) fn new(arguments: &'a SelectionArguments) -> Result<Self, Stop> {
        let contenders = ContenderFilter::new(arguments.contender.as_deref())?;
        Ok(Self { mode: mode(arguments), arguments, contenders })
    }

    /// The jobs that the arguments ask for, in the order of the tables.
    ///
    /// # Errors
    /// A bad recording (exit code 2), or filters that match nothing (6).
    pub(crate) fn jobs(&self, all: &[Box<dyn Contender>]) -> Result<Vec<Job>, Stop> {
        let mode = self.mode;
        let mut jobs = Vec::new();
        for workload in workloads::seeded(mode).into_iter().filter(|workload| self.takes(workload)) {
            let contenders = self.contenders(all, &workload, Ladder::Short);
            jobs.push(workloads::seeded_job(workload, self.arguments.workloads.seed, contenders));
        }
        if self.may_take(Task::Feedback) || self.may_take(Task::Pedometer) {
            for (workload, recording) in on_recordings(mode, &recording_choice(self.arguments))? {
                if self.takes(&workload) {
                    // the whole ladder stands on one recording: the first that is counted end to end
                    let first = !jobs.iter().any(|job: &Job| job.workload.task == Task::Pedometer);
                    let whole = mode == Mode::Default && first && workload.task == Task::Pedometer;
                    let ladder = if whole { Ladder::Whole } else { Ladder::Short };
                    let contenders = self.contenders(all, &workload, ladder);
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
        match &self.contenders.pattern {
            Some(pattern) if !all.iter().any(|contender| pattern.is_match(&contender.about().id)) => {
                Err(Stop::nothing_matches(anyhow!(
                    "no contender's id matches {:?}: see `breakeven list`",
                    pattern.as_str()
                )))
            }
            _ => Ok(jobs),
        }
    }

    fn may_take(&self, task: Task) -> bool {
        self.arguments.workloads.tasks.is_empty() || self.arguments.workloads.tasks.contains(&task)
    }

    fn takes(&self, workload: &Workload) -> bool {
        let WorkloadArguments { lengths, windows, .. } = &self.arguments.workloads;
        self.may_take(workload.task)
            && (lengths.is_empty() || lengths.contains(&workload.length))
            && (windows.is_empty() || workload.window.is_some_and(|window| windows.contains(&window)))
    }

    /// Ids of who takes part: those whose id matches, or, where no pattern is given, those of the mode's table. Never
    /// without the baseline and the controls.
    fn contenders(&self, all: &[Box<dyn Contender>], workload: &Workload, ladder: Ladder) -> Vec<String> {
        let baseline = workloads::baseline(workload);
        let mut ids = workloads::offering(all, workload);
        ids.retain(|id| {
            let id = ContenderId::from(id);
            let is_meant = match self.contenders.is_open() {
                true => workloads::has(self.mode, workload, ladder, id.base()),
                false => id.is_control() || self.contenders.matches(&id),
            };
            id.base() == baseline || is_meant
        });
        ids.push(AA_CONTROL.to_owned());
        ids
    }
}

/// The mode that the flags name.
pub(crate) fn mode(arguments: &SelectionArguments) -> Mode {
    match arguments {
        SelectionArguments { quick: true, .. } => Mode::Quick,
        SelectionArguments { full: true, .. } => Mode::Full,
        _ => Mode::Default,
    }
}

/// The workloads on recordings of a mode, with their recordings.
fn on_recordings(mode: Mode, choice: &RecordingChoice) -> Result<Vec<(Workload, NamedRecording)>, Stop> {
    let main = main_recording(choice).map_err(Stop::usage)?;
    let mut table = Vec::new();
    if mode != Mode::Quick {
        table.push((workloads::feedback(&main), main.clone()));
    }
    let three_channels = main.signal.channels().len() == 3;
    table.push((workloads::pedometer(&main), main));
    if mode != Mode::Quick && three_channels {
        let six = six_channel_hour(choice).map_err(Stop::usage)?;
        table.push((workloads::pedometer(&six), six));
    }
    Ok(table)
}

/// The recordings that the arguments and `BREAKEVEN_DATA` name.
pub(crate) fn recording_choice(arguments: &SelectionArguments) -> RecordingChoice {
    RecordingChoice {
        file: arguments.workloads.recording.clone(),
        channels: arguments.workloads.channels,
        data: std::env::var_os(DATA_VARIABLE).map(PathBuf::from),
        seed: arguments.workloads.seed,
    }
}

/// The contenders that `-c` names.
pub(crate) struct ContenderFilter {
    pattern: Option<Regex>,
}

impl ContenderFilter {
    /// # Errors
    /// A bad pattern (exit code 2).
    pub(crate) fn new(pattern: Option<&str>) -> Result<Self, Stop> {
        let regex = |pattern: &str| {
            Regex::new(pattern).map_err(|error| {
                let text = error.to_string();
                let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                Stop::usage(anyhow!("-c {pattern:?} is no regular expression: {reason}"))
            })
        };
        Ok(Self { pattern: pattern.map(regex).transpose()? })
    }

    /// Whether no pattern was given.
    pub(crate) fn is_open(&self) -> bool {
        self.pattern.is_none()
    }

    /// Whether a contender's id matches, or that of the same contender in our interpreter.
    pub(crate) fn matches(&self, id: &ContenderId) -> bool {
        let pattern = self.pattern.as_ref();
        pattern.is_none_or(|pattern| pattern.is_match(id) || pattern.is_match(id.base()))
    }
}
