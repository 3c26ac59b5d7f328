//! How are the numbers of any Python object read?
//!
//! | object | by |
//! |---|---|
//! | NumPy array, of any layout; masked | its fields ([`numpy_array`](crate::numpy_array)) |
//! | list, tuple | its items, where they lie ([`direct`]) |
//! | `array.array`, memoryview, bytes, ctypes | the buffer protocol |
//! | column of Polars, pyarrow, DuckDB, pandas with pyarrow | the Arrow C data interface ([`arrow`]) |
//! | pandas Series, anything with `__array__` | the array that it gives |
//! | any other iterable | iterating ([`general`]) |
//!
//! Contiguous doubles are used where they lie; everything else is converted block by block into room of our own.
//!
//! Integers are exact. A double holds 53 bits, so a block of wider ones is taken from its smallest: a
//! standard deviation does not see what all values have in common. Where even the differences need more
//! than 53 bits, the block says so, and the caller asks for less.
//!
//! What a library calls null, masked, NA or NaT is missing. It is NaN among the doubles, and where there can be such a thing,
//! a NaN is infinite there: kernels leave out the first and not the second.

#![expect(unsafe_code, reason = "another object's memory, of a type that is known when this runs")]

use std::ops::Range;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use crate::element::{Element, are_narrow, narrow};
use crate::layout::Layout;
use crate::numpy_array::NumpyArray;
use crate::{arrow, direct, general};

/// An integer up to this magnitude is a double.
const LARGEST_EXACT: i128 = 1 << 53;

/// What stands for a time difference that is missing: NaT.
const NOT_A_TIME: i64 = i64::MIN;

/// A Python object's numbers.
pub(crate) struct Array<'py> {
    pub(crate) source: Source,
    /// What a result becomes that is as long as the input.
    pub(crate) kind: Kind<'py>,
    owners: Vec<Owner<'py>>,
}

/// Where the numbers lie: series along the last axis, one after the other.
pub(crate) struct Source {
    layout: Layout,
    /// Which numbers are missing: bools.
    mask: Option<Layout>,
    /// Whether the smallest integer is no number: [`NOT_A_TIME`].
    has_nat: bool,
    /// What has been subtracted from all numbers.
    offset: f64,
    /// Whether integers of more than 64 bits have been rounded to doubles.
    is_rounded: bool,
}

/// What the numbers were handed over in.
#[derive(Debug, Clone)]
pub(crate) enum Kind<'py> {
    /// Anything that has no kind of result of its own.
    Plain,
    /// A Series of pandas.
    Pandas(Bound<'py, PyAny>),
    /// A Series of Polars.
    Polars(Bound<'py, PyAny>),
}

/// What holds the memory that numbers are read from.
#[expect(dead_code, reason = "held for the layout's sake")]
enum Owner<'py> {
    Object(Bound<'py, PyAny>),
    Buffer(HeldBuffer),
    Numbers(general::Numbers),
    Nulls(Vec<u8>),
    Column(arrow::Column),
}

/// Why a range of numbers is not to be had as doubles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// Integers in it differ by more than 2^53.
    Wide,
    /// No memory.
    NoMemory,
}

/// Places that are used again from block to block.
#[derive(Default)]
pub(crate) struct Room {
    numbers: Vec<f64>,
    integers: Vec<i64>,
    missing: Vec<bool>,
}

/// Numbers as doubles, but for a constant that all have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers<'a> {
    pub(crate) values: &'a [f64],
    /// What has to be added to each.
    pub(crate) offset: f64,
}

