//! What does a terminal show of a summary?
//!
//! The claims, then one table per workload, with a small bar per time where there is room, and at the end of each
//! task why somebody was not timed. Colours and characters are those of the [`Look`]; text of the record sends no
//! control sequence.

mod claims;
mod notes;

use breakeven_problem::Task;
use breakeven_record::Outcome;
use breakeven_record::ownership::OwnershipRecord;
pub use claims::{figure_words, value};
use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};
pub(crate) use notes::bracket;
pub use notes::{confidence, ladder_note, notes, ordinary_note, warning};

use crate::anatomy::CallAnatomy;
use crate::interpreters;
use crate::look::Ink;
pub use crate::look::{Characters, Colour, Look};
use crate::numeral;
use crate::ownership;
use crate::summary::{Row, Summary, WorkloadSummary};

/// The claims and the rows of `summary` in lines of at most the width of `look` (long words may be broken). Ends
/// with a newline.
#[must_use]
pub fn text(summary: &Summary, look: &Look) -> String {
    let width = look.columns();
    let heading = |line: &str| look.heading(line).trim_end().to_owned();
    let mut text = String::new();
    if !summary.is_users_comparison() {
        text.push_str(&format!("{}\n", heading("The talk's claims, here")));
        text.push_str(&look.painted(look.written(&claims::table(summary, width)), &claims::VERDICTS));
    }
    for note in notes(summary).into_iter().chain(notes::warnings(summary)) {
        text.push_str(&look.written(&wrap(&note, width)));
    }
    for task in Task::ALL.into_iter().filter(|task| *task != Task::Anatomy) {
        let workloads: Vec<&WorkloadSummary> =
            summary.workloads.iter().filter(|workload| workload.task == task.word()).collect();
        if workloads.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{}\n", heading(&format!("{task}: time per {}", task.unit()))));
        text.push_str(&look.painted(look.written(&task_tables(summary, &workloads, width)), &ROW_VERDICTS));
    }
    for call in &summary.anatomies {
        let whole = call.whole_ns.value.map_or_else(|| "not measured".to_owned(), numeral::duration);
        text.push_str(&format!(
            "\n{}\n",
            heading(&format!("One {}, {} numbers: {whole}", call.call, call.n))
        ));
        text.push_str(&look.written(&parts_table(call, width)));
    }
    if let Some(owners) = &summary.ownership {
        text.push_str(&format!("\n{}\n", heading("Who owns what")));
        text.push_str(&look.written(&format!("{}\n", ownership_table(owners, width))));
        text.push_str(&look.written(&wrap(&ownership::note(owners), width)));
    }
    if !summary.interpreters.is_empty() && !summary.is_users_comparison() {
        text.push_str(&format!("\n{}\n", heading("Interpreters side by side")));
        text.push_str(&look.written(&format!("{}\n", interpreters_table(summary, width))));
    }
    if summary.workloads.is_empty() {
        text.push_str("\nNo workload was finished.\n");
    }
    text
}

/// What a row comes to, in colour.
const ROW_VERDICTS: [(&str, Ink); 5] = [
    (" faster ", Ink::Good),
    (" slower ", Ink::Part),
    (" wrong", Ink::Bad),
    (" known wrong", Ink::Bad),
    (" failed", Ink::Bad),
];

/// From so many columns on there is room for bars.
const BARS_FROM: u16 = 100;

/// Characters of the longest bar.
const BAR: usize = 10;

/// A table for each workload of a task, and then why somebody stands in them without a time, or with a wrong answer.
fn task_tables(summary: &Summary, workloads: &[&WorkloadSummary], width: u16) -> String {
    let tables: String = workloads.iter().map(|workload| workload_table(summary, workload, width)).collect();
    let rows = workloads.iter().flat_map(|workload| summary.rows_of(&workload.id));
    let reasons: String = reasons(rows).iter().map(|reason| wrap(reason, width)).collect();
    tables + &reasons
}

/// Why rows have no time or a wrong answer: of each contender and outcome the first reason, and how many more there are.
fn reasons<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<String> {
    let mut alike: Vec<(&Row, usize)> = Vec::new();
    for row in rows.filter(|row| !row.contender.is_control() && row.outcome != Outcome::Measured) {
        let same = |(first, _): &&mut (&Row, usize)| {
            (&first.contender, &first.input, first.outcome) == (&row.contender, &row.input, row.outcome)
        };
        match alike.iter_mut().find(same) {
            Some((_, count)) => *count += 1,
            None => alike.push((row, 1)),
        }
    }
    let line = |(row, count): (&Row, usize)| {
        let more = if count > 1 { format!(" (so on {} more)", count - 1) } else { String::new() };
        format!("{}: {}{more}", row.contender, row_verdict(row))
    };
    alike.into_iter().map(line).collect()
}

