//! How cheaply can a wide window be computed where most windows are well conditioned?
//!
//! ```text
//! a = x - K    v = a a    S = sum a    Q = sum v    M2 = Q - S S / n    sqrt(M2 / (n - ddof))
//! ```
//!
//! over the window, for an anchor K: the shifted running sums of Chan, Golub and LeVeque (American Statistician 37:242, 1983),
//! as a prefix scan along the series. From a window to the next S changes by d = a_new - a_old and Q by p = v_new - v_old. The
//! d and p of a block of windows are made first, side by side, and kept; from there
//!
//! * the sums of four neighbouring changes are loads at four places and three additions, without a shuffle;
//! * a group of 16 windows is two vectors of eight: changes of windows four apart are added up lane by lane, and the group's
//!   total is added to the running sum, whose rounding error is kept beside it (Dekker's FastTwoSum): so the error does
//!   not grow with the number of windows times Q;
//! * the roots of a group are taken while the next is summed: a root waits long for its operand.
//!
//! K, S and Q are made anew, from the window at hand, where a stretch of windows starts ([`stretch`]), and where a block ends
//! and the next would probably not keep the bound: so a drift of the series costs new sums, and no digits. Nothing is looked at on the way but the
//! largest Q and the least M2 of each lane. Where these cannot vouch for a block it is done once more, group by group, to the same
//! bits, and every window is looked at: values that are missing count in a third scan, windows of which the bound does not
//! hold are settled by themselves, and the sums are made anew after such a group.
//!
//! # The bound
//!
//! u = 2^-53; Q is the largest that the lane has had since the sums were made, at every eighth window; N windows later they lie in
//! c = ceil(N / w'), w' being n rounded down to eight. T = S S / n.
//!
//! *a* and *v* are rounded in the same way when they enter and when they leave: as a perturbation of the data that costs
//! u (Q + M2) and u Q.
//!
//! *First sums* are of 32 values at a time: 2 u, 1 u for FastTwoSum, 4 u for folding lanes and residues, 1 u for the last value: 8 u Q; and
//! 8 u sum |a| <= 8 u sqrt(n Q) of S, which moves T by 2 sqrt(T / n) times as much: 16 u sqrt(T Q).
//!
//! *Steps*: u |p| for p, 2 u for four changes, 2 u for a group, 1 u for FastTwoSum: 6 u sum |p|. Sum |p| is at most the sum of the v that
//! have entered or left. Either are in c windows: 12 c u Q. In the same way S loses 6 u sum |d| <= 12 c u sqrt(n Q): 24 c u sqrt(T Q). Two more
//! additions in each window: 2 u Q and 4 u T, and 3 u T for T itself. The residues' own rounding is of second order:
//! u Q and u T for windows up to 10^8. The subtraction: u M2.
//!
//! With 2 sqrt(T Q) <= T + Q, h = 12 c + 8, and T = Q - M2 all that is at most [`super::ALLOWED`] u M2 where
//!
//! ```text
//! (12 c + 13 + h + 8 + h) Q <= (170 - 2 + 8 + h) M2
//! ```
//!
//! which is what is checked: Q at most 2.7, 1.9, 1.5, 1.3 M2 for c = 1, 2, 3, 4. Where values are missing n is the number of those that are left,
//! and the second h on the left and that on the right take the factor r = largest such number since the sums were made, over n.
//!
//! Underflow and overflow: M2 must be at least 2^-960, and an infinite Q fails. In sums that are made of very large or very
//! small values these are scaled by a power of two, which loses nothing.

use super::settle::{Doubtful, Settled};
use super::{ALLOWED, Aligned, Frame, LEAST_M2, Shape, largest};
use crate::Kernel;
use crate::isa::{Isa, Job, LANES};

/// Windows of the longest block.
const LONGEST: usize = 128;

/// Windows of a group: two vectors.
const GROUP: usize = 2 * LANES;

/// Windows of a block, after which a series may go on with new sums.
fn block(window: usize) -> usize {
    if window < 72 { LONGEST / 2 } else { LONGEST }
}

