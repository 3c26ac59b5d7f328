//! At which times are rows whose clock shows the same time for several of them?
//!
//! Where few rows share a time, the first of them stays. Where many do, the clock is coarser than the rows: they are
//! spread evenly from one of its times to the next, the first and the last of a stretch at the pace of their neighbours.

use super::notes::{CoarseClock, ImportNotes};
use super::row::Row;
use crate::error::Problem;

/// Rows that share a time with another before the clock is taken to be coarse, if they are more than 1 % as well.
const LEAST_SHARED: u64 = 16;

/// Rows of one time that are held: what comes at 10 kHz in two seconds.
const MOST_ROWS: usize = 20_000;

/// A clock that goes on in longer steps, in nanoseconds, does not tell where in them a row belongs.
const LONGEST_STEP_NS: i64 = 2_000_000_000;

/// What becomes of rows of equal times.
#[derive(Debug)]
pub(super) enum Spacing {
    /// The first of them stays.
    Distinct(Option<Row>),
    /// They are spread.
    Even(EvenRuns),
}

impl Spacing {
    /// Consumes a row that is no earlier than the one before it, and appends to `out` those whose times are known.
    pub(super) fn push(
        &mut self,
        row: Row,
        notes: &mut ImportNotes,
        out: &mut Vec<Row>,
    ) -> Result<(), Problem> {
        match self {
            Self::Even(runs) => return runs.push(row, notes, out),
            Self::Distinct(Some(last)) if last.time_ns == row.time_ns => {
                notes.duplicates += 1;
                notes.shared_times += u64::from(!last.has_cells_of(&row));
            }
            Self::Distinct(last) => {
                *last = Some(row);
                out.push(row);
            }
        }
        Ok(())
    }

    /// A stretch ends here: what comes next has nothing to do with it.
    pub(super) fn end(&mut self, notes: &mut ImportNotes, out: &mut Vec<Row>) -> Result<(), Problem> {
        match self {
            Self::Distinct(last) => *last = None,
            Self::Even(runs) => runs.end(notes, out)?,
        }
        Ok(())
    }

    /// Whether so many rows share times that they must be read again and spread.
    pub(super) fn is_too_coarse(&self, notes: &ImportNotes) -> bool {
        matches!(self, Self::Distinct(_))
            && notes.shared_times >= LEAST_SHARED
            && notes.shared_times * 100 > notes.rows_read
    }
}

/// Rows of equal times, of which the last two times are held.
#[derive(Debug, Default)]
pub(super) struct EvenRuns {
    held: Vec<Vec<Row>>,
    pace: Option<Pace>,
    /// Whether a run has been placed since the stretch began.
    is_under_way: bool,
}

/// How the clock went on last.
#[derive(Debug, Clone, Copy)]
struct Pace {
    step_ns: i64,
    row_ns: f64,
}

impl Pace {
    fn of(run: &[Row], next_ns: i64) -> Self {
        let step_ns = next_ns.saturating_sub(run[0].time_ns);
        Self { step_ns, row_ns: step_ns as f64 / run.len() as f64 }
    }
}

impl EvenRuns {
    fn push(&mut self, row: Row, notes: &mut ImportNotes, out: &mut Vec<Row>) -> Result<(), Problem> {
        match self.held.last_mut() {
            Some(run) if run[0].time_ns == row.time_ns => {
                if run.len() == 1 && run[0].has_cells_of(&row) {
                    notes.duplicates += 1;
                    return Ok(());
                }
                run.push(row);
                if run.len() > MOST_ROWS { Err(too_coarse(run)) } else { Ok(()) }
            }
            _ => {
                self.held.push(vec![row]);
                // the first run is placed by the pace of the second, which the third ends
                if self.held.len() > if self.is_under_way { 1 } else { 2 } {
                    self.place_first(notes, out)
                } else {
                    Ok(())
                }
            }
        }
    }

    fn end(&mut self, notes: &mut ImportNotes, out: &mut Vec<Row>) -> Result<(), Problem> {
        while self.held.len() > 1 {
            self.place_first(notes, out)?;
        }
        for run in self.held.drain(..) {
            let row_ns = match self.pace {
                Some(pace) => pace.row_ns,
                None if run.len() == 1 => 0.0,
                None => return Err(too_coarse(&run)),
            };
            spread(&run, run[0].time_ns, row_ns, out);
        }
        self.is_under_way = false;
        Ok(())
    }

