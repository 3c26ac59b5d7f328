//! What `std.rolling_std` returns and raises, for everything a Python program may hand it.

#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

#[path = "interpreter/cases.rs"]
mod cases;
mod interpreter;
#[path = "interpreter/packages.rs"]
mod packages;

use breakeven_problem::oracle;
use cases::evaluate;
use interpreter::{attach, run};
use packages::has_numpy;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What the cases may use.
const PRELUDE: &str = "
import std, math, array, statistics, sys, warnings
from decimal import Decimal
from fractions import Fraction
nan, inf = math.nan, math.inf

def d(*values): return array.array('d', values)
def rolling(*arguments, **keywords): return list(std.rolling_std(*arguments, **keywords))

def deviation(values, ddof=0):
    'Of a window: correctly rounded, but for what the standard library does not define.'
    values = list(values)
    if len(values) <= ddof or not all(math.isfinite(value) for value in values): return nan
    return statistics.pstdev(values) if ddof == 0 else statistics.stdev(values)

def expected(values, window, ddof=0):
    values = [Fraction(value) if isinstance(value, int) else value for value in values]
    head = [nan] * min(window - 1, len(values))
    return head + [deviation(values[i:i + window], ddof) for i in range(len(values) - window + 1)]

def expected_skip(values, window, ddof, least):
    'With min_count, windows that reach beyond the start are those of the values they have.'
    def one(values):
        values = [value for value in values if value == value]
        return nan if len(values) < least else deviation(values, ddof)
    return [one(values[max(i - window, 0):i]) for i in range(1, len(values) + 1)]

def check(got, right, tolerance=1e-14):
    got = list(got)
    assert len(got) == len(right), (len(got), len(right))
    for i, (a, b) in enumerate(zip(got, right)):
        assert type(a) is float or type(a).__name__ == 'float64', type(a)
        assert (a != a and b != b) or abs(a - b) <= tolerance * b, (i, a, b)
    return True

class HasArray:
    'As pandas and Polars: no buffer, but an array on request.'
    def __array__(self): return memoryview(d(1.0, 3.0, 7.0))
class Index:
    def __index__(self): return 2
class RaisesIndex:
    def __index__(self): raise LookupError('the argument itself')
class RaisesArray:
    def __array__(self): raise LookupError('the array itself')
";

