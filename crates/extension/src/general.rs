//! What else does Python take for a series of numbers?
//!
//! Anything that can be iterated over, with elements that have a `__float__` or an `__index__`: lists
//! with bools, NumPy's scalars, Decimals or Fractions in them, lists of subclasses, arrays, ranges,
//! generators. Elements are asked one at a time and may run any code, so each is held by a reference of
//! its own while it is asked, and the iterator reads the list's length again at every step.
//!
//! Where an element changes the length of the list it is in, the answer would be of a list that
//! never existed. That raises RuntimeError, as it does for a dict.

use std::fmt::Display;

use pyo3::exceptions::{PyMemoryError, PyOverflowError, PyRuntimeError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyList};

use crate::direct::FIRST_INEXACT;
use crate::numpy_array::ComplexType;

/// Elements that are asked before Python's signals are looked at: some milliseconds.
const BETWEEN_LOOKS: usize = 1 << 14;

/// Numbers, in a type that holds each of them without rounding where there is one.
pub(crate) enum Numbers {
    Doubles(Vec<f64>),
    /// Integers, of which some are beyond 2^53.
    Signed(Vec<i64>),
    /// The same, where some are beyond 2^63.
    Unsigned(Vec<u64>),
    /// Integers of more than 64 bits, less the integer next to their mean.
    Shifted {
        numbers: Vec<f64>,
        /// What has been subtracted.
        offset: f64,
        /// Whether a difference was rounded.
        is_rounded: bool,
    },
}

/// The numbers in `values`, for the function of this name.
///
/// # Errors
/// `TypeError` where `values` is not iterable or an element is no real number, `OverflowError` for an int beyond
/// the range of a float, `RuntimeError` where an element changes the length of the list, and whatever an element raises.
pub(crate) fn numbers(function: &str, values: &Bound<'_, PyAny>) -> PyResult<Numbers> {
    let list = values.cast_exact::<PyList>().ok();
    let length = list.map(|list| list.len());
    let iterator = values.try_iter().map_err(|error| explain_iteration(function, values, error))?;
    let complex = ComplexType::get(values.py())?;
    let mut numbers = Vec::new();
    let mut wide = Vec::new();
    for (index, element) in iterator.enumerate() {
        if index.is_multiple_of(BETWEEN_LOOKS) {
            values.py().check_signals()?;
        }
        let element = element?;
        let number = match number(function, format_args!("element {index}"), &element, complex) {
            Err(error) if element.is_exact_instance_of::<PyInt>() => {
                wide.push((index, element, Some(error)));
                f64::INFINITY
            }
            number => {
                let number = number?;
                if number.abs() >= FIRST_INEXACT && is_integer(&element)? {
                    wide.push((index, element, None));
                }
                number
            }
        };
        if list.map(|list| list.len()) != length {
            return Err(PyRuntimeError::new_err("list changed size during iteration"));
        }
        numbers.try_reserve(1).map_err(|_| PyMemoryError::new_err(()))?;
        numbers.push(number);
    }
    if wide.is_empty() { Ok(Numbers::Doubles(numbers)) } else { integers(values.py(), numbers, wide) }
}

/// An element that float() has rounded or refused: its number in the series, itself, and the error.
type Wide<'py> = (usize, Bound<'py, PyAny>, Option<PyErr>);

