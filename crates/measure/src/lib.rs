//! How are contenders timed so that the figures can be believed?
//!
//! A run is one worker process ([`worker`]). The command line starts several, and visits them one at
//! a time, workload by workload ([`run`]); each visit verifies, calibrates, times interleaved rounds
//! or single calls, verifies again ([`visit`]), and what comes back is kept raw in a record. Ratios,
//! confidence intervals and verdicts are derived from the record alone, by the crate `breakeven-estimate`.
//! The reasons for each choice are in docs/method.md.

pub mod clock;
pub mod companion;
pub mod controls;
pub mod cores;
pub mod crew;
pub mod environment;
pub mod float_environment;
pub mod input_file;
pub mod job;
pub mod order;
pub mod probe;
pub mod process;
pub mod program;
pub mod protocol;
pub mod rounds;
pub mod run;
pub mod slow;
pub mod tally;
pub mod visit;
pub mod worker;
