//! Which sensors does a recording hold?

use std::fmt;
use std::str::FromStr;

use breakeven_problem::Signal;

/// The channels of a recording, in the order of its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channels {
    /// ax ay az: three channels, no gyroscope gate.
    Accelerometer,
    /// ax ay az gx gy gz: six channels.
    AccelerometerAndGyroscope,
}

impl Channels {
    /// The channels of a signal.
    #[must_use]
    pub fn of(signal: &Signal) -> Self {
        Self::try_from(signal.channels().len()).expect("a Signal has 3 or 6 channels")
    }

    /// How many there are: 3 or 6.
    #[must_use]
    pub fn number(self) -> usize {
        match self {
            Channels::Accelerometer => 3,
            Channels::AccelerometerAndGyroscope => 6,
        }
    }
}

impl fmt::Display for Channels {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.number())
    }
}

/// A number of channels that is neither 3 nor 6.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} channels: use 3 (accelerometer) or 6 (accelerometer and gyroscope)")]
pub struct UnknownChannels(pub String);

impl TryFrom<usize> for Channels {
    type Error = UnknownChannels;

    fn try_from(number: usize) -> Result<Self, Self::Error> {
        match number {
            3 => Ok(Channels::Accelerometer),
            6 => Ok(Channels::AccelerometerAndGyroscope),
            other => Err(UnknownChannels(other.to_string())),
        }
    }
}

impl FromStr for Channels {
    type Err = UnknownChannels;

    fn from_str(number: &str) -> Result<Self, Self::Err> {
        let refused = |_| UnknownChannels(format!("{number:?}"));
        number.parse().map_err(refused).and_then(|number: usize| Self::try_from(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_and_six_are_numbers_of_channels() {
        assert_eq!("3".parse(), Ok(Channels::Accelerometer));
        assert_eq!("6".parse(), Ok(Channels::AccelerometerAndGyroscope));
        for refused in ["4", "0", "", "six", "-3", "3.0"] {
            let message = refused.parse::<Channels>().unwrap_err().to_string();
            assert!(message.contains(refused) && message.contains("use 3"), "{message}");
        }
    }
}
