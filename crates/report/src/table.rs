//! What does a table hold, in whichever dialect it is written?
//!
//! A [`Table`] is made once, out of a summary, and written by one function per dialect: `page`, `terminal`, `markdown`
//! and `csv`. A cell holds pieces that name what they are (an id, a verdict, an aside); how such a piece looks is the
//! dialect's choice alone, and so is what it does with text that a record brought along.

mod csv;
mod markdown;
mod page;
mod terminal;

use crate::chart::shortened;

/// Columns and rows, with what must be said below them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What the table is of, for readers who do not see it.
    pub name: String,
    /// What stands above it on the page.
    pub caption: Option<String>,
    /// From left to right; the first one names the row.
    pub columns: Vec<Column>,
    /// From top to bottom; each has a cell per column.
    pub rows: Vec<Vec<Cell>>,
    /// Sentences that belong to the table.
    pub notes: Vec<String>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What stands above it.
    pub title: Cell,
    /// On which side its cells are aligned.
    pub align: Align,
    /// How many columns a terminal must have to show it.
    pub from_width: u16,
}

/// The side on which the cells of a column are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// What stands in one place of a table: pieces, one after the other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell(pub Vec<Piece>);

/// A part of a cell, by what it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Words or numbers.
    Text(String),
    /// The id of a contender or of a workload.
    Code(String),
    /// What the eye should find first.
    Strong(Vec<Piece>),
    /// What matters less: in small letters below the rest on the page, in brackets elsewhere.
    Aside(String),
    /// Why, behind a verdict.
    Reason(String),
    /// What a row comes to.
    Verdict(Verdict),
    /// The same where it stands for itself.
    Badge(Verdict),
    /// That a number stands for a larger input than was timed.
    Extrapolated,
    /// A share of a whole, 0 to 1, drawn where there is room.
    Bar(f64),
}

/// What something comes to: a sign and words, which say it without colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Its colour.
    pub tone: Tone,
    /// One character.
    pub sign: &'static str,
    /// The words behind it.
    pub words: String,
}

/// A colour by what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Half so.
    Part,
    /// Wrong, failed, or worse than before.
    Bad,
    /// Not decided.
    Open,
    /// Neither good nor bad.
    Plain,
    /// There is nothing to judge.
    Absent,
}

impl Table {
    /// A table without rows, with columns of words.
    pub fn new<Title: Into<Cell>>(
        name: impl Into<String>,
        columns: impl IntoIterator<Item = (Title, Align)>,
    ) -> Self {
        let column = |(title, align): (Title, Align)| Column { title: title.into(), align, from_width: 0 };
        Self { name: name.into(), columns: columns.into_iter().map(column).collect(), ..Self::default() }
    }

    /// The same table with these rows.
    #[must_use]
    pub fn with_rows(mut self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// The same table, whose column with this number is for terminals of so many columns, and for all other dialects.
    #[must_use]
    pub fn from_width(mut self, column: usize, width: u16) -> Self {
        self.columns[column].from_width = width;
        self
    }

    /// The same table with this above it on the page.
    #[must_use]
    pub fn captioned(self, caption: String) -> Self {
        Self { caption: Some(caption), ..self }
    }

    /// The same table with one more column on the right: a cell for each row.
    #[must_use]
    pub fn with_column(mut self, title: &str, align: Align, cells: impl Iterator<Item = Cell>) -> Self {
        self.columns.push(Column { title: title.into(), align, from_width: 0 });
        self.rows.iter_mut().zip(cells).for_each(|(row, cell)| row.push(cell));
        self
    }

    /// The same table with these of its columns, in this order.
    #[must_use]
    pub fn select(mut self, columns: &[usize]) -> Self {
        self.columns = columns.iter().map(|&place| self.columns[place].clone()).collect();
        for row in &mut self.rows {
            *row = columns.iter().map(|&place| row[place].clone()).collect();
        }
        self
    }

    /// The same table without what stands behind its verdicts, where that is said elsewhere.
    #[must_use]
    pub fn without_reasons(mut self) -> Self {
        for cell in self.rows.iter_mut().flatten() {
            cell.0.retain(|piece| !matches!(piece, Piece::Reason(_)));
        }
        self
    }

    /// The columns that are more than bars.
    fn worded(&self) -> Vec<usize> {
        let drawn = |place: usize| self.rows.iter().any(|row| matches!(row[place].0[..], [Piece::Bar(_)]));
        (0..self.columns.len()).filter(|&place| !drawn(place)).collect()
    }

    /// Whether a number in it is extrapolated, which one character says where there is little room.
    fn has_extrapolated(&self) -> bool {
        self.rows.iter().flatten().any(|cell| cell.0.contains(&Piece::Extrapolated))
    }
}

impl Cell {
    /// An id of a contender or a workload.
    pub fn code(id: impl Into<String>) -> Self {
        Self(vec![Piece::Code(id.into())])
    }

    /// A share of a whole, for a column without a number of its own.
    #[must_use]
    pub fn bar(share: f64) -> Self {
        Self(vec![Piece::Bar(share)])
    }

    /// `value` as text, or a dash.
    #[must_use]
    pub fn or_dash(value: Option<String>) -> Self {
        Self::from(value.unwrap_or_else(|| "–".to_owned()))
    }

    /// What a row comes to.
    pub fn verdict(tone: Tone, sign: &'static str, words: impl Into<String>) -> Self {
        Self(vec![Piece::Verdict(Verdict { tone, sign, words: words.into() })])
    }

    /// The same cell with `piece` behind it.
    #[must_use]
    pub fn then(mut self, piece: Piece) -> Self {
        self.0.push(piece);
        self
    }

    /// The same cell with `text` behind it, which matters less; unchanged where there is none.
    #[must_use]
    pub fn aside(self, text: Option<String>) -> Self {
        match text {
            Some(text) => self.then(Piece::Aside(text)),
            None => self,
        }
    }

    /// The same cell, with the mark of a number that is extrapolated if it is.
    #[must_use]
    pub fn marked(self, extrapolated: bool) -> Self {
        if extrapolated { self.then(Piece::Extrapolated) } else { self }
    }

    /// The cell without any markup.
    #[must_use]
    pub fn plain(&self) -> String {
        terminal::line(self)
    }

    /// The cell as one line of text, with what `word` makes of each piece, and asides in brackets.
    fn line(&self, word: &impl Fn(&Piece) -> String) -> String {
        let mut line = String::new();
        for piece in &self.0 {
            let written = word(piece);
            if matches!(piece, Piece::Aside(_)) && !line.is_empty() {
                line.push_str(&format!(" ({written})"));
            } else {
                line.push_str(&written);
            }
        }
        line
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::default() } else { Self(vec![Piece::Text(text)]) }
    }
}

/// Characters of a reason in a text; the page and the JSON have all of it.
const LONGEST_REASON: usize = 120;

/// A reason as texts have it behind a verdict.
fn short_reason(reason: &str) -> String {
    format!(": {}", shortened(reason, LONGEST_REASON))
}

impl Verdict {
    /// Sign and words.
    fn line(&self) -> String {
        format!("{} {}", self.sign, self.words)
    }
}

#[cfg(test)]
mod tests;