/// Windows after which the sums are made anew, whatever the data: a multiple of the block, and long against the window.
pub(super) fn stretch(window: usize) -> usize {
    (8 * window).next_multiple_of(LONGEST)
}

/// All windows of a series, each of at least eight values.
pub(super) struct Series<'a> {
    pub(super) kernel: Kernel,
    pub(super) shape: &'a Shape,
    pub(super) values: &'a [f64],
    pub(super) out: &'a mut [f64],
}

impl Job for Series<'_> {
    #[inline(always)]
    fn run<I: Isa>(self, isa: I) {
        let Self { kernel, shape, values, out } = self;
        let mut changes = Changes::nothing();
        let length = stretch(shape.window);
        for (number, out) in out.chunks_mut(length).enumerate() {
            let values = &values[number * length..][..out.len() + shape.window - 1];
            Stretch::new(isa, kernel, shape, values, &mut changes).fill(out);
        }
    }
}

/// A running sum and what its additions have rounded off so far, of the four windows before.
#[derive(Clone, Copy)]
struct Running<H> {
    sum: H,
    rest: H,
}

impl<H: Copy> Running<H> {
    #[inline(always)]
    fn of<I: Isa<Half = H>>(isa: I, sum: f64) -> Self {
        Self { sum: isa.high(isa.splat(sum)), rest: isa.high(isa.splat(0.0)) }
    }

    /// The sums of the next 16 windows, of whose changes each the four newest are added up in `four`.
    #[inline(always)]
    fn advance<I: Isa<Half = H>>(&mut self, isa: I, four: [I::Lanes; 2]) -> [I::Lanes; 2] {
        let before = isa.twice(isa.add_half(self.sum, self.rest));
        let first = isa.stacked(four[0]);
        let second = isa.add(isa.twice(isa.high(first)), isa.stacked(four[1]));
        let all = isa.high(second);
        let sum = isa.add_half(self.sum, all);
        self.rest = isa.add_half(self.rest, isa.subtract_half(all, isa.subtract_half(sum, self.sum)));
        self.sum = sum;
        [isa.add(before, first), isa.add(before, second)]
    }

    /// The sum of the window before the next.
    #[inline(always)]
    fn last<I: Isa<Half = H>>(self, isa: I) -> f64 {
        isa.numbers(isa.twice(isa.add_half(self.sum, self.rest)))[LANES - 1]
    }
}

/// What is known of the windows up to the next.
#[derive(Clone, Copy)]
struct Sums<I: Isa> {
    frame: Frame,
    s: Running<I::Half>,
    q: Running<I::Half>,
    /// The number of values that are missing.
    missing: Running<I::Half>,
    /// The largest Q, lane by lane, and the largest number of values, since the sums were made; the least M2 in the last block.
    largest_q: I::Lanes,
    most: I::Lanes,
    least_m2: I::Lanes,
    /// Windows since the sums were made.
    age: usize,
}

/// The changes of the windows of a block, after those of the eight windows before.
struct Changes {
    d: Aligned<{ LANES + LONGEST }>,
    p: Aligned<{ LANES + LONGEST }>,
    missing: Aligned<{ LANES + LONGEST }>,
}

impl Changes {
    fn nothing() -> Self {
        let nothing = Aligned([0.0; LANES + LONGEST]);
        Self { d: nothing, p: nothing, missing: nothing }
    }

    /// Makes the last eight before place `end` those before the first, or 0.
    #[inline(always)]
    fn keep(&mut self, end: usize) {
        for changes in [&mut self.d, &mut self.p, &mut self.missing] {
            changes.0.copy_within(end..end + LANES, 0);
        }
    }

    /// There are none before place `at`.
    fn clear(&mut self, at: usize) {
        for changes in [&mut self.d, &mut self.p, &mut self.missing] {
            changes.0[at..at + LANES].fill(0.0);
        }
    }

