//! What do a terminal and a job summary show of two records?

use breakeven_estimate::figure::Figure;
use breakeven_record::{Mode, Outcome};

use super::{ChangeVerdict, ComparedRow, ComparedWorkload, Comparison, Side};
use crate::chart::shortened;
use crate::escape::markdown as escaped;
use crate::numeral;
use crate::terminal::{table, wrap};

/// Characters of a verdict with its reason, in a table; the page and the JSON have all of it.
const LONGEST_VERDICT: usize = 120;

/// The comparison as plain text of at most `width` columns (40 at least; long words may be broken). Ends
/// with a newline; no colour, no control sequences.
#[must_use]
pub fn text(comparison: &Comparison, width: u16) -> String {
    let width = width.max(40);
    let mut text = String::new();
    for line in header(comparison) {
        text.push_str(&wrap(&plain(&line), width));
    }
    for workload in &comparison.workloads {
        let rows: Vec<&ComparedRow> = comparison.rows_of(&workload.id).filter(|row| is_shown(row)).collect();
        if rows.is_empty() {
            continue;
        }
        text.push('\n');
        text.push_str(&wrap(&plain(&format!("{}: {}", workload.id, margins(workload))), width));
        let mut table = table(width);
        table.set_header(["contender", "in A", "in B", "B / A", "verdict"]);
        for row in rows {
            table.add_row([row.contender.clone()].into_iter().chain(cells(row)).map(|cell| plain(&cell)));
        }
        text.push_str(&format!("{table}\n"));
    }
    text.push('\n');
    for line in footer(comparison) {
        text.push_str(&wrap(&plain(&line), width));
    }
    text
}

/// The comparison as Markdown, for a job summary. Ends with a newline; text from the records cannot break it.
#[must_use]
pub fn markdown(comparison: &Comparison) -> String {
    let mut text = String::from("### breakeven: B held against A\n\n");
    for line in header(comparison) {
        text.push_str(&format!("- {}\n", literal(&line)));
    }
    let mut last = "";
    let shown = comparison.rows.iter().filter(|row| is_shown(row));
    for (place, row) in shown.enumerate() {
        if place == 0 {
            text.push_str("\n| workload | contender | in A | in B | B / A | verdict |\n");
            text.push_str("|---|---|---|---|---|---|\n");
        }
        let name = if row.workload == last { "" } else { &row.workload };
        last = &row.workload;
        let cells: Vec<String> = [name.to_owned(), row.contender.clone()]
            .into_iter()
            .chain(cells(row))
            .map(|cell| literal(&cell))
            .collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text.push('\n');
    for line in footer(comparison) {
        text.push_str(&format!("- {}\n", literal(&line)));
    }
    text
}

/// `text` as Markdown and HTML take it literally, on one line, without what turns the direction of text.
#[must_use]
pub fn literal(text: &str) -> String {
    escaped(&plain(text))
}

/// What the two records are, one line each.
fn header(comparison: &Comparison) -> Vec<String> {
    vec![side("A", &comparison.a), side("B", &comparison.b), environments(comparison)]
}

/// What was found and how to read it, one line each.
#[must_use]
pub(crate) fn footer(comparison: &Comparison) -> Vec<String> {
    let mut lines = vec![format!("Found: {}.", comparison.counts())];
    let hidden = comparison.rows.len() - comparison.rows.iter().filter(|row| is_shown(row)).count();
    if hidden > 0 {
        lines.push(format!(
            "Not shown, since neither record measured them: {hidden} of {} rows.",
            comparison.rows.len()
        ));
    }
    let still_wrong = comparison.undeclared_wrong().filter(|row| row.outcome_a == row.outcome_b);
    for (said, rows) in [
        ("Wrong in A and still wrong in B", places(still_wrong)),
        ("Measured in A but failed in B", places(comparison.newly_failed())),
    ] {
        if !rows.is_empty() {
            lines.push(format!("{said}: {}.", rows.join(", ")));
        }
    }
    for (side, name) in [(&comparison.a, "A"), (&comparison.b, "B")] {
        if !side.complete {
            lines.push(format!("{name} ended early: the workloads that were finished are here."));
        }
        if !side.usable {
            lines.push(format!(
                "More than one in five workloads of {name} is vetoed for noise: no verdict is drawn."
            ));
        }
    }
    for (only, name) in [(&comparison.only_in_a, "A"), (&comparison.only_in_b, "B")] {
        if !only.is_empty() {
            lines.push(format!("Only in {name}, and so not compared: {}.", only.join(", ")));
        }
    }
    lines.push(reading(comparison).to_owned());
    lines
}

/// `rust/simd on whole/uniform-25`, of each row.
fn places<'a>(rows: impl Iterator<Item = &'a ComparedRow>) -> Vec<String> {
    rows.map(|row| format!("{} on {}", row.contender, row.workload)).collect()
}

