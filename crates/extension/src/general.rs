//! What else does Python take for a series of numbers?
//!
//! Anything that can be iterated over, with elements that have a `__float__` or an `__index__`: lists
//! with bools, NumPy's scalars, Decimals or Fractions in them, lists of subclasses, arrays, ranges,
//! generators. Elements are asked one at a time and may run any code, so each is held by a reference of
//! its own while it is asked, and the iterator reads the list's length again at every step.
//!
//! Where an element changes the length of the list it is in, the answer would be of a list that
//! never existed. That raises RuntimeError, as it does for a dict.

use breakeven_simd::standard_deviation;
use pyo3::exceptions::{PyMemoryError, PyOverflowError, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyList};

/// The population standard deviation of the numbers in `values`.
///
/// # Errors
/// `TypeError` where `values` is not iterable or an element is no real number, `ValueError` where there
/// is none, `OverflowError` for an int beyond the range of a float, `RuntimeError` where an element
/// changes the length of the list, and whatever an element raises.
pub(crate) fn standard_dev(values: &Bound<'_, PyAny>) -> PyResult<f64> {
    let numbers = numbers("standard_dev", values)?;
    if numbers.is_empty() {
        return Err(PyValueError::new_err("standard_dev needs at least one value"));
    }
    Ok(standard_deviation(&numbers, 0))
}

/// The numbers in `values`, for the function of this name.
///
/// # Errors
/// As [`standard_dev`], but for a series without numbers.
pub(crate) fn numbers(function: &str, values: &Bound<'_, PyAny>) -> PyResult<Vec<f64>> {
    let list = values.cast_exact::<PyList>().ok();
    let length = list.map(|list| list.len());
    let iterator = values.try_iter().map_err(|error| explain_iteration(function, values, error))?;
    let mut numbers = Vec::new();
    for (index, element) in iterator.enumerate() {
        let number = number(function, index, &element?)?;
        if list.map(|list| list.len()) != length {
            return Err(PyRuntimeError::new_err("list changed size during iteration"));
        }
        numbers.try_reserve(1).map_err(|_| PyMemoryError::new_err(()))?;
        numbers.push(number);
    }
    Ok(numbers)
}

fn number(function: &str, index: usize, element: &Bound<'_, PyAny>) -> PyResult<f64> {
    element.extract().map_err(|error: PyErr| explain_element(function, index, element, error))
}

/// Python's own words, unless the object is simply nothing to iterate over.
fn explain_iteration(function: &str, values: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    let kind = values.get_type();
    if !error.is_instance_of::<PyTypeError>(values.py()) || has_any(&kind, ["__iter__", "__getitem__"]) {
        return error;
    }
    PyTypeError::new_err(format!(
        "{function} needs a list or another iterable of numbers, not {}",
        name(&kind)
    ))
}

/// Says which element it was, unless the element itself has raised.
fn explain_element(function: &str, index: usize, element: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    let (py, kind) = (element.py(), element.get_type());
    if error.is_instance_of::<PyTypeError>(py) && !has_any(&kind, ["__float__", "__index__"]) {
        PyTypeError::new_err(format!(
            "{function}: element {index} must be a real number, not {}",
            name(&kind)
        ))
    } else if error.is_instance_of::<PyOverflowError>(py) && element.is_exact_instance_of::<PyInt>() {
        PyOverflowError::new_err(format!("{function}: element {index} is too large to convert to float"))
    } else {
        error
    }
}

fn has_any(kind: &Bound<'_, PyAny>, attributes: [&str; 2]) -> bool {
    attributes.iter().any(|&attribute| kind.hasattr(attribute).unwrap_or(false))
}

pub(crate) fn name(kind: &Bound<'_, pyo3::types::PyType>) -> String {
    kind.name().map_or_else(|_| "an object".to_owned(), |name| name.to_string())
}
