//! How is a file of int16 rows read?
//!
//! The samples are `i16`, little-endian, row after row, at 100 Hz; 2048 LSB per g and 16.384 LSB
//! per degree per second; -32768 marks a missing sample. The number of channels is not in the file.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use breakeven_pedometer::Channels;
use breakeven_problem::Signal;

use crate::error::{Problem, RecordingError};
use crate::regular_file;

/// Reads a whole recording into memory.
///
/// # Errors
/// There is no such file, it cannot be read, is no regular file or has more than 512 MiB, is empty, or does not hold
/// whole rows.
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
    let bytes = regular_file::read(path).map_err(|problem| problem.in_file(path))?;
    whole_rows(bytes.len() as u64, channels).map_err(|problem| problem.in_file(path))?;
    let channel = |number: usize| -> Vec<i16> {
        bytes.chunks_exact(2 * channels.number()).map(|row| sample(&row[2 * number..])).collect()
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
    channels_of(path, None).map_err(|problem| problem.in_file(path))
}

/// The channels that the user gave, or else those that the file's name gives away.
pub(crate) fn channels_of(path: &Path, given: Option<Channels>) -> Result<Channels, Problem> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match (given, name.contains("_3ch"), name.contains("_6ch")) {
        (Some(channels), ..) => Ok(channels),
        (None, true, false) => Ok(Channels::Accelerometer),
        (None, false, true) => Ok(Channels::AccelerometerAndGyroscope),
        _ => Err(Problem::ChannelsNotKnown),
    }
}

/// A file of int16 rows at its next row.
#[derive(Debug)]
pub(crate) struct BinaryFile {
    file: BufReader<File>,
    channels: Channels,
    rows_left: u64,
}

impl BinaryFile {
    /// Checks that the file holds whole rows.
    pub(crate) fn open(file: File, channels: Channels) -> Result<Self, Problem> {
        let rows_left = whole_rows(file.metadata()?.len(), channels)?;
        Ok(Self { file: BufReader::with_capacity(1 << 16, file), channels, rows_left })
    }

    pub(crate) fn channels(&self) -> Channels {
        self.channels
    }

    /// The samples of the next row, 0 beyond its channels; none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<[i16; 6]>, Problem> {
        if self.rows_left == 0 {
            return Ok(None);
        }
        self.rows_left -= 1;
        let mut bytes = [0; 12];
        let row = &mut bytes[..2 * self.channels.number()];
        self.file.read_exact(row)?;
        Ok(Some(std::array::from_fn(|channel| sample(&bytes[2 * channel..]))))
    }
}

/// The rows in so many bytes.
fn whole_rows(bytes: u64, channels: Channels) -> Result<u64, Problem> {
    let row = 2 * channels.number() as u64;
    match bytes {
        0 => Err(Problem::Empty),
        _ if !bytes.is_multiple_of(row) => Err(Problem::Size { bytes, channels }),
        _ => Ok(bytes / row),
    }
}

/// The sample in the first two bytes.
pub(crate) fn sample(bytes: &[u8]) -> i16 {
    i16::from_le_bytes([bytes[0], bytes[1]])
}
