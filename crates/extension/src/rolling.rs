//! Which arguments does `rolling_std` take, and what does it return?

use pyo3::exceptions::{PyMemoryError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt};

use crate::array::{Array, Room, Unreadable};
use crate::general;
use crate::output::Output;
use crate::windows::{Method, Missing, Windows};

/// Windows that are computed at once, unless eight windows are longer: few enough for converted values to stay in the
/// cache, and the extra cost of a block is its first window. Blocks start at multiples from the start of a series,
/// whatever its layout, so results depend on the values and on nothing else.
const BLOCK: usize = 1 << 16;

/// Windows between two looks at Python's signals.
const STEP: usize = 1 << 20;

/// With fewer numbers than this, letting go of Python's lock costs more than it gives.
const LONG: usize = 4096;

/// Return the standard deviation of every window of a series, as a new array.
///
/// Parameters
/// ----------
/// a : array or sequence of numbers
///     Anything with the buffer protocol (NumPy arrays, array.array, memoryview; strided and reversed
///     ones too) of float64, float32, bool or integers of 8 to 64 bits; or with __array__ (pandas,
///     Polars); or an iterable of numbers. Of an array with several axes every series along the last
///     one. It must not change while this runs.
/// window : int
///     Values of a window, at least 1.
/// ddof : int
///     The divisor is n - ddof. The default, 0, is the population's; pandas has 1.
/// method : "fast" or "exact"
///     "fast" is within 1e-14 relative of the exact value; "exact" is correctly rounded, the bits of
///     statistics.pstdev and statistics.stdev.
/// edges : "full" or "valid"
///     "full" has the input's length, the first window - 1 results being NaN; "valid" leaves them out.
/// missing : "propagate" or "skip"
///     NaN makes every window that holds it NaN, or is left out.
/// min_count : int, optional
///     With missing="skip", how many values a window needs to have left; 1 unless given.
/// axis : int
///     The last one, -1.
///
/// Returns
/// -------
/// numpy.ndarray of float64, or array.array('d') where NumPy cannot be imported.
///
/// A window with infinity in it is NaN, and one without is not affected by it. Equal values give
/// exactly 0. A window of no more than ddof values is NaN. Integers are exact; those of more than
/// 53 bits in a list are rounded as float() does.
///
/// Other threads run while this does, and Ctrl-C interrupts it.
#[pyfunction]
#[pyo3(
    signature = (a, window, *, ddof = None, method = "fast", edges = "full", missing = "propagate", min_count = None, axis = None),
    text_signature = "(a, window, *, ddof=0, method='fast', edges='full', missing='propagate', min_count=None, axis=-1)"
)]
#[expect(clippy::too_many_arguments, reason = "Python's keywords")]
pub(crate) fn rolling_std<'py>(
    a: &Bound<'py, PyAny>,
    window: &Bound<'py, PyAny>,
    ddof: Option<&Bound<'py, PyAny>>,
    method: &str,
    edges: &str,
    missing: &str,
    min_count: Option<&Bound<'py, PyAny>>,
    axis: Option<isize>,
) -> PyResult<Bound<'py, PyAny>> {
    let window = count("window", window, 1)?;
    let ddof = ddof.map_or(Ok(0), |ddof| count("ddof", ddof, 0))?;
    let method = word("method", method, [("fast", Method::Fast), ("exact", Method::Exact)])?;
    let edges = word("edges", edges, [("full", Edges::Full), ("valid", Edges::Valid)])?;
    let skip = Missing::Skip { least: min_count.map_or(Ok(1), |least| count("min_count", least, 1))? };
    let missing = word("missing", missing, [("propagate", Missing::Propagate), ("skip", skip)])?;
    match missing {
        Missing::Propagate if min_count.is_some() => {
            return Err(PyValueError::new_err("rolling_std: min_count needs missing='skip'"));
        }
        Missing::Skip { least } if least > window => {
            return Err(PyValueError::new_err(format!(
                "rolling_std: min_count is {least}, and a window has {window} values"
            )));
        }
        _ => {}
    }
    let array = Array::of("rolling_std", a)?;
    let last = array.shape().len() as isize - 1;
    if axis.is_some_and(|axis| axis != -1 && axis != last) {
        return Err(PyValueError::new_err(format!(
            "rolling_std goes along the last axis, which is {last} here: move yours there, as in \
             numpy.moveaxis(a, {}, -1)",
            axis.unwrap_or_default()
        )));
    }
    over_all_series(a.py(), &array, Windows { window, ddof, method, missing }, edges)
}

