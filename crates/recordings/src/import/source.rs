//! Which of the formats is a file, and what do they have in common?

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::binary_file::BinaryFile;
use super::npy_file::{self, Cells, NpyFile};
use super::table::TableRow;
use super::text_file::CsvFile;
use super::{ImportError, ImportNotes, ImportOptions};
use crate::Channels;
use crate::binary_file::unreadable;

/// A file at its next row.
#[derive(Debug)]
pub(super) enum Source {
    Binary(BinaryFile),
    Csv(CsvFile),
    Npy(NpyFile),
}

impl Source {
    pub(super) fn open(path: &Path, options: &ImportOptions) -> Result<Self, ImportError> {
        let mut start = Vec::new();
        let file = File::open(path).map_err(|source| unreadable(path, source))?;
        file.take(npy_file::MAGIC.len() as u64)
            .read_to_end(&mut start)
            .map_err(|source| unreadable(path, source))?;
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        match ending.as_str() {
            _ if start == npy_file::MAGIC => NpyFile::open(path, options).map(Source::Npy),
            "npy" => Err(ImportError::Array {
                path: path.to_owned(),
                problem: "it does not start as a NumPy array does: save it with numpy.save".to_owned(),
            }),
            "csv" | "tsv" | "txt" => CsvFile::open(path, options).map(Source::Csv),
            _ => BinaryFile::open(path, options).map(Source::Binary),
        }
    }

    pub(super) fn channels(&self) -> Channels {
        let number = match self {
            Source::Binary(file) => return file.channels(),
            Source::Npy(file) => match file.cells() {
                Cells::Samples(channels) => return *channels,
                Cells::Numbers(layout) => layout.channels.len(),
            },
            Source::Csv(file) => file.layout.channels.len(),
        };
        Channels::try_from(number).expect("a layout has 3 or 6 channels")
    }

    pub(super) fn has_times(&self) -> bool {
        match self {
            Source::Binary(_) => false,
            Source::Csv(file) => file.layout.time.is_some(),
            Source::Npy(file) => matches!(file.cells(), Cells::Numbers(layout) if layout.time.is_some()),
        }
    }

    /// Whether rows are at 100 Hz by the definition of the format.
    pub(super) fn is_at_100_hz(&self) -> bool {
        match self {
            Source::Binary(_) => true,
            Source::Csv(_) => false,
            Source::Npy(file) => matches!(file.cells(), Cells::Samples(_)),
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<TableRow>, ImportError> {
        match self {
            Source::Binary(file) => file.next(),
            Source::Csv(file) => file.next(),
            Source::Npy(file) => file.next(),
        }
    }

    pub(super) fn end(&self, notes: &mut ImportNotes) {
        if let Source::Csv(file) = self {
            notes.empty_lines += file.empty_lines();
            for name in &file.layout.ignored {
                if !notes.ignored_columns.contains(name) {
                    notes.ignored_columns.push(name.clone());
                }
            }
        }
    }
}
