//! What does `standard_dev` take and return that is no list?

use std::ops::Range;

use breakeven_simd::integer_windows::IntegerWindow;
use breakeven_simd::{
    exact, standard_deviation, standard_deviation_by_blocks, standard_deviation_of, widened,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arguments::{Axis, count, word};
use crate::array::Array;
use crate::blocks::Blocks;
use crate::detached::{self, Watch};
use crate::element::{Element, Narrow};
use crate::output::Output;
use crate::source::{Room, Snapshot, Source, Unreadable, are_near};
use crate::windows::Method;

/// Numbers of some series that are read at once.
const BLOCK: usize = 1 << 16;

/// The same of series that lie across the memory, and how many of these at most.
const ACROSS: usize = 1 << 22;
const ABREAST: usize = 64;

/// Return the standard deviation of an array, a list or another iterable of numbers.
///
/// Parameters
/// ----------
/// values : array or iterable of numbers
///     What rolling_std takes. Lists and tuples of floats and ints, and arrays of one axis, are quickest.
///     A float subclass counts with the value it holds, anything else with its __float__ or __index__.
/// ddof : int
///     The divisor is n - ddof. The default, 0, is the population's; pandas and statistics.stdev have 1.
/// axis : int, optional
///     The axis to compute along; by default all numbers together.
/// method : "fast" or "exact"
///     "fast" is within 1e-14 relative of the exact value; "exact" is correctly rounded, the bits of
///     statistics.pstdev and statistics.stdev.
///
/// Returns
/// -------
/// float, or with `axis` numpy.ndarray of float64 for an array of several axes
///     timedelta64 for time differences, rounded to their unit.
///
/// Raises
/// ------
/// TypeError
///     The argument is not iterable, a table, or holds no real numbers.
/// ValueError
///     There are no numbers, or there is no such axis.
/// OverflowError
///     An int beyond the range of a float.
/// RuntimeError
///     An element's __float__ changes the length of the list it is in.
///
/// Notes
/// -----
/// A value that is NaN or infinite makes the result NaN; what is masked, null, NA or NaT is left out. No
/// more than ddof values give NaN, equal ones exactly 0. Integers are exact, whatever their size.
///
/// Examples
/// --------
/// >>> standard_dev([1.0, 2.0, 3.0, 4.0])
/// 1.118033988749895
#[pyfunction]
#[pyo3(
    signature = (values, /, *, ddof = None, axis = None, method = "fast"),
    text_signature = "(values, /, *, ddof=0, axis=None, method='fast')"
)]
pub(crate) fn standard_dev<'py>(
    values: &Bound<'py, PyAny>,
    ddof: Option<&Bound<'py, PyAny>>,
    axis: Option<&Bound<'py, PyAny>>,
    method: &str,
) -> PyResult<Bound<'py, PyAny>> {
    const NAME: &str = "standard_dev";
    let py = values.py();
    let ddof = ddof.map_or(Ok(0), |ddof| count(NAME, "ddof", ddof, 0))?;
    let method = word(NAME, "method", method, Method::WORDS)?;
    let mut array = Array::of(NAME, values)?;
    if method == Method::Exact && array.source.is_rounded {
        return Err(detached::no_result(NAME, Unreadable::Wide));
    }
    let axes = array.source.shape().len();
    let axis = axis.cloned().map(|argument| Axis::Given(argument).number(NAME, axes)).transpose()?;
    let mut shape = array.source.shape().to_vec();
    match axis {
        Some(axis) => {
            array.source.move_to_end(axis);
            shape.remove(axis);
        }
        None => {
            array.source.flatten();
            shape.clear();
        }
    }
    let numbers: usize = array.source.shape().iter().product();
    let is_one = shape.is_empty();
    let length = if is_one { numbers } else { array.source.layout.grid().length() };
    if length == 0 {
        return Err(PyValueError::new_err(format!("{NAME} needs at least one value")));
    }
    let whole = Whole { source: &array.source, ddof, method, is_one };
    let detach = |units, places: &mut [f64]| {
        let places = Cells::new(places);
        let unit = |number, room: &mut Room, watch: &Watch<'_>| whole.unit(number, room, &places, watch);
        detached::run(py, NAME, numbers, units, 1, unit)
    };
    if is_one {
        let mut deviation = [0.0];
        detach(1, &mut deviation)?;
        let Some(times) = array.of_times() else { return Ok(deviation[0].into_pyobject(py)?.into_any()) };
        let mut output = Output::<f64>::new(py, &[1])?;
        output.numbers().copy_from_slice(&deviation);
        return output.into_times(times)?.get_item(0);
    }
    let mut output = Output::<f64>::new(py, &shape)?;
    detach(whole.units(), output.numbers())?;
    match array.of_times() {
        Some(times) => output.into_times(times),
        None => Ok(output.into_object()),
    }
}

/// The results, which one unit after the other fills.
type Cells<'a> = std::sync::Mutex<&'a mut [f64]>;

