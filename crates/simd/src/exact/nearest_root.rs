//! How is the root of a fraction of long integers rounded to the nearest, ties to even?
//!
//! The root in units of half a last place is cut to an integer h: guessed in floating point, then moved until h h d <= V <
//! (h + 1)^2 d, compared in integers. h and the question whether h h d = V decide the rounding: an even h is rounded
//! down, an odd one up, but an odd one that is met exactly to even.

/// A binary floating-point format.
#[derive(Debug, Clone, Copy)]
pub(super) struct Format {
    /// Bits of the significand.
    digits: i64,
    /// The exponent of the smallest subnormal number.
    lowest: i64,
    /// The exponent of the largest number's last place.
    highest: i64,
}

/// f64.
pub(super) const DOUBLE: Format = Format { digits: 53, lowest: -1074, highest: 971 };

/// f32.
pub(super) const SINGLE: Format = Format { digits: 24, lowest: -149, highest: 104 };

/// The number of `format` nearest to sqrt(`v` / `divisor`) 2^`scale`, ties to even: 0, subnormal and infinite ones
/// included. `v` is little-endian, `divisor` below 2^127.
pub(super) fn nearest_root(v: &[u64], divisor: u128, scale: i32, format: Format) -> f64 {
    let Some(last) = v.iter().rposition(|limb| *limb != 0) else { return 0.0 };
    let v = &v[..=last];
    let guess = Guess::new(v, divisor, scale.into());
    let finest = format.lowest - 1;
    // The root is counted in units of 2^unit, half a last place.
    let mut unit = (guess.exponent() - format.digits).max(finest);
    loop {
        let counted = count_units(v, divisor, &guess, unit, scale.into());
        if counted.units >> (format.digits + 1) > 0 {
            unit += 1;
        } else if counted.units >> format.digits == 0 && unit > finest {
            unit -= 1;
        } else {
            return round(counted, unit + 1, format);
        }
    }
}

/// The root to about 50 bits: `root` 2^`scale`.
struct Guess {
    root: f64,
    scale: i64,
}

impl Guess {
    fn new(v: &[u64], divisor: u128, scale: i64) -> Self {
        let bits = 64 * v.len() as i64 - i64::from(v[v.len() - 1].leading_zeros());
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

fn round(counted: Counted, last_place: i64, format: Format) -> f64 {
    let (kept, odd) = (counted.units / 2, counted.units % 2 == 1);
    let significand = kept + u64::from(odd && (!counted.exact || kept % 2 == 1));
    if last_place > format.highest {
        return f64::INFINITY;
    }
    // One exact product: both factors and the result are doubles, or it overflows as it should.
    significand as f64 * power_of_two(last_place)
}

/// An integer of 256 bits, and whether something other than zeros was shifted out of it.
struct Shifted {
    limbs: [u64; 4],
    cut: bool,
}

/// `v` / 2^`shift`, cut to an integer; left for a negative shift. Its 256 low bits, so it must have no more.
fn shifted(v: &[u64], shift: i64) -> Shifted {
    let (skipped, bits) = (shift.div_euclid(64), shift.rem_euclid(64) as u32);
    let limb = |place: i64| usize::try_from(place).ok().and_then(|place| v.get(place)).copied().unwrap_or(0);
    let mut limbs = [0; 4];
    for (place, out) in limbs.iter_mut().enumerate() {
        let at = place as i64 + skipped;
        let both = u128::from(limb(at)) | u128::from(limb(at + 1)) << 64;
        *out = (both >> bits) as u64;
    }
    let below = usize::try_from(skipped).unwrap_or(0).min(v.len());
    let partly = skipped >= 0 && limb(skipped) & ((1 << bits) - 1) != 0;
    Shifted { limbs, cut: partly || v[..below].iter().any(|limb| *limb != 0) }
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

/// 2^exponent for an exponent of -1074 ..= 1023.
fn power_of_two(exponent: i64) -> f64 {
    if exponent >= -1022 {
        f64::from_bits(((exponent + 1023) as u64) << 52)
    } else {
        f64::from_bits(1 << (exponent + 1074))
    }
}
