//! How are contenders timed so that the figures can be believed?
//!
//! A run uses several worker processes ([`worker`]). The command line starts them ([`crew`]) and visits them one at a
//! time, workload by workload ([`run`]); each visit verifies, calibrates, times interleaved rounds or single calls, and
//! verifies again ([`visit`]); the samples that come back are kept raw in a record ([`tally`]). Ratios, confidence
//! intervals and verdicts are derived from the record alone, by the crate `breakeven-estimate`. The reasons for each
//! choice are in docs/method.md.

pub mod clock;
pub mod context;
pub mod controls;
pub mod cores;
pub mod cpu_time;
pub mod crew;
pub mod entrant;
pub mod environment;
pub mod float_environment;
pub mod input_file;
pub mod instructions;
pub mod job;
pub mod memory;
pub mod order;
pub mod printable;
pub mod probe;
pub mod process;
pub mod program;
pub mod protocol;
pub mod registry;
pub mod rounds;
pub mod run;
pub mod single_calls;
mod system;
pub mod tally;
pub mod visit;
pub mod worker;
