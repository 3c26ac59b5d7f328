//! What does a spreadsheet or a data frame read of a record?
//!
//! Comma-separated values (RFC 4180): a line per row with raw numbers, named as in the JSON; empty where there is none.

use breakeven_estimate::figure::Figure;

use crate::comparison::Comparison;
use crate::summary::{Summary, Verdict};
use crate::table::{Align, Cell, Table};

/// Every workload and contender of a record, controls among them; times in nanoseconds.
#[must_use]
pub fn rows(summary: &Summary) -> String {
    let titles = [
        "workload",
        "contender",
        "version",
        "input",
        "outcome",
        "unit",
        "ns_per_unit",
        "low",
        "high",
        "ratio",
        "ratio_low",
        "ratio_high",
        "verdict",
        "reason",
    ];
    let rows = summary.rows.iter().map(|row| {
        let named = [Some(&*row.workload), Some(&*row.contender), row.version.as_deref(), Some(&*row.input)];
        let what = [Some(row.outcome.word()), Some(&*row.unit)];
        let verdict = [row.verdict.map(Verdict::words), row.reason.as_deref()];
        let time = Figure { value: row.ns_per_unit, low: row.low, high: row.high };
        let ratio = Figure { value: row.ratio, low: row.ratio_low, high: row.ratio_high };
        let words = named.into_iter().chain(what).map(word);
        words.chain(numbers(time)).chain(numbers(ratio)).chain(verdict.map(word)).collect()
    });
    table(&titles, rows)
}

/// Every workload and contender of two records.
#[must_use]
pub fn changes(comparison: &Comparison) -> String {
    let titles = [
        "workload",
        "contender",
        "over",
        "a",
        "a_low",
        "a_high",
        "b",
        "b_low",
        "b_high",
        "change",
        "change_low",
        "change_high",
        "margin",
        "verdict",
        "reason",
    ];
    let rows = comparison.rows.iter().map(|row| {
        let named = [&row.workload, &row.contender, &row.over].map(|text| word(Some(text)));
        let figures = [row.a, row.b, row.change].into_iter().flat_map(numbers);
        let end = [number(row.margin), word(Some(row.verdict.words())), word(row.reason.as_deref())];
        named.into_iter().chain(figures).chain(end).collect()
    });
    table(&titles, rows)
}

fn table(titles: &[&str], rows: impl Iterator<Item = Vec<Cell>>) -> String {
    Table::new("", titles.iter().map(|title| (*title, Align::Left))).with_rows(rows).csv()
}

fn word(text: Option<&str>) -> Cell {
    text.unwrap_or_default().into()
}

fn numbers(figure: Figure) -> [Cell; 3] {
    [figure.value, figure.low, figure.high].map(number)
}

fn number(value: Option<f64>) -> Cell {
    value.map(|value| value.to_string()).unwrap_or_default().into()
}
