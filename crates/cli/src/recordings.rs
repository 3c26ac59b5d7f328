//! On which recordings does the pedometer run?
//!
//! `breakeven_recordings` finds and reads them; the user says where the public ones are.

pub use breakeven_recordings::{NamedRecording, RecordingChoice, main_recording, six_channel_hour};

/// The variable that names the folder with the public recordings.
pub const DATA_VARIABLE: &str = "BREAKEVEN_DATA";
