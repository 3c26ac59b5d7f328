//! How do the rows of one or several files become the samples of one recording?

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use breakeven_pedometer::Channels;
use breakeven_problem::signal::RATE_HZ;

use super::Import;
use super::notes::ImportNotes;
use super::options::ImportOptions;
use super::resampler::{Resampler, round};
use super::row::Row;
use super::sorter::Sorter;
use super::source::Source;
use super::spool::Spool;
use crate::error::{ImportError, Problem, RecordingError};

/// Rows between two calls that ask whether to stop.
const ROWS_BETWEEN_CALLS: u64 = 8192;

/// An import under way.
pub(super) struct Reading<'a> {
    path: &'a Path,
    sources: Vec<Source>,
    channels: Channels,
    timing: Timing,
    longest_gap_s: f64,
    spool: Spool,
    notes: ImportNotes,
    go_on: &'a dyn Fn(u64) -> ControlFlow<()>,
}

/// What gives a row its time.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Timing {
    /// Its number at 100 Hz: rows are those of the recording.
    Native,
    /// Its number, over this rate in Hz.
    Steady(f64),
    /// A column of times.
    Times,
}

impl<'a> Reading<'a> {
    pub(super) fn open(
        paths: &'a [PathBuf],
        options: &ImportOptions,
        go_on: &'a dyn Fn(u64) -> ControlFlow<()>,
    ) -> Result<Self, ImportError> {
        let sources = paths.iter().map(|path| Source::open(path, options)).collect::<Result<Vec<_>, _>>()?;
        let first = sources.first().expect("a recording has at least one file");
        let (channels, times) = (first.channels(), first.has_times());
        for (source, path) in sources.iter().zip(paths) {
            let found = source.channels();
            let problem = match (source.has_times(), times) {
                _ if found != channels => Problem::OtherChannels { found, expected: channels },
                (false, true) => Problem::Unlike("it has no times, as the files before it"),
                (true, false) => Problem::Unlike("it has times, unlike the files before it"),
                _ => continue,
            };
            return Err(problem.in_file(path).into());
        }
        let rate_hz = options.rate_hz.unwrap_or(RATE_HZ as f64);
        let timing = match times {
            true => Timing::Times,
            false if rate_hz == RATE_HZ as f64 => Timing::Native,
            false => Timing::Steady(rate_hz),
        };
        let assumed = !times && options.rate_hz.is_none() && !sources.iter().all(Source::is_at_100_hz);
        let notes = ImportNotes {
            assumed_rate_hz: assumed.then_some(rate_hz),
            lacks_gyroscope: channels == Channels::Accelerometer,
            ..ImportNotes::default()
        };
        Ok(Self {
            path: &paths[0],
            sources,
            channels,
            timing,
            longest_gap_s: options.longest_gap_s,
            spool: Spool::new(channels),
            notes,
            go_on,
        })
    }

    /// Resamples the rows in the order in which they are read; none where they must be sorted first.
    pub(super) fn in_order(mut self) -> Result<Option<Import>, ImportError> {
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
                    return Ok(None);
                }
                latest_ns = row.time_ns;
                match resampler.push(&row, self.path, &mut self.spool, &mut self.notes) {
                    // a row that comes later may lie in between
                    Err(ImportError::Recording(RecordingError { problem: Problem::Gap { .. }, .. })) => {
                        return Ok(None);
                    }
                    pushed => pushed?,
                }
            }
            source.end(&mut self.notes);
        }
        resampler.finish(&mut self.spool, &mut self.notes)?;
        self.finish().map(Some)
    }

    /// Sorts the rows by their times first.
    pub(super) fn sorted(mut self) -> Result<Import, ImportError> {
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

    /// The next row, with its time unless the rows are those of the recording.
    fn next(&mut self, source: &mut Source) -> Result<Option<Row>, ImportError> {
        let Some(mut row) = source.next()? else { return Ok(None) };
        if let Timing::Steady(rate_hz) = self.timing {
            row.time_ns = (self.notes.rows_read as f64 / rate_hz * 1e9).round() as i64;
        }
        let cells = &row.cells[..self.channels.number()];
        self.notes.missing_cells += cells.iter().filter(|cell| cell.is_nan()).count() as u64;
        self.notes.rows_read += 1;
        if self.notes.rows_read.is_multiple_of(ROWS_BETWEEN_CALLS)
            && (self.go_on)(self.notes.rows_read).is_break()
        {
            return Err(ImportError::Stopped);
        }
        Ok(Some(row))
    }

    fn finish(mut self) -> Result<Import, ImportError> {
        if self.notes.rows_read == 0 {
            return Err(Problem::NoRows.in_file(self.path).into());
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
