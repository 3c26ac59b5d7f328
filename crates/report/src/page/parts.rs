//! What several sections show alike: ids, badges, figures, tables of rows.

use breakeven_record::Outcome;
use maud::{Markup, html};

use crate::chart::{Drawing, embed};
use crate::claims::ClaimVerdict;
use crate::numeral;
use crate::summary::{Row, RowVerdict};
use crate::wording::row_interval;

/// The id of a contender or workload, isolated from the direction of the text around it.
pub(super) fn id(id: &str) -> Markup {
    html! { bdi { code { (id) } } }
}

/// A claim's verdict as sign and words.
pub(super) fn badge(verdict: ClaimVerdict) -> Markup {
    let class = match verdict {
        ClaimVerdict::Reproduced => "badge good",
        ClaimVerdict::DirectionOnly => "badge part",
        ClaimVerdict::NotReproduced => "badge bad",
        ClaimVerdict::NotResolved => "badge open",
        ClaimVerdict::OtherMachine => "badge plain",
    };
    html! { span class=(class) { i aria-hidden="true" { (verdict.sign()) } " " (verdict.words()) } }
}

/// A figure with its caption, its data one click away, and the command that measures it again.
pub(super) fn figure(drawing: &impl Drawing, caption: &Markup, table: &Markup, command: &str) -> Markup {
    html! {
        figure {
            (embed(drawing))
            figcaption { (caption) }
            details.data { summary { "Data of this figure, and the command" } (table) (self::command(command)) }
        }
    }
}

/// A command to copy.
pub(super) fn command(command: &str) -> Markup {
    html! { pre.command tabindex="0" { code { (command) } } }
}

/// A table in a container of its own, which scrolls where the screen is too narrow.
pub(super) fn scrolling(name: &str, table: &Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(name) tabindex="0" { (table) } }
}

/// The rows of one workload with everything that is known of them.
pub(super) fn rows_table(name: &str, rows: &[&Row]) -> Markup {
    let unit = rows.first().map_or("call", |row| row.unit.as_str());
    scrolling(
        name,
        &html! {
            table {
                thead { tr {
                    th { "contender" } th { "input" } th.n { "time per " (unit) } th { "interval" }
                    th.n { "over baseline" } th { "interval" } th { "verdict" } th.n { "error, ulp" }
                } }
                tbody { @for row in rows { (full_row(row)) } }
            }
        },
    )
}

/// The rows of one workload as a figure shows them: how long, how right. All that is known of them is in "Every workload".
pub(super) fn figure_table(name: &str, rows: &[&Row]) -> Markup {
    let unit = rows.first().map_or("call", |row| row.unit.as_str());
    scrolling(
        name,
        &html! {
            table {
                thead { tr {
                    th { "contender" } th.n { "time per " (unit) } th { "interval" } th.n { "error, ulp" } th { "verdict" }
                } }
                tbody { @for row in rows {
                    tr class=[class(row)] {
                        th scope="row" { (id(&row.contender)) }
                        td.n { (time(row)) }
                        td { @if row.ns_per_unit.is_some() { (time_interval(row)) } }
                        td.n { @if let Some(ulp) = row.max_ulp { (numeral::significant(ulp, 2)) } }
                        td { (verdict(row)) }
                    }
                } }
            }
        },
    )
}

fn class(row: &Row) -> Option<&'static str> {
    match row.outcome {
        Outcome::Measured => None,
        Outcome::Absent => Some("absent"),
        _ => Some("wrong"),
    }
}

fn full_row(row: &Row) -> Markup {
    html! {
        tr class=[class(row)] {
            th scope="row" { (id(&row.contender)) }
            td { bdi { (row.input) } }
            @if row.ns_per_unit.is_some() {
                td.n { (time(row)) }
                td { (time_interval(row)) }
                td.n { (ratio(row)) }
                td { (row_interval(row)) }
                td { (verdict(row)) }
            } @else {
                td colspan="5" { (verdict(row)) }
            }
            td.n { @if let Some(ulp) = row.max_ulp { (numeral::significant(ulp, 2)) } }
        }
    }
}

/// A row's time per unit, or a dash.
pub(super) fn time(row: &Row) -> Markup {
    html! {
        @if let Some(time) = row.ns_per_unit { (numeral::duration(time)) } @else { "–" }
        @if row.is_extrapolated() { abbr title="extrapolated from prefixes of the input" { "*" } }
    }
}

fn time_interval(row: &Row) -> String {
    match (row.low, row.high) {
        (Some(low), Some(high)) => numeral::durations(low, high),
        _ => "no interval".to_owned(),
    }
}

/// A row's time over the baseline's, or a dash.
pub(super) fn ratio(row: &Row) -> String {
    row.ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{}×", numeral::significant(ratio, 3)))
}

/// What a row comes to, as words with a sign.
pub(super) fn verdict(row: &Row) -> Markup {
    let sign = match (row.outcome, row.verdict) {
        (Outcome::Measured, Some(RowVerdict::Faster)) => "▲",
        (Outcome::Measured, Some(RowVerdict::Slower)) => "▼",
        (Outcome::Measured, Some(RowVerdict::Equivalent)) => "=",
        (Outcome::Measured, Some(RowVerdict::NotResolved)) => "?",
        (Outcome::Measured, _) => "•",
        (Outcome::Absent, _) => "–",
        _ => "✗",
    };
    html! {
        i aria-hidden="true" { (sign) } " "
        @match (row.outcome, row.verdict) {
            (Outcome::Measured, Some(verdict)) => (verdict.words()),
            (outcome, _) => (outcome.word().replace('_', " ")),
        }
        @if let Some(reason) = &row.reason { ": " bdi { (reason) } }
    }
}
