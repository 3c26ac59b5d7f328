//! Which cells are on the lines of a text?
//!
//! One pass with one row in memory, however long the text is. Only lines and cells are decided here; what a cell
//! means, and whether rows may differ in length, is for the caller to say.

use std::borrow::Cow;
use std::io::{BufRead, Read as _};

use crate::error::Problem;

/// A line with more bytes is no row of [`Dialect::Plain`].
const LONGEST_PLAIN_LINE_BYTES: u64 = 1 << 16;

/// How lines become rows, and rows cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Each line is a row, whatever quotes it has: a quote that is never closed would otherwise take the rest of the
    /// text into one cell. Lines have less than 64 KiB. The separator is the first of these that the first row has.
    Plain(&'static [char]),
    /// As RFC 4180 has it: a cell in quotes may hold separators, doubled quotes and line ends. The separator is the
    /// first of these that the first row has, or the first. Lines that begin with # are comments.
    Quoted(&'static [char]),
    /// Cells are separated by white space. Lines that begin with # are comments.
    WhiteSpace,
}

/// A text at its next row.
#[derive(Debug)]
pub struct TextTable<R> {
    source: R,
    dialect: Dialect,
    /// Known from the first row on.
    separator: Option<char>,
    /// The number of the line read last.
    line: u64,
    empty_lines: u64,
    /// The line read last.
    text: String,
}

/// A row that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow<'a> {
    /// The number of its first line, from 1.
    pub line: u64,
    /// With the spaces around them, and those of [`Dialect::Plain`] with their quotes.
    pub cells: Vec<Cow<'a, str>>,
}

impl TextRow<'_> {
    /// The row on its own, so that the next one can be read.
    #[must_use]
    pub fn into_owned(self) -> TextRow<'static> {
        let cells = self.cells.into_iter().map(|cell| Cow::Owned(cell.into_owned())).collect();
        TextRow { line: self.line, cells }
    }
}

impl<R: BufRead> TextTable<R> {
    /// The table in `source`. Nothing is read yet.
    pub fn new(source: R, dialect: Dialect) -> Self {
        Self { source, dialect, separator: None, line: 0, empty_lines: 0, text: String::new() }
    }

    /// Empty lines passed over so far.
    pub fn empty_lines(&self) -> u64 {
        self.empty_lines
    }

    /// The next row that is neither empty nor a comment; none at the end. A row of nothing but separators is a row, and
    /// so is one of nothing but tabs.
    ///
    /// # Errors
    /// The source fails, or a line is no text.
    ///
    /// ```
    /// use breakeven_recordings::text_table::{Dialect, TextTable};
    ///
    /// let text = "name,x\n\n\"a, b\",1\n";
    /// let mut table = TextTable::new(text.as_bytes(), Dialect::Quoted(&[',', ';']));
    /// assert_eq!(table.next_row().unwrap().unwrap().cells, ["name", "x"]);
    /// let row = table.next_row().unwrap().unwrap();
    /// assert_eq!((row.line, &row.cells[0][..]), (3, "a, b"));
    /// assert!(table.next_row().unwrap().is_none());
    /// ```
    pub fn next_row(&mut self) -> Result<Option<TextRow<'_>>, Problem> {
        while self.read_line()? {
            if self.text.trim().is_empty() && !self.text.contains('\t') {
                self.empty_lines += 1;
            } else if matches!(self.dialect, Dialect::Plain(_)) || !self.text.trim_start().starts_with('#') {
                return self.row().map(Some);
            }
        }
        Ok(None)
    }

    /// Reads the next line, without its end, into `text`; `false` where there is none.
    fn read_line(&mut self) -> Result<bool, Problem> {
        let longest = match self.dialect {
            Dialect::Plain(_) => LONGEST_PLAIN_LINE_BYTES,
            Dialect::Quoted(_) | Dialect::WhiteSpace => u64::MAX,
        };
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        bytes.clear();
        (&mut self.source).take(longest).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(false);
        }
        self.line += 1;
        if bytes.len() as u64 == longest {
            return Err(Problem::NotText(self.line));
        }
        while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            bytes.pop();
        }
        self.text = String::from_utf8(bytes).map_err(|_| Problem::NotText(self.line))?;
        // a byte order mark is part of no line, not even of an empty one
        if self.line == 1 && self.text.starts_with('\u{feff}') {
            self.text.remove(0);
        }
        Ok(true)
    }

    /// The row that begins on the line read last.
    fn row(&mut self) -> Result<TextRow<'_>, Problem> {
        let line = self.line;
        let (Dialect::Plain(separators) | Dialect::Quoted(separators)) = self.dialect else {
            return Ok(TextRow { line, cells: self.text.split_whitespace().map(Cow::from).collect() });
        };
        let found = || separators.iter().copied().find(|&char| self.text.contains(char));
        let separator = *self.separator.get_or_insert_with(|| found().unwrap_or(separators[0]));
        if matches!(self.dialect, Dialect::Plain(_)) || !self.text.contains('"') {
            return Ok(TextRow { line, cells: self.text.split(separator).map(Cow::from).collect() });
        }
        let mut quoted = QuotedCells::default();
        quoted.push(&self.text, separator);
        while quoted.is_open && self.read_line()? {
            quoted.push("\n", separator);
            quoted.push(&self.text, separator);
        }
        let cells = quoted.ended.into_iter().chain([quoted.last]).map(Cow::from).collect();
        Ok(TextRow { line, cells })
    }
}

