//! How do an input and its right answer reach a worker, whatever language it is written in?
//!
//! As a little-endian file with its SHA-256, so that no worker draws an input again: a series as `f64` values, a
//! recording as `i16` samples, row by row, a count as `i32` values of M and `u64` rows of steps. Of what a user's function
//! makes only the recipe travels, as JSON.

use std::fs;
use std::path::{Path, PathBuf};

use breakeven_problem::{Answer, Count, Data, Recipe, Signal};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A file that holds one input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Where it is.
    pub path: PathBuf,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// What the bytes are.
    pub layout: Layout,
}

/// What the bytes of an input file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Layout {
    /// `f64` values.
    Series,
    /// `i16` samples, row by row.
    Recording {
        /// Samples per row.
        channels: usize,
    },
    /// A recipe, as JSON.
    Made,
    /// The answer to a recording: M as `i32` values, channel by channel, then the steps as `u64` rows.
    Count {
        /// Channels.
        channels: usize,
        /// Values of M per channel.
        rows: usize,
    },
}

/// An input file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InputFileError {
    /// Cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not the bytes that were written.
    #[error("{path} has changed since it was written: its SHA-256 is {found}")]
    Changed {
        /// The file.
        path: PathBuf,
        /// The hash of what is there.
        found: String,
    },
    /// Not a whole number of values or rows.
    #[error("{path} holds {bytes} bytes, which is no whole number of {unit}")]
    Shape {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: usize,
        /// What it should hold.
        unit: &'static str,
    },
}

impl InputFile {
    /// Writes an input as `folder/name`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(folder: &Path, name: &str, data: &Data) -> Result<Self, InputFileError> {
        let layout = match data {
            Data::Series(_) => Layout::Series,
            Data::Recording(signal) => Layout::Recording { channels: signal.channels().len() },
            Data::Made(_) => Layout::Made,
        };
        Self::keep(folder.join(name), &bytes_of(data), layout)
    }

    /// The SHA-256 of the file that an input would be written as.
    #[must_use]
    pub fn sha256_of(data: &Data) -> String {
        sha256(&bytes_of(data))
    }

    /// Writes an answer as `folder/name`: one value as a series of one, what is no number as a series of none.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_answer(folder: &Path, name: &str, answer: &Answer) -> Result<Self, InputFileError> {
        let (bytes, layout) = match answer {
            Answer::Nothing | Answer::Compared(_) => (Vec::new(), Layout::Series),
            Answer::Value(value) => (bytes_of_values(&[*value]), Layout::Series),
            Answer::Series(values) => (bytes_of_values(values), Layout::Series),
            Answer::Count(count) => {
                let rows = count.m.first().map_or(0, Vec::len);
                (bytes_of_count(count), Layout::Count { channels: count.m.len(), rows })
            }
        };
        Self::keep(folder.join(name), &bytes, layout)
    }

    fn keep(path: PathBuf, bytes: &[u8], layout: Layout) -> Result<Self, InputFileError> {
        fs::write(&path, bytes).map_err(|source| InputFileError::Io { path: path.clone(), source })?;
        Ok(Self { path, sha256: sha256(bytes), layout })
    }

    /// The bytes, where they are still those that were written.
    fn bytes(&self) -> Result<Vec<u8>, InputFileError> {
        let path = || self.path.clone();
        let bytes = fs::read(&self.path).map_err(|source| InputFileError::Io { path: path(), source })?;
        let found = sha256(&bytes);
        if found != self.sha256 {
            return Err(InputFileError::Changed { path: path(), found });
        }
        Ok(bytes)
    }

    /// Reads the input back.
    ///
    /// # Errors
    /// Unreadable, changed, or of another shape.
    pub fn read(&self) -> Result<Data, InputFileError> {
        let bytes = self.bytes()?;
        let shape = |unit| InputFileError::Shape { path: self.path.clone(), bytes: bytes.len(), unit };
        match self.layout {
            Layout::Count { .. } => Err(shape("values or rows of samples: it is an answer")),
            Layout::Series => {
                let (values, rest) = bytes.as_chunks::<8>();
                if !rest.is_empty() {
                    return Err(shape("8-byte values"));
                }
                Ok(Data::Series(values.iter().map(|&value| f64::from_le_bytes(value)).collect()))
            }
            Layout::Made => {
                serde_json::from_slice::<Recipe>(&bytes).map(Data::Made).map_err(|_| shape("recipes"))
            }
            Layout::Recording { channels } => {
                let (samples, rest) = bytes.as_chunks::<2>();
                if !rest.is_empty() || channels == 0 || samples.len() % channels != 0 {
                    return Err(shape("rows of 2-byte samples"));
                }
                let column = |channel: usize| {
                    samples
                        .iter()
                        .skip(channel)
                        .step_by(channels)
                        .map(|&sample| i16::from_le_bytes(sample))
                        .collect()
                };
                Signal::new((0..channels).map(column).collect())
                    .map(Data::Recording)
                    .map_err(|_| shape("rows of 3 or 6 channels"))
            }
        }
    }

    /// Reads an answer back: all values of a series, or a count.
    ///
    /// # Errors
    /// Unreadable, changed, or of another shape.
    pub fn read_answer(&self) -> Result<Answer, InputFileError> {
        let Layout::Count { channels, rows } = self.layout else {
            return Ok(match self.read()? {
                Data::Series(values) => Answer::Series(values),
                Data::Recording(_) | Data::Made(_) => Answer::Nothing,
            });
        };
        let bytes = self.bytes()?;
        let shape = || InputFileError::Shape {
            path: self.path.clone(),
            bytes: bytes.len(),
            unit: "4-byte values of M and 8-byte steps",
        };
        let (m, steps) = bytes.split_at_checked(4 * channels * rows).ok_or_else(shape)?;
        let (steps, rest) = steps.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(shape());
        }
        let (values, _) = m.as_chunks::<4>();
        let channel = |of: usize| {
            values[of * rows..(of + 1) * rows].iter().map(|&value| i32::from_le_bytes(value)).collect()
        };
        Ok(Answer::Count(Count {
            m: (0..channels).map(channel).collect(),
            steps: steps.iter().map(|&step| u64::from_le_bytes(step) as usize).collect(),
        }))
    }
}

