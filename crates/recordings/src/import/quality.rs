//! How much of a channel was measured, and where was it missing, flat or beyond its range?

use std::ops::Range;

use breakeven_problem::signal::MISSING;

/// A channel that does not change for so many of its samples is flat: one minute.
const FLAT_SAMPLES: u64 = 6000;

/// Stretches of one kind that are closer than this are shown as one.
const APART_ROWS: u64 = 100;

/// Stretches of one kind that are kept of a channel; all are counted.
const MOST_STRETCHES: usize = 1024;

/// Where the value of a sample comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Read at the time of the sample.
    Measured,
    /// On the line between two neighbouring cells.
    Interpolated,
    /// On a line across a stretch without cells.
    Bridged,
}

/// What is wrong with a stretch of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Not measured: missing, or bridged by a straight line.
    Missing,
    /// The same value for a minute or more.
    Flat,
    /// Beyond the range of int16.
    Clipped,
}

/// Rows of a recording in which one of its channels is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// What is wrong.
    pub fault: Fault,
    /// From 0, at 100 Hz.
    pub rows: Range<u64>,
}

/// A channel so far.
#[derive(Debug, Default)]
pub(super) struct ChannelQuality {
    /// All rows.
    pub(super) rows: u64,
    /// Rows with a sample, bridged ones among them.
    pub(super) valid: u64,
    pub(super) interpolated: u64,
    /// Missing or bridged.
    pub(super) filled: u64,
    pub(super) clipped: u64,
    /// Rows of flat stretches, and of the longest.
    pub(super) flat: u64,
    pub(super) longest_flat: u64,
    /// The first sample, and whether another one differs from it.
    first: Option<i16>,
    varies: bool,
    /// Below 2^63 for 10^9 rows.
    sum_of_squares: u64,
    /// The stretch in which the channel has not changed: its first row, and the samples measured in it.
    unchanged: Option<(i16, u64, u64)>,
    highest: Plateaus,
    lowest: Plateaus,
    stretches: [Vec<Range<u64>>; 3],
}

/// Samples that repeat the extreme of a channel.
#[derive(Debug, Clone, Copy, Default)]
struct Plateaus {
    extreme: i16,
    repeated: u64,
}

impl Plateaus {
    fn push(&mut self, sample: i16, last: Option<i16>, is_beyond: bool) {
        if is_beyond {
            *self = Self { extreme: sample, repeated: 0 };
        } else if sample == self.extreme && last == Some(sample) {
            self.repeated += 1;
        }
    }
}

impl ChannelQuality {
    /// The next sample: rounded half to even, and clipped; NaN is missing.
    pub(super) fn sample(&mut self, value: f64, origin: Origin) -> i16 {
        let row = self.rows;
        self.rows += 1;
        if value.is_nan() {
            self.filled += 1;
            self.mark(Fault::Missing, row..row + 1);
            return MISSING;
        }
        let rounded = value.round_ties_even();
        let sample = rounded.clamp(-32767.0, 32767.0) as i16;
        self.valid += 1;
        self.varies |= *self.first.get_or_insert(sample) != sample;
        self.sum_of_squares += u64::from(sample.unsigned_abs()).pow(2);
        match origin {
            Origin::Bridged => {
                self.filled += 1;
                self.mark(Fault::Missing, row..row + 1);
                return sample;
            }
            Origin::Interpolated => self.interpolated += 1,
            Origin::Measured => {}
        }
        if rounded.abs() > 32767.0 {
            self.clipped += 1;
            self.mark(Fault::Clipped, row..row + 1);
        }
        let last = self.unchanged.map(|(last, ..)| last);
        self.highest.push(sample, last, sample > self.highest.extreme);
        self.lowest.push(sample, last, sample < self.lowest.extreme);
        match &mut self.unchanged {
            Some((last, _, samples)) if *last == sample => *samples += 1,
            _ => {
                self.end_unchanged(row);
                self.unchanged = Some((sample, row, 1));
            }
        }
        sample
    }