/// The cells of a row of [`Dialect::Quoted`], whose lines come in one by one.
#[derive(Debug, Default)]
struct QuotedCells {
    ended: Vec<String>,
    last: String,
    /// Whether the last cell is in quotes that have not been closed yet.
    is_open: bool,
}

impl QuotedCells {
    fn push(&mut self, text: &str, separator: char) {
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            match char {
                '"' if self.is_open && chars.peek() == Some(&'"') => self.last.extend(chars.next()),
                '"' if self.is_open || self.last.is_empty() => self.is_open = !self.is_open,
                _ if char == separator && !self.is_open => self.ended.push(std::mem::take(&mut self.last)),
                _ => self.last.push(char),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Dialect = Dialect::Quoted(&[',', ';']);
    const PLAIN: Dialect = Dialect::Plain(&['\t', ';', ',']);

    #[test]
    fn each_dialect_cuts_lines_and_cells_by_its_own_rule() {
        type Case = (Dialect, &'static str, &'static [(u64, &'static str)]);
        #[rustfmt::skip]
        let cases: &[Case] = &[
            (COMMA, "\u{feff}a,b\r\n\n# c\n1,2", &[(1, "a|b"), (4, "1|2")]),
            (COMMA, "a;b\n1,5;2\n", &[(1, "a|b"), (2, "1,5|2")]),
            (COMMA, "\"a\"\"b\",\"c,d\"\n1, \"2\"\n", &[(1, "a\"b|c,d"), (2, "1| \"2\"")]),
            (COMMA, "\"two\nlines\",1\n5\",2\n", &[(1, "two\nlines|1"), (3, "5\"|2")]),
            (COMMA, "1,\"never closed\n2,3\n", &[(1, "1|never closed\n2,3")]),
            (COMMA, "\"\",\"\"\"\"\n", &[(1, "|\"")]),
            (Dialect::WhiteSpace, " 1  2\n\t\n #\n3\t4\n", &[(1, "1|2"), (2, ""), (4, "3|4")]),
            (PLAIN, "\"a;b\",#\n#\t\n", &[(1, "\"a|b\",#"), (2, "#\t")]),
            (PLAIN, "1\t\"2\n\t\n", &[(1, "1|\"2"), (2, "|")]),
        ];
        for (dialect, text, expected) in cases {
            let (mut table, mut rows) = (TextTable::new(text.as_bytes(), *dialect), Vec::new());
            while let Some(row) = table.next_row().expect("a text in memory") {
                rows.push((row.line, row.cells.join("|")));
            }
            let rows: Vec<(u64, &str)> = rows.iter().map(|(line, cells)| (*line, &cells[..])).collect();
            assert_eq!(rows, *expected, "{text:?} in {dialect:?}");
        }
    }
}
