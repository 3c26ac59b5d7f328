//! Which peaks are steps?
//!
//! Steps come in runs. Peaks no more than 120 rows apart are one run, and a run of fewer than four is
//! not walking.

use breakeven_problem::signal::RATE_HZ;

/// Rows between two peaks beyond which a new run starts.
const FARTHEST: usize = 120;

/// Peaks in the shortest run that counts.
const LEAST_PEAKS: usize = 4;

/// A walking bout: steps no more than 1.2 s apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bout {
    /// The row of its first step.
    pub first_row: usize,
    /// The row of its last step.
    pub last_row: usize,
    /// At least 4.
    pub steps: usize,
}

impl Bout {
    /// From the first step to the last; above 0.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        (self.last_row - self.first_row) as f64 / RATE_HZ as f64
    }

    /// Steps per minute.
    #[must_use]
    pub fn cadence(&self) -> f64 {
        60.0 * (self.steps - 1) as f64 / self.seconds()
    }
}

/// The walking bouts of a recording's steps, which are ascending rows.
///
/// ```
/// let bouts = breakeven_pedometer::bouts(&[500, 550, 600, 650, 2000, 2060, 2120, 2180]);
/// assert_eq!(bouts.len(), 2);
/// assert_eq!(bouts[0].cadence(), 120.0);
/// ```
#[must_use]
pub fn bouts(steps: &[usize]) -> Vec<Bout> {
    steps
        .chunk_by(|before, after| after - before <= FARTHEST)
        .map(|run| Bout { first_row: run[0], last_row: run[run.len() - 1], steps: run.len() })
        .collect()
}

/// Turns peaks into steps, in chunks of any size.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    last: Option<usize>,
    peaks: usize,
    /// The peaks of a run that does not count yet.
    pending: Vec<usize>,
}

impl Runs {
    /// Consumes the rows of the next peaks, ascending, and appends those known to be steps. What has
    /// not become a step when the recording ends is none.
    pub(crate) fn push(&mut self, peaks: &[usize], steps: &mut Vec<usize>) {
        for &peak in peaks {
            if self.last.is_some_and(|last| peak - last > FARTHEST) {
                self.peaks = 0;
                self.pending.clear();
            }
            self.last = Some(peak);
            self.peaks += 1;
            self.pending.push(peak);
            if self.peaks >= LEAST_PEAKS {
                steps.append(&mut self.pending);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_fewer_than_four_peaks_are_dropped_and_split_beyond_120_rows() {
        let cases: [(&[usize], &[usize]); 5] = [
            (&[], &[]),
            (&[100, 150, 200], &[]),
            (&[100, 220, 340, 460], &[100, 220, 340, 460]),
            (&[100, 150, 200, 321, 371, 421, 471], &[321, 371, 421, 471]),
            (&[10, 60, 110, 160, 281, 331, 381], &[10, 60, 110, 160]),
        ];
        for (peaks, expected) in cases {
            let mut steps = Vec::new();
            Runs::default().push(peaks, &mut steps);
            assert_eq!(steps, expected, "{peaks:?}");
        }
    }
}
