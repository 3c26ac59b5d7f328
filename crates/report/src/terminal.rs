//! What does a terminal show of a summary?
//!
//! First the answer in one screen; in detail the claims, then one table per workload, with a small bar per time where there is
//! room, and at the end of each task why a contender was not timed. Colours and characters are those of the [`Look`]; text of
//! the record sends no control sequence.

mod plot;
mod screen;

use breakeven_problem::Task;

use crate::contents::{self, ranges, reasons, tables};
use crate::document::{Block, terminal};
pub use crate::look::{Characters, Colour, Look};
use crate::summary::{Summary, WorkloadSummary};
use crate::wording::{notes, warnings};

/// The answer of `summary` in one screen: at most 25 lines at 80 columns, with the two that say where the record and the report
/// are. Ends with a newline.
#[must_use]
pub fn screen(summary: &Summary, look: &Look) -> String {
    if summary.imported.is_some() { text(summary, look) } else { screen::screen(summary, *look) }
}

/// The claims and the rows of `summary` in lines of at most the width of `look` (long words may be broken). Ends
/// with a newline.
#[must_use]
pub fn text(summary: &Summary, look: &Look) -> String {
    if summary.imported.is_some() {
        return terminal(&contents::imported(summary), *look);
    }
    let is_users = summary.is_users_comparison();
    let mut blocks = Vec::new();
    if !is_users {
        let mut table = tables::claims(summary);
        table.notes.push(format!("Python rows: {}.", summary.interpreter()));
        blocks.extend([Block::Title("The talk's claims, here".to_owned()), Block::Table(table)]);
    }
    let said = notes(summary).into_iter().chain(warnings(summary));
    let said = said.chain(ranges::sentences(summary));
    blocks.push(Block::List(said.map(Into::into).collect()));
    for task in Task::ALL.into_iter().filter(|task| *task != Task::Anatomy) {
        blocks.extend(of_task(summary, task));
    }
    let sections = [
        ("One call, step by step", !summary.anatomies.is_empty(), contents::anatomy(summary)),
        ("Who owns what", summary.ownership.is_some(), contents::ownership(summary)),
        (
            "Interpreters side by side",
            !summary.interpreters.is_empty() && !is_users,
            contents::interpreters(summary),
        ),
    ];
    for (title, _, section) in sections.into_iter().filter(|(_, is_there, _)| *is_there) {
        blocks.push(Block::Title(title.to_owned()));
        blocks.extend(section);
    }
    if summary.workloads.is_empty() {
        blocks.push(Block::Title("No workload was finished.".to_owned()));
    }
    terminal(&blocks, *look)
}

/// A table for each workload of a task, and then why a contender stands in them without a time, or with a wrong answer.
fn of_task(summary: &Summary, task: Task) -> Vec<Block> {
    let workloads: Vec<&WorkloadSummary> =
        summary.workloads.iter().filter(|workload| workload.task == task.word()).collect();
    if workloads.is_empty() {
        return Vec::new();
    }
    let rows = workloads.iter().flat_map(|workload| summary.rows_of(&workload.id));
    let reasons = Block::List(reasons(rows));
    let mut blocks = vec![Block::Title(format!("{task}: time per {}", task.unit()))];
    blocks.extend(contents::workloads(summary, workloads).into_iter().map(|block| match block {
        Block::Table(table) => Block::Table(table.without_reasons()),
        other => other,
    }));
    blocks.push(reasons);
    blocks
}
