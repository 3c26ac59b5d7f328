//! How fast can the standard deviation of one small array be, if it may not be wrong?
//!
//! [`standard_deviation`] is a corrected two-pass over eight lanes ([`corrected_two_pass`] derives its
//! error bound): at most 1e-14 relative from the exact value on every finite array, 3 ulp on the
//! conformance corpus, exactly 0 for equal values, right over the whole range of exponents. The lanes
//! are fixed, so the bits do not depend on the instruction set; a [`Kernel`] chooses one at run time.
//! [`standard_deviation_of`] takes other types of [`numbers`], exact sums for integers, and [`Strided`] views.
//!
//! ```
//! use breakeven_simd::{Kernel, standard_deviation};
//!
//! let heights = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
//! assert_eq!(standard_deviation(&heights, 0), 2.0);
//! assert_eq!(Kernel::portable().standard_deviation(&heights, 0), 2.0);
//! ```

#[cfg(feature = "bank")]
mod bank;
#[cfg(feature = "contender")]
mod contender;
pub mod corrected_two_pass;
pub mod exact;
mod exponents;
mod full_range;
mod integer_sums;
pub mod integer_windows;
mod isa;
mod kernel;
mod limbs;
pub mod numbers;
pub mod reader;
pub mod skipping;
pub mod sliding;
pub mod spans;
mod strided;
#[cfg(feature = "threads")]
pub mod threads;
pub mod widened;

#[cfg(feature = "bank")]
pub use bank::SimdBank;
#[cfg(all(feature = "bank", feature = "threads"))]
pub use bank::ThreadedBank;
#[cfg(feature = "contender")]
pub use contender::{contenders, controls};
pub use kernel::{ISA_VARIABLE, IsaError, Kernel, standard_deviation, standard_deviation_by_blocks};
pub use numbers::{Number, standard_deviation_of};
pub use sliding::sliding;
pub use strided::{OutOfSlice, Strided};

/// The lines of README.md are a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
