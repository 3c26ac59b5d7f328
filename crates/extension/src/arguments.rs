//! How do Python's arguments become numbers and words, and what is said of those that do not?

use pyo3::Borrowed;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt};

use crate::general;

/// An argument that is a number of values. One too large for any array is as good as the largest.
///
/// # Errors
/// `TypeError` where it is no integer, `ValueError` where it is less than `least`.
pub(crate) fn count(
    function: &str,
    name: &str,
    argument: &Bound<'_, PyAny>,
    least: usize,
) -> PyResult<usize> {
    let kind = argument.get_type();
    let is_int = argument.is_exact_instance_of::<PyInt>();
    if !is_int
        && (argument.is_instance_of::<PyBool>() || !argument.hasattr(intern!(argument.py(), "__index__"))?)
    {
        return Err(PyTypeError::new_err(format!(
            "{function}: {name} must be an int, not {}",
            general::name(&kind)
        )));
    }
    let index = if is_int { argument.clone() } else { argument.call_method0("__index__")? };
    if index.lt(least)? {
        return Err(PyValueError::new_err(format!(
            "{function}: {name} must be at least {least}, and is {index}"
        )));
    }
    Ok(index.extract().unwrap_or(usize::MAX))
}

/// The axis that windows move along.
#[derive(Debug, Clone)]
pub(crate) enum Axis<'py> {
    /// Where none is named.
    Last,
    /// None is an error, since for NumPy it means all axes together.
    Given(Bound<'py, PyAny>),
}

impl<'py> FromPyObject<'_, 'py> for Axis<'py> {
    type Error = PyErr;

    fn extract(argument: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self::Given(argument.to_owned()))
    }
}

impl Axis<'_> {
    /// Which one of `axes` axes it is, counted from the first.
    ///
    /// # Errors
    /// `TypeError` where it is no integer, `ValueError` where the array has no such axis.
    pub(crate) fn number(self, function: &str, axes: usize) -> PyResult<usize> {
        let Self::Given(argument) = self else { return Ok(axes - 1) };
        if argument.is_instance_of::<PyBool>() || !argument.hasattr(intern!(argument.py(), "__index__"))? {
            let kind = general::name(&argument.get_type());
            return Err(PyTypeError::new_err(format!("{function}: axis must be an int, not {kind}")));
        }
        let number = argument.extract().unwrap_or(isize::MAX);
        let from_first = if number < 0 { number + axes as isize } else { number };
        usize::try_from(from_first).ok().filter(|&axis| axis < axes).ok_or_else(|| {
            PyValueError::new_err(format!("{function}: there is no axis {argument} among {axes}"))
        })
    }
}

/// What a word stands for.
///
/// # Errors
/// `ValueError` where it is none of these.
pub(crate) fn word<T: Copy, const COUNT: usize>(
    function: &str,
    name: &str,
    word: &str,
    meanings: [(&str, T); COUNT],
) -> PyResult<T> {
    meanings.iter().find(|(known, _)| *known == word).map(|&(_, meaning)| meaning).ok_or_else(|| {
        let known = meanings.map(|(known, _)| format!("'{known}'")).join(" or ");
        PyValueError::new_err(format!("{function}: {name} must be {known}, not '{word}'"))
    })
}
