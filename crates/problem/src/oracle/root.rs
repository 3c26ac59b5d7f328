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

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

    use super::*;

    /// Whether sqrt(v / divisor) lies within half a last place of `root`, by integers alone: with
    /// `root` = s 2^e it must lie between (2s - 1) 2^(e - 1) and (2s + 1) 2^(e - 1).
    fn is_nearest(root: f64, v: &BigUint, divisor: u128) -> bool {
        let biased = (root.to_bits() >> 52) as i64;
        let significand = (root.to_bits() & ((1 << 52) - 1)) | (1 << 52);
        let twice_exponent = 2 * (biased - 1075 - 1);
        let (left, right) =
            if twice_exponent >= 0 { (twice_exponent as u64, 0) } else { (0, -twice_exponent as u64) };
        let square = |x: u64| (BigUint::from(x) * x * divisor) << left;
        let v = v << right;
        square(2 * significand - 1) <= v && v <= square(2 * significand + 1)
    }

    #[test]
    fn every_root_is_the_nearest_double() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        for round in 0..20_000u64 {
            let v = BigUint::from(random.next_u64()) << (random.next_u64() % 300);
            let v = (v + random.next_u64()) >> (random.next_u64() % 60);
            let divisor = u128::from(random.next_u64() >> (round % 60)).max(1);
            if v == BigUint::ZERO {
                continue;
            }
            let root = square_root(&v, divisor, 0);
            assert!(is_nearest(root, &v, divisor), "sqrt({v} / {divisor}) is not {root:e}");
        }
    }

    #[test]
    fn just_beside_a_tie_the_smallest_remainder_decides() {
        let mut random = ChaCha8Rng::seed_from_u64(2);
        for _ in 0..1000 {
            // The tie between two doubles: 54 bits, the last one set.
            let tie = (1 << 53) | (random.next_u64() >> 11) | 1;
            // What decides is the quotient's remainder, or that of the root where the quotient is exact.
            for (divisor, shift) in [(u128::from(random.next_u64() | 1 << 63), 0), (1, 9)] {
                let v = (BigUint::from(tie) * tie * divisor) << (2 * shift);
                for scale in [0, -1000, 900] {
                    let double = |half: u64| half as f64 * power_of_two(scale + 1);
                    let root = |v: &BigUint| square_root(v, divisor, scale as i32 - shift);
                    assert_eq!(root(&(&v - 1u8)), double(tie / 2));
                    assert_eq!(root(&v), double(tie / 2 + tie / 2 % 2));
                    assert_eq!(root(&(&v + 1u8)), double(tie / 2 + 1));
                }
            }
        }
    }

    #[test]
    fn beside_a_tie_of_subnormals_too() {
        // sqrt(v) = 2k + 1 halves of the smallest subnormal.
        for k in 0..50u64 {
            let v = BigUint::from(2 * k + 1).pow(2) << 40u32;
            let root = |v: &BigUint| square_root(v, 1, -1075 - 20).to_bits();
            assert_eq!(root(&(&v - 1u8)), k);
            assert_eq!(root(&v), k + k % 2);
            assert_eq!(root(&(&v + 1u8)), k + 1);
        }
    }

    #[test]
    fn the_largest_double_and_what_lies_beyond() {
        // f64::MAX = (2^53 - 1) 2^971; the tie to infinity is (2^54 - 1) 2^970.
        let tie = BigUint::from((1u64 << 54) - 1).pow(2);
        assert_eq!(square_root(&(&tie - 1u8), 1, 970), f64::MAX);
        assert_eq!(square_root(&tie, 1, 970), f64::INFINITY);
        assert_eq!(square_root(&BigUint::from(1u8), 1, 1024), f64::INFINITY);
        assert_eq!(square_root(&BigUint::from(1u8), 1, 1023), 2f64.powi(1023));
    }
}