impl<'py> Array<'py> {
    /// The numbers of `object`, for the function of this name.
    ///
    /// # Errors
    /// `TypeError` where they are no real numbers, a table, or a single one; what an element or an `__array__` raises.
    pub(crate) fn of(function: &str, object: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Some(array) = NumpyArray::of(object) {
            return Self::of_numpy(function, object, array);
        }
        // SAFETY: this thread is attached, and `object` is held.
        if let Some(numbers) = unsafe { direct::numbers(object.as_ptr()) } {
            return Ok(Self::of_numbers(general::Numbers::Doubles(numbers)));
        }
        if object.is_exact_instance_of::<PyList>() || object.is_exact_instance_of::<PyTuple>() {
            return general::numbers(function, object).map(Self::of_numbers);
        }
        if has_buffer(object) {
            return Self::of_buffer(function, object);
        }
        refuse_table(function, object)?;
        if let Some(array) = Self::of_column(function, object)? {
            return Ok(array);
        }
        if let Some(array) = object.getattr_opt(intern!(object.py(), "__array__"))? {
            let array = array.call0()?;
            return match NumpyArray::of(&array) {
                Some(fields) => Self::of_numpy(function, &array, fields),
                None => Self::of_buffer(function, &array),
            };
        }
        general::numbers(function, object).map(Self::of_numbers)
    }

    fn of_numbers(numbers: general::Numbers) -> Self {
        let (first, length, element) = match &numbers {
            general::Numbers::Doubles(numbers) | general::Numbers::Shifted { numbers, .. } => {
                (numbers.as_ptr().cast(), numbers.len(), Element::F64)
            }
            general::Numbers::Signed(numbers) => (numbers.as_ptr().cast(), numbers.len(), Element::I64),
            general::Numbers::Unsigned(numbers) => (numbers.as_ptr().cast(), numbers.len(), Element::U64),
        };
        // SAFETY: the vector holds so many numbers of this type, and the array holds the vector.
        let layout = unsafe { Layout::new(first, &[length], &[8], element, false) };
        let shift = match &numbers {
            general::Numbers::Shifted { offset, is_rounded, .. } => Some((*offset, *is_rounded)),
            _ => None,
        };
        let mut array = Self::plain(layout, Owner::Numbers(numbers));
        if let Some((offset, is_rounded)) = shift {
            (array.source.offset, array.source.is_rounded) = (offset, is_rounded);
        }
        array
    }

    fn plain(layout: Layout, owner: Owner<'py>) -> Self {
        let source = Source { layout, mask: None, has_nat: false, offset: 0.0, is_rounded: false };
        Self { source, kind: Kind::Plain, owners: vec![owner] }
    }

    fn of_numpy(function: &str, object: &Bound<'py, PyAny>, array: NumpyArray<'_>) -> PyResult<Self> {
        let shape = array.shape();
        if shape.is_empty() {
            return Err(single(function));
        }
        let Some(element) = array.element() else {
            if array.kind() == b'O' && shape.len() == 1 {
                return general::numbers(function, object).map(Self::of_numbers);
            }
            let advice = match array.kind() {
                b'c' => "complex numbers are not ordered by size: take a.real, a.imag or abs(a)",
                b'M' => "subtract a moment, as in a - a[0]",
                _ => "convert them, as in a.astype('float64')",
            };
            let dtype = object.getattr(intern!(object.py(), "dtype"))?;
            return Err(PyTypeError::new_err(format!(
                "{function}: numbers of dtype {dtype} cannot be read: {advice}"
            )));
        };
        // SAFETY: NumPy's own description of the array's memory, and the array is held.
        let layout =
            unsafe { Layout::new(array.data(), &shape, array.strides(), element, array.is_swapped()) };
        let mut result = Self::plain(layout, Owner::Object(object.clone()));
        result.source.has_nat = array.kind() == b'm';
        let mask = match object.getattr_opt(intern!(object.py(), "mask"))? {
            Some(mask) if object.hasattr(intern!(object.py(), "filled"))? => mask,
            _ => return Ok(result),
        };
        match NumpyArray::of(&mask) {
            Some(fields) if fields.element() == Some(Element::Bool) && fields.shape() == shape => {
                // SAFETY: as above.
                result.source.mask = Some(unsafe {
                    Layout::new(fields.data(), &shape, fields.strides(), Element::Bool, false)
                });
                result.owners.push(Owner::Object(mask));
            }
            _ if !mask.is_truthy()? => {} // numpy.ma.nomask
            _ => return Err(PyTypeError::new_err(format!("{function}: a mask of another shape or type"))),
        }
        Ok(result)
    }