/// One workload, its name and baseline above the table.
fn workload_table(summary: &Summary, workload: &WorkloadSummary, width: u16) -> String {
    let rows: Vec<&Row> = summary.rows_of(&workload.id).filter(|row| !row.contender.is_control()).collect();
    let times: Vec<f64> = rows.iter().filter_map(|row| row.ns_per_unit).collect();
    let bars = width >= BARS_FROM;
    let with_bars = |cells: [String; 6], bar: String| {
        let mut cells = Vec::from(cells);
        if bars {
            cells.insert(3, bar);
        }
        cells
    };
    let mut table = table(width);
    let header = ["contender", "input", "time", "ratio", "interval", "verdict"];
    table.set_header(with_bars(header.map(str::to_owned), "log scale".to_owned()));
    for row in rows {
        let cells = [
            row.contender.to_string(),
            row.input.clone(),
            row.ns_per_unit.map(numeral::duration).unwrap_or_default(),
            over_baseline(row),
            row_interval(row),
            row_outcome(row),
        ];
        table.add_row(with_bars(cells, row.ns_per_unit.map(|time| bar(time, &times)).unwrap_or_default()));
    }
    let name = format!("{}, over {}", workload_name(workload), workload.baseline);
    format!("{}{}\n", wrap(&name, width), fitted(table, width))
}

/// What a call spends, part by part, with a bar for each share.
fn parts_table(call: &CallAnatomy, width: u16) -> String {
    if call.parts.is_empty() {
        return "Not every step was measured, so there is no sum to show.\n".to_owned();
    }
    let mut table = table(width);
    table.set_header(["part", "time", "interval", "share", ""]);
    for part in &call.parts {
        let eighths = (part.share.value.unwrap_or(0.0).clamp(0.0, 1.0) * (8 * 2 * BAR) as f64).round();
        table.add_row([
            part.title.clone(),
            part.time(),
            part.bounds(),
            part.percentage(),
            blocks(eighths as usize),
        ]);
    }
    let sum = format!("All parts together are {} of the call{}", call.sum(), call.judgement());
    format!("{}\n{}", fitted(table, width), wrap(&sum, width))
}

fn ownership_table(owners: &OwnershipRecord, width: u16) -> Table {
    let mut table = table(width);
    table.set_header(ownership::HEADER);
    for line in ownership::lines(owners) {
        table.add_row(line);
    }
    fitted(table, width)
}

fn interpreters_table(summary: &Summary, width: u16) -> Table {
    let mut table = table(width);
    table.set_header(interpreters::HEADER);
    for row in &summary.interpreters {
        table.add_row(row.line());
    }
    fitted(table, width)
}

fn over_baseline(row: &Row) -> String {
    row.ratio.map(|ratio| format!("{}×", numeral::significant(ratio, 3))).unwrap_or_default()
}

/// A bar for `time` among `times`, logarithmic: the longest time has the whole length, the shortest an eighth of a
/// character. Only lengths under one workload compare.
fn bar(time: f64, times: &[f64]) -> String {
    let positive = || times.iter().copied().filter(|time| *time > 0.0);
    let (least, most) = (positive().fold(f64::INFINITY, f64::min), positive().fold(0.0, f64::max));
    let share = if most > least { (time / least).ln() / (most / least).ln() } else { 1.0 };
    let eighths = ((share.clamp(0.0, 1.0) * (8 * BAR) as f64).round() as usize).max(1);
    blocks(eighths)
}

/// So many eighths of a character.
fn blocks(eighths: usize) -> String {
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    format!("{}{rest}", "█".repeat(eighths / 8))
}

fn workload_name(workload: &WorkloadSummary) -> String {
    let noise = match (workload.vetoed, workload.margin) {
        (Some(true), Some(margin)) => {
            format!(" (vetoed: noise {} %)", numeral::significant(100.0 * margin, 2))
        }
        _ => String::new(),
    };
    let name = workload.id.split_once('/').map_or(workload.id.as_str(), |(_, name)| name);
    format!("{name}{noise}")
}

/// The interval of a row's ratio: `4.68 to 4.75`, or nothing.
#[must_use]
pub fn row_interval(row: &Row) -> String {
    match (row.ratio_low, row.ratio_high, row.verdict) {
        (_, _, Some(crate::summary::RowVerdict::Baseline)) => String::new(),
        (Some(low), Some(high), _) => numeral::interval(low, high),
        _ => String::new(),
    }
}

/// What a row comes to, in words: its verdict, or its outcome with the reason.
#[must_use]
pub fn row_verdict(row: &Row) -> String {
    let reason = row.reason.as_ref().filter(|_| row.outcome != Outcome::Measured);
    format!("{}{}", row_outcome(row), reason.map(|reason| format!(": {reason}")).unwrap_or_default())
}

fn row_outcome(row: &Row) -> String {
    match (row.outcome, row.verdict) {
        (Outcome::Measured, Some(verdict)) => verdict.words().to_owned(),
        (Outcome::Measured, None) => "measured".to_owned(),
        (outcome, _) => outcome.word().replace('_', " "),
    }
}

/// A rule above and below the header, and one at the end.
const LINES: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

pub(crate) fn table(width: u16) -> Table {
    let mut table = Table::new();
    table.load_style(LINES).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table
}

/// The table with one space between its columns where there is little room.
fn fitted(mut table: Table, width: u16) -> Table {
    if width < BARS_FROM {
        for column in table.column_iter_mut() {
            column.set_padding((0, 0));
        }
    }
    table
}

/// `paragraph` in lines of at most `width` columns, as far as its words allow.
pub(crate) fn wrap(paragraph: &str, width: u16) -> String {
    let mut wrapped = String::new();
    let mut column = 0;
    for word in paragraph.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > usize::from(width) {
            wrapped.push('\n');
            column = 0;
        } else if column > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped.push('\n');
    wrapped
}
