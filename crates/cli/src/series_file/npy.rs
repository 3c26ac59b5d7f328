//! Which numbers are in a NumPy array?
//!
//! The format is documented with NumPy (`numpy.lib.format`, versions 1.0 to 3.0): magic, version, length of
//! the header, a Python dictionary with type, order and shape, then the numbers.

use super::Flaw;

const MAGIC: &[u8] = b"\x93NUMPY";

pub(super) fn is_npy(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The numbers of an array of one dimension, or of a column of one of two.
pub(super) fn read(bytes: &[u8], column: Option<&str>) -> Result<Vec<f64>, Flaw> {
    let (header, data) = split(bytes).ok_or_else(|| Flaw::Shape("its header is cut short".to_owned()))?;
    let descr = quoted(header, "'descr':").unwrap_or_default();
    let (size, number) = element(descr).ok_or_else(|| {
        Flaw::Shape(format!(
            "an array of {}, where float64, float32 and integers of 8 to 64 bits are read: save x.astype(float)",
            if descr.is_empty() { "records" } else { descr }
        ))
    })?;
    let shape = shape(header).ok_or_else(|| Flaw::Shape("its header tells no shape".to_owned()))?;
    let by_columns = header.contains("'fortran_order': True");
    let (rows, columns) = match shape[..] {
        [rows] => (rows, 1),
        [rows, columns] => (rows, columns),
        _ => return Err(Flaw::Shape(format!("an array of {} dimensions, not of one", shape.len()))),
    };
    let wanted = match column {
        None if columns == 1 => 0,
        None => return Err(Flaw::Several(format!("{rows} rows and columns 1 to {columns}"))),
        Some(column) => match column.parse::<usize>() {
            Ok(number) if (1..=columns).contains(&number) => number - 1,
            _ => return Err(Flaw::NoColumn(format!("{rows} rows and columns 1 to {columns}"))),
        },
    };
    let whole = rows.checked_mul(columns).and_then(|count| count.checked_mul(size));
    if whole != Some(data.len()) {
        let held = data.len();
        return Err(Flaw::Shape(format!("{held} bytes of numbers where {rows} x {columns} x {size} belong")));
    }
    let place = |row: usize| if by_columns { wanted * rows + row } else { row * columns + wanted };
    Ok((0..rows).map(|row| number(&data[place(row) * size..][..size])).collect())
}

/// Header and numbers.
fn split(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let rest = bytes.get(MAGIC.len()..)?;
    let (version, rest) = rest.split_at_checked(2)?;
    let (length, rest) = if version[0] == 1 {
        let (length, rest) = rest.split_first_chunk::<2>()?;
        (usize::from(u16::from_le_bytes(*length)), rest)
    } else {
        let (length, rest) = rest.split_first_chunk::<4>()?;
        (usize::try_from(u32::from_le_bytes(*length)).ok()?, rest)
    };
    let (header, data) = rest.split_at_checked(length)?;
    Some((std::str::from_utf8(header).ok()?, data))
}

fn quoted<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let rest = header.split_once(key)?.1.trim_start();
    rest.strip_prefix('\'')?.split_once('\'').map(|(text, _)| text)
}

fn shape(header: &str) -> Option<Vec<usize>> {
    let list = header.split_once("'shape':")?.1.split_once('(')?.1.split_once(')')?.0;
    list.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
}

/// Makes a double of the bytes of one number.
type Number = fn(&[u8]) -> f64;

/// Bytes per number, and what makes a double of them.
fn element(descr: &str) -> Option<(usize, Number)> {
    macro_rules! number {
        ($kind:ty, $from:ident) => {
            (
                size_of::<$kind>(),
                (|bytes| <$kind>::$from(bytes.try_into().expect("as many as the size says")) as f64)
                    as Number,
            )
        };
    }
    let big = descr.starts_with('>');
    Some(match descr.get(1..)? {
        "f8" if big => number!(f64, from_be_bytes),
        "f8" => number!(f64, from_le_bytes),
        "f4" if big => number!(f32, from_be_bytes),
        "f4" => number!(f32, from_le_bytes),
        "i8" if big => number!(i64, from_be_bytes),
        "i8" => number!(i64, from_le_bytes),
        "i4" if big => number!(i32, from_be_bytes),
        "i4" => number!(i32, from_le_bytes),
        "i2" if big => number!(i16, from_be_bytes),
        "i2" => number!(i16, from_le_bytes),
        "i1" => number!(i8, from_le_bytes),
        "u8" if big => number!(u64, from_be_bytes),
        "u8" => number!(u64, from_le_bytes),
        "u4" if big => number!(u32, from_be_bytes),
        "u4" => number!(u32, from_le_bytes),
        "u2" if big => number!(u16, from_be_bytes),
        "u2" => number!(u16, from_le_bytes),
        "u1" => number!(u8, from_le_bytes),
        _ => return None,
    })
}
