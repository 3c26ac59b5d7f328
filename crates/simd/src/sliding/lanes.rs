//! Which operations do tiles need of an instruction set?
#![expect(
    unsafe_code,
    reason = "one check per way instead of nine per step: with them a tile took a third longer"
)]

use crate::isa::Portable;

/// An instruction set, as proof that it is there: `W` lanes side by side.
///
/// Every operation is the IEEE one lane by lane, so all instruction sets give the same bits.
pub(super) trait Lanes<const W: usize>: Copy {
    /// One number of each lane.
    type Vector: Copy;
    /// Four consecutive numbers of each lane.
    type Quads: Copy;

    fn splat(self, value: f64) -> Self::Vector;
    fn load(self, values: &[f64; W]) -> Self::Vector;
    fn store(self, vector: Self::Vector, out: &mut [f64; W]);

    #[inline(always)]
    fn numbers(self, vector: Self::Vector) -> [f64; W] {
        let mut numbers = [0.0; W];
        self.store(vector, &mut numbers);
        numbers
    }

    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn subtract(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn multiply(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn divide(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn root(self, a: Self::Vector) -> Self::Vector;
    /// b where a is not NaN, else 0.
    fn where_number(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `then` where a <= b, else `other`.
    fn where_within(
        self,
        a: Self::Vector,
        b: Self::Vector,
        then: Self::Vector,
        other: Self::Vector,
    ) -> Self::Vector;
    /// a where a > b, else b: b where either is NaN.
    fn larger(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a where a < b, else b: b where either is NaN.
    fn smaller(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Bit l is set unless a <= b in lane l, so also where either is NaN.
    fn not_within(self, a: Self::Vector, b: Self::Vector) -> u32;
    /// Two rows, of two consecutive numbers of each lane.
    fn rows(self, lanes: [&[f64; 2]; W]) -> [Self::Vector; 2];
    /// Four consecutive numbers of each lane, of four rows.
    fn quads(self, rows: [Self::Vector; 4]) -> Self::Quads;
    fn write_roots(self, quads: &Self::Quads, lane: usize, out: &mut [f64; 4]);
    /// Asks for the cache line of a number that will be needed soon.
    fn prefetch(self, number: &f64);
    /// The same, to write to it.
    fn prefetch_to_write(self, number: &f64);

    /// a + b, and what it rounds off: exactly where |a| >= |b| (Dekker's FastTwoSum), else but for at most u |b|.
    #[inline(always)]
    fn fast_two_sum(self, a: Self::Vector, b: Self::Vector) -> Rounded<Self::Vector> {
        let sum = self.add(a, b);
        Rounded { sum, rest: self.subtract(b, self.subtract(sum, a)) }
    }
}

/// A rounded sum and what it rounded off.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rounded<V> {
    pub(super) sum: V,
    pub(super) rest: V,
}

/// What the next tile will read and write, to be fetched into the cache meanwhile: the lines of a tile are read in
/// several streams, each too short for the processor to foresee.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ahead<'a> {
    pub(super) values: &'a [f64],
    pub(super) out: &'a [f64],
}

impl<'a> Ahead<'a> {
    pub(super) const NOTHING: Self = Self { values: &[], out: &[] };

    /// Nothing, where the whole series of `length` fits the second cache with its results.
    pub(super) fn where_it_pays(self, length: usize) -> Self {
        const FIT: usize = 1 << 14;
        if length <= FIT { Self::NOTHING } else { self }
    }

    /// Without the first `numbers`.
    #[inline(always)]
    pub(super) fn from(self, numbers: usize) -> Self {
        let from = |slice: &'a [f64]| slice.get(numbers..).unwrap_or_default();
        Self { values: from(self.values), out: from(self.out) }
    }

    /// Fetches `count` numbers from place `from`, where there are so many.
    #[inline(always)]
    pub(super) fn fetch<const W: usize>(self, isa: impl Lanes<W>, from: usize, count: usize) {
        const LINE: usize = 8;
        if self.values.is_empty() {
            return;
        }
        for place in (from..from + count).step_by(LINE) {
            if let (Some(value), Some(result)) = (self.values.get(place), self.out.get(place)) {
                isa.prefetch(value);
                isa.prefetch_to_write(result);
            }
        }
    }
}

/// `W` stretches of a series, each so many values after the one before. They may overlap, and with the stride 0 all are one.
///
/// Kept as one pointer and a stride, and checked once for all lanes, because the addresses of twelve streams do not
/// fit the registers: with a slice per lane a tile took a fifth longer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretches<'a, const W: usize> {
    values: &'a [f64],
    stride: usize,
}

impl<'a, const W: usize> Stretches<'a, W> {
    /// The first starts with `values`, the last ends with them.
    ///
    /// # Panics
    /// Where there are too few values.
    #[inline(always)]
    pub(super) fn new(values: &'a [f64], stride: usize) -> Self {
        assert!(values.len() >= (W - 1) * stride, "the last stretch starts within the values");
        Self { values, stride }
    }

    /// Values of each stretch.
    #[inline(always)]
    pub(super) fn length(&self) -> usize {
        self.values.len() - (W - 1) * self.stride
    }

    #[inline(always)]
    pub(super) fn lane(&self, lane: usize) -> &'a [f64] {
        &self.values[lane * self.stride..][..self.length()]
    }

    /// Two numbers of each lane, from place `at`.
    ///
    /// # Safety
    /// `at + 2` is at most the length.
    #[inline(always)]
    pub(super) unsafe fn two(&self, at: usize) -> [&'a [f64; 2]; W] {
        debug_assert!(at + 2 <= self.length(), "within the lanes");
        // SAFETY: those of the last lane, the farthest ones, lie within the values, as the caller sees to.
        std::array::from_fn(|lane| unsafe { &*self.values.as_ptr().add(at + lane * self.stride).cast() })
    }
}

/// Where the results of `W` lanes go, each so many numbers after the one before.
#[derive(Debug)]
pub(super) struct Results<'a, const W: usize> {
    out: &'a mut [f64],
    stride: usize,
    length: usize,
}

impl<'a, const W: usize> Results<'a, W> {
    /// `length` results of each lane, the first of one lane `stride` after that of the lane before: with the stride 0 all are one.
    ///
    /// # Panics
    /// Where there is not just room for them.
    #[inline(always)]
    pub(super) fn new(out: &'a mut [f64], stride: usize, length: usize) -> Self {
        assert_eq!(out.len(), (W - 1) * stride + length, "so many results of each lane");
        Self { out, stride, length }
    }

