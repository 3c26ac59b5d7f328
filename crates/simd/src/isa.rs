//! Which operations does the kernel need of an instruction set?

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_64;

use std::cmp::Ordering;

/// Lanes of every instruction set: two registers of 256 bits, or one of 512.
pub(crate) const LANES: usize = 8;

/// Work that is compiled for each instruction set. [`crate::Kernel::run`] runs it on the kernel's own.
pub(crate) trait Job {
    fn run<I: Isa>(self, isa: I);
}

/// An instruction set, as proof that it is there: eight numbers side by side, and what is done with them.
///
/// Every operation is the IEEE one lane by lane, so all instruction sets give the same bits.
pub(crate) trait Isa: Copy {
    /// Eight numbers.
    type Lanes: Copy;

    fn splat(self, value: f64) -> Self::Lanes;
    fn load(self, values: &[f64; LANES]) -> Self::Lanes;
    /// Fewer than eight values, in the last lanes: those that the mask keeps.
    fn load_few(self, values: &[f64], mask: &[u64; LANES]) -> Self::Lanes;
    fn add(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn subtract(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn multiply(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// The lanes whose mask is all ones; +0, which changes no sum, where it is 0.
    fn keep(self, lanes: Self::Lanes, mask: &[u64; LANES]) -> Self::Lanes;
    /// ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)) of both: halves onto each other, whatever the register width.
    fn fold(self, a: Self::Lanes, b: Self::Lanes) -> [f64; 2];
    fn store(self, lanes: Self::Lanes, out: &mut [f64; LANES]);
    fn divide(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn root(self, a: Self::Lanes) -> Self::Lanes;
    /// Bit l is set unless a <= b in lane l, so also where either is NaN.
    fn not_within(self, a: Self::Lanes, b: Self::Lanes) -> u32;
}

/// What the compilation target itself offers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portable;

impl Isa for Portable {
    type Lanes = [f64; LANES];

    #[inline(always)]
    fn splat(self, value: f64) -> Self::Lanes {
        [value; LANES]
    }

    #[inline(always)]
    fn load(self, values: &[f64; LANES]) -> Self::Lanes {
        *values
    }

    #[inline(always)]
    fn load_few(self, values: &[f64], _: &[u64; LANES]) -> Self::Lanes {
        last_of_few(values)
    }

    #[inline(always)]
    fn add(self, mut a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        for lane in 0..LANES {
            a[lane] += b[lane];
        }
        a
    }

    #[inline(always)]
    fn subtract(self, mut a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        for lane in 0..LANES {
            a[lane] -= b[lane];
        }
        a
    }

    #[inline(always)]
    fn multiply(self, mut a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        for lane in 0..LANES {
            a[lane] *= b[lane];
        }
        a
    }

    #[inline(always)]
    fn keep(self, mut lanes: Self::Lanes, mask: &[u64; LANES]) -> Self::Lanes {
        for lane in 0..LANES {
            lanes[lane] = f64::from_bits(lanes[lane].to_bits() & mask[lane]);
        }
        lanes
    }

    #[inline(always)]
    fn fold(self, a: Self::Lanes, b: Self::Lanes) -> [f64; 2] {
        [a, b].map(|[a, b, c, d, e, f, g, h]| ((a + e) + (c + g)) + ((b + f) + (d + h)))
    }

    #[inline(always)]
    fn store(self, lanes: Self::Lanes, out: &mut [f64; LANES]) {
        *out = lanes;
    }

    #[inline(always)]
    fn divide(self, mut a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        for lane in 0..LANES {
            a[lane] /= b[lane];
        }
        a
    }

    #[inline(always)]
    fn root(self, a: Self::Lanes) -> Self::Lanes {
        a.map(f64::sqrt)
    }

    #[inline(always)]
    fn not_within(self, a: Self::Lanes, b: Self::Lanes) -> u32 {
        let is_within =
            |lane: usize| matches!(a[lane].partial_cmp(&b[lane]), Some(Ordering::Less | Ordering::Equal));
        (0..LANES).fold(0, |bits, lane| bits | u32::from(!is_within(lane)) << lane)
    }
}

/// Fewer than [`LANES`] values in the last lanes.
#[inline(always)]
fn last_of_few(values: &[f64]) -> [f64; LANES] {
    let mut lanes = [0.0; LANES];
    lanes[LANES - values.len()..].copy_from_slice(values);
    lanes
}
