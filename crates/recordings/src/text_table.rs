//! Which cells are on the lines of a text?
//!
//! One pass with one row in memory, however long the text is. Only lines and cells are decided here; what a cell
//! means, and whether rows may differ in length, is for the caller to say. Text is UTF-8, or UTF-16 with a byte order mark.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Chain, Cursor, Read};

use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

use crate::error::Problem;

/// Bytes read at once.
const BUFFER_BYTES: usize = 1 << 16;

/// How lines become rows, and rows cells. Lines that begin with # are comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// As RFC 4180 has it: a cell in quotes may hold separators, doubled quotes and line ends. The separator is the
    /// one that a line `sep=;` at the start names, else the first of these that the first row has, else the first.
    Separated(&'static [char]),
    /// Cells are separated by white space.
    WhiteSpace,
}

/// The start of a text, which is looked at as a whole, and the rest, in UTF-8.
type Decoded<R> = Chain<Cursor<Vec<u8>>, DecodeReaderBytes<R, Vec<u8>>>;

/// A text at its next row.
#[derive(Debug)]
pub struct TextTable<R> {
    source: BufReader<Decoded<R>>,
    is_begun: bool,
    dialect: Dialect,
    longest_row_bytes: u64,
    /// Known from the first row on.
    separator: Option<char>,
    /// What ends a line: a carriage return where the text has nothing else.
    line_end: u8,
    /// The number of the line read last.
    line: u64,
    passed_over: PassedOver,
    /// Lines that were looked at and not read yet.
    ahead: VecDeque<String>,
    /// The line read last.
    text: String,
}

/// Lines that are no rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PassedOver {
    /// Empty lines.
    pub empty: u64,
    /// Lines that begin with #.
    pub comments: u64,
}

/// A row that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow<'a> {
    /// The number of its first line, from 1.
    pub line: u64,
    /// How many lines it takes: more than 1 where a quoted cell holds line ends.
    pub lines: u64,
    /// With the spaces around them.
    pub cells: Vec<Cow<'a, str>>,
}

impl TextRow<'_> {
    /// The row on its own, so that the next one can be read.
    #[must_use]
    pub fn into_owned(self) -> TextRow<'static> {
        let cells = self.cells.into_iter().map(|cell| Cow::Owned(cell.into_owned())).collect();
        TextRow { line: self.line, lines: self.lines, cells }
    }
}

impl<R: Read> TextTable<R> {
    /// The table in `source`, whose rows have less than `longest_row_bytes`. Nothing is read yet.
    pub fn new(source: R, dialect: Dialect, longest_row_bytes: u64) -> Self {
        let decoded = DecodeReaderBytesBuilder::new().utf8_passthru(true).strip_bom(true).build(source);
        Self {
            source: BufReader::with_capacity(BUFFER_BYTES, Cursor::new(Vec::new()).chain(decoded)),
            is_begun: false,
            dialect,
            longest_row_bytes,
            separator: None,
            line_end: b'\n',
            line: 0,
            passed_over: PassedOver::default(),
            ahead: VecDeque::new(),
            text: String::new(),
        }
    }

    /// The lines so far that were no rows.
    pub fn passed_over(&self) -> PassedOver {
        self.passed_over
    }

    /// The number of the line read last, 0 before the first.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The separator; none where it is white space, or before the first row.
    pub fn separator(&self) -> Option<char> {
        self.separator.filter(|_| self.dialect != Dialect::WhiteSpace)
    }

    /// From here on cells are cut at `separator`, or at white space.
    pub fn cut_at(&mut self, separator: Option<char>) {
        self.separator = separator;
        self.dialect = if separator.is_some() { Dialect::Separated(&[]) } else { Dialect::WhiteSpace };
    }

    /// Passes over so many lines, whatever is in them, or to the end.
    ///
    /// # Errors
    /// The source fails, or a line is no text.
    pub fn skip_lines(&mut self, lines: u64) -> Result<(), Problem> {
        for _ in 0..lines {
            if !self.read_line()? {
                break;
            }
        }
        Ok(())
    }