    #[inline(always)]
    pub(super) fn set(&mut self, lane: usize, at: usize, result: f64) {
        self.out[lane * self.stride + at] = result;
    }

    /// Four results of a lane, from place `at`.
    ///
    /// # Safety
    /// `at + 4` is at most the length, and `lane` is below `W`.
    #[inline(always)]
    pub(super) unsafe fn four(&mut self, lane: usize, at: usize) -> &mut [f64; 4] {
        debug_assert!(at + 4 <= self.length && lane < W, "within the lanes");
        // SAFETY: the four are some of the `length` numbers of this lane, one of `W`, as the caller sees to.
        unsafe { &mut *self.out.as_mut_ptr().add(lane * self.stride + at).cast() }
    }

    /// Results of each lane.
    pub(super) fn length(&self) -> usize {
        self.length
    }
}

impl Lanes<4> for Portable {
    type Vector = [f64; 4];
    type Quads = [[f64; 4]; 4];

    #[inline(always)]
    fn splat(self, value: f64) -> [f64; 4] {
        [value; 4]
    }

    #[inline(always)]
    fn load(self, values: &[f64; 4]) -> [f64; 4] {
        *values
    }

    #[inline(always)]
    fn store(self, vector: [f64; 4], out: &mut [f64; 4]) {
        *out = vector;
    }

    #[inline(always)]
    fn add(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        std::array::from_fn(|lane| a[lane] + b[lane])
    }

    #[inline(always)]
    fn subtract(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        std::array::from_fn(|lane| a[lane] - b[lane])
    }

    #[inline(always)]
    fn multiply(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        std::array::from_fn(|lane| a[lane] * b[lane])
    }

    #[inline(always)]
    fn divide(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        std::array::from_fn(|lane| a[lane] / b[lane])
    }

    #[inline(always)]
    fn where_number(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        std::array::from_fn(|lane| if a[lane].is_nan() { 0.0 } else { b[lane] })
    }

    #[inline(always)]
    fn where_within(self, a: [f64; 4], b: [f64; 4], then: [f64; 4], other: [f64; 4]) -> [f64; 4] {
        std::array::from_fn(|lane| if a[lane] <= b[lane] { then[lane] } else { other[lane] })
    }

    #[inline(always)]
    fn root(self, a: [f64; 4]) -> [f64; 4] {
        a.map(f64::sqrt)
    }

    #[inline(always)]
    fn larger(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        std::array::from_fn(|lane| if a[lane] > b[lane] { a[lane] } else { b[lane] })
    }

    #[inline(always)]
    fn smaller(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        std::array::from_fn(|lane| if a[lane] < b[lane] { a[lane] } else { b[lane] })
    }

    #[inline(always)]
    fn not_within(self, a: [f64; 4], b: [f64; 4]) -> u32 {
        (0..4).fold(0, |bits, lane| {
            bits | u32::from(!matches!(
                a[lane].partial_cmp(&b[lane]),
                Some(std::cmp::Ordering::Less | std::cmp::Ordering::Equal)
            )) << lane
        })
    }

    #[inline(always)]
    fn rows(self, lanes: [&[f64; 2]; 4]) -> [[f64; 4]; 2] {
        std::array::from_fn(|row| std::array::from_fn(|lane| lanes[lane][row]))
    }

    #[inline(always)]
    fn quads(self, rows: [[f64; 4]; 4]) -> [[f64; 4]; 4] {
        std::array::from_fn(|lane| std::array::from_fn(|row| rows[row][lane]))
    }

    #[inline(always)]
    fn write_roots(self, quads: &[[f64; 4]; 4], lane: usize, out: &mut [f64; 4]) {
        *out = quads[lane].map(f64::sqrt);
    }

    #[inline(always)]
    fn prefetch(self, _: &f64) {}

    #[inline(always)]
    fn prefetch_to_write(self, _: &f64) {}
}
