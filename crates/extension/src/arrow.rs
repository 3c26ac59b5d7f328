//! How do columns of Polars, pyarrow, DuckDB and others come in without a copy?
//!
//! By the Arrow C data interface, which they offer as PyCapsules: `__arrow_c_array__` or `__arrow_c_stream__`. A column of
//! one piece is read where it lies; one of several pieces, and bits, are copied. A value may be null there, which its bitmap
//! says, and an integer beside it stays an integer.
//!
//! Source: The Arrow C data interface, <https://arrow.apache.org/docs/format/CDataInterface.html>, and its PyCapsule
//! interface.

#![expect(unsafe_code, reason = "the C data interface")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ops::Range;
use std::ptr;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::element::Element;
use crate::layout::Layout;

#[repr(C)]
struct ArrowSchema {
    format: *const c_char,
    name: *const c_char,
    metadata: *const c_char,
    flags: i64,
    children_count: i64,
    children: *mut *mut ArrowSchema,
    dictionary: *mut ArrowSchema,
    release: Option<unsafe extern "C" fn(*mut ArrowSchema)>,
    private_data: *mut c_void,
}

#[repr(C)]
struct ArrowArray {
    length: i64,
    null_count: i64,
    offset: i64,
    buffers_count: i64,
    children_count: i64,
    buffers: *mut *const c_void,
    children: *mut *mut ArrowArray,
    dictionary: *mut ArrowArray,
    release: Option<unsafe extern "C" fn(*mut ArrowArray)>,
    private_data: *mut c_void,
}

#[repr(C)]
struct ArrowArrayStream {
    get_schema: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowSchema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowArray) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut ArrowArrayStream) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut ArrowArrayStream)>,
    private_data: *mut c_void,
}

macro_rules! released {
    ($($structure:ty)*) => {$(
        impl Drop for $structure {
            fn drop(&mut self) {
                if let Some(release) = self.release {
                    // SAFETY: a structure is released once, by who holds it: its producer has set the function.
                    unsafe { release(self) };
                }
            }
        }
        impl $structure {
            fn empty() -> Self {
                // SAFETY: zeros are the released structure of the interface: no pointer and no function in it.
                unsafe { std::mem::zeroed() }
            }
            /// Takes the structure out of a capsule, which then holds a released one.
            fn take(capsule: &Bound<'_, PyAny>, name: &CStr) -> PyResult<Self> {
                let capsule = capsule.cast::<PyCapsule>()?;
                let place = capsule.pointer_checked(Some(name))?.cast::<Self>();
                // SAFETY: a capsule of this name points to such a structure, by the PyCapsule interface.
                Ok(unsafe { ptr::replace(place.as_ptr(), Self::empty()) })
            }
        }
    )*};
}
released!(ArrowSchema ArrowArray ArrowArrayStream);

/// A column, held for as long as this lives.
pub(crate) struct Column {
    /// Where its numbers lie.
    pub(crate) layout: Layout,
    /// A byte for each number, 1 where it is null; none where none is.
    pub(crate) nulls: Option<Vec<u8>>,
    _memory: Memory,
}

/// What the layout points into.
#[expect(dead_code, reason = "held for the layout's sake")]
enum Memory {
    Array(Box<ArrowArray>),
    Copy(Vec<u8>),
}

/// The column that an object offers by the PyCapsule interface; `None` where it has no such interface.
///
/// # Errors
/// `TypeError` where it is no column of numbers; what the object raises.
pub(crate) fn column(function: &str, object: &Bound<'_, PyAny>) -> PyResult<Option<Column>> {
    if let Some(export) = object.getattr_opt(intern!(object.py(), "__arrow_c_array__"))? {
        let (schema, array): (Bound<'_, PyAny>, Bound<'_, PyAny>) = export.call0()?.extract()?;
        let schema = ArrowSchema::take(&schema, c"arrow_schema")?;
        let array = ArrowArray::take(&array, c"arrow_array")?;
        return of_pieces(object.py(), function, &schema, vec![array]).map(Some);
    }
    let Some(export) = object.getattr_opt(intern!(object.py(), "__arrow_c_stream__"))? else {
        return Ok(None);
    };
    let mut stream = ArrowArrayStream::take(&export.call0()?, c"arrow_array_stream")?;
    let (Some(get_schema), Some(get_next)) = (stream.get_schema, stream.get_next) else {
        return Err(PyValueError::new_err(format!("{function}: an Arrow stream that has been read before")));
    };
    let mut schema = ArrowSchema::empty();
    // SAFETY: the stream has not been released, and the schema is an empty one.
    let status = unsafe { get_schema(&raw mut stream, &raw mut schema) };
    stream.check(object.py(), function, status)?;
    let mut pieces = Vec::new();
    loop {
        let mut piece = ArrowArray::empty();
        // SAFETY: as above.
        let status = unsafe { get_next(&raw mut stream, &raw mut piece) };
        stream.check(object.py(), function, status)?;
        if piece.release.is_none() {
            return of_pieces(object.py(), function, &schema, pieces).map(Some);
        }
        pieces.push(piece);
    }
}

impl ArrowArrayStream {
    fn check(&mut self, py: Python<'_>, function: &str, status: c_int) -> PyResult<()> {
        if status == 0 {
            return Ok(());
        }
        // SAFETY: the thread is attached; a stream may raise by Python as well.
        if unsafe { !ffi::PyErr_Occurred().is_null() } {
            return Err(PyErr::fetch(py));
        }
        // SAFETY: the stream has not been released; the text is valid until it is used again.
        let text = unsafe {
            let text = self.get_last_error.map_or(ptr::null(), |get| get(self));
            if text.is_null() { String::new() } else { CStr::from_ptr(text).to_string_lossy().into_owned() }
        };
        Err(PyValueError::new_err(format!("{function}: an Arrow stream failed with status {status}: {text}")))
    }
}

