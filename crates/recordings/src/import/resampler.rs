//! How do rows at any times become one row every hundredth of a second?
//!
//! Row i is at i / 100 s after the first row read; each channel is interpolated linearly, in double precision,
//! between the two of its own valid cells that enclose that time. A missing cell is left out: rows may hold
//! one sensor each. Before the first and after the last valid cell of a channel its samples are missing.

use std::io;
use std::path::Path;

use breakeven_pedometer::Channels;
use breakeven_problem::signal::{MISSING, RATE_HZ};

use super::notes::ImportNotes;
use super::row::Row;
use super::spool::Spool;
use crate::error::{ImportError, Problem};

/// Nanoseconds in a second.
const SECOND_NS: f64 = 1e9;

/// A longer time without rows is counted in the notes.
const GAP_S: f64 = 1.0;

/// Turns rows with ascending times into samples at 100 Hz.
#[derive(Debug)]
pub(super) struct Resampler {
    lines: Vec<Line>,
    first_ns: Option<i64>,
    last_ns: i64,
    longest_gap_s: f64,
}

impl Resampler {
    pub(super) fn new(channels: Channels, longest_gap_s: f64) -> Self {
        let lines = vec![Line::default(); channels.number()];
        Self { lines, first_ns: None, last_ns: 0, longest_gap_s }
    }

    /// Consumes a row, whose time is no earlier than that of the row before, and writes the samples up to it.
    pub(super) fn push(
        &mut self,
        row: &Row,
        path: &Path,
        spool: &mut Spool,
        notes: &mut ImportNotes,
    ) -> Result<(), ImportError> {
        if let Some(first_ns) = self.first_ns {
            if row.time_ns == self.last_ns {
                notes.duplicates += 1;
                return Ok(());
            }
            let seconds = seconds(row.time_ns, self.last_ns);
            if seconds > self.longest_gap_s {
                let from_s = self::seconds(self.last_ns, first_ns);
                return Err(Problem::Gap { seconds, from_s }.in_file(path).into());
            }
            if seconds > GAP_S {
                notes.gaps += 1;
                notes.longest_gap_s = notes.longest_gap_s.max(seconds);
            }
        }
        let first_ns = *self.first_ns.get_or_insert(row.time_ns);
        self.last_ns = row.time_ns;
        let time_s = seconds(row.time_ns, first_ns);
        for (channel, (line, &value)) in self.lines.iter_mut().zip(&row.cells).enumerate() {
            if !value.is_nan() {
                line.reach(Knot { time_s, value }, |sample| spool.push(channel, round(sample, notes)))?;
            }
        }
        Ok(())
    }

    /// Ends the recording: writes the remaining samples, so that every channel ends with the last row.
    pub(super) fn finish(self, spool: &mut Spool, notes: &mut ImportNotes) -> io::Result<()> {
        let Some(first_ns) = self.first_ns else { return Ok(()) };
        let end_s = seconds(self.last_ns, first_ns);
        let rows = (RATE_HZ as f64 * end_s).floor() as u64 + 1;
        for (channel, line) in self.lines.into_iter().enumerate() {
            for row in line.next..rows {
                // the last time may be less than the grid's by its rounding
                let sample = line.last.filter(|last| last.time_s == end_s || grid_s(row) <= last.time_s);
                let sample = sample.map_or(MISSING, |last| round(last.value, notes));
                spool.push(channel, sample)?;
            }
        }
        Ok(())
    }
}

/// A sample of LSB: rounded half to even, and clipped.
pub(super) fn round(value: f64, notes: &mut ImportNotes) -> i16 {
    if value.is_nan() {
        return MISSING;
    }
    let rounded = value.round_ties_even();
    if rounded.abs() > 32767.0 {
        notes.clipped += 1;
    }
    rounded.clamp(-32767.0, 32767.0) as i16
}

/// A valid cell.
#[derive(Debug, Clone, Copy)]
struct Knot {
    time_s: f64,
    value: f64,
}

/// One channel between its last valid cell and the next.
#[derive(Debug, Clone, Default)]
struct Line {
    /// The next row of the grid.
    next: u64,
    last: Option<Knot>,
}

impl Line {
    /// Passes on the samples before `to`: on the line to it, or NaN before the first valid cell.
    fn reach(&mut self, to: Knot, mut take: impl FnMut(f64) -> io::Result<()>) -> io::Result<()> {
        while grid_s(self.next) < to.time_s {
            let sample = self.last.map_or(f64::NAN, |from| {
                let way = (grid_s(self.next) - from.time_s) / (to.time_s - from.time_s);
                from.value + (to.value - from.value) * way
            });
            take(sample)?;
            self.next += 1;
        }
        self.last = Some(to);
        Ok(())
    }
}

fn grid_s(row: u64) -> f64 {
    row as f64 / RATE_HZ as f64
}

fn seconds(to_ns: i64, from_ns: i64) -> f64 {
    // times are within +-9e18 ns: their difference may not fit into 64 bits
    (i128::from(to_ns) - i128::from(from_ns)) as f64 / SECOND_NS
}
