//! Where do the rows of a table of text begin, and what stands before them?
//!
//! Lines before a header are passed over where the header says what its columns are. Where nothing does, how many lines to
//! skip is for the user to say: a line of names that is not understood may be the header.

use super::cell::unquoted;
use super::date::DateForm;
use super::layout::{Heading, Layout};
use super::options::ImportOptions;
use crate::error::Problem;
use crate::text_table::{cells_of, is_missing, is_name, separator_of};

/// Lines among which the header is looked for.
pub(super) const LINES_LOOKED_AT: usize = 100;

/// The separators of a table, in the order in which they are looked for; a line without any is cut at white space.
pub(super) const SEPARATORS: &[char] = &['\t', ';', ','];

/// The start of a table.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) layout: Layout,
    /// None is white space.
    pub(super) separator: Option<char>,
    /// Cells of each row.
    pub(super) width: usize,
    /// The line of the header, or of the first row, counted from 0 among those that were looked at.
    pub(super) line: usize,
    pub(super) has_header: bool,
}

/// Finds the header, or the first row where there is none, in the first lines of a table. `named` is the separator that
/// a line `sep=;` gives; `first_line` is the number of the first of `lines`.
pub(super) fn find(
    lines: &[String],
    named: Option<char>,
    first_line: u64,
    options: &ImportOptions,
) -> Result<Start, Problem> {
    let contents: Vec<Content> =
        (0..lines.len()).filter_map(|line| Content::of(lines, line, named)).collect();
    let first = contents.first().ok_or(Problem::NoRows)?;
    let row_after = |place: usize| contents[place + 1..].iter().find(|content| !content.is_comment);
    let mut best: Option<Result<Start, Problem>> = None;
    for (place, content) in contents.iter().enumerate() {
        if content.is_header() {
            let row = row_after(place);
            let cells = row.map(|row| row.cut_as(content));
            let width = content.width_of_rows(cells.as_deref());
            let start = content.start(lines, width.unwrap_or(content.cells.len()), cells.as_deref(), options);
            let is_above_numbers = row.is_none_or(Content::is_row);
            let is_header = match &start {
                _ if width.is_none() => false,
                Err(Problem::Columns { .. }) => is_above_numbers && !content.is_comment,
                // by number, any words in a row would do
                _ => is_above_numbers || options.columns.is_none() || content.separator.is_some(),
            };
            if is_header {
                return start;
            }
            if !content.is_comment {
                best.get_or_insert(start);
            }
        } else if content.is_row() {
            if contents[..place].iter().all(|before| before.is_comment) {
                return content.start(lines, content.cells.len(), Some(&content.cells), options);
            }
            let before = first_line + content.line as u64 - 1;
            return best.filter(Result::is_ok).unwrap_or(Err(Problem::Preamble { before }));
        }
    }
    best.unwrap_or_else(|| first.start(lines, first.cells.len(), Some(&first.cells), options))
}

/// A line that is not empty.
#[derive(Debug)]
struct Content {
    line: usize,
    text: String,
    is_comment: bool,
    separator: Option<char>,
    cells: Vec<String>,
}

impl Content {
    fn of(lines: &[String], line: usize, named: Option<char>) -> Option<Self> {
        let text = &lines[line];
        let is_comment = text.trim_start().starts_with('#');
        let text = if is_comment { text.trim_start().trim_start_matches('#').trim() } else { text };
        let separator = named.or_else(|| separator_of(text, SEPARATORS));
        if text.trim().is_empty() && separator != Some('\t') {
            return None;
        }
        let cells = trimmed(cells_of(text, separator)?);
        Some(Self { line, text: text.to_owned(), is_comment, separator, cells })
    }

    /// The cells where they are cut as those of `header` are.
    fn cut_as(&self, header: &Self) -> Vec<String> {
        cells_of(&self.text, header.separator).map(trimmed).unwrap_or_default()
    }

    /// Whether it holds names: no number, and not only missing cells.
    fn is_header(&self) -> bool {
        self.cells.iter().any(|cell| is_name(cell))
            && self.cells.iter().all(|cell| cell.parse::<f64>().is_err() || is_missing(cell))
    }

    /// Whether it holds numbers, three at least, beside dates and perhaps words.
    fn is_row(&self) -> bool {
        let is_value = |cell: &&String| {
            is_missing(cell)
                || cell.replacen(',', ".", 1).parse::<f64>().is_ok()
                || DateForm::of(cell, &[]).is_some()
        };
        let values = self.cells.iter().filter(is_value).count();
        !self.is_comment && values >= 3 && 2 * values >= self.cells.len()
    }

    /// The width of the table whose header this is and whose first row has these cells; none where the two do not fit.
    /// What a separator at the end of the header alone begins is no column.
    fn width_of_rows(&self, row: Option<&[String]>) -> Option<usize> {
        let named = self.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        match row.map_or(named, <[String]>::len) {
            width if width == self.cells.len() || width == named => Some(width),
            _ => None,
        }
    }

    fn start(
        &self,
        lines: &[String],
        width: usize,
        row: Option<&[String]>,
        options: &ImportOptions,
    ) -> Result<Start, Problem> {
        let has_header = self.is_header();
        let names = if has_header { &self.cells[..width.min(self.cells.len())] } else { &[] };
        let heading = Heading { names, width, preamble: &lines[..self.line], first_row: row.unwrap_or(&[]) };
        let layout = heading.layout(options)?;
        Ok(Start { layout, separator: self.separator, width, line: self.line, has_header })
    }
}

fn trimmed(cells: Vec<String>) -> Vec<String> {
    cells.iter().map(|cell| unquoted(cell).to_owned()).collect()
}