    /// The next lines, at most so many, which are read again as rows afterwards.
    ///
    /// # Errors
    /// The source fails, or a line is no text.
    pub fn look_ahead(&mut self, lines: usize) -> Result<Vec<String>, Problem> {
        let mut seen = Vec::new();
        while seen.len() < lines && self.read_line()? {
            seen.push(std::mem::take(&mut self.text));
        }
        self.line -= seen.len() as u64;
        seen.iter().rev().for_each(|text| self.ahead.push_front(text.clone()));
        Ok(seen)
    }

    /// The next row that is neither empty nor a comment; none at the end. A row of nothing but separators is a row, and
    /// so is one of nothing but tabs.
    ///
    /// # Errors
    /// The source fails, a line is no text, or a quote is not closed.
    ///
    /// ```
    /// use breakeven_recordings::text_table::{Dialect, TextTable};
    ///
    /// let text = "name,x\n\n\"a, b\",1\n";
    /// let mut table = TextTable::new(text.as_bytes(), Dialect::Separated(&[',', ';']), 1 << 16);
    /// assert_eq!(table.next_row().unwrap().unwrap().cells, ["name", "x"]);
    /// let row = table.next_row().unwrap().unwrap();
    /// assert_eq!((row.line, &row.cells[0][..]), (3, "a, b"));
    /// assert!(table.next_row().unwrap().is_none());
    /// ```
    pub fn next_row(&mut self) -> Result<Option<TextRow<'_>>, Problem> {
        while self.read_line()? {
            if self.text.trim().is_empty() && !self.text.contains('\t') {
                self.passed_over.empty += 1;
            } else if self.text.trim_start().starts_with('#') {
                self.passed_over.comments += 1;
            } else {
                return self.row().map(Some);
            }
        }
        Ok(None)
    }

    /// Reads the next line that does not name the separator, without its end, into `text`; `false` where there is none.
    fn read_line(&mut self) -> Result<bool, Problem> {
        loop {
            if let Some(text) = self.ahead.pop_front() {
                self.line += 1;
                self.text = text;
                return Ok(true);
            }
            if !std::mem::replace(&mut self.is_begun, true) {
                let (start, rest) = self.source.get_mut().get_mut();
                rest.take(BUFFER_BYTES as u64).read_to_end(start.get_mut())?;
                self.line_end = line_end(start.get_ref());
            }
            let mut bytes = std::mem::take(&mut self.text).into_bytes();
            bytes.clear();
            (&mut self.source).take(self.longest_row_bytes).read_until(self.line_end, &mut bytes)?;
            if bytes.is_empty() {
                return Ok(false);
            }
            self.line += 1;
            if bytes.len() as u64 == self.longest_row_bytes {
                return Err(Problem::NotText(self.line));
            }
            while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                bytes.pop();
            }
            let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\u{fffd}'));
            self.text = text.ok_or(Problem::NotText(self.line))?;
            match named_separator(&self.text).filter(|_| self.line == 1) {
                Some(separator) => self.separator = Some(separator),
                None => return Ok(true),
            }
        }
    }

    /// The row that begins on the line read last.
    fn row(&mut self) -> Result<TextRow<'_>, Problem> {
        let line = self.line;
        let Dialect::Separated(separators) = self.dialect else {
            let cells = self.text.split_whitespace().map(Cow::from).collect();
            return Ok(TextRow { line, lines: 1, cells });
        };
        let separator = *self
            .separator
            .get_or_insert_with(|| separator_of(&self.text, separators).unwrap_or(separators[0]));
        if !self.text.contains('"') {
            return Ok(TextRow {
                line,
                lines: 1,
                cells: self.text.split(separator).map(Cow::from).collect(),
            });
        }
        let open_quote = Problem::OpenQuote(line);
        let mut quoted = QuotedCells::default();
        let mut bytes = self.text.len() as u64;
        let mut is_well_formed = quoted.push(&self.text, separator);
        while is_well_formed && quoted.is_open && bytes < self.longest_row_bytes && self.read_line()? {
            bytes += self.text.len() as u64;
            is_well_formed = quoted.push("\n", separator) && quoted.push(&self.text, separator);
        }
        if !is_well_formed || quoted.is_open {
            return Err(open_quote);
        }
        let cells = quoted.ended.into_iter().chain([quoted.last]).map(Cow::from).collect();
        Ok(TextRow { line, lines: self.line - line + 1, cells })
    }
}