    /// d and p of a block, as long as the values that leave.
    #[inline(always)]
    fn fill<I: Isa>(&mut self, isa: I, anchor: f64, leaving: &[f64], entering: &[f64]) {
        let anchor = isa.splat(anchor);
        let (d, p) = (self.d.0[LANES..].as_chunks_mut().0, self.p.0[LANES..].as_chunks_mut().0);
        let changes = d.iter_mut().zip(p);
        let values = leaving.as_chunks().0.iter().zip(entering.as_chunks().0);
        for ((d, p), (leaving, entering)) in changes.zip(values) {
            let old = isa.subtract(isa.load(leaving), anchor);
            let new = isa.subtract(isa.load(entering), anchor);
            isa.store(isa.subtract(new, old), d);
            isa.store(isa.subtract(isa.multiply(new, new), isa.multiply(old, old)), p);
        }
    }

    /// The same of the group at place `at`, of values that may be missing or scaled.
    #[inline(always)]
    fn fill_guarded(&mut self, frame: Frame, window: usize, at: usize, leaving: &[f64], entering: &[f64]) {
        let (d, p) = (&mut self.d.0[LANES + at..][..GROUP], &mut self.p.0[LANES + at..][..GROUP]);
        let missing = &mut self.missing.0[LANES + at..][..GROUP];
        let (leaving, entering) = (&leaving[at..][..GROUP], &entering[at..][..GROUP]);
        for i in 0..GROUP {
            let (old, new) = (Part::of(frame, window, leaving[i]), Part::of(frame, window, entering[i]));
            d[i] = new.a - old.a;
            p[i] = new.a * new.a - old.a * old.a;
            missing[i] = new.missing - old.missing;
        }
    }
}

/// What one value adds to the sums.
#[derive(Clone, Copy)]
struct Part {
    a: f64,
    missing: f64,
}

impl Part {
    /// A NaN is missing. An infinity counts as more than all values of a window.
    #[inline(always)]
    fn of(frame: Frame, window: usize, value: f64) -> Self {
        let a = value * frame.factor - frame.anchor * frame.factor;
        let missing = if value.is_nan() { 1.0 } else { (window + 1) as f64 };
        let finite = value.abs() < f64::INFINITY;
        Self { a: if finite { a } else { 0.0 }, missing: if finite { 0.0 } else { missing } }
    }
}

/// For each of the 16 windows of the group at place `at`, its change and the three before, added up.
#[inline(always)]
fn four<I: Isa>(isa: I, changes: &Aligned<{ LANES + LONGEST }>, at: usize) -> [I::Lanes; 2] {
    let changes: &[f64; LANES + GROUP] =
        changes.0[at..].first_chunk().expect("a group starts a group before the end");
    [four_of(isa, changes, 0), four_of(isa, changes, LANES)]
}

#[inline(always)]
fn four_of<I: Isa>(isa: I, changes: &[f64; LANES + GROUP], at: usize) -> I::Lanes {
    let (a, b) = (load(isa, changes, at + LANES - 3), load(isa, changes, at + LANES - 2));
    let (c, d) = (load(isa, changes, at + LANES - 1), load(isa, changes, at + LANES));
    isa.add(isa.add(a, b), isa.add(c, d))
}

#[inline(always)]
fn load<I: Isa>(isa: I, numbers: &[f64], at: usize) -> I::Lanes {
    isa.load(numbers[at..].first_chunk().expect("eight numbers from there on"))
}

/// The factors of the bound.
#[derive(Clone, Copy)]
struct Limits {
    of_q: f64,
    of_m2: f64,
    h: f64,
}

impl Limits {
    /// N windows after the sums were made.
    fn of(shape: &Shape, windows: usize) -> Self {
        let covers = windows.div_ceil(shape.window / LANES * LANES) as f64;
        let h = 12.0 * covers + 8.0;
        Self { of_q: 12.0 * covers + 13.0 + h + 8.0, of_m2: ALLOWED - 2.0 + 8.0, h }
    }

    /// Bit l is set where lane l does not keep the bound, `ratio` being the largest number of values over that of the window.
    #[inline(always)]
    fn exceeded<I: Isa>(self, isa: I, q: I::Lanes, m2: I::Lanes, ratio: I::Lanes) -> u32 {
        let more = isa.multiply(isa.splat(self.h), ratio);
        let error = isa.multiply(isa.add(isa.splat(self.of_q), more), q);
        let allowed = isa.multiply(isa.add(isa.splat(self.of_m2), more), m2);
        isa.not_within(error, allowed) | isa.not_within(isa.splat(LEAST_M2), m2)
    }
}

