//! Which operations do the pairs of doubles need of an instruction set?

/// Lanes of every instruction set: one register of 256 bits.
pub(super) const LANES: usize = 4;

/// An instruction set, as proof that it is there: four numbers side by side, and what is done with them.
///
/// What is called exact is so where nothing overflows or underflows. The rest may be rounded once or twice: the bits of
/// intermediate results depend on the instruction set, those of correctly rounded results cannot.
pub(super) trait Arithmetic: Copy {
    /// Four numbers.
    type Lanes: Copy;

    fn splat(self, value: f64) -> Self::Lanes;
    fn load(self, values: &[f64; LANES]) -> Self::Lanes;
    fn to_array(self, lanes: Self::Lanes) -> [f64; LANES];
    /// Four times four numbers, rows as columns.
    fn columns(self, rows: [&[f64; LANES]; LANES]) -> [Self::Lanes; LANES];
    /// The reverse of [`Arithmetic::columns`].
    fn store_rows(self, columns: [Self::Lanes; LANES], rows: [&mut [f64; LANES]; LANES]);
    fn add(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn subtract(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn multiply(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn divide(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn square_root(self, a: Self::Lanes) -> Self::Lanes;
    /// a b + c.
    fn multiply_add(self, a: Self::Lanes, b: Self::Lanes, c: Self::Lanes) -> Self::Lanes;
    /// c - a b.
    fn multiply_subtract(self, a: Self::Lanes, b: Self::Lanes, c: Self::Lanes) -> Self::Lanes;
    /// c + a a, without the error of a rounded square.
    fn plus_square(self, c: Self::Lanes, a: Self::Lanes) -> Self::Lanes;
    /// c - a a, without the error of a rounded square.
    fn less_square(self, c: Self::Lanes, a: Self::Lanes) -> Self::Lanes;
    /// a b - p, exactly, where p is the rounded product of a and b.
    fn residual(self, a: Self::Lanes, b: Self::Lanes, p: Self::Lanes) -> Self::Lanes;
    /// All ones where a and b differ or are not ordered, else all zeros.
    fn differ(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// The bits of either.
    fn or(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// Whether the sign bit of any lane is set.
    fn any_negative(self, a: Self::Lanes) -> bool;
}

/// What the compilation target itself offers. Residuals of products by Dekker's algorithm (1971), on halves
/// that Veltkamp's splitting gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Portable;

type Four = [f64; LANES];

#[inline(always)]
fn by_lane(mut a: Four, operation: impl Fn(usize, f64) -> f64) -> Four {
    for (lane, value) in a.iter_mut().enumerate() {
        *value = operation(lane, *value);
    }
    a
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
pub(super) fn residual(a: f64, b: f64, p: f64) -> f64 {
    let ((a_upper, a_lower), (b_upper, b_lower)) = (halves(a), halves(b));
    ((a_upper * b_upper - p) + a_upper * b_lower + a_lower * b_upper) + a_lower * b_lower
}

/// a a - p, exactly, where p is the rounded square.
#[inline(always)]
fn square_residual(a: f64, p: f64) -> f64 {
    let (upper, lower) = halves(a);
    ((upper * upper - p) + 2.0 * (upper * lower)) + lower * lower
}

impl Arithmetic for Portable {
    type Lanes = Four;

    #[inline(always)]
    fn splat(self, value: f64) -> Four {
        [value; LANES]
    }

    #[inline(always)]
    fn load(self, values: &[f64; LANES]) -> Four {
        *values
    }

    #[inline(always)]
    fn to_array(self, lanes: Four) -> [f64; LANES] {
        lanes
    }

    #[inline(always)]
    fn columns(self, [a, b, c, d]: [&[f64; LANES]; LANES]) -> [Four; LANES] {
        [0, 1, 2, 3].map(|time| [a[time], b[time], c[time], d[time]])
    }

    #[inline(always)]
    fn store_rows(self, columns: [Four; LANES], rows: [&mut [f64; LANES]; LANES]) {
        for (lane, row) in rows.into_iter().enumerate() {
            *row = columns.map(|column| column[lane]);
        }
    }

    #[inline(always)]
    fn add(self, a: Four, b: Four) -> Four {
        by_lane(a, |lane, a| a + b[lane])
    }

    #[inline(always)]
    fn subtract(self, a: Four, b: Four) -> Four {
        by_lane(a, |lane, a| a - b[lane])
    }

    #[inline(always)]
    fn multiply(self, a: Four, b: Four) -> Four {
        by_lane(a, |lane, a| a * b[lane])
    }

    #[inline(always)]
    fn divide(self, a: Four, b: Four) -> Four {
        by_lane(a, |lane, a| a / b[lane])
    }

    #[inline(always)]
    fn square_root(self, a: Four) -> Four {
        by_lane(a, |_, a| a.sqrt())
    }

    #[inline(always)]
    fn multiply_add(self, a: Four, b: Four, c: Four) -> Four {
        by_lane(a, |lane, a| a * b[lane] + c[lane])
    }

    #[inline(always)]
    fn multiply_subtract(self, a: Four, b: Four, c: Four) -> Four {
        by_lane(a, |lane, a| c[lane] - a * b[lane])
    }

    #[inline(always)]
    fn plus_square(self, c: Four, a: Four) -> Four {
        by_lane(c, |lane, c| {
            let square = a[lane] * a[lane];
            (c + square) + square_residual(a[lane], square)
        })
    }

    #[inline(always)]
    fn less_square(self, c: Four, a: Four) -> Four {
        by_lane(c, |lane, c| {
            let square = a[lane] * a[lane];
            (c - square) - square_residual(a[lane], square)
        })
    }

    #[inline(always)]
    fn residual(self, a: Four, b: Four, p: Four) -> Four {
        by_lane(a, |lane, a| residual(a, b[lane], p[lane]))
    }

    #[inline(always)]
    fn differ(self, a: Four, b: Four) -> Four {
        by_lane(a, |lane, a| f64::from_bits(if a == b[lane] { 0 } else { u64::MAX }))
    }

    #[inline(always)]
    fn or(self, a: Four, b: Four) -> Four {
        by_lane(a, |lane, a| f64::from_bits(a.to_bits() | b[lane].to_bits()))
    }

    #[inline(always)]
    fn any_negative(self, a: Four) -> bool {
        a.iter().any(|value| value.is_sign_negative())
    }
}
