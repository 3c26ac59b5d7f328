//! What does measuring ask of the system that Linux alone offers?
//!
//! On any other system all else compiles, and a worker ends at once with the reason.

use std::io;

/// How long one waits for the end of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Until it ends.
    Endless,
    /// One only looks.
    None,
}

#[cfg(target_os = "linux")]
pub use linux::end_with_parent;
#[cfg(target_os = "linux")]
pub(crate) use linux::{adopt_descendants, affinity, has_ended, pin};
#[cfg(not(target_os = "linux"))]
pub use other::end_with_parent;
#[cfg(not(target_os = "linux"))]
pub(crate) use other::{adopt_descendants, affinity, has_ended, pin};

#[cfg(target_os = "linux")]
mod linux {
    use nix::errno::Errno;
    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::sys::prctl::{set_child_subreaper, set_pdeathsig};
    use nix::sys::signal::Signal;
    use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
    use nix::unistd::Pid;

    use super::{Patience, io};

    /// The processors that this process may run on, in ascending order; none where the system does not say.
    pub(crate) fn affinity() -> Vec<usize> {
        let listed = |set: CpuSet| -> Vec<usize> {
            (0..CpuSet::count()).filter(|&processor| set.is_set(processor).unwrap_or(false)).collect()
        };
        sched_getaffinity(Pid::from_raw(0)).map(listed).unwrap_or_default()
    }

    /// Keeps the calling thread, and those that it starts from now on, on this processor; whether that was allowed.
    pub(crate) fn pin(processor: usize) -> bool {
        let mut set = CpuSet::new();
        set.set(processor).is_ok() && sched_setaffinity(Pid::from_raw(0), &set).is_ok()
    }

    /// Asks the system to kill this process, and the program that it becomes, when its parent ends for any reason.
    ///
    /// # Errors
    /// The system does not offer it.
    pub fn end_with_parent() -> io::Result<()> {
        set_pdeathsig(Signal::SIGKILL).map_err(io::Error::from)
    }

    /// Makes this process the parent of those of its descendants whose parents have ended.
    pub(crate) fn adopt_descendants() -> io::Result<()> {
        set_child_subreaper(true).map_err(io::Error::from)
    }

    /// Whether a child has ended. It is not reaped, so that its number is given to no other process.
    pub(crate) fn has_ended(id: u32, patience: Patience) -> io::Result<bool> {
        let id = i32::try_from(id).map_err(|_| Errno::ESRCH)?;
        let more = match patience {
            Patience::Endless => WaitPidFlag::empty(),
            Patience::None => WaitPidFlag::WNOHANG,
        };
        let status = waitid(Id::Pid(Pid::from_raw(id)), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT | more)?;
        Ok(status != WaitStatus::StillAlive)
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    use super::{Patience, io};

    fn refused<T>() -> io::Result<T> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "breakeven measures on Linux only"))
    }

    pub(crate) fn affinity() -> Vec<usize> {
        Vec::new()
    }

    pub(crate) fn pin(_: usize) -> bool {
        false
    }

    /// Of no system but Linux.
    ///
    /// # Errors
    /// Always.
    pub fn end_with_parent() -> io::Result<()> {
        refused()
    }

    pub(crate) fn adopt_descendants() -> io::Result<()> {
        refused()
    }

    pub(crate) fn has_ended(_: u32, _: Patience) -> io::Result<bool> {
        refused()
    }
}