/// The cells of one line, cut at `separator` or at white space; none where its quotes do not pair.
#[must_use]
pub fn cells_of(line: &str, separator: Option<char>) -> Option<Vec<String>> {
    let Some(separator) = separator else {
        return Some(line.split_whitespace().map(str::to_owned).collect());
    };
    let mut quoted = QuotedCells::default();
    let is_well_formed = quoted.push(line, separator) && !quoted.is_open;
    is_well_formed.then(|| quoted.ended.into_iter().chain([quoted.last]).collect())
}

/// Whether a cell stands for a value that is missing: it is empty, `nan`, `na`, `n/a` or `null`.
#[must_use]
pub fn is_missing(cell: &str) -> bool {
    cell.is_empty() || ["nan", "na", "n/a", "null"].iter().any(|marker| cell.eq_ignore_ascii_case(marker))
}

/// Whether a cell can be the name of a column: it has a letter, and is neither a number nor a missing value.
#[must_use]
pub fn is_name(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic) && !is_missing(cell) && cell.parse::<f64>().is_err()
}

/// The first of `separators` that a line has outside of quotes.
#[must_use]
pub fn separator_of(line: &str, separators: &[char]) -> Option<char> {
    let unquoted = || line.split('"').step_by(2);
    separators.iter().copied().find(|&separator| unquoted().any(|part| part.contains(separator)))
}

