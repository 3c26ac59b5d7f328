//! How is a table of text read without swallowing what is wrong with it?
//!
//! Every row has as many cells as the first; a cell that is read is a number, or missing.

use std::fs::File;

use super::cell::{Place, number, time};
use super::forms::stated_rate_hz;
use super::layout::Layout;
use super::options::ImportOptions;
use super::preamble::{self, LINES_LOOKED_AT, SEPARATORS};
use super::row::Row;
use crate::decimal::DecimalSign;
use crate::error::Problem;
use crate::text_table::{Dialect, PassedOver, TextTable};

/// A longer line is no row of a recording.
const LONGEST_ROW_BYTES: u64 = 1 << 16;

/// A table of text at its next row.
#[derive(Debug)]
pub(super) struct TextFile {
    table: TextTable<File>,
    layout: Layout,
    sign: DecimalSign,
    /// The line that says how many cells a row has, and how many.
    first_line: u64,
    expected: usize,
    /// Lines before the header.
    lines_before: u64,
    stated_rate_hz: Option<f64>,
}

impl TextFile {
    /// Reads what is before the rows, and finds the columns.
    pub(super) fn open(file: File, options: &ImportOptions) -> Result<Self, Problem> {
        let mut table = TextTable::new(file, Dialect::Separated(SEPARATORS), LONGEST_ROW_BYTES);
        table.skip_lines(options.skip_lines)?;
        let lines = table.look_ahead(LINES_LOOKED_AT)?;
        let at = table.line() + 1;
        let start = preamble::find(&lines, table.separator(), at, options)?;
        table.cut_at(start.separator);
        let first_line = at + start.line as u64;
        table.skip_lines(start.line as u64 + u64::from(start.has_header))?;
        let sign = match options.decimal {
            DecimalSign::Unknown => DecimalSign::beside(start.separator),
            given => given,
        };
        Ok(Self {
            table,
            layout: start.layout,
            sign,
            first_line,
            expected: start.width,
            lines_before: first_line - 1,
            stated_rate_hz: stated_rate_hz(&lines[..start.line]),
        })
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Lines among the rows that were passed over so far.
    pub(super) fn passed_over(&self) -> PassedOver {
        self.table.passed_over()
    }

    /// Lines before the header, or before the first row.
    pub(super) fn lines_before(&self) -> u64 {
        self.lines_before
    }

    /// The rate that the lines before the header give.
    pub(super) fn stated_rate_hz(&self) -> Option<f64> {
        self.stated_rate_hz
    }

    /// The next row, or none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Row>, Problem> {
        let Some(row) = self.table.next_row()? else {
            self.sign.settled()?;
            return Ok(None);
        };
        if row.lines > 1 {
            return Err(Problem::OpenQuote(row.line));
        }
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
            read.time_ns = time(&row.cells[column.index], column.unit, &mut self.sign, at(&column.name))?;
        }
        for (cell, column) in read.cells.iter_mut().zip(&self.layout.columns) {
            let number = number(&row.cells[column.index], &mut self.sign, at(&column.name))?;
            *cell = column.unit.to_lsb(number);
        }
        Ok(Some(read))
    }
}
