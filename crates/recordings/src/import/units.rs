//! In which units can a file have times, accelerations and rotations?

use std::str::FromStr;

use breakeven_problem::signal::{LSB_PER_DEGREE_PER_SECOND, LSB_PER_G};

/// Standard gravity in m/s^2.
const STANDARD_GRAVITY: f64 = 9.80665;

/// The unit of a time column, with the nanoseconds in one of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub enum TimeUnit {
    /// s
    Seconds = 1_000_000_000,
    /// ms
    Milliseconds = 1_000_000,
    /// us
    Microseconds = 1_000,
    /// ns
    Nanoseconds = 1,
}

impl TimeUnit {
    /// Nanoseconds in one of these.
    pub(super) fn nanoseconds(self) -> i64 {
        self as i64
    }
}

/// The unit of accelerations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccelerationUnit {
    /// 9.80665 m/s^2.
    StandardGravity,
    /// m/s^2
    MetresPerSecondSquared,
}

/// The unit of rotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotationUnit {
    /// deg/s
    DegreesPerSecond,
    /// rad/s
    RadiansPerSecond,
}

/// The unit of a channel's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellUnit {
    Acceleration(AccelerationUnit),
    Rotation(RotationUnit),
}

impl CellUnit {
    /// `value` in least significant bits of a [`Signal`](breakeven_problem::Signal), not rounded.
    pub(super) fn to_lsb(self, value: f64) -> f64 {
        match self {
            Self::Acceleration(AccelerationUnit::StandardGravity) => value * LSB_PER_G,
            Self::Acceleration(AccelerationUnit::MetresPerSecondSquared) => {
                value / STANDARD_GRAVITY * LSB_PER_G
            }
            Self::Rotation(RotationUnit::DegreesPerSecond) => value * LSB_PER_DEGREE_PER_SECOND,
            Self::Rotation(RotationUnit::RadiansPerSecond) => value.to_degrees() * LSB_PER_DEGREE_PER_SECOND,
        }
    }
}

/// A unit that is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is no such unit: give {known}")]
pub struct UnknownUnit {
    /// The text given.
    pub given: String,
    /// The units that are known.
    pub known: &'static str,
}

impl FromStr for TimeUnit {
    type Err = UnknownUnit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_lowercase().as_str() {
            "s" | "sec" | "second" | "seconds" => Ok(TimeUnit::Seconds),
            "ms" | "millis" | "millisecond" | "milliseconds" => Ok(TimeUnit::Milliseconds),
            "us" | "µs" | "microsecond" | "microseconds" => Ok(TimeUnit::Microseconds),
            "ns" | "nanos" | "nanosecond" | "nanoseconds" => Ok(TimeUnit::Nanoseconds),
            _ => Err(UnknownUnit { given: text.to_owned(), known: "s, ms, us or ns" }),
        }
    }
}

impl FromStr for AccelerationUnit {
    type Err = UnknownUnit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_lowercase().as_str() {
            "g" => Ok(AccelerationUnit::StandardGravity),
            "m/s2" | "m/s^2" | "m/s²" | "m/s/s" | "mps2" | "ms2" | "ms-2" => {
                Ok(AccelerationUnit::MetresPerSecondSquared)
            }
            _ => Err(UnknownUnit { given: text.to_owned(), known: "g or m/s2" }),
        }
    }
}

impl FromStr for RotationUnit {
    type Err = UnknownUnit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_lowercase().as_str() {
            "deg/s" | "°/s" | "dps" | "degs" => Ok(RotationUnit::DegreesPerSecond),
            "rad/s" | "rads" => Ok(RotationUnit::RadiansPerSecond),
            _ => Err(UnknownUnit { given: text.to_owned(), known: "deg/s or rad/s" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_follow_the_import_rule() {
        let close = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-9, "{value}");
        close(CellUnit::Acceleration(AccelerationUnit::StandardGravity).to_lsb(1.0), 2048.0);
        close(CellUnit::Acceleration(AccelerationUnit::MetresPerSecondSquared).to_lsb(9.80665), 2048.0);
        close(CellUnit::Rotation(RotationUnit::DegreesPerSecond).to_lsb(1000.0), 16_384.0);
        close(
            CellUnit::Rotation(RotationUnit::RadiansPerSecond).to_lsb(std::f64::consts::PI),
            180.0 * 16.384,
        );
    }
}
