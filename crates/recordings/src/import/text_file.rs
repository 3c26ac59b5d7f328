//! How is a table of text read without swallowing what is wrong with it?
//!
//! One line is one row. Numbers need no quotes; around a whole cell they are taken off.

use std::fs::File;
use std::io::BufReader;

use super::cell::{Place, number, time, unquoted};
use super::layout::{Heading, Layout};
use super::options::ImportOptions;
use super::row::Row;
use crate::error::Problem;
use crate::text_table::{Dialect, TextRow, TextTable};

/// A table of text at its next row.
#[derive(Debug)]
pub(super) struct TextFile {
    table: TextTable<BufReader<File>>,
    layout: Layout,
    /// Line and cells of the first line that is not empty.
    first_line: u64,
    expected: usize,
    /// The first line where it is a row.
    first_row: Option<TextRow<'static>>,
}

impl TextFile {
    /// Reads the header, if there is one, and finds the columns.
    pub(super) fn open(file: File, options: &ImportOptions) -> Result<Self, Problem> {
        let mut table = TextTable::new(BufReader::new(file), Dialect::Plain(&['\t', ';', ',']));
        let first = table.next_row()?.ok_or(Problem::NoRows)?.into_owned();
        let cells: Vec<String> = first.cells.iter().map(|cell| unquoted(cell).to_owned()).collect();
        let names: &[String] = if is_header(&cells) { &cells } else { &[] };
        let layout = Heading { names, width: cells.len() }.layout(options)?;
        Ok(Self {
            table,
            layout,
            first_line: first.line,
            expected: cells.len(),
            first_row: names.is_empty().then_some(first),
        })
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Empty lines passed over so far.
    pub(super) fn empty_lines(&self) -> u64 {
        self.table.empty_lines()
    }

    /// The next row, or none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Row>, Problem> {
        let next = match self.first_row.take() {
            None => self.table.next_row()?,
            first => first,
        };
        let Some(row) = next else { return Ok(None) };
        if row.cells.len() != self.expected {
            return Err(Problem::Ragged {
                line: row.line,
                cells: row.cells.len(),
                first: self.first_line,
                expected: self.expected,
            });
        }
        let at = |column| Place { line: row.line, column };
        let mut read = Row::EMPTY;
        if let Some(column) = &self.layout.time {
            read.time_ns = time(&row.cells[column.index], column.unit.nanoseconds(), at(&column.name))?;
        }
        for (cell, column) in read.cells.iter_mut().zip(&self.layout.columns) {
            *cell = column.unit.to_lsb(number(&row.cells[column.index], at(&column.name))?);
        }
        Ok(Some(read))
    }
}

/// Whether a first line holds names: not one number, and not only missing cells.
fn is_header(cells: &[String]) -> bool {
    cells.iter().any(|cell| cell.chars().any(char::is_alphabetic) && !cell.eq_ignore_ascii_case("nan"))
        && cells.iter().all(|cell| cell.parse::<f64>().is_err() || cell.eq_ignore_ascii_case("nan"))
}
