//! Where do 24 bits suffice for a bank that is exact?
//!
//! S, V and y stay integers; only V needs more than 32 bits. What is taken from V is rounded to an integer, so a root
//! of single precision, eight or sixteen at a time, settles it wherever everything within its error rounds alike:
//!
//! ```text
//! r >= sqrt(16 V)    k = round(4 r / n)    t = 2 (n c - S)    b = t - t within +-max(r, 32 n)    y = c - round(b / 4n)
//! 2 S += 2 (y - old)    2 V += 2 (y - old) ((n - 1) y + (n + 1) old - 2 S)
//! ```
//!
//! **The same as the specification.** mu + e is c, so mu + lim + (e - lim) / 2 is c - (e - lim) / 2, and y is c less
//! that half, rounded; where e does not exceed lim the half is 0. Both roundings are done twice, with factors that make
//! the one too small and the other too large: a *bracket*. Where both give one integer, so does every number between,
//! the exact one as well as the specification's, which is within 2^-49 of it relatively. Ties and what is near them
//! are open, and decided by the specification's own doubles: increments once in [`ROWS`] rows ([`carry`]), values
//! before the next row ([`Histories::mend`]).
//!
//! **The brackets.** In units of 2^-24: V times [`FACTOR`], 4 above 1, loses at most 2 where it is cut to 24
//! bits, so its root, rounded, is 0 to 3 too large: never too small. Hence 4 / n less 3 and 4 / n, each moved outward to
//! a float, bracket 16 sd. |t| < 2^24 is exact; b loses at most 3 of r <= |t| and 1 of itself where it is rounded, so b
//! less 2 is too small, and b + 4 t, more 4, too large.
//!
//! **V as a float.** Under the exponent of 2^-841, 2 V is the end of a double. Less that power it is
//! 16 V 2^-896, whose exponent's last eight bits are a float's; 3 bits to the left, or 29 to the right, is the float.
//!
//! **Histories** lie row by row, and skewed, each place of eight as many rows late as its number: in three steps, by one
//! row, by two, by four, each a blend with an earlier row. So what leaves is two loads, not one per lane.
#![expect(
    unsafe_code,
    reason = "functions compiled for vector instructions are unsafe to call without proof of them"
)]

mod avx2;
mod avx512;

use breakeven_problem::bank::{NARROWEST, WIDEST, respond};

use self::avx512::ByteAvx512;
use super::{Channel, KEPT as FILLED, Numbers};
use crate::Kernel;
use crate::isa::x86_64::Fused;

/// Vectors of eight lanes in pairs, so that a pair's values fill a vector of `i16`.
const PAIRS: usize = 4;

const VECTORS: usize = 2 * PAIRS;

/// Rows that are kept: the last pair's wider half lies so far back.
const DEPTH: usize = NARROWEST + 16 * PAIRS - 8;

/// Rows between two looks at increments that the brackets leave open.
const ROWS: usize = 8;

/// What is carried from row to row is kept for as many rows.
const SLOTS: usize = ROWS + 1;

/// Rows until the kept ones are moved to the front again.
const BLOCK: usize = 256;

/// 1.5 * 2^23: a float to which a number of up to 2^22 is added is rounded to an integer, which its lowest bits are.
const ROUNDING: f32 = 12_582_912.0;

/// The integer that a float has for 0 when it is rounded so.
const ZERO: i32 = ROUNDING.to_bits() as i32;

/// The exponent under which 2 V lies.
const EXPONENT: i64 = 182 << 52;

/// 1 + 2^-22, and a little against errors of second order.
const FACTOR: f64 = 1.0 + 1.0 / (1u64 << 22) as f64 + 1.0 / (1u64 << 40) as f64;

/// The instructions that brackets take, as proof that the processor has them.
#[derive(Debug, Clone, Copy)]
pub(super) enum Brackets {
    /// Eight lanes at a time.
    Avx2(Fused),
    /// Sixteen, a pair of vectors.
    Avx512(ByteAvx512),
}

