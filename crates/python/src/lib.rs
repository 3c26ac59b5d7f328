//! How do implementations in Python take part?
//!
//! [`Host`] starts CPython inside this process, on the checkout's `.venv`, once; [`contenders`] lists
//! what is written in Python. Nothing here attaches to the interpreter before a contender is asked for
//! its version, prepared or run, so that listing costs nothing.

mod contender;
mod contenders;
mod form;
mod host;
mod known_failures;

pub use contender::PythonContender;
pub use contenders::contenders;
pub use host::{Host, HostError};
