//! What is done with windows of which values are missing, and with series that leap, fall or stand still?
//!
//! ```text
//! a = x - K    v = a a    S = sum a    Q = sum v    M2 = Q - S S / n    sqrt(M2 / (n - ddof))
//! ```
//!
//! over the window, for an anchor K: the shifted running sums of Chan, Golub and LeVeque (American Statistician 37:242, 1983),
//! as a prefix scan along the series: every number goes through a fixed number of additions, whatever the window, and what is done
//! with a window follows from the values up to its last one. From a window to the next S changes by d = a_new - a_old and Q by p = v_new - v_old. The
//! d and p of a block of windows are made first, side by side, and kept; from there
//!
//! * the sums of four neighbouring changes are loads at four places and three additions, without a shuffle;
//! * a group of 16 windows is two vectors of eight: changes of windows four apart are added up lane by lane, and the group's
//!   total is added to the running sum, whose rounding error is kept beside it (Dekker's FastTwoSum): so the error does
//!   not grow with the number of windows times Q;
//! * the roots of a group are taken while the next is summed: a root waits long for its operand.
//!
//! K, S and Q are computed again, from the window at hand, where a stretch of windows starts (`stretch`), and where a block ends
//! and the next would probably not keep the bound: so a drift of the series costs new sums, and no digits. Nothing is looked at on the way but the
//! largest Q and S S / n and the least M2 of each lane. Where these cannot vouch for a block it is done once more, group by group, to the same
//! bits, and every window is looked at: values that are missing count in a third scan, windows of which the bound does not
//! hold are settled by themselves, and the sums are computed again after such a group.
//!
//! The file is longer than others because both ways of doing a block share every sum, to the bit, and the bound is of all of them.
//!
//! # The bound
//!
//! u = 2^-53; Q and T = S S / n are the largest that the lane has had since the sums were made, at every eighth window; N windows later they lie in
//! c = ceil(N / w'), w' being n rounded down to eight.
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
//! With h = 12 c + 8 and 2 sqrt(T Q) <= Q / 2 + 2 T, and the largest T too, all that is at most `ALLOWED` u M2 where
//!
//! ```text
//! (12 c + 13 + h / 2) Q + (8 + 2 h) T <= (128 - 2) M2
//! ```
//!
//! which is what is checked. Where values are missing n is the number of those that are left, and 2 h takes the factor r = largest such
//! number since the sums were made, over n.
//!
//! Underflow and overflow: M2 must be at least 2^-960, and an infinite Q fails. In sums that are made of very large or very
//! small values these are scaled by a power of two, which loses nothing.

use super::settle::Doubtful;
use super::{Aligned, Frame, LEAST_M2, Part, Shape, largest, mean_of_some};
use crate::Kernel;
use crate::isa::{Isa, Job, LANES};

/// How much of M2 all errors together may be, in units of u. A result then errs by half of that and 2 u: 66 u = 7.3e-15 relative. What is done
/// here is often close to the bound, so 170 would cost the last digits.
const ALLOWED: f64 = 128.0;

/// Windows of the longest block.
const LONGEST: usize = 256;

/// Windows of a group: two vectors.
const GROUP: usize = 2 * LANES;

/// Windows of a block, after which a series may go on with new sums, where it is steady. Where it drifts they may be as few as a group.
fn longest(window: usize) -> usize {
    (2 * (window / LANES * LANES) / GROUP * GROUP).min(LONGEST)
}

/// Windows after which the sums are computed again, whatever the data: a multiple of the block, and long against the window.
pub(super) fn stretch(window: usize) -> usize {
    (8 * window).max(1 << 15).next_multiple_of(1 << 15)
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
    /// The mean when the sums were made.
    mean: f64,
    /// The largest Q and S S / n, lane by lane, and the largest number of values, since then; the least M2 in the last block.
    largest_q: I::Lanes,
    largest_t: I::Lanes,
    most: I::Lanes,
    least_m2: I::Lanes,
    /// Windows since the sums were made.
    age: usize,
}