    /// Places the rows of the first run held; the next one says when it ends.
    fn place_first(&mut self, notes: &mut ImportNotes, out: &mut Vec<Row>) -> Result<(), Problem> {
        let run = self.held.remove(0);
        let next = &self.held[0];
        let (next_ns, own) = (next[0].time_ns, Pace::of(&run, next[0].time_ns));
        let neighbour =
            self.held.get(1).filter(|_| !self.is_under_way).map(|after| Pace::of(next, after[0].time_ns));
        let pace = neighbour.or(self.pace).unwrap_or(own);
        let is_gap = own.step_ns as f64 > 2.5 * pace.step_ns as f64;
        if run.len() > 2 && own.step_ns.min(pace.step_ns) > LONGEST_STEP_NS {
            return Err(too_coarse(&run));
        }
        let row_ns = if is_gap { pace.row_ns.min(own.row_ns) } else { own.row_ns };
        let start_ns = match neighbour {
            // the clock showed its first time before the first row came
            Some(pace) if run.len() > 1 => {
                let start_ns = next_ns.saturating_sub((pace.row_ns * run.len() as f64).round() as i64);
                start_ns.max(run[0].time_ns)
            }
            _ => run[0].time_ns,
        };
        let row_ns = row_ns.min((next_ns - start_ns) as f64 / run.len() as f64);
        spread(&run, start_ns, row_ns, out);
        if run.len() > 1 {
            let coarse = notes.coarse_clock.get_or_insert(CoarseClock::default());
            coarse.most_rows = coarse.most_rows.max(run.len());
            coarse.step_s = coarse.step_s.max(own.step_ns.min(pace.step_ns) as f64 / 1e9);
        }
        self.pace = Some(if is_gap { pace } else { own });
        self.is_under_way = !is_gap;
        Ok(())
    }
}

fn spread(run: &[Row], start_ns: i64, row_ns: f64, out: &mut Vec<Row>) {
    let at = |place: usize| start_ns.saturating_add((row_ns * place as f64).round() as i64);
    out.extend(run.iter().enumerate().map(|(place, row)| Row { time_ns: at(place), ..*row }));
}

fn too_coarse(run: &[Row]) -> Problem {
    Problem::Clock { rows: run.len(), row: run[0].number }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread_times(times: &[i64]) -> Result<Vec<i64>, String> {
        let (mut spacing, mut notes, mut out) =
            (Spacing::Even(EvenRuns::default()), ImportNotes::default(), Vec::new());
        for (number, &time_ns) in times.iter().enumerate() {
            let mut row = Row { number: number as u64 + 1, time_ns, ..Row::EMPTY };
            row.cells[0] = number as f64;
            spacing.push(row, &mut notes, &mut out).map_err(|error| error.to_string())?;
        }
        spacing.end(&mut notes, &mut out).map_err(|error| error.to_string())?;
        Ok(out.iter().map(|row| row.time_ns).collect())
    }

    #[test]
    fn rows_of_one_time_are_spread_to_the_next() {
        let cases: [(&[i64], &[i64]); 6] = [
            (&[0, 0, 100, 100, 200, 200], &[0, 50, 100, 150, 200, 250]),
            // the first run is the end of a step, the last the start of one
            (
                &[0, 100, 100, 100, 100, 200, 200, 200, 200, 300],
                &[0, 100, 125, 150, 175, 200, 225, 250, 275, 300],
            ),
            (&[0, 0, 100, 100, 100, 100, 200, 200], &[50, 75, 100, 125, 150, 175, 200, 225]),
            // a gap is none of the clock's steps, and the run after it is a first one
            (
                &[0, 0, 100, 100, 200, 200, 900, 1000, 1000, 1100],
                &[0, 50, 100, 150, 200, 250, 900, 1000, 1050, 1100],
            ),
            (&[0, 10, 20, 30], &[0, 10, 20, 30]),
            (&[5], &[5]),
        ];
        for (times, expected) in cases {
            assert_eq!(spread_times(times).as_deref(), Ok(expected), "{times:?}");
        }
    }

    #[test]
    fn a_clock_that_tells_nothing_is_refused() {
        let second = 1_000_000_000;
        let minutes: Vec<i64> = (0..900).map(|row| row / 300 * 60 * second).collect();
        for times in [&[7, 7, 7][..], &minutes, &vec![7; MOST_ROWS + 1]] {
            let message = spread_times(times).expect_err("it must be refused");
            assert!(message.contains("same time") && message.contains("--rate"), "{message}");
        }
    }
}