impl Brackets {
    /// Instructions as wide as the kernel's, if the processor has the others that brackets take.
    pub(super) fn of(kernel: Kernel) -> Option<Self> {
        match kernel.isa() {
            "avx2" => Fused::detect().map(Self::Avx2),
            "avx512" => ByteAvx512::detect().map(Self::Avx512).or_else(|| Fused::detect().map(Self::Avx2)),
            _ => None,
        }
    }

    fn order(self) -> Order {
        match self {
            Self::Avx2(_) => Order::Packed,
            Self::Avx512(_) => Order::Straight,
        }
    }

    /// One row after the other; there must be room for them.
    fn rows(self, all: &mut Histories, samples: &[i16], m: &mut [i32]) {
        // SAFETY: the processor has what the functions are compiled for: a proof is made by `detect` alone, which asked it.
        unsafe {
            match self {
                Self::Avx2(proof) => avx2::rows(all, proof, samples, m),
                Self::Avx512(proof) => avx512::rows(all, proof, samples, m),
            }
        }
    }
}

/// In which order do the widths stand?
#[derive(Debug, Clone, Copy)]
enum Order {
    /// Each half of a pair's vectors holds four widths, those of both in turn: packing on AVX2 goes half by half.
    Packed,
    /// One after the other.
    Straight,
}

impl Order {
    /// The width of a lane of a vector.
    fn width(self, vector: usize, index: usize) -> usize {
        match self {
            Self::Packed => NARROWEST + 16 * (vector / 2) + self.place(vector, index),
            Self::Straight => NARROWEST + 8 * vector + index,
        }
    }

    /// Where the value of a lane lies in its pair.
    fn place(self, vector: usize, index: usize) -> usize {
        match self {
            Self::Packed => 8 * (index / 4) + 4 * (vector % 2) + index % 4,
            Self::Straight => 8 * (vector % 2) + index,
        }
    }
}

/// The histories of one channel and what is carried from row to row.
#[derive(Debug, Clone)]
pub(super) struct Histories {
    order: Order,
    constants: Box<Constants>,
    slots: Box<[Slot; SLOTS]>,
    /// The slot of the row to be written next.
    slot: usize,
    /// Rows so far.
    time: usize,
    /// The row to be written next.
    next: usize,
    rows: Vec<Row>,
    recent: Box<Recent>,
    /// Increments of the last rows, summed over the vectors.
    totals: Box<[Total; ROWS]>,
    /// Where they may be one too small: a bit per lane, a byte per vector.
    open: [[u8; 8]; ROWS],
    roots: Box<Each<Eight<f32>>>,
}

/// One for each vector, a pair aligned as a vector of sixteen lanes is.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Each<T>([T; VECTORS]);

#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Total([i32; 16]);

#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Eight<T>([T; 8]);

#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Sixteen([i16; 16]);

#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Four([i64; 4]);

/// Every lane of every vector.
fn lanes() -> impl Iterator<Item = (usize, usize)> {
    (0..VECTORS).flat_map(|vector| (0..8).map(move |index| (vector, index)))
}

/// What is carried to one row.
#[derive(Debug, Clone, Copy)]
struct Slot {
    twice_sums: Each<Eight<i32>>,
    /// 2 V of lanes 0, 2, 4, 6, under [`EXPONENT`].
    even: Each<Four>,
    odd: Each<Four>,
}

/// Values by pairs of vectors: skewed or not.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Row([Sixteen; PAIRS]);

const EMPTY: Row = Row([Sixteen([0; 16]); PAIRS]);

/// The rows from which the next ones are skewed.
#[derive(Debug, Clone)]
struct Recent {
    values: Row,
    by_one: [Row; 2],
    by_three: [Row; 4],
}

/// What one row takes.
struct Step<'a> {
    constants: &'a Constants,
    roots: &'a mut Each<Eight<f32>>,
    before: &'a Slot,
    after: &'a mut Slot,
    past: &'a [Row; DEPTH],
    entering: Entering<'a>,
    open: &'a mut [u8; 8],
    total: &'a mut Total,
}

/// Where the values of a row go: as they are, and skewed by so many rows.
struct Entering<'a> {
    values: &'a mut Row,
    by_one: &'a mut Row,
    by_three: &'a mut Row,
    by_seven: &'a mut Row,
}

