//! The texts and the page of one small record, word by word.
//!
//! `BREAKEVEN_UPDATE_GOLDEN=1 cargo test -p breakeven-report reviewed` writes them again; the difference is reviewed like
//! code. Of the page its words and structure are kept, one element per line, without the drawings and the style sheet.

use std::path::Path;

use breakeven_record::Mode;
use breakeven_report::markdown;
use breakeven_report::page::page;
use breakeven_report::summary::Summary;
use breakeven_report::terminal::{Characters, Look, screen, text};

use crate::records::{owned, realistic, warnings};

#[test]
fn page_and_texts_of_a_small_record_are_those_that_were_reviewed() {
    let mut record = owned(realistic(Mode::Quick, 6, &[25, 300]));
    record.warnings = warnings().into_iter().take(1).collect();
    let summary = Summary::of(&record, "bench-results/test/record.json");
    let ascii = Look { characters: Characters::Ascii, ..Look::plain(120) };
    let goldens = [
        ("page.txt", outline(&page(&summary))),
        ("report.md", markdown::report(&summary)),
        ("screen-80.txt", screen(&summary, &Look::plain(80))),
        ("screen-40-ascii.txt", screen(&summary, &Look { width: 40, ..ascii })),
        ("terminal-80.txt", text(&summary, &Look::plain(80))),
        ("terminal-120-ascii.txt", text(&summary, &ascii)),
    ];
    for (name, now) in goldens {
        golden(name, &now);
    }
}

/// Compares a text with the one that was reviewed.
pub(crate) fn golden(name: &str, now: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report/golden").join(name);
    if std::env::var_os("BREAKEVEN_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, now).expect("the folder is in the checkout");
    }
    let reviewed = std::fs::read_to_string(&path).expect("it is committed");
    let first = reviewed.lines().zip(now.lines()).find(|(reviewed, now)| reviewed != now);
    assert!(
        reviewed == now,
        "{name} differs: {first:?}; if that is meant, BREAKEVEN_UPDATE_GOLDEN=1 cargo test -p breakeven-report reviewed"
    );
}

/// The page for people: an indented line per block with its text, none for what only gives it its looks.
fn outline(html: &str) -> String {
    let mut outline = String::new();
    let (mut rest, mut text) = (html, String::new());
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = after.split_once('>').expect("maud closes its tags");
        let name = tag.split([' ', '/']).find(|word| !word.is_empty()).unwrap_or_default();
        rest = match name {
            // drawings have tests of their own, and the style sheet is a file
            "svg" | "style" | "script" => after.split_once(&format!("</{name}>")).expect("it is closed").1,
            _ => after,
        };
        match name {
            "svg" => text.push_str(" [drawing]"),
            "td" | "th" if !tag.starts_with('/') => text.push_str(" | "),
            "a" | "abbr" | "bdi" | "code" | "i" | "strong" | "span" | "td" | "th" | "style" => {}
            _ => {
                let words: Vec<&str> = text.split_whitespace().collect();
                if !words.is_empty() {
                    outline.push_str(&format!("{}\n", words.join(" ")));
                }
                text.clear();
                if let ("section" | "h1" | "h2" | "h3" | "table" | "figure" | "details", false) =
                    (name, tag.starts_with('/'))
                {
                    text.push_str(&format!("<{name}> "));
                }
            }
        }
    }
    outline
}
