//! Which peaks are steps?
//!
//! Steps come in runs: nobody takes one alone. Peaks no more than 120 rows apart are one run, and a
//! run of fewer than four is something else than walking.

/// Rows between two peaks beyond which a new run starts.
const FARTHEST: usize = 120;

/// Peaks in the shortest run that counts.
const LEAST_PEAKS: usize = 4;

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
