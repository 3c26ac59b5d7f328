//! How fast can the pedometer's bank run where its rows cannot be done side by side?
//!
//! What decides the next window is this window's result, so the lanes are widths: the 51 histories of one
//! channel stand side by side, and a row takes them vector by vector through
//!
//! ```text
//! V = n Q - S S    2 sd = sqrt(V) (2 / n)    mu = S / n    M += floor(8 (2 sd) + 0.5)
//! l = max(2 sd, 16) with the sign of e = c - mu
//! y = floor(mu + (l + 0.5 (e - l)) + 0.5) where |e| > |l|, else c
//! S += y - old     n Q += n (y - old) (y + old)
//! ```
//!
//! **Exact.** S, n Q and V are integers held as doubles, so no conversion is needed. |y| <= 32767 and n <= 101 (the
//! padding's width too) keep n Q and S S below 1.2e13 < 2^53, and with them V and every product and sum of the last line. In `8 (2 sd) + 0.5` and `l + 0.5 (e - l)` the
//! product is by a power of two, so it is exact and there is one rounding. 2 sd is the double of
//! the specification's sd, and `max(2 sd, 16)` its `2 max(sd, 8)`. Changing the sign of the limit changes no
//! rounding, so one expression serves both signs of e.
//!
//! With vector instructions what comes after the filling is done in single precision, by [`brackets`].
//!
//! **No waiting.** Root, response and update of a vector are one chain; `Channel::respond` tells how it is cut.
//!
//! **No gather.** The lane of width n wants its value of n rows ago: one value from each row along a diagonal.
//! Histories lie row by row as `i16`, so a vector is as many loads as it has lanes. A channel's history
//! is 19 kB and stays in the first-level cache; the channels go one after another.

#[cfg(target_arch = "x86_64")]
mod brackets;
#[cfg(feature = "threads")]
mod threads;

use breakeven_problem::bank::{Bank, NARROWEST, WIDTHS, respond};

#[cfg(target_arch = "x86_64")]
use self::brackets::{Brackets, Histories};
#[cfg(feature = "threads")]
pub use self::threads::ThreadedBank;
use crate::Kernel;

/// Lanes that are done together, as the vectors of a compiler.
const WIDTH: usize = 4;

/// As few as hold all widths.
const VECTORS: usize = WIDTHS.div_ceil(WIDTH);

/// Lanes of a channel: the widths, and as many wider ones as fill the last vector.
const LANES: usize = WIDTH * VECTORS;

/// The width of the last lane: rows that must be kept.
const KEPT: usize = NARROWEST + LANES - 1;

/// Rows until the kept ones are moved to the front again.
const BLOCK: usize = 64;

/// Vectors between a root and its response.
const AHEAD: usize = VECTORS / 2;

/// Vectors between a response and its update.
const BEHIND: usize = 2;

/// The bank by exact running sums, one lane per width.
///
/// Bit-identical to the specification on every M, on every instruction set. Memory is 80 kB per channel. The cost
/// is one root and some fifty other instructions for eight standard deviations at a time, for sixteen on AVX-512 (F, BW,
/// DQ and VL).
///
/// `new` chooses the instruction set as [`Kernel::from_environment`] does; where that fails it is the portable one.
///
/// # Example
/// ```
/// use breakeven_problem::{Bank, bank};
/// use breakeven_simd::{Kernel, SimdBank};
///
/// let samples: Vec<i16> = (0..200).map(|row| if row % 2 == 0 { 100 } else { -100 }).collect();
/// let m = bank::run::<SimdBank>(&[samples.clone()]);
/// // the windows alternate by +-100: 16 sd is 1600 in even widths and a little less in odd ones
/// assert!((51 * 1599..=51 * 1600).contains(&m[0][150]));
///
/// let mut again = vec![0; 200];
/// SimdBank::on(Kernel::portable(), 1).push(&[&samples], &mut [&mut again]);
/// assert_eq!(again, m[0]);
/// ```
#[derive(Debug, Clone)]
pub struct SimdBank {
    instructions: Instructions,
    divisors: Box<Divisors>,
    channels: Vec<Channel>,
}

/// Portable lanes, or vector instructions, which take [`brackets`].
#[derive(Debug, Clone, Copy)]
enum Instructions {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Brackets(Brackets),
}

impl Instructions {
    /// Those of the kernel, or the portable ones where it has AVX2 without fused multiplication.
    fn of(kernel: Kernel) -> Self {
        #[cfg(target_arch = "x86_64")]
        let wider = Brackets::of(kernel).map(Self::Brackets);
        #[cfg(not(target_arch = "x86_64"))]
        let (wider, _) = (None, kernel);
        wider.unwrap_or(Self::Portable)
    }
}

impl SimdBank {
    /// An empty bank of `channels` channels on the instruction set of `kernel`.
    #[must_use]
    pub fn on(kernel: Kernel, channels: usize) -> Self {
        Self {
            instructions: Instructions::of(kernel),
            divisors: Box::new(Divisors::new()),
            channels: vec![Channel::new(); channels],
        }
    }

