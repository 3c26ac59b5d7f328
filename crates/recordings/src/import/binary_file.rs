//! How is a binary recording read block by block?

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use breakeven_problem::signal::MISSING;

use super::ImportError;
use super::options::ImportOptions;
use super::table::TableRow;
use crate::binary_file::unreadable;
use crate::{Channels, RecordingError, channels_from_name};

/// A file of int16 rows at its next one.
#[derive(Debug)]
pub(super) struct BinaryFile {
    path: PathBuf,
    file: BufReader<File>,
    /// In the file.
    stored: Channels,
    rows_left: u64,
}

impl BinaryFile {
    /// Checks that the file holds whole rows.
    pub(super) fn open(path: &Path, options: &ImportOptions) -> Result<Self, ImportError> {
        let unreadable = |source| unreadable(path, source);
        let file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(unreadable(std::io::ErrorKind::IsADirectory.into()).into());
        }
        let stored = match options.channels {
            Some(channels) => channels,
            None => channels_from_name(path)?,
        };
        let bytes = metadata.len();
        let row = 2 * stored.number() as u64;
        if bytes == 0 {
            return Err(RecordingError::Empty { path: path.to_owned() }.into());
        }
        if !bytes.is_multiple_of(row) {
            let (path, bytes) = (path.to_owned(), bytes as usize);
            return Err(RecordingError::Size { path, bytes, channels: stored }.into());
        }
        let file = BufReader::with_capacity(1 << 16, file);
        Ok(Self { path: path.to_owned(), file, stored, rows_left: bytes / row })
    }

    pub(super) fn channels(&self) -> Channels {
        self.stored
    }

    /// The next row, or none at the end.
    pub(super) fn next(&mut self) -> Result<Option<TableRow>, ImportError> {
        if self.rows_left == 0 {
            return Ok(None);
        }
        self.rows_left -= 1;
        let mut bytes = [0; 12];
        let bytes = &mut bytes[..2 * self.stored.number()];
        self.file.read_exact(bytes).map_err(|source| unreadable(&self.path, source))?;
        let mut row = TableRow::EMPTY;
        for (cell, bytes) in row.cells.iter_mut().zip(bytes.chunks_exact(2)) {
            let sample = i16::from_le_bytes([bytes[0], bytes[1]]);
            *cell = if sample == MISSING { f64::NAN } else { f64::from(sample) };
        }
        Ok(Some(row))
    }
}
