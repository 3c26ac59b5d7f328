//! Which values lie within a duration before each value?

use std::ops::Range;

use pyo3::exceptions::{PyImportError, PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::array::{Array, Kind};
use crate::detached::no_result;
use crate::source::{Room, Snapshot, Unreadable};

/// Which ends of an interval belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closed {
    Right,
    Left,
    Both,
    Neither,
}

impl Closed {
    pub(crate) const WORDS: [(&'static str, Self); 4] =
        [("right", Self::Right), ("left", Self::Left), ("both", Self::Both), ("neither", Self::Neither)];

    pub(crate) fn has_left(self) -> bool {
        matches!(self, Self::Left | Self::Both)
    }

    pub(crate) fn has_right(self) -> bool {
        matches!(self, Self::Right | Self::Both)
    }
}

/// For each value those whose times lie between its own, less `window`, and its own. Times that are equal are all in or all out.
///
/// # Errors
/// The times are not as many as the values, descend, or are missing; the window is no positive duration in their unit.
pub(crate) fn spans<'py>(
    function: &str,
    window: &Bound<'py, PyAny>,
    index: Option<&Bound<'py, PyAny>>,
    kind: &Kind<'py>,
    length: usize,
    closed: Closed,
) -> PyResult<Vec<Range<usize>>> {
    let index = match (index, kind) {
        (Some(index), _) => index.clone(),
        (None, Kind::Pandas(series)) => series.getattr("index")?,
        _ => {
            return Err(PyTypeError::new_err(format!(
                "{function}: a window of time needs the times of the values: index="
            )));
        }
    };
    let (times, window) = in_one_unit(function, window, &index)?;
    let times = Array::of(function, &times)?;
    if times.source.shape() != [length] {
        return Err(PyValueError::new_err(format!(
            "{function}: index has shape {:?}, and the series {length} values",
            times.source.shape()
        )));
    }
    let mut room = Room::default();
    let spans = match times.source.numbers(0..1, 0..length, Snapshot::NotNeeded, &mut room) {
        Ok(times) if times.values.iter().all(|time| time.is_finite()) => {
            within(times.values, |now, other| now - other, window, closed)
        }
        Ok(_) => None,
        // nanoseconds of more than 104 days are integers that no double holds
        Err(Unreadable::Wide) => times.source.present_integers(0..length, &mut room).and_then(|times| {
            within(times, |now, other| (i128::from(now) - i128::from(other)) as f64, window, closed)
        }),
        Err(reason) => return Err(no_result(function, reason)),
    };
    spans.ok_or_else(|| {
        PyValueError::new_err(format!("{function}: the times of index must ascend, and none be missing"))
    })
}

/// The values of each window; `None` where times descend. Differences are compared, since a time itself may be too large
/// for the window to be added without rounding.
fn within<T: Copy + PartialOrd>(
    times: &[T],
    since: impl Fn(T, T) -> f64,
    window: f64,
    closed: Closed,
) -> Option<Vec<Range<usize>>> {
    if !times.is_sorted() {
        return None;
    }
    let (mut start, mut end) = (0, 0);
    let of_time = |&time: &T| {
        let is_before = |other: T| {
            if closed.has_left() { since(time, other) > window } else { since(time, other) >= window }
        };
        let is_within = |other: T| if closed.has_right() { other <= time } else { other < time };
        while end < times.len() && is_within(times[end]) {
            end += 1;
        }
        while start < times.len() && is_before(times[start]) {
            start += 1;
        }
        start.min(end)..end
    };
    Some(times.iter().map(of_time).collect())
}

/// Times and the window as numbers of one unit.
fn in_one_unit<'py>(
    function: &str,
    window: &Bound<'py, PyAny>,
    index: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyAny>, f64)> {
    let py = index.py();
    let index = as_array(index)?;
    let kind: String = match index.getattr_opt("dtype")? {
        Some(dtype) => dtype.getattr("kind")?.extract()?,
        None => String::new(),
    };
    let no_duration = || {
        let advice = if kind == "M" || kind == "m" {
            "a positive duration"
        } else if window.extract::<f64>().is_ok() {
            "a positive number in the unit of index"
        } else {
            "a positive number in the unit of index, which holds no times: numpy.array(index, 'M8[us]') makes times of datetimes"
        };
        PyValueError::new_err(format!("{function}: window is {window}, and must be {advice}"))
    };
    let (times, width) = if kind == "M" || kind == "m" {
        let numpy = py.import("numpy")?;
        // pandas reads "2s" and its own offsets
        let window = if window.hasattr("split")? || window.hasattr("nanos").unwrap_or(true) {
            let pandas = py.import("pandas").map_err(|_| {
                PyImportError::new_err(format!(
                    "{function}: window {window} is read by pandas, which cannot be imported: pass a datetime.timedelta"
                ))
            })?;
            let duration = pandas.getattr("Timedelta")?.call1((window,));
            let duration = duration.and_then(|duration| duration.call_method0("to_timedelta64"));
            duration.map_err(|_| no_duration())?
        } else {
            numpy.getattr("timedelta64")?.call1((window,)).map_err(|_| no_duration())?
        };
        // moments as differences from 1970
        let dtype: String = index.getattr("dtype")?.getattr("str")?.extract()?;
        let times = index.call_method1("view", (dtype.replace('M', "m"),))?;
        let own = window.getattr("dtype")?;
        let unit = numpy.call_method1("promote_types", (times.getattr("dtype")?, &own))?;
        let width = window.call_method1("astype", (&unit,))?;
        // a window that the unit cannot hold comes back as another: all times are within it
        let is_held = width.call_method1("astype", (own,))?.eq(&window)?;
        let width = if is_held { &width } else { &window }.call_method1("astype", ("int64",))?;
        let width: i64 = width.extract()?;
        let width = if is_held || width < 0 { width } else { i64::MAX };
        (times.call_method1("astype", (&unit,))?, width.into_pyobject(py)?.into_any())
    } else {
        (index, window.clone())
    };
    let width: f64 = width.extract().map_err(|_| no_duration())?;
    if width > 0.0 { Ok((times, width)) } else { Err(no_duration()) }
}

/// The array of NumPy that a column gives; of pandas' times in some zone the moments, which have no zone.
fn as_array<'py>(index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if !index.hasattr("to_numpy")? {
        return Ok(index.clone());
    }
    let dtype = index.getattr_opt("dtype")?;
    match dtype.filter(|dtype| dtype.hasattr("tz").unwrap_or(false)) {
        Some(dtype) => index.call_method1("to_numpy", (format!("M8[{}]", dtype.getattr("unit")?),)),
        None => index.call_method0("to_numpy"),
    }
}
