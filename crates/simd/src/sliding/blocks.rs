//! How are the first windows of many short lanes summed, each of which begins within the one before?
//!
//! A lane of H windows, here, begins H values after the one before, so first windows overlap, and each is put together of blocks of H values
//! that are summed once, each around an anchor k of its own (Chan, Golub and LeVeque, American Statistician 37:242, 1983). With s and q the
//! sums of x - k and of its square over a block, and d = k - K:
//!
//! ```text
//! K = the mean of all blocks but the first    S = sum (s + H d)    Q = sum (q + d (2 s + H d))    P = sum (q + H d d)
//! ```
//!
//! The first block leaves while the lane goes on, so the mean of the others is near those of all its windows. Values after the last
//! whole block are summed around K.
//!
//! # The bound
//!
//! u = 2^-53, up to five blocks. A^2 = sum q and D^2 = sum H d d, so P = A^2 + D^2, sum |x - k| <= sqrt(n) A, sum |s| <= sqrt(n) A,
//! sum H |d| <= sqrt(n) D, sum 2 |d s| <= 2 A D, and Q <= (A + D)^2 <= 2 P.
//!
//! *S*, in u sqrt(n): A + sqrt(Q) for rounding x - k, and x - K when it leaves; 3 A for adding up a block and A for its rest; 2 D
//! for H d; A + D for adding it to s; 4.3 sqrt(P) for adding up the blocks, of which the first two are in four partial sums, and the others in three, two and one;
//! 3 sqrt(Q / 13) for the values after the last block, which are a thirteenth of the window at most.
//! 6 A + 3 D + 4.3 sqrt(P) + 1.9 sqrt(Q) <= 13.8 sqrt(P), which moves S S / n by 28 u sqrt(T P).
//!
//! *Q*, in u: 5 A^2 in a block; Q + A^2 and 2 Q for rounding x - k and x - K, and Q for the square that leaves; 4 (2 A D + D^2) <= 6.5 P for the
//! products; 5 Q for adding them to q and up, since no block's part of Q is negative: at most 22 times the larger of P and Q.
//!
//! So in the [bound](super::bound) the largest Q is at least P, and the first sums lose 25 u Q, and 28 u sqrt(T Q).

use super::Shape;
use super::forward::{APART, Begin, Walk};
use super::lanes::Stretches;
use super::rows::{BLOCKS_KEPT, MOST_BLOCKS, Woven, mean_of_ends};
use crate::isa::Lanes;

/// Values of a block, and windows of a short lane: a multiple of four, and one.
pub(super) fn length(window: usize) -> usize {
    (window / MOST_BLOCKS - 1) / 4 * 4 + 1
}

/// The blocks of the first windows of some lanes.
pub(super) struct Blocks<'a> {
    anchors: &'a [f64],
    s: &'a [f64],
    q: &'a [f64],
    /// Values of each.
    length: usize,
    /// Of a window.
    count: usize,
    /// Places from a block of a lane to its next.
    step: usize,
}

impl<'a> Blocks<'a> {
    /// Sums them, for so many lanes, each `stride` values after the one before.
    #[inline(always)]
    pub(super) fn sum<const W: usize, I: Lanes<W>>(
        isa: I,
        shape: &Shape,
        values: &[f64],
        (lanes, stride): (usize, usize),
        length: usize,
        room: &'a mut [f64],
    ) -> Self {
        let count = shape.window / length;
        assert!(count <= MOST_BLOCKS, "windows of at least 256 values have five blocks");
        // neighbours share blocks where each lane begins one block later
        let shared = stride == length;
        let (across, times) = if shared { (lanes + count - 1, 1) } else { (lanes, count) };
        let (anchors, room) = room.split_at_mut(BLOCKS_KEPT);
        let (s, room) = room.split_at_mut(BLOCKS_KEPT);
        let q = &mut room[..BLOCKS_KEPT];
        let mut place = 0;
        while place < across * times {
            let (number, lane) = (place / across, (place % across).min(across - W));
            let values = &values[number * length + lane * stride..][..(W - 1) * stride + length];
            let values = Stretches::<W>::new(values, stride);
            let anchor = mean_of_ends(isa, values);
            let rows = Woven { values, anchor };
            let begin = Begin::at(isa, anchor);
            let [own_s, own_q] =
                Walk::<W, I, _, false, APART>::new(isa, shape, 0, &begin, rows).of_block(length);
            let to = number * across + lane;
            for (numbers, own) in [(&mut *anchors, anchor), (&mut *s, own_s), (&mut *q, own_q)] {
                isa.store(own, numbers[to..].first_chunk_mut().expect("room for all lanes"));
            }
            place = to + W;
        }
        Self { anchors, s, q, length, count, step: if shared { 1 } else { lanes } }
    }

    /// The sums of the blocks of `W` lanes from number `lane` on.
    #[inline(always)]
    pub(super) fn first_window<const W: usize, I: Lanes<W>>(&self, isa: I, lane: usize) -> Begin<I::Vector> {
        let zero = isa.splat(0.0);
        let (mut anchors, mut sums) = (zero, zero);
        for number in 1..self.count {
            anchors = isa.add(anchors, self.load(isa, self.anchors, lane, number));
            sums = isa.add(sums, self.load(isa, self.s, lane, number));
        }
        let others = (self.count - 1) as f64;
        let mean = isa.multiply(sums, isa.splat(1.0 / (others * self.length as f64)));
        let anchor = isa.add(isa.multiply(anchors, isa.splat(1.0 / others)), mean);
        let (mut s, mut q, mut p) = (zero, zero, zero);
        for number in 0..self.count {
            let distance = isa.subtract(self.load(isa, self.anchors, lane, number), anchor);
            let (own_s, own_q) = (self.load(isa, self.s, lane, number), self.load(isa, self.q, lane, number));
            let moved = isa.multiply(isa.splat(self.length as f64), distance);
            let twice = isa.add(own_s, own_s);
            s = isa.add(s, isa.add(own_s, moved));
            q = isa.add(q, isa.add(own_q, isa.multiply(distance, isa.add(twice, moved))));
            p = isa.add(p, isa.add(own_q, isa.multiply(distance, moved)));
        }
        Begin { anchor, values: self.count * self.length, s, q, least_q: p, block: self.length }
    }

    #[inline(always)]
    fn load<const W: usize, I: Lanes<W>>(&self, isa: I, of: &[f64], lane: usize, number: usize) -> I::Vector {
        isa.load(of[lane + number * self.step..].first_chunk().expect("a number for every lane"))
    }
}
