//! How does a window slide while the values still arrive?
//!
//! One value, or some, at a time. `fast` joins the sums of half blocks (`breakeven_incremental::HalfBlocks`): no push is slower than
//! another, and nothing of a value remains once it has left. `exact` computes each window from its values.
//!
//! Beside them the latest values are kept, from the beginning of a block on: pushed into an empty window they make the same
//! state again, to the last bit. That is what pickle stores.

use std::collections::VecDeque;

use breakeven_incremental::HalfBlocks;
use breakeven_simd::exact;
use pyo3::exceptions::{PyMemoryError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};

use crate::arguments::{count, word};
use crate::array::Array;
use crate::detached;
use crate::direct::FIRST_INEXACT;
use crate::general;
use crate::numpy_array::ComplexType;
use crate::output::Output;
use crate::result::{self, Results};
use crate::source::{Room, Snapshot, Unreadable};
use crate::windows::Method;

/// Values between two looks at Python's signals.
const BLOCK: usize = 1 << 14;

/// The same where each of them takes as long as its window has values: as many values of windows.
const BLOCK_EXACT: usize = 1 << 22;

/// The standard deviation of the last values of a series that is still arriving.
///
/// Parameters
/// ----------
/// window : int
///     Values of a window, more than `ddof`.
/// ddof : int
///     The divisor is n - ddof. The default, 0, is the population's; pandas has 1.
/// method : "fast" or "exact"
///     "fast" is within 1e-14 relative of the exact value, and a push costs the same whatever the window
///     is; "exact" is correctly rounded, the bits of rolling_std(method="exact"), and costs O(window).
///
/// Raises
/// ------
/// ValueError
///     A window of no values, or of no more than `ddof`.
///
/// Notes
/// -----
/// A result is NaN until there are `window` values, and while NaN or an infinity is among them; nothing of
/// a value remains once it has left. Takes about 60 bytes for each value of the window.
///
/// There is no merge: which values are the last ones of two series together, only their order says.
/// Where one series follows the other, extend the first window by the values of the second.
///
/// Examples
/// --------
/// >>> rolling = RollingStd(2)
/// >>> rolling.push(1.0)
/// nan
/// >>> rolling.push(3.0)
/// 1.0
/// >>> rolling.extend([7.0, 7.0])
/// array([2., 0.])
/// >>> rolling.value
/// 0.0
#[pyclass(module = "breakeven")]
#[derive(Clone)]
pub(crate) struct RollingStd {
    #[pyo3(get)]
    window: usize,
    #[pyo3(get)]
    ddof: usize,
    /// `None` where each window is computed from its values.
    blocks: Option<HalfBlocks>,
    /// The latest values: at least a window of them where there were so many.
    latest: VecDeque<f64>,
    /// The standard deviation of the last `window` values, NaN where there are not so many.
    #[pyo3(get)]
    value: f64,
}

