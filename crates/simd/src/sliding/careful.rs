//! What if the windows of a lane differ so much that one bound for all of them is too coarse?
//!
//! The same sums as in [`super::two_way`], one window at a time and with no error but that of what they keep:
//!
//! * Each addition's rounding error goes into a residue beside S and Q (Knuth's TwoSum; Neumaier, ZAMM 54, 1974): the error
//!   of the sums then is that of the residues, u times smaller.
//! * A bound of it is carried along and checked in every window. Where it fails, the lane's sums are recomputed: O(w),
//!   on most data seldom. The anchor is then the mean of the newest values, where the series is going.
//! * A window of equal values is known by looking, and one that holds NaN or an infinity too, for as long as that
//!   lasts; neither makes new sums.
//!
//! # The bound
//!
//! u = 2^-53. A value adds a = fl(x - K) to S and v = fl(a a) to Q, and later takes the same away. What TwoSum rounds off
//! a step goes into the residues r_S and r_Q by two additions, which err by at most u (2 |r| + |r before|). So S + r_S is within
//! 3 u L_S of the sum of the a, with L_S the sum of |r_S| over all steps; L_S is a sum itself, which the factor 4 below pays
//! for. In the same way for Q. Q itself takes the leaving v first, by FastTwoSum, as Q >= v; then larger and smaller of
//! what is left and the entering v are in order for another.
//!
//! Of M2, by absolute value: u Q and u (Q + M2) for rounding v and a; 5 u T for T = s (s / n), s = S + r_S, and T = Q - M2;
//! 2 u M2 for the subtractions; 4 u L_Q + (2 |S| / n) 4 u L_S + (4 u L_S)^2 / n for the sums. Together at most 32 u M2 where
//!
//! ```text
//! Q / 4 + L_Q / 8 + L_S (|S| / (4 n) + u L_S / (2 n)) <= M2
//! ```
//!
//! which is what is checked. The result then errs by half of 32 u, u for the reciprocal of n - ddof and its product, and
//! u for the root: 18 u = 2.0e-15 relative.
//!
//! Underflow and overflow: M2 < 2^-960 fails, and so does NaN, which any overflow of a sum leaves behind. Where new sums fail
//! too, the corrected two-pass of the whole window, which covers the full range, decides.

#![expect(unsafe_code, reason = "places within the lanes are checked once: see `lanes`")]

use super::lanes::{Lanes, Results, Rounded, Stretches};
use super::{LEAST_M2, Shape};
use crate::Kernel;
use crate::isa::{Isa, LANES};

/// Half a unit in the last place of 1.
const UNIT: f64 = f64::EPSILON / 2.0;

/// Values that the anchor of new sums is the mean of.
const NEWEST: usize = 8;

