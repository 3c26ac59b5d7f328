//! How is a NumPy array read without NumPy?
//!
//! The format is documented with NumPy (`numpy.lib.format`, versions 1.0, 2.0 and 3.0): eight bytes of magic and
//! version, the length of the header, a Python dictionary with type, order and shape, then the array. Read here
//! are int16, float32 and float64 of either byte order, in C or Fortran order, of one dimension (rows one after
//! another, as in a binary recording) or two (one row per row).

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use breakeven_problem::signal::MISSING;

use super::ImportError;
use super::layout::{Heading, Layout};
use super::options::ImportOptions;
use super::table::{Place, TableRow, float_time, plausible};
use crate::binary_file::unreadable;
use crate::{Channels, RecordingError, channels_from_name};

/// What every such file starts with.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// A longer header describes no plain array.
const LONGEST_HEADER_BYTES: usize = 1 << 16;

/// Rows read at once.
const BLOCK_ROWS: usize = 4096;

/// A NumPy array at its next row.
#[derive(Debug)]
pub(super) struct NpyFile {
    path: PathBuf,
    file: File,
    array: Array,
    data_start: u64,
    next: usize,
    cells: Cells,
    /// Rows from `next` on, backwards.
    block: Vec<TableRow>,
}

/// What the cells mean.
#[derive(Debug)]
pub(super) enum Cells {
    /// int16: least significant bits, -32768 where one is missing.
    Samples(Channels),
    /// Numbers in the units of a layout.
    Numbers(Layout),
}

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Array {
    element: Element,
    bytes: Bytes,
    order: Order,
    rows: usize,
    columns: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Int16,
    Float32,
    Float64,
}

