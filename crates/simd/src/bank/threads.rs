//! How do the channels of a recording share several processors?

use breakeven_problem::bank::Bank;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

use super::SimdBank;

/// [`SimdBank`] with its channels side by side, on the threads of rayon's pool: the same M, bit for bit.
///
/// A channel is one piece of work, since its rows wait for each other: three channels on two processors take the time of
/// two. Each `push` waits for its slowest channel, which costs some microseconds: blocks should have hundreds of rows.
/// Memory as there.
///
/// # Example
/// ```
/// use breakeven_problem::bank;
/// use breakeven_simd::{SimdBank, ThreadedBank};
///
/// let channels: Vec<Vec<i16>> = (1..=3).map(|step| (0..300).map(|row| row % 40 * step).collect()).collect();
/// assert_eq!(bank::run::<ThreadedBank>(&channels), bank::run::<SimdBank>(&channels));
/// ```
#[derive(Debug, Clone)]
pub struct ThreadedBank(SimdBank);

impl Bank for ThreadedBank {
    fn new(channels: usize) -> Self {
        Self(SimdBank::new(channels))
    }

    fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]) {
        let SimdBank { instructions, divisors, channels } = &mut self.0;
        SimdBank::check(channels.len(), cleaned, m);
        let all = channels.par_iter_mut().zip(cleaned).zip(m.par_iter_mut()).with_max_len(1);
        all.for_each(|((channel, samples), m)| channel.push(*instructions, divisors, samples, m));
    }
}
