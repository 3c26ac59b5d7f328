//! When is there enough movement for a step, and how high must a peak be?
//!
//! Both are decided by M 37 rows later, in the middle of the bank's mean window. The gate is open
//! where the accelerometer's M, as a vector, is at least 102,000 (125 LSB of standard deviation: 0.061
//! g) and the gyroscope's, if there is one, at least 66,912 (82 LSB: 5 degrees per second). A peak must
//! then rise above a bar proportional to the accelerometer's M.

use std::ops::Range;

use breakeven_problem::bank::{LEAST_ROWS, WIDEST};

/// Rows from a peak to the M that judges it.
const AHEAD: usize = 37;

const LEAST_ACCELERATION: i64 = 102_000;
const LEAST_ROTATION: i64 = 66_912;
const BAR_PER_M: f64 = 72360.0 / 816.0;

/// The rows at which the gate is open, as ascending ranges, from M of every channel and row of a recording.
///
/// `m` has 3 or 6 channels, as [`Count::m`](breakeven_problem::Count) has; a recording of fewer than 201
/// rows has none.
///
/// # Panics
/// Where `m` has fewer than three channels, or they differ in length.
///
/// ```
/// let walk = breakeven_pedometer::vector();
/// let count = breakeven_pedometer::count::<breakeven_problem::oracle::ExactBank>(&walk);
/// let open = breakeven_pedometer::open_rows(&count.m);
/// assert!(open.iter().any(|rows| rows.contains(&count.steps[0])));
/// ```
#[must_use]
pub fn open_rows(m: &[Vec<i32>]) -> Vec<Range<usize>> {
    let (mut bars, mut gate) = (Vec::new(), Gate::default());
    if m[0].len() >= LEAST_ROWS {
        gate.push(m, &mut bars);
        gate.finish(&mut bars);
    }
    let open: Vec<usize> = (0..bars.len()).filter(|&row| bars[row].is_finite()).collect();
    open.chunk_by(|row, next| row + 1 == *next).map(|rows| rows[0]..rows[rows.len() - 1] + 1).collect()
}

/// From M to the bar that a peak at each row must exceed; infinite where the gate is closed.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    rows: usize,
    last: f64,
}

impl Gate {
    /// Consumes M of the next rows, one slice per channel, and appends the bars they decide: those
    /// up to 37 rows before. Nothing before row 100, whose M also stands for all earlier ones.
    pub(crate) fn push<M: AsRef<[i32]>>(&mut self, m: &[M], bars: &mut Vec<f64>) {
        let rows = m[0].as_ref().len();
        let skipped = WIDEST.saturating_sub(self.rows).min(rows);
        for row in skipped..rows {
            let squares = |first: usize| -> i64 {
                m[first..first + 3].iter().map(|values| i64::from(values.as_ref()[row]).pow(2)).sum()
            };
            self.last = bar(squares(0), (m.len() == 6).then(|| squares(3)));
            let repeated = if self.rows + row == WIDEST { WIDEST - AHEAD } else { 0 };
            bars.extend(std::iter::repeat_n(self.last, repeated + 1));
        }
        self.rows += rows;
    }

    /// The recording ends here: its last M judges the rows that are left.
    pub(crate) fn finish(self, bars: &mut Vec<f64>) {
        if self.rows > WIDEST {
            bars.extend(std::iter::repeat_n(self.last, AHEAD));
        }
    }
}

/// Both sums of squares are below 2^53: they are exact as doubles.
fn bar(acceleration: i64, rotation: Option<i64>) -> f64 {
    let moves = acceleration >= LEAST_ACCELERATION * LEAST_ACCELERATION;
    let turns = rotation.is_none_or(|rotation| rotation >= LEAST_ROTATION * LEAST_ROTATION);
    if moves && turns { BAR_PER_M * (acceleration as f64).sqrt() } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bars of an accelerometer whose M is `ax` and 0 otherwise.
    fn bars(ax: &[i32]) -> Vec<f64> {
        let (mut bars, mut gate) = (Vec::new(), Gate::default());
        for &value in ax {
            gate.push(&[&mut [value], &mut [0], &mut [0]], &mut bars);
        }
        gate.finish(&mut bars);
        bars
    }

    #[test]
    fn the_bar_of_a_row_is_decided_37_rows_later_within_the_rows_whose_m_is_full() {
        let ax: Vec<i32> = (0..250).map(|row| 102_000 + row).collect();
        let bars = bars(&ax);
        assert_eq!(bars.len(), ax.len());
        for (row, bar) in bars.iter().enumerate() {
            let judge = (row + 37).clamp(100, 249);
            assert_eq!(*bar, BAR_PER_M * f64::from(ax[judge]), "row {row}");
        }
    }

    #[test]
    fn the_gate_opens_at_its_limits_and_not_below() {
        let (limit, turning) = (102_000i64 * 102_000, 66_912i64 * 66_912);
        assert_eq!(bar(limit, None), BAR_PER_M * 102_000.0);
        assert_eq!(bar(limit - 1, None), f64::INFINITY);
        assert_eq!(bar(limit, Some(turning)), BAR_PER_M * 102_000.0);
        assert_eq!(bar(limit, Some(turning - 1)), f64::INFINITY);
    }

    #[test]
    fn the_largest_possible_m_is_exact_as_a_double() {
        let largest = 51i64 * 16 * 32767;
        assert!(3 * largest * largest < 1 << 53);
    }
}