    /// # Panics
    /// Where the shapes are not those of so many channels.
    fn check(channels: usize, cleaned: &[&[i16]], m: &[&mut [i32]]) {
        assert_eq!(cleaned.len(), channels, "one block of samples per channel");
        assert_eq!(m.len(), channels, "one slice of M per channel");
        for (samples, m) in cleaned.iter().zip(m) {
            assert_eq!(samples.len(), cleaned[0].len(), "every channel has the same rows");
            assert_eq!(samples.len(), m.len(), "one M per sample");
        }
    }
}

impl Bank for SimdBank {
    fn new(channels: usize) -> Self {
        Self::on(Kernel::or_portable(), channels)
    }

    fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]) {
        Self::check(self.channels.len(), cleaned, m);
        for ((channel, samples), m) in self.channels.iter_mut().zip(cleaned).zip(m) {
            channel.push(self.instructions, &self.divisors, samples, m);
        }
    }
}

/// One number per lane.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Numbers([f64; LANES]);

impl Numbers {
    fn of_widths(number: impl Fn(f64) -> f64) -> Self {
        Self(std::array::from_fn(|lane| number((NARROWEST + lane) as f64)))
    }
}

/// The values that entered the histories of one channel in one row.
#[derive(Debug, Clone, Copy)]
#[repr(align(16))]
struct Row([i16; LANES]);

/// What each lane divides and multiplies by.
#[derive(Debug, Clone)]
struct Divisors {
    /// n.
    width: Numbers,
    /// n / 2.
    half_width: Numbers,
    /// 8, and 0 in the padding, which adds nothing to M.
    share: Numbers,
}

impl Divisors {
    fn new() -> Self {
        let mut share = Numbers([0.0; LANES]);
        share.0[..WIDTHS].fill(8.0);
        Self {
            width: Numbers::of_widths(|width| width),
            half_width: Numbers::of_widths(|width| width / 2.0),
            share,
        }
    }
}

/// The histories of one channel, narrowest first.
#[derive(Debug, Clone)]
struct Channel {
    /// Rows so far, up to the [`KEPT`] that fill every history.
    filled: usize,
    /// The row to be written next; the [`KEPT`] before it are the histories.
    next: usize,
    rows: Vec<Row>,
    state: State,
    #[cfg(target_arch = "x86_64")]
    histories: Option<Box<Histories>>,
}

impl Channel {
    fn new() -> Self {
        Self {
            filled: 0,
            next: KEPT,
            rows: vec![Row([0; LANES]); KEPT + BLOCK],
            state: State::new(),
            #[cfg(target_arch = "x86_64")]
            histories: None,
        }
    }

    #[cfg_attr(not(target_arch = "x86_64"), expect(unused_variables, reason = "one instruction set"))]
    fn push(
        &mut self,
        instructions: Instructions,
        divisors: &Divisors,
        mut samples: &[i16],
        mut m: &mut [i32],
    ) {
        while !samples.is_empty() {
            #[cfg(target_arch = "x86_64")]
            if let (Instructions::Brackets(brackets), KEPT) = (instructions, self.filled) {
                let histories = self.histories.take();
                let mut histories = histories.unwrap_or_else(|| Box::new(Histories::of(self, brackets)));
                histories.push(brackets, samples, m);
                self.histories = Some(histories);
                return;
            }
            if self.next == self.rows.len() {
                self.rows.copy_within(BLOCK.., 0);
                self.next = KEPT;
            }
            let room = (self.rows.len() - self.next).min(samples.len());
            if self.filled < KEPT {
                let filling = room.min(KEPT - self.filled);
                self.fill(&samples[..filling], &mut m[..filling]);
                (samples, m) = (&samples[filling..], &mut m[filling..]);
            } else {
                let (now, later) = m.split_at_mut(room);
                self.respond(divisors, &samples[..room], now);
                (samples, m) = (&samples[room..], later);
            }
        }
    }

    /// Row by row and lane by lane, while some history is not full.
    fn fill(&mut self, samples: &[i16], m: &mut [i32]) {
        for (&sample, m) in samples.iter().zip(m) {
            *m = 0;
            for lane in 0..LANES {
                let width = NARROWEST + lane;
                let (sum, scaled_squares) = (self.state.sums.0[lane], self.state.scaled_squares.0[lane]);
                // zero until the history is full
                let leaving = f64::from(self.rows[self.next - width].0[lane]);
                let mut value = i32::from(sample);
                if self.filled >= width {
                    let n = width as f64;
                    let response = respond(value, sum / n, (scaled_squares - sum * sum).sqrt() / n);
                    value = response.value;
                    *m += if lane < WIDTHS { response.increment } else { 0 };
                }
                self.rows[self.next].0[lane] = value as i16;
                let (change, both) = (f64::from(value) - leaving, f64::from(value) + leaving);
                self.state.sums.0[lane] = sum + change;
                self.state.scaled_squares.0[lane] = scaled_squares + width as f64 * change * both;
            }
            self.filled += 1;
            self.next += 1;
        }
    }

