//! What stands in the comparison of two records, on a terminal, in a job summary and on the page?

use breakeven_estimate::figure::Figure;
use breakeven_record::{Mode, Outcome};

use super::{ChangeVerdict, ClaimSide, ComparedRow, ComparedWorkload, Comparison, Side};
use crate::claims::{ClaimUnit, title};
use crate::contents::tables::claim_verdict;
use crate::document::{self, Block};
use crate::look::Look;
use crate::numeral::{interval, percent, times};
use crate::table::Align::{Left, Right};
use crate::table::{Cell, Piece, Table, Tone};

/// Columns of a terminal that has room for noise thresholds.
const THRESHOLDS_FROM: u16 = 120;

/// The comparison for a terminal or a file (long words may be broken). Ends with a newline.
#[must_use]
pub fn text(comparison: &Comparison, look: &Look) -> String {
    document::terminal(&blocks(comparison), *look)
}

/// The comparison as Markdown, for a job summary. Ends with a newline; text from the records cannot break it.
#[must_use]
pub fn markdown(comparison: &Comparison) -> String {
    document::markdown(&blocks(comparison))
}

fn blocks(comparison: &Comparison) -> Vec<Block> {
    let list = |lines: Vec<String>| Block::List(lines.into_iter().map(Cell::from).collect());
    let mut blocks = vec![Block::Title("breakeven: B compared with A".to_owned()), list(header(comparison))];
    for workload in &comparison.workloads {
        let rows: Vec<&ComparedRow> = comparison.rows_of(&workload.id).filter(|row| is_shown(row)).collect();
        if !rows.is_empty() {
            let noise = Piece::Text(format!(": {}", thresholds(workload)));
            blocks.push(Block::Heading(Cell::code(&workload.id).then(noise)));
            blocks.push(Block::Table(rows_table(&workload.id, &rows, Workloads::One)));
        }
    }
    blocks.extend([
        Block::Title("What is not compared, and how to read this".to_owned()),
        list(footer(comparison)),
    ]);
    blocks
}

/// Whether a table tells which workload each row is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Workloads {
    /// A column names it.
    Many,
    /// All rows are of the same.
    One,
}

/// How each of these rows moved.
pub(crate) fn rows_table(name: &str, rows: &[&ComparedRow], workloads: Workloads) -> Table {
    let columns = [
        ("contender", Left),
        ("in A", Left),
        ("in B", Left),
        ("B / A", Left),
        ("noise threshold", Right),
        ("verdict", Left),
    ];
    let on = |row: &ComparedRow| (workloads == Workloads::Many).then(|| format!("on {}", row.workload));
    Table::new(name, columns).from_width(4, THRESHOLDS_FROM).with_rows(rows.iter().map(|row| {
        vec![
            Cell::code(&row.contender).aside(on(row)),
            figure(row.a),
            figure(row.b),
            figure(row.change),
            Cell::or_dash(row.noise_threshold.map(percent)),
            verdict(row),
        ]
    }))
}

/// The talk's figures in both records, as far as either has them.
pub(crate) fn claims_table(comparison: &Comparison) -> Table {
    let known =
        comparison.claims.iter().filter(|claim| claim.a.figure.value.or(claim.b.figure.value).is_some());
    let columns = [("claim", Left), ("the talk", Left), ("in A", Left), ("in B", Left)];
    Table::new("The talk’s claims", columns).with_rows(known.map(|claim| {
        let unit = ClaimUnit::of(&claim.id);
        vec![
            title(&claim.id).into(),
            unit.write_talk(claim.talk).into(),
            claim_side(unit, &claim.a),
            claim_side(unit, &claim.b),
        ]
    }))
}

fn claim_side(unit: ClaimUnit, side: &ClaimSide) -> Cell {
    let Some(value) = side.figure.value else { return Cell::or_dash(None) };
    let mut cell = Cell::from(format!("{} ", unit.write(value)));
    cell.0.extend(claim_verdict(side.verdict).0);
    cell.aside(bounds(side.figure)).aside(side.workload.clone())
}

