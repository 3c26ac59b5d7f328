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

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use crate::buffer::{HeldBuffer, has_buffer};
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
    Buffer(HeldBuffer),
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
        let of_format = Element::of_format(format.to_bytes(), buffer.item_size());
        let Some((element, is_swapped)) = of_format.filter(|_| !buffer.is_indirect()) else {
            return Err(PyTypeError::new_err(format!(
                "{function}: a buffer of format {format:?} holds no plain numbers: copy them into a list or an array.array"
            )));
        };
        // SAFETY: the owner's own description of the buffer, and the buffer is held.
        let layout = unsafe { Layout::new(buffer.first(), &shape, &strides, element, is_swapped) };
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