/// Windows one after the other, whose first sums are made of the first window alone.
struct Stretch<'a, I: Isa> {
    isa: I,
    shape: &'a Shape,
    values: &'a [f64],
    changes: &'a mut Changes,
    doubtful: Doubtful<'a>,
    sums: Sums<I>,
    /// Sums are to be made anew as soon as they are worth it.
    stale: bool,
    /// The last block was looked at window by window, and the next should be so at once.
    wary: bool,
}

impl<'a, I: Isa> Stretch<'a, I> {
    #[inline(always)]
    fn new(isa: I, kernel: Kernel, shape: &'a Shape, values: &'a [f64], changes: &'a mut Changes) -> Self {
        let (zero, none) = (isa.splat(0.0), Running::of(isa, 0.0));
        let frame = Frame { anchor: sample(&values[..shape.window]), factor: 1.0 };
        let sums = Sums {
            frame,
            s: none,
            q: none,
            missing: none,
            largest_q: zero,
            most: zero,
            least_m2: zero,
            age: shape.window,
        };
        let doubtful = Doubtful::new(kernel, shape, values);
        Self { isa, shape, values, changes, doubtful, sums, stale: true, wary: false }
    }

    #[inline(always)]
    fn fill(mut self, out: &mut [f64]) {
        let Self { isa, shape, values, .. } = self;
        let block = block(shape.window);
        for start in (0..out.len()).step_by(block) {
            self.renew_if_it_pays(start, block);
            let windows = block.min(out.len() - start);
            let padded;
            let (leaving, entering) = if start > 0 && windows == block {
                (&values[start - 1..][..block], &values[start + shape.window - 1..][..block])
            } else {
                padded = self.padded(start, windows);
                (&padded.leaving[..block], &padded.entering[..block])
            };
            let complete = isa.not_within(isa.twice(self.sums.missing.sum), isa.splat(0.0)) == 0;
            let may_be_ordinary = !self.wary && complete && self.sums.frame.factor == 1.0;
            if !(may_be_ordinary && self.ordinary(leaving, entering, &mut out[start..start + windows])) {
                self.guarded(start, leaving, entering, out);
            }
            self.changes.keep(block);
        }
        self.doubtful.finish(out);
    }

    /// What leaves and enters in a block with nothing before its first or after its last window: there the anchor leaves, and
    /// enters, which changes no sum.
    #[cold]
    #[inline(never)]
    fn padded(&self, start: usize, windows: usize) -> Padded {
        let anchor = self.sums.frame.anchor;
        let (mut leaving, mut entering) = ([anchor; LONGEST], [anchor; LONGEST]);
        let first = usize::from(start == 0);
        leaving[first..windows].copy_from_slice(&self.values[start + first - 1..start + windows - 1]);
        entering[..windows].copy_from_slice(&self.values[start + self.shape.window - 1..][..windows]);
        Padded { leaving, entering }
    }