impl<I: Isa> Sums<I> {
    /// The deviation of the window before the next, of `n` values.
    #[inline(always)]
    fn deviation(&self, isa: I, n: f64) -> f64 {
        let s = self.s.last(isa);
        ((self.q.last(isa) - s * s / n) / n).sqrt() / self.frame.factor
    }
}

/// The windows of a block in which the mean drifts little enough against the deviation.
fn shortened(window: usize, deviation: f64, drift: f64) -> usize {
    let mut block = longest(window);
    while block > GROUP && block as i64 as f64 * drift > 1.5 * deviation {
        block = block / 2 / GROUP * GROUP;
    }
    block
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

    /// Makes the eight before place `end` those before the first.
    #[inline(always)]
    fn keep<I: Isa>(&mut self, isa: I, end: usize) {
        for Aligned(changes) in [&mut self.d, &mut self.p, &mut self.missing] {
            let last = load(isa, changes, end);
            isa.store(last, changes.first_chunk_mut().expect("there is room for eight"));
        }
    }

    /// There are none before place `at`.
    fn clear(&mut self, at: usize) {
        for Aligned(changes) in [&mut self.d, &mut self.p, &mut self.missing] {
            if let Some(before) = changes[at..].first_chunk_mut() {
                *before = [0.0; LANES];
            }
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
    fn fill_guarded<I: Isa>(
        &mut self,
        isa: I,
        frame: Frame,
        window: usize,
        at: usize,
        leaving: &[f64],
        entering: &[f64],
    ) {
        let leaving = leaving[at..][..GROUP].as_chunks().0;
        let entering = entering[at..][..GROUP].as_chunks().0;
        let (d, p) = (self.d.0[LANES + at..].as_chunks_mut().0, self.p.0[LANES + at..].as_chunks_mut().0);
        let missing = self.missing.0[LANES + at..].as_chunks_mut().0;
        for half in 0..GROUP / LANES {
            let old = parts(isa, frame, window, &leaving[half]);
            let new = parts(isa, frame, window, &entering[half]);
            isa.store(isa.subtract(new.a, old.a), &mut d[half]);
            isa.store(isa.subtract(isa.multiply(new.a, new.a), isa.multiply(old.a, old.a)), &mut p[half]);
            isa.store(isa.subtract(new.missing, old.missing), &mut missing[half]);
        }
    }
}

/// [`Part`] of eight values.
struct Parts<L> {
    a: L,
    missing: L,
}

#[inline(always)]
fn parts<I: Isa>(isa: I, frame: Frame, window: usize, values: &[f64; LANES]) -> Parts<I::Lanes> {
    let (x, one) = (isa.load(values), isa.splat(1.0));
    let (most, factor) = (isa.splat(f64::MAX), isa.splat(frame.factor));
    let least = isa.splat(f64::MIN);
    // NaN times 0 is larger than nothing, so what is left is 0 where a value is NaN or infinite, else 1
    let weight = isa.add(isa.larger(isa.multiply(x, isa.splat(0.0)), isa.splat(-1.0)), one);
    let finite = isa.multiply(isa.smaller(isa.larger(x, least), most), weight);
    let a = isa.subtract(isa.multiply(finite, factor), isa.splat(frame.anchor * frame.factor));
    let mut missing = isa.subtract(one, weight);
    if isa.not_within(x, most) != 0 && values.iter().any(|value| value.is_infinite())
        || isa.not_within(least, x) != 0 && values.iter().any(|value| value.is_infinite())
    {
        let mut exact = [0.0; LANES];
        for lane in 0..LANES {
            exact[lane] = Part::of(frame, window, values[lane]).missing;
        }
        missing = isa.load(&exact);
    }
    Parts { a: isa.multiply(a, weight), missing }
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
    h: f64,
}

impl Limits {
    /// `windows` after the sums were made.
    #[inline(always)]
    fn of(shape: &Shape, windows: usize) -> Self {
        let covers = (windows as i64 as f64 * shape.per_cover).ceil();
        let h = 12.0 * covers + 8.0;
        Self { of_q: 12.0 * covers + 13.0 + 0.5 * h, h }
    }

    /// Bit l is set where lane l does not keep the bound, `ratio` being the largest number of values over that of the window.
    #[inline(always)]
    fn exceeded<I: Isa>(self, isa: I, q: I::Lanes, t: I::Lanes, m2: I::Lanes, ratio: I::Lanes) -> u32 {
        let of_t = isa.add(isa.splat(8.0), isa.multiply(isa.splat(2.0 * self.h), ratio));
        let error = isa.add(isa.multiply(isa.splat(self.of_q), q), isa.multiply(of_t, t));
        let allowed = isa.multiply(isa.splat(ALLOWED - 2.0), m2);
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
    /// Windows of the next block.
    block: usize,
    /// The first window that does not hold the newest value that is not finite, as far as groups were looked at.
    poisoned_until: usize,
    /// There are no sums yet, or none that follow the windows before.
    lost: bool,
    /// The last block was looked at window by window, and the next should be so at once.
    wary: bool,
}

impl<'a, I: Isa> Stretch<'a, I> {
    #[inline(always)]
    fn new(isa: I, kernel: Kernel, shape: &'a Shape, values: &'a [f64], changes: &'a mut Changes) -> Self {
        let (zero, none) = (isa.splat(0.0), Running::of(isa, 0.0));
        let frame = Frame { anchor: mean_of_some(&values[..shape.window]), factor: 1.0 };
        let sums = Sums {
            frame,
            s: none,
            q: none,
            missing: none,
            mean: frame.anchor,
            largest_q: zero,
            largest_t: zero,
            most: zero,
            least_m2: zero,
            age: shape.window,
        };
        let doubtful = Doubtful::new(kernel, shape, values);
        Self {
            isa,
            shape,
            values,
            changes,
            doubtful,
            sums,
            block: longest(shape.window),
            poisoned_until: values[..shape.window]
                .iter()
                .rposition(|value| !value.is_finite())
                .map_or(0, |last| last + 1),
            lost: true,
            wary: false,
        }
    }

    #[inline(always)]
    fn fill(mut self, out: &mut [f64]) {
        let Self { isa, shape, values, .. } = self;
        let mut spare = [0.0; LONGEST];
        let mut start = 0;
        while start < out.len() {
            let poisoned = shape.least == shape.window && self.poisoned_until >= start + GROUP;
            if !(self.lost && poisoned) {
                self.renew_if_it_pays(start);
            }
            let block = self.block;
            let windows = block.min(out.len() - start);
            let padded;
            let (leaving, entering) = if start > 0 && windows == block {
                (&values[start - 1..][..block], &values[start + shape.window - 1..][..block])
            } else {
                padded = self.padded(start, windows);
                (&padded.leaving[..block], &padded.entering[..block])
            };
            let complete = isa.not_within(isa.twice(self.sums.missing.sum), isa.splat(0.0)) == 0;
            let may_be_ordinary = !self.wary && !self.lost && complete && self.sums.frame.factor == 1.0;
            let whole = windows == block;
            let target = if whole { &mut out[start..start + block] } else { &mut spare[..block] };
            if !(may_be_ordinary && self.ordinary(leaving, entering, target)) {
                self.guarded(start, leaving, entering, out);
            } else if !whole {
                out[start..].copy_from_slice(&spare[..windows]);
            }
            self.changes.keep(isa, block);
            start += block;
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
        let Sums { mut s, mut q, mut largest_q, mut largest_t, .. } = *sums;
        let mut least_m2 = isa.splat(f64::MAX);
        let mut last_q = isa.splat(0.0);
        let mut variances = Aligned([0.0; GROUP]);
        let block = leaving.len();
        let groups = out.as_chunks_mut::<GROUP>().0;
        for group in 0..groups.len() {
            let four_d = four(isa, &self.changes.d, GROUP * group);
            let four_p = four(isa, &self.changes.p, GROUP * group);
            let (s, q) = (s.advance(isa, four_d), q.advance(isa, four_p));
            let t = [of_mean(isa, s[0], per_value), of_mean(isa, s[1], per_value)];
            let m2 = [isa.subtract(q[0], t[0]), isa.subtract(q[1], t[1])];
            largest_t = isa.larger(isa.larger(t[0], t[1]), largest_t);
            largest_q = isa.larger(isa.larger(q[0], q[1]), largest_q);
            least_m2 = isa.smaller(isa.smaller(m2[0], m2[1]), least_m2);
            last_q = q[1];
            if let Some(before) = group.checked_sub(1) {
                roots(isa, &variances, &mut groups[before]);
            }
            store_two(
                isa,
                [isa.multiply(m2[0], per_degree), isa.multiply(m2[1], per_degree)],
                &mut variances.0,
            );
        }
        if let Some(last) = groups.last_mut() {
            roots(isa, &variances, last);
        }
        let most = isa.larger(sums.most, isa.splat(shape.window as f64));
        let limits = Limits::of(shape, sums.age + block);
        let failed = limits.exceeded(isa, largest_q, largest_t, least_m2, isa.splat(1.0))
            | isa.not_within(largest_q, isa.splat(f64::MAX))
            | isa.not_within(last_q, isa.splat(f64::MAX)); // an infinity or NaN stays to the end
        if failed == 0 {
            *sums = Sums { s, q, largest_q, largest_t, most, least_m2, age: sums.age + block, ..*sums };
            self.changes.missing.0[block..block + LANES].fill(0.0);
        }
        failed == 0
    }

    /// Writes the results of a block, of which values may be missing and windows in doubt.
    #[inline(always)]
    fn guarded(&mut self, start: usize, leaving: &[f64], entering: &[f64], out: &mut [f64]) {
        let block = leaving.len();
        let windows = block.min(out.len() - start);
        self.sums.least_m2 = self.isa.splat(f64::MAX);
        let mut end = self.sums.age + block;
        for at in (0..windows).step_by(GROUP) {
            let here = GROUP.min(windows - at);
            let all_absent = self.all_absent(start + at, &entering[at..][..GROUP]);
            if all_absent {
                out[start + at..][..here].fill(f64::NAN);
                (self.lost, self.wary) = (true, true);
                continue;
            }
            if self.lost {
                self.renew(start + at, at);
                end = block - at;
            }
            let Sums { s, q, missing, age, .. } = self.sums;
            let mut group = self.group(at, end, leaving, entering);
            self.wary = group.absent | group.failed != 0;
            if group.failed != 0 {
                let failed = group.failed;
                for place in (0..here).filter(|place| failed >> place & 1 == 1) {
                    if self.doubtful.is_of_equal_values(start + at + place) {
                        group.results[place] = 0.0;
                        group.failed &= !(1 << place);
                    }
                }
                let first = group.failed.trailing_zeros() as usize;
                if first < here && age > 0 && self.may_renew(age) {
                    // from the first window on that the sums are not good enough for, by new ones
                    self.sums = Sums { s, q, missing, age, ..self.sums };
                    self.renew(start + at, at);
                    end = block - at;
                    let again = self.group(at, end, leaving, entering);
                    group.results[first..].copy_from_slice(&again.results[first..]);
                    group.failed = again.failed >> first << first;
                }
            }
            out[start + at..][..here].copy_from_slice(&group.results[..here]);
            if group.failed != 0 {
                for place in (0..here).filter(|place| group.failed >> place & 1 == 1) {
                    self.doubtful.settle(start + at + place, out);
                }
            }
        }
    }

    /// Whether no window of the group from number `start` on can have a result: where nothing is left out, and a value of all of them is
    /// not finite. Looks for such values among those that enter.
    #[inline(always)]
    fn all_absent(&mut self, start: usize, entering: &[f64]) -> bool {
        let Shape { window, least, .. } = *self.shape;
        if least < window {
            return false;
        }
        let in_all = self.poisoned_until >= start + GROUP;
        if let Some(last) = entering.iter().rposition(|value| !value.is_finite()) {
            self.poisoned_until = start + window + last;
        }
        in_all
    }

    /// The results of the group at place `at` of a block that ends `end` windows after the sums were made.
    #[inline(always)]
    fn group(&mut self, at: usize, end: usize, leaving: &[f64], entering: &[f64]) -> Group {
        let Self { isa, shape, .. } = *self;
        let frame = self.sums.frame;
        self.changes.fill_guarded(isa, frame, shape.window, at, leaving, entering);
        let limits = Limits::of(shape, end);
        let s = self.sums.s.advance(isa, four(isa, &self.changes.d, at));
        let q = self.sums.q.advance(isa, four(isa, &self.changes.p, at));
        let missing = self.sums.missing.advance(isa, four(isa, &self.changes.missing, at));
        let mut group = Group { results: [0.0; GROUP], absent: 0, failed: 0 };
        for half in 0..2 {
            let eight = group.results[LANES * half..].first_chunk_mut().expect("a group is two vectors");
            let looked = self.look(limits, s[half], q[half], missing[half], eight);
            group.absent |= looked.absent << (LANES * half);
            group.failed |= looked.failed << (LANES * half);
        }
        self.sums.age += GROUP;
        if frame.factor != 1.0 || group.absent != 0 {
            for (place, result) in group.results.iter_mut().enumerate() {
                *result *= 1.0 / frame.factor;
                if group.absent >> place & 1 == 1 {
                    *result = f64::NAN;
                } else if frame.factor != 1.0 && !Frame::is_ordinary(*result) {
                    group.failed |= 1 << place;
                }
            }
        }
        group
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
        let (mut per_value, mut per_degree) = (isa.splat(shape.per_value), isa.splat(shape.per_degree));
        let mut n = isa.splat(shape.window as f64);
        if isa.not_within(missing, isa.splat(0.0)) != 0 {
            n = isa.subtract(n, missing);
            per_value = isa.divide(one, n);
            per_degree = isa.divide(one, isa.subtract(n, isa.splat(shape.ddof as f64)));
        }
        let t = of_mean(isa, s, per_value);
        let m2 = isa.subtract(q, t);
        isa.store(isa.root(isa.multiply(m2, per_degree)), out);
        sums.most = isa.larger(n, sums.most);
        sums.largest_q = isa.larger(q, sums.largest_q);
        sums.largest_t = isa.larger(t, sums.largest_t);
        let absent = isa.not_within(isa.splat(shape.least as f64), n);
        let failed = limits.exceeded(isa, sums.largest_q, sums.largest_t, m2, isa.divide(sums.most, n))
            | isa.not_within(q, isa.splat(f64::MAX));
        if absent == 0 {
            sums.least_m2 = isa.smaller(m2, sums.least_m2);
        }
        Looked { absent, failed: failed & !absent }
    }

    /// Makes new sums for the window before number `start`, if the block that follows will probably not keep the bound; else makes
    /// the block longer, if it may be.
    #[inline(always)]
    fn renew_if_it_pays(&mut self, start: usize) {
        let longest = longest(self.shape.window);
        let is_old = (self.sums.age + self.block) as f64 * self.shape.per_cover > 4.0;
        if self.lost || is_old {
            self.renew(start, 0);
        } else if self.block < longest && !self.will_drift_away(longest.min(2 * self.block)) {
            self.block = longest.min(2 * self.block);
        } else if self.may_renew(self.sums.age) && self.will_drift_away(self.block) {
            self.renew(start, 0);
        }
    }

    /// Whether sums are old enough for new ones to be worth the time.
    fn may_renew(&self, age: usize) -> bool {
        8 * age >= self.shape.window
    }

    /// Whether a block of so many windows would not keep the bound, if the mean drifted on from the anchor as it has so far.
    #[inline(always)]
    fn will_drift_away(&self, block: usize) -> bool {
        let Self { isa, shape, ref sums, .. } = *self;
        let limits = Limits::of(shape, sums.age + block);
        let farther = 1.0 + block as i64 as f64 / sums.age as i64 as f64;
        let t = isa.multiply(sums.largest_t, isa.splat(MARGIN * farther * farther));
        let q = isa.add(isa.multiply(sums.largest_q, isa.splat(MARGIN)), t);
        limits.exceeded(isa, q, t, sums.least_m2, isa.splat(1.0)) != 0
    }

    /// Makes new sums for the window before number `start`, which is at place `at` of its block.
    #[inline(always)]
    fn renew(&mut self, start: usize, at: usize) {
        self.changes.clear(at);
        let Self { isa, shape, values, .. } = *self;
        let window = &values[start..start + shape.window - 1];
        let mut frame = Frame { factor: 1.0, ..self.sums.frame };
        let mut mean = frame.anchor;
        if !self.lost {
            let n = shape.window as i64 as f64 - self.sums.missing.last(isa);
            mean = frame.anchor + self.sums.s.last(isa) / n.max(1.0) / self.sums.frame.factor;
            let drift = (mean - self.sums.mean) / self.sums.age as i64 as f64;
            self.block = shortened(shape.window, self.sums.deviation(isa, n), drift.abs());
            // in the middle of where the mean will be, if it drifts on
            frame.anchor = mean + 0.5 * self.block.saturating_sub(at) as i64 as f64 * drift;
        }
        if self.lost || !frame.anchor.is_finite() {
            mean = mean_of_some(window);
            frame.anchor = mean;
        }
        let before = if start > 0 { values[start - 1] } else { frame.anchor };
        let mut first = First::of::<I, false>(isa, frame, shape.window, window, before);
        for scaled in [false, true] {
            if first.is_ordinary() {
                break;
            }
            if scaled {
                frame = Frame::of(frame.anchor, largest(isa, window));
            }
            first = First::of::<I, true>(isa, frame, shape.window, window, before);
        }
        let n = shape.window as i64 as f64 - first.missing;
        self.sums = Sums {
            frame,
            s: Running::of(isa, first.s),
            q: Running::of(isa, first.q),
            missing: Running::of(isa, first.missing),
            mean,
            largest_q: isa.splat(first.q),
            largest_t: isa.splat(first.s * first.s / n.max(1.0)),
            most: isa.splat(n),
            least_m2: isa.splat(f64::MAX),
            age: 0,
        };
        self.lost = false;
    }
}

/// The values that leave and that enter in a block.
struct Padded {
    leaving: [f64; LONGEST],
    entering: [f64; LONGEST],
}

/// The results of a group, and, bit by bit, where a window has too few values, and which of the others are in doubt.
struct Group {
    results: [f64; GROUP],
    absent: u32,
    failed: u32,
}

/// Lanes whose window has too few values, and of the others those of which the bound does not hold.
struct Looked {
    absent: u32,
    failed: u32,
}

/// New sums are made where the largest Q, times this, would not keep the bound of the next block.
const MARGIN: f64 = 1.5;

/// S S / n.
#[inline(always)]
fn of_mean<I: Isa>(isa: I, s: I::Lanes, per_value: I::Lanes) -> I::Lanes {
    isa.multiply(s, isa.multiply(s, per_value))
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
    if GUARDED {
        parts(isa, frame, 0, values).a
    } else {
        isa.subtract(isa.load(values), isa.splat(frame.anchor))
    }
}

/// A running sum and its rounding errors, and one vector more.
#[inline(always)]
fn plus<I: Isa>(isa: I, [sum, rest]: [I::Lanes; 2], more: I::Lanes) -> [I::Lanes; 2] {
    let with = isa.add(sum, more);
    [with, isa.add(rest, isa.subtract(more, isa.subtract(with, sum)))]
}
