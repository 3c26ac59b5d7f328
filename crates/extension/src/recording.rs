//! How does an hour of walking in a NumPy array become steps, in one call?
//!
//! Arrays are rows by channels, as in the files: 100 rows a second, ax ay az [gx gy gz], int16. The work is
//! done without Python's lock, a few thousand rows at a time, so memory does not grow with the recording
//! but by what is returned.

use std::ops::Range;

use breakeven_pedometer::{Channels, Stream};
use breakeven_problem::signal::MISSING;
use breakeven_problem::{Bank, Count};
use breakeven_simd::SimdBank;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::array::Array;
use crate::element::Element;
use crate::output::Output;
use crate::source::Source;

/// Rows between two looks at Python's signals: about 11 minutes, and some 50 ms of work.
const BLOCK_ROWS: usize = 1 << 16;

/// Count the steps in a recording.
///
/// Parameters
/// ----------
/// array : array of int16, rows x channels
///     100 rows a second; 3 channels (accelerometer x y z, 2048 per g) or 6 (and gyroscope x y z,
///     16.384 per degree per second). -32768 is a missing sample. Any strides. It must not change
///     while this runs.
/// with_m : bool
///     Whether to return M as well, which takes 4 bytes per row and channel.
///
/// Returns
/// -------
/// dict
///     "steps": how many there are; "indices": their rows, ascending, an array of int64; "sum_m": the
///     sum of M of each channel, the checksum of all standard deviations; "m", where asked for: what
///     std_bank returns.
///
/// The computation is the project's pedometer, bit for bit. Fewer than 201 rows have no steps. Other
/// threads run while this does, and Ctrl-C interrupts it.
#[pyfunction]
#[pyo3(signature = (array, *, with_m = false))]
pub(crate) fn count_steps<'py>(array: &Bound<'py, PyAny>, with_m: bool) -> PyResult<Bound<'py, PyDict>> {
    let py = array.py();
    let recording = Recording::of("count_steps", array)?;
    let mut m = if with_m { Some(recording.new_m(py)?) } else { None };
    let counted = recording.count(py, m.as_mut().map(Output::numbers))?;
    let mut indices = Output::<i64>::new(py, &[counted.steps.len()])?;
    for (index, &step) in indices.numbers().iter_mut().zip(&counted.steps) {
        *index = step as i64;
    }
    let result = PyDict::new(py);
    result.set_item("steps", counted.steps.len())?;
    result.set_item("indices", indices.into_object())?;
    result.set_item("sum_m", counted.sum_m)?;
    if let Some(m) = m {
        result.set_item("m", m.into_object())?;
    }
    Ok(result)
}

/// Return M of a recording: per row and channel, the sum of 51 standard deviations, in sixteenths.
///
/// Parameters
/// ----------
/// array : array of int16, rows x channels
///     As count_steps takes it.
/// clean : bool
///     Whether missing samples are bridged and single spikes taken out first, as count_steps does.
///     Without, every sample counts as it is, and none may be missing.
///
/// Returns
/// -------
/// numpy.ndarray of int32, rows x channels
///     The sum over n = 50 .. 100 of floor(16 sd + 0.5), where sd is the standard deviation of the n
///     values before the row, partly changed by earlier ones: what lies beyond two deviations of
///     the mean enters with half of its excess. 0 in the first 50 rows; full from row 100 on.
///
/// Other threads run while this does, and Ctrl-C interrupts it.
#[pyfunction]
#[pyo3(signature = (array, *, clean = true))]
pub(crate) fn std_bank<'py>(array: &Bound<'py, PyAny>, clean: bool) -> PyResult<Bound<'py, PyAny>> {
    let py = array.py();
    let recording = Recording::of("std_bank", array)?;
    let mut m = recording.new_m(py)?;
    if clean {
        recording.count(py, Some(m.numbers()))?;
    } else {
        recording.bank(py, m.numbers())?;
    }
    Ok(m.into_object())
}

/// An array that has been found to hold a recording.
struct Recording<'py> {
    array: Array<'py>,
    rows: usize,
    channels: Channels,
}

/// What a recording comes to.
struct Counted {
    steps: Vec<usize>,
    sum_m: Vec<i64>,
}

