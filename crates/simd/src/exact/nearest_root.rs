//! How is the root of a fraction of long integers rounded to the nearest, ties to even?
//!
//! The root in units of half a last place is cut to an integer h: guessed in floating point, then moved until h h d <= V <
//! (h + 1)^2 d, compared in integers. h and the question whether h h d = V decide the rounding: an even h is rounded
//! down, an odd one up, but an odd one that is met exactly to even.

use crate::exponents::{power_of_two, times_power_of_two};
use crate::limbs::{bits, nearest_double, shifted, subtract};

/// Bits of a double's significand.
const DIGITS: i64 = 53;

/// The exponent of the smallest subnormal number.
const LOWEST: i64 = -1074;

/// The exponent of the largest number's last place.
const HIGHEST: i64 = 971;

/// The double nearest to sqrt(`v` / `divisor`) 2^`scale`, ties to even: 0, subnormal and infinite ones
/// included. `v` is little-endian, `divisor` below 2^127.
pub(crate) fn nearest_root(v: &[u64], divisor: u128, scale: i32) -> f64 {
    let Some(last) = v.iter().rposition(|limb| *limb != 0) else { return 0.0 };
    let v = &v[..=last];
    let guess = Guess::new(v, divisor, scale.into());
    let finest = LOWEST - 1;
    // The root is counted in units of 2^unit, half a last place.
    let mut unit = (guess.exponent() - DIGITS).max(finest);
    loop {
        let counted = count_units(v, divisor, &guess, unit, scale.into());
        if counted.units >> (DIGITS + 1) > 0 {
            unit += 1;
        } else if counted.units >> DIGITS == 0 && unit > finest {
            unit -= 1;
        } else {
            return round(counted, unit + 1);
        }
    }
}

/// The root of the double nearest to `v` / `divisor`, ties to even, times 2^`scale`; [`nearest_root`] where that is not normal.
pub(super) fn root_of_nearest(v: &[u64], divisor: u128, scale: i32) -> f64 {
    if bits(v) == 0 {
        return 0.0;
    }
    // an even number of places off, so that the quotient has 61 to 63 bits
    let (low, high) = (divisor as u64, (divisor >> 64) as u64);
    let shift = bits(v) - bits(&[low, high]) - 61;
    let shift = shift - shift.rem_euclid(2);
    let mut rest = shifted(v, shift);
    let mut quotient = 0;
    while !compare(&rest.limbs, &[low, high, 0, 0]).is_lt() {
        // guessed too small by 2^-50 or so of itself
        let guess = nearest_double(&rest.limbs) / divisor as f64 * (1.0 - power_of_two(-50));
        let more = (guess as u64).max(1);
        subtract(&mut rest.limbs, u128::from(more) * u128::from(low), 0);
        subtract(&mut rest.limbs, u128::from(more) * u128::from(high), 64);
        quotient += more;
    }
    // a last bit stands for all that follow
    let variance = (quotient | u64::from(rest.cut || rest.limbs != [0; 4])) as f64;
    let root = times_power_of_two(variance.sqrt(), shift / 2 + i64::from(scale));
    if root.is_normal() { root } else { nearest_root(v, divisor, scale) }
}

/// The root to about 50 bits: `root` 2^`scale`.
struct Guess {
    root: f64,
    scale: i64,
}

impl Guess {
    fn new(v: &[u64], divisor: u128, scale: i64) -> Self {
        let bits = bits(v);
        // an even number of places off, so that the root's exponent is an integer
        let even = bits - 64 + bits.rem_euclid(2);
        let [leading, ..] = shifted(v, even).limbs;
        Self { root: (leading as f64 / divisor as f64).sqrt(), scale: even / 2 + scale }
    }

    /// Of the first place.
    fn exponent(&self) -> i64 {
        (self.root.to_bits() >> 52) as i64 - 1023 + self.scale
    }
}

/// The root cut to an integer, and whether nothing was cut off.
struct Counted {
    units: u64,
    exact: bool,
}

fn count_units(v: &[u64], divisor: u128, guess: &Guess, unit: i64, scale: i64) -> Counted {
    let v = shifted(v, 2 * (unit - scale));
    let mut units = (guess.root * power_of_two(guess.scale - unit)) as u64;
    let mut square = times_square(divisor, units);
    while compare(&square, &v.limbs).is_gt() {
        units -= 1;
        square = times_square(divisor, units);
    }
    loop {
        let next = times_square(divisor, units + 1);
        if compare(&next, &v.limbs).is_gt() {
            return Counted { units, exact: square == v.limbs && !v.cut };
        }
        units += 1;
        square = next;
    }
}

fn round(counted: Counted, last_place: i64) -> f64 {
    let (kept, odd) = (counted.units / 2, counted.units % 2 == 1);
    let significand = kept + u64::from(odd && (!counted.exact || kept % 2 == 1));
    if last_place > HIGHEST {
        return f64::INFINITY;
    }
    // One exact product: both factors and the result are doubles, or it overflows as it should.
    significand as f64 * power_of_two(last_place)
}

/// `divisor` `root`^2, with a root of up to 2^55 and a divisor below 2^127.
fn times_square(divisor: u128, root: u64) -> [u64; 4] {
    let square = u128::from(root) * u128::from(root);
    let halves = |value: u128| [value as u64, (value >> 64) as u64];
    let mut product = [0; 4];
    for (place, a) in halves(divisor).into_iter().enumerate() {
        let mut carry = 0;
        for (other, b) in halves(square).into_iter().enumerate() {
            let sum = u128::from(a) * u128::from(b) + u128::from(product[place + other]) + carry;
            product[place + other] = sum as u64;
            carry = sum >> 64;
        }
        product[place + 2] = carry as u64;
    }
    product
}

fn compare(a: &[u64; 4], b: &[u64; 4]) -> std::cmp::Ordering {
    a.iter().rev().cmp(b.iter().rev())
}
