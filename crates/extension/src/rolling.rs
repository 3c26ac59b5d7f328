//! Which arguments do the rolling functions take, and what do they return?

use breakeven_simd::spans::Missing;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;

use crate::arguments::{Axis, count, word};
use crate::array::Array;
use crate::bounds::{Bounds, Ends, Fixed};
use crate::detached::{self, Watch};
use crate::output::Output;
use crate::result::{self, Results};
use crate::source::Unreadable;
use crate::time::{self, Closed};
use crate::windows::{Method, Spaces, Statistic, Windows, Work};

macro_rules! rolling_function {
    ($name:ident, $statistic:expr, $text:literal) => {
        #[doc = $text]
        #[pyfunction]
        #[pyo3(
            signature = (a, window, *, ddof = None, method = "fast", edges = "full", missing = "propagate", min_count = None, center = false, step = None, closed = "right", axis = Axis::Last, index = None, out = None, threads = None),
            text_signature = "(a, window, *, ddof=0, method='fast', edges='full', missing='propagate', min_count=None, center=False, step=1, closed='right', axis=-1, index=None, out=None, threads=1)"
        )]
        #[expect(clippy::too_many_arguments, reason = "Python's keywords")]
        pub(crate) fn $name<'py>(
            a: &Bound<'py, PyAny>,
            window: &Bound<'py, PyAny>,
            ddof: Option<&Bound<'py, PyAny>>,
            method: &str,
            edges: &str,
            missing: &str,
            min_count: Option<&Bound<'py, PyAny>>,
            center: bool,
            step: Option<&Bound<'py, PyAny>>,
            closed: &str,
            axis: Axis<'py>,
            index: Option<&Bound<'py, PyAny>>,
            out: Option<&Bound<'py, PyAny>>,
            threads: Option<&Bound<'py, PyAny>>,
        ) -> PyResult<Bound<'py, PyAny>> {
            let options = Options {
                method, edges, missing, closed, center, ddof, min_count, step, axis, index, out, threads,
            };
            rolling(stringify!($name), $statistic, a, window, options)
        }
    };
}

rolling_function!(
    rolling_std,
    Statistic::Deviation,
    "Return the standard deviation of every window of a series, as a new array.

Parameters
----------
a : array or sequence of numbers, of any shape but ()
    NumPy arrays of any layout, masked ones too; array.array, memoryview, ctypes; Series of pandas and
    Polars, pyarrow arrays and anything else with the Arrow PyCapsule interface or __array__; an
    iterable of numbers. float16 to float64, bool, integers of any size, timedelta64. It must not
    change while this runs.
window : int, or with `index` a duration
    Values of a window, at least 1.
ddof : int
    The divisor is n - ddof. The default, 0, is the population's; pandas has 1.
method : \"fast\" or \"exact\"
    \"fast\" is within 1e-14 relative of the exact value; \"exact\" is correctly rounded, the bits of
    statistics.pstdev and statistics.stdev.
edges : \"full\" or \"valid\"
    \"full\" has a result for each value, \"valid\" for each window that lies within the series.
missing : \"propagate\" or \"skip\"
    Whether what is missing makes every window that holds it NaN, or is left out. Missing is what is null,
    masked, NA or NaT; NaN is, where a library does not tell the two apart.
min_count : int, optional
    How many values a window must have that are not missing. Where it is given, windows that reach beyond
    the ends of the series are those of the values they have. Otherwise these are NaN, and others need
    one value that is not missing.
center : bool
    Whether a result stands at the middle of its window, the later one of an even window, instead of
    its end.
step : int
    A result for every `step`-th value: the first, and so on.
closed : \"right\", \"left\", \"both\" or \"neither\"
    Which ends of the interval of `window` values or of time before a result belong to its window:
    \"left\" leaves out the value at the result, \"both\" takes one more before it.
axis : int
    The axis that windows move along.
index : array of numbers or datetime64, optional
    When each value of a series of one axis was taken, ascending; `window` is a duration in its unit
    then, or a timedelta, and windows are those of the values within it. min_count is 1 then.
    A Series of pandas with times for its index, and `window` a text such as \"2s\", needs none.
out : numpy.ndarray of float64, optional
    Where to write the result, instead of a new array. It must not overlap `a`.
threads : int
    Long arrays are computed by so many threads.

Returns
-------
numpy.ndarray of float64, with the axes of `a`; array.array('d') where NumPy cannot be imported
    A Series of pandas or Polars for a Series, with its index and name; timedelta64 for time differences,
    rounded to their unit.

Raises
------
TypeError
    No real numbers: complex, text, dates, or a table.
ValueError
    A window of no values, an axis that is not there, times that descend.

Notes
-----
A window with infinity in it is NaN, and one without is not affected by it. Equal values give exactly 0.
A window of no more than ddof values is NaN. Integers are exact, whatever their size.

The time does not depend on `window`; where windows differ in length it is several times as long.
Other threads run while this does, and Ctrl-C interrupts it.

Examples
--------
>>> rolling_std([1.0, 3.0, 7.0, 7.0], 2)
array([nan,  1.,  2.,  0.])
>>> rolling_std([1.0, 3.0, 7.0], 5, min_count=1)
array([0.        , 1.        , 2.49443826])"
);

