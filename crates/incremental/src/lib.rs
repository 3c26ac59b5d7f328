//! How far can running sums be trusted?
//!
//! Adding the value that enters a window and subtracting the one that leaves costs O(1), and goes wrong as
//! soon as what left was much larger than what stays. Here the sums keep what each addition rounds off
//! and carry a bound of what they may still have lost; a window whose bound is not good enough is summed anew
//! ([`anchored`] derives it). Every finite window is within 1e-14 of the exact value, relative.
//!
//! [`sliding()`] does every window of a slice, [`RollingSums`] one value at a time, both with the same bits.
//! With the feature `bank`, `IncrementalBank` does the pedometer's bank by exact integers.
//!
//! ```
//! use breakeven_incremental::sliding;
//!
//! let mut deviations = [0.0; 4];
//! sliding(&[1e12, 1.0, 2.0, 3.0, 3.0, 3.0], 3, 1, &mut deviations);
//! assert_eq!(deviations[1], 1.0); // nothing of the 1e12 is left
//! assert_eq!(deviations[3], 0.0);
//! ```

pub mod anchored;
#[cfg(feature = "bank")]
mod bank;
#[cfg(feature = "contender")]
mod contender;
mod full_range;
mod rolling_sums;
mod sliding;

#[cfg(feature = "bank")]
pub use bank::IncrementalBank;
#[cfg(feature = "contender")]
pub use contender::contenders;
pub use rolling_sums::{RollingSums, WindowError};
pub use sliding::sliding;
