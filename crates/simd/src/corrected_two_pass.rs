//! What is computed, and how far off can it be?
//!
//! ```text
//! K = x[0]    m = K + sum(x - K) / n    d = x - m    M2 = sum d d - (sum d)^2 / n    sqrt(M2 / (n - ddof))
//! ```
//!
//! Source: the corrected two-pass of Neely (CACM 1966), analysed by Chan, Golub and LeVeque (American
//! Statistician 37:242, 1983). In exact arithmetic the last form gives M2 for any m. Three departures:
//!
//! * The first pass is anchored at an element. Equal values then give exactly 0, and no offset of the
//!   data costs digits: |K - mu| <= s sqrt(n - 1), with mu and s the exact mean and deviation (ddof 0).
//! * Eight lanes, whatever the register width, each a chain of additions; they are folded in halves. A
//!   compiler may put a lane anywhere: the bits are the same on every instruction set.
//! * A lane's chain ends every [`BLOCK`] values, and block sums are added pairwise (Higham, Accuracy and
//!   Stability of Numerical Algorithms, section 4.2): the bound below grows with log n and not with n.
//!
//! # The bound
//!
//! Let u = 2^-53 and let h be the most additions that any term goes through, for n up to 2^30
//!
//! ```text
//! h <= 64 (lane) + 3 (fold) + 22 (blocks) = 89;    h = ceil(n / 8) + 3 for n <= 512
//! ```
//!
//! *The mean.* The computed sum(x - K) / n errs by e, |e| <= (h + 3) u mean|x - K| <= (h + 3) u s sqrt(n),
//! below 2^-31 s. Then m = K + that is rounded; no double lies nearer to mu than the one that mu
//! rounds to, and the values are doubles, so that rounding moves m by at most the least |x - mu|, which
//! is at most s. With r = |m - mu| / s: r <= 1 + 2^-30.
//!
//! *Where r < 2^-10.* sum d d, of terms that are not negative, errs by (h + 3) u (1 + r^2) M2; sum d
//! by (h + 1) u sqrt(n sum d d), which moves its square over n by 2 r (h + 1) u (1 + r^2) M2 and a few u r^2 M2;
//! the subtraction adds u M2. Together less than (h + 5) u M2.
//!
//! *Where r >= 2^-10.* Only the rounding of m can do that. Let g be half the gap between the doubles around
//! mu: s <= 2^11 g, all values lie so near to mu that they, and m, are multiples of g, and sum d d is at
//! most n (1 + r^2) s^2 < 2^53 g^2. So every d, every square and every partial sum is exact, and M2 errs by
//! the 3 roundings of the correction and that of the subtraction: less than 10 u M2.
//!
//! *The result.* Half the relative error of M2, half a unit u for the division, one for the root:
//! at most ((h + 5) / 2 + 1.5) u, which is 1.4e-15 for n = 100 and 5.4e-15 for n = 2^30.
//!
//! That needs an M2 clear of underflow and overflow. One comparison at the end sees to it: outside
//! 2^-960 ..= 2^1000, which includes 0 and NaN, `full_range` decides between equal values, a value that
//! is not finite, and a range of exponents that needs scaling.

use std::array;

use crate::full_range;

/// Lanes: two 256-bit registers or one of 512 bits.
pub const LANES: usize = 8;

/// Values after which the lanes are folded into one sum of the pairwise scheme.
pub const BLOCK: usize = 512;

/// M2 in here has lost nothing to underflow, and no sum has overflowed.
const SAFE: std::ops::RangeInclusive<f64> =
    f64::from_bits((1023 - 960) << 52)..=f64::from_bits((1023 + 1000) << 52);

type Lanes = [f64; LANES];

/// The kernel, to be compiled into a function of each instruction set.
#[inline(always)]
pub(crate) fn standard_deviation(values: &[f64], ddof: usize) -> f64 {
    // a slice has at most isize::MAX bytes, so both conversions are exact in sign
    let (Some(&anchor), true) = (values.first(), values.len() > ddof) else { return f64::NAN };
    let count = values.len() as i64 as f64;
    let divisor = (values.len() - ddof) as i64 as f64;
    let per_value = 1.0 / count; // independent of the data: off the chain that ends in the root
    let series = Series::new(values, anchor);
    let [shift] = series.sum(|value| [value - anchor]);
    let mean = anchor + shift * per_value;
    let [squares, rest] = series.sum(|value| {
        let deviation = value - mean;
        [deviation * deviation, deviation]
    });
    let m2 = squares - rest * rest * per_value;
    if SAFE.contains(&m2) { (m2 / divisor).sqrt() } else { full_range::standard_deviation(values, ddof) }
}

