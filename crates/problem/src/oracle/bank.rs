//! What are the exact values of M?

use std::collections::VecDeque;

use crate::Bank;
use crate::bank::{NARROWEST, WIDEST, respond};

/// The bank by exact integer sums, written to be plainly right and not fast.
///
/// Each channel and width keeps the last `width` values of its history y. |y| never exceeds 32767, so that the sums of
/// a window stay below 2^37 and V = n Q - S S below 2^44: exact in i64 and as f64.
#[derive(Debug, Clone)]
pub struct ExactBank {
    channels: Vec<Vec<History>>,
}

impl Bank for ExactBank {
    fn new(channels: usize) -> Self {
        let histories = || (NARROWEST..=WIDEST).map(History::new).collect();
        Self { channels: (0..channels).map(|_| histories()).collect() }
    }

    fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]) {
        assert_eq!(cleaned.len(), self.channels.len(), "one slice of samples per channel");
        assert_eq!(m.len(), self.channels.len(), "one slice of M per channel");
        for ((histories, samples), out) in self.channels.iter_mut().zip(cleaned).zip(m) {
            assert_eq!(samples.len(), cleaned[0].len(), "channels of equal length");
            assert_eq!(samples.len(), out.len(), "one M per sample");
            for (&sample, sum) in samples.iter().zip(out.iter_mut()) {
                *sum = histories.iter_mut().map(|history| history.push(i64::from(sample))).sum();
            }
        }
    }
}

/// The history of one channel and width, with the sums of its last `width` values.
#[derive(Debug, Clone)]
struct History {
    width: usize,
    y: VecDeque<i64>,
    s: i64,
    q: i64,
}

impl History {
    fn new(width: usize) -> Self {
        Self { width, y: VecDeque::new(), s: 0, q: 0 }
    }

    /// Takes the next cleaned sample; gives this width's share of M.
    fn push(&mut self, sample: i64) -> i32 {
        if self.y.len() < self.width {
            self.enter(sample);
            return 0;
        }
        let n = self.width as i64;
        let v = n * self.q - self.s * self.s;
        let sd = (v as f64).sqrt() / n as f64;
        let mu = self.s as f64 / n as f64;
        let response = respond(sample as i32, mu, sd);
        let leaving = self.y.pop_front().expect("a full window holds its width of values");
        self.s -= leaving;
        self.q -= leaving * leaving;
        self.enter(i64::from(response.value));
        response.increment
    }

    fn enter(&mut self, value: i64) {
        self.y.push_back(value);
        self.s += value;
        self.q += value * value;
    }
}
