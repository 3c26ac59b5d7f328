//! Who takes part, and on what?
//!
//! [`registry`] lists every contender, [`workloads`] the tables of workloads per mode, [`recordings`]
//! where the recordings come from. The binary `breakeven` and the Criterion benches both draw on these.

pub mod recordings;
pub mod registry;
pub mod workloads;
