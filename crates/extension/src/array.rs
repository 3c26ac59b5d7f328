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

#![expect(unsafe_code, reason = "another object's memory, of a type that is known when this runs")]

use std::ops::Range;

use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyMemoryView, PyTuple};
use pyo3::{ffi, intern};

use crate::element::Element;
use crate::layout::Layout;
use crate::numpy_array::NumpyArray;
use crate::source::Source;
use crate::{arrow, direct, general};

/// A Python object's numbers.
pub(crate) struct Array<'py> {
    pub(crate) source: Source,
    /// What a result becomes that is as long as the input.
    pub(crate) kind: Kind<'py>,
    owners: Vec<Owner<'py>>,
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
    Buffer(PyUntypedBuffer),
    Numbers(general::Numbers),
    Nulls(Vec<u8>),
    Column(arrow::Column),
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
        if let Some(numbers) = direct::numbers(object)? {
            return Ok(Self::of_numbers(general::Numbers::Doubles(numbers)));
        }
        if object.is_exact_instance_of::<PyList>() || object.is_exact_instance_of::<PyTuple>() {
            return general::numbers(function, object).map(Self::of_numbers);
        }
        // SAFETY: this thread is attached, and `object` is held.
        if unsafe { ffi::PyObject_CheckBuffer(object.as_ptr()) != 0 } {
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
        use general::Numbers::{Doubles, Shifted, Signed, Unsigned};
        let (first, length, element) = match &numbers {
            Doubles(numbers) | Shifted { numbers, .. } => {
                (numbers.as_ptr().cast(), numbers.len(), Element::F64)
            }
            Signed(numbers) => (numbers.as_ptr().cast(), numbers.len(), Element::I64),
            Unsigned(numbers) => (numbers.as_ptr().cast(), numbers.len(), Element::U64),
        };
        let (offset, is_rounded) = match numbers {
            Shifted { offset, is_rounded, .. } => (offset, is_rounded),
            _ => (0.0, false),
        };
        // SAFETY: the vector holds so many numbers of this type, and the array holds the vector.
        let layout = unsafe { Layout::new(first, &[length], &[8], element, false) };
        let array = Self::plain(layout, Owner::Numbers(numbers));
        Self { source: Source { offset, is_rounded, ..array.source }, ..array }
    }

    fn plain(layout: Layout, owner: Owner<'py>) -> Self {
        let source = Source { layout, mask: None, is_time: false, offset: 0.0, is_rounded: false };
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
            let dtype = object.getattr(intern!(object.py(), "dtype"))?;
            let has_fields = !dtype.getattr(intern!(object.py(), "names"))?.is_none();
            let advice = match array.kind() {
                b'c' => "complex numbers are not ordered by size: take a.real, a.imag or abs(a)",
                b'M' => "subtract a moment, as in a - a[0]",
                b'V' if has_fields => "take one of the fields, as in a['x']",
                _ => "convert them, as in a.astype('float64')",
            };
            return Err(PyTypeError::new_err(format!(
                "{function}: numbers of dtype {dtype} cannot be read: {advice}"
            )));
        };
        // SAFETY: NumPy's own description of the array's memory, and the array is held.
        let layout =
            unsafe { Layout::new(array.data(), &shape, array.strides(), element, array.is_swapped()) };
        let mut result = Self::plain(layout, Owner::Object(object.clone()));
        result.source.is_time = array.kind() == b'm';
        if let Some(mask) = object.getattr_opt(intern!(object.py(), "mask"))?
            && object.hasattr(intern!(object.py(), "filled"))?
            && (NumpyArray::of(&mask).is_some() || mask.is_truthy()?)
        // or else it is numpy.ma.nomask
        {
            result.set_mask(function, mask)?;
        }
        Ok(result)
    }

    /// Which of the numbers are missing.
    fn set_mask(&mut self, function: &str, mask: Bound<'py, PyAny>) -> PyResult<()> {
        let shape = self.source.shape();
        let Some(fields) = NumpyArray::of(&mask)
            .filter(|fields| fields.element() == Some(Element::Bool) && fields.shape() == shape)
        else {
            return Err(PyTypeError::new_err(format!("{function}: a mask of another shape or type")));
        };
        // SAFETY: NumPy's own description of the mask's memory, and the mask is held.
        let layout = unsafe { Layout::new(fields.data(), shape, fields.strides(), Element::Bool, false) };
        self.source.mask = Some(layout);
        self.owners.push(Owner::Object(mask));
        Ok(())
    }

    fn of_buffer(function: &str, object: &Bound<'py, PyAny>) -> PyResult<Self> {
        // NumPy's single values have a buffer too: of their bytes
        let axes =
            object.getattr_opt(intern!(object.py(), "ndim"))?.and_then(|axes| axes.extract::<usize>().ok());
        if axes == Some(0) {
            return Err(single(function));
        }
        // objects of ctypes leave their strides out, which a memoryview adds
        let buffer = PyUntypedBuffer::get(object)
            .or_else(|_| PyUntypedBuffer::get(PyMemoryView::from(object)?.as_any()))?;
        if buffer.shape().is_empty() {
            return Err(single(function));
        }
        let format = buffer.format();
        let of_format = Element::of_format(format.to_bytes(), buffer.item_size());
        let Some((element, is_swapped)) = of_format.filter(|_| buffer.suboffsets().is_none()) else {
            return Err(PyTypeError::new_err(format!(
                "{function}: a buffer of format {format:?} holds no plain numbers: copy them into a list or an array.array"
            )));
        };
        // SAFETY: the owner's own description of the buffer, and the buffer is held.
        let layout = unsafe {
            Layout::new(buffer.buf_ptr().cast(), buffer.shape(), buffer.strides(), element, is_swapped)
        };
        Ok(Self::plain(layout, Owner::Buffer(buffer)))
    }

    /// A column of a library that knows nulls, or a Series that gives a NumPy array; `None` of anything else.
    fn of_column(function: &str, object: &Bound<'py, PyAny>) -> PyResult<Option<Self>> {
        let module = object.get_type().module().map(|name| name.to_string()).unwrap_or_default();
        let is_series = object.get_type().name()? == "Series";
        let (array, kind) = match module.split('.').next().unwrap_or_default() {
            "pandas" => (Self::of_pandas(function, object, is_series)?, Kind::Pandas(object.clone())),
            "polars" => (Self::of_arrow(function, object)?, Kind::Polars(object.clone())),
            // which offers a DataArray as a table, its coordinates beside its values
            "xarray" => (None, Kind::Plain),
            _ => (Self::of_arrow(function, object)?, Kind::Plain),
        };
        let kind = if is_series { kind } else { Kind::Plain };
        Ok(array.map(|array| Self { kind, ..array }))
    }

    fn of_pandas(function: &str, object: &Bound<'py, PyAny>, is_series: bool) -> PyResult<Option<Self>> {
        let py = object.py();
        let dtype = object.getattr(intern!(py, "dtype"))?;
        let values = || if is_series { object.getattr(intern!(py, "array")) } else { Ok(object.clone()) };
        if dtype.hasattr(intern!(py, "pyarrow_dtype"))? {
            return Self::of_arrow(function, &values()?.call_method0("__arrow_array__")?);
        }
        let (options, mut missing) = (PyDict::new(py), None);
        if let Some(stored) = dtype.getattr_opt(intern!(py, "numpy_dtype"))? {
            // a nullable column: its values, and which of them are missing
            options.set_item("dtype", stored)?;
            options.set_item("na_value", 0)?;
            missing = Some(values()?.call_method0("isna")?);
        } else if !is_series {
            return Ok(None);
        }
        let numbers = object.call_method("to_numpy", (), Some(&options))?;
        let Some(fields) = NumpyArray::of(&numbers) else { return Ok(None) };
        let mut array = Self::of_numpy(function, &numbers, fields)?;
        if let Some(missing) = missing {
            array.set_mask(function, missing)?;
        }
        Ok(Some(array))
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

    /// The NumPy array of time differences that the numbers were read from, if they were.
    pub(crate) fn of_times(&self) -> Option<&Bound<'py, PyAny>> {
        match self.owners.first() {
            Some(Owner::Object(object)) if self.source.is_time => Some(object),
            _ => None,
        }
    }

    /// Whether some of the numbers, or what says which are missing, may lie at these addresses.
    pub(crate) fn overlaps(&self, addresses: &Range<usize>) -> bool {
        let layouts = [Some(&self.source.layout), self.source.mask.as_ref()].into_iter().flatten();
        layouts.map(Layout::addresses).any(|own| own.start < addresses.end && addresses.start < own.end)
    }
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
