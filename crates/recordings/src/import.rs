//! How does a file as people have it become a recording?
//!
//! [`import`] reads int16 binary, CSV and NPY, of any length in little memory: the samples wait in temporary files.
//! What is read follows the import rule of docs/pedometer.md; what was not in order and could be mended is in
//! the [`ImportNotes`], everything else is an [`ImportError`] that names file, line, column and value.

mod binary_file;
mod error;
mod layout;
mod notes;
mod npy_file;
mod options;
mod order;
mod resample;
mod source;
mod spool;
mod table;
mod text_file;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use breakeven_problem::signal::RATE_HZ;
use breakeven_problem::{Bank, Count, Signal};

pub use error::ImportError;
pub use notes::{Gyroscope, ImportNotes};
pub use options::{
    AccelerationUnit, Column, ImportOptions, RotationUnit, TimeColumn, TimeUnit, UnknownColumn, UnknownUnit,
};

use self::order::Sorter;
use self::resample::{Resampler, round};
use self::source::Source;
use self::spool::Spool;
use self::table::TableRow;
use crate::{Channels, Stream};

/// Rows read back at once.
const BLOCK_ROWS: usize = 8192;

/// Rows between two looks at whether to stop.
const PATIENCE_ROWS: u64 = 8192;

/// Reads a recording from one file, or from several that follow one another.
///
/// A file that starts as NumPy arrays do is one; a name that ends in `.csv`, `.tsv` or `.txt` is a table of text; all
/// others are little-endian int16. Files with times are joined in time, others row after row.
///
/// `go_on` is asked now and then, with the number of rows read so far. Memory is at most some 20 MB; the samples are in temporary files
/// beyond 1 MB per channel. One pass, and a second one where rows are not in the order of their times.
///
/// # Errors
/// The first thing that is wrong with a file; see [`ImportError`].
///
/// ```no_run
/// use breakeven_recordings::{ImportError, ImportOptions, import};
/// use std::ops::ControlFlow;
///
/// let mut walk = import(&["walk.csv".into()], &ImportOptions::default(), &|_| ControlFlow::Continue(()))?;
/// println!("{} rows; {}", walk.rows(), walk.notes());
/// let signal = walk.signal()?;
/// # Ok::<(), ImportError>(())
/// ```
pub fn import(
    paths: &[PathBuf],
    options: &ImportOptions,
    go_on: &dyn Fn(u64) -> ControlFlow<()>,
) -> Result<Import, ImportError> {
    if let Some(rate) = options.rate_hz.filter(|&rate| !(rate > 0.0 && rate <= 1e6)) {
        return Err(ImportError::Rate(rate));
    }
    match Reading::open(paths, options, go_on)?.in_order() {
        Err(Disorder::Refused(error)) => Err(error),
        Err(Disorder::Unsorted) => Reading::open(paths, options, go_on)?.sorted(),
        Ok(import) => Ok(import),
    }
}

/// A recording that was read, waiting to be counted.
#[derive(Debug)]
pub struct Import {
    channels: Channels,
    rows: u64,
    notes: ImportNotes,
    spool: Spool,
}

/// The steps of a recording that is too long for its M to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepCount {
    /// The row of every step, ascending.
    pub steps: Vec<usize>,
    /// The checksum: sum(M) of each channel.
    pub sum_m: Vec<i64>,
}

impl Import {
    /// The channels read.
    #[must_use]
    pub fn channels(&self) -> Channels {
        self.channels
    }

    /// Rows at 100 Hz; at least 1.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// What was mended.
    #[must_use]
    pub fn notes(&self) -> &ImportNotes {
        &self.notes
    }

    /// The whole recording in memory, missing samples as such.
    ///
    /// # Errors
    /// The temporary files cannot be read back.
    pub fn signal(&mut self) -> Result<Signal, ImportError> {
        let mut channels = vec![vec![0; self.rows as usize]; self.channels.number()];
        let mut blocks: Vec<&mut [i16]> = channels.iter_mut().map(Vec::as_mut_slice).collect();
        self.spool.read(0, &mut blocks)?;
        Ok(Signal::new(channels).expect("3 or 6 channels of one length"))
    }

