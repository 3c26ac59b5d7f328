//! A table as comma-separated values (RFC 4180), for a spreadsheet or a data frame.

use super::{Cell, Piece, Table};
use crate::escape::legible;

impl Table {
    /// One line of titles, and a line per row. Ends with a newline; notes and bars are left out.
    #[must_use]
    pub fn csv(&self) -> String {
        let shown = self.worded();
        let titles = shown.iter().map(|&place| &self.columns[place].title).collect();
        let rows = self.rows.iter().map(|row| shown.iter().map(|&place| &row[place]).collect());
        let line = |cells: Vec<&Cell>| cells.into_iter().map(field).collect::<Vec<_>>().join(",") + "\r\n";
        std::iter::once(titles).chain(rows).map(line).collect()
    }
}

/// The text of a cell, quoted where it must be.
fn field(cell: &Cell) -> String {
    let text = cell.line(&piece);
    let text = legible(&text);
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) | Piece::Aside(text) | Piece::Code(text) => text.clone(),
        Piece::Reason(reason) => format!(": {reason}"),
        Piece::Strong(pieces) => pieces.iter().map(self::piece).collect(),
        Piece::Verdict(verdict) | Piece::Badge(verdict) => verdict.words.clone(),
        Piece::Extrapolated | Piece::Bar(_) => String::new(),
    }
}