    /// The channel ends here.
    pub(super) fn finish(&mut self) {
        self.end_unchanged(self.rows);
    }

    /// Whether all samples are the same, or none is there.
    pub(super) fn is_constant(&self) -> bool {
        !self.varies
    }

    pub(super) fn mean_square(&self) -> f64 {
        self.sum_of_squares as f64 / self.valid.max(1) as f64
    }

    /// Samples at an end of what the channel has, next to another such, where that end is at least `least` from 0: the
    /// sensor could not read more.
    pub(super) fn saturated(&self, least: i16) -> u64 {
        let ends = [self.highest, self.lowest].into_iter();
        let reached =
            ends.filter(|end| end.extreme.unsigned_abs() >= least.unsigned_abs() && !self.is_constant());
        reached.map(|end| end.repeated).sum()
    }

    /// What is wrong where, by kind and ascending; at most 1024 stretches of a kind.
    pub(super) fn stretches(&self) -> impl Iterator<Item = Stretch> {
        let faults = [Fault::Missing, Fault::Flat, Fault::Clipped].into_iter();
        faults.zip(&self.stretches).flat_map(|(fault, stretches)| {
            stretches.iter().map(move |rows| Stretch { fault, rows: rows.clone() })
        })
    }

    fn end_unchanged(&mut self, row: u64) {
        if let Some((_, start, samples)) =
            self.unchanged.take().filter(|&(.., samples)| samples >= FLAT_SAMPLES)
        {
            self.flat += samples;
            self.longest_flat = self.longest_flat.max(samples);
            self.mark(Fault::Flat, start..row);
        }
    }

    fn mark(&mut self, fault: Fault, rows: Range<u64>) {
        let stretches = &mut self.stretches[fault as usize];
        let is_full = stretches.len() == MOST_STRETCHES;
        match stretches.last_mut() {
            Some(last) if rows.start <= last.end + APART_ROWS => last.end = rows.end,
            _ if is_full => {}
            _ => stretches.push(rows),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_flat_after_a_minute_of_its_own_samples_alone() {
        let mut channel = ChannelQuality::default();
        for (samples, value, origin) in [
            (FLAT_SAMPLES - 1, 5.0, Origin::Measured),
            (9000, 5.0, Origin::Bridged),
            (1, 6.0, Origin::Measured),
            (FLAT_SAMPLES, 7.0, Origin::Interpolated),
        ] {
            for _ in 0..samples {
                channel.sample(value, origin);
            }
        }
        channel.finish();
        assert_eq!((channel.flat, channel.longest_flat), (FLAT_SAMPLES, FLAT_SAMPLES));
        assert_eq!(
            (channel.filled, channel.interpolated, channel.is_constant()),
            (9000, FLAT_SAMPLES, false)
        );
        let found: Vec<Stretch> = channel.stretches().collect();
        assert_eq!(
            found,
            [
                Stretch { fault: Fault::Missing, rows: 5999..14_999 },
                Stretch { fault: Fault::Flat, rows: 15_000..21_000 }
            ]
        );
    }

    #[test]
    fn clipped_and_saturated_samples_are_counted_and_rounding_is_half_to_even() {
        let mut channel = ChannelQuality::default();
        let values = [0.5, 1.5, f64::NAN, 4000.0, 4000.0, 4000.0, 40_000.0, -40_000.0, 0.0];
        let samples = values.map(|value| channel.sample(value, Origin::Measured));
        assert_eq!(samples, [0, 2, MISSING, 4000, 4000, 4000, 32767, -32767, 0]);
        assert_eq!((channel.clipped, channel.filled, channel.valid, channel.saturated(3900)), (2, 1, 8, 0));
        let mut channel = ChannelQuality::default();
        for value in [1.0, 4000.0, 4000.0, 4000.0, 1.0, 1.0] {
            channel.sample(value, Origin::Measured);
        }
        assert_eq!((channel.saturated(3900), channel.saturated(4001)), (2, 0));
    }
}