    fn of_buffer(function: &str, object: &Bound<'py, PyAny>) -> PyResult<Self> {
        // NumPy's single values have a buffer too: of their bytes
        let axes =
            object.getattr_opt(intern!(object.py(), "ndim"))?.and_then(|axes| axes.extract::<usize>().ok());
        if axes == Some(0) {
            return Err(single(function));
        }
        let buffer = HeldBuffer::get(object)?;
        let (shape, strides) = (buffer.shape(), buffer.strides());
        if shape.is_empty() {
            return Err(single(function));
        }
        let format = buffer.format();
        let of_format = Element::of_format(format.to_bytes(), buffer.0.itemsize as usize);
        let Some((element, is_swapped)) = of_format.filter(|_| !buffer.is_indirect()) else {
            return Err(PyTypeError::new_err(format!(
                "{function}: a buffer of format {format:?} holds no plain numbers: copy them into a list or an array.array"
            )));
        };
        // SAFETY: the owner's own description of the buffer, and the buffer is held.
        let layout = unsafe { Layout::new(buffer.0.buf.cast(), &shape, &strides, element, is_swapped) };
        Ok(Self::plain(layout, Owner::Buffer(buffer)))
    }

    /// A column of a library that knows nulls, or a Series that gives a NumPy array; `None` of anything else.
    fn of_column(function: &str, object: &Bound<'py, PyAny>) -> PyResult<Option<Self>> {
        let py = object.py();
        let module = object.get_type().module().map(|name| name.to_string()).unwrap_or_default();
        let library = module.split('.').next().unwrap_or_default();
        let is_series = object.get_type().name()? == "Series";
        if library == "pandas" {
            let dtype = object.getattr(intern!(object.py(), "dtype"))?;
            let mut array = if dtype.hasattr(intern!(py, "pyarrow_dtype"))? {
                let column =
                    object.getattr(intern!(object.py(), "array"))?.call_method0("__arrow_array__")?;
                Self::of_arrow(function, &column)?
            } else if let Some(stored) = dtype.getattr_opt(intern!(py, "numpy_dtype"))? {
                // a nullable column: its values, and which of them are missing
                let values =
                    if is_series { object.getattr(intern!(object.py(), "array"))? } else { object.clone() };
                let missing = values.call_method0("isna")?;
                let options = PyDict::new(py);
                options.set_item("dtype", stored)?;
                options.set_item("na_value", 0)?;
                let values = values.call_method("to_numpy", (), Some(&options))?;
                Some(Self::with_mask(function, &values, missing)?)
            } else {
                None
            };
            if let Some(array) = &mut array
                && is_series
            {
                array.kind = Kind::Pandas(object.clone());
            }
            if array.is_none() && is_series {
                let values = object.call_method0("to_numpy")?;
                let Some(fields) = NumpyArray::of(&values) else { return Ok(None) };
                array = Some(Self {
                    kind: Kind::Pandas(object.clone()),
                    ..Self::of_numpy(function, &values, fields)?
                });
            }
            return Ok(array);
        }
        let mut array = Self::of_arrow(function, object)?;
        if let Some(array) = &mut array
            && library == "polars"
            && is_series
        {
            array.kind = Kind::Polars(object.clone());
        }
        Ok(array)
    }

    fn of_arrow(function: &str, object: &Bound<'py, PyAny>) -> PyResult<Option<Self>> {
        let Some(mut column) = arrow::column(function, object)? else { return Ok(None) };
        let nulls = column.nulls.take();
        let mut array = Self::plain(column.layout.clone(), Owner::Column(column));
        if let Some(nulls) = nulls {
            // SAFETY: a byte for each number, and the array holds them.
            array.source.mask =
                Some(unsafe { Layout::new(nulls.as_ptr(), &[nulls.len()], &[1], Element::Bool, false) });
            array.owners.push(Owner::Nulls(nulls));
        }
        Ok(Some(array))
    }