/// Calls and their results, to the last bit.
const RIGHT: &[(&str, &str)] = &[
    // edges
    ("d(1.0, 3.0, 7.0), 2", "[nan, 1.0, 2.0]"),
    ("d(1.0, 3.0, 7.0), 2, edges='full'", "[nan, 1.0, 2.0]"),
    ("d(1.0, 3.0, 7.0), 2, edges='valid'", "[1.0, 2.0]"),
    ("d(1.0, 3.0, 7.0), 1", "[0.0, 0.0, 0.0]"),
    ("d(1.0, 3.0), 2, edges='valid'", "[1.0]"),
    ("d(1.0, 3.0), 3", "[nan, nan]"),
    ("d(1.0, 3.0), 3, edges='valid'", "[]"),
    ("d(1.0, 3.0), 10**30", "[nan, nan]"),
    ("d(1.0, 3.0), sys.maxsize, missing='skip'", "[nan, nan]"),
    ("d(), 1", "[]"),
    ("d(), 5, edges='valid'", "[]"),
    ("d(1.0, 3.0, 7.0), Index()", "[nan, 1.0, 2.0]"),
    // ddof
    ("d(1.0, 2.0, 3.0), 3, ddof=1", "[nan, nan, 1.0]"),
    ("d(1.0, 3.0), 2, ddof=2", "[nan, nan]"),
    ("d(1.0, 3.0), 2, ddof=10**30, edges='valid'", "[nan]"),
    ("d(1.0, 3.0), 1, ddof=1, missing='skip'", "[nan, nan]"),
    // what is not finite
    ("d(1.0, nan, 3.0, 5.0, 9.0), 2", "[nan, nan, nan, 1.0, 2.0]"),
    ("d(1.0, inf, 3.0, 5.0, 9.0), 2", "[nan, nan, nan, 1.0, 2.0]"),
    ("d(-inf, 1.0, 3.0, nan, inf), 2, edges='valid'", "[nan, 1.0, nan, nan]"),
    ("d(nan, nan), 1", "[nan, nan]"),
    ("d(inf, 1.0), 1, edges='valid'", "[nan, 0.0]"),
    // constant runs, and the ends of the exponents
    ("[0.1] * 50, 25, edges='valid'", "[0.0] * 26"),
    ("d(1e200, 3e200, 1e-200, 3e-200), 2, edges='valid'", "[1e200, 1.5e200, 1e-200]"),
    ("d(5e-324, 15e-324), 2, edges='valid'", "[5e-324]"),
    // missing values
    ("d(1.0, nan, 3.0, 5.0, 9.0), 2, missing='skip'", "[nan, 0.0, 0.0, 1.0, 2.0]"),
    ("d(1.0, nan, 3.0, 5.0, 9.0), 2, missing='skip', min_count=2", "[nan, nan, nan, 1.0, 2.0]"),
    ("d(1.0, nan, 3.0, 5.0), 3, missing='skip', min_count=1", "[0.0, 0.0, 1.0, 1.0]"),
    ("d(1.0, nan, 3.0), 3, missing='skip', ddof=1", "[nan, nan, 2.0 ** 0.5]"),
    ("d(1.0, nan, 3.0), 3, missing='skip', ddof=2", "[nan, nan, nan]"),
    ("d(1.0, nan, inf, nan, 3.0), 2, missing='skip'", "[nan, 0.0, nan, nan, 0.0]"),
    ("d(nan, nan, nan), 2, missing='skip', min_count=None", "[nan, nan, nan]"),
    ("d(1.0, 3.0), 2, missing='skip', edges='valid'", "[1.0]"),
    // forms of input
    ("[1.0, 3.0, 7.0], 2", "[nan, 1.0, 2.0]"),
    ("(1, 3, 7), 2", "[nan, 1.0, 2.0]"),
    ("[], 2", "[]"),
    ("[1, True, Decimal(3), Fraction(5)], 2", "[nan, 0.0, 1.0, 1.0]"),
    ("range(1, 8, 2), 2", "[nan, 1.0, 1.0, 1.0]"),
    ("(value for value in (1.0, 3.0)), 2", "[nan, 1.0]"),
    ("bytes([1, 3, 255]), 2", "[nan, 1.0, 126.0]"),
    ("HasArray(), 2", "[nan, 1.0, 2.0]"),
    ("memoryview(d(1.0, 9.0, 3.0, 9.0, 7.0))[::2], 2", "[nan, 1.0, 2.0]"),
    ("memoryview(d(1.0, 3.0, 7.0))[::-1], 2", "[nan, 2.0, 1.0]"),
    ("memoryview(array.array('h', [1, 9, 3, 9, -7]))[::-2], 2", "[nan, 5.0, 1.0]"),
    ("memoryview(bytes([0, 1, 1])).cast('?'), 2", "[nan, 0.5, 0.0]"),
    ("d(1.0, 3.0, 7.0), 2, axis=-1", "[nan, 1.0, 2.0]"),
    ("d(1.0, 3.0, 7.0), 2, axis=0", "[nan, 1.0, 2.0]"),
    // integers beyond 53 bits
    ("[2**60, 2**60 + 2, 2**61], 2", "[nan, 1.0, 2.0**59 - 1.0]"),
    ("[2**63, 2**63 + 2, 2**63 + 6], 2", "[nan, 1.0, 2.0]"),
    ("[10**300, 10**300 + 2, 10**300 + 6], 2", "[nan, 1.0, 2.0]"),
    ("[-2**60, 2.0, 2**60], 3, edges='valid'", "[(2 * 4**60 / 3) ** 0.5]"),
    ("array.array('q', [2**62, 2**62 + 2, 2**62 + 4]), 2", "[nan, 1.0, 1.0]"),
    (
        "array.array('q', [-2**63, 2 - 2**63, 4, 2**63 - 3, 2**63 - 1]), 2",
        "[nan, 1.0, 2.0 ** 62, 2.0 ** 62, 1.0]",
    ),
    ("array.array('Q', [2**64 - 1, 2**64 - 3, 0, 2]), 2", "[nan, 1.0, 2.0 ** 63, 1.0]"),
];

