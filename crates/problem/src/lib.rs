//! What is compared, and what counts as right?
//!
//! A [`Workload`] is a [`Task`] with its input, sizes, tolerance and the reason it exists. A
//! [`Contender`] is one implementation; preparing it on a workload gives a [`Prepared`], the thing
//! that is timed. The `oracle` knows the exact answer, and [`judgement`] says how
//! far an answer may be from it. Nothing here reads a clock, starts a process or prints.

pub mod anatomy;
pub mod answer;
pub mod bank;
#[cfg(feature = "oracle")]
pub mod conformance;
pub mod contender;
pub mod handing;
#[cfg(feature = "inputs")]
pub mod inputs;
pub mod judgement;
#[cfg(feature = "oracle")]
pub mod oracle;
pub mod rust_contender;
pub mod signal;
pub mod task;
pub mod workload;

pub use answer::{Answer, Count, Data, Recipe};
pub use bank::Bank;
pub use contender::{
    About, Absence, Contender, Contract, Failure, InputForm, KnownFailure, Prepared, Refusal,
};
pub use handing::{CHANGES_ITS_INPUT, Handing};
pub use judgement::Judgement;
pub use rust_contender::RustContender;
pub use signal::Signal;
pub use task::Task;
pub use workload::{Distribution, Source, Tolerance, Workload};