/// What the two records are, fact by fact.
pub(crate) fn records_table(comparison: &Comparison) -> Table {
    let both = |of: fn(&Side) -> String| [of(&comparison.a), of(&comparison.b)];
    let facts = [
        ("record", both(|side| side.record.clone())),
        ("label", both(|side| side.label.clone())),
        ("begun", both(|side| side.created.clone())),
        ("mode", both(|side| side.mode.word().to_owned())),
        ("processes", both(|side| side.processes.to_string())),
        ("breakeven", both(Side::build)),
        ("environment", both(|side| side.key.clone())),
    ];
    let facts = facts.into_iter().map(|(name, [a, b])| [name.to_owned(), a, b]);
    let others = comparison
        .facts
        .iter()
        .map(|fact| [fact.name.replace('_', " "), recorded(fact.a.as_ref()), recorded(fact.b.as_ref())]);
    let rows = facts.chain(others).map(|row| row.map(Cell::from).into());
    Table::new("The two records", [("", Left), ("A", Left), ("B", Left)]).with_rows(rows)
}

/// What the two records are, one line each.
fn header(comparison: &Comparison) -> Vec<String> {
    vec![
        format!("Found: {}.", comparison.judgement()),
        side("A", &comparison.a),
        side("B", &comparison.b),
        environments(comparison),
        tolerance(comparison),
    ]
}

/// The largest change that counts as none.
fn tolerance(comparison: &Comparison) -> String {
    format!("A change of up to {} counts as none (--threshold).", percent(comparison.tolerance))
}

/// What was found and how to read it, one line each.
#[must_use]
pub(crate) fn footer(comparison: &Comparison) -> Vec<String> {
    let mut lines = Vec::new();
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
            "In A and in B: time over the baseline's (the baseline's own over the reference workload's), with its interval, \
             95 % each, not jointly. B / A: how that moved; above 1 the contender got slower. Its interval has room \
             for both (90 % at least), and must clear the noise thresholds of both A/A controls."
        }
        _ => {
            "In A and in B: time over the baseline's (the baseline's own over the reference workload's), with its interval, \
             95 % jointly for a workload. B / A: how that moved; above 1 the contender got slower. Its interval has \
             room for both (90 % at least, jointly), and must clear the noise thresholds of both A/A controls."
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
    let facts: Vec<String> = comparison
        .facts
        .iter()
        .map(|fact| {
            let (a, b) = (recorded(fact.a.as_ref()), recorded(fact.b.as_ref()));
            format!("{} ({a} → {b})", fact.name.replace('_', " "))
        })
        .collect();
    let facts = if facts.is_empty() { "their keys".to_owned() } else { facts.join(", ") };
    format!("Comparable as ratios only, since A and B differ in {facts}.")
}

fn recorded(fact: Option<&String>) -> String {
    fact.cloned().unwrap_or_else(|| "not recorded".to_owned())
}

/// Whether a row is worth a line: a contender that neither record measured is not, unless it is wrong.
fn is_shown(row: &ComparedRow) -> bool {
    row.verdict != ChangeVerdict::NotCompared
        || row.outcome_b == Some(Outcome::Wrong)
        || row.a.value.is_some()
        || row.b.value.is_some()
}

/// The noise of a workload in both records, in words.
#[must_use]
pub(crate) fn thresholds(workload: &ComparedWorkload) -> String {
    let percent = |threshold: Option<f64>| threshold.map_or_else(|| "unknown".to_owned(), percent);
    format!(
        "noise threshold {} in A, {} in B, {} together",
        percent(workload.noise_threshold_a),
        percent(workload.noise_threshold_b),
        percent(workload.noise_threshold)
    )
}

/// `1.20×` and its interval, without that where there is none, or a dash.
fn figure(figure: Figure) -> Cell {
    Cell::or_dash(figure.value.map(times)).aside(figure.value.and_then(|_| bounds(figure)))
}

fn bounds(figure: Figure) -> Option<String> {
    figure.low.zip(figure.high).map(|(low, high)| interval(low, high))
}

/// A row's verdict with its reason and what else differs.
fn verdict(row: &ComparedRow) -> Cell {
    let tone = match row.verdict {
        ChangeVerdict::BecameWrong | ChangeVerdict::Slower => Tone::Bad,
        ChangeVerdict::Faster | ChangeVerdict::BecameRight => Tone::Good,
        ChangeVerdict::NotCompared | ChangeVerdict::Disappeared => Tone::Absent,
        _ => Tone::Plain,
    };
    let mut cell = Cell::verdict(tone, row.verdict.sign(), row.verdict.words());
    // of a baseline the header has said it: the environments differ
    let reason = row.reason.clone().filter(|_| row.verdict != ChangeVerdict::Baseline);
    cell.0.extend(reason.map(Piece::Reason));
    cell.aside(Some(row.differs.join(", ")).filter(|differs| !differs.is_empty()))
}