/// Calls, the exception's type, and its message.
const RAISES: &[(&str, &str, &str)] = &[
    ("[1.0], 0", "ValueError", "rolling_std: window must be at least 1, and is 0"),
    ("[1.0], -1", "ValueError", "rolling_std: window must be at least 1, and is -1"),
    (
        "[1.0], -10**30",
        "ValueError",
        "rolling_std: window must be at least 1, and is -1000000000000000000000000000000",
    ),
    ("[1.0], True", "TypeError", "rolling_std: window must be an int, not bool"),
    ("[1.0], 2.0", "TypeError", "rolling_std: window must be an int, not float"),
    ("[1.0], '2'", "TypeError", "rolling_std: window must be an int, not str"),
    ("[1.0], None", "TypeError", "rolling_std: window must be an int, not NoneType"),
    ("[1.0], RaisesIndex()", "LookupError", "the argument itself"),
    ("[1.0], 1, ddof=-1", "ValueError", "rolling_std: ddof must be at least 0, and is -1"),
    ("[1.0], 1, ddof=0.5", "TypeError", "rolling_std: ddof must be an int, not float"),
    ("[1.0], 1, method='quick'", "ValueError", "rolling_std: method must be 'fast' or 'exact', not 'quick'"),
    ("[1.0], 1, edges='same'", "ValueError", "rolling_std: edges must be 'full' or 'valid', not 'same'"),
    (
        "[1.0], 1, missing='drop'",
        "ValueError",
        "rolling_std: missing must be 'propagate' or 'skip', not 'drop'",
    ),
    (
        "[1.0], 2, missing='skip', min_count=3",
        "ValueError",
        "rolling_std: min_count is 3, and a window has 2 values",
    ),
    (
        "[1.0], 2, missing='skip', min_count=0",
        "ValueError",
        "rolling_std: min_count must be at least 1, and is 0",
    ),
    ("None, 2", "TypeError", "rolling_std needs a list or another iterable of numbers, not NoneType"),
    ("1.0, 2", "TypeError", "rolling_std needs a list or another iterable of numbers, not float"),
    ("'12', 2", "TypeError", "rolling_std: element 0 must be a real number, not str"),
    ("[[1.0, 2.0]], 2", "TypeError", "rolling_std: element 0 must be a real number, not list"),
    ("[1.0, 10**400], 2", "OverflowError", "rolling_std: element 1 is too large to convert to float"),
    ("RaisesArray(), 2", "LookupError", "the array itself"),
    (
        "memoryview(b'a').cast('c'), 1",
        "TypeError",
        "rolling_std: a buffer of format \"c\" holds no plain numbers: copy them into a list or an array.array",
    ),
    (
        "memoryview(d(1.0)).cast('B').cast('d', []), 1",
        "TypeError",
        "rolling_std needs a series of numbers, not a single one",
    ),
    ("d(1.0), 1, axis=1", "ValueError", "rolling_std: there is no axis 1 among 1"),
    ("d(1.0), 1, axis=None", "TypeError", "rolling_std: axis must be an int, not NoneType"),
    ("d(1.0), 1, axis=True", "TypeError", "rolling_std: axis must be an int, not bool"),
    ("d(1.0), 1, axis=-2", "ValueError", "rolling_std: there is no axis -2 among 1"),
    ("d(1.0), 1, step=0", "ValueError", "rolling_std: step must be at least 1, and is 0"),
    ("d(1.0), 1, threads=0", "ValueError", "rolling_std: threads must be at least 1, and is 0"),
    ("d(1.0), 2, min_count=3", "ValueError", "rolling_std: min_count is 3, and a window has 2 values"),
    (
        "d(1.0), 1, closed='up'",
        "ValueError",
        "rolling_std: closed must be 'right' or 'left' or 'both' or 'neither', not 'up'",
    ),
    ("[1j, 2.0], 1", "TypeError", "rolling_std: element 0 must be a real number, not complex"),
    (
        "[2 ** 70, 2 ** 100], 2, method='exact'",
        "ValueError",
        "rolling_std: method='exact' takes no integers that differ by more than 2**53 and fit neither int64 nor uint64 together",
    ),
    ("[1.0], 1, 0", "TypeError", "rolling_std() takes 2 positional arguments but 3 were given"),
    ("[1.0]", "TypeError", "rolling_std() missing 1 required positional argument: 'window'"),
];

