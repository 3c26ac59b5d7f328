//! How does the pedometer's bank stay exact while it runs?
//!
//! Its histories hold integers, so the window's sums S = sum y and Q = sum y y run in integers and
//! never drift: V = n Q - S S is exact, and below 2^53 since n <= 100 and |y| <= 32767. What is left is
//! sd = sqrt(V) / n and mu = S / n, each operation correctly rounded, so the bits are those of any other
//! bank on integers. Source: Chmielowiec, Computational Statistics 36:2813, 2021, on error-free moving
//! variance.
//!
//! One history is run over the whole block before the next one: its sums stay in registers and its ring
//! in the first-level cache, and what a row costs does not depend on how many histories there are.

use breakeven_problem::bank::{Bank, NARROWEST, WIDEST, WIDTHS, respond};

/// The bank by exact integer running sums.
///
/// Bit-identical to the specification on every M and every history value. Memory is 51 rings of 200
/// bytes per channel; the cost is one square root and two divisions per standard deviation.
///
/// # Example
/// ```
/// use breakeven_incremental::IncrementalBank;
/// use breakeven_problem::{Bank, bank};
///
/// let samples: Vec<i16> = (0..200).map(|row| if row % 2 == 0 { 100 } else { -100 }).collect();
/// let m = bank::run::<IncrementalBank>(&[samples]);
/// // the windows alternate by +-100: 16 sd is 1600 in even widths and a little less in odd ones
/// assert!((51 * 1599..=51 * 1600).contains(&m[0][150]));
/// ```
#[derive(Debug, Clone)]
pub struct IncrementalBank {
    /// The histories of each channel, narrowest first.
    channels: Vec<Vec<History>>,
}

impl Bank for IncrementalBank {
    fn new(channels: usize) -> Self {
        let histories = || (NARROWEST..=WIDEST).map(History::new).collect();
        Self { channels: (0..channels).map(|_| histories()).collect() }
    }

    fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]) {
        assert_eq!(cleaned.len(), self.channels.len(), "one block of samples per channel");
        assert_eq!(m.len(), self.channels.len(), "one slice of M per channel");
        for ((histories, samples), m) in self.channels.iter_mut().zip(cleaned).zip(m) {
            assert_eq!(samples.len(), cleaned[0].len(), "every channel has the same rows");
            assert_eq!(samples.len(), m.len(), "one M per sample");
            debug_assert_eq!(histories.len(), WIDTHS);
            m.fill(0);
            for history in histories {
                history.push(samples, m);
            }
        }
    }
}

/// The last `width` values of one history y, and their sums.
#[derive(Debug, Clone)]
struct History {
    width: usize,
    /// Values so far, up to `width`.
    filled: usize,
    /// Where the oldest value lies in the ring, once it is full.
    oldest: usize,
    ring: [i16; WIDEST],
    sum: i64,
    squares: i64,
}

impl History {
    fn new(width: usize) -> Self {
        Self { width, filled: 0, oldest: 0, ring: [0; WIDEST], sum: 0, squares: 0 }
    }

    /// Lets the samples enter, and adds this width's increments to `m`.
    fn push(&mut self, samples: &[i16], m: &mut [i32]) {
        let filling = (self.width - self.filled).min(samples.len());
        for &sample in &samples[..filling] {
            self.ring[self.filled] = sample;
            self.filled += 1;
            self.sum += i64::from(sample);
            self.squares += i64::from(sample) * i64::from(sample);
        }
        self.respond(&samples[filling..], &mut m[filling..]);
    }

    /// The same for a full ring.
    fn respond(&mut self, samples: &[i16], m: &mut [i32]) {
        let ring = &mut self.ring[..self.width];
        let (count, exact_count) = (self.width as f64, self.width as i64);
        let (mut sum, mut squares, mut oldest) = (self.sum, self.squares, self.oldest);
        for (&sample, m) in samples.iter().zip(m) {
            let scaled_variance = exact_count * squares - sum * sum;
            let standard_deviation = (scaled_variance as f64).sqrt() / count;
            let mean = sum as f64 / count;
            let response = respond(i32::from(sample), mean, standard_deviation);
            *m += response.increment;
            let (entering, leaving) = (i64::from(response.value), i64::from(ring[oldest]));
            ring[oldest] = response.value as i16;
            oldest = if oldest + 1 == ring.len() { 0 } else { oldest + 1 };
            sum += entering - leaving;
            squares += entering * entering - leaving * leaving;
        }
        (self.sum, self.squares, self.oldest) = (sum, squares, oldest);
    }
}
