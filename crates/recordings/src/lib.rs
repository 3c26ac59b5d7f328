//! Which samples are in the files that people have?
//!
//! [`import`](fn@import) reads a recording of any length from int16 binary, CSV and NumPy files, [`read_i16`] one of
//! int16 that fits into memory, and [`main_recording`] finds the one that the benchmarks run on. [`npy`] and
//! [`text_table`] are the readers of the two formats that hold other numbers too.

mod binary_file;
mod decimal;
mod error;
mod import;
mod index;
mod named_recording;
pub mod npy;
mod regular_file;
pub mod text_table;

pub use binary_file::{channels_from_name, read_i16};
pub use decimal::{DecimalSign, UnknownDecimalSign};
pub use error::{ImportError, Problem, RecordingError};
pub use import::{
    AccelerationUnit, ClockStep, ClockSteps, CoarseClock, Column, Fault, Import, ImportNotes, ImportOptions,
    Quality, RotationUnit, Scale, StepCount, Stretch, TimeColumn, TimeUnit, UnknownColumn, UnknownScale,
    UnknownUnit, Warning, WarningKind, import,
};
pub use index::{Part, read_index, read_parts};
pub use named_recording::{HOUR_ROWS, NamedRecording, RecordingChoice, main_recording, six_channel_hour};
