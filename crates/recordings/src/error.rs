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
    #[error("--rate {0}: give rows per second, from 5 to 10000")]
    Rate(f64),
    /// More rows than are held in memory.
    #[error(
        "{rows} rows at 100 Hz take more than {most} bytes, and all of them are needed in memory: give a part of them"
    )]
    TooLarge {
        /// Those of the recording.
        rows: u64,
        /// Bytes.
        most: u64,
    },
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
    /// Counts without what they stand for.
    #[error("counts mean nothing alone: pass {option}")]
    Scale { option: &'static str },
    /// Numbers come before any header that is understood.
    #[error(
        "none of the lines before line {} names ax, ay and az: pass --skip-lines {before}, and --columns if no header follows",
        before + 1
    )]
    Preamble { before: u64 },
    /// A quote is not closed on its line, or more follows the closing one.
    #[error(
        "line {0}: a quote opens a cell and does not close it: double quotes inside of cells, or take them out"
    )]
    OpenQuote(u64),
    /// Decimals and thousands look alike in all cells.
    #[error(
        "no cell tells whether 1,234 has decimals or thousands: pass --decimal , for decimals, or take the commas out"
    )]
    CommaOrThousands,
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
    /// The path leads to no file that has an end and can be read twice.
    #[error("it is a folder, a device or a pipe: give a path that is a file, copy a stream into one first")]
    NotRegular,
    /// More than is held in memory.
    #[error("{bytes} bytes, of which at most {most} are read into memory: give a part of it")]
    TooLarge { bytes: u64, most: u64 },
    /// A table of thousands of columns.
    #[error("{0} columns: save one row per time, of a few columns")]
    TooWide(usize),
    /// Rows come at a rate that no accelerometer has.
    #[error("rows {first} to {last} come {hz} times a second, not 5 to 10000 times: {remedy}")]
    Rate { hz: String, first: u64, last: u64, remedy: String },
    /// A clock that does not tell one row from the next.
    #[error(
        "{rows} rows from row {row} on have the same time: name another column (--time), or pass --rate HZ to leave the times aside"
    )]
    Clock { rows: usize, row: u64 },
    /// Times that go back over and over.
    #[error(
        "the times go back {times} times, first at row {row}: sort the rows by time, or split what several devices wrote"
    )]
    Backwards { times: u64, row: u64 },
    /// Rows far behind the others, more than can be left out.
    #[error(
        "{rows} rows are far behind those before them, first row {row}: sort the rows by time, or split what several devices wrote"
    )]
    Late { rows: u64, row: u64 },
    /// Accelerations that no body has for long.
    #[error(
        "the accelerations are {g:.1} g in the root mean square, where gravity gives 1: check their unit (--acceleration{hint})"
    )]
    TooStrong { g: f64, hint: &'static str },
    /// A channel beyond the range of int16.
    #[error(
        "{percent:.1} % of {channel} is beyond {range}: check its unit, or pass --accept-clipped to count what is left"
    )]
    Clipped { percent: f64, channel: &'static str, range: &'static str },
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
