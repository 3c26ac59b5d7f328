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

/// The results as time differences of the type of `of_time`, if they are any, and in a Series if the values were.
///
/// # Errors
/// What pandas or Polars raises.
pub(crate) fn of_kind<'py>(
    mut results: Bound<'py, PyAny>,
    kind: &Kind<'py>,
    of_time: Option<&Bound<'py, PyAny>>,
    count: Results,
) -> PyResult<Bound<'py, PyAny>> {
    let py = results.py();
    if let Some(array) = of_time {
        results = as_times(&results, array)?;
    }
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

/// Numbers as time differences of the type of `array`, rounded to its unit; NaN is NaT.
///
/// # Errors
/// What NumPy raises.
pub(crate) fn as_times<'py>(
    numbers: &Bound<'py, PyAny>,
    array: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let numpy = numbers.py().import("numpy")?;
    let rounded = numpy.call_method1("rint", (numbers,))?;
    let is_missing = numpy.call_method1("isnan", (&rounded,))?;
    let whole =
        numpy.call_method1("where", (&is_missing, 0, &rounded))?.call_method1("astype", ("int64",))?;
    let dtype = array.getattr("dtype")?.call_method1("newbyteorder", ("=",))?;
    let missing = numpy.getattr("timedelta64")?.call1(("NaT",))?;
    numpy.call_method1("where", (is_missing, missing, whole.call_method1("astype", (dtype,))?))
}
