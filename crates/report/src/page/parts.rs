//! What several sections show alike: ids, badges, figures, tables of rows.

use maud::{Markup, html};

use crate::chart::{Drawing, embed};
use crate::contents::tables;
use crate::numeral::significant;
use crate::summary::Row;
use crate::table::{Align, Table};

/// The id of a contender or workload, isolated from the direction of the text around it.
pub(super) fn id(id: &str) -> Markup {
    html! { bdi { code { (id) } } }
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

/// Words as a shell takes them.
pub(super) fn shell_words(words: &[&str]) -> String {
    shlex::Quoter::new().allow_nul(true).join(words.iter().copied()).expect("NUL is allowed")
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
    with_errors(name, rows).page()
}

/// The rows of one workload as a figure shows them: how long, how right. All that is known of them is in "Every workload".
pub(super) fn figure_table(name: &str, rows: &[&Row]) -> Markup {
    with_errors(name, rows).select(&[0, 2, 4, 8, 7]).page()
}

fn with_errors(name: &str, rows: &[&Row]) -> Table {
    let mut table = tables::of_rows(name, rows);
    let unit = rows.first().map_or("call", |row| row.unit.as_str());
    table.columns[2].title = format!("time per {unit}").into();
    table.columns[5].title = "over baseline".into();
    let error = |row: &&Row| row.findings.max_ulp.map_or_else(String::new, |ulp| significant(ulp, 2)).into();
    table.with_column("error, ulp", Align::Right, rows.iter().map(error))
}