fn bytes_of(data: &Data) -> Vec<u8> {
    match data {
        Data::Series(values) => bytes_of_values(values),
        Data::Recording(signal) => bytes_of_signal(signal),
        Data::Made(Recipe { n, seed }) => format!(r#"{{"n": {n}, "seed": {seed}}}"#).into_bytes(),
    }
}

fn bytes_of_values(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn bytes_of_signal(signal: &Signal) -> Vec<u8> {
    (0..signal.rows())
        .flat_map(|row| signal.channels().iter().flat_map(move |samples| samples[row].to_le_bytes()))
        .collect()
}

fn bytes_of_count(count: &Count) -> Vec<u8> {
    let m = count.m.iter().flatten().flat_map(|value| value.to_le_bytes());
    m.chain(count.steps.iter().flat_map(|&step| (step as u64).to_le_bytes())).collect()
}

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // writing to a String cannot fail
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_was_written_to_the_bit() {
        let folder = tempfile::tempdir().unwrap();
        let series = Data::Series(vec![0.1, -0.0, f64::NAN, f64::INFINITY, 5e-324]);
        let recording =
            Data::Recording(Signal::new(vec![vec![1, -2], vec![3, i16::MIN], vec![i16::MAX, 6]]).unwrap());
        let made = Data::Made(Recipe { n: 10, seed: u64::MAX });
        for (name, data) in [("series", series), ("recording", recording), ("made", made)] {
            let file = InputFile::write(folder.path(), name, &data).unwrap();
            let back = file.read().unwrap();
            assert_eq!(format!("{back:?}"), format!("{data:?}"));
        }
    }

    #[test]
    fn an_answer_that_is_read_is_the_one_that_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let count = Count { m: vec![vec![1, -2, i32::MAX], vec![0, 5, i32::MIN]], steps: vec![0, 7] };
        for (written, read) in [
            (Answer::Count(count.clone()), Answer::Count(count)),
            (Answer::Value(0.5), Answer::Series(vec![0.5])),
            (Answer::Series(vec![1.0, 2.0]), Answer::Series(vec![1.0, 2.0])),
            (Answer::Count(Count::default()), Answer::Count(Count::default())),
        ] {
            let file = InputFile::write_answer(folder.path(), "answer", &written).unwrap();
            assert_eq!(format!("{:?}", file.read_answer().unwrap()), format!("{read:?}"));
        }
    }

    #[test]
    fn a_file_that_has_changed_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = InputFile::write(folder.path(), "x", &Data::Series(vec![1.0])).unwrap();
        fs::write(&file.path, [0; 8]).unwrap();
        assert!(matches!(file.read(), Err(InputFileError::Changed { .. })));
    }
}
