//! When was each row measured, where clocks are coarse, set back, or of another unit than said?
//!
//! Rows that are a few places late are put in order. A longer step back is a border: the clock was set, and what follows
//! it follows in time, one interval later. Times come out relative to the first row, ascending, and distinct.

use std::collections::VecDeque;

use super::notes::{ClockStep, ImportNotes};
use super::row::Row;
use super::spacing::{EvenRuns, Spacing};
use super::units::TimeForm;
use super::units::TimeUnit;
use crate::error::Problem;

/// Rows that wait for one that should have come before them; as many in a row that come too late are a border.
const WAITING_ROWS: usize = 16;

/// Rows whose median interval is compared with what accelerometers have.
const RATE_ROWS: usize = 1024;

/// Fewer intervals say nothing of the rate.
const LEAST_INTERVALS: usize = 16;

/// Rows a second that are read, widened by a twentieth for clocks that are a little off.
const RATES_HZ: std::ops::RangeInclusive<f64> = 5.0 * 0.95..=10_000.0 * 1.05;

/// A file with more borders than one in so many rows is in no order.
const LEAST_STRETCH_ROWS: u64 = 1000;

/// The interval before a border where nothing is known: one row at 100 Hz.
const INTERVAL_NS: i64 = 10_000_000;

const HOUR_NS: i64 = 3_600_000_000_000;

/// Turns the times of rows into times since the first row.
#[derive(Debug)]
pub(super) struct Clock {
    /// Rows in the order of their times.
    waiting: VecDeque<Row>,
    /// Rows that came after a later one was handed on.
    late: Vec<Row>,
    handed_on_ns: Option<i64>,
    latest_ns: i64,
    /// Whether the next row is the first of a file.
    is_at_start: bool,
    spacing: Spacing,
    spaced: Vec<Row>,
    line: TimeLine,
}

impl Clock {
    pub(super) fn new(form: TimeForm, is_even: bool) -> Self {
        Self {
            waiting: VecDeque::new(),
            late: Vec::new(),
            handed_on_ns: None,
            latest_ns: i64::MIN,
            is_at_start: true,
            spacing: if is_even { Spacing::Even(EvenRuns::default()) } else { Spacing::Distinct(None) },
            spaced: Vec::new(),
            line: TimeLine::new(form),
        }
    }

    /// Whether all must be read again, so that rows of equal times are spread.
    pub(super) fn is_too_coarse(&self, notes: &ImportNotes) -> bool {
        self.spacing.is_too_coarse(notes)
    }

    /// Consumes the next row of a file, and appends to `out` those whose times are known.
    pub(super) fn push(
        &mut self,
        row: Row,
        notes: &mut ImportNotes,
        out: &mut Vec<Row>,
    ) -> Result<(), Problem> {
        if self.handed_on_ns.is_some_and(|handed_on_ns| row.time_ns < handed_on_ns) {
            self.late.push(row);
            return match self.late.len() {
                WAITING_ROWS.. => self.begin_stretch(notes, out),
                _ if self.is_at_start => self.begin_stretch(notes, out),
                _ => Ok(()),
            };
        }
        self.drop_late(notes);
        self.wait(row, notes, out)
    }

    /// The file ends here: its rows wait for none of the next.
    pub(super) fn end_file(&mut self, notes: &mut ImportNotes, out: &mut Vec<Row>) -> Result<(), Problem> {
        self.drop_late(notes);
        while let Some(row) = self.waiting.pop_front() {
            self.hand_on(row, notes, out)?;
        }
        self.is_at_start = true;
        Ok(())
    }

    /// No file follows.
    pub(super) fn finish(&mut self, notes: &mut ImportNotes, out: &mut Vec<Row>) -> Result<(), Problem> {
        self.spacing.end(notes, &mut self.spaced)?;
        self.line.place(&mut self.spaced, notes, out)?;
        self.line.finish(notes)
    }

    /// The late rows are not late: the clock was set back before them.
    fn begin_stretch(&mut self, notes: &mut ImportNotes, out: &mut Vec<Row>) -> Result<(), Problem> {
        let is_of_file = !self.is_at_start;
        let late = std::mem::take(&mut self.late);
        self.end_file(notes, out)?;
        self.spacing.end(notes, &mut self.spaced)?;
        self.line.place(&mut self.spaced, notes, out)?;
        self.line.is_interrupted = true;
        let interval_ns = i128::from(self.line.typical_interval_ns());
        let expected_ns = i128::from(self.latest_ns) + interval_ns;
        let seconds = (expected_ns - i128::from(late[0].time_ns)) as f64 / 1e9;
        notes.set_back.push(ClockStep { row: late[0].number, seconds });
        notes.set_back_in_files += u64::from(is_of_file);
        let times = notes.set_back_in_files;
        if times > 2 && notes.rows_read < times * LEAST_STRETCH_ROWS {
            return Err(Problem::Backwards { times, row: notes.set_back.first.row });
        }
        (self.handed_on_ns, self.latest_ns) = (None, i64::MIN);
        late.into_iter().try_for_each(|row| self.wait(row, notes, out))
    }

    fn drop_late(&mut self, notes: &mut ImportNotes) {
        if let Some(first) = self.late.first() {
            notes.first_late_row.get_or_insert(first.number);
            notes.late += self.late.len() as u64;
            self.late.clear();
        }
    }

