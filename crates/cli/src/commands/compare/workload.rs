//! On which numbers are they compared?

use std::path::PathBuf;

use anyhow::anyhow;
use breakeven_cli::workloads::seeded_job;
use breakeven_measure::job::Job;
use breakeven_problem::{Answer, Data, Distribution, Source, Tolerance, Workload, inputs};

use super::asked::{Asked, AskedNumbers};
use super::place::Placed;
use crate::series_file::{SeriesError, SeriesFile};
use crate::stop::Stop;

/// Values of a list where nothing else is said: a little more than half a second of the talk's recording.
const LENGTH: usize = 60;

/// An answer on a user's numbers may be off by this times the right one. The built-in workloads have 1e-10 where
/// nothing cancels and 1e-9 where much does; which of them a user's are, nobody has looked at.
const RELATIVE: f64 = 1e-9;

/// Or by this times the largest magnitude of the numbers: of a constant window the right answer is 0, and a sum
/// of 75 equal values is rounded 75 times.
const OF_INPUT: f64 = 1e-14;

/// What is asked of the numbers.
pub(super) struct Numbers {
    file: Option<SeriesFile>,
    lengths: Vec<Placed<usize>>,
    windows: Vec<Placed<usize>>,
    ddof: Placed<usize>,
    seed: u64,
}

impl Numbers {
    /// Reads the file, if there is one.
    ///
    /// # Errors
    /// It cannot be used, or lengths, windows and ddof do not go with each other (exit code 2).
    pub(super) fn of(asked: &AskedNumbers) -> Result<Self, Stop> {
        let AskedNumbers { data, column, lengths, windows, ddof, seed } = asked;
        let file = data.as_ref().map(|data| series(data, column.as_ref())).transpose()?;
        let held = file.as_ref().map(|file| file.values.len());
        let lengths = match &lengths[..] {
            [] => vec![Placed::option("-n", held.unwrap_or(LENGTH))],
            lengths => lengths.to_vec(),
        };
        let ddof = ddof.clone().unwrap_or(Placed::option("--ddof", 0));
        let numbers = Self { file, lengths, windows: windows.clone(), ddof, seed: *seed };
        numbers.check(held)?;
        Ok(numbers)
    }

    fn check(&self, held: Option<usize>) -> Result<(), Stop> {
        let refuse = |asked: &Placed<usize>, why: String| {
            Err(Stop::usage(anyhow!("{} {}: {why}", asked.place, asked.value)))
        };
        if let Some(none) = self.lengths.iter().chain(&self.windows).find(|asked| asked.value == 0) {
            return refuse(none, "must be at least 1".to_owned());
        }
        let shortest = self.lengths.iter().chain(&self.windows).map(|asked| asked.value).min().unwrap_or(1);
        for length in &self.lengths {
            if let Some(held) = held.filter(|&held| length.value > held) {
                return refuse(length, format!("the file holds {held} numbers"));
            }
            if let Some(window) = self.windows.iter().find(|window| window.value > length.value) {
                return refuse(window, format!("longer than the series of {} numbers", length.value));
            }
        }
        if shortest <= self.ddof.value {
            return refuse(&self.ddof, format!("must be less than the {shortest} values that it divides by"));
        }
        Ok(())
    }

    /// One workload for each length and window, however often they were asked for.
    ///
    /// # Errors
    /// None so far.
    pub(super) fn workloads(&self, asked: &Asked) -> Result<Vec<CompareWorkload>, Stop> {
        let windows: Vec<Option<usize>> = match &self.windows[..] {
            [] => vec![None],
            windows => windows.iter().map(|window| Some(window.value)).collect(),
        };
        let mut sizes: Vec<(usize, Option<usize>)> = Vec::new();
        for length in &self.lengths {
            for &window in &windows {
                if !sizes.contains(&(length.value, window)) {
                    sizes.push((length.value, window));
                }
            }
        }
        sizes.into_iter().map(|(length, window)| self.workload(asked, length, window)).collect()
    }

    fn workload(&self, asked: &Asked, length: usize, window: Option<usize>) -> Result<CompareWorkload, Stop> {
        let why = match &asked.reference {
            Some(reference) => {
                format!("yours: another computation, right is what {} gives", name_of(&reference.spec))
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
        workload.ddof = self.ddof.value;
        if workload.ddof > 0 {
            workload.id.push_str(&format!("-ddof{}", workload.ddof));
        }
        if let Some(relative) = asked.arguments.right.tolerance {
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

/// The series of a file; a complaint begins with where the file or its column was asked for.
fn series(data: &Placed<PathBuf>, column: Option<&Placed<String>>) -> Result<SeriesFile, Stop> {
    let Placed { value: path, place } = data;
    SeriesFile::read(path, column.map(|column| column.value.as_str())).map_err(|error| {
        let (error, none) = match (error, column) {
            (error @ SeriesError::NoColumn { .. }, Some(Placed { value, place })) => {
                return Stop::usage(anyhow!("{place} {value}: {error}"));
            }
            (error @ SeriesError::Several { .. }, _) => (error, format!(" with {}", place.beside("column"))),
            (error, _) => (error, String::new()),
        };
        Stop::usage(anyhow!("{place} {:#}{none}", anyhow::Error::from(error)))
    })
}

fn name_of(spec: &str) -> &str {
    spec.rsplit('/').next().unwrap_or(spec)
}