/// Statements that raise AssertionError where they do not hold. `np` is NumPy.
const WITH_NUMPY: &[&str] = &[
    "assert type(std.rolling_std([1.0, 2.0], 1)) is np.ndarray and std.rolling_std([1.0], 1).dtype == np.float64",
    "assert std.rolling_std(np.empty((0, 3)), 2).shape == (0, 3)",
    "assert std.rolling_std(np.empty((3, 0)), 2).shape == (3, 0)",
    "assert std.rolling_std(np.empty((3, 5)), 2, edges='valid').shape == (3, 4)",
    "assert std.rolling_std(np.empty((3, 5)), 9, edges='valid').shape == (3, 0)",
    "source = np.arange(4.0); result = std.rolling_std(source, 2); result[:] = 9; assert source.tolist() == [0, 1, 2, 3]",
    "source = np.arange(4.0); source.flags.writeable = False; check(std.rolling_std(source, 2), [nan, 0.5, 0.5, 0.5])",
    "check(std.rolling_std(np.broadcast_to(np.float64(3.5), 9), 4, edges='valid'), [0.0] * 6)",
    "check(std.rolling_std(np.arange(5), np.int64(2), edges='valid'), [0.5] * 4)",
    // fields of records lie unaligned
    "records = np.zeros(6, dtype=[('flag', 'i1'), ('value', 'f8')]); records['value'] = range(6); \
     check(std.rolling_std(records['value'], 2, edges='valid'), [0.5] * 5)",
    "records = np.zeros(3, dtype=[('flag', 'i1'), ('value', 'f8', 4)]); records['value'] = range(4); \
     check(std.rolling_std(records['value'], 4, edges='valid').ravel(), [1.25 ** 0.5] * 3)",
    // several axes: every series along the last one
    "cube = np.arange(60).reshape(3, 4, 5) ** 2; got = std.rolling_std(cube, 3, ddof=1)\nfor place in np.ndindex(3, 4): check(got[place], expected(cube[place].tolist(), 3, 1))",
    "cube = np.arange(60).reshape(3, 4, 5).T ** 2; got = std.rolling_std(cube, 2, axis=2)\nfor place in np.ndindex(5, 4): check(got[place], expected(cube[place].tolist(), 2))",
    "cube = np.arange(60.0).reshape(3, 4, 5)[::-1, ::2, ::-2]; got = std.rolling_std(cube, 2)\nfor place in np.ndindex(3, 2): check(got[place], expected(cube[place].tolist(), 2))",
];

/// NumPy's types, with what is refused and why.
const REFUSED_TYPES: &[(&str, &str)] = &[
    ("longdouble", "a.astype('float64')"),
    ("complex64", "a.real"),
    ("complex128", "a.real"),
    ("M8[s]", "a - a[0]"),
    ("S1", "a.astype('float64')"),
    ("U1", "a.astype('float64')"),
    ("i4,f8", "a['x']"),
];

#[test]
fn every_series_has_the_standard_deviations_of_its_windows() {
    attach(|py| {
        let names = prelude(py);
        for &(arguments, expected) in RIGHT {
            let same = format!("repr([float(x) for x in rolling({arguments})]) == repr({expected})");
            let got = evaluate(py, &names, &format!("rolling({arguments})"))
                .unwrap_or_else(|error| panic!("rolling_std({arguments}): {error}"));
            let is_same = evaluate(py, &names, &same).unwrap().is_truthy().unwrap();
            assert!(is_same, "rolling_std({arguments}) gave {got} where {expected} is right");
        }
    });
}

#[test]
fn what_is_no_series_or_no_window_raises_as_python_users_expect() {
    attach(|py| {
        let names = prelude(py);
        for &(arguments, kind, message) in RAISES {
            let error = evaluate(py, &names, &format!("std.rolling_std({arguments})"))
                .expect_err(&format!("rolling_std({arguments}) should raise {kind}"));
            let got_kind = error.get_type(py).name().unwrap().to_string();
            let got = (got_kind, error.value(py).to_string());
            assert_eq!((got.0.as_str(), got.1.as_str()), (kind, message), "rolling_std({arguments})");
        }
    });
}

