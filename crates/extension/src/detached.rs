//! How does a long computation leave Python's other threads running, and hear Ctrl-C?

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pyo3::exceptions::{PyMemoryError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;

use crate::source::Unreadable;

/// With fewer numbers than this, letting go of Python's lock costs more than it gives.
pub(crate) const LONG: usize = 4096;

/// Python's signals are looked at when a unit ends, at most once in this time.
const LOOK: Duration = Duration::from_millis(20);

/// Does all units, on so many threads, without Python's lock where there are at least [`LONG`] numbers.
///
/// # Errors
/// What a unit could not read; what Python raises at Ctrl-C; `RuntimeError` where a kernel has panicked, as it may if
/// another thread changes the numbers.
pub(crate) fn run<S: Default>(
    py: Python<'_>,
    function: &str,
    numbers: usize,
    units: usize,
    threads: usize,
    unit: impl Fn(usize, &mut S) -> Result<(), Unreadable> + Sync,
) -> PyResult<()> {
    let next = AtomicUsize::new(0);
    let failure = Mutex::new(None);
    // one unit; whether there may be more
    let step = |room: &mut S| {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= units {
            return false;
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| unit(number, room)));
        let reason = match outcome {
            Ok(Ok(())) => return true,
            Ok(Err(reason)) => Failure::Unreadable(reason),
            Err(payload) => Failure::Panic(text(&*payload)),
        };
        next.store(units, Ordering::Relaxed);
        failure.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).get_or_insert(reason);
        false
    };
    let on_this_thread = || {
        let (mut room, mut looked) = (S::default(), Instant::now());
        while step(&mut room) {
            if looked.elapsed() >= LOOK {
                looked = Instant::now();
                if let Err(interrupted) = Python::attach(|py| py.check_signals()) {
                    next.store(units, Ordering::Relaxed);
                    return Err(interrupted);
                }
            }
        }
        Ok(())
    };
    if numbers < LONG {
        let mut room = S::default();
        while step(&mut room) {}
    } else {
        py.detach(|| {
            std::thread::scope(|scope| {
                for _ in 1..threads.min(units) {
                    let work = || {
                        let mut room = S::default();
                        while step(&mut room) {}
                    };
                    // where the system refuses one more, the threads that there are do the work
                    if std::thread::Builder::new().spawn_scoped(scope, work).is_err() {
                        break;
                    }
                }
                on_this_thread()
            })
        })?;
        py.check_signals()?;
    }
    match failure.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
        Some(failure) => Err(failure.error(function)),
        None => Ok(()),
    }
}

enum Failure {
    Unreadable(Unreadable),
    Panic(String),
}

impl Failure {
    fn error(self, function: &str) -> PyErr {
        match self {
            Self::Unreadable(reason) => no_result(function, reason),
            Self::Panic(text) => PyRuntimeError::new_err(format!(
                "{function}: the numbers could not be computed ({text}): they must not change during the call"
            )),
        }
    }
}

pub(crate) fn no_result(function: &str, reason: Unreadable) -> PyErr {
    match reason {
        Unreadable::NoMemory => PyMemoryError::new_err(()),
        Unreadable::Wide => PyValueError::new_err(format!(
            "{function}: method='exact' takes no integers that differ by more than 2**53 and fit neither int64 nor uint64 together"
        )),
    }
}

fn text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("panic").to_owned()
}
