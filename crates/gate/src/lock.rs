//! How is one gate kept from disturbing another?
//!
//! By a lock on a file of the cache, which the system releases when the process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::Duration;

use breakeven_measure::process::Halt;

use crate::error::GateError;

/// How often a gate looks whether it may begin.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// The right to build and measure in one cache.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Waits until no other process has the lock; `waiting` is told once which process has it.
    ///
    /// # Errors
    /// Halted meanwhile, or the file cannot be written.
    pub fn take(path: &Path, halt: &Halt, waiting: &mut dyn FnMut(&str)) -> Result<Self, GateError> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(GateError::io(path))?;
        let mut told = false;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(source)) => return Err(GateError::io(path)(source)),
                Err(TryLockError::WouldBlock) if halt.is_halted() => return Err(GateError::Interrupted),
                Err(TryLockError::WouldBlock) => {
                    if !std::mem::replace(&mut told, true) {
                        let mut owner = String::new();
                        // who has the lock is for the message alone
                        let _ = file.read_to_string(&mut owner);
                        waiting(owner.trim());
                    }
                    std::thread::sleep(LOOK_AGAIN);
                }
            }
        }
        let owner = format!("process {}\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(owner.as_bytes()))
            .map_err(GateError::io(path))?;
        Ok(Self { _file: file })
    }
}