#[test]
fn every_type_of_number_is_read_forwards_backwards_and_with_gaps() {
    attach(|py| {
        let names = prelude(py);
        run(
            py,
            &names,
            "
for code in 'bBhHiIlLqQfd':
    signed = code in 'bhilqfd'
    values = [(n * 37) % 101 - 50 * signed for n in range(300)]
    if code in 'fd': values = [value / 8 for value in values]
    view = memoryview(array.array(code, values))
    for part in (slice(None), slice(None, None, -1), slice(3, None, 2), slice(250, 20, -3)):
        for window in (1, 2, 9, 75):
            for ddof in (0, 1):
                check(std.rolling_std(view[part], window, ddof=ddof), expected(values[part], window, ddof))
",
        );
    });
}

#[test]
fn wide_integers_are_exact_wherever_a_window_spans_no_more_than_53_bits() {
    attach(|py| {
        let names = prelude(py);
        run(py, &names, "
minute = 60_000_000_000  # nanoseconds since 1970, over two years
stamps = [1_700_000_000_000_000_000 + 20 * n * minute + (n * n) % 977 for n in range(60_000)]
got = std.rolling_std(array.array('q', stamps), 40, method='exact')
for i in range(39, len(stamps), 1501): assert got[i] == deviation([Fraction(x) for x in stamps[i - 39:i + 1]]), i
spans = [(-1) ** n * (2 ** 62 + n ** 3) for n in range(200)]
check(std.rolling_std(array.array('q', spans), 30), expected(spans, 30))
spans = [2 ** 63 + span for span in spans]
check(std.rolling_std(array.array('Q', spans), 30, ddof=1), expected(spans, 30, 1))
");
    });
}

#[test]
fn numpy_arrays_of_every_layout_are_read_and_numpy_arrays_come_back() {
    attach(|py| {
        let names = prelude(py);
        if !has_numpy(py, &names) {
            return;
        }
        for statements in WITH_NUMPY {
            run(py, &names, statements);
        }
        for &(kind, advice) in REFUSED_TYPES {
            let call = format!("std.rolling_std(np.zeros(3, dtype='{kind}'), 2)");
            let error = evaluate(py, &names, &call).expect_err(kind);
            assert!(error.is_instance_of::<pyo3::exceptions::PyTypeError>(py), "{call} raised {error}");
            assert!(error.to_string().contains("dtype") && error.to_string().contains(advice), "{error}");
        }
        for single in ["np.array(1.0)", "np.float64(1.0)", "np.datetime64('2020')"] {
            let error = evaluate(py, &names, &format!("std.rolling_std({single}, 1)")).expect_err(single);
            assert!(error.to_string().contains("not a single one"), "{error}");
        }
    });
}

#[test]
fn random_windows_are_the_oracles() {
    let seed = 20_260_731;
    println!("seed {seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    attach(|py| {
        let names = prelude(py);
        for round in 0..200 {
            let values = series(&mut random, round);
            let window = random.random_range(1..=values.len());
            let ddof = random.random_range(0..3);
            let expected = oracle::sliding(&values, window, ddof);
            for (method, tolerance) in [("fast", 1e-14), ("exact", 0.0)] {
                names.set_item("values", &values).unwrap();
                let call =
                    format!("rolling(d(*values), {window}, ddof={ddof}, method='{method}', edges='valid')");
                let got: Vec<f64> = evaluate(py, &names, &call).unwrap().extract().unwrap();
                compare(&got, &expected, tolerance, &format!("round {round}: {call}"));
            }
        }
    });
}

#[test]
fn exact_results_have_the_bits_of_the_statistics_module() {
    attach(|py| {
        let names = prelude(py);
        run(
            py,
            &names,
            "
import random
draw = random.Random(7)
for window, ddof in ((2, 0), (3, 1), (25, 0), (75, 1)):
    values = [draw.gauss(1e6, 1.0) for _ in range(window + 40)]
    got = std.rolling_std(values, window, ddof=ddof, method='exact')
    assert list(got)[window - 1:] == expected(values, window, ddof)[window - 1:], (window, ddof)
",
        );
    });
}

