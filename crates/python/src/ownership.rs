//! Who owns the list, its items and the result while our function is called?

use breakeven_problem::Failure;
use pyo3::prelude::*;

use crate::host::{Host, failure};

/// Counts the references before, during and after a call that succeeds, one that fails midway, and one that leaks
/// on purpose, and the memory that is left after a thousand of each. JSON, as `ownership` of a record.
///
/// What happens *during* a call is seen by an item whose `__float__` looks; a list of plain floats is read without
/// any Python code being run, so nobody could look. Takes some tens of milliseconds, and leaks 25,000 objects into this
/// process: for one that ends soon.
///
/// # Errors
/// There is no interpreter, or the demonstration cannot be run in it.
pub fn ownership() -> Result<String, Failure> {
    Host::start().map_err(|error| Failure(error.to_string()))?;
    Python::attach(|py| {
        let run = || -> PyResult<String> {
            let source = std::ffi::CString::new(include_str!("ownership.py"))?;
            let program = PyModule::from_code(py, &source, c"ownership.py", c"breakeven_ownership")?;
            program.getattr("ownership")?.call0()?.extract()
        };
        run().map_err(|error| failure(py, &error))
    })
}
