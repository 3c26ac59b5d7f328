//! In which units can a file have times, accelerations and rotations?

use std::fmt;
use std::str::FromStr;

use breakeven_problem::signal::{LSB_PER_DEGREE_PER_SECOND, LSB_PER_G};

use super::date::DateForm;

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
    pub(super) const ALL: [Self; 4] =
        [Self::Seconds, Self::Milliseconds, Self::Microseconds, Self::Nanoseconds];

    /// Nanoseconds in one of these.
    pub(super) fn nanoseconds(self) -> i64 {
        self as i64
    }
}

impl fmt::Display for TimeUnit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            TimeUnit::Seconds => "s",
            TimeUnit::Milliseconds => "ms",
            TimeUnit::Microseconds => "us",
            TimeUnit::Nanoseconds => "ns",
        })
    }
}

/// What a cell of the column of times holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeForm {
    Number(TimeUnit),
    Date(DateForm),
}

/// The unit of accelerations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccelerationUnit {
    /// 9.80665 m/s^2.
    StandardGravity,
    /// A thousandth of 9.80665 m/s^2.
    Milligravity,
    /// m/s^2
    MetresPerSecondSquared,
    /// What the converter of a sensor gave, by [`Scale`].
    Counts,
}

/// The unit of rotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotationUnit {
    /// deg/s
    DegreesPerSecond,
    /// rad/s
    RadiansPerSecond,
    /// What the converter of a sensor gave, by [`Scale`].
    Counts,
}

/// What raw counts stand for. Its text is `16384`, or `16384,131` with that of a gyroscope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Counts in one g; finite and above 0.
    pub per_g: f64,
    /// Counts in one degree per second; finite and above 0.
    pub per_degree_per_second: Option<f64>,
}

/// A scale that is not one or two positive numbers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no scale: give counts per g, as in 16384, or counts per g and per deg/s, as in 16384,131")]
pub struct UnknownScale(pub String);

impl FromStr for Scale {
    type Err = UnknownScale;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || UnknownScale(text.to_owned());
        let number = |text: &str| {
            let number = text.trim().parse().ok().filter(|number: &f64| (1e-6..=1e9).contains(number));
            number.ok_or_else(refused)
        };
        let (per_g, rest) = text.split_once(',').map_or((text, None), |(per_g, rest)| (per_g, Some(rest)));
        Ok(Self { per_g: number(per_g)?, per_degree_per_second: rest.map(number).transpose()? })
    }
}

/// The unit of a channel's column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum CellUnit {
    Acceleration(AccelerationUnit),
    Rotation(RotationUnit),
    /// Least significant bits of a [`Signal`](breakeven_problem::Signal) in one count.
    Counts(f64),
}

impl CellUnit {
    /// None where counts have no scale.
    pub(super) fn of_acceleration(unit: AccelerationUnit, scale: Option<Scale>) -> Option<Self> {
        match unit {
            AccelerationUnit::Counts => Some(Self::Counts(LSB_PER_G / scale?.per_g)),
            unit => Some(Self::Acceleration(unit)),
        }
    }

    /// None where counts have no scale.
    pub(super) fn of_rotation(unit: RotationUnit, scale: Option<Scale>) -> Option<Self> {
        match unit {
            RotationUnit::Counts => {
                Some(Self::Counts(LSB_PER_DEGREE_PER_SECOND / scale?.per_degree_per_second?))
            }
            unit => Some(Self::Rotation(unit)),
        }
    }

    /// `value` in least significant bits of a [`Signal`](breakeven_problem::Signal), not rounded.
    pub(super) fn to_lsb(self, value: f64) -> f64 {
        match self {
            Self::Acceleration(AccelerationUnit::StandardGravity) => value * LSB_PER_G,
            Self::Acceleration(AccelerationUnit::Milligravity) => value / 1000.0 * LSB_PER_G,
            Self::Acceleration(AccelerationUnit::MetresPerSecondSquared) => {
                value / STANDARD_GRAVITY * LSB_PER_G
            }
            Self::Rotation(RotationUnit::DegreesPerSecond) => value * LSB_PER_DEGREE_PER_SECOND,
            Self::Rotation(RotationUnit::RadiansPerSecond) => value.to_degrees() * LSB_PER_DEGREE_PER_SECOND,
            Self::Counts(lsb) => value * lsb,
            Self::Acceleration(AccelerationUnit::Counts) | Self::Rotation(RotationUnit::Counts) => f64::NAN,
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
            "mg" => Ok(AccelerationUnit::Milligravity),
            "counts" | "count" | "lsb" | "raw" => Ok(AccelerationUnit::Counts),
            "m/s2" | "m/s^2" | "m/s²" | "m/s/s" | "mps2" | "ms2" | "ms-2" => {
                Ok(AccelerationUnit::MetresPerSecondSquared)
            }
            _ => Err(UnknownUnit { given: text.to_owned(), known: "g, mg, m/s2 or counts" }),
        }
    }
}

impl FromStr for RotationUnit {
    type Err = UnknownUnit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_lowercase().as_str() {
            "deg/s" | "°/s" | "dps" | "degs" => Ok(RotationUnit::DegreesPerSecond),
            "rad/s" | "rads" => Ok(RotationUnit::RadiansPerSecond),
            "counts" | "count" | "lsb" | "raw" => Ok(RotationUnit::Counts),
            _ => Err(UnknownUnit { given: text.to_owned(), known: "deg/s, rad/s or counts" }),
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
