//! What `std.standard_dev` returns and raises, for everything a Python program may hand it.

#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

#[path = "interpreter/cases.rs"]
mod cases;
mod interpreter;
#[path = "interpreter/packages.rs"]
mod packages;

use cases::evaluate;
use interpreter::{attach, run};
use packages::has_numpy;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// What the cases may use.
const PRELUDE: &str = "
import std, math, array, sys, ctypes
from multiprocessing.sharedctypes import RawArray
from decimal import Decimal
from fractions import Fraction
from collections import deque

class Float(float):
    'A float subclass counts with the value it holds, as in math.sqrt.'
    def __float__(self): return 99.0
class Int(int):
    def __float__(self): return 7.0
class Index:
    def __index__(self): return 3
class NotAFloat:
    def __float__(self): return 'three'
class Raises:
    def __float__(self): raise LookupError('the element itself')
class RaisesTypeError:
    def __float__(self): raise TypeError('the element itself')
class List(list): pass
class Doubled(list):
    def __iter__(self): return (2.0 * value for value in list.__iter__(self))
class Lies:
    'Its length is not the number of its elements.'
    def __init__(self, length): self.length = length
    def __len__(self): return self.length
    def __iter__(self): return iter([1.0, 3.0])
class Sequence:
    'The old protocol: no __iter__.'
    def __getitem__(self, index):
        if index > 1: raise IndexError
        return (1.0, 3.0)[index]
class Changes:
    'Does something to the list it is in when it is asked for its value.'
    def __init__(self, change): self.change = change
    def __float__(self):
        self.change()
        return 2.0
def changing(change, rest=30):
    values = [1.0, 3.0]
    values += [Changes(lambda: change(values))] + [float(n) for n in range(rest)]
    return values
def broken():
    yield 1.0
    raise OSError('the iterator itself')
";

/// Calls and their results.
const RIGHT: &[(&str, f64)] = &[
    ("[1.0, 3.0]", 1.0),
    ("[5.0]", 0.0),
    ("[0.1] * 25", 0.0),
    ("[1e200, 3e200]", 1e200),
    ("[1e-200, 3e-200]", 1e-200),
    ("[1, 3]", 1.0),
    ("[1, 3.0]", 1.0),
    ("[-1, -3]", 1.0), // -1 is also CPython's way to say that there was an error
    ("[-1.0, -3]", 1.0),
    ("[0, 2**53 + 1]", 4503599627370496.0), // rounded to even, as float() does
    ("[-2**62, 2**62]", 4611686018427387904.0),
    ("[-10**300, 10**300]", 1e300),
    ("[10**9 - 1, 10**9 + 1]", 1.0),
    ("[2**60, 2**60 + 2]", 1.0),
    ("[2**53, 2**53 + 2]", 1.0),
    ("[2**63, 2**63 + 2]", 1.0),
    ("[-2**63, 2 - 2**63]", 1.0),
    ("[float(2**60), 2**60 + 2]", 1.0),
    ("(2**60, 2**60 + 2)", 1.0),
    ("range(2**60, 2**60 + 3, 2)", 1.0),
    ("array.array('q', [2**60, 2**60 + 2])", 1.0),
    ("array.array('Q', [2**64 - 1, 2**64 - 3])", 1.0),
    ("array.array('q', [-2**63, 2**63 - 1])", 9.223_372_036_854_776e18),
    ("[10**400, 10**400 + 2]", 1.0), // beyond a float, but the differences are not
    ("[-10**400]", 0.0),
    ("[1.0, 3.0], ddof=1", std::f64::consts::SQRT_2),
    ("[1.0, 3.0], ddof=2", f64::NAN),
    ("[1.0, 3.0], axis=0", 1.0),
    ("[1.0, 3.0], axis=-1, method='exact'", 1.0),
    ("(ctypes.c_double * 2)(1.0, 3.0)", 1.0),
    ("RawArray('i', [1, 3])", 1.0),
    ("memoryview(bytes([0, 1])).cast('?')", 0.5),
    ("list(range(2000)) + list(range(2000))", 577.350_197_020_837_6), // longer than the stack's room
    ("[float(n) for n in range(1024)]", 295.603_196_870_399_24),
    ("[float(n) for n in range(1025)]", 295.891_872_142_510_86),
    ("(1.0, 3.0)", 1.0),
    ("(1, 3)", 1.0),
    ("[True, False]", 0.5),
    ("[1.0, True, 3]", 0.942_809_041_582_063_4),
    ("[Decimal(1), Decimal(3)]", 1.0),
    ("[Fraction(1, 2), Fraction(5, 2)]", 1.0),
    ("[1.0, Fraction(3)]", 1.0),
    ("[Float(1.0), Float(3.0)]", 1.0),
    ("[Int(1), 9]", 1.0),
    ("[Index(), 1]", 1.0),
    ("List([1.0, 3.0])", 1.0),
    ("Doubled([1.0, 3.0])", 2.0),
    ("deque([1.0, 3.0])", 1.0),
    ("range(1, 4, 2)", 1.0),
    ("(n for n in (1, 3))", 1.0),
    ("{1.0: 'a', 3.0: 'b'}", 1.0),
    ("bytes([1, 3])", 1.0),
    ("array.array('d', [1.0, 3.0])", 1.0),
    ("array.array('f', [1.0, 3.0])", 1.0),
    ("array.array('h', [1, 3])", 1.0),
    ("memoryview(array.array('d', [1.0, 0.0, 3.0, 0.0]))[::2]", 1.0),
    ("Lies(0)", 1.0),
    ("Lies(10**6)", 1.0),
    ("Sequence()", 1.0),
    ("changing(lambda values: values.reverse(), 0)", 0.816_496_580_927_726), // same length: what is there
    ("[1.0, math.nan]", f64::NAN),
    ("[math.inf, 1.0]", f64::NAN),
    ("[math.inf] * 3", f64::NAN),
    ("[-math.inf, math.inf]", f64::NAN),
];

