//! In which kind of object does a user get the results: in the kind that was handed over.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::array::Kind;

/// How many results there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Results {
    /// One for each value.
    Each,
    Fewer,
}

/// The results in a Series, if the values were in one.
///
/// # Errors
/// What pandas or Polars raises.
pub(crate) fn of_kind<'py>(
    results: Bound<'py, PyAny>,
    kind: &Kind<'py>,
    count: Results,
) -> PyResult<Bound<'py, PyAny>> {
    let py = results.py();
    match kind {
        Kind::Pandas(series) if count == Results::Each => {
            let options = PyDict::new(py);
            options.set_item("index", series.getattr("index")?)?;
            options.set_item("name", series.getattr("name")?)?;
            options.set_item("copy", false)?;
            py.import("pandas")?.getattr("Series")?.call((results,), Some(&options))
        }
        Kind::Polars(series) => {
            py.import("polars")?.getattr("Series")?.call1((series.getattr("name")?, results))
        }
        _ => Ok(results),
    }
}
