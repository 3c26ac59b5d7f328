//! How do implementations in Python take part, in the same process and on the same data?
//!
//! [`Host`] is CPython inside this process, on the project's own environment. [`contenders()`] lists what
//! is compared there; each has its source in `contenders/`. Listing starts nothing: Python starts with the
//! first [`Host::start`], [`version`](breakeven_problem::Contender::version) or
//! [`prepare`](breakeven_problem::Contender::prepare), on whichever thread, and between calls no thread
//! stays attached to it.
//!
//! Without the feature `embedded` there is no Python in this process, and nothing is linked: what remains are the sources
//! of the contenders and the worker file, by which any other interpreter runs them.

#![cfg_attr(
    not(feature = "embedded"),
    expect(dead_code, reason = "what a contender needs in this process only")
)]

mod contender;
mod contenders;
#[cfg(feature = "embedded")]
mod forms;
#[cfg(feature = "embedded")]
mod host;
#[cfg(feature = "embedded")]
mod interpreter;
mod known_failures;
#[cfg(feature = "embedded")]
mod ownership;
#[cfg(feature = "embedded")]
mod users;

pub use contender::PythonContender;
pub use contenders::contenders;
#[cfg(feature = "embedded")]
pub use host::{Host, HostError, executable};
#[cfg(feature = "embedded")]
pub use ownership::ownership;
#[cfg(feature = "embedded")]
pub use users::EmbeddedFunction;

/// The worker file: the program protocol of docs/protocol.md for any CPython from 2.7 and PyPy, standard library
/// only. Written to a file, it is started as a script: `python worker.py`.
pub const WORKER: &str = concat!(
    include_str!("../worker/function.py"),
    "\n\n",
    include_str!("../worker/answers.py"),
    "\n\n",
    include_str!("../worker/made.py"),
    "\n\n",
    include_str!("../worker/loading.py"),
    "\n\n",
    include_str!("../worker/worker.py")
);