/// Writes the standard deviations of every window of the lanes that are `wanted`, bit by bit. A lane has one window more
/// than a multiple of four.
#[inline(always)]
pub(super) fn fill<const W: usize, I: Lanes<W> + Isa>(
    isa: I,
    kernel: Kernel,
    shape: &Shape,
    values: Stretches<'_, W>,
    out: &mut Results<'_, W>,
    wanted: u32,
) {
    let groups = (values.length() - shape.window) / 4;
    assert!(4 * groups < out.length(), "a result for every window");
    let mut lanes = CarefulLanes { kernel, shape, values, known: [Known::nothing(); W] };
    let mut sums = Sums::unset(isa);
    for lane in (0..W).filter(|lane| wanted >> lane & 1 == 1) {
        out.set(lane, 0, lanes.settle(isa, lane, 0, &mut sums));
    }
    for group in 0..groups {
        let at = 4 * group;
        if lanes.all_known(wanted, at + 5) {
            for lane in (0..W).filter(|lane| wanted >> lane & 1 == 1) {
                // SAFETY: as below.
                unsafe { *out.four(lane, at + 1) = [lanes.known[lane].deviation; 4] };
            }
            sums = Sums::unset(isa);
            continue;
        }
        let far = at + shape.window;
        // SAFETY: by the check above all four rows of every group lie within the lanes, near and far.
        let pairs = unsafe { [values.two(far), values.two(far + 2), values.two(at), values.two(at + 2)] };
        let ([a, b], [c, d]) = (isa.rows(pairs[0]), isa.rows(pairs[1]));
        let ([e, f], [g, h]) = (isa.rows(pairs[2]), isa.rows(pairs[3]));
        let (entering, leaving) = ([a, b, c, d], [e, f, g, h]);
        let mut rows = [Lanes::splat(isa, 0.0); 4];
        for row in 0..4 {
            sums.step(isa, entering[row], leaving[row]);
            let Certified { mut deviations, failed } = sums.certified(isa, shape);
            let failed = failed & wanted;
            if failed != 0 {
                let mut settled = Lanes::numbers(isa, deviations);
                for lane in (0..W).filter(|lane| failed >> lane & 1 == 1) {
                    settled[lane] = lanes.settle(isa, lane, 4 * group + row + 1, &mut sums);
                }
                deviations = Lanes::load(isa, &settled);
            }
            rows[row] = deviations;
        }
        let quads = isa.quads(rows);
        for lane in (0..W).filter(|lane| wanted >> lane & 1 == 1) {
            // SAFETY: each lane has one result more than four for each group, and `W` lanes there are.
            isa.write(&quads, lane, unsafe { out.four(lane, at + 1) });
        }
    }
}

/// The sums of the current window of each lane.
#[derive(Clone, Copy)]
struct Sums<V> {
    anchor: V,
    s: Compensated<V>,
    q: Compensated<V>,
}

/// A running sum.
#[derive(Clone, Copy)]
struct Compensated<V> {
    sum: V,
    residue: V,
    /// L: the sum of |residue| over all steps.
    total: V,
}

/// The standard deviations, and bit l where that of lane l may be wrong.
struct Certified<V> {
    deviations: V,
    failed: u32,
}

impl<V: Copy> Sums<V> {
    /// The sums of no window yet: those of every lane fail.
    #[inline(always)]
    fn unset<const W: usize>(isa: impl Lanes<W, Vector = V>) -> Self {
        let nan = isa.splat(f64::NAN);
        let sum = Compensated { sum: nan, residue: nan, total: nan };
        Self { anchor: nan, s: sum, q: sum }
    }

    #[inline(always)]
    fn step<const W: usize>(&mut self, isa: impl Lanes<W, Vector = V>, entering: V, leaving: V) {
        let (a, b) = (isa.subtract(entering, self.anchor), isa.subtract(leaving, self.anchor));
        let minus = |a| isa.subtract(isa.splat(0.0), a);
        let change = isa.two_sum(a, minus(b));
        let moved = isa.two_sum(self.s.sum, change.sum);
        self.s.keep(isa, moved.sum, isa.add(change.rest, moved.rest));
        let (entering, leaving) = (isa.multiply(a, a), isa.multiply(b, b));
        let without = isa.fast_two_sum(self.q.sum, minus(leaving));
        // an entering NaN is dropped here, and stays in S
        let (larger, smaller) = (isa.larger(entering, without.sum), isa.smaller(entering, without.sum));
        let with = isa.fast_two_sum(larger, smaller);
        self.q.keep(isa, with.sum, isa.add(without.rest, with.rest));
    }

    #[inline(always)]
    fn certified<const W: usize>(&self, isa: impl Lanes<W, Vector = V>, shape: &Shape) -> Certified<V> {
        let times = |factor: f64, a: V| isa.multiply(isa.splat(factor), a);
        let s = isa.add(self.s.sum, self.s.residue);
        let mean = times(shape.per_value, s);
        let m2 = isa.add(isa.subtract(self.q.sum, isa.multiply(s, mean)), self.q.residue);
        let of_s =
            isa.add(times(0.25, isa.magnitude(mean)), times(0.5 * UNIT * shape.per_value, self.s.total));
        let of_q = isa.add(times(0.25, self.q.sum), times(0.125, self.q.total));
        let demand = isa.add(of_q, isa.multiply(self.s.total, of_s));
        let failed = isa.not_within(demand, m2) | isa.not_within(isa.splat(LEAST_M2), m2);
        Certified { deviations: isa.root(times(shape.per_degree, m2)), failed }
    }