/// Which results there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edges {
    /// One for each value.
    Full,
    /// One for each window.
    Valid,
}

fn over_all_series<'py>(
    py: Python<'py>,
    array: &Array,
    windows: Windows,
    edges: Edges,
) -> PyResult<Bound<'py, PyAny>> {
    let mut shape = array.shape().to_vec();
    let length = shape.pop().expect("an array has an axis");
    let starts = (length + 1).saturating_sub(windows.window);
    let head = if edges == Edges::Full { length - starts } else { 0 };
    let series: usize = shape.iter().product();
    shape.push(head + starts);
    let mut output = Output::new(py, &shape)?;

    let block = BLOCK * windows.window.min(length).saturating_mul(8).div_ceil(BLOCK).max(1);
    // of a series without a full window too, which has results all the same
    let of_series = |number| (0..starts.max(1)).step_by(block).map(move |start| (number, start));
    let mut blocks = (0..series).flat_map(of_series);
    let out = output.numbers();
    let mut room = Room::default();
    // about STEP windows, of one series or of several; returns whether they were the last
    let mut step = || {
        let mut done = 0;
        while done < STEP {
            let Some((number, start)) = blocks.next() else { return Ok(true) };
            let (head, out) = out[number * (head + starts)..][..head + starts].split_at_mut(head);
            head.fill(f64::NAN);
            let starts = start..starts.min(start + block);
            windows.compute(array, number, starts.clone(), &mut room, &mut out[starts.clone()])?;
            done += head.len() + starts.len();
        }
        Ok(false)
    };
    loop {
        let is_done = if series * length < LONG { step() } else { py.detach(&mut step) };
        if is_done.map_err(no_result)? {
            return Ok(output.into_object());
        }
        py.check_signals()?;
    }
}

fn no_result(reason: Unreadable) -> PyErr {
    match reason {
        Unreadable::NoMemory => PyMemoryError::new_err(()),
        Unreadable::Wide => PyValueError::new_err(
            "rolling_std: method='exact' takes no integers that differ by more than 2**53 within a window",
        ),
    }
}

/// An argument that is a number of values. One too large for any array is as good as the largest.
fn count(name: &str, argument: &Bound<'_, PyAny>, least: usize) -> PyResult<usize> {
    let kind = argument.get_type();
    let is_int = argument.is_exact_instance_of::<PyInt>();
    if !is_int && (argument.is_instance_of::<PyBool>() || !argument.hasattr("__index__")?) {
        return Err(PyTypeError::new_err(format!(
            "rolling_std: {name} must be an int, not {}",
            general::name(&kind)
        )));
    }
    let index = if is_int { argument.clone() } else { argument.call_method0("__index__")? };
    if index.lt(least)? {
        return Err(PyValueError::new_err(format!(
            "rolling_std: {name} must be at least {least}, and is {index}"
        )));
    }
    Ok(index.extract().unwrap_or(usize::MAX))
}

/// What a word stands for.
fn word<T: Copy, const COUNT: usize>(name: &str, word: &str, meanings: [(&str, T); COUNT]) -> PyResult<T> {
    meanings.iter().find(|(known, _)| *known == word).map(|&(_, meaning)| meaning).ok_or_else(|| {
        let known = meanings.map(|(known, _)| format!("'{known}'")).join(" or ");
        PyValueError::new_err(format!("rolling_std: {name} must be {known}, not '{word}'"))
    })
}
