//! How does a file become a signal, and what is known of its parts?
//!
//! A recording is a file of `i16`, little-endian, row after row, at 100 Hz; 2048 LSB per g and 16.384 LSB
//! per degree per second; -32768 marks a missing sample. The number of channels is not in the file. Beside
//! `NAME.bin` there may be `NAME_index.csv`, which says which recordings were joined in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use breakeven_pedometer::AccuracyRow;
use breakeven_problem::{Bank, Signal};

use crate::{Channels, UnknownChannels};

/// Reads a whole recording into memory.
///
/// # Errors
/// There is no such file, it cannot be read, is empty, or does not hold whole rows.
///
/// ```no_run
/// use breakeven_recordings::{channels_from_name, read_i16};
///
/// let path = "walk_6ch.bin".as_ref();
/// let signal = read_i16(path, channels_from_name(path)?)?;
/// println!("{} seconds", signal.rows() / breakeven_problem::signal::RATE_HZ);
/// # Ok::<(), breakeven_recordings::RecordingError>(())
/// ```
pub fn read_i16(path: &Path, channels: Channels) -> Result<Signal, RecordingError> {
    let bytes = fs::read(path).map_err(|source| unreadable(path, source))?;
    if bytes.is_empty() {
        return Err(RecordingError::Empty { path: path.to_owned() });
    }
    let row = 2 * channels.number();
    if !bytes.len().is_multiple_of(row) {
        return Err(RecordingError::Size { path: path.to_owned(), bytes: bytes.len(), channels });
    }
    let channel = |first: usize| -> Vec<i16> {
        bytes.chunks_exact(row).map(|row| i16::from_le_bytes([row[2 * first], row[2 * first + 1]])).collect()
    };
    let samples = (0..channels.number()).map(channel).collect();
    Ok(Signal::new(samples).expect("3 or 6 channels of one length"))
}

/// The channels that a file name gives away: 3 for `_3ch`, 6 for `_6ch` anywhere in it.
///
/// # Errors
/// The name has neither of the two, or both.
///
/// ```
/// use breakeven_pedometer::Channels;
/// use breakeven_recordings::channels_from_name;
///
/// let channels = channels_from_name("data/hour_100hz_i16le_3ch.bin".as_ref());
/// assert_eq!(channels.unwrap(), Channels::Accelerometer);
/// assert!(channels_from_name("data_6ch/hour.bin".as_ref()).is_err());
/// ```
pub fn channels_from_name(path: &Path) -> Result<Channels, RecordingError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match (name.contains("_3ch"), name.contains("_6ch")) {
        (true, false) => Ok(Channels::Accelerometer),
        (false, true) => Ok(Channels::AccelerometerAndGyroscope),
        _ => Err(RecordingError::ChannelsNotKnown { path: path.to_owned() }),
    }
}

/// The recordings joined in `recording`, from the index beside it; none where there is no index.
///
/// The index of `NAME.bin` is `NAME_index.csv`, with a header of
/// `recording,first_row,rows,reference_steps,spec_steps`. `signal` is the recording as read.
///
/// # Errors
/// The index cannot be read, is no such table, or names rows that the recording does not have.
pub fn read_index(recording: &Path, signal: &Signal) -> Result<Vec<Part>, RecordingError> {
    let path = index_path(recording);
    if path.exists() { read_parts(&path, signal) } else { Ok(Vec::new()) }
}

/// The recordings joined in `signal`, from the index at `path`, as [`read_index`] reads it.
///
/// # Errors
/// As of [`read_index`], and where there is no such index.
pub fn read_parts(path: &Path, signal: &Signal) -> Result<Vec<Part>, RecordingError> {
    let malformed = |problem: String| RecordingError::Index { path: path.to_owned(), problem };
    let mut reader = csv::Reader::from_path(path).map_err(|error| malformed(error.to_string()))?;
    let parts: Vec<Part> =
        reader.deserialize().collect::<Result<_, _>>().map_err(|error| malformed(error.to_string()))?;
    for part in &parts {
        if part.first_row.checked_add(part.rows).is_none_or(|end| end > signal.rows()) {
            return Err(malformed(format!(
                "{} is {} rows from row {}, but the recording has {} rows",
                part.recording,
                part.rows,
                part.first_row,
                signal.rows()
            )));
        }
    }
    Ok(parts)
}

/// One of several recordings joined in a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Part {
    /// Its name.
    pub recording: String,
    /// Where it starts in the file.
    pub first_row: usize,
    /// How long it is.
    pub rows: usize,
    /// Steps by the reference: a foot switch, or another system.
    pub reference_steps: usize,
    /// Steps that the specification gives on this part alone.
    pub spec_steps: usize,
}

impl Part {
    /// This part of the signal as a recording of its own.
    ///
    /// # Panics
    /// Where the signal does not have these rows; [`read_index`] has checked them.
    #[must_use]
    pub fn of(&self, signal: &Signal) -> Signal {
        let rows = self.first_row..self.first_row + self.rows;
        let channels = signal.channels().iter().map(|samples| samples[rows.clone()].to_vec()).collect();
        Signal::new(channels).expect("as many channels as the signal, all of one length")
    }

    /// The steps counted on this part of the signal beside those of the reference.
    ///
    /// # Panics
    /// As [`Part::of`].
    #[must_use]
    pub fn accuracy<B: Bank>(&self, signal: &Signal) -> AccuracyRow {
        AccuracyRow::count::<B>(&self.recording, &self.of(signal), self.reference_steps)
    }
}

/// A recording that cannot be used, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// There is no such file.
    #[error("{}: no such recording: check the path", path.display())]
    Missing {
        /// The path given.
        path: PathBuf,
    },
    /// It is there but cannot be read.
    #[error("{}: cannot be read ({source}): check that it is a file and its permissions", path.display())]
    Unreadable {
        /// The path given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It holds nothing.
    #[error("{}: 0 bytes: the recording is empty, export or download it again", path.display())]
    Empty {
        /// The path given.
        path: PathBuf,
    },
    /// It does not hold whole rows.
    #[error(
        "{}: {bytes} bytes is no multiple of {} (one row of {channels} int16 channels): {}",
        path.display(), 2 * channels.number(), size_remedy(*bytes, *channels)
    )]
    Size {
        /// The path given.
        path: PathBuf,
        /// Its size.
        bytes: usize,
        /// The channels it was taken to have.
        channels: Channels,
    },
    /// Neither its name nor an option says how many channels it has.
    #[error("{}: the name has neither _3ch nor _6ch in it: pass --channels 3 or --channels 6", path.display())]
    ChannelsNotKnown {
        /// The path given.
        path: PathBuf,
    },
    /// A number of channels that no recording has.
    #[error("--channels: {0}")]
    UnknownChannels(#[from] UnknownChannels),
    /// The index beside it is malformed.
    #[error("{}: {problem}: correct the index, or move it away", path.display())]
    Index {
        /// The path of the index.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

pub(crate) fn unreadable(path: &Path, source: io::Error) -> RecordingError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::NotFound => RecordingError::Missing { path },
        _ => RecordingError::Unreadable { path, source },
    }
}

fn size_remedy(bytes: usize, channels: Channels) -> &'static str {
    match channels {
        Channels::AccelerometerAndGyroscope if bytes.is_multiple_of(6) => "pass --channels 3 if it has three",
        _ => "the end is cut off, or it is not a file of int16 rows",
    }
}

fn index_path(recording: &Path) -> PathBuf {
    let mut name = recording.file_stem().unwrap_or_default().to_owned();
    name.push("_index.csv");
    recording.with_file_name(name)
}