rolling_function!(
    rolling_var,
    Statistic::Variance,
    "Return the variance of every window of a series, as a new array.

The squares of what rolling_std returns, within 2.1e-14 of the exact value; method=\"exact\" is
rolling_std's alone. Parameters and errors are those of rolling_std; for time differences the
variance has no unit, and is refused.

Examples
--------
>>> rolling_var([1.0, 3.0, 7.0, 7.0], 2)
array([nan,  1.,  4.,  0.])"
);

rolling_function!(
    rolling_mean,
    Statistic::Mean,
    "Return the mean of every window of a series, as a new array.

Within 1e-15 of the exact value, relative to it and to 1e-30 of the mean magnitude, whatever came before the
window. A window with infinity in it is NaN. ddof and method=\"exact\" are rolling_std's alone, and the
other parameters and errors are its.

Examples
--------
>>> rolling_mean([1.0, 3.0, 7.0, 7.0], 2)
array([nan,  2.,  5.,  7.])"
);

/// The arguments behind the window.
struct Options<'a, 'py> {
    method: &'a str,
    edges: &'a str,
    missing: &'a str,
    closed: &'a str,
    center: bool,
    ddof: Option<&'a Bound<'py, PyAny>>,
    min_count: Option<&'a Bound<'py, PyAny>>,
    step: Option<&'a Bound<'py, PyAny>>,
    axis: Axis<'py>,
    index: Option<&'a Bound<'py, PyAny>>,
    out: Option<&'a Bound<'py, PyAny>>,
    threads: Option<&'a Bound<'py, PyAny>>,
}

/// Which results there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edges {
    /// One for each value.
    Full,
    /// One for each window that lies within the series.
    Valid,
}

/// Whether a window is no number of values: a timedelta of Python, NumPy or pandas, an offset of pandas, or a word for one.
fn is_duration(window: &Bound<'_, PyAny>) -> PyResult<bool> {
    let is_of_numpy = match window.getattr_opt("dtype")? {
        Some(dtype) => dtype.getattr("kind").is_ok_and(|kind| kind.eq("m").unwrap_or(false)),
        None => false,
    };
    let has = |name: &&str| window.hasattr(*name).unwrap_or(false);
    Ok(is_of_numpy || ["total_seconds", "freqstr", "split"].iter().any(has))
}