fn of_pieces(
    py: Python<'_>,
    function: &str,
    schema: &ArrowSchema,
    mut pieces: Vec<ArrowArray>,
) -> PyResult<Column> {
    // SAFETY: a schema that has been filled has a format, which ends in a zero.
    let format = unsafe { CStr::from_ptr(schema.format) };
    let element = Some(format.to_bytes())
        .filter(|_| schema.dictionary.is_null())
        .and_then(element)
        .ok_or_else(|| {
            let advice = match format.to_bytes() {
                _ if !schema.dictionary.is_null() => "it is encoded by a dictionary: decode or cast it",
                [b'+', ..] => "pass one of its columns",
                _ => "cast it to float64, or to integers",
            };
            PyTypeError::new_err(format!(
                "{function}: a column of Arrow format {format:?} holds no plain numbers: {advice}"
            ))
        })?;
    let length: usize = pieces.iter().map(ArrowArray::count).sum();
    let mut nulls = None;
    if pieces.iter().any(ArrowArray::has_nulls) {
        let bytes = nulls.insert(Vec::with_capacity(length));
        for (piece, range) in ranges(&pieces) {
            py.check_signals()?;
            bytes.extend(range.map(|index| u8::from(!piece.is_valid(index))));
        }
    }
    if let [piece] = &mut pieces[..]
        && element != Element::Bool
    {
        let memory = Box::new(std::mem::replace(piece, ArrowArray::empty()));
        let (first, length) = (memory.values(element.size()), memory.count());
        // SAFETY: the second buffer of such an array holds offset + length numbers, and lives as long as the array.
        let layout = unsafe { Layout::new(first, &[length], &[element.size() as isize], element, false) };
        return Ok(Column { layout, nulls, _memory: Memory::Array(memory) });
    }
    let mut bytes: Vec<u8> = Vec::with_capacity(length * element.size());
    for (piece, range) in ranges(&pieces) {
        py.check_signals()?;
        if element == Element::Bool {
            bytes.extend(range.map(|index| u8::from(piece.bit(1, index))));
        } else {
            let (first, size) = (piece.values(element.size()), element.size());
            // SAFETY: the second buffer of such an array holds so many numbers from its offset on.
            bytes.extend(unsafe {
                std::slice::from_raw_parts(first.add(range.start * size), range.len() * size)
            });
        }
    }
    let stride = element.size() as isize;
    // SAFETY: the copy holds so many numbers, and the layout is kept beside it.
    let layout = unsafe { Layout::new(bytes.as_ptr(), &[length], &[stride], element, false) };
    Ok(Column { layout, nulls, _memory: Memory::Copy(bytes) })
}

/// Parts of pieces that are read before Python's signals are looked at: some milliseconds.
fn ranges(pieces: &[ArrowArray]) -> impl Iterator<Item = (&ArrowArray, Range<usize>)> {
    const BETWEEN_LOOKS: usize = 1 << 20;
    pieces.iter().flat_map(|piece| {
        let starts = (0..piece.count()).step_by(BETWEEN_LOOKS);
        starts.map(move |start| (piece, start..piece.count().min(start + BETWEEN_LOOKS)))
    })
}

/// The numbers that a format of the interface stands for.
fn element(format: &[u8]) -> Option<Element> {
    Some(match format {
        b"b" => Element::Bool,
        b"c" => Element::I8,
        b"s" => Element::I16,
        b"i" => Element::I32,
        b"l" => Element::I64,
        b"C" => Element::U8,
        b"S" => Element::U16,
        b"I" => Element::U32,
        b"L" => Element::U64,
        b"e" => Element::F16,
        b"f" => Element::F32,
        b"g" => Element::F64,
        _ => return None,
    })
}

impl ArrowArray {
    fn count(&self) -> usize {
        self.length.max(0) as usize
    }

    fn offset(&self) -> usize {
        self.offset.max(0) as usize
    }

    fn has_nulls(&self) -> bool {
        self.null_count != 0 && !self.buffer(0).is_null()
    }

    fn is_valid(&self, index: usize) -> bool {
        !self.has_nulls() || self.bit(0, index)
    }

    /// A buffer, or null where it was left out.
    fn buffer(&self, number: i64) -> *const u8 {
        if number >= self.buffers_count || self.buffers.is_null() {
            return ptr::null();
        }
        // SAFETY: an array has as many pointers as it says.
        unsafe { (*self.buffers.add(number as usize)).cast() }
    }

    /// Its first number, each of so many bytes.
    fn values(&self, size: usize) -> *const u8 {
        self.buffer(1).wrapping_add(self.offset() * size)
    }

    /// A bit of a buffer of bits, least significant first.
    fn bit(&self, buffer: i64, index: usize) -> bool {
        let index = self.offset() + index;
        // SAFETY: such a buffer has a bit for each of offset + length values.
        unsafe { *self.buffer(buffer).add(index / 8) >> (index % 8) & 1 == 1 }
    }
}

// SAFETY: by the interface a structure may be moved to and released by any thread, and what it points to does not change.
unsafe impl Send for ArrowArray {}
// SAFETY: as above.
unsafe impl Sync for ArrowArray {}