/// Where all four brackets are 0, a wider history than [`WIDEST`] fills the last pair.
#[derive(Debug, Clone)]
struct Constants {
    /// n and n.
    widths: Each<Sixteen>,
    /// n - 1 and n + 1.
    neighbours: Each<Sixteen>,
    /// 32 n.
    least: Each<Eight<f32>>,
    passed_low: Each<Eight<f32>>,
    passed_high: Each<Eight<f32>>,
    share_low: Each<Eight<f32>>,
    share_high: Each<Eight<f32>>,
}

/// The largest float not above.
fn below(number: f64) -> f32 {
    let near = number as f32;
    if f64::from(near) > number { near.next_down() } else { near }
}

fn above(number: f64) -> f32 {
    -below(-number)
}

impl Constants {
    fn new(order: Order) -> Self {
        // a little more than the module's proof needs, against the rounding of these factors themselves
        const UNIT: f64 = 1.0 / (1 << 24) as f64;
        let floats = |number: &dyn Fn(f64) -> f32| {
            Each(std::array::from_fn(|vector| {
                Eight(std::array::from_fn(|index| number(order.width(vector, index) as f64)))
            }))
        };
        let pairs = |low: i16, high: i16| {
            Each(std::array::from_fn(|vector| {
                Sixteen(std::array::from_fn(|half| {
                    order.width(vector, half / 2) as i16 + if half % 2 == 0 { low } else { high }
                }))
            }))
        };
        let used = |n: f64| if n <= WIDEST as f64 { 1.0 } else { 0.0 };
        Self {
            widths: pairs(0, 0),
            neighbours: pairs(-1, 1),
            least: floats(&|n| 32.0 * n as f32),
            passed_low: floats(&|n| below(used(n) * (1.0 - 2.1 * UNIT) / (4.0 * n))),
            passed_high: floats(&|n| above(used(n) * (1.0 + 4.0 * UNIT) / (4.0 * n))),
            share_low: floats(&|n| below(used(n) * (1.0 - 3.1 * UNIT) * 4.0 / n)),
            share_high: floats(&|n| above(used(n) * (1.0 + 0.01 * UNIT) * 4.0 / n)),
        }
    }
}

impl Histories {
    /// Continues a channel all of whose histories are full.
    pub(super) fn of(channel: &Channel, instructions: Brackets) -> Self {
        let order = instructions.order();
        // histories wider than any that is used start with zeros
        let mut slot = Slot {
            twice_sums: Each([Eight([0; 8]); VECTORS]),
            even: Each([Four([EXPONENT; 4]); VECTORS]),
            odd: Each([Four([EXPONENT; 4]); VECTORS]),
        };
        let Numbers(sums) = channel.state.sums;
        let Numbers(scaled_squares) = channel.state.scaled_squares;
        let used = || lanes().filter(|(vector, index)| order.width(*vector, *index) <= WIDEST);
        for (vector, index) in used() {
            let lane = order.width(vector, index) - NARROWEST;
            let v = scaled_squares[lane] - sums[lane] * sums[lane];
            slot.twice_sums.0[vector].0[index] = 2 * sums[lane] as i32;
            let half = if index.is_multiple_of(2) { &mut slot.even } else { &mut slot.odd };
            half.0[vector].0[index / 2] = EXPONENT + 2 * v as i64;
        }
        // `back` rows before the next one, each place as many rows earlier as its bits in `skew` say
        let skewed = |back: usize, skew: usize| {
            let mut row = EMPTY;
            for (vector, index) in used() {
                let place = order.place(vector, index);
                let earlier = &channel.rows[channel.next - back - (place & skew)];
                *row.at(vector, place) = earlier.0[order.width(vector, index) - NARROWEST];
            }
            row
        };
        let time = channel.filled;
        assert_eq!(time, FILLED, "a channel whose histories have just become full");
        let mut rows = vec![EMPTY; DEPTH + BLOCK];
        for (row, kept) in rows.iter_mut().enumerate().take(DEPTH) {
            *kept = skewed(DEPTH - row, 7);
        }
        let mut recent = Recent { values: skewed(1, 0), by_one: [EMPTY; 2], by_three: [EMPTY; 4] };
        for back in 1..=2 {
            recent.by_one[(time - back) % 2] = skewed(back, 1);
        }
        for back in 1..=4 {
            recent.by_three[(time - back) % 4] = skewed(back, 3);
        }
        Self {
            order,
            constants: Box::new(Constants::new(order)),
            slots: Box::new([slot; SLOTS]),
            slot: 0,
            time,
            next: DEPTH,
            rows,
            recent: Box::new(recent),
            totals: Box::new([Total([0; 16]); ROWS]),
            open: [[0; 8]; ROWS],
            roots: Box::new(Each([Eight([0.0; 8]); VECTORS])),
        }
    }

