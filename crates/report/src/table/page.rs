//! A table on the page: in a container that scrolls where the screen is too narrow.

use maud::{Markup, Render, html};

use super::{Align, Cell, Piece, Table, Tone, Verdict};

impl Table {
    /// The table with its notes.
    #[must_use]
    pub fn page(&self) -> Markup {
        let shown = self.worded();
        html! {
            div.scroll role="region" aria-label=(self.name) tabindex="0" {
                table {
                    @if let Some(text) = &self.caption { caption { (isolated(text)) } }
                    thead { tr {
                        @for &place in &shown { th class=[class(self.columns[place].align)] { (self.columns[place].title) } }
                    } }
                    tbody { @for row in &self.rows {
                        tr class=[standing(row)] {
                            @for &place in &shown {
                                @let class = class(self.columns[place].align).or(wide(&row[place]));
                                @if place == 0 {
                                    th class=[class] scope="row" { (row[place]) }
                                } @else {
                                    td class=[class] { (row[place]) }
                                }
                            }
                        }
                    } }
                }
            }
            @for note in &self.notes { p.note { bdi { (note) } } }
        }
    }
}

/// A reason goes on in the next line: what stands in a row must not be pushed out of sight by it.
fn wide(cell: &Cell) -> Option<&'static str> {
    cell.0.iter().any(|piece| matches!(piece, Piece::Reason(_))).then_some("wide")
}

impl Render for Cell {
    fn render(&self) -> Markup {
        html! { @for piece in &self.0 { (piece) } }
    }
}

impl Render for Piece {
    fn render(&self) -> Markup {
        html! {
            @match self {
                Piece::Text(text) => (isolated(text)),
                Piece::Code(id) => bdi { code { (id) } },
                Piece::Strong(pieces) => strong { @for piece in pieces { (piece) } },
                Piece::Aside(text) => div.fine { (isolated(text)) },
                Piece::Verdict(verdict) => (verdict),
                Piece::Badge(verdict) => span class=(badge(verdict.tone)) { (verdict) },
                Piece::Extrapolated => abbr title="extrapolated from prefixes of the input" { "*" },
                Piece::Reason(reason) => { ": " (isolated(reason)) },
                Piece::Bar(_) => {},
            }
        }
    }
}

impl Render for Verdict {
    fn render(&self) -> Markup {
        html! { i aria-hidden="true" { (self.sign) } " " (isolated(&self.words)) }
    }
}

/// `text` by itself, where letters of it may be written right to left.
fn isolated(text: &str) -> Markup {
    let may_turn = text.chars().any(|letter| letter >= '\u{590}' && letter.is_alphabetic());
    html! { @if may_turn { bdi { (text) } } @else { (text) } }
}

fn class(align: Align) -> Option<&'static str> {
    (align == Align::Right).then_some("n")
}

/// How the whole row looks: as what its verdict says.
fn standing(row: &[Cell]) -> Option<&'static str> {
    row.iter().flat_map(|cell| &cell.0).find_map(|piece| match piece {
        Piece::Verdict(Verdict { tone: Tone::Bad, .. }) => Some("wrong"),
        Piece::Verdict(Verdict { tone: Tone::Absent, .. }) => Some("absent"),
        _ => None,
    })
}

fn badge(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "badge good",
        Tone::Part => "badge part",
        Tone::Bad => "badge bad",
        Tone::Open => "badge open",
        Tone::Plain | Tone::Absent => "badge plain",
    }
}
