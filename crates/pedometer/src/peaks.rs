//! Which rows look like a foot that strikes the ground?
//!
//! The length of the acceleration vector is smoothed over 0.15 s twice; its height above its mean over
//! two seconds must exceed the bar of the gate and be the highest within a quarter of a second on
//! either side. Sums stand for means throughout (heights are 201 * 225 times those of the means), so
//! everything after the square root is an integer.

use breakeven_problem::bank::LEAST_ROWS;

use crate::moving_sum::MovingSum;

/// Half of the window of each of the two smoothing passes, in rows.
const SMOOTH_REACH: usize = 7;

/// Half of the window of the mean that a peak must rise above, in rows.
const MEAN_REACH: usize = 100;

/// Values in the window of that mean.
const MEAN_VALUES: i64 = 2 * MEAN_REACH as i64 + 1;

/// Rows on either side that a peak must overtop, and the least distance between two peaks.
const APART: usize = 25;

/// Finds peaks in cleaned accelerations, in chunks of any size.
#[derive(Debug)]
pub(crate) struct Peaks {
    rows: usize,
    first_pass: MovingSum,
    second_pass: MovingSum,
    mean: MovingSum,
    /// Smoothed magnitudes whose mean is not known yet.
    smooth: Vec<i64>,
    /// Heights above the mean, from row `start`.
    heights: Vec<i64>,
    /// Bars to exceed, from row `start`.
    bars: Vec<f64>,
    start: usize,
    /// The next row to decide on.
    next: usize,
    last_peak: Option<usize>,
}

impl Peaks {
    pub(crate) fn new() -> Self {
        Self {
            rows: 0,
            first_pass: MovingSum::new(SMOOTH_REACH),
            second_pass: MovingSum::new(SMOOTH_REACH),
            mean: MovingSum::new(MEAN_REACH),
            smooth: Vec::new(),
            heights: Vec::new(),
            bars: Vec::new(),
            start: 0,
            next: APART,
            last_peak: None,
        }
    }

    /// Consumes the next rows of ax, ay, az (further channels are not looked at) and the bars that
    /// have been decided since, and appends the rows of the peaks that they decide.
    pub(crate) fn push(&mut self, cleaned: &[&[i16]], bars: &[f64], peaks: &mut Vec<usize>) {
        self.rows += cleaned[0].len();
        self.bars.extend_from_slice(bars);
        let (mut once, mut twice, mut means) = (Vec::new(), Vec::new(), Vec::new());
        self.first_pass.push(&magnitudes(cleaned), &mut once);
        self.second_pass.push(&once, &mut twice);
        self.mean.push(&twice, &mut means);
        self.raise(&twice, &means);
        self.decide(peaks);
    }

    /// The recording ends here, and these are its last bars.
    pub(crate) fn finish(mut self, bars: &[f64], peaks: &mut Vec<usize>) {
        self.bars.extend_from_slice(bars);
        let (mut once, mut twice, mut means) = (Vec::new(), Vec::new(), Vec::new());
        self.first_pass.finish(&mut once);
        self.second_pass.push(&once, &mut twice);
        self.second_pass.finish(&mut twice);
        self.mean.push(&twice, &mut means);
        self.mean.finish(&mut means);
        self.raise(&twice, &means);
        self.decide(peaks);
    }

    /// Turns smoothed magnitudes into heights as far as their means go.
    fn raise(&mut self, smooth: &[i64], means: &[i64]) {
        self.smooth.extend_from_slice(smooth);
        let pairs = self.smooth.iter().zip(means);
        self.heights.extend(pairs.map(|(smooth, mean)| MEAN_VALUES * smooth - mean));
        self.smooth.drain(..means.len());
    }

    /// Decides on every row whose surroundings and bar are known, and forgets what is behind.
    fn decide(&mut self, peaks: &mut Vec<usize>) {
        if self.rows < LEAST_ROWS {
            return;
        }
        let end = (self.start + self.heights.len()).saturating_sub(APART);
        for row in self.next..end {
            let apart = self.last_peak.is_none_or(|last| row - last >= APART);
            if self.overtops(row - self.start) && apart {
                self.last_peak = Some(row);
                peaks.push(row);
            }
        }
        self.next = self.next.max(end);
        // the next row still looks back APART rows
        let behind = self.next - APART - self.start;
        self.heights.drain(..behind);
        self.bars.drain(..behind);
        self.start += behind;
    }

    /// Whether the height at `index` exceeds its bar, all heights before it and is no lower than any
    /// after it within reach. The neighbours come first: they rule out nearly every row.
    fn overtops(&self, index: usize) -> bool {
        let height = self.heights[index];
        height > self.heights[index - 1]
            && height >= self.heights[index + 1]
            && height as f64 > self.bars[index]
            && self.heights[index - APART..index].iter().all(|&before| height > before)
            && self.heights[index + 1..=index + APART].iter().all(|&after| height >= after)
    }
}

/// `floor(8 |a| + 0.5)` of each row's acceleration vector; the sum of squares is below 2^32.
fn magnitudes(cleaned: &[&[i16]]) -> Vec<i64> {
    let rows = cleaned[0].iter().zip(cleaned[1]).zip(cleaned[2]);
    rows.map(|((&ax, &ay), &az)| {
        let square = |sample: i16| i64::from(sample) * i64::from(sample);
        let squares = (square(ax) + square(ay) + square(az)) as f64;
        (8.0 * squares.sqrt() + 0.5).floor() as i64
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Peaks of a vertical acceleration under a constant bar.
    fn peaks(az: &[i16], bar: f64) -> Vec<usize> {
        let (mut found, mut peaks) = (Vec::new(), Peaks::new());
        let still = vec![0; az.len()];
        peaks.push(&[&still, &still, az], &vec![bar; az.len()], &mut found);
        peaks.finish(&[], &mut found);
        found
    }

    fn bumps(rows: usize, at: &[usize]) -> Vec<i16> {
        let mut az = vec![2048; rows];
        for &row in at {
            az[row] = 3000;
        }
        az
    }

    #[test]
    fn a_peak_needs_25_rows_on_either_side_and_a_recording_of_201_rows() {
        assert_eq!(peaks(&bumps(200, &[100]), 0.0), []);
        for row in 0..201 {
            let found = peaks(&bumps(201, &[row]), 0.0);
            let expected: &[usize] = if (25..=175).contains(&row) { &[row] } else { &[] };
            assert_eq!(found, expected, "bump at {row}");
        }
    }

    #[test]
    fn of_two_bumps_within_25_rows_only_one_counts() {
        assert_eq!(peaks(&bumps(400, &[200, 230]), 0.0), [200, 230]);
        assert_eq!(peaks(&bumps(400, &[200, 226]), 0.0), [200, 226]);
        assert_eq!(peaks(&bumps(400, &[200, 224]), 0.0).len(), 1);
    }

    #[test]
    fn a_closed_gate_has_no_peaks() {
        assert_eq!(peaks(&bumps(400, &[200]), f64::INFINITY), []);
    }

    #[test]
    fn what_is_held_back_does_not_grow_with_the_recording() {
        let (mut found, mut peaks) = (Vec::new(), Peaks::new());
        let still = [0; 1000];
        for _ in 0..200 {
            peaks.push(&[&still, &still, &still], &[f64::INFINITY; 1000], &mut found);
            assert!(peaks.smooth.len() + peaks.heights.len() + peaks.bars.len() <= 1000);
        }
    }
}
