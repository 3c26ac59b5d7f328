//! A table in Markdown: one line per row; nothing that a record says is markup.

use super::{Align, Cell, Piece, Table, short_reason};
use crate::escape::{code, markdown as escaped};

impl Table {
    /// The table as Markdown, without its bars. Ends with a newline.
    #[must_use]
    pub fn markdown(&self) -> String {
        let shown = self.worded();
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = line(shown.iter().map(|&place| self.columns[place].title.markdown()).collect());
        let side = |place: &usize| match self.columns[*place].align {
            Align::Left => "---|",
            Align::Right => "---:|",
        };
        text.push_str(&format!("|{}\n", shown.iter().map(side).collect::<String>()));
        for row in &self.rows {
            text.push_str(&line(shown.iter().map(|&place| row[place].markdown()).collect()));
        }
        for note in &self.notes {
            text.push_str(&format!("\n{}\n", escaped(note)));
        }
        text
    }
}

impl Cell {
    /// The cell as Markdown, on one line.
    #[must_use]
    pub fn markdown(&self) -> String {
        self.line(&piece)
    }
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) | Piece::Aside(text) => escaped(text),
        Piece::Code(id) => code(id),
        Piece::Reason(reason) => escaped(&short_reason(reason)),
        Piece::Strong(pieces) => format!("**{}**", pieces.iter().map(self::piece).collect::<String>()),
        Piece::Verdict(verdict) | Piece::Badge(verdict) => escaped(&verdict.line()),
        Piece::Extrapolated => " (extrapolated)".to_owned(),
        Piece::Bar(_) => String::new(),
    }
}
