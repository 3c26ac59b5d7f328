//! On which numbers are they compared?

use anyhow::anyhow;
use breakeven_cli::workloads::seeded_job;
use breakeven_measure::run::Job;
use breakeven_problem::{Answer, Data, Distribution, Source, Tolerance, Workload, inputs};

use crate::arguments::{CompareArguments, NumbersArguments};
use crate::series_file::SeriesFile;
use crate::stop::Stop;

/// Values of a list where nothing else is said: a little more than half a second of the talk's recording.
const LENGTH: usize = 60;

/// An answer on a user's numbers may be off by this times the right one. The built-in workloads have 1e-10 where
/// nothing cancels and 1e-9 where much does; which of them a user's are, nobody has looked at.
const RELATIVE: f64 = 1e-9;

/// Or by this times the largest magnitude of the numbers: of a constant window the right answer is 0, and a sum
/// of 75 equal values is rounded 75 times.
const OF_INPUT: f64 = 1e-14;

/// What the arguments say of the numbers.
pub(super) struct Numbers {
    file: Option<SeriesFile>,
    lengths: Vec<usize>,
    windows: Vec<Option<usize>>,
    seed: u64,
    ddof: usize,
}

impl Numbers {
    /// Reads the file, if there is one.
    ///
    /// # Errors
    /// It cannot be used, or lengths, windows and ddof do not go with each other (exit code 2).
    pub(super) fn of(arguments: &NumbersArguments) -> Result<Self, Stop> {
        let file = match &arguments.data {
            Some(path) => Some(SeriesFile::read(path, arguments.column.as_deref()).map_err(Stop::usage)?),
            None => None,
        };
        let held = file.as_ref().map(|file| file.values.len());
        let lengths = match (&arguments.lengths[..], held) {
            ([], held) => vec![held.unwrap_or(LENGTH)],
            (lengths, _) => lengths.to_vec(),
        };
        let windows = match &arguments.windows[..] {
            [] => vec![None],
            windows => windows.iter().copied().map(Some).collect(),
        };
        let numbers =
            Self { file, lengths, windows, seed: arguments.seed, ddof: arguments.ddof.unwrap_or(0) };
        numbers.check(held)?;
        Ok(numbers)
    }

    fn check(&self, held: Option<usize>) -> Result<(), Stop> {
        let refuse = |text: String| Err(Stop::usage(anyhow!(text)));
        for &length in &self.lengths {
            if let Some(held) = held.filter(|&held| length > held) {
                return refuse(format!("-n {length}: the file holds {held} numbers"));
            }
            for window in &self.windows {
                let values = window.unwrap_or(length);
                if values > length {
                    return refuse(format!("--window {values}: longer than the series of {length} numbers"));
                }
                if values <= self.ddof {
                    let what = if window.is_some() { "--window" } else { "-n" };
                    return refuse(format!("{what} {values}: must be more than --ddof {}", self.ddof));
                }
            }
        }
        Ok(())
    }

    /// One workload for each length and window.
    ///
    /// # Errors
    /// None so far.
    pub(super) fn workloads(&self, arguments: &CompareArguments) -> Result<Vec<CompareWorkload>, Stop> {
        let mut all = Vec::new();
        for &length in &self.lengths {
            for &window in &self.windows {
                all.push(self.workload(arguments, length, window)?);
            }
        }
        Ok(all)
    }

    fn workload(
        &self,
        arguments: &CompareArguments,
        length: usize,
        window: Option<usize>,
    ) -> Result<CompareWorkload, Stop> {
        let why = match &arguments.right.reference {
            Some(reference) => {
                format!("yours: another computation, right is what {} gives", name_of(reference))
            }
            None => "yours".to_owned(),
        };
        let seeded = match window {
            None => Workload::whole(Distribution::Uniform, length, &why),
            Some(window) => Workload::sliding(Distribution::Uniform, length, window, &why),
        };
        let mut workload = match &self.file {
            None => seeded,
            Some(file) => {
                let task = seeded.task;
                let window = window.map_or_else(String::new, |window| format!("-w{window}"));
                Workload {
                    id: format!("{task}/{}-{length}{window}", file.name),
                    source: Source::File { name: file.name.clone() },
                    tolerance: Tolerance::Either { relative: RELATIVE, of_input: OF_INPUT },
                    ..seeded.with_one_input()
                }
            }
        };
        workload.ddof = self.ddof;
        if self.ddof > 0 {
            workload.id.push_str(&format!("-ddof{}", self.ddof));
        }
        if let Some(relative) = arguments.right.tolerance {
            workload.tolerance = Tolerance::Either { relative, of_input: OF_INPUT };
        }
        let inputs = match &self.file {
            Some(file) => vec![Data::Series(file.values[..length].to_vec())],
            None => inputs::draw(&workload, self.seed).map_err(Stop::ours)?,
        };
        let note = self.file.as_ref().map(|file| file.note.clone());
        Ok(CompareWorkload { workload, inputs, note, seed: self.seed })
    }
}

/// A workload with its inputs.
pub(super) struct CompareWorkload {
    pub(super) workload: Workload,
    pub(super) inputs: Vec<Data>,
    note: Option<String>,
    seed: u64,
}

impl CompareWorkload {
    /// What is measured. With a reference, its answers are the right ones.
    pub(super) fn job(self, baseline: String, contenders: Vec<String>, expected: Option<Vec<Answer>>) -> Job {
        let Self { workload, inputs, note, seed } = self;
        let job = seeded_job(workload, seed, contenders);
        Job { baseline, inputs: Box::new(move || inputs.clone()), note, expected, ..job }
    }
}

fn name_of(spec: &str) -> &str {
    spec.rsplit('/').next().unwrap_or(spec)
}
