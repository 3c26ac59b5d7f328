//! Which numbers are in a user's file?
//!
//! A NumPy array of one dimension, a column of a CSV or TSV table, or text with a number on each line. What is
//! no number is an error that names its line: nothing is guessed, and nothing left out.

mod npy;
mod table;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use breakeven_measure::input_file::sha256;

/// A series of a user's.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SeriesFile {
    /// The file's name, without its folder.
    pub(crate) name: String,
    /// What it is, for readers of a report: name, column, hash.
    pub(crate) note: String,
    /// Its numbers.
    pub(crate) values: Vec<f64>,
}

/// A file that holds no series.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SeriesError {
    /// Cannot be read.
    #[error("{path}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    /// Not a table of numbers.
    #[error("{path}, line {line}: {what}")]
    Line { path: PathBuf, line: u64, what: String },
    /// Not one series.
    #[error("{path}: {what}")]
    Shape { path: PathBuf, what: String },
    /// Several series, and none is chosen.
    #[error("{path}: {columns}: choose a column")]
    Several { path: PathBuf, columns: String },
    /// None of this name or number.
    #[error("no such column in {path}: {columns}")]
    NoColumn { path: PathBuf, columns: String },
}

/// What is wrong, before it is known with which file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Flaw {
    Line(u64, String),
    Shape(String),
    Several(String),
    NoColumn(String),
}

/// A file that is longer is refused: a device, say, that has no end.
const LARGEST_BYTES: u64 = 2 << 30;

impl SeriesFile {
    /// Reads the series of a file: its only column, or the one that `column` names or counts from 1.
    ///
    /// # Errors
    /// Unreadable, empty, no number where one should be, or several columns and none named.
    pub(crate) fn read(path: &Path, column: Option<&str>) -> Result<Self, SeriesError> {
        let unreadable = |source| SeriesError::Unreadable { path: path.to_owned(), source };
        let read = File::open(path).and_then(|file| at_most(file, LARGEST_BYTES)).map_err(unreadable)?;
        let Some(bytes) = read else {
            let what = format!("more than {} GiB: give a part of it", LARGEST_BYTES >> 30);
            return Err(SeriesError::Shape { path: path.to_owned(), what });
        };
        let read = if npy::is_npy(&bytes) { npy::read(&bytes, column) } else { text(path, &bytes, column) };
        let values = read.map_err(|flaw| match flaw {
            Flaw::Line(line, what) => SeriesError::Line { path: path.to_owned(), line, what },
            Flaw::Shape(what) => SeriesError::Shape { path: path.to_owned(), what },
            Flaw::Several(columns) => SeriesError::Several { path: path.to_owned(), columns },
            Flaw::NoColumn(columns) => SeriesError::NoColumn { path: path.to_owned(), columns },
        })?;
        if values.is_empty() {
            let what = "it holds no numbers".to_owned();
            return Err(SeriesError::Shape { path: path.to_owned(), what });
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let of_column = column.map_or_else(String::new, |column| format!(", column {column}"));
        let note = format!("{name}{of_column}, SHA-256 {}", sha256(&bytes));
        Ok(Self { name, note, values })
    }
}

/// All bytes, or nothing where there are more than so many.
fn at_most(file: impl Read, bytes: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut read = Vec::new();
    file.take(bytes + 1).read_to_end(&mut read)?;
    Ok(Some(read).filter(|read| read.len() as u64 <= bytes))
}

fn text(path: &Path, bytes: &[u8], column: Option<&str>) -> Result<Vec<f64>, Flaw> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
        Flaw::Line(line as u64, "it is neither a NumPy array nor text in UTF-8".to_owned())
    })?;
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if extension == "npy" {
        return Err(Flaw::Shape("it does not begin as a NumPy array does".to_owned()));
    }
    table::read(text.trim_start_matches('\u{feff}'), &extension, column)
}

#[cfg(test)]
mod tests;
