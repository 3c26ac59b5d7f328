//! How is a NumPy array read as a recording?
//!
//! Of one dimension (rows one after another, as in a binary recording) or two (one row per row). int16 are
//! samples; float32 and float64 are numbers in the units that the options give.

use std::fs::File;
use std::path::Path;

use breakeven_pedometer::Channels;
use breakeven_problem::signal::MISSING;

use super::cell::{Place, float_time, plausible};
use super::layout::{Heading, Layout, UsedColumn, channels_among};
use super::options::ImportOptions;
use super::row::Row;
use super::units::TimeForm;
use crate::binary_file::channels_of;
use crate::error::Problem;
use crate::npy::NpyArray;

/// Rows read at once, with all of their columns: 2 MB of the widest array.
const BLOCK_ROWS: usize = 1024;

/// An array of more columns is none of rows.
const MOST_COLUMNS: usize = 256;

/// A NumPy array at its next row.
#[derive(Debug)]
pub(super) struct ArrayFile {
    array: NpyArray<File>,
    rows: usize,
    columns: usize,
    channels: Channels,
    /// The layout of numbers with units; none where int16 are samples.
    layout: Option<Layout>,
    next: usize,
    /// Rows from `next` on, backwards.
    block: Vec<Row>,
}

impl ArrayFile {
    /// Reads the header and finds the columns.
    pub(super) fn open(path: &Path, file: File, options: &ImportOptions) -> Result<Self, Problem> {
        let array = NpyArray::open(file)?;
        let is_samples = match array.descr() {
            "<i2" | ">i2" => true,
            "<f4" | ">f4" | "<f8" | ">f8" => false,
            other => {
                let problem = format!("elements of type {other:?}: save int16, float32 or float64");
                return Err(Problem::Array(problem));
            }
        };
        let (rows, columns) = match *array.shape() {
            [0] => (0, 1),
            [values] => {
                let columns = channels_of(path, options.channels)?.number();
                if !values.is_multiple_of(columns) {
                    return Err(Problem::Array(format!(
                        "{values} values are no multiple of {columns} (one row of {columns} channels): pass --channels, \
                         or save an array of two dimensions"
                    )));
                }
                (values / columns, columns)
            }
            [rows, columns] => (rows, columns),
            ref shape => {
                let dimensions = shape.len();
                return Err(Problem::Array(format!(
                    "{dimensions} dimensions: save one row per time, of 3 or 6 channels"
                )));
            }
        };
        if rows == 0 {
            return Err(Problem::NoRows);
        }
        if columns > MOST_COLUMNS {
            return Err(Problem::TooWide(columns));
        }
        let (channels, layout) = if is_samples {
            let channels = channels_among(columns, options.channels).ok_or_else(|| {
                let remedy = match rows {
                    3 | 6 => "save its transpose",
                    _ => "save one row per time, of 3 or 6 channels",
                };
                Problem::Array(format!("int16 of shape ({rows}, {columns}): {remedy}"))
            })?;
            (channels, None)
        } else {
            let layout = Heading { width: columns, ..Heading::default() }.layout(options)?;
            (layout.channels(), Some(layout))
        };
        Ok(Self { array, rows, columns, channels, layout, next: 0, block: Vec::new() })
    }

    pub(super) fn channels(&self) -> Channels {
        self.channels
    }

    pub(super) fn layout(&self) -> Option<&Layout> {
        self.layout.as_ref()
    }

    /// The next row, or none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Row>, Problem> {
        if self.block.is_empty() && self.next < self.rows {
            self.read_block()?;
        }
        Ok(self.block.pop())
    }

    fn read_block(&mut self) -> Result<(), Problem> {
        let Self { array, columns, next, .. } = self;
        let rows = *next..self.rows.min(*next + BLOCK_ROWS);
        let mut column = |column: usize| array.column(column, *columns, rows.clone());
        let mut block = vec![Row::EMPTY; rows.len()];
        let at = |row: usize, column| Place { line: (rows.start + row + 1) as u64, column };
        match &self.layout {
            None => {
                for channel in 0..self.channels.number() {
                    for (row, value) in block.iter_mut().zip(column(channel)?) {
                        row.cells[channel] = if value == f64::from(MISSING) { f64::NAN } else { value };
                    }
                }
            }
            Some(layout) => {
                for (channel, UsedColumn { index, name, unit }) in layout.columns.iter().enumerate() {
                    for (row, value) in column(*index)?.into_iter().enumerate() {
                        block[row].cells[channel] = unit.to_lsb(plausible(value, at(row, name))?);
                    }
                }
                if let Some(UsedColumn { index, name, unit: TimeForm::Number(unit) }) = &layout.time {
                    for (row, value) in column(*index)?.into_iter().enumerate() {
                        block[row].time_ns = float_time(value, unit.nanoseconds(), at(row, name))?;
                    }
                }
            }
        }
        self.next = rows.end;
        block.reverse();
        self.block = block;
        Ok(())
    }
}
