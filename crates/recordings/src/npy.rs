//! Which numbers are in a NumPy array?
//!
//! The format is documented with NumPy (`numpy.lib.format`, versions 1.0, 2.0 and 3.0): eight bytes of magic and
//! version, the length of the header, a Python dictionary with type, order and shape, then the array. Read here
//! are floats of 32 and 64 bits and integers of 8 to 64 bits, of either byte order, in C or Fortran order.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::error::Problem;

/// What every such file starts with.
pub const MAGIC: &[u8] = b"\x93NUMPY";

/// A longer header describes no plain array.
const LONGEST_HEADER_BYTES: usize = 1 << 16;

/// An array whose numbers are read when they are asked for.
#[derive(Debug)]
pub struct NpyArray<R> {
    source: R,
    header: Header,
    element: Element,
    /// The byte at which the numbers start.
    start: u64,
}

impl<R: Read + Seek> NpyArray<R> {
    /// Reads the header, and checks that all numbers follow it.
    ///
    /// # Errors
    /// The source fails or holds no such array.
    ///
    /// ```
    /// use std::io::Cursor;
    ///
    /// use breakeven_recordings::npy::NpyArray;
    ///
    /// let header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }";
    /// let file = [b"\x93NUMPY\x01\x00", &[header.len() as u8, 0][..], header, &[1, 2, 3, 4, 5, 6]].concat();
    /// let mut array = NpyArray::open(Cursor::new(file)).unwrap();
    /// assert_eq!((array.descr(), array.shape()), ("|u1", &[2, 3][..]));
    /// assert_eq!(array.column(1, 3, 0..2).unwrap(), [2.0, 5.0]);
    /// ```
    pub fn open(mut source: R) -> Result<Self, Problem> {
        let size = source.seek(SeekFrom::End(0))?;
        let (text, start) = header(&mut source, size).map_err(Problem::Array)?;
        let header = Header::parse(&text).ok_or_else(|| {
            let text = text.trim_end();
            Problem::Array(format!("the header {text:?} is none of a plain array: save it with numpy.save"))
        })?;
        let element = Element::parse(&header.descr).ok_or_else(|| {
            Problem::Array(format!(
                "an array of {}, where float64, float32 and integers of 8 to 64 bits are read: save x.astype(float)",
                header.descr.escape_debug()
            ))
        })?;
        let sizes = header.shape.iter().map(|&length| length as u128);
        let expected = sizes.chain([element.bytes as u128]).try_fold(1u128, u128::checked_mul);
        let held = size - start;
        if expected != Some(u128::from(held)) {
            let is_short = expected.is_none_or(|expected| u128::from(held) < expected);
            let cause = if is_short { "it is cut off" } else { "something follows it" };
            let shape = header.shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ");
            return Err(Problem::Array(format!(
                "{held} bytes of data where the header says {shape} x {}: {cause}, save it again",
                element.bytes
            )));
        }
        Ok(Self { source, header, element, start })
    }

    /// The type of the numbers, as in the header: `<f8`.
    pub fn descr(&self) -> &str {
        &self.header.descr
    }

    /// The length of each dimension.
    pub fn shape(&self) -> &[usize] {
        &self.header.shape
    }

    /// These rows of one column, the array taken as rows of `columns` numbers: as its second dimension says, or, where it
    /// has only one, row after row.
    ///
    /// Reads whole rows where they lie one after another, so that the memory needed is that of the rows.
    ///
    /// # Errors
    /// The source fails.
    pub fn column(&mut self, column: usize, columns: usize, rows: Range<usize>) -> io::Result<Vec<f64>> {
        let size = self.element.bytes;
        let by_columns = self.header.fortran_order && self.header.shape.len() > 1;
        let (first, stride, skipped) = match by_columns {
            true => (column * self.header.shape[0] + rows.start, 1, 0),
            false => (rows.start * columns, columns, column),
        };
        let mut bytes = vec![0; rows.len() * stride * size];
        self.source.seek(SeekFrom::Start(self.start + (first * size) as u64))?;
        self.source.read_exact(&mut bytes)?;
        let number = |row: &[u8]| self.element.number(&row[skipped * size..][..size]);
        Ok(bytes.chunks_exact(stride * size).map(number).collect())
    }
}

