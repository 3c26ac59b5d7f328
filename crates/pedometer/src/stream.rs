//! How does a recording become steps while it is still coming in?

use breakeven_problem::{Bank, Count, Signal};

use crate::Channels;
use crate::clean::Cleaner;
use crate::gate::Gate;
use crate::peaks::Peaks;
use crate::steps::Runs;

/// Steps of a whole raw recording, and M per channel and row (before the back-fill).
///
/// A recording of fewer than 201 rows has no steps. One pass; the bank takes nearly all of the time.
/// Two banks that agree on M agree on every step.
///
/// The steps follow the specification, not the truth: on the recordings whose steps are known it is
/// off by 1.47 % in the mean and 3.8 % at worst; what it counts on movements other than walking has
/// not been measured (docs/accuracy.md).
///
/// ```
/// use breakeven_problem::{bank::WIDEST, oracle::ExactBank};
///
/// let walk = breakeven_pedometer::vector();
/// let count = breakeven_pedometer::count::<ExactBank>(&walk);
/// assert_eq!(count.steps.len(), 40);
/// assert_eq!(count.steps[..3], [525, 575, 625]);
/// assert_eq!(count.m[0][WIDEST], 16486);
/// ```
#[must_use]
pub fn count<B: Bank>(raw: &Signal) -> Count {
    let mut count =
        Count { m: raw.channels().iter().map(|_| Vec::with_capacity(raw.rows())).collect(), steps: vec![] };
    let channels: Vec<&[i16]> = raw.channels().iter().map(Vec::as_slice).collect();
    let mut stream = Stream::<B>::new(Channels::of(raw));
    stream.push(&channels, &mut count);
    stream.finish(&mut count);
    count
}

/// The pedometer over the bank `B`, fed with raw rows in chunks of any size.
///
/// The answer is that of [`count`] on all rows at once, bit for bit. What is known is appended to the
/// caller's [`Count`], which may be emptied between two calls: rows of steps count from the start
/// of the recording all the same.
///
/// Memory is constant while no missing run exceeds ten minutes (60,000 rows), and grows by two bytes
/// per row and channel for as long as one lasts: the other channels wait for its end, for a missing
/// sample lies on the line to the next valid one.
#[derive(Debug)]
pub struct Stream<B> {
    cleaners: Vec<Cleaner>,
    /// Cleaned samples per channel whose row is not complete yet.
    waiting: Vec<Vec<i16>>,
    bank: B,
    gate: Gate,
    peaks: Peaks,
    runs: Runs,
}

impl<B: Bank> Stream<B> {
    /// A stream before its first row.
    #[must_use]
    pub fn new(channels: Channels) -> Self {
        let number = channels.number();
        Self {
            cleaners: (0..number).map(|_| Cleaner::default()).collect(),
            waiting: vec![Vec::new(); number],
            bank: B::new(number),
            gate: Gate::default(),
            peaks: Peaks::new(),
            runs: Runs::default(),
        }
    }

    /// Consumes the next raw rows, one slice per channel, and appends to `count` the M and the steps
    /// that they decide.
    ///
    /// M follows the rows one row behind (and beyond a missing run only after its end), steps about 1.4
    /// seconds behind and after the fourth of their run.
    ///
    /// # Panics
    /// Where the number of channels is not that of `new`, or the slices differ in length, or `count.m` is
    /// neither empty nor of as many channels.
    pub fn push(&mut self, raw: &[&[i16]], count: &mut Count) {
        assert_eq!(raw.len(), self.cleaners.len(), "as many slices as channels");
        let rows = raw[0].len();
        assert!(raw.iter().all(|samples| samples.len() == rows), "slices of one length");
        for start in (0..rows).step_by(B::BLOCK_ROWS) {
            let end = (start + B::BLOCK_ROWS).min(rows);
            for ((samples, cleaner), waiting) in raw.iter().zip(&mut self.cleaners).zip(&mut self.waiting) {
                cleaner.push(&samples[start..end], waiting);
            }
            self.advance(count);
        }
    }

    /// The recording ends here: appends what was still open.
    ///
    /// # Panics
    /// Where `count.m` is neither empty nor of as many channels as the stream.
    pub fn finish(mut self, count: &mut Count) {
        for (cleaner, waiting) in std::mem::take(&mut self.cleaners).into_iter().zip(&mut self.waiting) {
            cleaner.finish(waiting);
        }
        self.advance(count);
        let (mut bars, mut peaks) = (Vec::new(), Vec::new());
        self.gate.finish(&mut bars);
        self.peaks.finish(&bars, &mut peaks);
        self.runs.push(&peaks, &mut count.steps);
    }

    /// Hands on the rows that are clean in every channel.
    fn advance(&mut self, count: &mut Count) {
        if count.m.is_empty() {
            count.m.resize_with(self.waiting.len(), Vec::new);
        }
        assert_eq!(count.m.len(), self.waiting.len(), "M of as many channels as the stream has");
        let ready = self.waiting.iter().map(Vec::len).min().unwrap_or(0);
        for start in (0..ready).step_by(B::BLOCK_ROWS) {
            let end = (start + B::BLOCK_ROWS).min(ready);
            let cleaned: Vec<&[i16]> = self.waiting.iter().map(|samples| &samples[start..end]).collect();
            let mut m: Vec<&mut [i32]> = count.m.iter_mut().map(|values| grow(values, end - start)).collect();
            self.bank.push(&cleaned, &mut m);
            let (mut bars, mut peaks) = (Vec::new(), Vec::new());
            self.gate.push(&m, &mut bars);
            self.peaks.push(&cleaned, &bars, &mut peaks);
            self.runs.push(&peaks, &mut count.steps);
        }
        for waiting in &mut self.waiting {
            waiting.drain(..ready);
        }
    }
}

/// Appends `rows` values and returns them.
fn grow(values: &mut Vec<i32>, rows: usize) -> &mut [i32] {
    let before = values.len();
    values.resize(before + rows, 0);
    &mut values[before..]
}

#[cfg(test)]
mod tests {
    use breakeven_problem::signal::MISSING;

    use super::*;

    struct NoBank;

    impl Bank for NoBank {
        fn new(_: usize) -> Self {
            NoBank
        }

        fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]) {
            assert!(
                cleaned
                    .iter()
                    .all(|samples| samples.len() == m[0].len() && samples.len() <= Self::BLOCK_ROWS)
            );
        }
    }

    #[test]
    fn only_a_missing_run_makes_rows_wait_and_its_end_sets_them_free() {
        let (mut stream, mut count) = (Stream::<NoBank>::new(Channels::Accelerometer), Count::default());
        let (valid, missing) = ([1; 10_000], [MISSING; 10_000]);
        let mut held = |ax: &[i16]| {
            stream.push(&[ax, &valid, &valid], &mut count);
            count.m.iter_mut().for_each(Vec::clear);
            stream.waiting.iter().map(Vec::len).max()
        };
        assert_eq!(held(&valid), Some(0));
        assert_eq!(held(&missing), Some(10_000));
        assert_eq!(held(&missing), Some(20_000));
        assert_eq!(held(&valid), Some(0));
    }
}
