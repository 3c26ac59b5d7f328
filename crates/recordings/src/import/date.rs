//! Which moment does a date with a time of day name?

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// How dates and times of day are written in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateForm {
    /// ISO 8601 with `Z` or the distance to UTC: `2022-01-27T12:21:52.123+01:00`.
    Zoned,
    /// ISO 8601 without a zone: `2022-01-27 12:21:52.123`.
    Civil,
    /// `27-Jan-2022 12:21:52.123`
    NamedMonth,
    /// `1/27/2022 12:21:52.123`
    MonthFirst,
    /// `27/1/2022 12:21:52.123`
    DayFirst,
}

impl DateForm {
    /// The form of a text. Which of two numbers is the month is told by `preamble`, or by a number above 12.
    pub(super) fn of(text: &str, preamble: &[String]) -> Option<Self> {
        let says = |form: &str| preamble.iter().any(|line| line.to_lowercase().contains(form));
        let slashed: &[Self] = match (says("date format m"), says("date format d")) {
            (true, false) => &[Self::MonthFirst],
            (false, true) => &[Self::DayFirst],
            _ if Self::MonthFirst.nanoseconds(text).is_some()
                && Self::DayFirst.nanoseconds(text).is_some() =>
            {
                &[]
            }
            _ => &[Self::MonthFirst, Self::DayFirst],
        };
        let mut forms = [Self::Zoned, Self::Civil, Self::NamedMonth].iter().chain(slashed);
        forms.find(|form| form.nanoseconds(text).is_some()).copied()
    }

    /// Nanoseconds since 1970, as UTC where there is no zone; none where the text is no date of this form, or without a
    /// time of day.
    pub(super) fn nanoseconds(self, text: &str) -> Option<i64> {
        // the plain check spares numbers the parsers
        if !text.contains(':') {
            return None;
        }
        let of_civil = |civil: DateTime| TimeZone::UTC.to_timestamp(civil).ok();
        let by = |format: &str| DateTime::strptime(format, text.replace(',', ".")).ok().and_then(of_civil);
        let moment: Timestamp = match self {
            Self::Zoned => beside_its_zone(text).parse().ok()?,
            Self::Civil if Self::Zoned.nanoseconds(text).is_none() => text.parse().ok().and_then(of_civil)?,
            Self::Civil => return None,
            Self::NamedMonth => by("%d-%b-%Y %H:%M:%S%.f")?,
            Self::MonthFirst => by("%m/%d/%Y %H:%M:%S%.f")?,
            Self::DayFirst => by("%d/%m/%Y %H:%M:%S%.f")?,
        };
        i64::try_from(moment.as_nanosecond()).ok()
    }

    /// Whether clocks are set forward and back in this form, to summer time and from it.
    pub(super) fn has_summer_time(self) -> bool {
        self != Self::Zoned
    }
}

/// `12:00:00 +0100` without the space.
fn beside_its_zone(text: &str) -> Cow<'_, str> {
    match text.rsplit_once(' ') {
        Some((before, zone)) if zone.starts_with(['+', '-']) => format!("{before}{zone}").into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_by_their_form_and_exact_to_the_nanosecond() {
        const NOON_NS: i64 = 1_643_286_112_123_000_000;
        let cases = [
            ("2022-01-27 12:21:52.123", DateForm::Civil, NOON_NS),
            ("2022-01-27T12:21:52,123", DateForm::Civil, NOON_NS),
            ("2022-01-27T12:21:52.123456789", DateForm::Civil, NOON_NS + 456_789),
            ("2022-01-27T12:21:52.123Z", DateForm::Zoned, NOON_NS),
            ("2022-01-27 13:21:52.123+01:00", DateForm::Zoned, NOON_NS),
            ("2022-01-27 13:21:52.123 +0100", DateForm::Zoned, NOON_NS),
            ("2022-01-27T13:21:52.123+01:00[Europe/Berlin]", DateForm::Zoned, NOON_NS),
            ("27-Jan-2022 12:21:52.123", DateForm::NamedMonth, NOON_NS),
            ("1/27/2022 12:21:52.123", DateForm::MonthFirst, NOON_NS),
            ("27/01/2022 12:21:52,123", DateForm::DayFirst, NOON_NS),
        ];
        for (text, form, ns) in cases {
            assert_eq!(DateForm::of(text, &[]), Some(form), "{text}");
            assert_eq!(form.nanoseconds(text), Some(ns), "{text}");
        }
        for text in ["2022-01-27", "12:21:52", "2022-13-27 12:21:52", "1643286112", "", "2022-01-27 25:00:00"]
        {
            assert_eq!(DateForm::of(text, &[]), None, "{text}");
        }
    }

    #[test]
    fn which_number_is_the_month_is_never_guessed() {
        let text = "1/2/2022 12:21:52";
        assert_eq!(DateForm::of(text, &[]), None);
        let says = |line: &str| DateForm::of(text, &[line.to_owned()]);
        assert_eq!(says("date format M/d/yyyy at 30 Hz"), Some(DateForm::MonthFirst));
        assert_eq!(says("date format dd/MM/yyyy at 30 Hz"), Some(DateForm::DayFirst));
    }
}