#[pymethods]
impl RollingStd {
    #[new]
    #[pyo3(
        signature = (window, *, ddof = None, method = "fast"),
        text_signature = "(window, *, ddof=0, method='fast')"
    )]
    fn new(window: &Bound<'_, PyAny>, ddof: Option<&Bound<'_, PyAny>>, method: &str) -> PyResult<Self> {
        let window = count("RollingStd", "window", window, 1)?;
        let ddof = ddof.map_or(Ok(0), |ddof| count("RollingStd", "ddof", ddof, 0))?;
        Self::empty(window, ddof, word("RollingStd", "method", method, Method::WORDS)?)
    }

    /// Take the next value, and return the standard deviation of the last `window` ones.
    ///
    /// NaN until there are so many. An int beyond 2**53 is a ValueError.
    #[pyo3(signature = (value, /))]
    fn push(&mut self, value: &Bound<'_, PyAny>) -> PyResult<f64> {
        const NAME: &str = "RollingStd.push";
        let number = general::number(NAME, "value", value, ComplexType::get(value.py())?)?;
        if number.abs() >= FIRST_INEXACT
            && general::is_integer(value)?
            && value.call_method0("__index__")?.call_method0("__abs__")?.gt(FIRST_INEXACT)?
        {
            return Err(too_wide(NAME));
        }
        self.take(number);
        Ok(self.value)
    }

    /// Take the next values, and return an array of what pushing each of them returns.
    ///
    /// Parameters
    /// ----------
    /// values : array or iterable of numbers, of one axis
    ///     What rolling_std takes, but for time differences. What is missing counts as NaN.
    ///
    /// Returns
    /// -------
    /// numpy.ndarray of float64; array.array('d') where NumPy cannot be imported
    ///     A Series of pandas or Polars for a Series, with its index and name.
    ///
    /// Where it raises, no value has been taken: it works on a copy of the window, so for single values push is quicker.
    /// Other threads run while this does, and Ctrl-C interrupts it. Meanwhile every other use of this window, also by the
    /// iterable itself, is a RuntimeError.
    #[pyo3(signature = (values, /))]
    fn extend<'py>(&mut self, values: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        const NAME: &str = "RollingStd.extend";
        let py = values.py();
        let array = Array::of(NAME, values)?;
        let source = &array.source;
        let &[length] = source.shape() else {
            let axes = source.shape().len();
            return Err(PyValueError::new_err(format!("{NAME} takes one series, and this has {axes} axes")));
        };
        if source.is_time {
            return Err(PyTypeError::new_err(format!(
                "{NAME} takes no time differences: pass numbers, as in a / numpy.timedelta64(1, 's')"
            )));
        }
        let mut output = Output::<f64>::new(py, &[length])?;
        let (mut next, mut room) = (self.clone(), Room::default());
        let size = match self.method_of() {
            Method::Fast => BLOCK,
            Method::Exact => (BLOCK_EXACT / self.window).clamp(1, BLOCK),
        };
        for (block, out) in output.numbers().chunks_mut(size).enumerate() {
            let positions = block * size..block * size + out.len();
            let numbers = match source.numbers(0..1, positions, Snapshot::NotNeeded, &mut room) {
                Ok(numbers) if numbers.offset == 0.0 && !source.is_rounded => numbers,
                Err(Unreadable::NoMemory) => return Err(detached::no_result(NAME, Unreadable::NoMemory)),
                _ => return Err(too_wide(NAME)),
            };
            py.detach(|| {
                for (&value, out) in numbers.values.iter().zip(out) {
                    next.take(value);
                    *out = next.value;
                }
            });
            py.check_signals()?;
        }
        let results = result::of_kind(output.into_object(), &array.kind, Results::Each)?;
        *self = next;
        Ok(results)
    }

    /// Forget all values.
    fn clear(&mut self) -> PyResult<()> {
        *self = Self::empty(self.window, self.ddof, self.method_of())?;
        Ok(())
    }

    /// Return another window with the same values.
    fn copy(&self) -> Self {
        self.clone()
    }

    /// "fast" or "exact".
    #[getter]
    fn method(&self) -> &'static str {
        let method = self.method_of();
        Method::WORDS
            .into_iter()
            .find_map(|(word, known)| (known == method).then_some(word))
            .unwrap_or_default()
    }

    fn __len__(&self) -> usize {
        self.latest.len().min(self.window)
    }

    fn __repr__(&self) -> String {
        format!("RollingStd({}, ddof={}, method='{}')", self.window, self.ddof, self.method())
    }

    fn __copy__(&self) -> Self {
        self.clone()
    }

    fn __deepcopy__(&self, _memo: &Bound<'_, PyAny>) -> Self {
        self.clone()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (usize,), State<'py>) {
        let latest: Vec<u8> = self.latest.iter().flat_map(|value| value.to_le_bytes()).collect();
        (py.get_type::<Self>(), (self.window,), (self.ddof, self.method().into(), PyBytes::new(py, &latest)))
    }

    fn __setstate__(&mut self, state: State<'_>) -> PyResult<()> {
        let (ddof, method, latest) = state;
        let mut restored =
            Self::empty(self.window, ddof, word("RollingStd", "method", &method, Method::WORDS)?)?;
        let (values, rest) = latest.as_bytes().as_chunks::<8>();
        if !rest.is_empty() || values.len() > restored.kept() {
            return Err(PyValueError::new_err("RollingStd: this state was not made by RollingStd"));
        }
        values.iter().for_each(|bytes| restored.take(f64::from_le_bytes(*bytes)));
        *self = restored;
        Ok(())
    }
}

/// What pickle stores beside the window: ddof, method, and the latest values as little-endian doubles.
type State<'py> = (usize, String, Bound<'py, PyBytes>);

impl RollingStd {
    fn empty(window: usize, ddof: usize, method: Method) -> PyResult<Self> {
        if window <= ddof {
            return Err(PyValueError::new_err(format!(
                "RollingStd: window must be more than ddof, and is {window} for ddof={ddof}"
            )));
        }
        // what both of them take, in numbers: where the system refuses that, it would end the program later
        let mut room = Vec::<f64>::new();
        let needed = window.saturating_mul(if method == Method::Fast { 8 } else { 1 });
        room.try_reserve_exact(needed).map_err(|_| PyMemoryError::new_err(()))?;
        drop(room);
        let blocks = match method {
            Method::Exact => None,
            Method::Fast => HalfBlocks::new(window, ddof).ok(), // checked above
        };
        let mut empty = Self { window, ddof, blocks, latest: VecDeque::new(), value: f64::NAN };
        empty.latest.reserve_exact(empty.kept());
        Ok(empty)
    }

    /// How many values are kept at most: whole blocks, or a window.
    fn kept(&self) -> usize {
        self.blocks.as_ref().map_or(self.window, |blocks| 3 * blocks.block())
    }

    fn method_of(&self) -> Method {
        if self.blocks.is_some() { Method::Fast } else { Method::Exact }
    }

    fn take(&mut self, value: f64) {
        if self.latest.len() == self.kept() {
            let leaving = self.blocks.as_ref().map_or(1, HalfBlocks::block);
            self.latest.drain(..leaving);
        }
        self.latest.push_back(value);
        self.value = match &mut self.blocks {
            Some(blocks) => blocks.push(value).unwrap_or(f64::NAN),
            None if self.latest.len() < self.window => f64::NAN,
            None => exact::standard_deviation(self.latest.make_contiguous(), self.ddof),
        };
    }
}

fn too_wide(function: &str) -> PyErr {
    PyValueError::new_err(format!(
        "{function}: an int beyond 2**53 would be rounded: subtract what all values have in common, as in a - a[0]"
    ))
}
