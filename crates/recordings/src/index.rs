//! Which recordings were joined in a file?
//!
//! Beside `NAME.bin` there may be `NAME_index.csv`, with a header of
//! `recording,first_row,rows,reference_steps,spec_steps` and one line per recording.

use std::path::Path;

use breakeven_problem::Signal;

use crate::error::{Problem, RecordingError};
use crate::regular_file;

/// The recordings joined in the file `recording`, from the index beside it; none where there is no index.
///
/// `signal` is the recording as read.
///
/// # Errors
/// The index cannot be read, is no such table, or names rows that the recording does not have.
pub fn read_index(recording: &Path, signal: &Signal) -> Result<Vec<Part>, RecordingError> {
    let mut name = recording.file_stem().unwrap_or_default().to_owned();
    name.push("_index.csv");
    let path = recording.with_file_name(name);
    if path.exists() { read_parts(&path, signal) } else { Ok(Vec::new()) }
}

/// The recordings joined in `signal`, from the index at `path`, as [`read_index`] reads it.
///
/// # Errors
/// As of [`read_index`], and where there is no such index.
pub fn read_parts(path: &Path, signal: &Signal) -> Result<Vec<Part>, RecordingError> {
    let malformed = |problem: String| Problem::Index(problem).in_file(path);
    let file = regular_file::open(path).map_err(|problem| problem.in_file(path))?;
    let mut reader = csv::Reader::from_reader(file);
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
    /// The row of the file at which it starts.
    pub first_row: usize,
    /// Its length in rows.
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
}
