//! Which numbers are in a user's file?
//!
//! A NumPy array of one dimension, a column of a CSV or TSV table, or text with a number on each line. A cell that is
//! no number is an error that names its line: nothing is guessed, and nothing left out.

mod column;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Display, Path, PathBuf};

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
#[error("{}", problem.of(&path.display()))]
pub(crate) struct SeriesError {
    path: PathBuf,
    pub(crate) problem: Problem,
}

/// What is wrong with a file.
#[derive(Debug)]
pub(crate) enum Problem {
    /// It cannot be read.
    Unreadable(io::Error),
    /// This line does not hold the number that it should.
    Line(u64, String),
    /// It does not hold one series.
    Shape(String),
    /// It has several columns, these, and none is chosen.
    Several(String),
    /// It has no column of this name or number, but these.
    NoColumn(String),
}

impl Problem {
    fn of(&self, path: &Display<'_>) -> String {
        match self {
            Problem::Unreadable(error) => format!("{path}: {error}"),
            Problem::Line(line, what) => format!("{path}, line {line}: {what}"),
            Problem::Shape(what) => format!("{path}: {what}"),
            Problem::Several(columns) => format!("{path}: {columns}: choose a column"),
            Problem::NoColumn(columns) => format!("no such column in {path}: {columns}"),
        }
    }
}

/// A longer file is refused: it may be a device that has no end.
const LARGEST_BYTES: u64 = 2 << 30;

impl SeriesFile {
    /// Reads the series of a file: its only column, or the one that `column` names or counts from 1.
    ///
    /// # Errors
    /// Unreadable, empty, no number where one should be, or several columns and none named.
    pub(crate) fn read(path: &Path, column: Option<&str>) -> Result<Self, SeriesError> {
        let (bytes, values) =
            numbers(path, column).map_err(|problem| SeriesError { path: path.to_owned(), problem })?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let of_column = column.map_or_else(String::new, |column| format!(", column {column}"));
        let note = format!("{name}{of_column}, SHA-256 {}", sha256(&bytes));
        Ok(Self { name, note, values })
    }
}

/// The bytes of a file, and the numbers in its only or its chosen column.
fn numbers(path: &Path, column: Option<&str>) -> Result<(Vec<u8>, Vec<f64>), Problem> {
    let bytes =
        File::open(path).and_then(|file| at_most(file, LARGEST_BYTES)).map_err(Problem::Unreadable)?;
    let too_long = || Problem::Shape(format!("more than {} GiB: give a part of it", LARGEST_BYTES >> 30));
    let bytes = bytes.ok_or_else(too_long)?;
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let values = match extension.as_str() {
        _ if bytes.starts_with(npy::MAGIC) => column::of_array(&bytes, column)?,
        "npy" => return Err(Problem::Shape("it does not begin as a NumPy array does".to_owned())),
        extension => column::of_text(&bytes, extension, column)?,
    };
    if values.is_empty() {
        return Err(Problem::Shape("it holds no numbers".to_owned()));
    }
    Ok((bytes, values))
}

/// All bytes of the file, or `None` where it has more than `bytes`.
fn at_most(file: impl Read, bytes: u64) -> io::Result<Option<Vec<u8>>> {
    let mut read = Vec::new();
    file.take(bytes + 1).read_to_end(&mut read)?;
    Ok(Some(read).filter(|read| read.len() as u64 <= bytes))
}

#[cfg(test)]
mod tests;
