//! What stands below each other in a text: headings, paragraphs, lists, tables and figures, for a terminal, as Markdown or as
//! a page ([`page::document`](crate::page::document)).

use crate::escape::markdown as escaped;
use crate::look::Look;
use crate::table::{Cell, Table, Tone};

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// The title of all that follows, up to the next one.
    Title(String),
    /// What the next table is of.
    Heading(Cell),
    /// A sentence or more.
    Paragraph(Cell),
    /// A line each.
    List(Vec<Cell>),
    /// Rows under titles.
    Table(Table),
    /// Drawn on a page, and left out of texts.
    Figure(PairedChanges),
}

/// By how much times changed, each with the pairs of times that say so.
#[derive(Debug, Clone, PartialEq)]
pub struct PairedChanges {
    /// What is shown, in a sentence.
    pub caption: String,
    /// What is compared, and with what.
    pub sides: [&'static str; 2],
    /// From top to bottom.
    pub rows: Vec<PairedChange>,
}

/// One change: a ratio, above 1 slower.
#[derive(Debug, Clone, PartialEq)]
pub struct PairedChange {
    /// What changed.
    pub label: String,
    /// The ratio; positive.
    pub value: f64,
    /// The ends of its interval; positive.
    pub low: f64,
    /// The other end.
    pub high: f64,
    /// The fraction around 1 that is no change.
    pub noise_threshold: f64,
    /// The ratio of each pair.
    pub pairs: Vec<f64>,
    /// The change in words.
    pub text: String,
    /// Whether it is good or bad.
    pub tone: Tone,
}

/// `blocks` as Markdown, with an empty line between them. Ends with a newline.
#[must_use]
pub fn markdown(blocks: &[Block]) -> String {
    let written = blocks.iter().map(|block| match block {
        Block::Title(title) => format!("## {}\n", escaped(title)),
        Block::Heading(heading) => format!("### {}\n", heading.markdown()),
        Block::Paragraph(text) => format!("{}\n", text.markdown()),
        Block::List(lines) => lines.iter().map(|line| format!("- {}\n", line.markdown())).collect(),
        Block::Table(table) => table.markdown(),
        Block::Figure(_) => String::new(),
    });
    written.filter(|block| !block.is_empty()).collect::<Vec<_>>().join("\n")
}

/// `blocks` in lines of at most the width of `look` (long words may be broken). Ends with a newline.
#[must_use]
pub fn terminal(blocks: &[Block], look: Look) -> String {
    let mut text = String::new();
    for block in blocks {
        match block {
            Block::Title(title) => {
                let gap = if text.is_empty() { "" } else { "\n" };
                text.push_str(&format!("{gap}{}", look.heading(title)));
            }
            Block::Heading(line) | Block::Paragraph(line) => text.push_str(&look.paragraph(&line.plain())),
            Block::List(lines) => {
                lines.iter().for_each(|line| text.push_str(&look.paragraph(&line.plain())));
            }
            Block::Table(table) => text.push_str(&table.terminal(look)),
            Block::Figure(_) => {}
        }
    }
    text
}
