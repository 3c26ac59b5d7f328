//! How is a number written for a reader?
//!
//! Plain digits with thousands separators and a fixed number of significant ones; powers of ten only
//! where plain digits would be unreadable.

use breakeven_estimate::figure::Figure;

/// `value` with `digits` significant digits: `4.72`, `0.0203`, `12,300`; `1.2e-9` beyond six zeros.
#[must_use]
pub fn significant(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() {
        return "not a number".to_owned();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-6..15).contains(&magnitude) {
        let decimals = usize::try_from(digits - 1).unwrap_or(0);
        return format!("{value:.decimals$e}");
    }
    let step = 10f64.powi(magnitude - digits + 1);
    let rounded = (value / step).round() * step;
    // rounding up may have added a digit before the point
    let magnitude = (rounded.abs() * (1.0 + 1e-12)).log10().floor() as i32;
    let decimals = usize::try_from(digits - 1 - magnitude).unwrap_or(0);
    group(&format!("{rounded:.decimals$}"))
}

/// The same without zeros at the end: `0.05`, `50`, for the ticks of an axis.
#[must_use]
pub fn round(value: f64, digits: i32) -> String {
    let text = significant(value, digits);
    if text.contains('.') && !text.contains('e') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A count with thousands separators: `359,786`.
#[must_use]
pub fn count(value: u64) -> String {
    group(&value.to_string())
}

/// So many values: `1 value`, `1,000 values`.
#[must_use]
pub fn values(number: usize) -> String {
    format!("{} value{}", count(number as u64), if number == 1 { "" } else { "s" })
}

/// A time in the unit that suits it: `20.3 ns`, `1.21 µs`, `4.70 ms`, `1.60 s`, `10.5 min`.
#[must_use]
pub fn duration(nanoseconds: f64) -> String {
    let unit = DurationUnit::of(nanoseconds);
    format!("{} {}", significant(nanoseconds / unit.nanoseconds, 3), unit.word)
}

/// A time without zeros at its end, for the ticks of an axis: `1 µs`.
#[must_use]
pub fn round_duration(nanoseconds: f64) -> String {
    let unit = DurationUnit::of(nanoseconds * (1.0 + 1e-9));
    format!("{} {}", round(nanoseconds / unit.nanoseconds, 3), unit.word)
}

/// Both ends of an interval of times, in one unit: `19.9 to 20.4 ns`.
#[must_use]
pub fn durations(low: f64, high: f64) -> String {
    let unit = DurationUnit::of(high);
    format!("{} {}", interval(low / unit.nanoseconds, high / unit.nanoseconds), unit.word)
}

/// Both ends of an interval with as many digits as it takes to tell them apart, five at most.
#[must_use]
pub fn interval(low: f64, high: f64) -> String {
    let written = |digits| (significant(low, digits), significant(high, digits));
    let (from, to) = (3..5).map(written).find(|(from, to)| from != to).unwrap_or_else(|| written(5));
    format!("{from} to {to}")
}

/// An interval in brackets with a space before it, or nothing.
#[must_use]
pub fn bracket(low: Option<f64>, high: Option<f64>) -> String {
    low.zip(high).map_or_else(String::new, |(low, high)| format!(" ({})", interval(low, high)))
}

/// One time over another: `4.72×`.
#[must_use]
pub fn times(ratio: f64) -> String {
    format!("{}×", significant(ratio, 3))
}

struct DurationUnit {
    word: &'static str,
    nanoseconds: f64,
}

impl DurationUnit {
    fn of(nanoseconds: f64) -> Self {
        let (word, nanoseconds) = match nanoseconds.abs() {
            small if small < 1e3 => ("ns", 1.0),
            micro if micro < 1e6 => ("µs", 1e3),
            milli if milli < 1e9 => ("ms", 1e6),
            seconds if seconds < 180e9 => ("s", 1e9),
            _ => ("min", 60e9),
        };
        Self { word, nanoseconds }
    }
}

fn group(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(a, b)| (a, Some(b)));
    let mut grouped = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

/// The interval of a figure in words: `4.68 to 4.75`, or `no interval`.
#[must_use]
pub fn interval_words(figure: &Figure) -> String {
    match (figure.low, figure.high) {
        (Some(low), Some(high)) => interval(low, high),
        _ => "no interval".to_owned(),
    }
}

/// A fraction in per cent: `2.5 %`.
#[must_use]
pub fn percent(fraction: f64) -> String {
    format!("{} %", significant(100.0 * fraction, 2))
}

/// Bytes in the largest binary unit of which there is one at least: `0`, `512 KiB`, `7.6 MiB`.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    let (size, unit) = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
        .into_iter()
        .find(|&(size, _)| bytes >= size)
        .unwrap_or((1, "B"));
    match bytes {
        0 => "0".to_owned(),
        _ => format!("{} {unit}", significant(bytes as f64 / size as f64, 2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_significant_digits_and_no_more() {
        for (value, expected) in [
            (4.7163, "4.72"),
            (0.020_349, "0.0203"),
            (0.06, "0.0600"),
            (99.96, "100"),
            (0.9996, "1.00"),
            (117.0, "117"),
            (12_345.0, "12,300"),
            (-1234.0, "-1,230"),
            (0.0, "0"),
            (1.25e-9, "1.25e-9"),
            (3e20, "3.00e20"),
        ] {
            assert_eq!(significant(value, 3), expected, "{value}");
        }
    }

    #[test]
    fn a_time_is_written_in_the_unit_that_suits_it() {
        for (nanoseconds, expected) in [
            (20.34, "20.3 ns"),
            (1210.0, "1.21 µs"),
            (4.7e6, "4.70 ms"),
            (15.4e9, "15.4 s"),
            (630e9, "10.5 min"),
        ] {
            assert_eq!(duration(nanoseconds), expected);
        }
    }

    #[test]
    fn an_interval_is_written_with_the_digits_that_tell_its_ends_apart() {
        assert_eq!(interval(4.68, 4.75), "4.68 to 4.75");
        assert_eq!(interval(4.7161, 4.7189), "4.716 to 4.719");
        assert_eq!(interval(1.0, 1.0), "1.0000 to 1.0000");
        assert_eq!(durations(19.9, 20.4), "19.9 to 20.4 ns");
    }

    #[test]
    fn a_tick_has_no_zeros_at_its_end() {
        for (value, expected) in [(0.05, "0.05"), (50.0, "50"), (1000.0, "1,000"), (0.3, "0.3"), (0.0, "0")] {
            assert_eq!(round(value, 3), expected);
        }
    }

    #[test]
    fn counts_have_thousands_separators() {
        assert_eq!(count(55_035_783), "55,035,783");
        assert_eq!(count(999), "999");
    }
}
