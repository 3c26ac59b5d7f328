//! A table in Markdown: one line per row; nothing that a record says is markup.

use super::{Align, Cell, Piece, Table};
use crate::escape::{code, markdown as escaped};

impl Table {
    /// The table as Markdown, without its bars. Ends with a newline.
    #[must_use]
    pub fn markdown(&self) -> String {
        let shown = |place: usize| !self.rows.iter().any(|row| matches!(row[place].0[..], [Piece::Bar(_)]));
        let shown: Vec<usize> = (0..self.columns.len()).filter(|&place| shown(place)).collect();
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = line(shown.iter().map(|&place| cell(&self.columns[place].title)).collect());
        let side = |place: &usize| match self.columns[*place].align {
            Align::Left => "---|",
            Align::Right => "---:|",
        };
        text.push_str(&format!("|{}\n", shown.iter().map(side).collect::<String>()));
        for row in &self.rows {
            text.push_str(&line(shown.iter().map(|&place| cell(&row[place])).collect()));
        }
        for note in &self.notes {
            text.push_str(&format!("\n{}\n", escaped(note)));
        }
        text
    }
}

fn cell(cell: &Cell) -> String {
    cell.line(&piece)
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) | Piece::Aside(text) => escaped(text),
        Piece::Code(id) => code(id),
        Piece::Strong(pieces) => format!("**{}**", pieces.iter().map(self::piece).collect::<String>()),
        Piece::Verdict(verdict) | Piece::Badge(verdict) => escaped(&verdict.line()),
        Piece::Extrapolated => " (extrapolated)".to_owned(),
        Piece::Bar(_) => String::new(),
    }
}
