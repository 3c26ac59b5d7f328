//! How many steps are in this recording, and at which rows?
//!
//! One stage per module, in the order in which samples pass them: [`clean`](mod@clean), the bank of
//! standard deviations ([`breakeven_problem::bank`], any implementation of it), gate, peaks, steps.
//! [`Stream`] runs them on chunks of any size, [`count`] on a whole recording. Everything is defined
//! bit for bit in docs/pedometer-spec.md: integers, and in double precision only + - * / sqrt floor.

pub mod channels;
pub mod clean;
#[cfg(feature = "contender")]
pub mod contender;
mod gate;
mod moving_sum;
mod peaks;
mod plain_bank;
mod steps;
pub mod stream;
#[cfg(feature = "synthetic")]
pub mod synthetic;
pub mod vector;

pub use channels::{Channels, UnknownChannels};
pub use clean::clean;
#[cfg(feature = "contender")]
pub use contender::{contender, expected};
pub use gate::open_rows;
pub use plain_bank::PlainBank;
pub use steps::{Bout, bouts};
pub use stream::{Stream, count};
#[cfg(feature = "synthetic")]
pub use synthetic::{SyntheticWalk, synthetic_walk};
pub use vector::vector;