    /// Counts the steps in constant memory, whatever is missing: the same bits as [`count`](breakeven_pedometer::count) on
    /// [`Import::signal`]. `go_on` is asked between blocks, with the rows done.
    ///
    /// # Errors
    /// [`ImportError::Stopped`] where `go_on` says so; the temporary files cannot be read back.
    pub fn count<B: Bank>(
        &mut self,
        go_on: &dyn Fn(u64) -> ControlFlow<()>,
    ) -> Result<StepCount, ImportError> {
        let number = self.channels.number();
        let (mut stream, mut part) = (Stream::<B>::new(self.channels), Count::default());
        let mut counted = StepCount { steps: Vec::new(), sum_m: vec![0; number] };
        let mut channels = vec![vec![0i16; BLOCK_ROWS]; number];
        let mut start = 0;
        while start < self.rows {
            let rows = (self.rows - start).min(BLOCK_ROWS as u64) as usize;
            let mut blocks: Vec<&mut [i16]> =
                channels.iter_mut().map(|samples| &mut samples[..rows]).collect();
            self.spool.read_filled(start, &mut blocks)?;
            let block: Vec<&[i16]> = channels.iter().map(|samples| &samples[..rows]).collect();
            stream.push(&block, &mut part);
            counted.drain(&mut part);
            start += rows as u64;
            if go_on(start).is_break() {
                return Err(ImportError::Stopped);
            }
        }
        stream.finish(&mut part);
        counted.drain(&mut part);
        Ok(counted)
    }
}

impl StepCount {
    fn drain(&mut self, part: &mut Count) {
        for (sum, m) in self.sum_m.iter_mut().zip(&mut part.m) {
            *sum += m.iter().map(|&value| i64::from(value)).sum::<i64>();
            m.clear();
        }
        self.steps.append(&mut part.steps);
    }
}

/// Why rows cannot be taken as they come.
enum Disorder {
    Unsorted,
    Refused(ImportError),
}

impl<E: Into<ImportError>> From<E> for Disorder {
    fn from(error: E) -> Self {
        Disorder::Refused(error.into())
    }
}

/// An import under way.
struct Reading<'a> {
    path: &'a Path,
    sources: Vec<Source>,
    channels: Channels,
    timing: Timing,
    longest_gap_s: f64,
    spool: Spool,
    notes: ImportNotes,
    go_on: &'a dyn Fn(u64) -> ControlFlow<()>,
}

/// What places a row in time.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Timing {
    /// Its number: rows are those of the recording.
    Native,
    /// Its number, over this rate in Hz.
    Steady(f64),
    /// A column.
    Times,
}

impl<'a> Reading<'a> {
    fn open(
        paths: &'a [PathBuf],
        options: &ImportOptions,
        go_on: &'a dyn Fn(u64) -> ControlFlow<()>,
    ) -> Result<Self, ImportError> {
        let sources = paths.iter().map(|path| Source::open(path, options)).collect::<Result<Vec<_>, _>>()?;
        let first = sources.first().expect("a recording has at least one file");
        let (channels, times) = (first.channels(), first.has_times());
        for (source, path) in sources.iter().zip(paths) {
            if source.channels() != channels {
                let (path, found) = (path.clone(), source.channels());
                return Err(ImportError::OtherChannels { path, found, expected: channels });
            }
            if source.has_times() != times {
                let problem = if times {
                    "it has no times, as the files before it"
                } else {
                    "it has times, unlike the files before it"
                };
                return Err(ImportError::Unlike { path: path.clone(), problem: problem.to_owned() });
            }
        }
        let rate_hz = options.steady_rate_hz();
        let timing = match times {
            true => Timing::Times,
            false if rate_hz == RATE_HZ as f64 => Timing::Native,
            false => Timing::Steady(rate_hz),
        };
        let assumed = !times && options.rate_hz.is_none() && !sources.iter().all(Source::is_at_100_hz);
        let notes = ImportNotes {
            assumed_rate_hz: assumed.then_some(rate_hz),
            gyroscope: if channels == Channels::Accelerometer { Gyroscope::Absent } else { Gyroscope::Read },
            ..ImportNotes::default()
        };
        let spool = Spool::new(channels);
        Ok(Self {
            path: &paths[0],
            sources,
            channels,
            timing,
            longest_gap_s: options.longest_gap_s,
            spool,
            notes,
            go_on,
        })
    }