#[test]
fn missing_values_are_left_out_wherever_they_lie() {
    attach(|py| {
        let names = prelude(py);
        run(py, &names, "
import random
draw = random.Random(11)
for share in (0.0, 0.01, 0.2, 0.5, 0.9, 1.0):
    values = [nan if draw.random() < share else draw.gauss(5.0, 2.0) for _ in range(400)]
    values[200:230] = [nan] * 30
    values[310] = inf
    for window, ddof, least in ((1, 0, 1), (2, 1, 1), (20, 0, 5), (75, 1, 60), (400, 0, 1)):
        for method in ('fast', 'exact'):
            got = std.rolling_std(d(*values), window, ddof=ddof, missing='skip', min_count=least, method=method)
            check(got, expected_skip(values, window, ddof, least), 1e-14 if method == 'fast' else 0.0)
");
    });
}

#[test]
fn a_long_series_is_the_same_in_one_piece_and_in_two() {
    attach(|py| {
        let names = prelude(py);
        // longer than the blocks between which signals are looked at
        run(py, &names, "
whole = array.array('d', (((n * 7919) % 10007) / 64 for n in range(2_200_000)))
got = std.rolling_std(whole, 30)
for start in (0, 65_480, 65_540, 1_048_500, 1_048_570, 2_199_900):
    part = whole[start:start + 100]
    check(list(got[start + 29:start + len(part)]), expected(list(part), 30)[29:])
shorts = array.array('h', ((n * 7919) % 10007 for n in range(2_200_000)))
again = std.rolling_std(shorts, 30)
assert all(again[i] * 1 == again[i] and abs(again[i] - 64 * got[i]) <= 1e-13 * again[i] for i in range(29, 2_200_000, 997))
");
    });
}

#[test]
fn the_function_describes_itself() {
    attach(|py| {
        let names = prelude(py);
        let signature = "(a, window, *, ddof=0, method='fast', edges='full', missing='propagate', min_count=None, center=False, step=1, closed='right', axis=-1, index=None, out=None, threads=1)";
        names.set_item("signature", signature).unwrap();
        for expression in [
            "std.rolling_std.__text_signature__ == signature",
            "str(__import__('inspect').signature(std.rolling_std)) == signature",
            "std.rolling_std.__doc__.startswith('Return the standard deviation of every window')",
            "std.rolling_std.__module__ == 'std'",
        ] {
            assert!(evaluate(py, &names, expression).unwrap().is_truthy().unwrap(), "{expression}");
        }
    });
}

#[test]
fn an_outlier_leaves_nothing_behind() {
    attach(|py| {
        let names = prelude(py);
        run(
            py,
            &names,
            "
for outlier in (7.0, 1e9, 1e300, -1e-300):
    for rest in (0.1, 0.0, 1e6):
        values = [rest] * 50 + [outlier] + [rest] * 60 + [rest * 2, rest * 3] * 20
        for window in (2, 25, 49):
            check(std.rolling_std(values, window), expected(values, window))
",
        );
    });
}

/// Ordinary, offset, tiny and huge values, constant runs, and what is not finite.
fn series(random: &mut impl Rng, round: usize) -> Vec<f64> {
    let length = random.random_range(1..200);
    let scale = [1.0, 1e-3, 1e200, 1e-200, 1e-310][round % 5];
    let offset = [0.0, 1e9, 0.0, 3.0, 0.0][round / 5 % 5];
    let mut values: Vec<f64> =
        (0..length).map(|_| (random.random_range(-1.0..1.0) + offset) * scale).collect();
    if round.is_multiple_of(3) {
        let start = random.random_range(0..length);
        let repeated = values[start];
        values[start..].iter_mut().take(40).for_each(|value| *value = repeated);
    }
    if round.is_multiple_of(7) {
        values[random.random_range(0..length)] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY][round / 7 % 3];
    }
    values
}

fn compare(got: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), expected.len(), "{what}");
    for (index, (got, expected)) in got.iter().zip(expected).enumerate() {
        // half the smallest subnormal: what rounding alone may cost there
        let allowed = (tolerance * expected).max(if tolerance > 0.0 { 2.5e-324 } else { 0.0 });
        let right = if expected.is_nan() { got.is_nan() } else { (got - expected).abs() <= allowed };
        assert!(right || got == expected, "{what}: window {index} gave {got:?} where {expected:?} is right");
    }
}

fn prelude(py: Python<'_>) -> Bound<'_, PyDict> {
    let names = PyDict::new(py);
    run(py, &names, PRELUDE);
    names
}
