//! In which of the formats is a file, and what do they have in common?

use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};

use breakeven_pedometer::Channels;

use super::array_file::ArrayFile;
use super::layout::Layout;
use super::notes::ImportNotes;
use super::options::ImportOptions;
use super::row::Row;
use super::text_file::TextFile;
use super::units::TimeForm;
use crate::binary_file::{BinaryFile, channels_of};
use crate::error::{Problem, RecordingError};
use crate::npy::MAGIC;
use crate::regular_file;

/// A file at its next row.
#[derive(Debug)]
pub(super) struct Source {
    path: PathBuf,
    format: Format,
}

#[derive(Debug)]
enum Format {
    Binary(BinaryFile),
    Text(Box<TextFile>),
    Array(ArrayFile),
}

impl Source {
    pub(super) fn open(path: &Path, options: &ImportOptions) -> Result<Self, RecordingError> {
        let format = Format::open(path, options).map_err(|problem| problem.in_file(path))?;
        Ok(Self { path: path.to_owned(), format })
    }

    pub(super) fn channels(&self) -> Channels {
        match &self.format {
            Format::Binary(file) => file.channels(),
            Format::Text(file) => file.layout().channels(),
            Format::Array(file) => file.channels(),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How the times are written; none where there are none.
    pub(super) fn times(&self) -> Option<TimeForm> {
        Some(self.layout()?.time.as_ref()?.unit)
    }

    /// The rate that the file itself gives, in Hz.
    pub(super) fn stated_rate_hz(&self) -> Option<f64> {
        match &self.format {
            Format::Text(file) => file.stated_rate_hz(),
            Format::Binary(_) | Format::Array(_) => None,
        }
    }

    /// Whether rows are at 100 Hz by the definition of the format.
    pub(super) fn is_at_100_hz(&self) -> bool {
        self.layout().is_none()
    }

    pub(super) fn next(&mut self) -> Result<Option<Row>, RecordingError> {
        self.format.next().map_err(|problem| problem.in_file(&self.path))
    }

    /// Adds to the notes what was passed over in this file.
    pub(super) fn end(&self, notes: &mut ImportNotes) {
        if let Format::Text(file) = &self.format {
            notes.empty_lines += file.passed_over().empty;
            notes.comment_lines += file.passed_over().comments;
            notes.lines_before += file.lines_before();
            notes.form = notes.form.or(file.layout().form);
            for name in &file.layout().ignored {
                if !notes.ignored_columns.contains(name) {
                    notes.ignored_columns.push(name.clone());
                }
            }
        }
    }

    /// The layout of numbers with units; samples of int16 have none.
    fn layout(&self) -> Option<&Layout> {
        match &self.format {
            Format::Text(file) => Some(file.layout()),
            Format::Array(file) => file.layout(),
            Format::Binary(_) => None,
        }
    }
}

impl Format {
    fn open(path: &Path, options: &ImportOptions) -> Result<Self, Problem> {
        let mut file = regular_file::open(path)?;
        let mut start = Vec::new();
        (&mut file).take(MAGIC.len() as u64).read_to_end(&mut start)?;
        file.rewind()?;
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        match extension.as_str() {
            _ if start == MAGIC => ArrayFile::open(path, file, options).map(Format::Array),
            "npy" => Err(Problem::Array(
                "it does not start as a NumPy array does: save it with numpy.save".to_owned(),
            )),
            "csv" | "tsv" | "txt" => TextFile::open(file, options).map(Box::new).map(Format::Text),
            _ => BinaryFile::open(file, channels_of(path, options.channels)?).map(Format::Binary),
        }
    }

    fn next(&mut self) -> Result<Option<Row>, Problem> {
        match self {
            Format::Binary(file) => {
                let number = file.channels().number();
                Ok(file.next()?.map(|samples| Row::of_samples(&samples[..number])))
            }
            Format::Text(file) => file.next(),
            Format::Array(file) => file.next(),
        }
    }
}
