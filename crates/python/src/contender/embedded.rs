//! A Python contender in this process.
//!
//! The timed loop is compiled Python, the one of timeit, and the process attaches to Python once per batch.

use std::sync::Arc;

use breakeven_problem::{
    About, Absence, Answer, CHANGES_ITS_INPUT, Contender, Count, Data, Failure, Handing, Prepared, Refusal,
    Task, Workload,
};
use pyo3::prelude::*;

use super::{Offer, Place, PythonContender};
use crate::forms::{self, Form};
use crate::host::{Host, failure};

/// A call that makes more bytes of temporaries than this takes no part.
const MOST_TEMPORARIES: u64 = 1_000_000_000;

impl Place {
    fn word(self) -> &'static str {
        match self {
            Place::Memory => "memory",
            Place::Kept => "kept",
            Place::Module => "module",
        }
    }
}

impl Contender for PythonContender {
    fn about(&self) -> &About {
        Self::about(self)
    }

    fn offers(&self, workload: &Workload) -> bool {
        Self::offers(self, workload)
    }

    /// Some calls make arrays as large as all windows together: the machine would swap, or kill the process.
    fn fits(&self, workload: &Workload) -> Result<(), Absence> {
        let host = Host::start()?;
        let temporaries = Python::attach(|py| {
            let program = self.load(py, host)?;
            let bytes = host.call(py, "temporaries", (program, workload.length, workload.window))?;
            bytes.extract::<u64>().map_err(|error| failure(py, &error))
        });
        match temporaries {
            Ok(bytes) if bytes > MOST_TEMPORARIES => {
                let reason = format!("too large here: {:.1} GB of temporaries a call", bytes as f64 / 1e9);
                Err(Absence { reason, install: None })
            }
            // a program that cannot be loaded fails when it is prepared, and says why
            _ => Ok(()),
        }
    }

    fn version(&self) -> Result<String, Absence> {
        let host = Host::start()?;
        Python::attach(|py| {
            let version = host.call(py, "version", (self.package.module, self.about.threads));
            version.and_then(|version| version.extract().map_err(|error: PyErr| failure(py, &error)))
        })
        .map_err(|Failure(reason)| Absence {
            reason: format!("{} cannot be imported: {reason}", self.package.module),
            install: Some(self.package.install.to_owned()),
        })
    }

    fn prepare(&self, workload: &Workload, inputs: &Arc<[Data]>) -> Result<Box<dyn Prepared>, Refusal> {
        self.version()?;
        let host = Host::start().map_err(Absence::from)?;
        let held = Python::attach(|py| self.hold(py, host, workload, inputs))?;
        let (length, window) = (workload.length, workload.window.unwrap_or(1));
        Ok(Box::new(PreparedPython { host, task: self.answers(workload), length, window, held: Some(held) }))
    }
}

impl PythonContender {
    /// The program, as Python holds it.
    fn load<'py>(&self, py: Python<'py>, host: &Host) -> Result<Bound<'py, PyAny>, Failure> {
        let sources = self.program.iter().map(|source| (source.file, source.text, source.place.word()));
        host.call(py, "load", (sources.collect::<Vec<_>>(),))
    }

    fn hold(
        &self,
        py: Python<'_>,
        host: &'static Host,
        workload: &Workload,
        inputs: &Arc<[Data]>,
    ) -> Result<Held, Failure> {
        let on_recording = matches!(workload.task, Task::Feedback | Task::Pedometer);
        if inputs.iter().any(|input| input.recording().is_some() != on_recording) {
            return Err(Failure(format!("{} does not offer {} on this", self.about.id, workload.task)));
        }
        let program = self.load(py, host)?;
        let named = |name| host.call(py, "make", (&program, name, workload.window, workload.ddof));
        let function = match self.offer {
            Offer::Tasks { .. } if workload.task == Task::Anatomy => named(Task::Whole.word())?,
            Offer::Tasks { .. } => named(workload.task.word())?,
            Offer::Control => named("control")?,
            Offer::Step { step, .. } => host.call(py, "make", (&program, "make", step.name()))?,
        };
        let function = function.unbind();
        let lent = forms::lend(host, py, inputs, self.about.input)?;
        let given = host.call(py, "given", (program, &lent.values))?;
        let form = if given.is_none() { lent } else { Arc::new(Form::new(host, py, &given)?) };
        let check = match self.handing {
            Handing::FreshCopies => Check::OnCopies { copies: None },
            Handing::SameInput if self.is_users() => Check::Restores,
            Handing::SameInput => Check::Trusted,
        };
        if !matches!(check, Check::Trusted) {
            form.inputs.call_method0(py, "keep").map_err(|error| failure(py, &error))?;
        }
        host.call(py, "collect_garbage", ())?;
        let batch = match check {
            Check::OnCopies { .. } => host.function(py, "batch_on_copies")?,
            Check::Restores | Check::Trusted => host.function(py, "batch")?,
        };
        Ok(Held { batch, function, form, check, result: None })
    }

    /// Whether a user's file is part of the program: ours change no input.
    fn is_users(&self) -> bool {
        self.program.iter().any(|source| matches!(source.place, Place::Module))
    }

    /// The task whose kind of answer comes back, or `None` where nothing does.
    fn answers(&self, workload: &Workload) -> Option<Task> {
        match self.offer {
            Offer::Tasks { .. } => Some(workload.task),
            Offer::Control | Offer::Step { .. } => None,
        }
    }
}