    /// Writes the results of a block of which nothing is missing, and says whether all keep the bound. Else nothing has changed but
    /// the results and the changes.
    #[inline(always)]
    fn ordinary(&mut self, leaving: &[f64], entering: &[f64], out: &mut [f64]) -> bool {
        let Self { isa, shape, ref mut sums, .. } = *self;
        self.changes.fill(isa, sums.frame.anchor, leaving, entering);
        let (per_value, per_degree) = (isa.splat(shape.per_value), isa.splat(shape.per_degree));
        let Sums { mut s, mut q, mut largest_q, .. } = *sums;
        let mut least_m2 = isa.splat(f64::MAX);
        let mut last_q = isa.splat(0.0);
        let mut variances = Aligned([0.0; GROUP]);
        let block = leaving.len();
        let mut padded = [0.0; LONGEST];
        let whole = out.len() == block;
        let groups = if whole { &mut *out } else { &mut padded[..block] };
        let groups = groups.as_chunks_mut::<GROUP>().0;
        for group in 0..groups.len() {
            let four_d = four(isa, &self.changes.d, GROUP * group);
            let four_p = four(isa, &self.changes.p, GROUP * group);
            let (s, q) = (s.advance(isa, four_d), q.advance(isa, four_p));
            let m2 = [m2(isa, s[0], q[0], per_value), m2(isa, s[1], q[1], per_value)];
            largest_q = isa.larger(isa.larger(q[0], q[1]), largest_q);
            least_m2 = isa.smaller(isa.smaller(m2[0], m2[1]), least_m2);
            last_q = q[1];
            if let Some(before) = group.checked_sub(1) {
                roots(isa, &variances, &mut groups[before]);
            }
            store_two(isa, [isa.multiply(m2[0], per_degree), isa.multiply(m2[1], per_degree)], &mut variances.0);
        }
        if let Some(last) = groups.last_mut() {
            roots(isa, &variances, last);
        }
        if !whole {
            let windows = out.len();
            out.copy_from_slice(&padded[..windows]);
        }
        let most = isa.larger(sums.most, isa.splat(shape.window as f64));
        let limits = Limits::of(shape, sums.age + block);
        let failed = limits.exceeded(isa, largest_q, least_m2, isa.splat(1.0))
            | isa.not_within(largest_q, isa.splat(f64::MAX))
            | isa.not_within(last_q, isa.splat(f64::MAX)); // an infinity or NaN stays to the end
        if failed == 0 {
            *sums = Sums { s, q, largest_q, most, least_m2, age: sums.age + block, ..*sums };
            self.changes.missing.0[block..block + LANES].fill(0.0);
        }
        failed == 0
    }

    /// Writes the results of a block, of which values may be missing and windows in doubt.
    #[inline(always)]
    fn guarded(&mut self, start: usize, leaving: &[f64], entering: &[f64], out: &mut [f64]) {
        let Self { isa, shape, .. } = *self;
        let block = leaving.len();
        let windows = block.min(out.len() - start);
        self.wary = false;
        self.sums.least_m2 = isa.splat(f64::MAX);
        let mut end = self.sums.age + block;
        for at in (0..windows).step_by(GROUP) {
            if at > 0 && self.renew(start + at) {
                self.changes.clear(at);
                end = block - at;
            }
            self.changes.fill_guarded(self.sums.frame, shape.window, at, leaving, entering);
            let limits = Limits::of(shape, end);
            let s = self.sums.s.advance(isa, four(isa, &self.changes.d, at));
            let q = self.sums.q.advance(isa, four(isa, &self.changes.p, at));
            let missing = self.sums.missing.advance(isa, four(isa, &self.changes.missing, at));
            let mut results = [0.0; GROUP];
            let (mut absent, mut failed) = (0, 0);
            for half in 0..2 {
                let eight = results[LANES * half..].first_chunk_mut().expect("a group is two vectors");
                let looked = self.look(limits, s[half], q[half], missing[half], eight);
                absent |= looked.absent << (LANES * half);
                failed |= looked.failed << (LANES * half);
            }
            self.sums.age += GROUP;
            let here = GROUP.min(windows - at);
            let factor = self.sums.frame.factor;
            for (place, result) in results[..here].iter_mut().enumerate() {
                *result *= 1.0 / factor;
                if absent >> place & 1 == 1 {
                    *result = f64::NAN;
                } else if factor != 1.0 && !Frame::is_ordinary(*result) {
                    failed |= 1 << place;
                }
            }
            out[start + at..][..here].copy_from_slice(&results[..here]);
            self.wary |= absent | failed != 0;
            for place in (0..here).filter(|place| failed >> place & 1 == 1) {
                self.stale |= self.doubtful.settle(start + at + place, out) == Settled::Alone;
            }
        }
    }

