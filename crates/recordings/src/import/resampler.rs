//! How do rows at any times become one row every hundredth of a second?
//!
//! Row i is at i / 100 s after the first row read; each channel is interpolated linearly, in double precision,
//! between the two of its own valid cells that enclose that time. A missing cell is left out: rows may hold
//! one sensor each. Before the first and after the last valid cell of a channel its samples are missing.

use std::io;
use std::path::Path;

use breakeven_pedometer::Channels;
use breakeven_problem::signal::RATE_HZ;

use super::notes::ImportNotes;
use super::quality::Origin;
use super::row::Row;
use super::spool::Spool;
use crate::error::{ImportError, Problem};

/// Nanoseconds in a second.
const SECOND_NS: f64 = 1e9;

/// A longer time without rows is counted in the notes.
const GAP_S: f64 = 1.0;

/// What lies between two cells further apart than this was not measured: the slowest rate that is read is 5 Hz.
const BRIDGED_S: f64 = 0.25;

/// All gaps together are at most so many times the longest that one may have.
const MOST_GAPS: f64 = 7.0;

/// Turns rows with ascending times into samples at 100 Hz.
#[derive(Debug)]
pub(super) struct Resampler {
    lines: Vec<Line>,
    first_ns: Option<i64>,
    last_ns: i64,
    longest_gap_s: f64,
    /// The sum of all gaps.
    bridged_s: f64,
}

impl Resampler {
    pub(super) fn new(channels: Channels, longest_gap_s: f64) -> Self {
        let lines = vec![Line::default(); channels.number()];
        Self { lines, first_ns: None, last_ns: 0, longest_gap_s, bridged_s: 0.0 }
    }

    /// Consumes a row, whose time is later than that of the row before, and writes the samples up to it.
    pub(super) fn push(
        &mut self,
        row: &Row,
        path: &Path,
        spool: &mut Spool,
        notes: &mut ImportNotes,
    ) -> Result<(), ImportError> {
        if let Some(first_ns) = self.first_ns {
            let seconds = seconds(row.time_ns, self.last_ns);
            if seconds > GAP_S {
                self.bridged_s += seconds;
            }
            if seconds > self.longest_gap_s || self.bridged_s > MOST_GAPS * self.longest_gap_s {
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
                line.reach(Knot { time_s, value }, |sample, origin| spool.push(channel, sample, origin))?;
            }
        }
        Ok(())
    }

    /// Ends the recording: writes the remaining samples, so that every channel ends with the last row.
    pub(super) fn finish(self, spool: &mut Spool) -> io::Result<()> {
        let Some(first_ns) = self.first_ns else { return Ok(()) };
        let end_s = seconds(self.last_ns, first_ns);
        let rows = (RATE_HZ as f64 * end_s).floor() as u64 + 1;
        for (channel, line) in self.lines.into_iter().enumerate() {
            for row in line.next..rows {
                // the last time may be less than the grid's by its rounding
                let last = line.last.filter(|last| last.time_s == end_s || grid_s(row) <= last.time_s);
                spool.push(channel, last.map_or(f64::NAN, |last| last.value), Origin::Measured)?;
            }
        }
        Ok(())
    }
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
    fn reach(&mut self, to: Knot, mut take: impl FnMut(f64, Origin) -> io::Result<()>) -> io::Result<()> {
        while grid_s(self.next) < to.time_s {
            let (sample, origin) = self.last.map_or((f64::NAN, Origin::Measured), |from| {
                let span_s = to.time_s - from.time_s;
                let way = (grid_s(self.next) - from.time_s) / span_s;
                let origin = match way {
                    0.0 => Origin::Measured,
                    _ if span_s > BRIDGED_S => Origin::Bridged,
                    _ => Origin::Interpolated,
                };
                (from.value + (to.value - from.value) * way, origin)
            });
            take(sample, origin)?;
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
