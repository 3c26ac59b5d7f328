//! How are a list's numbers read without touching a reference count?
//!
//! While this runs no Python code can: an exact float is read from its field, and an exact int is
//! converted by CPython without calling anything back. So pointers borrowed from the list stay good.
//! At the first item of another type (a bool, a NumPy float, a Decimal), or an int that a float may not
//! hold, everything read so far is dropped and the general way starts over.
//!
//! Read into a buffer rather than twice from the list, since the kernel makes several passes and wants
//! its numbers side by side.

#![expect(unsafe_code, reason = "PyO3's safe list access costs more than the whole kernel on 25 values")]

use std::mem::MaybeUninit;
use std::slice;

use breakeven_simd::standard_deviation;
use pyo3::ffi;
use pyo3::prelude::*;

/// From this magnitude on, 2^53, an int may have been rounded to become a double.
pub(crate) const FIRST_INEXACT: f64 = 9_007_199_254_740_992.0;

/// Longer lists are read into memory from the heap: there, an allocation no longer shows.
pub(crate) const ON_STACK: usize = 1024;

/// Items that are read before Python's signals are looked at: some milliseconds.
const BETWEEN_LOOKS: usize = 1 << 20;

/// The population standard deviation of a list or tuple of floats and ints, or `None` where `values`
/// is anything else, or empty, or longer than [`BETWEEN_LOOKS`]. No exception is set.
///
/// # Safety
/// The thread is attached, and `values` is a borrowed reference to a live object.
#[inline]
pub(crate) unsafe fn standard_dev(values: *mut ffi::PyObject) -> Option<f64> {
    // SAFETY: `values` is live, by this function's own contract.
    let items = unsafe { Items::of(values)? };
    if items.length <= ON_STACK {
        let mut room = [const { MaybeUninit::<f64>::uninit() }; ON_STACK];
        // SAFETY: `items` are those of `values`, which is live.
        let numbers = unsafe { read(items, room.get_mut(..items.length)?)? };
        Some(standard_deviation(numbers, 0))
    } else if items.length <= BETWEEN_LOOKS {
        let mut room = Vec::new();
        // SAFETY: `items` are those of `values`, which is live.
        unsafe { append(items, &mut room)? };
        Some(standard_deviation(&room, 0))
    } else {
        None
    }
}

/// The numbers of a list or tuple of floats and ints, or `None` where `values` is anything else, or empty.
///
/// # Errors
/// What a signal handler raises.
pub(crate) fn numbers(values: &Bound<'_, PyAny>) -> PyResult<Option<Vec<f64>>> {
    let (py, mut room) = (values.py(), Vec::new());
    // SAFETY: the thread is attached, and `values` is held.
    let items_of = || unsafe { Items::of(values.as_ptr()) };
    let Some(Items { length, .. }) = items_of() else { return Ok(None) };
    if room.try_reserve_exact(length).is_err() {
        return Ok(None);
    }
    // once more after each look, since a signal handler may have changed the list
    while let Some(items) = items_of().filter(|items| items.length == length) {
        if room.len() == length {
            return Ok(Some(room));
        }
        // SAFETY: there are more items than have been read, and these are the ones that follow.
        let part = unsafe {
            let first = items.first.add(room.len());
            let part = Items { first, length: BETWEEN_LOOKS.min(length - room.len()) };
            append(part, &mut room)
        };
        if part.is_none() {
            break;
        }
        if room.len() < length {
            py.check_signals()?;
        }
    }
    Ok(None)
}

/// The items of a live list or tuple: at least one.
#[derive(Clone, Copy)]
pub(crate) struct Items {
    pub(crate) first: *mut *mut ffi::PyObject,
    pub(crate) length: usize,
}

impl Items {
    /// # Safety
    /// The thread is attached, and `values` is a borrowed reference to a live object.
    #[inline]
    pub(crate) unsafe fn of(values: *mut ffi::PyObject) -> Option<Self> {
        if cfg!(Py_GIL_DISABLED) {
            return None; // another thread may change the list while it is read
        }
        // SAFETY: `values` is live, and of the type that was just tested.
        let (first, length) = unsafe {
            if ffi::PyList_CheckExact(values) != 0 {
                // The list's own storage; null where the list has never held anything.
                ((*values.cast::<ffi::PyListObject>()).ob_item, ffi::Py_SIZE(values))
            } else if ffi::PyTuple_CheckExact(values) != 0 {
                let first = (&raw mut (*values.cast::<ffi::PyTupleObject>()).ob_item).cast();
                (first, ffi::Py_SIZE(values))
            } else {
                return None;
            }
        };
        let length = usize::try_from(length).ok().filter(|&length| length > 0)?;
        Some(Self { first, length })
    }
}

/// Reads items behind what is in `room`; `None` where one of them is neither an exact float nor an exact int, or there is no memory.
///
/// # Safety
/// The thread is attached; `items` are those of a live list or tuple.
unsafe fn append(items: Items, room: &mut Vec<f64>) -> Option<()> {
    room.try_reserve(items.length).ok()?;
    // SAFETY: by this function's own contract.
    unsafe {
        read(items, room.spare_capacity_mut().get_mut(..items.length)?)?;
        room.set_len(room.len() + items.length); // `read` has written every place
    }
    Some(())
}

/// Fills `room` with the first items, or stops where one is neither an exact float nor an exact int.
///
/// # Safety
/// The thread is attached; `items` are those of a live list or tuple, at least as many as `room` has places.
#[inline]
pub(crate) unsafe fn read(items: Items, room: &mut [MaybeUninit<f64>]) -> Option<&[f64]> {
    for (index, place) in room.iter_mut().enumerate() {
        // SAFETY: `index` is below the number of items, which cannot change while no Python code runs.
        let item = unsafe { *items.first.add(index) };
        // SAFETY: a list or tuple that Python code has seen holds live objects only.
        place.write(unsafe { number(item)? });
    }
    // SAFETY: the loop has written every place.
    Some(unsafe { slice::from_raw_parts(room.as_ptr().cast(), room.len()) })
}

/// # Safety
/// The thread is attached, and `item` is a borrowed reference to a live object.
#[inline]
unsafe fn number(item: *mut ffi::PyObject) -> Option<f64> {
    // SAFETY: `item` is live; a float's field is read only where the type is exactly float.
    unsafe {
        if ffi::PyFloat_CheckExact(item) != 0 {
            return Some(ffi::PyFloat_AS_DOUBLE(item));
        }
        if ffi::PyLong_CheckExact(item) != 0 {
            let value = ffi::PyLong_AsDouble(item);
            if value == -1.0 && !ffi::PyErr_Occurred().is_null() {
                ffi::PyErr_Clear(); // the general way raises it again, and says which element it was
                return None;
            }
            return (value.abs() < FIRST_INEXACT).then_some(value);
        }
    }
    None
}
