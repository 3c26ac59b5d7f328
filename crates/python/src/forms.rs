//! Where is a contender's input made, and how often?
//!
//! Each input form is made once per set of inputs and lent to every contender that is prepared on them:
//! four contenders on lists of 1e5 floats share one set of lists. It is dropped with the last of them.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use breakeven_problem::{Data, Failure, InputForm};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::{PyBytes, PyList};

use crate::host::{Host, failure};

/// One Python object per input, in their order.
pub(crate) struct Form {
    /// The object `Inputs` of function.py, which serialises and restores them.
    pub(crate) inputs: Py<PyAny>,
    /// Its list of them.
    pub(crate) values: Py<PyList>,
}

impl Form {
    /// These objects as inputs.
    pub(crate) fn new(host: &Host, py: Python<'_>, values: &Bound<'_, PyAny>) -> Result<Self, Failure> {
        let values = values.cast::<PyList>().map_err(|error| Failure(error.to_string()))?;
        let inputs = host.call(py, "Inputs", (values,))?.unbind();
        Ok(Self { inputs, values: values.clone().unbind() })
    }
}

/// What the contenders of this process hold at present.
static LENT: Mutex<Vec<Lent>> = Mutex::new(Vec::new());

struct Lent {
    // As long as this is held no other inputs can lie at the same address.
    inputs: Weak<[Data]>,
    as_what: InputForm,
    form: Weak<Form>,
}

/// These inputs in this form: the one that another contender holds, or else a new one.
pub(crate) fn lend(
    host: &Host,
    py: Python<'_>,
    inputs: &Arc<[Data]>,
    as_what: InputForm,
) -> Result<Arc<Form>, Failure> {
    let mut lent = LENT.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
    lent.retain(|entry| entry.form.strong_count() > 0);
    let address = Arc::downgrade(inputs);
    let held = lent.iter().find(|entry| entry.as_what == as_what && entry.inputs.ptr_eq(&address));
    if let Some(form) = held.and_then(|entry| entry.form.upgrade()) {
        return Ok(form);
    }
    let each = inputs.iter().map(|input| make(host, py, input, as_what)).collect::<Result<Vec<_>, _>>()?;
    let values = PyList::new(py, each).map_err(|error| failure(py, &error))?;
    let form = Arc::new(Form::new(host, py, &values)?);
    lent.push(Lent { inputs: address, as_what, form: Arc::downgrade(&form) });
    Ok(form)
}

/// How many forms of these inputs are held.
#[cfg(test)]
pub(crate) fn held(py: Python<'_>, inputs: &Arc<[Data]>) -> usize {
    let lent = LENT.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
    let address = Arc::downgrade(inputs);
    lent.iter().filter(|entry| entry.inputs.ptr_eq(&address) && entry.form.strong_count() > 0).count()
}

fn make(host: &Host, py: Python<'_>, input: &Data, as_what: InputForm) -> Result<Py<PyAny>, Failure> {
    let object = match (input, as_what) {
        (_, InputForm::Nothing) => return Ok(py.None()),
        (Data::Series(values), InputForm::List) => host.call(py, "floats_as_list", (doubles(py, values),)),
        (Data::Series(values), InputForm::Ndarray) => {
            host.call(py, "floats_as_ndarray", (doubles(py, values),))
        }
        (Data::Series(values), InputForm::Array) => host.call(py, "floats_as_array", (doubles(py, values),)),
        (Data::Recording(signal), InputForm::List | InputForm::Ndarray) => {
            let channels: Vec<_> = signal.channels().iter().map(|samples| shorts(py, samples)).collect();
            let as_what =
                if as_what == InputForm::List { "channels_as_lists" } else { "channels_as_ndarray" };
            host.call(py, as_what, (channels,))
        }
        (Data::Recording(_) | Data::Made(_), _) | (_, InputForm::Slice | InputForm::Made) => {
            let what = match input {
                Data::Series(_) => "series",
                Data::Recording(_) => "recording",
                Data::Made(_) => "user's input",
            };
            Err(Failure(format!("a {what} has no form {} in Python", as_what.word())))
        }
    };
    object.map(Bound::unbind)
}

fn doubles<'py>(py: Python<'py>, values: &[f64]) -> Bound<'py, PyBytes> {
    PyBytes::new(py, &values.iter().flat_map(|value| value.to_ne_bytes()).collect::<Vec<_>>())
}

fn shorts<'py>(py: Python<'py>, samples: &[i16]) -> Bound<'py, PyBytes> {
    PyBytes::new(py, &samples.iter().flat_map(|sample| sample.to_ne_bytes()).collect::<Vec<_>>())
}