    fn wait(&mut self, row: Row, notes: &mut ImportNotes, out: &mut Vec<Row>) -> Result<(), Problem> {
        self.is_at_start = false;
        notes.out_of_order += u64::from(row.time_ns < self.latest_ns);
        self.latest_ns = self.latest_ns.max(row.time_ns);
        // nearly all rows come in order
        let later = self.waiting.iter().rev().take_while(|other| other.time_ns > row.time_ns).count();
        self.waiting.insert(self.waiting.len() - later, row);
        match self.waiting.len() {
            0..=WAITING_ROWS => Ok(()),
            _ => {
                let first = self.waiting.pop_front().expect("more than sixteen rows wait");
                self.hand_on(first, notes, out)
            }
        }
    }

    fn hand_on(&mut self, row: Row, notes: &mut ImportNotes, out: &mut Vec<Row>) -> Result<(), Problem> {
        self.handed_on_ns = Some(row.time_ns);
        self.spacing.push(row, notes, &mut self.spaced)?;
        self.line.place(&mut self.spaced, notes, out)
    }
}

/// From times that ascend between borders to times since the first row.
#[derive(Debug)]
struct TimeLine {
    form: TimeForm,
    /// The last row as it was read and as it was placed.
    last_ns: Option<(i64, i64)>,
    shift_ns: i128,
    /// Whether the next row follows a border.
    is_interrupted: bool,
    intervals_ns: Vec<i64>,
    interval_ns: Option<i64>,
}

impl TimeLine {
    fn new(form: TimeForm) -> Self {
        Self {
            form,
            last_ns: None,
            shift_ns: 0,
            is_interrupted: false,
            intervals_ns: Vec::new(),
            interval_ns: None,
        }
    }

    fn place(
        &mut self,
        rows: &mut Vec<Row>,
        notes: &mut ImportNotes,
        out: &mut Vec<Row>,
    ) -> Result<(), Problem> {
        for mut row in rows.drain(..) {
            let read_ns = row.time_ns;
            match self.last_ns {
                None => self.shift_ns = -i128::from(read_ns),
                Some((last_ns, placed_ns)) => {
                    let is_set_forward = self.is_set_to_summer_time(last_ns, read_ns);
                    if is_set_forward {
                        notes.set_forward.push(ClockStep { row: row.number, seconds: 3600.0 });
                    }
                    if is_set_forward || self.is_interrupted {
                        let next_ns = i128::from(placed_ns) + i128::from(self.typical_interval_ns());
                        self.shift_ns = next_ns - i128::from(read_ns);
                    } else {
                        self.intervals_ns.push(read_ns.saturating_sub(last_ns));
                        if self.intervals_ns.len() == RATE_ROWS {
                            self.check_rate(row.number, notes)?;
                        }
                    }
                }
            }
            self.is_interrupted = false;
            // what does not fit is centuries away, which is refused as a gap
            row.time_ns = i64::try_from(i128::from(read_ns) + self.shift_ns).unwrap_or(i64::MAX);
            self.last_ns = Some((read_ns, row.time_ns));
            out.push(row);
        }
        Ok(())
    }

    fn finish(&mut self, notes: &mut ImportNotes) -> Result<(), Problem> {
        match self.intervals_ns.len() {
            0..LEAST_INTERVALS => Ok(()),
            _ => self.check_rate(notes.rows_read, notes),
        }
    }

    /// One hour ahead, to a full hour, in local time.
    fn is_set_to_summer_time(&self, last_ns: i64, read_ns: i64) -> bool {
        let is_local = matches!(self.form, TimeForm::Date(form) if form.has_summer_time());
        let second = HOUR_NS / 3600;
        is_local
            && (HOUR_NS - 2 * second..HOUR_NS + 2 * second).contains(&read_ns.saturating_sub(last_ns))
            && read_ns.rem_euclid(HOUR_NS) < 2 * second
    }

    fn typical_interval_ns(&mut self) -> i64 {
        if self.intervals_ns.len() >= LEAST_INTERVALS {
            self.interval_ns = Some(median(&mut self.intervals_ns));
        }
        self.interval_ns.unwrap_or(INTERVAL_NS)
    }

    /// The rows up to `row` come at a rate that accelerometers have, or else in which unit they would.
    fn check_rate(&mut self, row: u64, notes: &mut ImportNotes) -> Result<(), Problem> {
        let rows = self.intervals_ns.len() as u64;
        let interval_ns = median(&mut self.intervals_ns);
        self.intervals_ns.clear();
        self.interval_ns = Some(interval_ns);
        let hz = 1e9 / interval_ns as f64;
        notes.rate_hz.get_or_insert(hz);
        if RATES_HZ.contains(&hz) {
            return Ok(());
        }
        let hz_as =
            |unit: TimeUnit, other: TimeUnit| hz * unit.nanoseconds() as f64 / other.nanoseconds() as f64;
        let fits = |unit: TimeUnit| {
            let units =
                TimeUnit::ALL.into_iter().filter(move |&other| RATES_HZ.contains(&hz_as(unit, other)));
            units.min_by(|&a, &b| {
                let away = |other| (hz_as(unit, other) / 100.0).ln().abs();
                away(a).total_cmp(&away(b))
            })
        };
        let fitting = match self.form {
            TimeForm::Number(unit) => fits(unit).map(|other| (other, hz_as(unit, other))),
            TimeForm::Date(_) => None,
        };
        let remedy = match fitting {
            Some((unit, hz)) => {
                format!("in {unit} they come {hz:.1} times a second, pass --time-unit {unit}")
            }
            None => "check the column of times (--time), or pass --rate HZ to leave it aside".to_owned(),
        };
        let hz = if hz < 1000.0 { format!("{hz:.3}") } else { format!("{hz:.0}") };
        Err(Problem::Rate { hz, first: row.saturating_sub(rows).max(1), last: row, remedy })
    }
}

fn median(intervals_ns: &mut [i64]) -> i64 {
    let middle = intervals_ns.len() / 2;
    *intervals_ns.select_nth_unstable(middle).1
}
