//! What does the bank cost where every window is handed to ndarray?

use breakeven_problem::Bank;
use breakeven_problem::bank::{NARROWEST, WIDEST, WIDTHS, respond};
use ndarray::ArrayView1;

/// The bank with `ArrayView1::mean` and `ArrayView1::std` on every window: the whole loop compiled, its
/// arithmetic from a library.
///
/// Two passes a standard deviation, the second with a dependent division a value (Welford's recurrence). This
/// bank is no integer rung: where the exact 16 sd + 0.5 is an integer, M may be one off.
#[derive(Debug, Clone)]
pub struct NdarrayBank {
    channels: Vec<Vec<History>>,
}

impl Bank for NdarrayBank {
    fn new(channels: usize) -> Self {
        let histories = || (0..WIDTHS).map(|index| History::new(NARROWEST + index)).collect();
        Self { channels: (0..channels).map(|_| histories()).collect() }
    }

    fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]) {
        assert_eq!(cleaned.len(), self.channels.len(), "one slice of samples per channel");
        assert_eq!(m.len(), self.channels.len(), "one slice of M per channel");
        for ((histories, samples), m) in self.channels.iter_mut().zip(cleaned).zip(m) {
            assert_eq!(samples.len(), cleaned[0].len(), "channels of equal length");
            assert_eq!(samples.len(), m.len(), "one M per sample");
            m.fill(0);
            // width by width: a history stays in the first-level cache for the whole block
            for history in histories {
                for (m, &sample) in m.iter_mut().zip(*samples) {
                    *m += history.push(sample);
                }
            }
        }
    }
}

/// Values kept before the window is moved back to the front: a view needs them side by side.
const ROOM: usize = 4 * WIDEST;

/// The history y of one channel and width, whose last `width` values are the window.
#[derive(Debug, Clone)]
struct History {
    width: usize,
    values: Vec<f64>,
}

impl History {
    fn new(width: usize) -> Self {
        Self { width, values: Vec::with_capacity(ROOM) }
    }

    /// Takes the next cleaned sample; gives this width's share of M.
    fn push(&mut self, sample: i16) -> i32 {
        let Some(start) = self.values.len().checked_sub(self.width) else {
            self.values.push(f64::from(sample));
            return 0;
        };
        let window = ArrayView1::from(&self.values[start..]);
        let mean = window.mean().expect("a window is never empty");
        let response = respond(i32::from(sample), mean, window.std(0.0));
        if self.values.len() == ROOM {
            self.values.drain(..start);
        }
        self.values.push(f64::from(response.value));
        response.increment
    }
}