impl<'py> Recording<'py> {
    fn of(function: &str, object: &Bound<'py, PyAny>) -> PyResult<Self> {
        let mut array = Array::of(function, object)?;
        if array.source.layout.element() != Element::I16 || array.source.may_miss() {
            return Err(PyTypeError::new_err(format!(
                "{function} needs an array of int16, 2048 per g and 16.384 per degree per second: \
                 convert yours, as in numpy.rint(2048 * g).astype('int16')"
            )));
        }
        let &[rows, columns] = array.source.shape() else {
            return Err(PyValueError::new_err(format!(
                "{function} needs rows x channels, two axes, and this has {}",
                array.source.shape().len()
            )));
        };
        let channels = Channels::try_from(columns).map_err(|_| {
            let turned = if matches!(rows, 3 | 6) { ": turn it, as in a.T" } else { "" };
            PyValueError::new_err(format!(
                "{function} needs rows x channels, with 3 or 6 channels, and this is {rows} x {columns}{turned}"
            ))
        })?;
        array.source.move_to_end(0); // a channel is a series
        Ok(Self { array, rows, channels })
    }

    fn new_m(&self, py: Python<'py>) -> PyResult<Output<'py, i32>> {
        Output::new(py, &[self.rows, self.channels.number()])
    }

    /// The whole pedometer; M goes to `m`, row by row, if it is wanted.
    fn count(&self, py: Python<'_>, mut m: Option<&mut [i32]>) -> PyResult<Counted> {
        let (source, number) = (&self.array.source, self.channels.number());
        let mut stream = Stream::<SimdBank>::new(self.channels);
        let mut count = Count::default();
        let mut sum_m = vec![0; number];
        let mut rows_of_m = 0;
        let mut hand_on = |count: &mut Count| {
            for (sum, more) in sum_m.iter_mut().zip(count.sum_m()) {
                *sum += more;
            }
            let rows = count.m.first().map_or(0, Vec::len);
            if let Some(m) = &mut m {
                interleave(&count.m, &mut m[rows_of_m * number..][..rows * number]);
            }
            rows_of_m += rows;
            count.m.iter_mut().for_each(Vec::clear);
        };
        let mut samples = vec![Vec::new(); number];
        for rows in blocks(self.rows) {
            py.detach(|| {
                read(source, rows, &mut samples);
                stream.push(&samples.iter().map(Vec::as_slice).collect::<Vec<_>>(), &mut count);
                hand_on(&mut count);
            });
            py.check_signals()?;
        }
        py.detach(|| {
            stream.finish(&mut count);
            hand_on(&mut count);
        });
        Ok(Counted { steps: count.steps, sum_m })
    }

    /// The bank by itself.
    fn bank(&self, py: Python<'_>, m: &mut [i32]) -> PyResult<()> {
        let (source, number) = (&self.array.source, self.channels.number());
        let mut bank = SimdBank::new(number);
        let mut samples = vec![Vec::new(); number];
        let mut of_channels = vec![Vec::new(); number];
        for rows in blocks(self.rows) {
            let out = &mut m[rows.start * number..rows.end * number];
            let missing = py.detach(|| {
                read(source, rows.clone(), &mut samples);
                let missing = first_missing(&samples);
                if missing.is_none() {
                    of_channels.iter_mut().for_each(|m| m.resize(rows.len(), 0));
                    let mut slices: Vec<_> = of_channels.iter_mut().map(Vec::as_mut_slice).collect();
                    bank.push(&samples.iter().map(Vec::as_slice).collect::<Vec<_>>(), &mut slices);
                    interleave(&of_channels, out);
                }
                missing
            });
            if let Some((row, channel)) = missing {
                return Err(PyValueError::new_err(format!(
                    "std_bank: row {}, channel {channel} is missing ({MISSING}), and clean=False takes no missing sample",
                    rows.start + row
                )));
            }
            py.check_signals()?;
        }
        Ok(())
    }
}

/// The channels of some rows.
fn read(source: &Source, rows: Range<usize>, samples: &mut [Vec<i16>]) {
    for (channel, samples) in samples.iter_mut().enumerate() {
        samples.clear();
        source.layout.collect(channel..channel + 1, rows.clone(), samples, |sample: i16| sample);
    }
}

fn blocks(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows).step_by(BLOCK_ROWS).map(move |start| start..rows.min(start + BLOCK_ROWS))
}

fn first_missing(samples: &[Vec<i16>]) -> Option<(usize, usize)> {
    let missing = |samples: &Vec<i16>| samples.iter().position(|&sample| sample == MISSING);
    let of_channels = samples.iter().enumerate();
    of_channels.filter_map(|(channel, samples)| Some((missing(samples)?, channel))).min()
}

/// One value of each channel after the other, row by row.
fn interleave(channels: &[Vec<i32>], rows: &mut [i32]) {
    for (row, out) in rows.chunks_exact_mut(channels.len()).enumerate() {
        for (out, channel) in out.iter_mut().zip(channels) {
            *out = channel[row];
        }
    }
}
