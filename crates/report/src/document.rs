//! What stands below each other in a text: headings, paragraphs, lists and tables, for a terminal or as Markdown.

use crate::escape::markdown as escaped;
use crate::look::Look;
use crate::table::{Cell, Table};

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
        }
    }
    text
}