    /// As [`Bank::push`](breakeven_problem::bank::Bank::push), of one channel.
    pub(super) fn push(&mut self, instructions: Brackets, mut samples: &[i16], mut m: &mut [i32]) {
        while !samples.is_empty() {
            if self.next == self.rows.len() {
                self.rows.copy_within(BLOCK.., 0);
                self.next = DEPTH;
            }
            let room = samples.len().min(self.rows.len() - self.next);
            instructions.rows(self, &samples[..room], &mut m[..room]);
            (samples, m) = (&samples[room..], &mut m[room..]);
        }
    }

    /// What the next row takes, the `row`-th since the last look at open increments.
    #[inline(always)]
    fn step(&mut self, row: usize) -> Step<'_> {
        let (before, after) = neighbours(&mut self.slots, self.slot);
        let (past, now) = self.rows.split_at_mut(self.next);
        let Recent { values, by_one, by_three } = &mut *self.recent;
        let entering = Entering {
            values,
            by_one: &mut by_one[self.time % 2],
            by_three: &mut by_three[self.time % 4],
            by_seven: &mut now[0],
        };
        Step {
            constants: &self.constants,
            roots: &mut self.roots,
            before,
            after,
            past: past.last_chunk().expect("as many rows are kept"),
            entering,
            open: &mut self.open[row],
            total: &mut self.totals[row],
        }
    }

    /// On to the next row.
    #[inline(always)]
    fn advance(&mut self) {
        self.time += 1;
        self.next += 1;
        self.slot = (self.slot + 1) % SLOTS;
    }

    /// M of the last rows, at most [`ROWS`].
    #[inline(always)]
    fn total(&self, m: &mut [i32]) {
        let first = self.slot + SLOTS - m.len();
        for (row, m) in m.iter_mut().enumerate() {
            *m = self.totals[row].0.iter().sum::<i32>();
            let mut open = u64::from_le_bytes(self.open[row]);
            while open != 0 {
                let lane = open.trailing_zeros() as usize;
                let (vector, index) = (lane / 8, lane % 8);
                let v = self.slots[(first + row) % SLOTS].twice_v(vector, index) / 2;
                *m += carry(v, self.order.width(vector, index));
                open &= open - 1;
            }
        }
    }

    /// Decides the values of a row that its brackets leave open, and corrects what came of them.
    #[cold]
    #[inline(never)]
    fn mend(&mut self, sample: i16, undecided: [u8; VECTORS]) {
        let (before, after) = neighbours(&mut self.slots, self.slot);
        for (vector, mut left) in undecided.into_iter().enumerate() {
            while left != 0 {
                let index = left.trailing_zeros() as usize;
                left &= left - 1;
                let (n, place) = (self.order.width(vector, index), self.order.place(vector, index));
                let sum = before.twice_sums.0[vector].0[index] / 2;
                let v = before.twice_v(vector, index) / 2;
                let deviation = (v as f64).sqrt() / n as f64;
                let value = respond(i32::from(sample), f64::from(sum) / n as f64, deviation).value;
                if i32::from(*self.recent.values.at(vector, place)) == value {
                    continue;
                }
                *self.recent.values.at(vector, place) = value as i16;
                if place & 1 == 0 {
                    *self.recent.by_one[self.time % 2].at(vector, place) = value as i16;
                }
                if place & 3 == 0 {
                    *self.recent.by_three[self.time % 4].at(vector, place) = value as i16;
                }
                if place & 7 == 0 {
                    *self.rows[self.next].at(vector, place) = value as i16;
                }
                let leaving = i32::from(*self.rows[self.next - n + (place & 7)].at(vector, place));
                let change = value - leaving;
                after.twice_sums.0[vector].0[index] = 2 * (sum + change);
                let n = n as i64;
                let bracket = n * i64::from(value + leaving) - i64::from(2 * sum + change);
                let half = if index.is_multiple_of(2) { &mut after.even } else { &mut after.odd };
                half.0[vector].0[index / 2] = EXPONENT + 2 * (v + i64::from(change) * bracket);
            }
        }
    }
}

