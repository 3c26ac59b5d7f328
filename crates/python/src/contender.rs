//! How is a function in Python prepared, timed and asked for its answer?

use std::sync::Arc;

use breakeven_problem::{
    About, Absence, Answer, Contender, Count, Data, Failure, InputForm, Prepared, Refusal, Task, Workload,
};
use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::form::Form;
use crate::host::{Host, HostError, keywords, load, one_line};

/// The longest input that is offered as a list.
const LONGEST_LIST: usize = 100_000;

/// An implementation in Python: a module with one function per task, which returns the function that
/// is timed.
#[derive(Debug, Clone)]
pub struct PythonContender {
    pub(crate) about: About,
    /// Name of its module.
    pub(crate) module: &'static str,
    /// Its source.
    pub(crate) source: &'static str,
    /// What it implements.
    pub(crate) tasks: &'static [Task],
    /// Whether it takes any ddof, or only 0 as the talk's function does.
    pub(crate) ddof: Ddof,
}

/// Which delta degrees of freedom a function knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ddof {
    /// Only the population's.
    Zero,
    /// The population's and the sample's, and never more than the values allow.
    ZeroOrOne,
    /// Any.
    Any,
}

impl Contender for PythonContender {
    fn about(&self) -> &About {
        &self.about
    }

    fn offers(&self, workload: &Workload) -> bool {
        let series = matches!(workload.task, Task::Whole | Task::Sliding);
        let too_long = series && self.about.input == InputForm::List && workload.length > LONGEST_LIST;
        let ddof = match self.ddof {
            Ddof::Zero => workload.ddof == 0,
            Ddof::ZeroOrOne => workload.ddof <= 1 && workload.ddof < workload.length,
            Ddof::Any => true,
        };
        self.tasks.contains(&workload.task) && !too_long && ddof
    }

    fn version(&self) -> Result<String, Absence> {
        let host = Host::start().map_err(|error| absent(&error))?;
        Python::attach(|py| {
            let module = load(host, py, self.module, self.source)?;
            module.call_method0("version")?.extract::<String>()
        })
        .map_err(|error| absence(&error))
    }

    fn prepare(&self, workload: &Workload, inputs: &Arc<[Data]>) -> Result<Box<dyn Prepared>, Refusal> {
        let host = Host::start().map_err(|error| absent(&error))?;
        let prepared = Python::attach(|py| -> PyResult<PreparedPython> {
            let module = load(host, py, self.module, self.source)?;
            let arguments = match (workload.task, workload.window) {
                (Task::Sliding, Some(window)) => {
                    keywords(py, &[("window", window), ("ddof", workload.ddof)])?
                }
                (Task::Whole | Task::Sliding, _) => keywords(py, &[("ddof", workload.ddof)])?,
                (Task::Feedback | Task::Pedometer, _) => keywords(py, &[])?,
            };
            let function = module.call_method(workload.task.word(), (), Some(&arguments))?;
            Ok(PreparedPython {
                host,
                task: if self.about.input == InputForm::Nothing { None } else { Some(workload.task) },
                batch: host.module(py).getattr("batch")?.unbind(),
                function: function.unbind(),
                form: Form::of(host, py, inputs, self.about.input)?,
                result: None,
            })
        });
        match prepared {
            Ok(prepared) => Ok(Box::new(prepared)),
            Err(error) if is_import_error(&error) => Err(absence(&error).into()),
            Err(error) => Err(Failure(one_line(&error)).into()),
        }
    }
}

fn is_import_error(error: &PyErr) -> bool {
    Python::attach(|py| error.is_instance_of::<PyImportError>(py))
}

fn absence(error: &PyErr) -> Absence {
    let install = is_import_error(error).then(|| "scripts/prepare".to_owned());
    Absence { reason: one_line(error), install }
}

fn absent(error: &HostError) -> Absence {
    Absence { reason: error.to_string(), install: Some("scripts/prepare".to_owned()) }
}

struct PreparedPython {
    host: &'static Host,
    /// What its answer is; `None` for a control.
    task: Option<Task>,
    batch: Py<PyAny>,
    function: Py<PyAny>,
    form: Arc<Form>,
    result: Option<Py<PyAny>>,
}

impl Prepared for PreparedPython {
    fn run(&mut self, input: usize, loops: u64) -> Result<(), Failure> {
        self.result = Python::attach(|py| {
            let arguments = (self.function.bind(py), self.form.object(py, input), loops);
            self.batch.bind(py).call1(arguments).map(|result| Some(result.unbind()))
        })
        .map_err(|error| Failure(one_line(&error)))?;
        Ok(())
    }

    fn answer(&mut self) -> Result<Answer, Failure> {
        let Some(task) = self.task else { return Ok(Answer::Nothing) };
        let result = self.result.as_ref().ok_or_else(|| Failure("nothing was run".to_owned()))?;
        Python::attach(|py| {
            let (host, result) = (self.host.module(py), result.bind(py));
            Ok(match task {
                Task::Whole => Answer::Value(host.call_method1("number", (result,))?.extract()?),
                Task::Sliding => Answer::Series(doubles(&host.call_method1("series", (result,))?)?),
                Task::Feedback => Answer::Count(Count { m: channels(&host, result)?, steps: Vec::new() }),
                Task::Pedometer => {
                    let (m, steps): (Bound<'_, PyAny>, Vec<usize>) = result.extract()?;
                    Answer::Count(Count { m: channels(&host, &m)?, steps })
                }
            })
        })
        .map_err(|error| Failure(one_line(&error)))
    }
}

impl Drop for PreparedPython {
    fn drop(&mut self) {
        // now, and not whenever somebody attaches next
        Python::attach(|_| self.result = None);
    }
}

fn doubles(bytes: &Bound<'_, PyAny>) -> PyResult<Vec<f64>> {
    let (values, _) = bytes.cast::<PyBytes>()?.as_bytes().as_chunks::<8>();
    Ok(values.iter().map(|&value| f64::from_ne_bytes(value)).collect())
}

fn channels(host: &Bound<'_, PyModule>, m: &Bound<'_, PyAny>) -> PyResult<Vec<Vec<i32>>> {
    let channels = host.call_method1("bank", (m,))?;
    channels
        .try_iter()?
        .map(|channel| {
            let channel = channel?;
            let (values, _) = channel.cast::<PyBytes>()?.as_bytes().as_chunks::<4>();
            Ok(values.iter().map(|&value| i32::from_ne_bytes(value)).collect())
        })
        .collect()
}