/// Calls, the exception's type, and its message.
const RAISES: &[(&str, &str, &str)] = &[
    ("[]", "ValueError", "standard_dev needs at least one value"),
    ("()", "ValueError", "standard_dev needs at least one value"),
    ("iter(())", "ValueError", "standard_dev needs at least one value"),
    ("''", "ValueError", "standard_dev needs at least one value"),
    ("[1.0, '2', 3.0]", "TypeError", "standard_dev: element 1 must be a real number, not str"),
    ("('2',)", "TypeError", "standard_dev: element 0 must be a real number, not str"),
    ("[1.0, None]", "TypeError", "standard_dev: element 1 must be a real number, not NoneType"),
    ("[1.0] * 1500 + [1j]", "TypeError", "standard_dev: element 1500 must be a real number, not complex"),
    ("[[1.0, 2.0]]", "TypeError", "standard_dev: element 0 must be a real number, not list"),
    ("'12'", "TypeError", "standard_dev: element 0 must be a real number, not str"),
    ("None", "TypeError", "standard_dev needs a list or another iterable of numbers, not NoneType"),
    ("1.0", "TypeError", "standard_dev needs a list or another iterable of numbers, not float"),
    ("[1, 10**400]", "OverflowError", "standard_dev: element 1 is too large to convert to float"),
    ("[-10**400, 0]", "OverflowError", "standard_dev: element 0 is too large to convert to float"),
    ("[0.5, -10**400]", "OverflowError", "standard_dev: element 1 is too large to convert to float"),
    ("[1.0], axis=1", "ValueError", "standard_dev: there is no axis 1 among 1"),
    ("[1.0], ddof=-1", "ValueError", "standard_dev: ddof must be at least 0, and is -1"),
    ("[1.0], method='slow'", "ValueError", "standard_dev: method must be 'fast' or 'exact', not 'slow'"),
    (
        "[0, 2**100], method='exact'",
        "ValueError",
        "standard_dev: method='exact' takes no integers that differ by more than 2**53 and fit neither int64 nor uint64 together",
    ),
    ("[1.0, Raises()]", "LookupError", "the element itself"),
    ("[1.0, RaisesTypeError()]", "TypeError", "the element itself"),
    ("[NotAFloat()]", "TypeError", "NotAFloat.__float__ returned non-float (type str)"),
    ("broken()", "OSError", "the iterator itself"),
    ("changing(list.clear)", "RuntimeError", "list changed size during iteration"),
    ("changing(list.pop)", "RuntimeError", "list changed size during iteration"),
    ("changing(lambda values: values.append(1.0))", "RuntimeError", "list changed size during iteration"),
    ("changing(lambda values: values.extend(values))", "RuntimeError", "list changed size during iteration"),
];

#[test]
fn every_series_of_numbers_has_its_standard_deviation() {
    attach(|py| {
        let names = prelude(py);
        for &(argument, expected) in RIGHT {
            let got: f64 = evaluate(py, &names, &format!("std.standard_dev({argument})"))
                .unwrap_or_else(|error| panic!("{argument}: {error}"))
                .extract()
                .unwrap();
            let right =
                if expected.is_nan() { got.is_nan() } else { (got - expected).abs() <= 4e-16 * expected };
            assert!(right, "standard_dev({argument}) gave {got:?} where {expected:?} is right");
        }
    });
}

#[test]
fn what_is_no_series_of_numbers_raises_as_python_users_expect() {
    attach(|py| {
        let names = prelude(py);
        for &(argument, kind, message) in RAISES {
            let error = evaluate(py, &names, &format!("std.standard_dev({argument})"))
                .expect_err(&format!("standard_dev({argument}) should raise {kind}"));
            let got_kind = error.get_type(py).name().unwrap().to_string();
            let got = (got_kind, error.value(py).to_string());
            assert_eq!((got.0.as_str(), got.1.as_str()), (kind, message), "standard_dev({argument})");
        }
    });
}

