//! What does the bank cost where every window is summed from scratch?

use breakeven_problem::Bank;
use breakeven_problem::bank::{NARROWEST, WIDEST, WIDTHS, respond};

use crate::{mean, standard_deviation_about};

/// The bank by the talk's arithmetic: both passes over every window, in f64.
///
/// The mean is taken once and handed to the second pass, which gives the bits of
/// [`standard_deviation`](crate::standard_deviation). About 150 dependent additions a standard
/// deviation. This bank is no integer rung: where the exact 16 sd + 0.5 is an integer, M may be one off.
#[derive(Debug, Clone)]
pub struct NaiveBank {
    channels: Vec<[History; WIDTHS]>,
}

impl Bank for NaiveBank {
    fn new(channels: usize) -> Self {
        let histories = || std::array::from_fn(|index| History::new(NARROWEST + index));
        Self { channels: (0..channels).map(|_| histories()).collect() }
    }

    fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]) {
        assert_eq!(cleaned.len(), self.channels.len(), "one slice of samples per channel");
        assert_eq!(m.len(), self.channels.len(), "one slice of M per channel");
        for ((histories, samples), m) in self.channels.iter_mut().zip(cleaned).zip(m) {
            assert_eq!(samples.len(), cleaned[0].len(), "channels of equal length");
            assert_eq!(samples.len(), m.len(), "one M per sample");
            m.fill(0);
            // Width by width: a history stays in the first-level cache for the whole block.
            for history in histories {
                for (m, &sample) in m.iter_mut().zip(*samples) {
                    *m += history.push(i32::from(sample));
                }
            }
        }
    }
}

/// Values between two moves of a history's window to the front of its buffer.
const ROOM: usize = 4 * WIDEST;

/// The history y of one channel and width: its last `width` values, contiguous.
#[derive(Debug, Clone)]
struct History {
    width: usize,
    /// The window's first value; the window is `values[start..end]`.
    start: usize,
    end: usize,
    values: [f64; ROOM],
}

impl History {
    fn new(width: usize) -> Self {
        Self { width, start: 0, end: 0, values: [0.0; ROOM] }
    }

    /// Takes the next cleaned sample; gives this width's share of M.
    fn push(&mut self, sample: i32) -> i32 {
        if self.end < self.width {
            self.values[self.end] = f64::from(sample);
            self.end += 1;
            return 0;
        }
        let window = &self.values[self.start..self.end];
        let mu = mean(window);
        let response = respond(sample, mu, standard_deviation_about(window, mu, 0));
        self.enter(f64::from(response.value));
        response.increment
    }

    fn enter(&mut self, value: f64) {
        if self.end == ROOM {
            self.values.copy_within(self.start.., 0);
            self.end -= self.start;
            self.start = 0;
        }
        self.values[self.end] = value;
        self.start += 1;
        self.end += 1;
    }
}