/// The numbers of a series with integers beyond 2^53: exact where all of them are integers.
///
/// Where one is a fraction, and so below 2^52, the others lie so far from it that float() may round them.
fn integers(py: Python<'_>, numbers: Vec<f64>, mut wide: Vec<Wide<'_>>) -> PyResult<Numbers> {
    let is_wide = |index: usize| wide.binary_search_by_key(&index, |(wide, ..)| *wide).is_ok();
    let are_integers =
        numbers.iter().enumerate().all(|(index, number)| number.fract() == 0.0 || is_wide(index));
    let refused = wide.iter_mut().find_map(|(.., error)| error.take());
    if !are_integers {
        return refused.map_or(Ok(Numbers::Doubles(numbers)), Err);
    }
    const ABOVE_SIGNED: f64 = (1_u64 << 63) as f64;
    let signed = |number: f64| (-ABOVE_SIGNED..ABOVE_SIGNED).contains(&number).then_some(number as i64);
    if let Some(signed) = converted(py, &numbers, &wide, signed)? {
        return Ok(Numbers::Signed(signed));
    }
    let unsigned = |number: f64| (0.0..2.0 * ABOVE_SIGNED).contains(&number).then_some(number as u64);
    if let Some(unsigned) = converted(py, &numbers, &wide, unsigned)? {
        return Ok(Numbers::Unsigned(unsigned));
    }
    let mut elements = Vec::new();
    let mut of_wide = wide.iter().peekable();
    for (number, double) in numbers.iter().enumerate() {
        if number.is_multiple_of(BETWEEN_LOOKS) {
            py.check_signals()?;
        }
        elements.push(match of_wide.next_if(|(wide, ..)| *wide == number) {
            Some((_, element, _)) => element.call_method0("__index__")?,
            None => PyFloat::new(py, *double).call_method0("__int__")?,
        });
    }
    let mut sum = 0_i32.into_pyobject(py)?.into_any();
    for (number, element) in elements.iter().enumerate() {
        if number.is_multiple_of(BETWEEN_LOOKS) {
            py.check_signals()?;
        }
        sum = sum.add(element)?;
    }
    let mean = sum.floor_div(elements.len())?;
    let (mut shifted, mut is_rounded) = (Vec::new(), false);
    for (number, element) in elements.iter().enumerate() {
        if number.is_multiple_of(BETWEEN_LOOKS) {
            py.check_signals()?;
        }
        let difference = element.sub(&mean)?;
        let Ok(number) = difference.extract::<f64>() else {
            let too_large = || PyOverflowError::new_err("integers differ by more than a float can hold");
            return Err(refused.unwrap_or_else(too_large));
        };
        is_rounded |= number.abs() >= FIRST_INEXACT;
        shifted.push(number);
    }
    let offset = mean.extract().unwrap_or(f64::INFINITY);
    Ok(Numbers::Shifted { numbers: shifted, offset, is_rounded })
}

/// Integers in a type, if it holds each of them: of those that are not wide `convert` makes one of its double.
fn converted<T: for<'a, 'py> FromPyObject<'a, 'py>>(
    py: Python<'_>,
    numbers: &[f64],
    wide: &[Wide<'_>],
    convert: impl Fn(f64) -> Option<T>,
) -> PyResult<Option<Vec<T>>> {
    let mut integers = Vec::with_capacity(numbers.len());
    let mut of_wide = wide.iter().peekable();
    for (index, number) in numbers.iter().enumerate() {
        if index.is_multiple_of(BETWEEN_LOOKS) {
            py.check_signals()?;
        }
        let integer = match of_wide.next_if(|(wide, ..)| *wide == index) {
            Some((_, element, _)) => element.extract().ok(),
            None => convert(*number),
        };
        let Some(integer) = integer else { return Ok(None) };
        integers.push(integer);
    }
    Ok(Some(integers))
}

/// Whether an element that has become a large double is an integer, which float() may have rounded.
pub(crate) fn is_integer(element: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(element.is_exact_instance_of::<PyInt>()
        || !element.is_instance_of::<PyFloat>() && element.hasattr(intern!(element.py(), "__index__"))?)
}

/// The number of an object, which errors call `what`; an integer beyond 2^53 may be rounded.
///
/// # Errors
/// `TypeError` where it is no real number, `OverflowError` for an int beyond the range of a float, and whatever it raises.
pub(crate) fn number(
    function: &str,
    what: impl Display,
    object: &Bound<'_, PyAny>,
    complex: Option<ComplexType>,
) -> PyResult<f64> {
    let (py, kind) = (object.py(), object.get_type());
    let no_real_number = || {
        let kind = name(&kind);
        PyTypeError::new_err(format!("{function}: {what} must be a real number, not {kind}"))
    };
    // float() would drop the imaginary part of NumPy's complex numbers, of which complex64 is no complex of Python's
    if complex.is_some_and(|complex| complex.is_of(object)) {
        return Err(no_real_number());
    }
    // Python's own words, unless they say less
    object.extract().map_err(|error: PyErr| {
        if error.is_instance_of::<PyTypeError>(py) && !has_any(&kind, ["__float__", "__index__"]) {
            no_real_number()
        } else if error.is_instance_of::<PyOverflowError>(py) && object.is_exact_instance_of::<PyInt>() {
            PyOverflowError::new_err(format!("{function}: {what} is too large to convert to float"))
        } else {
            error
        }
    })
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

fn has_any(kind: &Bound<'_, PyAny>, attributes: [&str; 2]) -> bool {
    attributes.iter().any(|&attribute| kind.hasattr(attribute).unwrap_or(false))
}

pub(crate) fn name(kind: &Bound<'_, pyo3::types::PyType>) -> String {
    kind.name().map_or_else(|_| "an object".to_owned(), |name| name.to_string())
}
