//! Which operations do the kernels need of an instruction set?

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_64;

use std::cmp::Ordering;

/// Lanes of [`Isa`] on every instruction set: two registers of 256 bits, or one of 512.
pub(crate) const LANES: usize = 8;

/// Work that is compiled for each instruction set. [`crate::Kernel::run`] runs it on the kernel's own.
pub(crate) trait Job {
    /// `W` is as many numbers as one register holds: eight on AVX-512, else four.
    fn run<const W: usize, I: Isa + Lanes<W>>(self, isa: I);
}

/// An instruction set, as proof that it is there: `N` numbers side by side, and what is done with them.
///
/// Every operation is the IEEE one lane by lane, so all instruction sets give the same bits.
pub(crate) trait Vectors<const N: usize>: Copy {
    /// `N` numbers.
    type Vector: Copy;

    fn splat(self, value: f64) -> Self::Vector;
    fn load(self, values: &[f64; N]) -> Self::Vector;
    fn store(self, vector: Self::Vector, out: &mut [f64; N]);
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn subtract(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn multiply(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn divide(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn root(self, a: Self::Vector) -> Self::Vector;
    /// Bit l is set unless a <= b in lane l, so also where either is NaN.
    fn not_within(self, a: Self::Vector, b: Self::Vector) -> u32;
    /// `then` where a <= b, else `other`.
    fn where_within(
        self,
        a: Self::Vector,
        b: Self::Vector,
        then: Self::Vector,
        other: Self::Vector,
    ) -> Self::Vector;

    #[inline(always)]
    fn numbers(self, vector: Self::Vector) -> [f64; N] {
        let mut numbers = [0.0; N];
        self.store(vector, &mut numbers);
        numbers
    }
}

/// What whole arrays and narrow windows need besides.
pub(crate) trait Isa: Vectors<LANES> {
    /// Fewer than eight values, in the last lanes: those that the mask keeps, which are at most as many as there are values.
    fn load_few(self, values: &[f64], mask: &[u64; LANES]) -> Self::Vector;
    /// The lanes whose mask is all ones; +0, which changes no sum, where it is 0.
    fn keep(self, lanes: Self::Vector, mask: &[u64; LANES]) -> Self::Vector;
    /// ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)) of both: halves onto each other, whatever the register width.
    fn fold(self, a: Self::Vector, b: Self::Vector) -> [f64; 2];
}

/// What stretches of a series need besides, `W` of which are done side by side.
pub(crate) trait Lanes<const W: usize>: Vectors<W> {
    /// Four consecutive numbers of each lane.
    type Quads: Copy;

    /// b where a is not NaN, else 0.
    fn where_number(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a where a > b, else b: b where either is NaN.
    fn larger(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a where a < b, else b: b where either is NaN.
    fn smaller(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Two rows, of two consecutive numbers of each lane.
    fn rows(self, lanes: [&[f64; 2]; W]) -> [Self::Vector; 2];
    /// Four consecutive numbers of each lane, of four rows.
    fn quads(self, rows: [Self::Vector; 4]) -> Self::Quads;
    fn write(self, quads: &Self::Quads, lane: usize, out: &mut [f64; 4]);
    fn write_roots(self, quads: &Self::Quads, lane: usize, out: &mut [f64; 4]);
    /// Asks for the cache lines of two numbers, one that will be read soon and one that will be written.
    fn prefetch(self, _read: &f64, _written: &f64) {}

    /// a + b, and what it rounds off: exactly where |a| >= |b| (Dekker's FastTwoSum), else but for at most u |b|.
    #[inline(always)]
    fn fast_two_sum(self, a: Self::Vector, b: Self::Vector) -> Rounded<Self::Vector> {
        let sum = self.add(a, b);
        Rounded { sum, rest: self.subtract(b, self.subtract(sum, a)) }
    }
}

/// A rounded sum and what it rounded off.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rounded<V> {
    pub(crate) sum: V,
    pub(crate) rest: V,
}

/// What the compilation target itself offers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portable;

/// What `operation` makes of each number and its lane.
#[inline(always)]
pub(crate) fn by_lane<const N: usize>(mut a: [f64; N], operation: impl Fn(usize, f64) -> f64) -> [f64; N] {
    for (lane, value) in a.iter_mut().enumerate() {
        *value = operation(lane, *value);
    }
    a
}

impl<const N: usize> Vectors<N> for Portable {
    type Vector = [f64; N];

    #[inline(always)]
    fn splat(self, value: f64) -> [f64; N] {
        [value; N]
    }

    #[inline(always)]
    fn load(self, values: &[f64; N]) -> [f64; N] {
        *values
    }

    #[inline(always)]
    fn store(self, vector: [f64; N], out: &mut [f64; N]) {
        *out = vector;
    }

    #[inline(always)]
    fn add(self, a: [f64; N], b: [f64; N]) -> [f64; N] {
        by_lane(a, |lane, a| a + b[lane])
    }

    #[inline(always)]
    fn subtract(self, a: [f64; N], b: [f64; N]) -> [f64; N] {
        by_lane(a, |lane, a| a - b[lane])
    }

    #[inline(always)]
    fn multiply(self, a: [f64; N], b: [f64; N]) -> [f64; N] {
        by_lane(a, |lane, a| a * b[lane])
    }

    #[inline(always)]
    fn divide(self, a: [f64; N], b: [f64; N]) -> [f64; N] {
        by_lane(a, |lane, a| a / b[lane])
    }

    #[inline(always)]
    fn root(self, a: [f64; N]) -> [f64; N] {
        a.map(f64::sqrt)
    }

    #[inline(always)]
    fn not_within(self, a: [f64; N], b: [f64; N]) -> u32 {
        let is_within =
            |lane: usize| matches!(a[lane].partial_cmp(&b[lane]), Some(Ordering::Less | Ordering::Equal));
        (0..N).fold(0, |bits, lane| bits | u32::from(!is_within(lane)) << lane)
    }

    #[inline(always)]
    fn where_within(self, a: [f64; N], b: [f64; N], then: [f64; N], other: [f64; N]) -> [f64; N] {
        by_lane(a, |lane, a| if a <= b[lane] { then[lane] } else { other[lane] })
    }
}

impl Isa for Portable {
    #[inline(always)]
    fn load_few(self, values: &[f64], _: &[u64; LANES]) -> [f64; LANES] {
        let mut lanes = [0.0; LANES];
        lanes[LANES - values.len()..].copy_from_slice(values);
        lanes
    }

    #[inline(always)]
    fn keep(self, lanes: [f64; LANES], mask: &[u64; LANES]) -> [f64; LANES] {
        by_lane(lanes, |lane, value| f64::from_bits(value.to_bits() & mask[lane]))
    }

    #[inline(always)]
    fn fold(self, a: [f64; LANES], b: [f64; LANES]) -> [f64; 2] {
        [a, b].map(|[a, b, c, d, e, f, g, h]| ((a + e) + (c + g)) + ((b + f) + (d + h)))
    }
}

impl Lanes<4> for Portable {
    type Quads = [[f64; 4]; 4];

    #[inline(always)]
    fn where_number(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        by_lane(a, |lane, a| if a.is_nan() { 0.0 } else { b[lane] })
    }

    #[inline(always)]
    fn larger(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        by_lane(a, |lane, a| if a > b[lane] { a } else { b[lane] })
    }

    #[inline(always)]
    fn smaller(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        by_lane(a, |lane, a| if a < b[lane] { a } else { b[lane] })
    }

    #[inline(always)]
    fn rows(self, lanes: [&[f64; 2]; 4]) -> [[f64; 4]; 2] {
        std::array::from_fn(|row| lanes.map(|lane| lane[row]))
    }

    #[inline(always)]
    fn quads(self, rows: [[f64; 4]; 4]) -> [[f64; 4]; 4] {
        std::array::from_fn(|lane| rows.map(|row| row[lane]))
    }

    #[inline(always)]
    fn write(self, quads: &[[f64; 4]; 4], lane: usize, out: &mut [f64; 4]) {
        *out = quads[lane];
    }

    #[inline(always)]
    fn write_roots(self, quads: &[[f64; 4]; 4], lane: usize, out: &mut [f64; 4]) {
        *out = quads[lane].map(f64::sqrt);
    }
}
