//! Which operations does the bank need of an instruction set?

use super::{Divisor, LANES, Numbers, Row};
use crate::isa::Portable;

/// An instruction set, as proof that it is there: [`Lanes::WIDTH`] lanes of the bank side by side.
///
/// Every operation is the IEEE one lane by lane, so all instruction sets give the same bits. A `vector` is
/// lanes `vector * WIDTH` and following; those below [`Lanes::VECTORS`] lie within [`LANES`].
pub(super) trait Lanes: Copy {
    /// Numbers side by side.
    type Vector: Copy;
    const WIDTH: usize;
    /// As few as hold all widths.
    const VECTORS: usize = breakeven_problem::bank::WIDTHS.div_ceil(Self::WIDTH);

    fn splat(self, value: f64) -> Self::Vector;
    fn load(self, numbers: &Numbers, vector: usize) -> Self::Vector;
    fn store(self, numbers: &mut Numbers, vector: usize, value: Self::Vector);
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn subtract(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn multiply(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn square_root(self, a: Self::Vector) -> Self::Vector;
    /// The larger one; neither is NaN.
    fn larger(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The largest integer not above each number. Their magnitude is below 2^31.
    fn floor(self, a: Self::Vector) -> Self::Vector;
    /// a + b c, where b c is exact: fused or not, it is rounded once.
    fn add_product(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// a - b c, likewise.
    fn subtract_product(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// The correctly rounded quotient; the module above proves it where it is made of products.
    fn divide(self, a: Self::Vector, divisor: &Divisor, vector: usize) -> Self::Vector;
    /// The number that is not negative, with the sign of the other.
    fn with_sign(self, magnitude: Self::Vector, sign: Self::Vector) -> Self::Vector;
    /// `then` where the magnitude of `a` is above `limit`, else `otherwise`.
    fn beyond(
        self,
        a: Self::Vector,
        limit: Self::Vector,
        then: Self::Vector,
        otherwise: Self::Vector,
    ) -> Self::Vector;
    /// The value of lane l that entered l + 50 rows ago, in row `LANES - 1 - l` of the oldest ones kept.
    fn leaving(self, past: &[Row; LANES], vector: usize) -> Self::Vector;
    /// Writes integers within the range of `i16`.
    fn enter(self, row: &mut Row, vector: usize, value: Self::Vector);
    /// The sum of all numbers, which are integers with a sum below 2^31.
    fn total(self, a: Self::Vector) -> i32;
}

const WIDTH: usize = 4;

impl Lanes for Portable {
    type Vector = [f64; WIDTH];
    const WIDTH: usize = WIDTH;

    #[inline(always)]
    fn splat(self, value: f64) -> [f64; WIDTH] {
        [value; WIDTH]
    }

    #[inline(always)]
    fn load(self, numbers: &Numbers, vector: usize) -> [f64; WIDTH] {
        let numbers = &numbers.0[vector * WIDTH..][..WIDTH];
        std::array::from_fn(|lane| numbers[lane])
    }

    #[inline(always)]
    fn store(self, numbers: &mut Numbers, vector: usize, value: [f64; WIDTH]) {
        numbers.0[vector * WIDTH..][..WIDTH].copy_from_slice(&value);
    }

    #[inline(always)]
    fn add(self, a: [f64; WIDTH], b: [f64; WIDTH]) -> [f64; WIDTH] {
        std::array::from_fn(|lane| a[lane] + b[lane])
    }

    #[inline(always)]
    fn subtract(self, a: [f64; WIDTH], b: [f64; WIDTH]) -> [f64; WIDTH] {
        std::array::from_fn(|lane| a[lane] - b[lane])
    }

    #[inline(always)]
    fn multiply(self, a: [f64; WIDTH], b: [f64; WIDTH]) -> [f64; WIDTH] {
        std::array::from_fn(|lane| a[lane] * b[lane])
    }

    #[inline(always)]
    fn square_root(self, a: [f64; WIDTH]) -> [f64; WIDTH] {
        a.map(f64::sqrt)
    }

    #[inline(always)]
    fn larger(self, a: [f64; WIDTH], b: [f64; WIDTH]) -> [f64; WIDTH] {
        std::array::from_fn(|lane| if a[lane] > b[lane] { a[lane] } else { b[lane] })
    }

    #[inline(always)]
    fn floor(self, a: [f64; WIDTH]) -> [f64; WIDTH] {
        // Rounds to an integer by pushing the fraction out, then steps back where that went up: without
        // SSE4.1 `f64::floor` is a library call per lane.
        const PUSH: f64 = 1.5 * (1u64 << 52) as f64;
        a.map(|number| {
            let near = (number + PUSH) - PUSH;
            near - if near > number { 1.0 } else { 0.0 }
        })
    }

    #[inline(always)]
    fn add_product(self, a: [f64; WIDTH], b: [f64; WIDTH], c: [f64; WIDTH]) -> [f64; WIDTH] {
        std::array::from_fn(|lane| a[lane] + b[lane] * c[lane])
    }

    #[inline(always)]
    fn subtract_product(self, a: [f64; WIDTH], b: [f64; WIDTH], c: [f64; WIDTH]) -> [f64; WIDTH] {
        std::array::from_fn(|lane| a[lane] - b[lane] * c[lane])
    }

    #[inline(always)]
    fn divide(self, a: [f64; WIDTH], divisor: &Divisor, vector: usize) -> [f64; WIDTH] {
        let number = self.load(&divisor.number, vector);
        std::array::from_fn(|lane| a[lane] / number[lane])
    }

    #[inline(always)]
    fn with_sign(self, magnitude: [f64; WIDTH], sign: [f64; WIDTH]) -> [f64; WIDTH] {
        std::array::from_fn(|lane| magnitude[lane].copysign(sign[lane]))
    }

    #[inline(always)]
    fn beyond(
        self,
        a: [f64; WIDTH],
        limit: [f64; WIDTH],
        then: [f64; WIDTH],
        otherwise: [f64; WIDTH],
    ) -> [f64; WIDTH] {
        std::array::from_fn(|lane| if a[lane].abs() > limit[lane] { then[lane] } else { otherwise[lane] })
    }

    #[inline(always)]
    fn leaving(self, past: &[Row; LANES], vector: usize) -> [f64; WIDTH] {
        std::array::from_fn(|lane| {
            let lane = vector * WIDTH + lane;
            f64::from(past[LANES - 1 - lane].0[lane])
        })
    }

    #[inline(always)]
    fn enter(self, row: &mut Row, vector: usize, value: [f64; WIDTH]) {
        row.0[vector * WIDTH..][..WIDTH].copy_from_slice(&value.map(|number| number as i16));
    }

    #[inline(always)]
    fn total(self, a: [f64; WIDTH]) -> i32 {
        a.iter().sum::<f64>() as i32
    }
}
