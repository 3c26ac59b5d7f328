//! How does a file as people have it become a recording?
//!
//! [`import`] reads int16 binary, CSV and NPY, of any length in little memory: the samples wait in temporary files.
//! The import rule of docs/steps.md says how a file is read; [`ImportNotes`] lists the faults of a file that it
//! corrects, any other fault is an [`ImportError`] that names file, line, column and value.

mod array_file;
mod cell;
mod clock;
mod date;
mod file_order;
mod forms;
mod layout;
mod notes;
mod options;
mod preamble;
mod quality;
mod reading;
mod resampler;
mod row;
mod source;
mod spacing;
mod spool;
mod text_file;
mod units;
mod warnings;

use std::ops::ControlFlow;
use std::path::PathBuf;

use breakeven_pedometer::{Channels, Stream};
use breakeven_problem::{Bank, Count, Signal};

pub use self::notes::{ClockStep, ClockSteps, CoarseClock, ImportNotes, Quality, Warning, WarningKind};
pub use self::options::{Column, ImportOptions, TimeColumn, UnknownColumn};
pub use self::quality::{Fault, Stretch};
use self::reading::Reading;
use self::spool::Spool;
pub use self::units::{AccelerationUnit, RotationUnit, Scale, TimeUnit, UnknownScale, UnknownUnit};
use crate::error::ImportError;
use crate::regular_file::MOST_BYTES_IN_MEMORY;

/// Rows read back at once.
const BLOCK_ROWS: u64 = 8192;

/// Reads a recording from one file, or from several that follow one another.
///
/// A file that starts as NumPy arrays do is read as an array; a name that ends in `.csv`, `.tsv` or `.txt` is a table of text; all
/// others are little-endian int16. Files with times are joined in the order of their times where these do not overlap,
/// others one after the other. A gyroscope that never changes is left out.
///
/// `go_on` is called every few thousand rows with the number of rows read so far. Memory is at most some 20 MB; the
/// samples are in temporary files beyond 1 MB per channel. One pass, and a second one where many rows have equal times.
///
/// # Errors
/// The first fault of a file that the import rule does not correct; see [`ImportError`].
///
/// ```no_run
/// use std::ops::ControlFlow;
///
/// use breakeven_recordings::{ImportError, ImportOptions, import};
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
    if let Some(rate) = options.rate_hz.filter(|rate| !(5.0..=10_000.0).contains(rate)) {
        return Err(ImportError::Rate(rate));
    }
    let (ordered, is_changed) = file_order::in_order_of_time(paths, options, go_on)?;
    let reading = |is_even| Reading::open(&ordered, is_changed, is_even, options, go_on);
    match reading(false)?.read()? {
        Some(import) => Ok(import),
        None => Ok(reading(true)?.read()?.expect("rows that are spread evenly are not read again")),
    }
}

/// A recording that was read, its samples in temporary files.
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

    /// The faults of the files that were corrected.
    #[must_use]
    pub fn notes(&self) -> &ImportNotes {
        &self.notes
    }

    /// What is wrong with the samples of any channel where, by kind and ascending.
    #[must_use]
    pub fn stretches(&self) -> Vec<Stretch> {
        let mut all: Vec<Stretch> =
            self.spool.quality().iter().flat_map(|channel| channel.stretches()).collect();
        all.sort_by_key(|stretch| (stretch.fault, stretch.rows.start));
        all.dedup_by(|next, before| {
            let overlap = before.fault == next.fault && next.rows.start <= before.rows.end;
            if overlap {
                before.rows.end = before.rows.end.max(next.rows.end);
            }
            overlap
        });
        all
    }

    /// The whole recording in memory, missing samples as such.
    ///
    /// # Errors
    /// It has more than 512 MiB; the temporary files cannot be read back.
    pub fn signal(&mut self) -> Result<Signal, ImportError> {
        let bytes = 2 * self.rows * self.channels.number() as u64;
        if bytes > MOST_BYTES_IN_MEMORY {
            return Err(ImportError::TooLarge { rows: self.rows, most: MOST_BYTES_IN_MEMORY });
        }
        Ok(Signal::new(self.spool.read(0..self.rows)?).expect("3 or 6 channels of one length"))
    }

    /// Counts the steps in constant memory, whatever is missing: the same bits as [`count`](breakeven_pedometer::count) on
    /// [`Import::signal`]. `go_on` is called between blocks, with the rows done.
    ///
    /// # Errors
    /// [`ImportError::Stopped`] where `go_on` returns `Break`; the temporary files cannot be read back.
    pub fn count<B: Bank>(
        &mut self,
        go_on: &dyn Fn(u64) -> ControlFlow<()>,
    ) -> Result<StepCount, ImportError> {
        let (mut stream, mut part) = (Stream::<B>::new(self.channels), Count::default());
        let mut counted = StepCount { steps: Vec::new(), sum_m: vec![0; self.channels.number()] };
        let mut start = 0;
        while start < self.rows {
            let end = self.rows.min(start + BLOCK_ROWS);
            let channels = self.spool.read_filled(start..end)?;
            stream.push(&channels.iter().map(Vec::as_slice).collect::<Vec<_>>(), &mut part);
            counted.drain(&mut part);
            start = end;
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
        self.sum_m.iter_mut().zip(part.sum_m()).for_each(|(sum, more)| *sum += more);
        part.m.iter_mut().for_each(Vec::clear);
        self.steps.append(&mut part.steps);
    }
}
