//! How does Python call our standard deviation, and what does the call cost?
//!
//! The talk's extension in Rust: a module `std` with `standard_dev`, which takes the list a Python
//! program already has. `noop` beside it does nothing: it is what a call costs before any work.
//!
//! A list of 25 floats is short enough for the way in to cost more than the sum. So the two functions
//! are plain `METH_O` functions on CPython's own API (`call.rs`), a list or tuple of floats and ints is
//! read without a reference count being touched (`direct.rs`), and everything else that Python
//! accepts as a series of numbers takes a slower and general way (`general.rs`).
//!
//! ```python
//! import std
//! std.standard_dev([1.0, 2.0, 3.0, 4.0])  # 1.118033988749895
//! ```

mod array;
mod call;
mod direct;
mod general;
mod kernel;
mod module;
mod output;
mod recording;
mod rolling;
mod skipping;
mod windows;

pub use module::{MODULE_NAME, NotRegistered, initialize_module, register};
