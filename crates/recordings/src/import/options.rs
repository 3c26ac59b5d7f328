//! Which facts about a file can the user give, where the file does not contain them?

use std::fmt;
use std::str::FromStr;

use breakeven_pedometer::Channels;

use super::units::{AccelerationUnit, RotationUnit, Scale, TimeUnit};
use crate::decimal::DecimalSign;

/// How files are to be read, where they do not contain these facts themselves.
///
/// ```
/// use breakeven_recordings::{AccelerationUnit, Column, ImportOptions, TimeColumn, TimeUnit};
///
/// // a phone's file without a header: ns, then m/s^2
/// let options = ImportOptions {
///     columns: Some(vec![Column::Number(2), Column::Number(3), Column::Number(4)]),
///     time: TimeColumn::At(Column::Number(1)),
///     time_unit: Some(TimeUnit::Nanoseconds),
///     acceleration: Some(AccelerationUnit::MetresPerSecondSquared),
///     ..ImportOptions::default()
/// };
/// assert!(options.rate_hz.is_none());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ImportOptions {
    /// Which channels to read; by default what the file has, six where it has a gyroscope.
    pub channels: Option<Channels>,
    /// The columns of ax ay az [gx gy gz]; by default those whose names say so.
    pub columns: Option<Vec<Column>>,
    /// The column of times.
    pub time: TimeColumn,
    /// The unit of that column; by default its name says so.
    pub time_unit: Option<TimeUnit>,
    /// The unit of accelerations; by default the columns' names say so.
    pub acceleration: Option<AccelerationUnit>,
    /// The unit of rotations; by default the columns' names say so.
    pub rotation: Option<RotationUnit>,
    /// What one count of a sensor stands for; accelerations are counts then, unless a unit is given.
    pub scale: Option<Scale>,
    /// Rows per second where there is no time column; by default what the lines before the header say, else 100. From 5
    /// to 10,000.
    pub rate_hz: Option<f64>,
    /// Lines at the start of a text that are neither header nor rows.
    pub skip_lines: u64,
    /// The sign before the decimals of a text; by default the cells say so.
    pub decimal: DecimalSign,
    /// Whether a recording is read of which 1 % or more lies beyond the range of int16.
    pub accept_clipped: bool,
    /// The longest time between two rows that is bridged, in seconds: beyond it the unit of time must be wrong.
    pub longest_gap_s: f64,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            channels: None,
            columns: None,
            time: TimeColumn::Detected,
            time_unit: None,
            acceleration: None,
            rotation: None,
            scale: None,
            rate_hz: None,
            skip_lines: 0,
            decimal: DecimalSign::Unknown,
            accept_clipped: false,
            longest_gap_s: 86_400.0,
        }
    }
}

/// A column by its name in the header, or by its number from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// As in the header, capitals aside.
    Name(String),
    /// 1 is the first.
    Number(usize),
}

/// A column that is neither a name nor a number from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no column: give a name of the header, or a number from 1")]
pub struct UnknownColumn(pub String);

impl FromStr for Column {
    type Err = UnknownColumn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text.trim(), text.trim().parse()) {
            ("", _) | (_, Ok(0)) => Err(UnknownColumn(text.to_owned())),
            (_, Ok(number)) => Ok(Column::Number(number)),
            (name, Err(_)) => Ok(Column::Name(name.to_owned())),
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Column::Name(name) => write!(out, "{name}"),
            Column::Number(number) => write!(out, "{number}"),
        }
    }
}

/// Where the times are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TimeColumn {
    /// In the column whose name says so, if there is one and no rate is given.
    #[default]
    Detected,
    /// Nowhere: the rate is steady.
    Absent,
    /// In this column.
    At(Column),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_a_name_or_a_number_from_one() {
        assert_eq!("3".parse(), Ok(Column::Number(3)));
        assert_eq!(" Acc X".parse(), Ok(Column::Name("Acc X".to_owned())));
        for refused in ["0", "", "  "] {
            assert!(refused.parse::<Column>().unwrap_err().to_string().contains("from 1"));
        }
    }
}