    fn with_mask(function: &str, values: &Bound<'py, PyAny>, mask: Bound<'py, PyAny>) -> PyResult<Self> {
        let (Some(fields), Some(of_mask)) = (NumpyArray::of(values), NumpyArray::of(&mask)) else {
            return Err(PyTypeError::new_err(format!("{function}: a nullable column without NumPy arrays")));
        };
        let mut array = Self::of_numpy(function, values, fields)?;
        if of_mask.element() != Some(Element::Bool) || of_mask.shape() != array.source.shape() {
            return Err(PyValueError::new_err(format!(
                "{function}: a column and its missing values differ in length"
            )));
        }
        // SAFETY: NumPy's own description of the mask's memory, and the mask is held.
        let layout = unsafe {
            Layout::new(of_mask.data(), array.source.shape(), of_mask.strides(), Element::Bool, false)
        };
        array.source.mask = Some(layout);
        array.owners.push(Owner::Object(mask));
        Ok(array)
    }

    /// The NumPy array that the numbers were read from, if they were.
    pub(crate) fn owner(&self) -> Option<&Bound<'py, PyAny>> {
        match self.owners.first() {
            Some(Owner::Object(object)) => Some(object),
            _ => None,
        }
    }

    /// Whether some of the numbers, or what says which are missing, may lie at these addresses.
    pub(crate) fn overlaps(&self, addresses: &Range<usize>) -> bool {
        let layouts = [Some(&self.source.layout), self.source.mask.as_ref()].into_iter().flatten();
        layouts.map(Layout::addresses).any(|own| own.start < addresses.end && addresses.start < own.end)
    }
}