fn rolling<'py>(
    function: &str,
    statistic: Statistic,
    a: &Bound<'py, PyAny>,
    window: &Bound<'py, PyAny>,
    options: Options<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let optional = |name, argument: Option<&Bound<'py, PyAny>>, least| {
        argument.map(|argument| count(function, name, argument, least)).transpose()
    };
    let refuse = |text: &str| Err(PyValueError::new_err(format!("{function}: {text}")));
    // a Series of pandas may have times of its own
    let is_time = options.index.is_some() || a.hasattr(intern!(a.py(), "iloc"))? && is_duration(window)?;
    let width = if is_time { 1 } else { count(function, "window", window, 1)? };
    let ddof = optional("ddof", options.ddof, 0)?;
    let method = word(function, "method", options.method, Method::WORDS)?;
    let edges = word(function, "edges", options.edges, [("full", Edges::Full), ("valid", Edges::Valid)])?;
    let missing = [("propagate", Missing::Propagate), ("skip", Missing::Skip)];
    let missing = word(function, "missing", options.missing, missing)?;
    let closed = word(function, "closed", options.closed, Closed::WORDS)?;
    let min_count = optional("min_count", options.min_count, 1)?;
    let step = optional("step", options.step, 1)?.unwrap_or(1);
    let threads = optional("threads", options.threads, 1)?.unwrap_or(1);
    if method == Method::Exact && statistic != Statistic::Deviation {
        return refuse("method='exact' is for rolling_std");
    }
    if ddof.is_some() && statistic == Statistic::Mean {
        return refuse("a mean has no ddof");
    }
    if let Some(least) = min_count.filter(|&least| !is_time && least > width) {
        return refuse(&format!("min_count is {least}, and a window has {width} values"));
    }
    let mut array = Array::of(function, a)?;
    if array.source.is_time && statistic == Statistic::Variance {
        return Err(PyTypeError::new_err(format!("{function}: a variance of time differences has no unit")));
    }
    if method == Method::Exact && array.source.is_rounded {
        return Err(detached::no_result(function, Unreadable::Wide));
    }
    let axes = array.source.shape().len();
    let axis = options.axis.number(function, axes)?;
    let mut shape = array.source.shape().to_vec();
    let length = shape[axis];
    let windows = |bounds, count| Windows {
        statistic,
        method,
        ddof: ddof.unwrap_or(0),
        missing,
        least: min_count.unwrap_or(1),
        bounds,
        count,
    };
    let windows = if is_time {
        if axes != 1 || options.center || step != 1 || edges == Edges::Valid {
            return refuse(
                "a window of time takes a series of one axis, and no center, step or edges='valid'",
            );
        }
        let spans = time::spans(function, window, options.index, &array.kind, length, closed)?;
        windows(Bounds::Given(spans), length)
    } else {
        let ends = if min_count.is_some() { Ends::Computed } else { Ends::Nan };
        let fixed = fixed(width, length, options.center, step, closed, ends);
        let whole = fixed.whole(length, length.div_ceil(step));
        match edges {
            Edges::Full => windows(Bounds::Fixed(fixed), length.div_ceil(step)),
            Edges::Valid => {
                let first_end = fixed.first_end + (whole.start * step) as isize;
                windows(Bounds::Fixed(Fixed { first_end, ..fixed }), whole.len())
            }
        }
    };
    shape[axis] = windows.count;
    let output = match options.out {
        Some(out) => Output::given(function, out, &shape)?,
        None => Output::new(a.py(), &shape)?,
    };
    let mut places = output.places();
    if options.out.is_some() && array.overlaps(&places.addresses()) {
        return refuse("out overlaps the input");
    }
    array.source.move_to_end(axis);
    places.move_to_end(axis);
    let numbers: usize = array.source.shape().iter().product();
    let work = Work::new(&array.source, places, windows);
    let unit = |number, room: &mut Spaces, watch: &Watch<'_>| work.unit(number, room, watch);
    detached::run(a.py(), function, numbers.max(shape.iter().product()), work.units(), threads, unit)?;
    if options.out.is_some() {
        return Ok(output.into_object());
    }
    let count = if edges == Edges::Full && step == 1 { Results::Each } else { Results::Fewer };
    let results = match array.of_times() {
        Some(times) => output.into_times(times)?,
        None => output.into_object(),
    };
    result::of_kind(results, &array.kind, count)
}

/// The windows of `width` values, or one more or less by `closed`: as pandas places them.
fn fixed(width: usize, length: usize, center: bool, step: usize, closed: Closed, ends: Ends) -> Fixed {
    // no window need be longer than twice the series
    let width = width.min(2 * length + 2);
    let ahead = if center { (width - 1) / 2 } else { 0 };
    let (is_left, is_right) = (closed.has_left(), closed.has_right());
    Fixed {
        width: width + usize::from(is_left) - usize::from(!is_right),
        first_end: 1 + ahead as isize - isize::from(!is_right),
        step: step.min(length.max(1)),
        ends,
    }
}
