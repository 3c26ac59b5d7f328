//! How far can running sums be trusted?
//!
//! Adding the value that enters a window and subtracting the one that leaves costs O(1), and goes wrong as
//! soon as what left was much larger than what stays. Here the sums keep what each addition rounds off
//! and carry a bound of what they may still have lost; a window whose bound is not good enough is recomputed
//! ([`anchored`] derives the bound). Every finite window is within 1e-14 of the exact value, relative.
//!
//! [`sliding()`] does every window of a slice, [`RollingSums`] one value at a time, both with the same bits.
//!
//! Where no push may wait for a window to be recomputed, other structures do the same at another cost:
//!
//! | structure | within | a push costs | at worst | numbers kept |
//! |---|---|---|---|---|
//! | [`RollingSums`] | 1e-14 | O(1) on ordinary data | O(w), where the data force it | 2 w |
//! | [`TwoStacks`] | 8 ulp | O(1) on any data, amortised | O(w), once in w | 6 w |
//! | [`HalfBlocks`] | 8 ulp | O(1) on any data | O(1) | 6 w |
//! | [`ExactIntegerWindow`] | 0 ulp | O(1), integers only | O(1) | w |
//! | [`Moments`] | n u kappa | O(1), no window | O(1) | 3 |
//!
//! [`TwoStacks`] and [`HalfBlocks`] recompute a window in O(w) where its deviation is outside the range in which squares are
//! safe; their pages say when. `cargo run --release -p breakeven-incremental --example latency` measures the worst.
//!
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
mod exact_integers;
// links to the files in crates/simd: one source, though no kernel crate depends on another
mod exponents;
mod full_range;
mod half_blocks;
mod moments;
mod ring;
mod rolling_sums;
mod sliding;
pub mod stretch;
mod two_stacks;
mod wide;

#[cfg(feature = "bank")]
pub use bank::IncrementalBank;
#[cfg(feature = "contender")]
pub use contender::contenders;
pub use exact_integers::ExactIntegerWindow;
pub use half_blocks::HalfBlocks;
pub use moments::Moments;
pub use rolling_sums::{RollingSums, WindowError};
pub use sliding::sliding;
pub use two_stacks::TwoStacks;

/// The lines of README.md are a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