#[test]
fn numpy_numbers_and_arrays_count_as_numbers() {
    let cases = [
        ("[np.float64(1), np.float64(3)]", 1.0),
        ("[np.float32(1), np.float32(3)]", 1.0),
        ("[np.int16(1), 3]", 1.0),
        ("[np.bool_(True), np.bool_(False)]", 0.5),
        ("np.array([1.0, 3.0])", 1.0),
        ("np.array([1.0, 3.0], dtype='>f8')", 1.0),
        ("np.array([1.0, 3.0], dtype='f4')", 1.0),
        ("np.array([1.0, 9.0, 3.0, 9.0])[::2]", 1.0),
        ("np.ma.masked_array([1.0, 3.0], mask=[False, False])", 1.0),
        ("np.ma.masked_array([1, 9, 3], mask=[0, 1, 0])", 1.0),
        ("np.array([2**60, 2**60 + 2])", 1.0),
        ("[np.int64(2**60), np.int64(2**60 + 2)]", 1.0),
        ("[np.uint64(2**63), np.uint64(2**63 + 2)]", 1.0),
        ("np.array([2**60, 2**60 + 2], dtype=object)", 1.0),
        ("np.array([1.0, 3.0], dtype='f2')", 1.0),
        ("np.array([[1, 3], [1, 3]], dtype='>i2')", 1.0),
        ("np.ones((2, 3))", 0.0),
        ("np.arange(24.0).reshape(2, 3, 4).transpose(1, 0, 2)[::-1, :, ::2] * 0 + 2", 0.0),
    ];
    attach(|py| {
        let names = prelude(py);
        if !has_numpy(py, &names) {
            return;
        }
        for (argument, expected) in cases {
            let got = evaluate(py, &names, &format!("std.standard_dev({argument})")).unwrap();
            assert_eq!(got.extract::<f64>().unwrap(), expected, "standard_dev({argument})");
        }
        for argument in
            ["np.array(1.0)", "np.array(['a'])", "np.array([1j])", "[np.complex64(1)]", "[np.complex128(1)]"]
        {
            let call = format!("std.standard_dev({argument})");
            let error = evaluate(py, &names, &call).expect_err(argument);
            let kind = error.get_type(py).name().unwrap().to_string();
            assert!(kind == "TypeError" || kind == "ValueError", "{call} raised {error}");
        }
    });
}

#[test]
fn the_module_is_built_in_and_describes_itself() {
    attach(|py| {
        let names = prelude(py);
        let expressions = [
            "'std' in sys.builtin_module_names",
            "std.__name__ == 'std'",
            "std.__version__.count('.') == 2",
            "'standard' in std.__doc__.lower()",
            "std.standard_dev.__text_signature__ == \"(values, /, *, ddof=0, axis=None, method='fast')\"",
            "std.noop.__text_signature__ == '(object, /)'",
            "std.standard_dev.__doc__.startswith('Return the standard deviation')",
            "std.standard_dev.__module__ == 'std'",
            "std.noop([1.0]) is None",
            "type(std.standard_dev([1, 2])) is float",
        ];
        for expression in expressions {
            assert!(evaluate(py, &names, expression).unwrap().is_truthy().unwrap(), "{expression}");
        }
        for call in ["std.standard_dev()", "std.standard_dev([1.0], 1)", "std.standard_dev(values=[1.0])"] {
            let error = evaluate(py, &names, call).expect_err(call);
            assert!(error.is_instance_of::<pyo3::exceptions::PyTypeError>(py), "{call} raised {error}");
        }
    });
}

/// An element that is itself written in Rust, and breaks down.
#[pyclass]
struct Panics;

#[pymethods]
impl Panics {
    fn __float__(&self) -> f64 {
        panic!("inside an element, on purpose")
    }
}

#[test]
fn a_panic_inside_an_element_comes_out_as_an_exception() {
    attach(|py| {
        let names = prelude(py);
        names.set_item("panics", Py::new(py, Panics).unwrap()).unwrap();
        // in Python, since PyO3 would carry the exception on as a panic of this test
        let code = "
try: std.standard_dev([1.0, panics])
except BaseException as error: caught = (type(error).__name__, str(error))
";
        run(py, &names, code);
        let caught: (String, String) = names.get_item("caught").unwrap().unwrap().extract().unwrap();
        assert_eq!(caught, ("PanicException".to_owned(), "inside an element, on purpose".to_owned()));
    });
}

#[test]
fn a_module_cannot_be_registered_once_python_runs() {
    attach(|_| {
        let again = breakeven_extension::register();
        assert_eq!(again, Err(breakeven_extension::NotRegistered::PythonIsRunning));
    });
}

#[test]
fn threads_that_share_a_list_all_get_its_standard_deviation() {
    let values: Py<PyAny> = attach(|py| {
        let names = prelude(py);
        evaluate(py, &names, "[1.0, 3.0] * 500").unwrap().unbind()
    });
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let got: f64 = attach(|py| {
                        let function = py.import("std").unwrap().getattr("standard_dev").unwrap();
                        function.call1((&values,)).unwrap().extract().unwrap()
                    });
                    assert_eq!(got, 1.0);
                }
            });
        }
    });
    attach(|_| drop(values));
}

fn prelude(py: Python<'_>) -> Bound<'_, PyDict> {
    let names = PyDict::new(py);
    run(py, &names, PRELUDE);
    names
}