    /// Puts the sums of one lane in.
    #[inline(always)]
    fn set<const W: usize>(&mut self, isa: impl Lanes<W, Vector = V>, lane: usize, sums: &Sums<f64>) {
        let put = |vector: &mut V, number: f64| {
            let mut numbers = isa.numbers(*vector);
            numbers[lane] = number;
            *vector = isa.load(&numbers);
        };
        put(&mut self.anchor, sums.anchor);
        for (all, one) in [(&mut self.s, &sums.s), (&mut self.q, &sums.q)] {
            put(&mut all.sum, one.sum);
            put(&mut all.residue, one.residue);
            put(&mut all.total, one.total);
        }
    }
}

impl<V: Copy> Compensated<V> {
    #[inline(always)]
    fn keep<const W: usize>(&mut self, isa: impl Lanes<W, Vector = V>, sum: V, rounded: V) {
        self.sum = sum;
        self.residue = isa.add(self.residue, rounded);
        self.total = isa.add(self.total, isa.magnitude(self.residue));
    }
}

/// What looking at a lane's window has told of it and of those that follow.
#[derive(Debug, Clone, Copy)]
struct Known {
    deviation: f64,
    /// The first window that it is not known of.
    until: usize,
}

impl Known {
    fn nothing() -> Self {
        Self { deviation: f64::NAN, until: 0 }
    }
}

struct CarefulLanes<'a, const W: usize> {
    kernel: Kernel,
    shape: &'a Shape,
    values: Stretches<'a, W>,
    known: [Known; W],
}

impl<const W: usize> CarefulLanes<'_, W> {
    /// Whether every lane that is wanted is known up to window number `until`.
    fn all_known(&self, wanted: u32, until: usize) -> bool {
        (0..W).all(|lane| wanted >> lane & 1 == 0 || self.known[lane].until >= until)
    }

    /// The standard deviation of window number `start` of a lane, for which its sums are not good enough.
    #[inline(always)]
    fn settle<I: Lanes<W> + Isa>(
        &mut self,
        isa: I,
        lane: usize,
        start: usize,
        sums: &mut Sums<I::Vector>,
    ) -> f64 {
        if start < self.known[lane].until {
            return self.known[lane].deviation;
        }
        let values = self.values.lane(lane);
        let window = &values[start..start + self.shape.window];
        if window[window.len() - 1] == window[0]
            && let Some(until) = equal_until(values, start, window.len())
        {
            self.known[lane] = Known { deviation: 0.0, until };
            return 0.0;
        }
        let fresh = Sums::of_window(isa, window, self.shape);
        match fresh.certified_alone(self.shape) {
            Some(deviation) => {
                sums.set(isa, lane, &fresh);
                deviation
            }
            None => self.hard(lane, start),
        }
    }

    /// A window that new sums do not help.
    #[cold]
    fn hard(&mut self, lane: usize, start: usize) -> f64 {
        let window = &self.values.lane(lane)[start..start + self.shape.window];
        match window.iter().rposition(|value| !value.is_finite()) {
            Some(place) => {
                self.known[lane] = Known { deviation: f64::NAN, until: start + place + 1 };
                f64::NAN
            }
            None => self.kernel.standard_deviation(window, self.shape.ddof),
        }
    }
}

/// Where the window at `start` holds one value only: the first window after it that does not.
fn equal_until(values: &[f64], start: usize, window: usize) -> Option<usize> {
    let first = values[start];
    if !first.is_finite() || !values[start..start + window].iter().all(|value| *value == first) {
        return None;
    }
    let run = values[start + window..].iter().take_while(|value| **value == first).count();
    Some(start + run + 1)
}