impl Element {
    fn size(self) -> usize {
        match self {
            Element::Int16 => 2,
            Element::Float32 => 4,
            Element::Float64 => 8,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bytes {
    LittleEndian,
    BigEndian,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    RowAfterRow,
    ColumnAfterColumn,
}

impl NpyFile {
    /// Reads the header and finds the columns.
    pub(super) fn open(path: &Path, options: &ImportOptions) -> Result<Self, ImportError> {
        let refuse = |problem: String| ImportError::Array { path: path.to_owned(), problem };
        let file = File::open(path).map_err(|source| unreadable(path, source))?;
        let size = file.metadata().map_err(|source| unreadable(path, source))?.len();
        let (text, data_start) = header(&file, size).map_err(refuse)?;
        let header = Header::parse(&text).map_err(refuse)?;
        let array = header.array(|| one_dimension(path, &header, options))?.map_err(refuse)?;
        let expected = (array.rows as u128) * (array.columns as u128) * array.element.size() as u128;
        let held = u128::from(size - data_start);
        if held != expected {
            let fate = if held < expected { "it is cut off" } else { "something follows it" };
            return Err(refuse(format!(
                "{held} bytes of data where the header says {expected}: {fate}, save it again"
            )));
        }
        if array.rows == 0 {
            return Err(ImportError::NoRows { path: path.to_owned() });
        }
        let cells = match array.element {
            Element::Int16 => Cells::Samples(samples(path, &array, options)?),
            Element::Float32 | Element::Float64 => {
                Cells::Numbers(Heading { path, names: &[], width: array.columns }.layout(options)?)
            }
        };
        Ok(Self { path: path.to_owned(), file, array, data_start, next: 0, cells, block: Vec::new() })
    }

    pub(super) fn cells(&self) -> &Cells {
        &self.cells
    }

    /// The next row, or none at the end.
    pub(super) fn next(&mut self) -> Result<Option<TableRow>, ImportError> {
        if self.block.is_empty() && self.next < self.array.rows {
            self.read_block()?;
        }
        Ok(self.block.pop())
    }

    fn read_block(&mut self) -> Result<(), ImportError> {
        let rows = BLOCK_ROWS.min(self.array.rows - self.next);
        let mut block = vec![TableRow::EMPTY; rows];
        match &self.cells {
            Cells::Samples(channels) => {
                for channel in 0..channels.number() {
                    for (row, value) in block.iter_mut().zip(self.column(channel, rows)?) {
                        row.cells[channel] = if value == f64::from(MISSING) { f64::NAN } else { value };
                    }
                }
            }
            Cells::Numbers(layout) => {
                let at = |row: usize, column| Place {
                    path: &self.path,
                    line: (self.next + row + 1) as u64,
                    column,
                };
                for (channel, column) in layout.channels.iter().enumerate() {
                    for (row, value) in self.column(column.index, rows)?.into_iter().enumerate() {
                        block[row].cells[channel] =
                            column.unit.to_lsb(plausible(value, at(row, &column.name))?);
                    }
                }
                if let Some(time) = &layout.time {
                    for (row, value) in self.column(time.index, rows)?.into_iter().enumerate() {
                        block[row].time_ns = float_time(value, time.unit.nanoseconds(), at(row, &time.name))?;
                    }
                }
            }
        }
        self.next += rows;
        self.block = block;
        self.block.reverse();
        Ok(())
    }

    /// The next `rows` values of one column.
    fn column(&self, column: usize, rows: usize) -> Result<Vec<f64>, ImportError> {
        let size = self.array.element.size();
        let (first, stride) = match self.array.order {
            Order::RowAfterRow => (self.next * self.array.columns, self.array.columns),
            Order::ColumnAfterColumn => (column * self.array.rows + self.next, 1),
        };
        let mut bytes = vec![0; rows * stride * size];
        let offset = self.data_start + (first * size) as u64;
        self.file.read_exact_at(&mut bytes, offset).map_err(|source| unreadable(&self.path, source))?;
        let skipped = if stride == 1 { 0 } else { column };
        let element = |bytes: &[u8]| self.element(&bytes[skipped * size..(skipped + 1) * size]);
        Ok(bytes.chunks_exact(stride * size).map(element).collect())
    }

    fn element(&self, bytes: &[u8]) -> f64 {
        let mut eight = [0; 8];
        let size = bytes.len();
        eight[..size].copy_from_slice(bytes);
        if self.array.bytes == Bytes::BigEndian {
            eight[..size].reverse();
        }
        match self.array.element {
            Element::Int16 => f64::from(i16::from_le_bytes([eight[0], eight[1]])),
            Element::Float32 => f64::from(f32::from_le_bytes([eight[0], eight[1], eight[2], eight[3]])),
            Element::Float64 => f64::from_le_bytes(eight),
        }
    }
}

/// Channels of an array of one dimension: its rows follow one another.
fn one_dimension(path: &Path, header: &Header, options: &ImportOptions) -> Result<usize, ImportError> {
    let channels = match options.channels {
        Some(channels) => channels,
        None => channels_from_name(path)?,
    };
    let columns = channels.number();
    if header.shape[0].is_multiple_of(columns) {
        return Ok(columns);
    }
    let problem = format!(
        "{} values are no multiple of {columns} (one row of {columns} channels): pass --channels, or save an array \
         of two dimensions",
        header.shape[0]
    );
    Err(ImportError::Array { path: path.to_owned(), problem })
}

/// Channels of an array of int16.
fn samples(path: &Path, array: &Array, options: &ImportOptions) -> Result<Channels, ImportError> {
    let found = Channels::try_from(array.columns).map_err(RecordingError::from);
    let problem = || {
        let (rows, columns) = (array.rows, array.columns);
        let remedy = if rows == 3 || rows == 6 {
            "save its transpose"
        } else {
            "save one row per time, of 3 or 6 channels"
        };
        ImportError::Array {
            path: path.to_owned(),
            problem: format!("int16 of shape ({rows}, {columns}): {remedy}"),
        }
    };
    match (found, options.channels) {
        (Ok(found), None) => Ok(found),
        (Ok(found), Some(wanted)) if wanted.number() <= found.number() => Ok(wanted),
        _ => Err(problem()),
    }
}

/// The header's text, and where the array starts.
fn header(file: &File, size: u64) -> Result<(String, u64), String> {
    let cut = |_| "the header is cut off: save it again".to_owned();
    let mut start = [0; 12];
    file.read_exact_at(&mut start[..8], 0).map_err(cut)?;
    let (length, header_start) = match start[6] {
        1 => {
            file.read_exact_at(&mut start[8..10], 8).map_err(cut)?;
            (usize::from(u16::from_le_bytes([start[8], start[9]])), 10)
        }
        2 | 3 => {
            file.read_exact_at(&mut start[8..12], 8).map_err(cut)?;
            (u32::from_le_bytes([start[8], start[9], start[10], start[11]]) as usize, 12)
        }
        version => return Err(format!("version {version} of NPY is not known: save it with numpy.save")),
    };
    if length > LONGEST_HEADER_BYTES || header_start + length as u64 > size {
        return Err(format!("a header of {length} bytes is cut off, or of no plain array: save it again"));
    }
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, header_start).map_err(cut)?;
    let text = String::from_utf8(bytes).map_err(|_| "the header is no text: save it again".to_owned())?;
    Ok((text, header_start + length as u64))
}

/// The dictionary of a header.
#[derive(Debug, PartialEq, Eq)]
struct Header {
    descr: String,
    order: Order,
    shape: Vec<usize>,
}

impl Header {
    /// Three keys, each once, in any order; nothing else.
    fn parse(text: &str) -> Result<Self, String> {
        let malformed =
            || format!("the header {:?} is none of a plain array: save it with numpy.save", text.trim_end());
        let inner =
            text.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or_else(malformed)?;
        let (mut descr, mut order, mut shape) = (None, None, None);
        let mut rest = inner.trim();
        while !rest.is_empty() {
            let (key, after) = quoted(rest).ok_or_else(malformed)?;
            let value = after.trim_start().strip_prefix(':').ok_or_else(malformed)?.trim_start();
            let (fresh, after) = match key {
                "descr" => {
                    let (word, after) = quoted(value).ok_or_else(malformed)?;
                    (descr.replace(word.to_owned()).is_none(), after)
                }
                "fortran_order" => {
                    let word = |word, order| value.strip_prefix(word).map(|after| (order, after));
                    let read =
                        word("False", Order::RowAfterRow).or_else(|| word("True", Order::ColumnAfterColumn));
                    let (found, after) = read.ok_or_else(malformed)?;
                    (order.replace(found).is_none(), after)
                }
                "shape" => {
                    let (inside, after) = value
                        .strip_prefix('(')
                        .and_then(|rest| rest.split_once(')'))
                        .ok_or_else(malformed)?;
                    (shape.replace(sizes(inside).ok_or_else(malformed)?).is_none(), after)
                }
                _ => return Err(malformed()),
            };
            if !fresh {
                return Err(malformed());
            }
            let after = after.trim_start();
            rest = match after.strip_prefix(',') {
                Some(after) => after.trim_start(),
                None if after.is_empty() => after,
                None => return Err(malformed()),
            };
        }
        match (descr, order, shape) {
            (Some(descr), Some(order), Some(shape)) => Ok(Self { descr, order, shape }),
            _ => Err(malformed()),
        }
    }

    /// What the header says, in our words; `columns` tells those of an array of one dimension.
    fn array(
        &self,
        columns: impl Fn() -> Result<usize, ImportError>,
    ) -> Result<Result<Array, String>, ImportError> {
        let (element, bytes) = match self.descr.as_str() {
            "<i2" => (Element::Int16, Bytes::LittleEndian),
            ">i2" => (Element::Int16, Bytes::BigEndian),
            "<f4" => (Element::Float32, Bytes::LittleEndian),
            ">f4" => (Element::Float32, Bytes::BigEndian),
            "<f8" => (Element::Float64, Bytes::LittleEndian),
            ">f8" => (Element::Float64, Bytes::BigEndian),
            other => {
                return Ok(Err(format!("elements of type {other:?}: save int16, float32 or float64")));
            }
        };
        let (rows, columns, order) = match self.shape[..] {
            [0] => (0, 1, Order::RowAfterRow),
            [values] => {
                let columns = columns()?;
                (values / columns, columns, Order::RowAfterRow)
            }
            [rows, columns] => (rows, columns, self.order),
            _ => {
                let problem =
                    format!("{} dimensions: save one row per time, of 3 or 6 channels", self.shape.len());
                return Ok(Err(problem));
            }
        };
        Ok(Ok(Array { element, bytes, order, rows, columns }))
    }
}

/// A string in quotes at the start, and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|char| matches!(char, '\'' | '"'))?;
    text[1..].split_once(quote)
}

/// The numbers of a tuple.
fn sizes(inside: &str) -> Option<Vec<usize>> {
    let inside = inside.trim();
    if inside.is_empty() {
        return Some(Vec::new());
    }
    let listed = inside.strip_suffix(',').unwrap_or(inside);
    listed.split(',').map(|size| size.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_three_keys_each_once() {
        let good = "{'descr': '<f8', 'fortran_order': False, 'shape': (5, 3), }   \n";
        let header = Header::parse(good).expect("a header");
        assert_eq!(header, Header { descr: "<f8".to_owned(), order: Order::RowAfterRow, shape: vec![5, 3] });
        assert_eq!(
            Header::parse("{\"shape\":(7,),'fortran_order':True,'descr':'>i2'}").expect("a header").shape,
            [7]
        );
        for bad in [
            "",
            "{}",
            "{'descr': '<f8', 'fortran_order': False}",
            "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (5,)}",
            "{'descr': '<f8', 'fortran_order': 0, 'shape': (5,)}",
            "{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (5,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-5,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (5,), 'more': 1}",
            "{'descr': '<f8' 'fortran_order': False, 'shape': (5,)}",
            "{'descr': '<f8, 'fortran_order': False, 'shape': (5,)}",
        ] {
            assert!(Header::parse(bad).is_err(), "{bad}");
        }
    }
}
