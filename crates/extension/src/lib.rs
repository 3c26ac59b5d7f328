//! How does Python call our kernels, and what does the call cost?
//!
//! The talk's extension in Rust: a module `std` with `standard_dev`, which takes the list a Python
//! program already has. `noop` beside it does nothing: it is what a call costs before any work. The same
//! module is the compiled half of the package `breakeven`, which pip installs from this folder.
//!
//! A list of 25 floats is short enough for the way in to cost more than the sum. So these two functions
//! are plain functions on CPython's own API (`call.rs`), as `rolling_std` is for short arrays, a list or tuple of floats and ints is
//! read without a reference count being touched (`direct.rs`), and everything else that Python
//! accepts as a series of numbers takes a slower and general way (`general.rs`).
//!
//! The rolling functions (`rolling.rs`), `count_steps` and `std_bank` (`recording.rs`) take whole arrays, of any type of number
//! and any strides (`array.rs`), and return new ones (`output.rs`). They work without Python's lock, and look
//! for Ctrl-C from time to time (`detached.rs`). `RollingStd` (`online.rs`) takes one value, or some, at a time.
//!
//! ```python
//! import std
//! std.standard_dev([1.0, 2.0, 3.0, 4.0])  # 1.118033988749895
//! std.rolling_std([1.0, 3.0, 7.0], 2)     # array([nan, 1., 2.])
//! ```

mod arguments;
mod array;
mod arrow;
mod blocks;
mod bounds;
mod call;
#[cfg(feature = "demonstration")]
mod demonstration;
mod detached;
mod direct;
mod element;
mod general;
mod layout;
mod module;
mod numpy_array;
mod online;
mod output;
mod recording;
mod result;
mod rolling;
mod source;
mod time;
mod whole;
mod windows;

pub use module::{MODULE_NAME, NotRegistered, initialize_module, register};