impl Sums<f64> {
    /// The sums of `window`, in eight lanes of its own.
    #[inline(always)]
    fn of_window(isa: impl Isa, window: &[f64], shape: &Shape) -> Self {
        let newest = &window[window.len() - NEWEST.min(window.len())..];
        // from the difference, which does not overflow
        let last = window[window.len() - 1];
        let anchor = last + newest.iter().map(|value| value - last).sum::<f64>() / newest.len() as f64;
        let (vectors, rest) = window.as_chunks::<LANES>();
        let mut last = [anchor; LANES];
        last[..rest.len()].copy_from_slice(rest);
        let (mut s, mut q) = (Eight::nothing(isa), Eight::nothing(isa));
        for values in vectors.iter().chain([&last]) {
            let a = isa.subtract(isa.load(values), isa.splat(anchor));
            s = s.plus(isa, a);
            q = q.plus(isa, isa.multiply(a, a));
        }
        let (s, q) = (s.fold(isa), q.fold(isa));
        // what residues of chains of so many additions can have lost
        let chain = (shape.window / LANES + LANES) as f64;
        let lost = chain * chain * UNIT;
        Self {
            anchor,
            s: Compensated {
                sum: s.sum,
                residue: s.rest,
                total: lost * (shape.window as f64 * q.sum).sqrt(),
            },
            q: Compensated { sum: q.sum, residue: q.rest, total: lost * q.sum },
        }
    }

    /// As [`Sums::certified`], for one lane.
    #[inline(always)]
    fn certified_alone(&self, shape: &Shape) -> Option<f64> {
        let s = self.s.sum + self.s.residue;
        let mean = shape.per_value * s;
        let m2 = (self.q.sum - s * mean) + self.q.residue;
        let of_s = 0.25 * mean.abs() + 0.5 * UNIT * shape.per_value * self.s.total;
        let demand = (0.25 * self.q.sum + 0.125 * self.q.total) + self.s.total * of_s;
        (demand <= m2 && LEAST_M2 <= m2).then(|| (shape.per_degree * m2).sqrt())
    }
}

/// Eight sums and what their additions have rounded off.
#[derive(Clone, Copy)]
struct Eight<I: Isa> {
    sums: I::Lanes,
    rests: I::Lanes,
}

impl<I: Isa> Eight<I> {
    fn nothing(isa: I) -> Self {
        Self { sums: isa.splat(0.0), rests: isa.splat(0.0) }
    }

    #[inline(always)]
    fn plus(self, isa: I, numbers: I::Lanes) -> Self {
        let sums = isa.add(self.sums, numbers);
        let of_numbers = isa.subtract(sums, self.sums);
        let of_old = isa.subtract(sums, of_numbers);
        let rounded = isa.add(isa.subtract(self.sums, of_old), isa.subtract(numbers, of_numbers));
        Self { sums, rests: isa.add(self.rests, rounded) }
    }

    /// All in one, two by two.
    #[inline(always)]
    fn fold(self, isa: I) -> Rounded<f64> {
        let (sums, rests) = (isa.numbers(self.sums), isa.numbers(self.rests));
        let one = |lane: usize| Rounded { sum: sums[lane], rest: rests[lane] };
        let two = |lane: usize| one(lane).joined(one(lane + 4));
        let four = |lane: usize| two(lane).joined(two(lane + 2));
        four(0).joined(four(1))
    }
}

impl Rounded<f64> {
    #[inline(always)]
    fn joined(self, other: Self) -> Self {
        let sum = self.sum + other.sum;
        let of_other = sum - self.sum;
        let rounded = (self.sum - (sum - of_other)) + (other.sum - of_other);
        Self { sum, rest: (self.rest + other.rest) + rounded }
    }
}
