//! On which recordings does the pedometer run?
//!
//! The main recording is the file that the user names, else the Oxford hour of the data folder, else
//! the built-in synthetic hour. The six-channel hour is the mobgap recording repeated, else the synthetic hour.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use breakeven_pedometer::{Channels, synthetic_walk};
use breakeven_problem::Signal;

use crate::binary_file::{channels_of, read_i16};
use crate::error::RecordingError;

/// One hour at 100 Hz.
pub const HOUR_ROWS: usize = 360_000;

/// A recording, its name in ids, and its description.
#[derive(Debug, Clone)]
pub struct NamedRecording {
    /// Lower-case, without spaces: `oxford-hour`.
    pub name: String,
    /// What it is and who made it.
    pub note: String,
    /// Its samples.
    pub signal: Arc<Signal>,
}

/// What decides which recordings are used.
#[derive(Debug, Clone, Default)]
pub struct RecordingChoice {
    /// `--recording FILE`.
    pub file: Option<PathBuf>,
    /// `--channels 3|6`.
    pub channels: Option<Channels>,
    /// The folder with the public recordings.
    pub data: Option<PathBuf>,
    /// Seeds the synthetic hour.
    pub seed: u64,
}

impl NamedRecording {
    fn new(name: &str, note: impl Into<String>, signal: Signal) -> Self {
        Self { name: name.to_owned(), note: note.into(), signal: Arc::new(signal) }
    }
}

impl RecordingChoice {
    /// A file of the data folder, if there is one of this name.
    #[must_use]
    pub fn public_file(&self, name: &str) -> Option<PathBuf> {
        self.data.as_ref().map(|data| data.join(name)).filter(|path| path.is_file())
    }
}

/// The recording that the end-to-end claims are made on.
///
/// # Errors
/// The named file, or the Oxford hour in a data folder that has one, cannot be read.
pub fn main_recording(choice: &RecordingChoice) -> Result<NamedRecording, RecordingError> {
    if let Some(path) = &choice.file {
        let channels = channels_of(path, choice.channels).map_err(|problem| problem.in_file(path))?;
        let signal = read_i16(path, channels)?;
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let minutes = signal.rows() as f64 / 6000.0;
        let note = format!("{file}, {minutes:.1} min, {channels} channels");
        return Ok(NamedRecording::new(&name_of(path), note, signal));
    }
    let Some(path) = choice.public_file("oxford-step-counter/hour_100hz_i16le_3ch.bin") else {
        return Ok(synthetic_hour(choice.seed));
    };
    let note = "Oxford step counter data set, 20 phone recordings joined (the borders make artificial windows), \
                accelerometer only, resampled to 100 Hz and scaled to integers; Salvi et al., EMBC 2018, \
                doi 10.1109/EMBC.2018.8513319, CC BY 4.0";
    Ok(NamedRecording::new("oxford-hour", note, read_i16(&path, Channels::Accelerometer)?))
}

/// A six-channel hour beside a main recording that has three channels.
///
/// # Errors
/// The mobgap recording is there and cannot be read.
pub fn six_channel_hour(choice: &RecordingChoice) -> Result<NamedRecording, RecordingError> {
    let Some(path) = choice.public_file("mobgap-lab/lower_back_100hz_i16le_6ch.bin") else {
        return Ok(synthetic_hour(choice.seed));
    };
    let signal = read_i16(&path, Channels::AccelerometerAndGyroscope)?;
    let hour = |samples: &Vec<i16>| samples.iter().copied().cycle().take(HOUR_ROWS).collect();
    let channels = signal.channels().iter().map(hour).collect();
    let signal = Signal::new(channels).expect("cycling keeps six channels of one length");
    let note = "mobgap lab recording (lower back, accelerometer and gyroscope, 9.8 min), repeated to one hour; \
                Mobilise-D, github.com/mobilise-d/mobgap, Apache-2.0";
    Ok(NamedRecording::new("mobgap-hour", note, signal))
}

fn synthetic_hour(seed: u64) -> NamedRecording {
    let walk = synthetic_walk(HOUR_ROWS, seed);
    let note = format!(
        "synthetic hour of walking, 6 channels, seed {seed}, {} known steps: made by this program, not recorded",
        walk.steps.len()
    );
    NamedRecording::new("synthetic-hour", note, walk.signal)
}

/// The file's stem in the characters that ids may have.
fn name_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().to_lowercase();
    let kept: String =
        stem.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '-' }).collect();
    kept.trim_matches('-').to_owned()
}
