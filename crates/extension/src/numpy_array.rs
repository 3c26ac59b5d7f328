//! How is a NumPy array read, and made, without asking Python for each of its parts?
//!
//! By NumPy's C interface: where the numbers lie, how far apart, and of which type they are stands in fields of the array
//! object. NumPy is not imported for that: before some program has imported it, no object can be an array.

#![expect(unsafe_code, reason = "NumPy's C interface")]

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use numpy::npyffi::{
    NPY_ARRAY_ALIGNED, NPY_ARRAY_WRITEABLE, NpyTypes, PY_ARRAY_API, PyArray_Descr_fields, PyArrayObject,
    PyArrayObject_fields, get_type_object, npy_intp,
};
use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;

use crate::element::{Element, NARROW, Stored, for_element, narrow};

/// Longer arrays that have to be converted are read into memory from the heap.
pub(crate) const ROOM: usize = 2048;

/// An array's fields.
#[derive(Clone, Copy)]
pub(crate) struct NumpyArray<'a> {
    fields: &'a PyArrayObject_fields,
    descr: &'a PyArray_Descr_fields,
}

/// `numpy.ndarray`, or null until an array was seen or made.
static TYPE: AtomicPtr<ffi::PyTypeObject> = AtomicPtr::new(ptr::null_mut());

impl<'a> NumpyArray<'a> {
    /// The fields of an object whose type is `numpy.ndarray` itself; `None` of any other one, and of all before the first
    /// call of [`NumpyArray::of`] or [`empty`].
    ///
    /// # Safety
    /// The thread is attached, and `object` is a live object, for as long as the result is used.
    #[inline]
    pub(crate) unsafe fn exact(object: *mut ffi::PyObject) -> Option<Self> {
        // SAFETY: `object` is live.
        let kind = unsafe { ffi::Py_TYPE(object) };
        // SAFETY: of an array.
        (kind == TYPE.load(Ordering::Relaxed)).then(|| unsafe { Self::fields(object) })
    }

    /// The fields of an array, of a subclass too.
    pub(crate) fn of(object: &'a Bound<'_, PyAny>) -> Option<Self> {
        let kind = array_type(object.py(), Import::Never).ok()??;
        // SAFETY: the thread is attached, and both are live.
        let is_array = unsafe { ffi::PyObject_TypeCheck(object.as_ptr(), kind) != 0 };
        // SAFETY: an array, which is held as long as the result is.
        is_array.then(|| unsafe { Self::fields(object.as_ptr()) })
    }

    /// # Safety
    /// `object` is an array, and alive as long as the result is used.
    unsafe fn fields(object: *mut ffi::PyObject) -> Self {
        // SAFETY: this is how NumPy lays out its arrays, versions 1.x and 2.x alike; the type of an array is never null.
        unsafe {
            let fields = &(*object.cast::<PyArrayObject>()).fields;
            Self { fields, descr: &(*fields.descr).fields }
        }
    }

    pub(crate) fn data(self) -> *mut u8 {
        self.fields.data.cast()
    }

    pub(crate) fn shape(self) -> Vec<usize> {
        // NumPy keeps lengths as signed numbers that are never negative
        self.axes(self.fields.dimensions).iter().map(|&length| length as usize).collect()
    }