impl Source {
    /// The length of each axis: at least one.
    pub(crate) fn shape(&self) -> &[usize] {
        self.layout.shape()
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Whether these are time differences, in the unit of their type.
    pub(crate) fn is_time(&self) -> bool {
        self.has_nat
    }

    /// Whether integers of more than 64 bits have been rounded to doubles.
    pub(crate) fn is_rounded(&self) -> bool {
        self.is_rounded
    }

    /// Whether some of the numbers may be missing.
    pub(crate) fn may_miss(&self) -> bool {
        self.mask.is_some() || self.has_nat
    }

    /// Whether the numbers of a series can be used where they lie.
    pub(crate) fn is_direct(&self) -> bool {
        let is_plain = self.layout.element() == Element::F64 && self.mask.is_none();
        is_plain
            && self.layout.as_slice::<f64>(0..self.layout.series().min(1), 0..self.layout.length()).is_some()
    }

    /// Makes `axis` the last one.
    pub(crate) fn move_to_end(&mut self, axis: usize) {
        self.layout.move_to_end(axis);
        if let Some(mask) = &mut self.mask {
            mask.move_to_end(axis);
        }
    }

    /// Makes all axes one, where the numbers lie so that they can be.
    pub(crate) fn flatten(&mut self) {
        let mut layouts = (self.layout.clone(), self.mask.clone());
        if layouts.0.flatten() && layouts.1.as_mut().is_none_or(Layout::flatten) {
            (self.layout, self.mask) = layouts;
        }
    }

    /// The numbers of a range of some series, one series after the other. With [`Snapshot::Taken`] they are a copy.
    ///
    /// # Errors
    /// Integers differ by more than 2^53, or there is no memory for the range.
    pub(crate) fn numbers<'a>(
        &'a self,
        series: Range<usize>,
        positions: Range<usize>,
        snapshot: Snapshot,
        room: &'a mut Room,
    ) -> Result<Numbers<'a>, Unreadable> {
        if snapshot == Snapshot::NotNeeded
            && self.is_direct()
            && let Some(values) = self.layout.as_slice(series.clone(), positions.clone())
        {
            return Ok(Numbers { values, offset: self.offset });
        }
        let Room { numbers, integers, missing } = room;
        let count = series.len() * positions.len();
        numbers.clear();
        numbers.try_reserve(count).map_err(|_| Unreadable::NoMemory)?;
        missing.clear();
        if let Some(mask) = &self.mask {
            missing.try_reserve(count).map_err(|_| Unreadable::NoMemory)?;
            mask.collect(series.clone(), positions.clone(), missing, |byte: u8| byte != 0);
        }
        let mut offset = self.offset;
        if matches!(self.layout.element(), Element::I64 | Element::U64) {
            integers.clear();
            integers.try_reserve(count).map_err(|_| Unreadable::NoMemory)?;
            self.integers(series, positions, integers, missing);
            let base = self.base();
            if base == 0 && missing.is_empty() && are_narrow(integers) {
                numbers.extend(integers.iter().map(|&integer| narrow(integer)));
            } else {
                let (least, most) = ends(integers, missing);
                let common = in_common(i128::from(least) + base, i128::from(most) + base)?;
                offset += common as f64;
                let common = (common - base) as i64;
                numbers.extend(integers.iter().map(|integer| integer.wrapping_sub(common) as f64));
            }
        } else {
            self.layout.collect_doubles(series, positions, numbers);
        }
        patch(numbers, missing);
        Ok(Numbers { values: numbers, offset })
    }

    /// Reads integers, and which of them are missing. Unsigned ones are taken from 2^63.
    fn integers(
        &self,
        series: Range<usize>,
        positions: Range<usize>,
        integers: &mut Vec<i64>,
        missing: &mut Vec<bool>,
    ) {
        if self.base() == 0 {
            self.layout.collect(series, positions, integers, |integer: i64| integer);
        } else {
            self.layout.collect(series, positions, integers, |integer: u64| (integer ^ 1 << 63) as i64);
        }
        if self.has_nat {
            let is_nat = integers.iter().map(|&integer| integer == NOT_A_TIME);
            if missing.is_empty() {
                missing.extend(is_nat);
            } else {
                missing.iter_mut().zip(is_nat).for_each(|(missing, is_nat)| *missing |= is_nat);
            }
        }
    }

    /// What has been subtracted from the integers of [`Array::integers`].
    fn base(&self) -> i128 {
        if self.layout.element() == Element::U64 { 1 << 63 } else { 0 }
    }

    /// As [`Array::numbers`], from the integer next to their mean: each is rounded to 53 bits of its own.
    pub(crate) fn around_mean<'a>(
        &self,
        series: Range<usize>,
        positions: Range<usize>,
        room: &'a mut Room,
    ) -> Numbers<'a> {
        let Room { numbers, integers, missing } = room;
        numbers.clear();
        integers.clear();
        missing.clear();
        if let Some(mask) = &self.mask {
            mask.collect(series.clone(), positions.clone(), missing, |byte: u8| byte != 0);
        }
        self.integers(series, positions, integers, missing);
        let is_missing = |index: usize| missing.get(index).copied().unwrap_or(false);
        let present = integers.iter().enumerate().filter(|(index, _)| !is_missing(*index));
        let (count, sum) =
            present.fold((0, 0), |(count, sum), (_, &integer)| (count + 1, sum + i128::from(integer)));
        let mean = sum / i128::max(count, 1);
        numbers.extend(integers.iter().map(|&integer| (i128::from(integer) - mean) as f64));
        patch(numbers, missing);
        Numbers { values: numbers, offset: self.offset + (mean + self.base()) as f64 }
    }
}

/// Whether numbers are copied that need not be converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Snapshot {
    /// The kernel reads them more than once and relies on reading the same: another thread may change the array.
    Taken,
    NotNeeded,
}

/// What is missing becomes NaN, and a NaN infinite, if anything can be missing at all.
fn patch(numbers: &mut [f64], missing: &[bool]) {
    for (number, missing) in numbers.iter_mut().zip(missing) {
        if *missing {
            *number = f64::NAN;
        } else if number.is_nan() {
            *number = f64::INFINITY;
        }
    }
}

/// What may be subtracted from integers between these so that all become doubles without rounding.
fn in_common(least: i128, most: i128) -> Result<i128, Unreadable> {
    if -LARGEST_EXACT <= least && most <= LARGEST_EXACT {
        Ok(0)
    } else if most - least <= LARGEST_EXACT {
        Ok(least)
    } else {
        Err(Unreadable::Wide)
    }
}

