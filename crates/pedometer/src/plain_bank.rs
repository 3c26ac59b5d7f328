//! What would the count be without the feedback?

use breakeven_problem::Bank;
use breakeven_problem::bank::{NARROWEST, WIDEST};

/// Samples remembered: the widest window, and the one that leaves it.
const REMEMBERED: usize = WIDEST + 1;

/// The bank without its feedback: standard deviations over the cleaned samples themselves.
///
/// ```
/// use breakeven_pedometer::{PlainBank, count, vector};
/// assert_eq!(count::<PlainBank>(&vector()).steps.len(), 40);
/// ```
#[derive(Debug)]
pub struct PlainBank {
    channels: Vec<PlainChannel>,
}

/// Sums of all samples up to each of the last rows, and of their squares: windows are differences of two.
#[derive(Debug)]
struct PlainChannel {
    rows: usize,
    sums: [[i64; 2]; REMEMBERED],
}

impl Bank for PlainBank {
    fn new(channels: usize) -> Self {
        let channels = (0..channels).map(|_| PlainChannel { rows: 0, sums: [[0; 2]; REMEMBERED] }).collect();
        Self { channels }
    }

    fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]) {
        assert_eq!(cleaned.len(), self.channels.len(), "one block of samples per channel");
        for ((channel, samples), m) in self.channels.iter_mut().zip(cleaned).zip(m) {
            for (&sample, m) in samples.iter().zip(m.iter_mut()) {
                *m = channel.push(sample);
            }
        }
    }
}

impl PlainChannel {
    fn push(&mut self, sample: i16) -> i32 {
        let [all, all_squares] = self.sums[self.rows % REMEMBERED];
        let m = (NARROWEST..=WIDEST.min(self.rows)).map(|n| {
            let [before, before_squares] = self.sums[(self.rows - n) % REMEMBERED];
            let [s, q] = [all - before, all_squares - before_squares];
            let sd = ((n as i64 * q - s * s) as f64).sqrt() / n as f64;
            (16.0 * sd + 0.5).floor() as i32
        });
        let m = m.sum();
        let sample = i64::from(sample);
        self.rows += 1;
        self.sums[self.rows % REMEMBERED] = [all + sample, all_squares + sample * sample];
        m
    }
}
