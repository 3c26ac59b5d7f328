//! Which number does a cell hold, and where does a cell stand that holds none?

use super::units::TimeForm;
use crate::decimal::DecimalSign;
use crate::error::Problem;
use crate::text_table::is_missing;

/// The largest magnitude that is plausible, in the unit of the file: finite arithmetic is safe below it.
const LARGEST: f64 = 1e9;

const NO_TIME: &str = "is no time: correct it, or check its unit (--time-unit) and decimal sign (--decimal)";

/// The place of a cell, so that a message can say where to correct it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// From 1: the line of a text, the row of an array.
    pub(super) line: u64,
    /// As a user names it.
    pub(super) column: &'a str,
}

impl Place<'_> {
    fn refuse(self, value: &str, problem: &'static str) -> Problem {
        Problem::Cell {
            line: self.line,
            column: self.column.to_owned(),
            value: value.chars().take(40).collect(),
            problem,
        }
    }
}

/// The number in a cell; NaN for a missing one: empty, `nan`, `na`, `n/a` or `null`.
pub(super) fn number(cell: &str, sign: &mut DecimalSign, place: Place<'_>) -> Result<f64, Problem> {
    let text = unquoted(cell);
    if is_missing(text) {
        return Ok(f64::NAN);
    }
    match sign.with_point(text).map(|text| text.parse::<f64>()) {
        Some(Ok(value)) => plausible(value, place),
        None => Err(place.refuse(text, "is no number beside the other cells: correct it, or pass --decimal")),
        Some(Err(_)) => {
            Err(place.refuse(text, "is no number: correct it, or leave the cell empty if it is missing"))
        }
    }
}

/// `value`, unless it is infinite or larger than any sensor reads; NaN passes, as a missing value.
pub(super) fn plausible(value: f64, place: Place<'_>) -> Result<f64, Problem> {
    if value.is_nan() || value.abs() <= LARGEST {
        return Ok(value);
    }
    Err(place.refuse(&value.to_string(), "is beyond any sensor: correct it, or write NaN if it is missing"))
}

/// The time in a cell, in nanoseconds, rounded to the nearest.
pub(super) fn time(
    cell: &str,
    form: TimeForm,
    sign: &mut DecimalSign,
    place: Place<'_>,
) -> Result<i64, Problem> {
    let text = unquoted(cell);
    if is_missing(text) {
        return Err(place.refuse(text, "is no time: a row needs one, correct it or take the row out"));
    }
    match form {
        TimeForm::Date(form) => form
            .nanoseconds(text)
            .ok_or_else(|| place.refuse(text, "is no date and time written as the first one is: correct it")),
        TimeForm::Number(unit) => {
            let parsed = sign.with_point(text).and_then(|text| {
                decimal_ns(&text, unit.nanoseconds()).or_else(|| {
                    text.parse::<f64>().ok().and_then(|value| float_ns(value, unit.nanoseconds()))
                })
            });
            parsed.ok_or_else(|| place.refuse(text, NO_TIME))
        }
    }
}

/// A time as a double, in nanoseconds.
pub(super) fn float_time(value: f64, unit_ns: i64, place: Place<'_>) -> Result<i64, Problem> {
    float_ns(value, unit_ns).ok_or_else(|| place.refuse(&value.to_string(), NO_TIME))
}

fn float_ns(value: f64, unit_ns: i64) -> Option<i64> {
    let scaled = (value * unit_ns as f64).round_ties_even();
    (scaled.abs() < 9.0e18).then_some(scaled as i64)
}

/// Plain decimals, exactly: a double would lose the last digits of nanoseconds since 1970.
fn decimal_ns(text: &str, unit_ns: i64) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 19 || !all_digits(whole) || !all_digits(part) {
        return None;
    }
    let mut scaled = whole.parse::<i128>().ok()? * i128::from(unit_ns);
    // what follows the eighteenth decimal is far below a nanosecond of any unit
    let kept = &part[..part.len().min(18)];
    if !kept.is_empty() {
        let denominator = 10i128.pow(kept.len() as u32);
        scaled += (kept.parse::<i128>().ok()? * i128::from(unit_ns) * 2 + denominator) / (2 * denominator);
    }
    i64::try_from(if text.starts_with('-') { -scaled } else { scaled })
        .ok()
        .filter(|ns| ns.abs() < 9_000_000_000_000_000_000)
}

/// A cell without the space and one pair of quotes around it.
pub(super) fn unquoted(cell: &str) -> &str {
    let trimmed = cell.trim();
    trimmed.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).map_or(trimmed, str::trim)
}

#[cfg(test)]
mod tests {
    use super::super::units::TimeUnit;
    use super::*;

    fn place() -> Place<'static> {
        Place { line: 7, column: "ax" }
    }

    #[test]
    fn a_cell_is_a_number_missing_or_refused_with_its_place() {
        let read = |cell: &str| number(cell, &mut DecimalSign::Point, place());
        for (cell, expected) in [("1.5", 1.5), (" -2e-3 ", -2e-3), ("\"3\"", 3.0), ("+.5", 0.5), ("7.", 7.0)]
        {
            assert_eq!(read(cell).ok(), Some(expected), "{cell}");
        }
        for cell in ["", "  ", "\"\"", "NaN", "nan", "NA", "n/a", "null"] {
            assert!(read(cell).is_ok_and(f64::is_nan), "{cell:?}");
        }
        for cell in ["1,5", "0x10", "1_000", "inf", "-Infinity", "1e300", "1.2.3", "--1", "1\0", "\"1", "g"] {
            let message = read(cell).expect_err(cell).to_string();
            assert!(message.starts_with("line 7, column ax: "), "{message}");
            assert!(message.contains("correct it"), "{message}");
        }
    }

    #[test]
    fn times_are_exact_to_the_nanosecond() {
        use TimeUnit::{Microseconds, Milliseconds, Nanoseconds, Seconds};
        let read = |cell, unit| time(cell, TimeForm::Number(unit), &mut DecimalSign::Unknown, place());
        let cases = [
            ("0", Seconds, 0),
            ("1.29", Seconds, 1_290_000_000),
            ("1,29", Seconds, 1_290_000_000),
            ("-1.5", Microseconds, -1_500),
            ("0.30000000000000004", Seconds, 300_000_000),
            ("1650000000123456789", Nanoseconds, 1_650_000_000_123_456_789),
            ("1650000000123.4567", Milliseconds, 1_650_000_000_123_456_700),
            ("1e3", Milliseconds, 1_000_000_000),
            ("0.5", Nanoseconds, 1),
        ];
        for (cell, unit, expected) in cases {
            assert_eq!(read(cell, unit).ok(), Some(expected), "{cell}");
        }
        for cell in
            ["", "nan", "12:30", "2026-01-01", "1e30", "99999999999999999999", "9223372036854775807", "."]
        {
            assert!(read(cell, Nanoseconds).is_err(), "{cell}");
        }
    }
}