/// An array cut into vectors: the whole ones, and the last `n % LANES` values in a masked one.
struct Series<'a> {
    vectors: &'a [Lanes],
    /// The last [`LANES`] values of the array, of which the mask keeps those that no whole vector holds.
    tail: Lanes,
    mask: [u64; LANES],
}

impl<'a> Series<'a> {
    #[inline(always)]
    fn new(values: &'a [f64], anchor: f64) -> Self {
        /// A window of 8 into this keeps the last 0 to 7 lanes.
        const MASKS: [u64; 2 * LANES] = {
            let mut masks = [0; 2 * LANES];
            let mut lane = LANES;
            while lane < 2 * LANES {
                masks[lane] = u64::MAX;
                lane += 1;
            }
            masks
        };
        let (vectors, rest) = values.as_chunks();
        let tail = values.last_chunk().copied().unwrap_or_else(|| {
            let mut tail = [anchor; LANES];
            for (slot, value) in tail.iter_mut().rev().zip(values.iter().rev()) {
                *slot = *value;
            }
            tail
        });
        let mask = array::from_fn(|lane| MASKS[rest.len() % LANES + lane]);
        Self { vectors, tail, mask }
    }

    /// Sums of the terms that `terms` makes of each value.
    #[inline(always)]
    fn sum<const SUMS: usize>(&self, terms: impl Fn(f64) -> [f64; SUMS]) -> [f64; SUMS] {
        let (blocks, last) = self.vectors.as_chunks::<{ BLOCK / LANES }>();
        let mut lanes = add(last, &terms);
        for (lane, &value) in self.tail.iter().enumerate() {
            let tail = terms(value);
            for sum in 0..SUMS {
                // a masked term is +0, which changes no sum
                lanes[sum][lane] += f64::from_bits(tail[sum].to_bits() & self.mask[lane]);
            }
        }
        let last = lanes.map(fold);
        if blocks.is_empty() {
            last
        } else {
            pairwise(blocks.iter().map(|block| add(block, &terms).map(fold)), last)
        }
    }
}

/// Lane by lane, the sums of the terms of these vectors.
#[inline(always)]
fn add<const SUMS: usize>(vectors: &[Lanes], terms: &impl Fn(f64) -> [f64; SUMS]) -> [Lanes; SUMS] {
    let mut sums = [[0.0; LANES]; SUMS];
    for vector in vectors {
        for lane in 0..LANES {
            let term = terms(vector[lane]);
            for sum in 0..SUMS {
                sums[sum][lane] += term[sum];
            }
        }
    }
    sums
}

/// The sum of the lanes, in halves: what a reduction of any register width does.
#[inline(always)]
fn fold(lanes: Lanes) -> f64 {
    let four: [f64; 4] = array::from_fn(|lane| lanes[lane] + lanes[lane + 4]);
    let two = [four[0] + four[2], four[1] + four[3]];
    two[0] + two[1]
}

/// Adds up the sums of full blocks, and `last`, by a tree: slot k holds the sum of 2^k blocks.
#[inline(always)]
fn pairwise<const SUMS: usize>(blocks: impl Iterator<Item = [f64; SUMS]>, last: [f64; SUMS]) -> [f64; SUMS] {
    let plus = |a: [f64; SUMS], b: [f64; SUMS]| array::from_fn(|sum| a[sum] + b[sum]);
    let mut slots = [[0.0; SUMS]; usize::BITS as usize];
    let mut count = 0_usize;
    for mut sums in blocks {
        let filled = count.trailing_ones() as usize;
        for slot in &slots[..filled] {
            sums = plus(*slot, sums);
        }
        slots[filled] = sums;
        count += 1;
    }
    let mut total = last;
    for (level, slot) in slots.iter().enumerate() {
        if count >> level & 1 == 1 {
            total = plus(*slot, total);
        }
    }
    total
}
