//! What should one use at which size, by what one holds?

use crate::numeral::{count, interval, times};
use crate::summary::{BestRange, Summary};

/// What a caller holds, and how that is said in a sentence and at the head of a column.
pub(crate) const HELD: [(&str, &str, &str); 3] = [
    ("list", "a list", "you hold a list"),
    ("ndarray", "an ndarray", "you hold an ndarray"),
    ("slice", "a Rust slice", "you are in Rust"),
];

/// The ranges of one input form, ascending.
pub(crate) fn of_form<'a>(summary: &'a Summary, input: &str) -> Vec<&'a BestRange> {
    summary.best_ranges.iter().filter(|range| range.input == input).collect()
}

/// A line for each input form: the fastest from where to where, and that it is slower than the baseline where it is.
pub(crate) fn sentences(summary: &Summary) -> Vec<String> {
    let base = &summary.arrays.base;
    let line = |(input, words, _): (&str, &str, &str)| {
        let ranges = of_form(summary, input);
        let told = ranges.iter().map(|range| {
            let slower = if range.slower { format!(", slower than {base}") } else { String::new() };
            format!("{} {}{}{slower}", range.contender, place(summary, range), gain(range))
        });
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| format!("Given {words}: {}.", told.join("; ")))
    };
    HELD.into_iter().filter_map(line).collect()
}

/// From which size to which; the last range has no end that was measured.
pub(crate) fn place(summary: &Summary, range: &BestRange) -> String {
    let sizes = &summary.arrays.sizes;
    let is_last = sizes.last().is_some_and(|size| size.n == range.to);
    match (range.from == range.to, is_last && sizes.len() > 1) {
        (true, false) => format!("at {}", count(range.from as u64)),
        (_, true) => format!("from {} up", count(range.from as u64)),
        (false, false) => format!("from {} to {}", count(range.from as u64), count(range.to as u64)),
    }
}

/// How many times as fast as the baseline it is, in brackets with a space before them.
pub(crate) fn gain(range: &BestRange) -> String {
    match (range.least_gain, range.greatest_gain) {
        (Some(least), Some(greatest)) if least < greatest => format!(" ({}×)", interval(least, greatest)),
        (Some(gain), Some(_)) => format!(" ({})", times(gain)),
        _ => String::new(),
    }
}
