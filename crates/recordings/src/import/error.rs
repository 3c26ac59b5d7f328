//! Why can a file not be imported, and what is to be done?

use std::io;
use std::path::PathBuf;

use crate::{Channels, RecordingError};

/// A file that is no recording, or does not say enough of itself. Each message is one line.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It is absent, unreadable, empty or cut off.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// A cell holds what no sensor says.
    #[error("{}: line {line}, column {column}: {value:?} {problem}", path.display())]
    Cell {
        /// The file.
        path: PathBuf,
        /// From 1; in an array the row.
        line: u64,
        /// Its name, or its number from 1.
        column: String,
        /// What was seen, at most 40 characters.
        value: String,
        /// What is wrong with it and what to do.
        problem: &'static str,
    },
    /// A row has more or fewer cells than the first.
    #[error("{}: line {line}: {cells} cells where line {first} has {expected}: complete the row or take it out", path.display())]
    Ragged {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: u64,
        /// Cells in it.
        cells: usize,
        /// The line that all others must be like.
        first: u64,
        /// Cells in that.
        expected: usize,
    },
    /// A column is not there, or not to be told from another.
    #[error("{}: {problem}; the file has {available}", path.display())]
    Columns {
        /// The file.
        path: PathBuf,
        /// What is wanted, and how to say where it is.
        problem: String,
        /// The columns seen.
        available: String,
    },
    /// Neither the file nor an option names a unit.
    #[error("{}: the unit of {quantity} is not in the names of the columns: pass {option}", path.display())]
    Unit {
        /// The file.
        path: PathBuf,
        /// What is measured.
        quantity: &'static str,
        /// The options to choose from.
        option: &'static str,
    },
    /// It has a header, or nothing but empty lines.
    #[error("{}: no rows: the recording is empty, export or download it again", path.display())]
    NoRows {
        /// The file.
        path: PathBuf,
    },
    /// It is no text.
    #[error("{}: line {line} is no UTF-8 text: export it as CSV, or name raw int16 samples NAME.bin", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: u64,
    },
    /// It is no array that can be read.
    #[error("{}: {problem}", path.display())]
    Array {
        /// The file.
        path: PathBuf,
        /// What was seen and what to do.
        problem: String,
    },
    /// Two rows lie further apart than a recording's can.
    #[error(
        "{}: {seconds:.0} s without a row, {from_s:.3} s after the first: check the unit of the times \
         (--time-unit), or split the recording",
        path.display()
    )]
    Gap {
        /// The (first) file.
        path: PathBuf,
        /// Between the two rows.
        seconds: f64,
        /// Between the first row of all and the first of the two.
        from_s: f64,
    },
    /// Files that are joined differ in kind.
    #[error("{}: {problem}: join files of one kind only", path.display())]
    Unlike {
        /// The file that differs from those before it.
        path: PathBuf,
        /// In what.
        problem: String,
    },
    /// Files that are joined differ in their channels.
    #[error("{}: {found} channels where the files before it have {expected}: pass --channels 3", path.display())]
    OtherChannels {
        /// The file.
        path: PathBuf,
        /// Its channels.
        found: Channels,
        /// Theirs.
        expected: Channels,
    },
    /// A rate that no recording has.
    #[error("--rate {0}: give rows per second, above 0 and at most 1000000")]
    Rate(f64),
    /// The temporary files in which a recording waits cannot be written or read back.
    #[error("temporary files cannot be used ({0}): check the space under the folder that TMPDIR names")]
    Spool(#[from] io::Error),
    /// The caller asked to stop.
    #[error("stopped")]
    Stopped,
}
