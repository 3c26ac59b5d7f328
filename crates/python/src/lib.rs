//! How do implementations in Python take part, in the same process and on the same data?
//!
//! [`Host`] is CPython inside this process, on the project's own environment. [`contenders()`] lists what
//! is compared there; each has its source in `contenders/`. Listing starts nothing: Python starts with the
//! first [`Host::start`], [`version`](breakeven_problem::Contender::version) or
//! [`prepare`](breakeven_problem::Contender::prepare), on whichever thread, and between calls no thread
//! stays attached to it.

mod contender;
mod contenders;
mod forms;
mod host;
mod interpreter;
mod known_failures;
mod ownership;
mod users;

pub use contender::PythonContender;
pub use contenders::contenders;
pub use host::{Host, HostError, executable};
pub use ownership::ownership;
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
