//! Which operations do the pairs of doubles need of an instruction set?

use crate::isa::{Lanes, Portable, Vectors, by_lane};

/// Lanes of every instruction set: one register of 256 bits.
pub(super) const LANES: usize = 4;

/// Four numbers.
type Four<A> = <A as Vectors<LANES>>::Vector;

/// An instruction set with what pairs of doubles need besides.
///
/// What is called exact is so where nothing overflows or underflows. The rest may be rounded once or twice: the bits of
/// intermediate results depend on the instruction set, those of correctly rounded results cannot.
pub(super) trait Arithmetic: Lanes<LANES> {
    /// a b + c.
    fn multiply_add(self, a: Four<Self>, b: Four<Self>, c: Four<Self>) -> Four<Self>;
    /// c - a b.
    fn multiply_subtract(self, a: Four<Self>, b: Four<Self>, c: Four<Self>) -> Four<Self>;
    /// c + a a, without the error of a rounded square.
    fn plus_square(self, c: Four<Self>, a: Four<Self>) -> Four<Self>;
    /// c - a a, without the error of a rounded square.
    fn less_square(self, c: Four<Self>, a: Four<Self>) -> Four<Self>;
    /// a b - p, exactly, where p is the rounded product of a and b.
    fn residual(self, a: Four<Self>, b: Four<Self>, p: Four<Self>) -> Four<Self>;
    /// All ones where a and b differ or are not ordered, else all zeros.
    fn differ(self, a: Four<Self>, b: Four<Self>) -> Four<Self>;
    /// The bits of either.
    fn or(self, a: Four<Self>, b: Four<Self>) -> Four<Self>;
    /// Whether the sign bit of any lane is set.
    fn any_negative(self, a: Four<Self>) -> bool;

    /// Four times four numbers, rows as columns.
    #[inline(always)]
    fn columns(self, rows: [&[f64; LANES]; LANES]) -> [Four<Self>; LANES] {
        let halves = rows.map(|row| row.as_chunks::<2>().0);
        let [a, b] = self.rows(halves.map(|halves| &halves[0]));
        let [c, d] = self.rows(halves.map(|halves| &halves[1]));
        [a, b, c, d]
    }

    /// The reverse of [`Arithmetic::columns`].
    #[inline(always)]
    fn store_rows(self, columns: [Four<Self>; LANES], rows: [&mut [f64; LANES]; LANES]) {
        let quads = self.quads(columns);
        for (lane, row) in rows.into_iter().enumerate() {
            self.write(&quads, lane, row);
        }
    }
}

/// The upper and the lower half of a significand.
#[inline(always)]
fn halves(a: f64) -> (f64, f64) {
    let scaled = 134_217_729.0 * a; // 2^27 + 1
    let upper = scaled - (scaled - a);
    (upper, a - upper)
}

/// a b - p, exactly, where p is the rounded product.
#[inline(always)]
pub(crate) fn residual(a: f64, b: f64, p: f64) -> f64 {
    let ((a_upper, a_lower), (b_upper, b_lower)) = (halves(a), halves(b));
    ((a_upper * b_upper - p) + a_upper * b_lower + a_lower * b_upper) + a_lower * b_lower
}

/// a a - p, exactly, where p is the rounded square.
#[inline(always)]
fn square_residual(a: f64, p: f64) -> f64 {
    let (upper, lower) = halves(a);
    ((upper * upper - p) + 2.0 * (upper * lower)) + lower * lower
}

/// Residuals of products by Dekker's algorithm (1971), on halves that Veltkamp's splitting gives.
impl Arithmetic for Portable {
    #[inline(always)]
    fn multiply_add(self, a: [f64; LANES], b: [f64; LANES], c: [f64; LANES]) -> [f64; LANES] {
        by_lane(a, |lane, a| a * b[lane] + c[lane])
    }

    #[inline(always)]
    fn multiply_subtract(self, a: [f64; LANES], b: [f64; LANES], c: [f64; LANES]) -> [f64; LANES] {
        by_lane(a, |lane, a| c[lane] - a * b[lane])
    }

    #[inline(always)]
    fn plus_square(self, c: [f64; LANES], a: [f64; LANES]) -> [f64; LANES] {
        by_lane(c, |lane, c| {
            let square = a[lane] * a[lane];
            (c + square) + square_residual(a[lane], square)
        })
    }

    #[inline(always)]
    fn less_square(self, c: [f64; LANES], a: [f64; LANES]) -> [f64; LANES] {
        by_lane(c, |lane, c| {
            let square = a[lane] * a[lane];
            (c - square) - square_residual(a[lane], square)
        })
    }

    #[inline(always)]
    fn residual(self, a: [f64; LANES], b: [f64; LANES], p: [f64; LANES]) -> [f64; LANES] {
        by_lane(a, |lane, a| residual(a, b[lane], p[lane]))
    }

    #[inline(always)]
    fn differ(self, a: [f64; LANES], b: [f64; LANES]) -> [f64; LANES] {
        by_lane(a, |lane, a| f64::from_bits(if a == b[lane] { 0 } else { u64::MAX }))
    }

    #[inline(always)]
    fn or(self, a: [f64; LANES], b: [f64; LANES]) -> [f64; LANES] {
        by_lane(a, |lane, a| f64::from_bits(a.to_bits() | b[lane].to_bits()))
    }

    #[inline(always)]
    fn any_negative(self, a: [f64; LANES]) -> bool {
        a.iter().any(|value| value.is_sign_negative())
    }
}
