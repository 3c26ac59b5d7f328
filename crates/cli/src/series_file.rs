//! Which numbers are in a user's file?
//!
//! A NumPy array of one dimension, a column of a CSV or TSV table, or text with a number on each line. A cell that is
//! no number is an error that names its line: nothing is guessed, and nothing left out.

mod column;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use breakeven_measure::input_file::sha256;
use breakeven_recordings::npy;

/// A series in a file of the user's.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SeriesFile {
    /// The file's name, without its folder.
    pub(crate) name: String,
    /// Name, column and hash, for readers of a report.
    pub(crate) note: String,
    /// Its numbers.
    pub(crate) values: Vec<f64>,
}

/// A file that holds no series.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SeriesError {
    /// The file cannot be read.
    #[error("{path}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    /// A line does not hold the number that it should.
    #[error("{path}, line {line}: {what}")]
    Line { path: PathBuf, line: u64, what: String },
    /// The file does not hold one series.
    #[error("{path}: {what}")]
    Shape { path: PathBuf, what: String },
    /// The file has several columns, and none is chosen.
    #[error("{path}: {columns}: choose a column")]
    Several { path: PathBuf, columns: String },
    /// The file has no column of this name or number.
    #[error("no such column in {path}: {columns}")]
    NoColumn { path: PathBuf, columns: String },
}

/// A [`SeriesError`] before its path is known.
enum Problem {
    Line(u64, String),
    Shape(String),
    Several(String),
    NoColumn(String),
}

/// A longer file is refused: it may be a device that has no end.
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
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let read = match extension.as_str() {
            _ if bytes.starts_with(npy::MAGIC) => column::of_array(&bytes, column),
            "npy" => Err(Problem::Shape("it does not begin as a NumPy array does".to_owned())),
            extension => column::of_text(&bytes, extension, column),
        };
        let values = read.map_err(|problem| {
            let path = path.to_owned();
            match problem {
                Problem::Line(line, what) => SeriesError::Line { path, line, what },
                Problem::Shape(what) => SeriesError::Shape { path, what },
                Problem::Several(columns) => SeriesError::Several { path, columns },
                Problem::NoColumn(columns) => SeriesError::NoColumn { path, columns },
            }
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

/// All bytes of the file, or `None` where it has more than `bytes`.
fn at_most(file: impl Read, bytes: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut read = Vec::new();
    file.take(bytes + 1).read_to_end(&mut read)?;
    Ok(Some(read).filter(|read| read.len() as u64 <= bytes))
}

#[cfg(test)]
mod tests;
