//! How are the values summed that all windows of a lane of wide windows share?
//!
//! A lane is a block of b values and as many windows, each of K such blocks and r values more. Between the block that leaves and the values that enter lie K - 1 whole
//! blocks and the first r values, the head, of one more. Blocks and heads are summed once each, around a mean k of some of their values, or of all
//! where that does not suit them, and joined around the mean A of three of the blocks (of those that hold values) (Chan, Golub and LeVeque, American Statistician 37:242, 1983). With s and q the
//! sums of x - k and of its square, over n values, and d = k - A:
//!
//! ```text
//! S = sum (s + n d)    Q = sum (q + d (2 s + n d))
//! ```
//!
//! # The bound
//!
//! u = 2^-53, and P = sum (q + n d d). Where s s <= 0.36 n q of each, 0.4 P is at most Q; of others q is taken to be NaN, so that their windows are
//! settled by themselves. Let A^2 = sum q and D^2 = sum n d d, so sum |x - k| <= sqrt(n) A and sum n |d| <= sqrt(n) D.
//!
//! *Perturbations of the values*: rounding x - k and d moves M2 by at most 2 u sqrt(2 P M2) <= 2.3 u (Q + M2).
//!
//! *S*, in u sqrt(n): 4 A for the sums of a block, D for n d, 3 sqrt(Q) for adding it to s and adding these up, compensated:
//! sqrt(17 P) + 3 sqrt(Q) <= 10 sqrt(Q).
//!
//! *Q*, in u: 5 A^2 for the sums of a block, 3 (2 A D + D^2) <= 4.9 P for the products, and 3 Q for adding it to q and adding these up: at most 28 Q.
//!
//! So these sums are as if every value had been added 10 times to S and 27 times to Q, beside its square.

use super::lanes::Stretches;
use super::sums::{self, Growing, Sums};
use crate::isa::Lanes;

/// Values of a block, and windows of a lane: a third to a fifth of a window, so that the means of all windows of a lane are near that of the values that
/// they share. Of wide windows as many as make joining blocks cost little beside a lane, and leave what a lane keeps in the nearer caches.
pub(super) fn length(window: usize) -> usize {
    let most = match window {
        0..600 => window / 3,
        600..1000 => 200,
        1000..2048 => window / 5,
        _ => (4 * window.isqrt()).max(400),
    };
    window / (window / most) / 4 * 4
}

/// Sums of stretches of equal length, one in each block.
struct Part {
    length: usize,
    anchors: Vec<f64>,
    means: Vec<f64>,
    s: Vec<f64>,
    q: Vec<f64>,
    n: Vec<f64>,
}

/// The blocks of a series, of which so many are summed.
pub(super) struct Blocks<'a> {
    values: &'a [f64],
    length: usize,
    /// Whole blocks that all windows of a lane share.
    shared: usize,
    whole: Part,
    head: Part,
    summed: usize,
}

impl<'a> Blocks<'a> {
    /// For so many lanes.
    pub(super) fn new(values: &'a [f64], window: usize, lanes: usize) -> Self {
        let length = length(window);
        let room = lanes + window / length + 1;
        let part = |length| {
            let zeros = || vec![0.0; room];
            Part { length, anchors: zeros(), means: zeros(), s: zeros(), q: zeros(), n: zeros() }
        };
        let (whole, head) = (part(length), part(window % length));
        Self { values, length, shared: window / length - 1, whole, head, summed: 0 }
    }

    /// The mean of three of the blocks that the windows share, of `W` lanes from number `lane` on, and the sums of all that they share.
    #[inline(always)]
    pub(super) fn shared<const W: usize, I: Lanes<W>, const MISSING: bool>(
        &mut self,
        isa: I,
        lane: usize,
    ) -> (I::Vector, Growing<I::Vector>) {
        while self.summed <= lane + W - 1 + self.shared + 1 {
            self.sum::<W, I, MISSING>(isa);
        }
        let (first, last) = (lane + 1, lane + self.shared);
        let (zero, one) = (isa.splat(0.0), isa.splat(1.0));
        let (mut sum, mut count) = (zero, zero);
        for block in [first, first + self.shared / 2, last] {
            let (mean, n) = (load(isa, &self.whole.means, block), load(isa, &self.whole.n, block));
            sum = isa.add(sum, isa.where_within(one, n, mean, zero));
            count = isa.add(count, isa.where_within(one, n, one, zero));
        }
        let anchor = isa.divide(sum, isa.larger(count, one));
        let mut all = Growing::none(isa);
        for block in first..=last {
            all = all.plus::<W, I, true>(isa, self.whole.around(isa, block, anchor));
        }
        if self.head.length > 0 {
            all = all.plus::<W, I, true>(isa, self.head.around(isa, last + 1, anchor));
        }
        (anchor, all)
    }