/// The work: the standard deviation of each series, or of all numbers together.
struct Whole<'a> {
    source: &'a Source,
    ddof: usize,
    method: Method,
    is_one: bool,
}

impl Whole<'_> {
    /// Series of a unit: as many as have a block of numbers; if they lie across the memory, more of them, since neighbours share cache lines.
    fn abreast(&self) -> usize {
        let length = self.source.layout.grid().length().max(1);
        let across = if self.source.layout.is_across() { (ACROSS / length).min(ABREAST) } else { 0 };
        (BLOCK / length).max(across).max(1)
    }

    fn units(&self) -> usize {
        self.source.layout.grid().series().div_ceil(self.abreast())
    }

    fn unit(
        &self,
        number: usize,
        room: &mut Room,
        cells: &Cells<'_>,
        watch: &Watch<'_>,
    ) -> Result<(), Unreadable> {
        let mut cells = cells.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let layout = &self.source.layout;
        if self.is_one {
            cells[0] = self.together(0..layout.grid().series(), room, watch)?;
            return Ok(());
        }
        let start = number * self.abreast();
        let series = start..layout.grid().series().min(start + self.abreast());
        if series.len() == 1 {
            cells[start] = self.together(series, room, watch)?;
            return Ok(());
        }
        let positions = 0..layout.grid().length();
        match self.source.numbers(series.clone(), positions.clone(), Snapshot::NotNeeded, room) {
            Err(Unreadable::Wide) => {
                for (place, number) in series.enumerate() {
                    let (integers, missing) = room.integers(place, positions.len());
                    let mut window = IntegerWindow::default();
                    window.extend(integers, missing);
                    cells[number] = self.method.of_integers(&window, self.ddof);
                }
            }
            numbers => {
                let values = numbers?.values.chunks_exact(positions.len());
                for (cell, values) in cells[series].iter_mut().zip(values) {
                    *cell = self.of_doubles(values);
                }
            }
        }
        Ok(())
    }

    /// Of the numbers of some series together; at once where that takes some milliseconds.
    fn together(&self, series: Range<usize>, room: &mut Room, watch: &Watch<'_>) -> Result<f64, Unreadable> {
        let length = self.source.layout.grid().length();
        let at_once = if self.source.layout.element().is_narrow_integer() { 1 << 26 } else { 1 << 22 };
        if series.len() * length <= at_once
            && let Some(deviation) = self.unconverted(series.clone(), 0..length)
        {
            return Ok(deviation);
        }
        let mut blocks = Blocks::new(self.source, series, room, watch);
        if self.source.has_wide_type() && !blocks.find_common()? {
            return Ok(self.method.of_integers(&blocks.integers()?, self.ddof));
        }
        if !self.source.may_miss() {
            return self.by_blocks(&mut blocks);
        }
        let present = blocks.present()?;
        self.by_blocks(&mut Blocks::of_slice(self.source, &present, room, watch))
    }

    fn by_blocks(&self, blocks: &mut Blocks<'_>) -> Result<f64, Unreadable> {
        match self.method {
            Method::Fast => standard_deviation_by_blocks(blocks, self.ddof),
            Method::Exact => exact::standard_deviation_by_blocks(blocks, self.ddof),
        }
    }

    /// Of numbers that are no wider than a double's fraction, which need no room, where they lie side by side.
    fn unconverted(&self, series: Range<usize>, positions: Range<usize>) -> Option<f64> {
        let (layout, ddof) = (&self.source.layout, self.ddof);
        if self.method != Method::Fast || self.source.may_miss() {
            return None;
        }
        macro_rules! deviation {
            ($function:path, $type:ty) => {
                layout.as_slice::<$type>(series, positions).map(|values| $function(values, ddof))
            };
        }
        match layout.element() {
            Element::F64 => deviation!(standard_deviation, f64),
            Element::F32 => deviation!(widened::standard_deviation, f32),
            Element::I8 => deviation!(standard_deviation_of, i8),
            Element::I16 => deviation!(standard_deviation_of, i16),
            Element::I32 => deviation!(standard_deviation_of, i32),
            Element::U8 => deviation!(standard_deviation_of, u8),
            Element::U16 => deviation!(standard_deviation_of, u16),
            Element::U32 => deviation!(standard_deviation_of, u32),
            Element::I64 => {
                let values = layout.as_slice::<i64>(series.clone(), positions.clone())?;
                are_near(values, &[], 0).then(|| deviation!(widened::standard_deviation, Narrow)).flatten()
            }
            _ => None,
        }
    }

    fn of_doubles(&self, values: &[f64]) -> f64 {
        let function = match self.method {
            Method::Fast => standard_deviation,
            Method::Exact => exact::standard_deviation,
        };
        if !self.source.may_miss() {
            return function(values, self.ddof);
        }
        let present: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        function(&present, self.ddof)
    }
}
