//! Which references to a list, its items and the result exist before, during and after a call of our function?

use breakeven_problem::Failure;
use pyo3::prelude::*;

use crate::host::{Host, failure};

/// Counts the references around a call that succeeds, one that fails midway, and one that leaks on purpose, and the
/// memory that is left after a thousand of each. JSON, as `ownership` of a record.
///
/// The counts *during* a call are taken by an item of the list, in its `__float__`; a list of plain floats is read
/// without any Python code being run. Takes some tens of milliseconds, and leaks 25,000 objects: to be called in a
/// process that ends soon.
///
/// # Errors
/// There is no interpreter, or the counting fails in it.
pub fn ownership() -> Result<String, Failure> {
    Host::start().map_err(|error| Failure(error.to_string()))?;
    let source = std::ffi::CString::new(include_str!("ownership.py")).expect("our file has no zero byte");
    Python::attach(|py| {
        let program = PyModule::from_code(py, &source, c"ownership.py", c"breakeven_ownership");
        program
            .and_then(|program| program.call_method0("ownership")?.extract())
            .map_err(|error| failure(py, &error))
    })
}