    /// Sums `W` blocks more.
    #[inline(always)]
    fn sum<const W: usize, I: Lanes<W>, const MISSING: bool>(&mut self, isa: I) {
        let (from, size) = (self.summed * self.length, W * self.length);
        let mut padded = Vec::new();
        let values = self.values.get(from..from + size).unwrap_or_else(|| {
            padded = self.values.get(from..).unwrap_or_default().to_vec();
            padded.resize(size, 0.0);
            &padded
        });
        for part in [&mut self.whole, &mut self.head] {
            if part.length > 0 {
                part.sum::<W, I, MISSING>(isa, values, self.length, self.summed);
            }
        }
        self.summed += W;
    }
}

impl Part {
    /// Sums `W` stretches from number `at` on.
    #[inline(always)]
    fn sum<const W: usize, I: Lanes<W>, const MISSING: bool>(
        &mut self,
        isa: I,
        values: &[f64],
        stride: usize,
        at: usize,
    ) {
        let values = Stretches::<W>::new(&values[..(W - 1) * stride + self.length], stride);
        let mut anchor = sums::mean_of_some::<W, I, MISSING>(isa, values, 0..self.length);
        let finite = isa.multiply(anchor, isa.splat(0.0));
        if MISSING && isa.not_within(finite, finite) != 0 {
            let mut anchors = isa.numbers(anchor);
            for (lane, anchor) in anchors.iter_mut().enumerate().filter(|(_, anchor)| !anchor.is_finite()) {
                *anchor = values.lane(lane).iter().copied().find(|value| value.is_finite()).unwrap_or(0.0);
            }
            anchor = isa.load(&anchors);
        }
        let mut all = sums::of_all::<W, I, MISSING>(isa, values, anchor);
        let (far, most) = distance(isa, &all);
        if isa.not_within(far, most) != 0 {
            let mean = isa.add(anchor, isa.divide(all.s, all.n));
            let again = sums::of_all::<W, I, MISSING>(isa, values, mean);
            let (still_far, still_most) = distance(isa, &again);
            let q = isa.where_within(still_far, still_most, again.q, isa.splat(f64::NAN));
            anchor = isa.where_within(far, most, anchor, mean);
            all.s = isa.where_within(far, most, all.s, again.s);
            all.q = isa.where_within(far, most, all.q, q);
        }
        let mean = isa.add(anchor, isa.divide(all.s, isa.larger(all.n, isa.splat(1.0))));
        for (numbers, own) in [
            (&mut self.anchors, anchor),
            (&mut self.means, mean),
            (&mut self.s, all.s),
            (&mut self.q, all.q),
            (&mut self.n, all.n),
        ] {
            numbers.resize(numbers.len().max(at + W), 0.0);
            isa.store(own, numbers[at..].first_chunk_mut().expect("room for all lanes"));
        }
    }

    /// The sums of `W` stretches from number `at` on, around other anchors.
    #[inline(always)]
    fn around<const W: usize, I: Lanes<W>>(&self, isa: I, at: usize, anchor: I::Vector) -> Sums<I::Vector> {
        let (s, q, n) = (load(isa, &self.s, at), load(isa, &self.q, at), load(isa, &self.n, at));
        let d = isa.subtract(load(isa, &self.anchors, at), anchor);
        let moved = isa.multiply(n, d);
        let both = isa.add(isa.add(s, s), moved);
        Sums { s: isa.add(s, moved), q: isa.add(q, isa.multiply(d, both)), n }
    }
}

/// s s, and what it may be: finite, so that what overflows is summed again, and is not within it then either.
#[inline(always)]
fn distance<const W: usize, I: Lanes<W>>(isa: I, sums: &Sums<I::Vector>) -> (I::Vector, I::Vector) {
    let most = isa.multiply(isa.multiply(isa.splat(0.36), sums.n), sums.q);
    (isa.multiply(sums.s, sums.s), isa.smaller(most, isa.splat(f64::MAX)))
}

#[inline(always)]
fn load<const W: usize, I: Lanes<W>>(isa: I, numbers: &[f64], at: usize) -> I::Vector {
    isa.load(numbers[at..].first_chunk().expect("a number for every lane"))
}
