//! Is the decimal sign of a table a point or a comma?
//!
//! One sign holds for a whole table. Groups of thousands look like decimals (`1,234`): a table in which nothing tells
//! the two apart is refused at its end, and one that has both signs at the cell where the second comes.

use std::borrow::Cow;
use std::str::FromStr;

use crate::error::Problem;

/// What is known of the sign before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DecimalSign {
    /// No cell has had one yet.
    #[default]
    Unknown,
    /// Commas so far, each before three digits and behind a digit that is not 0: decimals or thousands.
    CommaOrThousands,
    /// A point.
    Point,
    /// A comma.
    Comma,
}

/// A decimal sign that is neither a point nor a comma.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no decimal sign: give . or ,")]
pub struct UnknownDecimalSign(pub String);

impl FromStr for DecimalSign {
    type Err = UnknownDecimalSign;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "." => Ok(DecimalSign::Point),
            "," => Ok(DecimalSign::Comma),
            _ => Err(UnknownDecimalSign(text.to_owned())),
        }
    }
}

impl DecimalSign {
    /// What is known of a table whose cells are separated so: where commas separate, points stand before decimals.
    #[must_use]
    pub fn beside(separator: Option<char>) -> Self {
        if separator == Some(',') { DecimalSign::Point } else { DecimalSign::Unknown }
    }

    /// The cell with a decimal point; none where its sign is not that of the cells before it, or it has several.
    ///
    /// ```
    /// use breakeven_recordings::DecimalSign;
    ///
    /// let mut sign = DecimalSign::beside(Some(';'));
    /// assert_eq!(sign.with_point("0,5").as_deref(), Some("0.5"));
    /// assert_eq!(sign.with_point("7").as_deref(), Some("7"));
    /// assert_eq!(sign.with_point("1.5"), None);
    /// ```
    pub fn with_point<'a>(&mut self, cell: &'a str) -> Option<Cow<'a, str>> {
        if *self == DecimalSign::Point {
            return (!cell.as_bytes().contains(&b',')).then_some(Cow::Borrowed(cell));
        }
        let Some(sign) = cell.bytes().position(|byte| matches!(byte, b',' | b'.')) else {
            return Some(Cow::Borrowed(cell));
        };
        let (whole, part) = (&cell[..sign], &cell[sign + 1..]);
        if cell.as_bytes()[sign] == b'.' {
            let is_comma = matches!(self, DecimalSign::Comma | DecimalSign::CommaOrThousands);
            if is_comma || part.contains(',') {
                return None;
            }
            *self = DecimalSign::Point;
            return Some(Cow::Borrowed(cell));
        }
        if part.contains([',', '.']) {
            return None;
        }
        let digits = whole.trim_start_matches(['+', '-']);
        let may_be_thousands = (1..=3).contains(&digits.len())
            && !digits.starts_with('0')
            && part.len() == 3
            && part.bytes().all(|byte| byte.is_ascii_digit());
        if *self != DecimalSign::Comma {
            *self = if may_be_thousands { DecimalSign::CommaOrThousands } else { DecimalSign::Comma };
        }
        Some(Cow::Owned(format!("{whole}.{part}")))
    }

    /// Whether the numbers of the whole table are known.
    ///
    /// # Errors
    /// Nothing has told decimals from thousands.
    pub fn settled(self) -> Result<(), Problem> {
        if self == DecimalSign::CommaOrThousands { Err(Problem::CommaOrThousands) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sign_holds_for_a_table_and_thousands_are_not_taken_for_decimals() {
        type Case = (&'static [&'static str], &'static [Option<&'static str>], DecimalSign);
        let cases: &[Case] = &[
            (&["0,5", "-1,25e2"], &[Some("0.5"), Some("-1.25e2")], DecimalSign::Comma),
            (&["1,234", "0,5"], &[Some("1.234"), Some("0.5")], DecimalSign::Comma),
            (&["-1,234", "16,384"], &[Some("-1.234"), Some("16.384")], DecimalSign::CommaOrThousands),
            (&["0,016", "1,002"], &[Some("0.016"), Some("1.002")], DecimalSign::Comma),
            (&["1.5", "1,5"], &[Some("1.5"), None], DecimalSign::Point),
            (&["1,5", "1.5"], &[Some("1.5"), None], DecimalSign::Comma),
            (&["1,234.5", "1,2,3"], &[None, None], DecimalSign::Unknown),
            (&["7", ""], &[Some("7"), Some("")], DecimalSign::Unknown),
        ];
        for (cells, expected, known) in cases {
            let mut sign = DecimalSign::default();
            let read: Vec<_> = cells.iter().map(|cell| sign.with_point(cell)).collect();
            let read: Vec<Option<&str>> = read.iter().map(Option::as_deref).collect();
            assert_eq!((&read[..], sign), (*expected, *known), "{cells:?}");
            assert_eq!(sign.settled().is_err(), *known == DecimalSign::CommaOrThousands);
        }
        assert_eq!(DecimalSign::beside(Some(',')).with_point("1,5"), None);
    }
}