    /// Takes the rows as they come, as long as no time is before another.
    fn in_order(mut self) -> Result<Import, Disorder> {
        let mut resampler = Resampler::new(self.channels, self.longest_gap_s);
        let mut latest_ns = i64::MIN;
        for mut source in std::mem::take(&mut self.sources) {
            while let Some(row) = self.next(&mut source)? {
                if self.timing == Timing::Native {
                    for (channel, &value) in row.cells[..self.channels.number()].iter().enumerate() {
                        self.spool.push(channel, round(value, &mut self.notes))?;
                    }
                    continue;
                }
                if row.time_ns < latest_ns {
                    return Err(Disorder::Unsorted);
                }
                latest_ns = row.time_ns;
                match resampler.push(&row, self.path, &mut self.spool, &mut self.notes) {
                    // a row that comes later may lie in between
                    Err(ImportError::Gap { .. }) => return Err(Disorder::Unsorted),
                    pushed => pushed?,
                }
            }
            source.end(&mut self.notes);
        }
        resampler.finish(&mut self.spool, &mut self.notes)?;
        Ok(self.finish()?)
    }

    /// Sorts the rows by their times first.
    fn sorted(mut self) -> Result<Import, ImportError> {
        let mut sorter = Sorter::new();
        let mut latest_ns = i64::MIN;
        for mut source in std::mem::take(&mut self.sources) {
            while let Some(row) = self.next(&mut source)? {
                self.notes.out_of_order += u64::from(row.time_ns < latest_ns);
                latest_ns = latest_ns.max(row.time_ns);
                sorter.push(row)?;
            }
            source.end(&mut self.notes);
        }
        let mut resampler = Resampler::new(self.channels, self.longest_gap_s);
        let (path, spool, notes) = (self.path, &mut self.spool, &mut self.notes);
        sorter.finish(|row| resampler.push(row, path, spool, notes))?;
        resampler.finish(&mut self.spool, &mut self.notes)?;
        self.finish()
    }

    /// The next row, with its time if it is not its number.
    fn next(&mut self, source: &mut Source) -> Result<Option<TableRow>, ImportError> {
        let Some(mut row) = source.next()? else { return Ok(None) };
        if let Timing::Steady(rate_hz) = self.timing {
            row.time_ns = (self.notes.rows_read as f64 / rate_hz * 1e9).round() as i64;
        }
        let cells = &row.cells[..self.channels.number()];
        self.notes.missing_cells += cells.iter().filter(|cell| cell.is_nan()).count() as u64;
        self.notes.rows_read += 1;
        if self.notes.rows_read.is_multiple_of(PATIENCE_ROWS) && (self.go_on)(self.notes.rows_read).is_break()
        {
            return Err(ImportError::Stopped);
        }
        Ok(Some(row))
    }

    fn finish(mut self) -> Result<Import, ImportError> {
        if self.notes.rows_read == 0 {
            return Err(ImportError::NoRows { path: self.path.to_owned() });
        }
        let rows = self.spool.finish()?;
        if self.spool.is_silent(0..3) {
            self.notes.silent.push("accelerometer");
        }
        if self.channels == Channels::AccelerometerAndGyroscope && self.spool.is_silent(3..6) {
            self.notes.silent.push("gyroscope (its gate stays shut: --channels 3 counts without it)");
        }
        Ok(Import { channels: self.channels, rows, notes: self.notes, spool: self.spool })
    }
}
