//! Which operations does the kernel need of an instruction set?

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_64;

/// Lanes of every instruction set: two registers of 256 bits, or one of 512.
pub(crate) const LANES: usize = 8;

/// An instruction set, as proof that it is there: eight numbers side by side, and what is done with them.
///
/// Every operation is the IEEE one lane by lane, so all instruction sets give the same bits.
pub(crate) trait Isa: Copy {
    /// Eight numbers.
    type Lanes: Copy;

    fn splat(self, value: f64) -> Self::Lanes;
    fn load(self, values: &[f64; LANES]) -> Self::Lanes;
    fn add(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn subtract(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn multiply(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// The lanes whose mask is all ones; +0, which changes no sum, where it is 0.
    fn keep(self, lanes: Self::Lanes, mask: &[u64; LANES]) -> Self::Lanes;
    /// ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)): halves onto each other, whatever the register width.
    fn fold(self, lanes: Self::Lanes) -> f64;
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
    fn fold(self, lanes: Self::Lanes) -> f64 {
        let [a, b, c, d, e, f, g, h] = lanes;
        ((a + e) + (c + g)) + ((b + f) + (d + h))
    }
}

/// The roots of the magnitudes, by a loop that compilers turn into the widest vectors they may use.
#[cfg(feature = "contender")]
#[inline(always)]
pub(crate) fn square_roots(values: &[f64], out: &mut [f64]) {
    for (root, value) in out.iter_mut().zip(values) {
        *root = value.abs().sqrt();
    }
}
