//! How do the channels of a recording share several processors?

use std::sync::Mutex;

use breakeven_problem::bank::Bank;

use super::{Channel, Divisors, Instructions, SimdBank};

/// Pieces that a channel's rows are cut into.
const PIECES: usize = 16;

/// [`SimdBank`] with its channels side by side, on the threads of rayon's pool: the same M, bit for bit.
///
/// The rows of a channel wait for each other, so they are cut into pieces, and a thread that is free takes the next piece
/// of the channel that has most rows left. So three channels keep two threads busy to the end (the wrap-around rule of
/// McNaughton, Management Science 6:1, 1959), and a processor that is slow for a while is left fewer pieces. More
/// threads than channels are of no use. Each `push` ends with its slowest thread, which costs some microseconds: blocks
/// should have thousands of rows, and [`Bank::BLOCK_ROWS`] says how many. Memory as there.
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
    /// Some milliseconds of work: to wake a thread takes some microseconds.
    const BLOCK_ROWS: usize = 1 << 15;

    fn new(channels: usize) -> Self {
        Self(SimdBank::new(channels))
    }

    fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]) {
        let SimdBank { instructions, divisors, channels } = &mut self.0;
        SimdBank::check(channels.len(), cleaned, m);
        let rows = cleaned.first().map_or(0, |samples| samples.len());
        let threads = rayon::current_num_threads().min(channels.len());
        let waiting = channels.iter_mut().zip(cleaned).zip(m);
        let waiting = waiting.map(|((channel, samples), m)| Work { channel, samples, m }).collect();
        let waiting = Mutex::new(waiting);
        let take_part = || {
            while let Some(mut work) = most_left(&waiting) {
                work.push(*instructions, divisors, rows.div_ceil(PIECES));
                waiting.lock().expect("no thread panics while it holds the lock").push(work);
            }
        };
        rayon::scope(|scope| {
            (1..threads).for_each(|_| scope.spawn(|_| take_part()));
            take_part();
        });
    }
}

/// What is left of a block for one channel.
struct Work<'a> {
    channel: &'a mut Channel,
    samples: &'a [i16],
    m: &'a mut [i32],
}

impl Work<'_> {
    fn push(&mut self, instructions: Instructions, divisors: &Divisors, rows: usize) {
        let (samples, later) = self.samples.split_at(rows.min(self.samples.len()));
        let (m, later_m) = std::mem::take(&mut self.m).split_at_mut(samples.len());
        self.channel.push(instructions, divisors, samples, m);
        (self.samples, self.m) = (later, later_m);
    }
}

/// Takes the work with most rows left, unless none has any.
fn most_left<'a>(waiting: &Mutex<Vec<Work<'a>>>) -> Option<Work<'a>> {
    let mut waiting = waiting.lock().expect("no thread panics while it holds the lock");
    let most = (0..waiting.len()).max_by_key(|index| waiting[*index].samples.len())?;
    (!waiting[most].samples.is_empty()).then(|| waiting.swap_remove(most))
}
