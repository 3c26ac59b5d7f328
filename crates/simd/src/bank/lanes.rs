//! Four lanes of the portable bank side by side, as arrays, which the compiler turns into vectors.
//!
//! Every operation is the IEEE one lane by lane. A `vector` is lanes `vector * WIDTH` and following; those below [`VECTORS`]
//! lie within [`LANES`].

use breakeven_problem::bank::WIDTHS;

use super::{LANES, Numbers, Row};

/// Lanes of a vector.
pub(super) const WIDTH: usize = 4;

/// As few as hold all widths.
pub(super) const VECTORS: usize = WIDTHS.div_ceil(WIDTH);

/// Numbers side by side.
pub(super) type Vector = [f64; WIDTH];

#[inline(always)]
pub(super) fn splat(value: f64) -> Vector {
    [value; WIDTH]
}

#[inline(always)]
pub(super) fn load(numbers: &Numbers, vector: usize) -> Vector {
    let numbers = &numbers.0[vector * WIDTH..][..WIDTH];
    std::array::from_fn(|lane| numbers[lane])
}

#[inline(always)]
pub(super) fn store(numbers: &mut Numbers, vector: usize, value: Vector) {
    numbers.0[vector * WIDTH..][..WIDTH].copy_from_slice(&value);
}

#[inline(always)]
pub(super) fn add(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|lane| a[lane] + b[lane])
}

#[inline(always)]
pub(super) fn subtract(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|lane| a[lane] - b[lane])
}

#[inline(always)]
pub(super) fn multiply(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|lane| a[lane] * b[lane])
}

#[inline(always)]
pub(super) fn square_root(a: Vector) -> Vector {
    a.map(f64::sqrt)
}

/// The larger one; neither is NaN.
#[inline(always)]
pub(super) fn larger(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|lane| if a[lane] > b[lane] { a[lane] } else { b[lane] })
}

/// The largest integer not above each number. Their magnitude is below 2^51.
#[inline(always)]
pub(super) fn floor(a: Vector) -> Vector {
    // Rounds to an integer by pushing the fraction out, then steps back where that went up: without
    // SSE4.1 `f64::floor` is a library call per lane.
    const PUSH: f64 = 1.5 * (1u64 << 52) as f64;
    a.map(|number| {
        let near = (number + PUSH) - PUSH;
        near - if near > number { 1.0 } else { 0.0 }
    })
}

/// a + b c, where b c is exact.
#[inline(always)]
pub(super) fn add_product(a: Vector, b: Vector, c: Vector) -> Vector {
    std::array::from_fn(|lane| a[lane] + b[lane] * c[lane])
}

/// a - b c, likewise.
#[inline(always)]
pub(super) fn subtract_product(a: Vector, b: Vector, c: Vector) -> Vector {
    std::array::from_fn(|lane| a[lane] - b[lane] * c[lane])
}

#[inline(always)]
pub(super) fn divide(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|lane| a[lane] / b[lane])
}

/// The number that is not negative, with the sign of the other.
#[inline(always)]
pub(super) fn with_sign(magnitude: Vector, sign: Vector) -> Vector {
    std::array::from_fn(|lane| magnitude[lane].copysign(sign[lane]))
}

/// `then` where the magnitude of `a` is above `limit`, else `otherwise`.
#[inline(always)]
pub(super) fn beyond(a: Vector, limit: Vector, then: Vector, otherwise: Vector) -> Vector {
    std::array::from_fn(|lane| if a[lane].abs() > limit[lane] { then[lane] } else { otherwise[lane] })
}

/// The value of lane l that entered l + 50 rows ago, in row `LANES - 1 - l` of the oldest ones kept.
#[inline(always)]
pub(super) fn leaving(past: &[Row; LANES], vector: usize) -> Vector {
    std::array::from_fn(|lane| {
        let lane = vector * WIDTH + lane;
        f64::from(past[LANES - 1 - lane].0[lane])
    })
}

/// Writes integers within the range of `i16`.
#[inline(always)]
pub(super) fn enter(row: &mut Row, vector: usize, value: Vector) {
    row.0[vector * WIDTH..][..WIDTH].copy_from_slice(&value.map(|number| number as i16));
}

/// The sum of all numbers, which are integers with a sum below 2^31.
#[inline(always)]
pub(super) fn total(a: Vector) -> i32 {
    a.iter().sum::<f64>() as i32
}