    /// The results of eight windows, each looked at.
    #[inline(always)]
    fn look(
        &mut self,
        limits: Limits,
        s: I::Lanes,
        q: I::Lanes,
        missing: I::Lanes,
        out: &mut [f64; LANES],
    ) -> Looked {
        let Self { isa, shape, ref mut sums, .. } = *self;
        let one = isa.splat(1.0);
        let n = isa.subtract(isa.splat(shape.window as f64), missing);
        let m2 = m2(isa, s, q, isa.divide(one, n));
        let degrees = isa.subtract(n, isa.splat(shape.ddof as f64));
        isa.store(isa.root(isa.multiply(m2, isa.divide(one, degrees))), out);
        sums.most = isa.larger(n, sums.most);
        sums.largest_q = isa.larger(q, sums.largest_q);
        let absent = isa.not_within(isa.splat(shape.least as f64), n);
        let failed = limits.exceeded(isa, sums.largest_q, m2, isa.divide(sums.most, n))
            | isa.not_within(q, isa.splat(f64::MAX));
        if absent == 0 {
            sums.least_m2 = isa.smaller(m2, sums.least_m2);
        }
        Looked { absent, failed: failed & !absent }
    }

    /// Makes new sums for the window before number `start`, if the block that follows will probably not keep the bound.
    #[inline(always)]
    fn renew_if_it_pays(&mut self, start: usize, block: usize) {
        let Self { isa, shape, ref sums, .. } = *self;
        let limits = Limits::of(shape, sums.age + block);
        let likely = isa.multiply(sums.largest_q, isa.splat(MARGIN));
        self.stale |= limits.exceeded(isa, likely, sums.least_m2, isa.splat(1.0)) != 0;
        if self.renew(start) {
            self.changes.clear(0);
        }
    }

    /// Makes new sums for the window before number `start`, if they are stale, and old enough for it.
    #[inline(always)]
    fn renew(&mut self, start: usize) -> bool {
        if !self.stale || 8 * self.sums.age < self.shape.window {
            return false;
        }
        let Self { isa, shape, values, .. } = *self;
        let window = &values[start..start + shape.window - 1];
        let mut frame = Frame { factor: 1.0, ..self.sums.frame };
        if start > 0 {
            let n = shape.window as f64 - self.sums.missing.last(isa);
            let mean = frame.anchor + self.sums.s.last(isa) / n.max(1.0) / self.sums.frame.factor;
            frame.anchor = if mean.is_finite() { mean } else { sample(window) };
        }
        let before = if start > 0 { values[start - 1] } else { frame.anchor };
        let mut first = First::of::<I, false>(isa, frame, shape.window, window, before);
        for scaled in [false, true] {
            if first.is_ordinary() {
                break;
            }
            if scaled {
                frame = Frame::of(frame.anchor, largest(window));
            }
            first = First::of::<I, true>(isa, frame, shape.window, window, before);
        }
        let n = shape.window as f64 - first.missing;
        self.sums = Sums {
            frame,
            s: Running::of(isa, first.s),
            q: Running::of(isa, first.q),
            missing: Running::of(isa, first.missing),
            largest_q: isa.splat(first.q),
            most: isa.splat(n),
            least_m2: isa.splat(f64::MAX),
            age: 0,
        };
        self.stale = false;
        true
    }
}

/// The values that leave and that enter in a block.
struct Padded {
    leaving: [f64; LONGEST],
    entering: [f64; LONGEST],
}

/// Lanes whose window has too few values, and of the others those of which the bound does not hold.
struct Looked {
    absent: u32,
    failed: u32,
}

/// New sums are made where the largest Q, times this, would not keep the bound of the next block.
const MARGIN: f64 = 1.125;

#[inline(always)]
fn m2<I: Isa>(isa: I, s: I::Lanes, q: I::Lanes, per_value: I::Lanes) -> I::Lanes {
    isa.subtract(q, isa.multiply(s, isa.multiply(s, per_value)))
}

#[inline(always)]
fn store_two<I: Isa>(isa: I, lanes: [I::Lanes; 2], out: &mut [f64; GROUP]) {
    let (low, high) = out.split_at_mut(LANES);
    isa.store(lanes[0], low.first_chunk_mut().expect("a group is two vectors"));
    isa.store(lanes[1], high.first_chunk_mut().expect("a group is two vectors"));
}

