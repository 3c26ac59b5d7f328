//! The talk's recipe, step by step: a Python that has our function built in.
//!
//! ```text
//! cargo run -p breakeven-extension --example as_in_the_talk
//! ```
//!
//! The headings are those of the slides. What Rust changes: "Parsing Python Method Calls" is
//! `src/call.rs` and `src/direct.rs` (and looks at the type of every item before it reads one), "C++
//! Standard Deviation" is the crate `breakeven-simd` (which does not subtract two large squares), and
//! "Defining Python Methods" is the table at the end of `src/module.rs`.

#![expect(unsafe_code, reason = "the recipe is a sequence of calls into CPython's C API")]
#![expect(clippy::print_stderr, reason = "an example is a program")]

use std::ffi::CString;
use std::process::ExitCode;
use std::ptr;

use breakeven_extension::{MODULE_NAME, initialize_module};
use pyo3::ffi;

const PROGRAM: &str = "
import std, math

def mean(lst):
    return sum(lst) / len(lst)

def standard_deviation(lst):
    m = mean(lst)
    variance = sum([(value - m) ** 2 for value in lst])
    return math.sqrt(variance / len(lst))

values = [0.5, 1.5, 2.5, 4.0]
print('the talk in Python: ', standard_deviation(values))
print('std.standard_dev:   ', std.standard_dev(values))
";

fn main() -> ExitCode {
    // "Add Main Entry Point": the talk decodes argv[0]. We name the interpreter that this was built for, for
    // Python looks beside it for its standard library, and beside our own program there is none.
    let named = std::env::var("BREAKEVEN_PYTHON").unwrap_or_else(|_| env!("BREAKEVEN_BUILT_FOR").to_owned());
    let Ok(named) = CString::new(named) else {
        eprintln!("BREAKEVEN_PYTHON has a zero byte in it");
        return ExitCode::FAILURE;
    };
    // SAFETY: the text ends in a zero and outlives the call; the length is not asked for.
    let program = unsafe { ffi::Py_DecodeLocale(named.as_ptr(), ptr::null_mut()) };
    if program.is_null() {
        eprintln!("Fatal error: cannot decode the interpreter's path");
        return ExitCode::FAILURE;
    }

    // "Register Module with Python" and "Add a built-in module, before Py_Initialize".
    // SAFETY: Python is not running yet; name and function are static.
    if unsafe { ffi::PyImport_AppendInittab(MODULE_NAME.as_ptr(), Some(initialize_module)) } != 0 {
        eprintln!("Fatal error: no memory for the table of built-in modules");
        return ExitCode::FAILURE;
    }

    // "Pass argv[0] to the Python interpreter". Deprecated since Python 3.11 in favour of PyConfig, which is
    // what the crate `breakeven-python` uses; kept here because this is the talk's way.
    #[expect(deprecated, reason = "the talk's call")]
    // SAFETY: Python is not running yet, and `program` is freed only after it has ended.
    unsafe {
        ffi::Py_SetProgramName(program);
    }

    // "Initialize the Python interpreter. Required."
    // SAFETY: everything that must come before has been done; this thread is now attached.
    unsafe { ffi::Py_Initialize() };

    // The talk's main ends here. Ours also runs something, ...
    let source = CString::new(PROGRAM).expect("the program has no zero byte");
    // SAFETY: the thread is attached, the text ends in a zero.
    let outcome = unsafe { ffi::PyRun_SimpleString(source.as_ptr()) };

    // ... and ends Python, since what was printed into a pipe would be lost otherwise.
    // SAFETY: the thread that started Python ends it, and nothing uses Python afterwards.
    let ended = unsafe { ffi::Py_FinalizeEx() };
    // SAFETY: Py_DecodeLocale gave this memory, and Python, which has ended, does not use it any more.
    unsafe { ffi::PyMem_RawFree(program.cast()) };
    if outcome == 0 && ended == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
