//! How are integers of up to 256 bits added and multiplied?
//!
//! Only what [`crate::ExactIntegerWindow`] needs, and no overflow is checked for: its bounds are stated there.

/// `high` 2^128 + `low`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wide {
    high: u128,
    low: u128,
}

impl From<u128> for Wide {
    fn from(low: u128) -> Self {
        Self { high: 0, low }
    }
}

impl Wide {
    pub(crate) const ZERO: Self = Self { high: 0, low: 0 };

    pub(crate) fn plus(self, other: Self) -> Self {
        let (low, carry) = self.low.overflowing_add(other.low);
        Self { high: self.high + other.high + u128::from(carry), low }
    }

    /// `other` is not larger.
    pub(crate) fn minus(self, other: Self) -> Self {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        Self { high: self.high - other.high - u128::from(borrow), low }
    }

    /// By halves of 64 bits, as on paper.
    pub(crate) fn product(a: u128, b: u128) -> Self {
        const HALF: u128 = u64::MAX as u128;
        let ([a_high, a_low], [b_high, b_low]) = ([a >> 64, a & HALF], [b >> 64, b & HALF]);
        let (low, middle_a, middle_b) = (a_low * b_low, a_high * b_low, a_low * b_high);
        let middle = (low >> 64) + (middle_a & HALF) + (middle_b & HALF);
        Self {
            high: a_high * b_high + (middle_a >> 64) + (middle_b >> 64) + (middle >> 64),
            low: (middle << 64) | (low & HALF),
        }
    }

    pub(crate) fn times(self, factor: u128) -> Self {
        let low = Self::product(self.low, factor);
        Self { high: self.high * factor + low.high, low: low.low }
    }

    /// By less than 256 bits.
    pub(crate) fn shifted_left(self, bits: u32) -> Self {
        match bits {
            0 => self,
            1..128 => Self { high: (self.high << bits) | (self.low >> (128 - bits)), low: self.low << bits },
            _ => Self { high: self.low << (bits - 128), low: 0 },
        }
    }

    /// Within two roundings.
    pub(crate) fn to_f64(self) -> f64 {
        const TWO_TO_128: f64 = f64::from_bits((1023 + 128) << 52);
        self.high as f64 * TWO_TO_128 + self.low as f64
    }
}
