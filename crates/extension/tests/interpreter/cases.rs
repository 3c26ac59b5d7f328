//! What tests need that go through tables of Python expressions.

use std::ffi::CString;

use pyo3::prelude::*;
use pyo3::types::PyDict;

/// What an expression gives, or raises.
pub(crate) fn evaluate<'py>(
    py: Python<'py>,
    names: &Bound<'py, PyDict>,
    code: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let code = CString::new(code).expect("no case has a zero byte");
    py.eval(&code, Some(names), None)
}
