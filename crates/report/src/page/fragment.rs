//! What is shown of a record inside another page?
//!
//! The answer alone: sentence, figure, table. Its style is that of a page, which reaches nothing around it, by nesting.

use maud::{Markup, PreEscaped, html};

use super::parts::rows_table;
use super::view::View;
use super::{STYLE, answer, small_arrays};
use crate::chart::embed;
use crate::escape::legible;
use crate::summary::Summary;
use crate::wording::{confidence, imported, unbroken};

/// Workloads whose tables are shown where nothing was measured at two sizes.
const MOST_TABLES: usize = 3;

/// The answer of a summary as a piece of HTML, for a notebook or any other page: nothing loaded, no script, and a style
/// that applies to this piece alone.
#[must_use]
pub fn fragment(summary: &Summary) -> String {
    let view = View { summary };
    let fragment = html! {
        div.breakeven style="padding: .8rem 1rem" {
            style { (PreEscaped(scoped(STYLE))) }
            (answer::banners(summary))
            @for sentence in &summary.answer { p { strong { (unbroken(sentence)) } } }
            @match small_arrays::over_sizes(&view) {
                Some((drawing, table)) => { figure { (embed(&drawing)) } (table) }
                None => (tables(&view)),
            }
            @if summary.imported.is_some() { p.note { (imported(summary)) } } @else { p.note { (confidence(summary)) } }
        }
    };
    legible(&fragment.into_string()).into_owned()
}

fn tables(view: &View) -> Markup {
    html! {
        @for workload in view.summary.workloads.iter().take(MOST_TABLES) {
            (rows_table(&workload.id, &view.rows(&workload.id)))
        }
    }
}

/// A page's style for `.breakeven` alone: what it says of the whole page is said of the piece.
fn scoped(style: &str) -> String {
    let piece = style.replace(":root {", "& {").replace("\nbody {", "\n& {");
    format!(".breakeven {{\n{piece}}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_style_says_of_the_whole_page_is_said_of_the_piece() {
        let scoped = scoped(STYLE);
        assert!(!scoped.contains(":root") && !scoped.contains("\nbody"), "{scoped}");
        assert!(scoped.contains("& {\n  color-scheme"), "{scoped}");
        assert_eq!(scoped.matches('{').count(), scoped.matches('}').count());
    }
}
