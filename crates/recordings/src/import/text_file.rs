//! How is a table of text read without swallowing what is wrong with it?
//!
//! One line is one row, whatever quotes it has: a quote that is never closed would else take the rest of the
//! file into one cell. Numbers need no quotes; around a whole cell they are taken off.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::ImportError;
use super::layout::{Heading, Layout};
use super::options::ImportOptions;
use super::table::{Place, TableRow, bare, number, time};
use crate::binary_file::unreadable;

/// A line with more bytes is no row of numbers.
const LONGEST_LINE_BYTES: u64 = 1 << 16;

/// A CSV file at its next row.
#[derive(Debug)]
pub(super) struct CsvFile {
    lines: Lines,
    delimiter: char,
    pub(super) layout: Layout,
    /// Cells in the first line that is not empty.
    expected: usize,
    first_line: u64,
    /// The first line where it is a row.
    first_row: Option<String>,
}

impl CsvFile {
    /// Reads the header, if there is one, and finds the columns.
    pub(super) fn open(path: &Path, options: &ImportOptions) -> Result<Self, ImportError> {
        let file = File::open(path).map_err(|source| unreadable(path, source))?;
        let mut lines = Lines { path: path.to_owned(), file: BufReader::new(file), line: 0, empty: 0 };
        let Some(first) = lines.next()? else { return Err(ImportError::NoRows { path: path.to_owned() }) };
        let delimiter = ['\t', ';', ','].into_iter().find(|&char| first.contains(char)).unwrap_or(',');
        let cells: Vec<String> = first.split(delimiter).map(|cell| bare(cell).to_owned()).collect();
        let names: &[String] = if is_header(&cells) { &cells } else { &[] };
        let layout = Heading { path, names, width: cells.len() }.layout(options)?;
        let first_row = names.is_empty().then_some(first);
        Ok(Self { first_line: lines.line, delimiter, layout, expected: cells.len(), first_row, lines })
    }

    /// The next row, or none at the end.
    pub(super) fn next(&mut self) -> Result<Option<TableRow>, ImportError> {
        let line = match self.first_row.take() {
            Some(row) => Some(row),
            None => self.lines.next()?,
        };
        line.map(|line| self.row(&line)).transpose()
    }

    /// Empty lines passed over so far.
    pub(super) fn empty_lines(&self) -> u64 {
        self.lines.empty
    }

    fn row(&self, line: &str) -> Result<TableRow, ImportError> {
        let mut cells = [""; 64];
        let mut number_of_cells = 0;
        for cell in line.split(self.delimiter) {
            if let Some(place) = cells.get_mut(number_of_cells) {
                *place = cell;
            }
            number_of_cells += 1;
        }
        if number_of_cells != self.expected {
            return Err(ImportError::Ragged {
                path: self.lines.path.clone(),
                line: self.lines.line,
                cells: number_of_cells,
                first: self.first_line,
                expected: self.expected,
            });
        }
        let cell = |index: usize| match cells.get(index) {
            Some(&cell) => cell,
            None => line.split(self.delimiter).nth(index).expect("the layout has only columns of the table"),
        };
        let at = |column| Place { path: &self.lines.path, line: self.lines.line, column };
        let mut row = TableRow::EMPTY;
        if let Some(column) = &self.layout.time {
            row.time_ns = time(cell(column.index), column.unit.nanoseconds(), at(&column.name))?;
        }
        for (place, column) in row.cells.iter_mut().zip(&self.layout.channels) {
            *place = column.unit.to_lsb(number(cell(column.index), at(&column.name))?);
        }
        Ok(row)
    }
}

/// Whether a first line holds names: not one number, and not only missing cells.
fn is_header(cells: &[String]) -> bool {
    cells.iter().any(|cell| cell.chars().any(char::is_alphabetic) && !cell.eq_ignore_ascii_case("nan"))
        && cells.iter().all(|cell| cell.parse::<f64>().is_err() || cell.eq_ignore_ascii_case("nan"))
}

/// The lines of a text with their numbers.
#[derive(Debug)]
struct Lines {
    path: PathBuf,
    file: BufReader<File>,
    /// The number of the line returned last.
    line: u64,
    empty: u64,
}

impl Lines {
    /// The next line that is not empty, without its end.
    fn next(&mut self) -> Result<Option<String>, ImportError> {
        loop {
            let mut bytes = Vec::new();
            let mut limited = (&mut self.file).take(LONGEST_LINE_BYTES);
            limited.read_until(b'\n', &mut bytes).map_err(|source| unreadable(&self.path, source))?;
            if bytes.is_empty() {
                return Ok(None);
            }
            self.line += 1;
            if bytes.len() as u64 == LONGEST_LINE_BYTES {
                return Err(ImportError::NotText { path: self.path.clone(), line: self.line });
            }
            while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                bytes.pop();
            }
            let not_text = |_| ImportError::NotText { path: self.path.clone(), line: self.line };
            let mut text = String::from_utf8(bytes).map_err(not_text)?;
            // a byte order mark is part of no line, not even of an empty one
            if self.line == 1 && text.starts_with('\u{feff}') {
                text.remove(0);
            }
            if !text.trim().is_empty() || text.contains('\t') {
                return Ok(Some(text));
            }
            self.empty += 1;
        }
    }
}