    pub(crate) fn strides(self) -> &'a [isize] {
        self.axes(self.fields.strides)
    }

    fn axes(self, first: *const npy_intp) -> &'a [npy_intp] {
        match self.fields.nd {
            0 => &[],
            // SAFETY: an array has so many lengths and strides.
            axes => unsafe { std::slice::from_raw_parts(first, axes as usize) },
        }
    }

    /// NumPy's letter for the kind of type: `b`, `i`, `u`, `f`, `c`, `m`, `M`, `O` and others.
    pub(crate) fn kind(self) -> u8 {
        self.descr.kind as u8
    }

    pub(crate) fn is_swapped(self) -> bool {
        self.descr.byteorder as u8 == if cfg!(target_endian = "big") { b'<' } else { b'>' }
    }

    /// The type of its numbers, with time differences as integers. `None` of any other type.
    #[inline]
    pub(crate) fn element(self) -> Option<Element> {
        Some(match self.descr.type_num {
            0 => Element::Bool,
            1 => Element::I8,
            2 => Element::U8,
            3 => Element::I16,
            4 => Element::U16,
            5 => Element::I32,
            6 => Element::U32,
            7 if size_of::<std::ffi::c_long>() == 8 => Element::I64,
            7 => Element::I32,
            8 if size_of::<std::ffi::c_long>() == 8 => Element::U64,
            8 => Element::U32,
            9 | 22 => Element::I64,
            10 => Element::U64,
            11 => Element::F32,
            12 => Element::F64,
            23 => Element::F16,
            _ => return None,
        })
    }

    pub(crate) fn is_aligned_and_writable(self) -> bool {
        let wanted = NPY_ARRAY_ALIGNED | NPY_ARRAY_WRITEABLE;
        self.fields.flags & wanted == wanted && !self.is_swapped()
    }

    /// The numbers of a one-dimensional array as doubles of the same value: where they lie, or converted into `room`.
    /// `None` of any other array, and where converting takes more than this.
    #[inline]
    pub(crate) fn doubles(self, room: &'a mut [MaybeUninit<f64>; ROOM]) -> Option<&'a [f64]> {
        if self.fields.nd != 1 || self.is_swapped() {
            return None;
        }
        // SAFETY: an array of one axis has one length and one stride.
        let (length, stride) = unsafe { (*self.fields.dimensions as usize, *self.fields.strides) };
        if length == 0 {
            return None;
        }
        let element = self.element()?;
        if element == Element::F64 && (stride == 8 || length == 1) && self.data().cast::<f64>().is_aligned() {
            // SAFETY: so many doubles lie here, side by side and aligned, and the array is held. Python's lock is held, or
            // else another thread that writes to them gets unspecified results, as with every function that lets go of it.
            return Some(unsafe { std::slice::from_raw_parts(self.data().cast(), length) });
        }
        if self.kind() == b'm' {
            return None;
        }
        let places = room.get_mut(..length)?;
        match element {
            Element::I64 | Element::U64 => self.convert_wide(element, stride, places)?,
            _ => for_element!(element, T => self.convert::<T>(stride, places)),
        }
        // SAFETY: every place has been written.
        Some(unsafe { std::slice::from_raw_parts(places.as_ptr().cast(), length) })
    }

    #[inline]
    fn convert<T: Stored>(self, stride: isize, places: &mut [MaybeUninit<f64>]) {
        let first: *const u8 = self.data();
        // SAFETY: the numbers of an array of one axis lie at multiples of its stride.
        let load = |stride: isize, index: usize| unsafe {
            T::load::<false>(first.offset(stride * index as isize)).to_f64()
        };
        if stride == size_of::<T>() as isize {
            // the same once more, for a distance that the compiler knows: it converts by vectors
            let stride = size_of::<T>() as isize;
            places.iter_mut().enumerate().for_each(|(index, place)| {
                place.write(load(stride, index));
            });
        } else {
            places.iter_mut().enumerate().for_each(|(index, place)| {
                place.write(load(stride, index));
            });
        }
    }

    /// `None` where a number is beyond [`NARROW`], and may have to be rounded.
    #[inline]
    fn convert_wide(self, element: Element, stride: isize, places: &mut [MaybeUninit<f64>]) -> Option<()> {
        let first: *const u8 = self.data();
        let signs = if element == Element::I64 { -1 } else { 0 };
        let convert = |stride: isize, places: &mut [MaybeUninit<f64>]| {
            let mut magnitudes = 0;
            for (index, place) in places.iter_mut().enumerate() {
                // SAFETY: the numbers of an array of one axis lie at multiples of its stride.
                let number = unsafe { i64::load::<false>(first.offset(stride * index as isize)) };
                magnitudes |= (number ^ number >> 63 & signs) as u64;
                place.write(narrow(number));
            }
            magnitudes
        };
        // the same twice, once for a distance that the compiler knows: it converts by vectors
        let magnitudes = if stride == 8 { convert(8, places) } else { convert(stride, places) };
        (magnitudes < NARROW as u64).then_some(())
    }
}

/// Whether NumPy may be imported.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Import {
    Never,
    IfNeeded,
}

/// `numpy.ndarray`, or `None` where there is no NumPy, or none imported yet and it must not be.
fn array_type(py: Python<'_>, import: Import) -> PyResult<Option<*mut ffi::PyTypeObject>> {
    let known = TYPE.load(Ordering::Relaxed);
    if !known.is_null() {
        return Ok(Some(known));
    }
    if import == Import::Never {
        // SAFETY: the thread is attached, and the name is a live string.
        let imported = unsafe {
            let module = ffi::PyImport_GetModule(intern!(py, "numpy").as_ptr());
            Bound::from_owned_ptr_or_opt(py, module)
        };
        // a test may have put None there; and while NumPy is being imported it has no arrays yet
        if !imported.is_some_and(|numpy| numpy.hasattr(intern!(py, "ndarray")).unwrap_or(false)) {
            return Ok(None);
        }
    }
    match py.import("numpy") {
        Ok(_) => {}
        Err(error) if error.is_instance_of::<PyImportError>(py) => return Ok(None),
        Err(error) => return Err(error),
    }
    // SAFETY: the thread is attached.
    let kind = unsafe { get_type_object(py, NpyTypes::PyArray_Type) };
    TYPE.store(kind, Ordering::Relaxed);
    Ok(Some(kind))
}

/// A new array of this shape, the last axis quickest, with anything in it; or `None` where NumPy cannot be imported.
/// `type_number` is one of NumPy's.
///
/// # Errors
/// No memory; or NumPy is there and broken.
pub(crate) fn empty<'py>(
    py: Python<'py>,
    shape: &[usize],
    type_number: c_int,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Some(kind) = array_type(py, Import::IfNeeded)? else { return Ok(None) };
    let dimensions = shape.as_ptr().cast_mut().cast::<npy_intp>();
    // SAFETY: the thread is attached; NumPy copies the lengths, which are as many as it is told.
    unsafe {
        let array = PY_ARRAY_API.PyArray_New(
            py,
            kind,
            shape.len() as c_int,
            dimensions,
            type_number,
            ptr::null_mut(),
            ptr::null_mut(),
            0,
            0,
            ptr::null_mut(),
        );
        Bound::from_owned_ptr_or_err(py, array).map(Some)
    }
}

/// The type of NumPy's complex numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ComplexType(*mut ffi::PyTypeObject);

impl ComplexType {
    /// `None` where no program has imported NumPy, so that there can be no such number.
    ///
    /// # Errors
    /// NumPy is there and broken.
    pub(crate) fn get(py: Python<'_>) -> PyResult<Option<Self>> {
        let type_of_numbers = |_| {
            // SAFETY: the thread is attached.
            Self(unsafe { get_type_object(py, NpyTypes::PyComplexFloatingArrType_Type) })
        };
        Ok(array_type(py, Import::Never)?.map(type_of_numbers))
    }

    pub(crate) fn is_of(self, object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: the thread is attached, `object` is held, and the type is never freed.
        unsafe { ffi::PyObject_TypeCheck(object.as_ptr(), self.0) != 0 }
    }
}
