//! Which samples does the bank see?
//!
//! Missing runs are bridged by straight lines between their valid neighbours, then a median of three
//! takes out single spikes. All in integers: a rounding of the bridge that differed by one would be
//! fed back by the bank for as long as the recording lasts.

use breakeven_problem::Signal;
use breakeven_problem::signal::MISSING;

/// The recording without missing samples and single spikes: what the bank and the peaks work on.
///
/// A missing run between the valid samples `x[a]` and `x[b]` becomes
/// `floordiv(2 (x[a] (b - i) + x[b] (i - a)) + (b - a), 2 (b - a))`: the straight line, rounded half
/// up. A run at either end copies the nearest valid sample, and a channel with none becomes 0.
/// Then each sample becomes the median of itself and its neighbours; the first and last stay.
///
/// Costs one pass and one copy. No sample of the result is missing, whatever the input.
///
/// ```
/// use breakeven_problem::{Signal, signal::MISSING};
///
/// let raw = Signal::new(vec![vec![0, MISSING, MISSING, -7], vec![5, 900, 5, 5], vec![MISSING; 4]]);
/// let cleaned = breakeven_pedometer::clean(&raw.unwrap());
/// assert_eq!(cleaned.channels()[0], [0, -2, -5, -7]);
/// assert_eq!(cleaned.channels()[1], [5, 5, 5, 5]);
/// assert_eq!(cleaned.channels()[2], [0, 0, 0, 0]);
/// ```
#[must_use]
pub fn clean(raw: &Signal) -> Signal {
    let clean_channel = |samples: &Vec<i16>| {
        let mut cleaned = Vec::with_capacity(samples.len());
        let mut cleaner = Cleaner::default();
        cleaner.push(samples, &mut cleaned);
        cleaner.finish(&mut cleaned);
        cleaned
    };
    let channels = raw.channels().iter().map(clean_channel).collect();
    Signal::new(channels).expect("cleaning keeps the number of channels and rows")
}

/// One channel on its way through the cleaning, in chunks of any size.
///
/// Holds two samples and a count: a missing run takes no memory here until its end is known.
#[derive(Debug, Default)]
pub(crate) struct Cleaner {
    last_valid: Option<i16>,
    missing: u64,
    median: MedianOfThree,
}

impl Cleaner {
    /// Consumes raw samples and appends the cleaned ones that they decide: all but the last valid
    /// one, and but for a missing run that has not ended.
    pub(crate) fn push(&mut self, raw: &[i16], cleaned: &mut Vec<i16>) {
        let mut rest = raw;
        while !rest.is_empty() {
            let missing = rest.iter().take_while(|&&sample| sample == MISSING).count();
            self.missing += missing as u64;
            rest = &rest[missing..];
            let end = rest.iter().position(|&sample| sample == MISSING).unwrap_or(rest.len());
            let (valid, after) = rest.split_at(end);
            if let (Some(&first), Some(&last)) = (valid.first(), valid.last()) {
                self.bridge(self.last_valid.unwrap_or(first), first, cleaned);
                self.median.push(valid, cleaned);
                self.last_valid = Some(last);
            }
            rest = after;
        }
    }

    /// The recording ends here: appends what was still open.
    pub(crate) fn finish(mut self, cleaned: &mut Vec<i16>) {
        let last = self.last_valid.unwrap_or(0);
        self.bridge(last, last, cleaned);
        self.median.finish(cleaned);
    }

    /// Fills the missing run, if any, between the valid samples `from` and `to`.
    fn bridge(&mut self, from: i16, to: i16, cleaned: &mut Vec<i16>) {
        let missing = std::mem::take(&mut self.missing) as i64;
        for step in 1..=missing {
            self.median.push(&[bridge(from, to, step, missing)], cleaned);
        }
    }
}

/// The sample at place `step`, from 1, of `missing` ones between the valid samples `from` and `to`.
///
/// `step` is at most `missing`.
#[must_use]
pub fn bridge(from: i16, to: i16, step: i64, missing: i64) -> i16 {
    let (from, to, span) = (i64::from(from), i64::from(to), missing + 1);
    let line = 2 * (from * (span - step) + to * step) + span;
    // div_euclid by a positive number is the floor, below zero too
    line.div_euclid(2 * span) as i16
}

/// The median of each sample and its two neighbours; the first and the last sample pass unchanged.
#[derive(Debug, Default)]
struct MedianOfThree {
    /// The last two samples; fewer at the start.
    last: Vec<i16>,
}

impl MedianOfThree {
    fn push(&mut self, samples: &[i16], out: &mut Vec<i16>) {
        if self.last.is_empty() {
            out.extend(samples.first());
        }
        self.last.extend_from_slice(samples);
        out.extend(self.last.windows(3).map(|three| median(three[0], three[1], three[2])));
        self.last.drain(..self.last.len().saturating_sub(2));
    }

    fn finish(self, out: &mut Vec<i16>) {
        if let [_, last] = self.last[..] {
            out.push(last);
        }
    }
}

fn median(a: i16, b: i16, c: i16) -> i16 {
    a.min(b).max(a.max(b).min(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(chunks: &[&[i16]]) -> Vec<i16> {
        let mut cleaned = Vec::new();
        let mut cleaner = Cleaner::default();
        for chunk in chunks {
            cleaner.push(chunk, &mut cleaned);
        }
        cleaner.finish(&mut cleaned);
        cleaned
    }

    #[test]
    fn a_missing_run_becomes_the_straight_line_rounded_half_up() {
        const M: i16 = MISSING;
        let cases: [(&[i16], &[i16]); 11] = [
            (&[], &[]),
            (&[M], &[0]),
            (&[M, M, M], &[0, 0, 0]),
            (&[7], &[7]),
            (&[7, 9], &[7, 9]),
            (&[M, 7, M], &[7, 7, 7]),
            (&[M, M, -3, -3, M], &[-3, -3, -3, -3, -3]),
            (&[0, M, 1, 2], &[0, 1, 1, 2]),
            (&[0, M, -1, -2], &[0, 0, -1, -2]),
            (&[-1, M, 0, 1], &[-1, 0, 0, 1]),
            (&[32767, M, M, M, -32767], &[32767, 16384, 0, -16383, -32767]),
        ];
        for (raw, expected) in cases {
            assert_eq!(cleaned(&[raw]), expected, "{raw:?}");
            let singles: Vec<&[i16]> = raw.chunks(1).collect();
            assert_eq!(cleaned(&singles), expected, "{raw:?} sample by sample");
        }
    }

    #[test]
    fn the_median_of_three_takes_out_single_spikes_but_at_the_ends() {
        assert_eq!(cleaned(&[&[900, 1, 2, 900, 3, 4, 900]]), [900, 2, 2, 3, 4, 4, 900]);
        assert_eq!(cleaned(&[&[5, 4], &[], &[3, 2, 9], &[1]]), [5, 4, 3, 3, 2, 1]);
    }

    #[test]
    fn median_agrees_with_sorting_on_every_order() {
        for a in -2..=2 {
            for b in -2..=2 {
                for c in -2..=2 {
                    let mut sorted = [a, b, c];
                    sorted.sort_unstable();
                    assert_eq!(median(a, b, c), sorted[1]);
                }
            }
        }
    }
}
