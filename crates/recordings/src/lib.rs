//! Which samples are in the files that people have?
//!
//! [`import`](fn@import) reads a recording of any length from int16 binary, CSV and NumPy files, [`read_i16`] one of
//! int16 that fits into memory, and [`main_recording`] finds the one that the benchmarks run on.

mod binary_file;
mod import;
mod named_recording;

use breakeven_pedometer::{Channels, Stream, UnknownChannels, clean};

pub use binary_file::{Part, RecordingError, channels_from_name, read_i16, read_index, read_parts};
pub use import::{
    AccelerationUnit, Column, Gyroscope, Import, ImportError, ImportNotes, ImportOptions, RotationUnit,
    StepCount, TimeColumn, TimeUnit, UnknownColumn, UnknownUnit, import,
};
pub use named_recording::{HOUR_ROWS, NamedRecording, RecordingChoice, main_recording, six_channel_hour};