/// How a row of the table is meant.
fn reading(comparison: &Comparison) -> &'static str {
    match (comparison.a.mode, comparison.b.mode) {
        (Mode::Quick, _) | (_, Mode::Quick) => {
            "In A and in B: time over the baseline's (the baseline's own over the ruler's), with its interval, \
             95 % each, not jointly. B / A: how that moved; above 1 the contender got slower. Its interval has room \
             for both (90 % at least), and must clear the margins of both A/A rows."
        }
        _ => {
            "In A and in B: time over the baseline's (the baseline's own over the ruler's), with its interval, \
             95 % jointly for a workload. B / A: how that moved; above 1 the contender got slower. Its interval has \
             room for both (90 % at least, jointly), and must clear the margins of both A/A rows."
        }
    }
}

fn side(name: &str, side: &Side) -> String {
    format!(
        "{name}: {} ({}, {}, mode {}, {} processes, breakeven {})",
        side.record,
        side.label,
        side.created,
        side.mode.word(),
        side.processes,
        side.build()
    )
}

/// Whether machine and software are the same, and what differs.
#[must_use]
pub(crate) fn environments(comparison: &Comparison) -> String {
    if comparison.same_environment {
        return format!("The same machine and software (key {}).", comparison.a.key);
    }
    let none = || "not recorded".to_owned();
    let facts: Vec<String> = comparison
        .facts
        .iter()
        .map(|fact| {
            let (a, b) = (fact.a.clone().unwrap_or_else(none), fact.b.clone().unwrap_or_else(none));
            format!("{} ({a} → {b})", fact.name.replace('_', " "))
        })
        .collect();
    let facts = if facts.is_empty() { "their keys".to_owned() } else { facts.join(", ") };
    format!("Comparable as ratios only, since A and B differ in {facts}.")
}

/// Whether a row is worth a line: a contender that neither record measured is not, unless it is wrong.
fn is_shown(row: &ComparedRow) -> bool {
    row.verdict != ChangeVerdict::NotCompared
        || row.outcome_b == Some(Outcome::Wrong)
        || row.a.value.is_some()
        || row.b.value.is_some()
}

/// Ratio in A, ratio in B, change, verdict; a long reason is cut short.
fn cells(row: &ComparedRow) -> [String; 4] {
    [figure(row.a), figure(row.b), figure(row.change), shortened(&verdict(row), LONGEST_VERDICT)]
}

/// How well a workload could be measured in both records.
#[must_use]
pub(crate) fn margins(workload: &ComparedWorkload) -> String {
    let percent = |margin: Option<f64>| match margin {
        Some(margin) => format!("{} %", numeral::significant(100.0 * margin, 2)),
        None => "unknown".to_owned(),
    };
    let vetoed = if workload.vetoed { "; vetoed, too noisy for verdicts" } else { "" };
    format!(
        "margin {} in A, {} in B, {} together{vetoed}",
        percent(workload.margin_a),
        percent(workload.margin_b),
        percent(workload.margin)
    )
}

/// `1.20× (1.18 to 1.22)`, without the interval where there is none, or a dash.
fn figure(figure: Figure) -> String {
    let Some(value) = figure.value else { return "–".to_owned() };
    let interval = match (figure.low, figure.high) {
        (Some(low), Some(high)) => format!(" ({})", numeral::interval(low, high)),
        _ => String::new(),
    };
    format!("{}×{interval}", numeral::significant(value, 3))
}

/// A row's verdict with its reason and what else differs.
pub(crate) fn verdict(row: &ComparedRow) -> String {
    let mut text = format!("{} {}", row.verdict.sign(), row.verdict.words());
    // of a baseline the header has said it: the environments differ
    if let Some(reason) = row.reason.as_ref().filter(|_| row.verdict != ChangeVerdict::Baseline) {
        text.push_str(&format!(": {reason}"));
    }
    if !row.differs.is_empty() {
        text.push_str(&format!(" ({})", row.differs.join(", ")));
    }
    text
}

/// `text` on one line, without control characters and without those that turn the direction of text.
fn plain(text: &str) -> String {
    let turns = |character| matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .filter(|&character| !turns(character))
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect()
}
