//! What does a text look like as a page?

use maud::{Markup, html};

use super::shell;
use crate::chart::{Change, Changes, Ink, Point, embed};
use crate::document::{Block, PairedChanges};
use crate::table::Tone;

/// `blocks` as one self-contained HTML document with this kicker above its headline; titles begin sections.
#[must_use]
pub fn document(kicker: &str, headline: &str, blocks: &[Block]) -> String {
    let body = html! {
        header {
            p.kicker { (kicker) }
            h1 { bdi { (headline) } }
        }
        main { @for block in blocks { (one(block)) } }
    };
    shell(headline, &body)
}

fn one(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Title(title) => h2 { (title) },
            Block::Heading(heading) => h3 { (heading) },
            Block::Paragraph(text) => p { (text) },
            Block::List(lines) => ul { @for line in lines { li { (line) } } },
            Block::Table(table) => (table.page()),
            Block::Figure(changes) => figure { (embed(&drawing(changes))) figcaption { (changes.caption) } },
        }
    }
}

fn drawing(changes: &PairedChanges) -> Changes {
    let rows = changes.rows.iter().map(|row| Change {
        label: row.label.clone(),
        value: row.value,
        low: row.low,
        high: row.high,
        threshold: row.noise_threshold,
        text: row.text.clone(),
        short: row.text.clone(),
        ink: match row.tone {
            Tone::Bad => Ink::Series(1),
            Tone::Good => Ink::Series(3),
            _ => Ink::Series(0),
        },
        point: Point::Filled,
        pairs: row.pairs.clone(),
    });
    Changes { description: changes.caption.clone(), sides: changes.sides, rows: rows.collect() }
}
