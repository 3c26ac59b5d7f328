//! Why can a file not be read as a recording, and what is to be done?

use std::io;
use std::path::{Path, PathBuf};

use breakeven_pedometer::Channels;

/// An import that gave no recording.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file is no recording, or lacks information that is needed to read it.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// A rate that no recording has.
    #[error("--rate {0}: give rows per second, above 0 and at most 1000000")]
    Rate(f64),
    /// The temporary files that hold the samples cannot be written or read back.
    #[error("temporary files cannot be used ({0}): check the space under the folder that TMPDIR names")]
    Spool(#[from] io::Error),
    /// The caller asked to stop.
    #[error("stopped")]
    Stopped,
}

/// A file that cannot be used, and what to do about it: one line.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct RecordingError {
    /// The path given.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a file. Lines, rows and columns count from 1.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message beside a variant says what its fields are")]
pub enum Problem {
    /// The file is absent or cannot be read.
    #[error("{}", unreadable(_0))]
    Unreadable(#[from] io::Error),
    /// A file of samples has no bytes.
    #[error("0 bytes: the recording is empty, export or download it again")]
    Empty,
    /// A file of samples does not hold whole rows.
    #[error("{bytes} bytes is no multiple of {} (one row of {channels} int16 channels): {}", 2 * channels.number(), size_remedy(*bytes, *channels))]
    Size { bytes: u64, channels: Channels },
    /// Neither the name of the file nor an option gives the number of channels.
    #[error("the name has neither _3ch nor _6ch in it: pass --channels 3 or --channels 6")]
    ChannelsNotKnown,
    /// The index beside a recording is malformed.
    #[error("{0}: correct the index, or move it away")]
    Index(String),
    /// A cell does not hold a plausible number. In an array the line is the row; the value is cut at 40 characters.
    #[error("line {line}, column {column}: {value:?} {problem}")]
    Cell { line: u64, column: String, value: String, problem: &'static str },
    /// A row has more or fewer cells than the first.
    #[error("line {line}: {cells} cells where line {first} has {expected}: complete the row or take it out")]
    Ragged { line: u64, cells: usize, first: u64, expected: usize },
    /// A column does not exist, or its name fits two columns.
    #[error("{problem}; the file has {available}")]
    Columns { problem: String, available: String },
    /// Neither the file nor an option names a unit.
    #[error("the unit of {quantity} is not in the names of the columns: pass {option}")]
    Unit { quantity: &'static str, option: &'static str },
    /// The file holds only a header, or only empty lines.
    #[error("no rows: the recording is empty, export or download it again")]
    NoRows,
    /// A line is no UTF-8, or longer than a row can be.
    #[error("line {0} is no UTF-8 text: export it as CSV, or name raw int16 samples NAME.bin")]
    NotText(u64),
    /// The file is no array that can be read.
    #[error("{0}")]
    Array(String),
    /// Two neighbouring rows are further apart in time than is bridged.
    #[error(
        "{seconds:.0} s without a row, {from_s:.3} s after the first: check the unit of the times (--time-unit), or split the recording"
    )]
    Gap { seconds: f64, from_s: f64 },
    /// Some files that are joined have times, and others have none.
    #[error("{0}: join files of one kind only")]
    Unlike(&'static str),
    /// Files that are joined differ in their channels.
    #[error("{found} channels where the files before it have {expected}: pass --channels 3")]
    OtherChannels { found: Channels, expected: Channels },
}

impl Problem {
    pub(crate) fn in_file(self, path: &Path) -> RecordingError {
        RecordingError { path: path.to_owned(), problem: self }
    }
}

fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such recording: check the path".to_owned(),
        _ => format!("cannot be read ({error}): check that it is a file and its permissions"),
    }
}

fn size_remedy(bytes: u64, channels: Channels) -> &'static str {
    match channels {
        Channels::AccelerometerAndGyroscope if bytes.is_multiple_of(6) => "pass --channels 3 if it has three",
        _ => "the end is cut off, or it is not a file of int16 rows",
    }
}