/// The type of the numbers.
#[derive(Debug, Clone, Copy)]
struct Element {
    /// `f`, `i` or `u`.
    kind: char,
    bytes: usize,
    is_big_endian: bool,
}

impl Element {
    fn parse(descr: &str) -> Option<Self> {
        let (kind, bytes) = match descr.strip_prefix(['<', '>', '=', '|'])? {
            kind @ ("f4" | "f8" | "i1" | "i2" | "i4" | "i8" | "u1" | "u2" | "u4" | "u8") => kind.split_at(1),
            _ => return None,
        };
        Some(Self {
            kind: kind.parse().ok()?,
            bytes: bytes.parse().ok()?,
            is_big_endian: descr.starts_with('>'),
        })
    }

    fn number(self, bytes: &[u8]) -> f64 {
        let mut eight = [0; 8];
        eight[..self.bytes].copy_from_slice(bytes);
        if self.is_big_endian {
            eight[..self.bytes].reverse();
        }
        let bits = u64::from_le_bytes(eight);
        let unused = 64 - 8 * self.bytes;
        match (self.kind, self.bytes) {
            ('f', 4) => f64::from(f32::from_bits(bits as u32)),
            ('f', _) => f64::from_bits(bits),
            // shifted up and down again, the sign fills the bits that are not used
            ('i', _) => ((bits << unused) as i64 >> unused) as f64,
            _ => bits as f64,
        }
    }
}

/// The header's text, and the byte at which the numbers start.
fn header(source: &mut (impl Read + Seek), size: u64) -> Result<(String, u64), String> {
    let mut read = |at: u64, bytes: &mut [u8]| {
        let read = source.seek(SeekFrom::Start(at)).and_then(|_| source.read_exact(bytes));
        read.map_err(|_| "the header is cut off: save it again".to_owned())
    };
    let mut start = [0; 12];
    read(0, &mut start)?;
    let (length, header_start) = match start[6] {
        1 => (usize::from(u16::from_le_bytes([start[8], start[9]])), 10),
        2 | 3 => (u32::from_le_bytes([start[8], start[9], start[10], start[11]]) as usize, 12),
        version => return Err(format!("version {version} of NPY is not known: save it with numpy.save")),
    };
    if length > LONGEST_HEADER_BYTES || header_start + length as u64 > size {
        return Err(format!("a header of {length} bytes is cut off, or of no plain array: save it again"));
    }
    let mut bytes = vec![0; length];
    read(header_start, &mut bytes)?;
    let text = String::from_utf8(bytes).map_err(|_| "the header is no text: save it again".to_owned())?;
    Ok((text, header_start + length as u64))
}

/// The dictionary of a header.
#[derive(Debug, PartialEq, Eq)]
struct Header {
    descr: String,
    fortran_order: bool,
    shape: Vec<usize>,
}

impl Header {
    /// Three keys, each once, in any order; nothing else.
    fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
        let (mut descr, mut fortran_order, mut shape) = (None, None, None);
        while !rest.is_empty() {
            let (key, after) = quoted(rest)?;
            let value = after.trim_start().strip_prefix(':')?.trim_start();
            let (is_first, after) = match key {
                "descr" => {
                    let (word, after) = quoted(value)?;
                    (descr.replace(word.to_owned()).is_none(), after)
                }
                "fortran_order" => {
                    let is = |word, order| value.strip_prefix(word).map(|after| (order, after));
                    let (order, after) = is("False", false).or_else(|| is("True", true))?;
                    (fortran_order.replace(order).is_none(), after)
                }
                "shape" => {
                    let (inside, after) = value.strip_prefix('(')?.split_once(')')?;
                    (shape.replace(sizes(inside)?).is_none(), after)
                }
                _ => return None,
            };
            let after = after.trim_start();
            rest = match after.strip_prefix(',') {
                _ if !is_first => return None,
                Some(after) => after.trim_start(),
                None if after.is_empty() => after,
                None => return None,
            };
        }
        Some(Self { descr: descr?, fortran_order: fortran_order?, shape: shape? })
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
        assert_eq!(header, Header { descr: "<f8".to_owned(), fortran_order: false, shape: vec![5, 3] });
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
            assert!(Header::parse(bad).is_none(), "{bad}");
        }
    }
}