/// The smallest and the largest of those that are not missing.
fn ends(integers: &[i64], missing: &[bool]) -> (i64, i64) {
    let widen = |(least, most): (i64, i64), &integer: &i64| (least.min(integer), most.max(integer));
    let nothing = (i64::MAX, i64::MIN);
    let (least, most) = if missing.is_empty() {
        integers.iter().fold(nothing, widen)
    } else {
        integers
            .iter()
            .zip(missing)
            .filter(|(_, missing)| !**missing)
            .map(|(integer, _)| integer)
            .fold(nothing, widen)
    };
    if least > most { (0, 0) } else { (least, most) }
}

fn has_buffer(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: this thread is attached, and `object` is held.
    unsafe { ffi::PyObject_CheckBuffer(object.as_ptr()) != 0 }
}

fn single(function: &str) -> PyErr {
    PyTypeError::new_err(format!("{function} needs a series of numbers, not a single one"))
}

/// # Errors
/// `TypeError` where the object is a table with named columns: iterating over it gives their names.
fn refuse_table(function: &str, object: &Bound<'_, PyAny>) -> PyResult<()> {
    let (py, kind) = (object.py(), object.get_type());
    let names = [intern!(py, "columns"), intern!(py, "column_names"), intern!(py, "data_vars")];
    if !names.into_iter().any(|name| kind.hasattr(name).unwrap_or(false)) {
        return Ok(());
    }
    let kind = general::name(&kind);
    Err(PyTypeError::new_err(format!(
        "{function} takes no {kind}: pass one of its columns, as in table['x'], or table.to_numpy() with an axis"
    )))
}

/// Another object's buffer, held until this is dropped.
struct HeldBuffer(Box<ffi::Py_buffer>);

impl HeldBuffer {
    /// # Errors
    /// What the object raises.
    fn get(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut buffer = Box::new(ffi::Py_buffer::new());
        // SAFETY: this thread is attached, both are live, and the buffer stays where it is.
        match unsafe { ffi::PyObject_GetBuffer(object.as_ptr(), &raw mut *buffer, ffi::PyBUF_FULL_RO) } {
            0 => Ok(Self(buffer)),
            _ => Err(PyErr::fetch(object.py())),
        }
    }

    fn axes(&self, first: *const isize) -> Option<&[isize]> {
        if self.0.ndim == 0 {
            return Some(&[]);
        }
        // SAFETY: where there are shape and strides at all, these have as many entries as the buffer has axes.
        (!first.is_null()).then(|| unsafe { std::slice::from_raw_parts(first, self.0.ndim as usize) })
    }

    fn shape(&self) -> Vec<usize> {
        match self.axes(self.0.shape) {
            Some(shape) => shape.iter().map(|&length| length as usize).collect(),
            None => vec![self.0.len as usize / (self.0.itemsize as usize).max(1)],
        }
    }

    /// Objects of ctypes leave them out: their items lie side by side.
    fn strides(&self) -> Vec<isize> {
        if let Some(strides) = self.axes(self.0.strides) {
            return strides.to_vec();
        }
        let mut strides = vec![self.0.itemsize; self.shape().len()];
        for (axis, length) in self.shape().into_iter().enumerate().skip(1).rev() {
            strides[axis - 1] = strides[axis] * length as isize;
        }
        strides
    }

    fn format(&self) -> &std::ffi::CStr {
        if self.0.format.is_null() {
            return c"B";
        }
        // SAFETY: where there is a format it ends in a zero, and is held with the buffer.
        unsafe { std::ffi::CStr::from_ptr(self.0.format) }
    }

    fn is_indirect(&self) -> bool {
        !self.0.suboffsets.is_null()
            && self.axes(self.0.suboffsets).is_some_and(|offsets| offsets.iter().any(|&offset| offset >= 0))
    }
}

impl Drop for HeldBuffer {
    fn drop(&mut self) {
        // SAFETY: it was got by `PyObject_GetBuffer` and is released once; whoever holds an array is attached when it ends.
        unsafe { ffi::PyBuffer_Release(&raw mut *self.0) };
    }
}
