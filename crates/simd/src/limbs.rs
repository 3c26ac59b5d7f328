//! How is computed in integers of more than 128 bits?
//!
//! They are limbs of 64 bits, the least significant first; a negative one is in two's complement.

use crate::exponents::power_of_two;

/// Adds `value` 2^`shift`; what is carried beyond the last limb is dropped.
pub(crate) fn add(limbs: &mut [u64], value: u128, shift: u32) {
    combine(limbs, value, shift, u64::overflowing_add);
}

/// Subtracts `value` 2^`shift`; what is borrowed beyond the last limb is dropped.
pub(crate) fn subtract(limbs: &mut [u64], value: u128, shift: u32) {
    combine(limbs, value, shift, u64::overflowing_sub);
}

#[inline(always)]
fn combine(limbs: &mut [u64], value: u128, shift: u32, step: impl Fn(u64, u64) -> (u64, bool)) {
    let mut carry = false;
    for (place, limb) in limbs[shift as usize / 64..].iter_mut().enumerate() {
        if place > 2 && !carry {
            return;
        }
        let (result, first) = step(*limb, part(value, shift % 64, place));
        let (result, second) = step(result, u64::from(carry));
        *limb = result;
        carry = first | second;
    }
}

/// Limb number `place` of `value` 2^`shift`, with a shift below 64.
#[inline(always)]
fn part(value: u128, shift: u32, place: usize) -> u64 {
    match place {
        0 => (value << shift) as u64,
        1 => ((value << shift) >> 64) as u64,
        2 if shift > 0 => (value >> (128 - shift)) as u64,
        _ => 0,
    }
}

pub(crate) fn negate(limbs: &mut [u64]) {
    let mut carry = true;
    for limb in limbs {
        (*limb, carry) = (!*limb).overflowing_add(u64::from(carry));
    }
}

/// `limbs` times `factor`, which must fit.
pub(crate) fn multiply(limbs: &mut [u64], factor: u64) {
    let mut carry = 0;
    for limb in limbs.iter_mut() {
        let product = u128::from(*limb) * u128::from(factor) + carry;
        *limb = product as u64;
        carry = product >> 64;
    }
    debug_assert_eq!(carry, 0, "the product fits");
}

/// `limbs` less the square of `root`, which is no greater.
pub(crate) fn subtract_square(limbs: &mut [u64], root: &[u64]) {
    let used = root.iter().rposition(|limb| *limb != 0).map_or(0, |last| last + 1);
    for (place, &factor) in root[..used].iter().enumerate() {
        let mut carry = 0;
        for (other, limb) in root[..used].iter().zip(&mut limbs[place..]) {
            let product = u128::from(factor) * u128::from(*other) + carry;
            let (difference, borrow) = limb.overflowing_sub(product as u64);
            *limb = difference;
            carry = (product >> 64) + u128::from(borrow);
        }
        subtract(&mut limbs[place + used..], carry, 0);
    }
}

/// An integer of 256 bits, and whether something other than zeros was shifted out of it.
pub(crate) struct Shifted {
    pub(crate) limbs: [u64; 4],
    pub(crate) cut: bool,
}

/// `limbs` / 2^`shift`, cut to an integer; left for a negative shift. Its 256 low bits, so it must have no more.
pub(crate) fn shifted(limbs: &[u64], shift: i64) -> Shifted {
    let (skipped, bits) = (shift.div_euclid(64), shift.rem_euclid(64) as u32);
    let limb =
        |place: i64| usize::try_from(place).ok().and_then(|place| limbs.get(place)).copied().unwrap_or(0);
    let out = std::array::from_fn(|place| {
        let at = place as i64 + skipped;
        ((u128::from(limb(at)) | u128::from(limb(at + 1)) << 64) >> bits) as u64
    });
    let below = usize::try_from(skipped).unwrap_or(0).min(limbs.len());
    let partly = skipped >= 0 && limb(skipped) & ((1 << bits) - 1) != 0;
    Shifted { limbs: out, cut: partly || limbs[..below].iter().any(|limb| *limb != 0) }
}

/// Bits up to the highest one that is set.
pub(crate) fn bits(limbs: &[u64]) -> i64 {
    let last = limbs.iter().rposition(|limb| *limb != 0);
    last.map_or(0, |last| 64 * last as i64 + 64 - i64::from(limbs[last].leading_zeros()))
}

/// The nearest double, ties to even.
pub(crate) fn nearest_double(limbs: &[u64]) -> f64 {
    let beyond = (bits(limbs) - 128).max(0);
    let Shifted { limbs: [low, high, ..], cut } = shifted(limbs, beyond);
    // a last bit stands for all that follow
    let top = u128::from(high) << 64 | u128::from(low) | u128::from(cut);
    top as f64 * power_of_two(beyond)
}