/// The separator that a spreadsheet names on a line `sep=;` of its own.
fn named_separator(line: &str) -> Option<char> {
    let name = line.get(..4).filter(|name| name.eq_ignore_ascii_case("sep="))?;
    let mut chars = line[name.len()..].chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// The line end of a text that starts so. The last byte may be the first half of a longer line end.
fn line_end(start: &[u8]) -> u8 {
    let only_returns =
        !start.contains(&b'\n') && start.split_last().is_some_and(|(_, rest)| rest.contains(&b'\r'));
    if only_returns { b'\r' } else { b'\n' }
}

/// The cells of a row with quotes, whose lines come in one by one.
#[derive(Debug, Default)]
struct QuotedCells {
    ended: Vec<String>,
    last: String,
    /// Whether the last cell is in quotes that have not been closed yet.
    is_open: bool,
    /// Whether the last cell was in quotes, which are closed.
    is_closed: bool,
}

impl QuotedCells {
    /// `false` where something follows a closing quote in its cell: the quotes do not pair then.
    fn push(&mut self, text: &str, separator: char) -> bool {
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            match char {
                '"' if self.is_open && chars.peek() == Some(&'"') => self.last.extend(chars.next()),
                '"' if self.is_open => (self.is_open, self.is_closed) = (false, true),
                _ if self.is_open => self.last.push(char),
                _ if char == separator => {
                    self.ended.push(std::mem::take(&mut self.last));
                    self.is_closed = false;
                }
                _ if self.is_closed && char.is_whitespace() => {}
                _ if self.is_closed => return false,
                '"' if self.last.is_empty() => self.is_open = true,
                _ => self.last.push(char),
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Dialect = Dialect::Separated(&[',', ';']);

    fn rows(bytes: &[u8], dialect: Dialect) -> Result<Vec<(u64, String)>, String> {
        let (mut table, mut rows) = (TextTable::new(bytes, dialect, 1 << 16), Vec::new());
        while let Some(row) = table.next_row().map_err(|error| error.to_string())? {
            rows.push((row.line, row.cells.join("|")));
        }
        Ok(rows)
    }

    #[test]
    fn each_dialect_cuts_lines_and_cells_by_its_own_rule() {
        type Case = (Dialect, &'static str, &'static [(u64, &'static str)]);
        #[rustfmt::skip]
        let cases: &[Case] = &[
            (COMMA, "\u{feff}a,b\r\n\n# c\n1,2", &[(1, "a|b"), (4, "1|2")]),
            (COMMA, "a;b\n1,5;2\n", &[(1, "a|b"), (2, "1,5|2")]),
            (COMMA, "\"a,b\";c\n1,5;2\n", &[(1, "a,b|c"), (2, "1,5|2")]),
            (COMMA, "sep=|\na|b,c\n", &[(2, "a|b,c")]),
            (COMMA, "a,b\nsep=;\n", &[(1, "a|b"), (2, "sep=;")]),
            (COMMA, "\"a\"\"b\",\"c,d\"\n1, \"2\"\n", &[(1, "a\"b|c,d"), (2, "1| \"2\"")]),
            (COMMA, "\"two\nlines\",1\n5\",2\n", &[(1, "two\nlines|1"), (3, "5\"|2")]),
            (COMMA, "\"\",\"\"\"\"\n", &[(1, "|\"")]),
            (COMMA, "a,b\r1,2\r", &[(1, "a|b"), (2, "1|2")]),
            (Dialect::WhiteSpace, " 1  2\n\t\n #\n3\t4\n", &[(1, "1|2"), (2, ""), (4, "3|4")]),
            (Dialect::Separated(&['\t']), "1\t2\n\t\n", &[(1, "1|2"), (2, "|")]),
        ];
        for (dialect, text, expected) in cases {
            let expected: Vec<(u64, String)> =
                expected.iter().map(|(line, cells)| (*line, (*cells).to_owned())).collect();
            assert_eq!(rows(text.as_bytes(), *dialect), Ok(expected.clone()), "{text:?} in {dialect:?}");
            let mut big = vec![0xfe, 0xff];
            let units = text.trim_start_matches('\u{feff}').encode_utf16();
            big.extend(units.flat_map(u16::to_be_bytes));
            let mut little = big.clone();
            little.chunks_exact_mut(2).for_each(<[u8]>::reverse);
            for utf_16 in [big, little] {
                assert_eq!(rows(&utf_16, *dialect), Ok(expected.clone()), "{text:?} in UTF-16");
            }
        }
    }

    #[test]
    fn quotes_that_do_not_pair_and_bytes_that_are_no_text_are_refused_with_their_line() {
        let cases: &[(&[u8], &str)] = &[
            (b"a,b\n1,\"never closed\n2,3\n", "line 2: a quote"),
            (b"1,\"5\"\" and \"6\"\n", "line 1: a quote"),
            (b"\xef\xbb\xbfa,b\n1,\xb0\n", "line 2 is no"),
            (b"\xff\xfea\0,\0b\0\n\0\x00\xd8\n\0", "line 2 is no"),
        ];
        for (text, expected) in cases {
            let message = rows(text, COMMA).expect_err("it must be refused");
            assert!(message.starts_with(expected), "{message}");
        }
        let long = format!("1,\"{}\n\",2\n", "x\n".repeat(1 << 16));
        assert!(rows(long.as_bytes(), COMMA).expect_err("a long row").starts_with("line 1: a quote"));
    }

    #[test]
    fn lines_that_were_looked_at_are_read_again() {
        let mut table = TextTable::new(&b"sep=;\na;b\n\n1;2\n"[..], COMMA, 1 << 16);
        assert_eq!(table.look_ahead(2).expect("two lines"), ["a;b", ""]);
        assert_eq!(table.next_row().expect("a row").expect("a row").line, 2);
        assert_eq!(table.next_row().expect("a row").expect("a row").line, 4);
        assert_eq!((table.separator(), table.passed_over().empty), (Some(';'), 1));
    }
}
