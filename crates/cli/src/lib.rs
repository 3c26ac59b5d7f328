//! Which contenders take part, and on which workloads?
//!
//! [`registry`] lists every contender, [`workloads`] the tables of workloads per mode, [`accuracy`] how far the counts
//! of recordings are from references, [`user`] what users bring, [`interpreter`] in which other Pythons our contenders
//! run. The binary `breakeven` and the Criterion benches both draw on these.

pub mod accuracy;
pub mod interpreter;
pub mod registry;
pub mod user;
pub mod workloads;

/// What a build says of what it cannot do without an interpreter of its own, and how to get that.
pub const WITHOUT_PYTHON: &str = "this breakeven was built without Python: in a clone of its repository run scripts/prepare, then \
     cargo build --release -p breakeven-cli";
