//! What stands in each section of a report?
//!
//! One function per section, out of the summary; a terminal and Markdown write the same blocks. The tables are in
//! [`tables`], and what to use at which size in [`ranges`], where the page finds them too.

pub(crate) mod ranges;
pub(crate) mod tables;

use breakeven_record::Outcome;

use crate::document::Block;
use crate::interpreters;
use crate::ladder::ladders;
use crate::numeral::{count, duration};
use crate::ownership;
use crate::summary::{Row, Summary, WorkloadSummary};
use crate::table::{Cell, Piece};
use crate::wording;

/// What one call spends, step by step.
pub(crate) fn anatomy(summary: &Summary) -> Vec<Block> {
    let mut blocks = vec![Block::Paragraph(
        "Each step costs what a call cut short after it takes more than one cut short before it.".into(),
    )];
    for call in &summary.anatomies {
        let whole = call.whole_ns.value.map_or_else(|| "not measured".to_owned(), duration);
        let rest = format!(", {} numbers: {whole}", count(call.n as u64));
        blocks.push(Block::Heading(Cell::code(&call.call).then(Piece::Text(rest))));
        blocks.push(if call.parts.is_empty() {
            Block::Paragraph("Not every step was measured, so there is no sum to show.".into())
        } else {
            Block::Table(tables::anatomy(call))
        });
    }
    if summary.anatomies.is_empty() { missing("This record took no call apart.") } else { blocks }
}

/// Reference counts around calls.
pub(crate) fn ownership(summary: &Summary) -> Vec<Block> {
    let Some(owners) = &summary.ownership else { return missing(ownership::NONE_COUNTED) };
    vec![Block::Paragraph(ownership::note(owners).into()), Block::Table(tables::ownership(owners))]
}

/// The same contenders in other interpreters.
pub(crate) fn interpreters(summary: &Summary) -> Vec<Block> {
    if summary.interpreters.is_empty() {
        return missing(interpreters::NONE_MEASURED);
    }
    vec![Block::Table(tables::interpreters(&summary.interpreters))]
}

/// Which contender to use at which size, by what the caller holds.
pub(crate) fn choice(summary: &Summary) -> Vec<Block> {
    let table = tables::choice(summary);
    if table.rows.is_empty() {
        return missing("This record has no sizes of uniform arrays to choose between.");
    }
    let reading = "The fastest right contender at each measured size with its time per call, and how much longer the \
                   next one takes, paired in the same rounds, and where the two are equivalent or the difference is \
                   not resolved.";
    vec![Block::Paragraph(reading.into()), Block::Table(table)]
}

/// The rungs of every recording, slowest first.
pub(crate) fn ladder(summary: &Summary) -> Vec<Block> {
    let ladders = ladders(summary);
    if ladders.is_empty() {
        return missing("This record has no pedometer workload.");
    }
    let mut blocks = vec![Block::Paragraph(wording::ladder_note(summary).into())];
    for ladder in &ladders {
        blocks.push(Block::Heading(Cell::code(&ladder.workload.id)));
        blocks.push(Block::Paragraph(ladder.passing().into()));
        if !ladder.rungs.is_empty() {
            blocks.push(Block::Table(tables::rungs(ladder)));
        }
        if !ladder.missing.is_empty() {
            let line = |row: &&Row| {
                Cell::code(&*row.contender).then(Piece::Text(format!(": {}", wording::row_verdict(row))))
            };
            blocks.push(Block::Paragraph("Without a time:".into()));
            blocks.push(Block::List(ladder.missing.iter().map(line).collect()));
        }
    }
    blocks
}

/// What another tool has measured, each workload under its name, and what follows from that.
pub(crate) fn imported(summary: &Summary) -> Vec<Block> {
    let of = |workload: &WorkloadSummary| {
        [Block::Heading(Cell::code(&workload.id)), Block::Table(tables::imported(summary, workload))]
    };
    let said = Block::Paragraph(wording::imported(summary).into());
    std::iter::once(said).chain(summary.workloads.iter().flat_map(of)).collect()
}

/// A table for each of these workloads, each under its name with the baseline.
pub(crate) fn workloads<'a>(
    summary: &Summary,
    workloads: impl IntoIterator<Item = &'a WorkloadSummary>,
) -> Vec<Block> {
    let of = |workload: &WorkloadSummary| {
        let noise = workload.coarse().map(wording::untold);
        let heading = Cell::code(&workload.id)
            .then(Piece::Text(", over ".to_owned()))
            .then(Piece::Code(workload.baseline.to_string()))
            .then(Piece::Text(noise.unwrap_or_default()));
        [Block::Heading(heading), Block::Table(tables::rows(summary, workload))]
    };
    workloads.into_iter().flat_map(of).collect()
}

/// Why rows have no time or a wrong answer: of each contender and outcome the first reason, and how many more there are.
pub(crate) fn reasons<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<Cell> {
    let mut alike: Vec<(&Row, usize)> = Vec::new();
    for row in rows.filter(|row| !row.contender.is_control() && row.findings.outcome != Outcome::Measured) {
        let same = |(first, _): &&mut (&Row, usize)| {
            (&first.contender, &first.declared.input, first.findings.outcome)
                == (&row.contender, &row.declared.input, row.findings.outcome)
        };
        match alike.iter_mut().find(same) {
            Some((_, count)) => *count += 1,
            None => alike.push((row, 1)),
        }
    }
    let line = |(row, count): (&Row, usize)| {
        let more = if count > 1 { format!(" (so on {} more)", count - 1) } else { String::new() };
        Cell::from(format!("{}: {}{more}", row.contender, wording::row_verdict(row)))
    };
    alike.into_iter().map(line).collect()
}

/// What is said where there is nothing to show.
pub(crate) fn missing(why: &str) -> Vec<Block> {
    vec![Block::Paragraph(why.into())]
}
