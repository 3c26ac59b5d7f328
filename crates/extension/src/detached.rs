//! How does a long computation leave Python's other threads running, and hear Ctrl-C?

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::exceptions::{PyMemoryError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;

use crate::source::Unreadable;

/// With fewer numbers than this, letting go of Python's lock costs more than it gives.
pub(crate) const LONG: usize = 4096;

/// Python's signals are looked at when a unit ends, and where a unit is long within it, at most once in this time.
const LOOK: Duration = Duration::from_millis(20);

/// Says whether a computation is to go on.
pub(crate) struct Watch<'a> {
    has_stopped: &'a AtomicBool,
    /// When Python's signals were last looked at, in the thread that looks at them.
    looked: Option<Cell<Instant>>,
    failure: &'a Mutex<Option<Failure>>,
}

impl Watch<'_> {
    /// Looks at Python's signals, if it is time to.
    ///
    /// # Errors
    /// [`Unreadable::Stopped`] where the computation is to end, since a unit has failed or a signal handler has raised an exception.
    pub(crate) fn go_on(&self) -> Result<(), Unreadable> {
        if let Some(looked) = &self.looked
            && looked.get().elapsed() >= LOOK
        {
            looked.set(Instant::now());
            if let Err(raised) = Python::attach(|py| py.check_signals()) {
                self.stop(Failure::Raised(raised));
            }
        }
        if self.has_stopped.load(Ordering::Relaxed) { Err(Unreadable::Stopped) } else { Ok(()) }
    }

    /// The same items; they end where the computation is to end.
    pub(crate) fn during<T>(&self, items: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        const BETWEEN_LOOKS: usize = 1024;
        items.enumerate().map_while(|(number, item)| {
            let goes_on = !number.is_multiple_of(BETWEEN_LOOKS) || self.go_on().is_ok();
            goes_on.then_some(item)
        })
    }

    fn stop(&self, reason: Failure) {
        self.has_stopped.store(true, Ordering::Relaxed);
        self.failure.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).get_or_insert(reason);
    }
}

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
    unit: impl Fn(usize, &mut S, &Watch<'_>) -> Result<(), Unreadable> + Sync,
) -> PyResult<()> {
    let next = AtomicUsize::new(0);
    let (has_stopped, failure) = (AtomicBool::new(false), Mutex::new(None));
    let work = |looked| {
        let watch = Watch { has_stopped: &has_stopped, looked, failure: &failure };
        let mut room = S::default();
        while watch.go_on().is_ok() {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= units {
                return;
            }
            match catch_unwind(AssertUnwindSafe(|| unit(number, &mut room, &watch))) {
                Ok(Ok(())) => {}
                Ok(Err(reason)) => watch.stop(Failure::Unreadable(reason)),
                Err(payload) => watch.stop(Failure::Panic(text(&*payload))),
            }
        }
    };
    if numbers < LONG {
        work(None);
    } else {
        py.detach(|| {
            let (this_thread, others) = (thread::current(), AtomicUsize::new(0));
            let in_another = || {
                work(None);
                others.fetch_sub(1, Ordering::Release);
                this_thread.unpark();
            };
            thread::scope(|scope| {
                for _ in 1..threads.min(units) {
                    others.fetch_add(1, Ordering::Relaxed);
                    // where the system refuses one more, the threads that there are do the work
                    if thread::Builder::new().spawn_scoped(scope, in_another).is_err() {
                        others.fetch_sub(1, Ordering::Relaxed);
                        break;
                    }
                }
                let looked = || Some(Cell::new(Instant::now()));
                work(looked());
                // these may have long units
                let watch = Watch { has_stopped: &has_stopped, looked: looked(), failure: &failure };
                while others.load(Ordering::Acquire) > 0 && watch.go_on().is_ok() {
                    thread::park_timeout(LOOK);
                }
            });
        });
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
    Raised(PyErr),
}

impl Failure {
    fn error(self, function: &str) -> PyErr {
        match self {
            Self::Unreadable(reason) => no_result(function, reason),
            Self::Raised(error) => error,
            Self::Panic(text) => PyRuntimeError::new_err(format!(
                "{function}: the numbers could not be computed ({text}): they must not change during the call"
            )),
        }
    }
}

pub(crate) fn no_result(function: &str, reason: Unreadable) -> PyErr {
    match reason {
        Unreadable::NoMemory => PyMemoryError::new_err(()),
        // a failure before it says why
        Unreadable::Stopped => PyRuntimeError::new_err(format!("{function} was stopped")),
        Unreadable::Wide => PyValueError::new_err(format!(
            "{function}: method='exact' takes no integers that differ by more than 2**53 and fit neither int64 nor uint64 together"
        )),
    }
}

fn text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("panic").to_owned()
}
