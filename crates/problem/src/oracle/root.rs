//! How is a square root of a fraction rounded correctly?

use num_bigint::BigUint;

/// The double nearest to sqrt(`v` / `divisor`) 2^`scale`, ties to even; 0, subnormal and infinite
/// results included.
///
/// Let k be an integer such that T = floor(v 4^k / divisor) has 126 to 128 bits, y = v 4^k / divisor and
/// r = floor(sqrt(T)), which then has 63 or 64 bits. From r r <= T <= y and, T and (r + 1)^2 being
/// integers, y < T + 1 <= (r + 1)^2 follows r <= sqrt(y) < r + 1, with equality on the left only where
/// T = r r and y = T. The result is sqrt(y) 2^(scale - k); r and the one bit "sqrt(y) > r" decide how
/// it is rounded to any 53 bits or fewer, as r has at least ten more.
pub(super) fn square_root(v: &BigUint, divisor: u128, scale: i32) -> f64 {
    if *v == BigUint::ZERO {
        return 0.0;
    }
    let bits = v.bits() as i64 - i64::from(128 - divisor.leading_zeros());
    // v / divisor lies in (2^(bits - 1), 2^(bits + 1)); 126 <= bits + 2k <= 127 makes T's bits 126 .. 128
    let k = (127 - bits).div_euclid(2);
    let (numerator, denominator) = if k >= 0 {
        (v << (2 * k) as u64, BigUint::from(divisor))
    } else {
        (v.clone(), BigUint::from(divisor) << (-2 * k) as u64)
    };
    let quotient = &numerator / &denominator;
    let exact_quotient = &quotient * &denominator == numerator;
    let t = u128::try_from(quotient).expect("k leaves at most 128 bits");
    let r = t.isqrt();
    let exact = exact_quotient && r * r == t;
    round(r as u64, exact, i64::from(scale) - k)
}

/// The double nearest to x 2^`scale`, ties to even, where x is `floor` if `exact` and else lies strictly
/// between `floor` and `floor` + 1. `floor` is at least 2^62.
fn round(floor: u64, exact: bool, scale: i64) -> f64 {
    const LOWEST: i64 = -1074; // the exponent of the smallest subnormal
    const HIGHEST: i64 = 971; // the exponent of the last place of f64::MAX
    let bits = i64::from(64 - floor.leading_zeros());
    // The last place of the result is 2^(scale + shift).
    let shift = (bits - 53).max(LOWEST - scale);
    if shift > 64 {
        return 0.0; // below half of the smallest subnormal
    }
    let (kept, rest) = if shift == 64 { (0, floor) } else { (floor >> shift, floor & ((1 << shift) - 1)) };
    let half = 1 << (shift - 1);
    let up = rest > half || (rest == half && (!exact || kept % 2 == 1));
    // 2^53 at most: exact, and after a carry still right.
    let significand = (kept + u64::from(up)) as f64;
    if scale + shift > HIGHEST {
        return f64::INFINITY;
    }
    // One exact product: both factors and the result are doubles, or it overflows as it should.
    significand * power_of_two(scale + shift)
}

/// 2^exponent for an exponent of -1074 ..= 971.
fn power_of_two(exponent: i64) -> f64 {
    if exponent >= -1022 {
        f64::from_bits(((exponent + 1023) as u64) << 52)
    } else {
        f64::from_bits(1 << (exponent + 1074))
    }
}