#[inline(always)]
fn roots<I: Isa>(isa: I, variances: &Aligned<GROUP>, out: &mut [f64; GROUP]) {
    let (low, high) = (load(isa, &variances.0, 0), load(isa, &variances.0, LANES));
    store_two(isa, [isa.root(low), isa.root(high)], out);
}

/// The mean of some values all over a window, those that are finite; 0 if none is.
#[cold]
fn sample(window: &[f64]) -> f64 {
    const PLACES: usize = 32;
    let some = (0..PLACES).map(|place| window[place * window.len() / PLACES]).filter(|value| value.is_finite());
    let share = 1.0 / some.clone().count().max(1) as f64;
    let mean: f64 = some.map(|value| value * share).sum();
    if mean.is_finite() { mean } else { 0.0 }
}

/// The sums of a window.
#[derive(Clone, Copy)]
struct First {
    s: f64,
    q: f64,
    missing: f64,
}

impl First {
    /// Of `values` and one value before them. If `GUARDED`, values may be missing or scaled.
    #[inline(always)]
    fn of<I: Isa, const GUARDED: bool>(
        isa: I,
        frame: Frame,
        window: usize,
        values: &[f64],
        before: f64,
    ) -> Self {
        let zero = isa.splat(0.0);
        let (mut s, mut q) = ([zero; 2], [zero; 2]);
        let mut missing = 0.0;
        let (vectors, rest) = values.as_chunks::<LANES>();
        let (fours, ones) = vectors.as_chunks::<4>();
        for [a, b, c, d] in fours {
            let (a, b) = (deviations::<I, GUARDED>(isa, frame, a), deviations::<I, GUARDED>(isa, frame, b));
            let (c, d) = (deviations::<I, GUARDED>(isa, frame, c), deviations::<I, GUARDED>(isa, frame, d));
            let squares = [isa.multiply(a, a), isa.multiply(b, b), isa.multiply(c, c), isa.multiply(d, d)];
            s = plus(isa, s, isa.add(isa.add(a, b), isa.add(c, d)));
            q = plus(isa, q, isa.add(isa.add(squares[0], squares[1]), isa.add(squares[2], squares[3])));
        }
        let mut last = [frame.anchor; LANES];
        last[..rest.len()].copy_from_slice(rest);
        for values in ones.iter().chain([&last]) {
            let a = deviations::<I, GUARDED>(isa, frame, values);
            s = plus(isa, s, a);
            q = plus(isa, q, isa.multiply(a, a));
        }
        let [s, q] = isa.fold(isa.add(s[0], s[1]), isa.add(q[0], q[1]));
        let Part { a, missing: first } = Part::of(frame, window, before);
        if GUARDED {
            missing = values.iter().map(|value| Part::of(frame, window, *value).missing).sum();
            missing += first;
        }
        let a = if GUARDED { a } else { before - frame.anchor };
        Self { s: s + a, q: q + a * a, missing }
    }

    /// Whether the squares have neither lost anything to underflow nor overflowed.
    fn is_ordinary(self) -> bool {
        const LEAST: f64 = f64::from_bits((1023 - 800) << 52);
        const MOST: f64 = f64::from_bits((1023 + 900) << 52);
        (LEAST..=MOST).contains(&self.q) || self.q == 0.0 && self.s == 0.0
    }
}

/// a of eight values.
#[inline(always)]
fn deviations<I: Isa, const GUARDED: bool>(isa: I, frame: Frame, values: &[f64; LANES]) -> I::Lanes {
    if !GUARDED {
        return isa.subtract(isa.load(values), isa.splat(frame.anchor));
    }
    let mut a = [0.0; LANES];
    for lane in 0..LANES {
        a[lane] = Part::of(frame, 0, values[lane]).a;
    }
    isa.load(&a)
}

/// A running sum and its rounding errors, and one vector more.
#[inline(always)]
fn plus<I: Isa>(isa: I, [sum, rest]: [I::Lanes; 2], more: I::Lanes) -> [I::Lanes; 2] {
    let with = isa.add(sum, more);
    [with, isa.add(rest, isa.subtract(more, isa.subtract(with, sum)))]
}
