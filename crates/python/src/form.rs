//! In which form is a Python contender handed its input?
//!
//! Each form of a workload's inputs is made once per process and lent to every contender that takes
//! it; it goes when the last of them has been dropped.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use breakeven_problem::{Data, InputForm};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::host::Host;

/// The inputs of one workload as Python objects.
pub(crate) struct Form {
    inputs: Weak<[Data]>,
    form: InputForm,
    objects: Vec<Py<PyAny>>,
}

impl Form {
    /// These inputs in this form: the one that is already lent, or a new one.
    pub(crate) fn of(
        host: &Host,
        py: Python<'_>,
        inputs: &Arc<[Data]>,
        form: InputForm,
    ) -> PyResult<Arc<Form>> {
        static LENT: Mutex<Vec<Weak<Form>>> = Mutex::new(Vec::new());
        // attached, nobody waits here for another thread that needs to attach: making a form is quick enough
        let mut lent = LENT.lock().unwrap_or_else(PoisonError::into_inner);
        lent.retain(|known| known.strong_count() > 0);
        let known = lent.iter().filter_map(Weak::upgrade).find(|known| known.is_of(inputs, form));
        if let Some(known) = known {
            return Ok(known);
        }
        let objects = inputs.iter().map(|input| object(host, py, input, form)).collect::<PyResult<_>>()?;
        let made = Arc::new(Form { inputs: Arc::downgrade(inputs), form, objects });
        lent.push(Arc::downgrade(&made));
        Ok(made)
    }

    /// Input number `input`.
    pub(crate) fn object<'py>(&self, py: Python<'py>, input: usize) -> &Bound<'py, PyAny> {
        self.objects[input].bind(py)
    }

    fn is_of(&self, inputs: &Arc<[Data]>, form: InputForm) -> bool {
        self.form == form && self.inputs.upgrade().is_some_and(|known| Arc::ptr_eq(&known, inputs))
    }
}

impl Drop for Form {
    fn drop(&mut self) {
        // now, and not whenever somebody attaches next: the memory is needed for the next workload
        Python::attach(|_| self.objects.clear());
    }
}

fn object(host: &Host, py: Python<'_>, input: &Data, form: InputForm) -> PyResult<Py<PyAny>> {
    match (input, form) {
        (Data::Series(values), InputForm::List) => Ok(PyList::new(py, values)?.into_any().unbind()),
        (Data::Series(values), InputForm::Ndarray) => {
            let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            Ok(host.module(py).call_method1("ndarray", (PyBytes::new(py, &bytes),))?.unbind())
        }
        (Data::Recording(signal), InputForm::List) => {
            let channels = signal.channels().iter().map(|samples| PyList::new(py, samples));
            Ok(PyList::new(py, channels.collect::<PyResult<Vec<_>>>()?)?.into_any().unbind())
        }
        (_, InputForm::Nothing) => Ok(py.None()),
        (_, form) => Err(PyValueError::new_err(format!("this input has no form {}", form.word()))),
    }
}
