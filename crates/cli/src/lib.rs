//! Which contenders take part, and on which workloads?
//!
//! [`registry`] lists every contender, [`workloads`] the tables of workloads per mode, [`recordings`]
//! where the recordings come from, [`accuracy`] how far their counts are from references, [`user`] what users bring,
//! [`interpreter`] in which other Pythons our contenders run. The binary `breakeven` and the Criterion benches both draw on these.

pub mod accuracy;
pub mod interpreter;
pub mod recordings;
pub mod registry;
pub mod user;
pub mod workloads;