impl Row {
    fn at(&mut self, vector: usize, place: usize) -> &mut i16 {
        &mut self.0[vector / 2].0[place]
    }
}

impl Slot {
    /// 2 V of a lane.
    fn twice_v(&self, vector: usize, index: usize) -> i64 {
        let half = if index.is_multiple_of(2) { &self.even } else { &self.odd };
        half.0[vector].0[index / 2] - EXPONENT
    }
}

/// 1 where the increment of the width is the larger one of two neighbours between which it lies.
fn carry(v: i64, width: usize) -> i32 {
    let increment = 16.0 * ((v as f64).sqrt() / width as f64) + 0.5;
    i32::from(increment >= increment.round())
}

/// A slot and the one after it.
#[inline(always)]
fn neighbours(slots: &mut [Slot; SLOTS], slot: usize) -> (&Slot, &mut Slot) {
    if slot == SLOTS - 1 {
        let (first, others) = slots.split_at_mut(1);
        (&others[SLOTS - 2], &mut first[0])
    } else {
        let (before, after) = slots.split_at_mut(slot + 1);
        (&before[slot], &mut after[0])
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// One lane of the root that a row takes.
    fn root(v: i64) -> f32 {
        let cut = f64::from_bits((16.0 * v as f64 * FACTOR).to_bits() & !((1 << 29) - 1));
        (cut as f32).sqrt()
    }

    #[test]
    fn the_brackets_of_an_increment_hold_what_the_specification_rounds_to() {
        let constants = Constants::new(Order::Straight);
        let mut random = ChaCha8Rng::seed_from_u64(1);
        for (vector, index) in lanes() {
            let n = Order::Straight.width(vector, index) as i64;
            if n > WIDEST as i64 {
                continue;
            }
            let (Each(low), Each(high)) = (&constants.share_low, &constants.share_high);
            let (low, high) = (low[vector].0[index], high[vector].0[index]);
            let check = |v: i64| {
                let exact = respond(0, 0.0, (v as f64).sqrt() / n as f64).increment;
                let round = |share: f32| (root(v).mul_add(share, ROUNDING) - ROUNDING) as i32;
                let (low, high) = (round(low), round(high));
                assert!(low <= exact && exact <= high && high - low <= 1, "V = {v}, n = {n}");
            };
            (0..1000).for_each(check);
            for _ in 0..20_000 {
                // where 32 sqrt(V) / n is next to an odd number, up to the largest deviation, 32767
                let largest = (16 * 32767i64) >> random.random_range(0..18);
                let odd = 2 * random.random_range(0..largest) + 1;
                let tie = (odd * odd * n * n) >> 10;
                (tie - 1..=tie + 1).for_each(|v| check(v.max(0)));
            }
        }
    }

    #[test]
    fn every_width_has_one_lane_and_one_place() {
        for order in [Order::Packed, Order::Straight] {
            let mut widths: Vec<usize> = lanes().map(|(vector, index)| order.width(vector, index)).collect();
            widths.sort_unstable();
            assert_eq!(widths, (NARROWEST..NARROWEST + 8 * VECTORS).collect::<Vec<_>>(), "{order:?}");
            let mut places: Vec<(usize, usize)> =
                lanes().map(|(vector, index)| (vector / 2, order.place(vector, index))).collect();
            places.sort_unstable();
            places.dedup();
            assert_eq!(places.len(), 8 * VECTORS, "{order:?}");
        }
    }
}
