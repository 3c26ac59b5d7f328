//! How do the rows of one or several files become the samples of one recording?

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use breakeven_pedometer::Channels;
use breakeven_problem::signal::RATE_HZ;

use super::Import;
use super::clock::Clock;
use super::notes::{ImportNotes, Warning, WarningKind};
use super::options::ImportOptions;
use super::quality::Origin;
use super::resampler::Resampler;
use super::row::Row;
use super::source::Source;
use super::spool::Spool;
use super::units::TimeForm;
use super::warnings::{gyroscope_is_off, quality, refuse, warnings};
use crate::error::{ImportError, Problem};

/// Rows between two calls that ask whether to stop.
const ROWS_BETWEEN_CALLS: u64 = 8192;

/// An import under way.
pub(super) struct Reading<'a> {
    path: &'a Path,
    sources: Vec<Source>,
    channels: Channels,
    timing: Timing,
    /// Whether rows of equal times are spread evenly.
    is_even: bool,
    options: &'a ImportOptions,
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
    Times(TimeForm),
}

impl<'a> Reading<'a> {
    pub(super) fn open(
        paths: &'a [PathBuf],
        files_in_order: bool,
        is_even: bool,
        options: &'a ImportOptions,
        go_on: &'a dyn Fn(u64) -> ControlFlow<()>,
    ) -> Result<Self, ImportError> {
        let sources = paths.iter().map(|path| Source::open(path, options)).collect::<Result<Vec<_>, _>>()?;
        let first = sources.first().expect("a recording has at least one file");
        let (channels, times, stated_hz) = (first.channels(), first.times(), first.stated_rate_hz());
        for (source, path) in sources.iter().zip(paths) {
            let found = source.channels();
            let problem = match (source.times(), times) {
                _ if found != channels => Problem::OtherChannels { found, expected: channels },
                (None, Some(_)) => Problem::Unlike("it has no times, as the files before it"),
                (Some(_), None) => Problem::Unlike("it has times, unlike the files before it"),
                (None, None) if source.stated_rate_hz() != stated_hz && options.rate_hz.is_none() => {
                    Problem::Unlike("it is of another rate than the files before it")
                }
                _ => continue,
            };
            return Err(problem.in_file(path).into());
        }
        let stated_hz = stated_hz.filter(|_| times.is_none() && options.rate_hz.is_none());
        if let Some(rate) = stated_hz.filter(|rate| !(5.0..=10_000.0).contains(rate)) {
            return Err(ImportError::Rate(rate));
        }
        let rate_hz = options.rate_hz.or(stated_hz).unwrap_or(RATE_HZ as f64);
        let timing = match times {
            Some(form) => Timing::Times(form),
            None if rate_hz == RATE_HZ as f64 => Timing::Native,
            None => Timing::Steady(rate_hz),
        };
        let is_given = options.rate_hz.is_some() || stated_hz.is_some();
        let assumed = times.is_none() && !is_given && !sources.iter().all(Source::is_at_100_hz);
        let notes = ImportNotes {
            rate_hz: times.is_none().then_some(rate_hz),
            stated_rate_hz: stated_hz,
            assumed_rate_hz: assumed.then_some(rate_hz),
            lacks_gyroscope: channels == Channels::Accelerometer,
            files_in_order,
            ..ImportNotes::default()
        };
        Ok(Self {
            path: &paths[0],
            sources,
            channels,
            timing,
            is_even,
            options,
            spool: Spool::new(channels),
            notes,
            go_on,
        })
    }

    /// Reads and resamples all rows; none where so many have equal times that they must be read again and spread.
    pub(super) fn read(mut self) -> Result<Option<Import>, ImportError> {
        let mut resampler = Resampler::new(self.channels, self.options.longest_gap_s);
        let mut clock = match self.timing {
            Timing::Times(form) => Some(Clock::new(form, self.is_even)),
            Timing::Native | Timing::Steady(_) => None,
        };
        let mut placed = Vec::new();
        for mut source in std::mem::take(&mut self.sources) {
            while let Some(row) = self.next(&mut source)? {
                match &mut clock {
                    None if self.timing == Timing::Native => {
                        for (channel, &value) in row.cells[..self.channels.number()].iter().enumerate() {
                            self.spool.push(channel, value, Origin::Measured)?;
                        }
                    }
                    None => resampler.push(&row, source.path(), &mut self.spool, &mut self.notes)?,
                    Some(clock) => {
                        let pushed = clock.push(row, &mut self.notes, &mut placed);
                        if clock.is_too_coarse(&self.notes) {
                            return Ok(None);
                        }
                        pushed.map_err(|problem| problem.in_file(source.path()))?;
                        for row in placed.drain(..) {
                            resampler.push(&row, source.path(), &mut self.spool, &mut self.notes)?;
                        }
                    }
                }
            }
            source.end(&mut self.notes);
            if let Some(clock) = &mut clock {
                let ended = clock.end_file(&mut self.notes, &mut placed);
                ended.map_err(|problem| problem.in_file(source.path()))?;
            }
        }
        if let Some(clock) = &mut clock {
            let finished = clock.finish(&mut self.notes, &mut placed);
            if clock.is_too_coarse(&self.notes) {
                return Ok(None);
            }
            finished.map_err(|problem| problem.in_file(self.path))?;
        }
        for row in placed {
            resampler.push(&row, self.path, &mut self.spool, &mut self.notes)?;
        }
        resampler.finish(&mut self.spool)?;
        self.finish().map(Some)
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
        row.number = self.notes.rows_read;
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
        let gyroscope = match &self.spool.quality()[..] {
            channels if !gyroscope_is_off(channels) => None,
            channels if channels[3..].iter().all(|channel| channel.valid == 0) => Some("has no sample"),
            _ => Some("never changes"),
        };
        if gyroscope.is_some() {
            self.channels = Channels::Accelerometer;
            self.spool.truncate(self.channels.number());
        }
        let (notes, channels) = (&mut self.notes, self.spool.quality());
        refuse(notes, &channels, self.options.accept_clipped)
            .map_err(|problem| problem.in_file(self.path))?;
        notes.quality = quality(notes, &channels);
        notes.clipped = channels.iter().map(|channel| channel.clipped).sum();
        for (sensor, axes) in [("accelerometer", 0..3), ("gyroscope", 3..6)] {
            if channels.get(axes).is_some_and(|axes| axes.iter().all(|channel| channel.valid == 0)) {
                notes.silent.push(sensor);
            }
        }
        let left_out = gyroscope.map(|what| Warning {
            kind: WarningKind::GyroscopeLeftOut,
            text: format!("the gyroscope {what}: left out, counted without its gate"),
        });
        notes.warnings = left_out.into_iter().chain(warnings(notes, &channels)).collect();
        Ok(Import { channels: self.channels, rows, notes: self.notes, spool: self.spool })
    }
}