struct PreparedPython {
    host: &'static Host,
    task: Option<Task>,
    /// Values of an input.
    length: usize,
    /// Values of a window, and 1 where there are none.
    window: usize,
    /// `None` only while it is dropped.
    held: Option<Held>,
}

struct Held {
    batch: Py<PyAny>,
    function: Py<PyAny>,
    form: Arc<Form>,
    check: Check,
    result: Option<Py<PyAny>>,
}

/// What keeps a function from changing the input of those that are timed after it.
enum Check {
    /// Each call has a copy of its own, made before the batch.
    OnCopies { copies: Option<Py<PyAny>> },
    /// The inputs are compared with their serialised form after each batch, and restored.
    Restores,
    /// It is one of ours.
    Trusted,
}

impl Prepared for PreparedPython {
    fn ready(&mut self, input: usize, loops: u64) -> Result<(), Failure> {
        let held = self.held.as_mut().expect("held until it is dropped");
        if let Check::OnCopies { copies } = &mut held.check {
            let made = Python::attach(|py| {
                let made = held.form.inputs.call_method1(py, "copies", (input, loops));
                made.map_err(|error| failure(py, &error))
            });
            *copies = Some(made?);
        }
        Ok(())
    }

    fn run(&mut self, input: usize, loops: u64) -> Result<(), Failure> {
        if let Some(Held { check: Check::OnCopies { copies: None }, .. }) = &self.held {
            self.ready(input, loops)?;
        }
        let held = self.held.as_mut().expect("held until it is dropped");
        Python::attach(|py| {
            let result = match &mut held.check {
                Check::OnCopies { copies } => held.batch.call1(py, (&held.function, copies.take())),
                Check::Restores | Check::Trusted => {
                    let value =
                        held.form.values.bind(py).get_item(input).map_err(|error| failure(py, &error));
                    held.batch.call1(py, (&held.function, value?, loops))
                }
            };
            match result {
                Ok(result) => {
                    held.result = (loops > 0).then_some(result);
                    Ok(())
                }
                Err(error) => {
                    held.result = None;
                    Err(failure(py, &error))
                }
            }
        })
    }

    fn check_input(&mut self) -> Result<(), Failure> {
        let Some(Held { check: Check::Restores, form, .. }) = &self.held else { return Ok(()) };
        let changed = Python::attach(|py| {
            let restored = form.inputs.call_method0(py, "restore");
            restored.and_then(|changed| changed.extract(py)).map_err(|error| failure(py, &error))
        });
        if changed? { Err(Failure(CHANGES_ITS_INPUT.to_owned())) } else { Ok(()) }
    }

    fn answer(&mut self) -> Result<Answer, Failure> {
        let held = self.held.as_ref().expect("held until it is dropped");
        let result = held.result.as_ref().ok_or_else(|| Failure("nothing was run".to_owned()))?;
        let Some(task) = self.task else { return Ok(Answer::Nothing) };
        Python::attach(|py| {
            let failed = |error: PyErr| failure(py, &error);
            Ok(match task {
                Task::Whole | Task::Anatomy => {
                    Answer::Value(self.host.call(py, "value", (result,))?.extract().map_err(failed)?)
                }
                Task::Sliding => {
                    let series = self.host.call(py, "series", (result, self.length, self.window))?;
                    Answer::Series(series.extract().map_err(failed)?)
                }
                Task::Made => Answer::Nothing,
                Task::Feedback | Task::Pedometer => {
                    let count = self.host.call(py, "count", (result,))?;
                    let (m, steps) = count.extract().map_err(failed)?;
                    Answer::Count(Count { m, steps })
                }
            })
        })
    }
}

impl Drop for PreparedPython {
    /// Attached: otherwise the objects would be released when a thread attaches next, inside a timed batch.
    fn drop(&mut self) {
        Python::attach(|_| drop(self.held.take()));
    }
}

#[cfg(test)]
mod tests;
