//! On which numbers, or on what else, are they compared?

use anyhow::anyhow;
use breakeven_cli::workloads::seeded_job;
use breakeven_measure::environment::memory_limit_bytes;
use breakeven_measure::job::Job;
use breakeven_problem::{Answer, Data, Distribution, Source, Tolerance, Workload, inputs};

use super::made::{self, Made};
use super::request::{Request, name_of};
use crate::arguments::{ComparisonSettings, Given, Place};
use crate::series_file::{Problem, SeriesFile};
use crate::stop::Stop;

/// Values of a list by default: a little more than half a second of the talk's recording.
const LENGTH: usize = 60;

/// An answer on a user's numbers may be off by this times the right one. The built-in workloads have 1e-10 where
/// nothing cancels and 1e-9 where much does; whether a user's numbers cancel is not known.
const RELATIVE: f64 = 1e-9;

/// Or by this times the largest magnitude of the numbers: of a constant window the right answer is 0, and a sum
/// of 75 equal values is rounded 75 times.
const OF_INPUT: f64 = 1e-14;

/// What a value of a seeded list takes at least: four inputs of eight bytes.
const BYTES_PER_VALUE: u64 = 32;

/// The numbers that functions are compared on, or what a user's function makes, and how they are cut into workloads.
pub(crate) struct Numbers<'a> {
    request: &'a Request,
    made: Option<&'a Made>,
    file: Option<SeriesFile>,
    lengths: Vec<Given<usize>>,
    ddof: usize,
}

impl<'a> Numbers<'a> {
    /// Reads the file, if there is one; of what a function makes there are only sizes.
    ///
    /// # Errors
    /// It cannot be used, or lengths, windows and ddof do not go with each other (exit code 2).
    pub(crate) fn new(request: &'a Request, made: Option<&'a Made>) -> Result<Self, Stop> {
        let ComparisonSettings { lengths, windows, ddof, .. } = &request.settings;
        let file = series(request)?;
        let held = file.as_ref().map(|file| file.values.len());
        let lengths = match &lengths[..] {
            [] if made.is_some() => vec![Given::option(made::LENGTH)],
            [] => vec![Given::option(held.unwrap_or(LENGTH))],
            lengths => lengths.to_vec(),
        };
        let refuse = |key, given: &Given<usize>, why: String| {
            Err(Stop::usage(anyhow!("{} {}: {why}", request.place(key, given.place), given.value)))
        };
        let named = lengths.iter().map(|length| ("lengths", length));
        let named = named.chain(windows.iter().map(|window| ("windows", window)));
        if let Some((key, zero)) = named.clone().find(|(_, given)| given.value == 0) {
            return refuse(key, zero, "must be at least 1".to_owned());
        }
        for length in &lengths {
            if let Some(held) = held.filter(|&held| length.value > held) {
                return refuse("lengths", length, format!("the file holds {held} numbers"));
            }
            let bytes = (length.value as u64).saturating_mul(BYTES_PER_VALUE);
            let is_drawn = held.is_none() && made.is_none();
            if let Some(limit) = memory_limit_bytes(None).filter(|&limit| is_drawn && bytes > limit) {
                let (needed, limit) = (bytes >> 30, limit >> 30);
                let why = format!("so many numbers take {needed} GiB, and a process here may use {limit}");
                return refuse("lengths", length, why);
            }
            if let Some(window) = windows.iter().find(|window| window.value > length.value) {
                let why = format!("longer than the series of {} numbers", length.value);
                return refuse("windows", window, why);
            }
        }
        let shortest = named.map(|(_, given)| given.value).min().unwrap_or(1);
        if let Some(ddof) = ddof.as_ref().filter(|ddof| shortest <= ddof.value) {
            let why = format!("must be less than the {shortest} values that it divides by");
            return refuse("ddof", ddof, why);
        }
        let ddof = ddof.as_ref().map_or(0, |ddof| ddof.value);
        Ok(Self { request, made, file, lengths, ddof })
    }

    /// One workload for each length and window, however often they were asked for.
    ///
    /// # Errors
    /// Their inputs cannot be drawn (exit code 1).
    pub(crate) fn workloads(&self) -> Result<Vec<CompareWorkload>, Stop> {
        let windows: Vec<Option<usize>> = match &self.request.settings.windows[..] {
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
        sizes.into_iter().map(|(length, window)| self.workload(length, window)).collect()
    }

    fn workload(&self, length: usize, window: Option<usize>) -> Result<CompareWorkload, Stop> {
        let (settings, seed) = (&self.request.settings, self.request.seed);
        if let Some(made) = self.made {
            let spec = settings.reference.as_ref().or(settings.functions.first().map(|first| &first.spec));
            let right = spec.map_or("", |spec| name_of(&spec.value));
            let workload = made.workload(length, &format!("yours: right is what {right} gives"));
            let inputs = Made::recipes(&workload, seed);
            let (note, is_standard_deviation) = (Some(made.note()), false);
            return Ok(CompareWorkload { workload, inputs, is_standard_deviation, note, seed });
        }
        let why = match &settings.reference {
            Some(spec) => format!("yours: another computation, right is what {} gives", name_of(&spec.value)),
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
        if workload.ddof > 0 {
            workload.id.push_str(&format!("-ddof{}", workload.ddof));
        }
        if let Some(relative) = &settings.tolerance {
            workload.tolerance = Tolerance::Either { relative: relative.value, of_input: OF_INPUT };
        }
        let inputs = match &self.file {
            Some(file) => vec![Data::Series(file.values[..length].to_vec())],
            None => inputs::draw(&workload, seed).map_err(Stop::ours)?,
        };
        let note = self.file.as_ref().map(|file| file.note.clone());
        let is_standard_deviation = settings.reference.is_none();
        Ok(CompareWorkload { workload, inputs, is_standard_deviation, note, seed })
    }
}

/// A workload with its inputs.
pub(crate) struct CompareWorkload {
    pub(crate) workload: Workload,
    pub(crate) inputs: Vec<Data>,
    /// Whether the standard deviation is the right answer, and not what a reference says.
    pub(crate) is_standard_deviation: bool,
    note: Option<String>,
    seed: u64,
}

impl CompareWorkload {
    /// What is measured. With a reference, its answers are the right ones.
    pub(crate) fn job(self, baseline: String, contenders: Vec<String>, expected: Option<Vec<Answer>>) -> Job {
        let Self { workload, inputs, note, seed, .. } = self;
        let job = seeded_job(workload, seed, contenders);
        Job { baseline, inputs: Box::new(move || inputs.clone()), note, expected, ..job }
    }
}

/// The series of the file; a complaint begins with where the file or its column was asked for.
fn series(request: &Request) -> Result<Option<SeriesFile>, Stop> {
    let ComparisonSettings { data: Some(Given { value: path, place }), column, .. } = &request.settings
    else {
        return Ok(None);
    };
    let read = SeriesFile::read(path, column.as_ref().map(|column| column.value.as_str()));
    read.map(Some).map_err(|error| match (&error.problem, column) {
        (Problem::NoColumn(_), Some(Given { value, place })) => {
            Stop::usage(anyhow!("{} {value}: {error}", request.place("column", *place)))
        }
        _ => {
            let several = matches!(error.problem, Problem::Several(_));
            let hint = match *place {
                _ if !several => "",
                Place::CommandLine => " with --column",
                Place::SetFile(_) => " with column",
            };
            let place = request.place("data", *place);
            Stop::usage(anyhow!("{place} {error}{hint}"))
        }
    })
}
