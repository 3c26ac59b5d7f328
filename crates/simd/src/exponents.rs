//! Which power of two is a number near, and how is it scaled by one without an error?

/// 2^`exponent` for an exponent of -1074 ..= 1023.
#[inline(always)]
pub(crate) const fn power_of_two(exponent: i64) -> f64 {
    if exponent >= -1022 {
        f64::from_bits(((exponent + 1023) as u64) << 52)
    } else {
        f64::from_bits(1 << (exponent + 1074))
    }
}

/// e where 2^e <= `value` < 2^(e + 1), for a positive finite value.
pub(crate) fn exponent(value: f64) -> i64 {
    if value >= f64::MIN_POSITIVE {
        (value.to_bits() >> 52) as i64 - 1023
    } else {
        i64::from(value.to_bits().ilog2()) - 1074
    }
}

/// `value` times 2^`exponent`, |`exponent`| <= 2044: exact where the result is a double, for it is in range
/// after the first of two factors.
pub(crate) fn times_power_of_two(value: f64, exponent: i64) -> f64 {
    let first = exponent / 2;
    value * power_of_two(first) * power_of_two(exponent - first)
}