    /// One response per lane and sample, where every history is full. There must be room for the rows.
    ///
    /// From one row's sum to the next is a chain of root, response and update that is longer than what the processor
    /// holds in flight. So each vector takes the three in turn, with others' in between: the root
    /// [`AHEAD`] vectors before its response, the update [`BEHIND`] vectors after it. Roots run on into the next row,
    /// whose first vectors are updated by then; those after the last row are not used.
    #[inline(always)]
    fn respond(&mut self, divisors: &Divisors, samples: &[i16], m: &mut [i32]) {
        let state = &mut self.state;
        for vector in 0..AHEAD {
            state.root(divisors, vector);
        }
        for (&sample, m) in samples.iter().zip(m) {
            let (past, rest) = self.rows.split_at_mut(self.next);
            let past =
                past[self.next - KEPT..].first_chunk().expect("as many rows are kept as there are lanes");
            let row = &mut rest[0];
            let sample = f64::from(sample);
            let mut total = [0.0; WIDTH];
            for vector in 0..BEHIND {
                state.decide(divisors, sample, vector, &mut total);
                state.root(divisors, vector + AHEAD);
            }
            for vector in BEHIND..VECTORS - AHEAD {
                state.decide(divisors, sample, vector, &mut total);
                state.update(divisors, past, row, vector - BEHIND);
                state.root(divisors, vector + AHEAD);
            }
            for vector in VECTORS - AHEAD..VECTORS {
                state.decide(divisors, sample, vector, &mut total);
                state.update(divisors, past, row, vector - BEHIND);
                state.root(divisors, vector + AHEAD - VECTORS);
            }
            for vector in VECTORS - BEHIND..VECTORS {
                state.update(divisors, past, row, vector);
            }
            *m = total.iter().sum::<f64>() as i32; // integers with a sum below 2^31
            self.next += 1;
        }
    }
}

/// What each lane of a channel carries from row to row, and from one step of a row to the next.
#[derive(Debug, Clone)]
struct State {
    /// S.
    sums: Numbers,
    /// n Q.
    scaled_squares: Numbers,
    /// 2 sd.
    deviations: Numbers,
    /// y.
    values: Numbers,
}

impl State {
    fn new() -> Self {
        let zero = Numbers([0.0; LANES]);
        Self { sums: zero, scaled_squares: zero, deviations: zero, values: zero }
    }

    /// The deviations of one vector.
    #[inline(always)]
    fn root(&mut self, divisors: &Divisors, vector: usize) {
        for lane in lanes(vector) {
            let variance = self.scaled_squares.0[lane] - self.sums.0[lane] * self.sums.0[lane];
            self.deviations.0[lane] = variance.sqrt() / divisors.half_width.0[lane];
        }
    }

    /// The values that enter one vector's histories; adds its share of M to `total`.
    #[inline(always)]
    fn decide(&mut self, divisors: &Divisors, sample: f64, vector: usize, total: &mut [f64; WIDTH]) {
        for (lane, total) in lanes(vector).zip(total) {
            let twice = self.deviations.0[lane];
            let mean = self.sums.0[lane] / divisors.width.0[lane];
            let limit = if twice > 16.0 { twice } else { 16.0 };
            let excess = sample - mean;
            let signed = limit.copysign(excess);
            let passed = signed + (excess - signed) * 0.5;
            let limited = floor((mean + passed) + 0.5);
            self.values.0[lane] = if excess.abs() > limit { limited } else { sample };
            *total += floor(0.5 + twice * divisors.share.0[lane]);
        }
    }

    /// Lets one vector's values enter its histories and sums.
    #[inline(always)]
    fn update(&mut self, divisors: &Divisors, past: &[Row; LANES], row: &mut Row, vector: usize) {
        for lane in lanes(vector) {
            let value = self.values.0[lane];
            row.0[lane] = value as i16;
            // it entered `lane` + 50 rows ago
            let leaving = f64::from(past[LANES - 1 - lane].0[lane]);
            let (change, both) = (value - leaving, value + leaving);
            self.sums.0[lane] += change;
            self.scaled_squares.0[lane] += change * divisors.width.0[lane] * both;
        }
    }
}

/// The lanes of a vector below [`VECTORS`].
#[inline(always)]
fn lanes(vector: usize) -> std::ops::Range<usize> {
    vector * WIDTH..(vector + 1) * WIDTH
}

/// The largest integer not above a number of a magnitude below 2^51.
#[inline(always)]
fn floor(number: f64) -> f64 {
    // Rounds to an integer by pushing the fraction out, then steps back where that went up: without
    // SSE4.1 `f64::floor` is a library call.
    const PUSH: f64 = 1.5 * (1u64 << 52) as f64;
    let near = (number + PUSH) - PUSH;
    near - if near > number { 1.0 } else { 0.0 }
}
