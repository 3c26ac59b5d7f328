//! Do columns of other libraries come in with their missing values, and go out as what they were?

#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod interpreter;
#[path = "interpreter/packages.rs"]
mod packages;

use interpreter::{attach, run};
use packages::{has, has_numpy};
use pyo3::types::PyDict;

const PRELUDE: &str = "
import math, std
nan, inf = math.nan, math.inf
def same(got, expected):
    got = [float(value) if value is not None else None for value in got]
    assert repr(got) == repr([None if value is None else float(value) for value in expected]), (got, expected)
def refuses(words, call):
    try: call()
    except TypeError as error: assert words in str(error), error
    else: assert False, words
wide = [2 ** 53 + 1, 2 ** 53 + 3, None, 2 ** 53 + 1, 2 ** 53 + 5]
skip = {'missing': 'skip'}
";

#[test]
fn what_is_masked_or_no_time_is_missing() {
    attach(|py| {
        let names = PyDict::new(py);
        run(py, &names, PRELUDE);
        if !has_numpy(py, &names) {
            return;
        }
        run(
            py,
            &names,
            "
masked = np.ma.array([1, 3, 99, 7, 9], mask=[0, 0, 1, 0, 0], dtype='>i2')
same(std.rolling_std(masked, 2), [nan, 1, nan, nan, 1])
same(std.rolling_std(masked, 2, **skip), [nan, 1, 0, 0, 1])
same(std.rolling_mean(masked, 3, min_count=2, **skip), [nan, 2, 2, 5, 8])
assert std.standard_dev(masked) == std.standard_dev([1, 3, 7, 9])
assert std.standard_dev(np.ma.array([1.0, 3.0])) == 1.0 and math.isnan(std.standard_dev(np.ma.masked_all(3)))
# a masked value is left out, a NaN beside it is not
same(std.rolling_std(np.ma.array([1.0, nan, 5.0, 3.0], mask=[0, 0, 1, 0]), 2, **skip), [nan, nan, nan, 0])
table = np.ma.array([[1, 2], [3, 9], [7, 4]], mask=[[0, 0], [0, 1], [0, 0]])
same(std.rolling_std(table, 2, axis=0, **skip)[:, 0], [nan, 1, 2])
same(std.rolling_std(table, 2, axis=0, **skip)[:, 1], [nan, 0, 0])
same(std.standard_dev(table, axis=0), [std.standard_dev([1, 3, 7]), 1.0])

times = np.array([1, 3, 'NaT', 7, 10], 'm8[s]')
got = std.rolling_std(times, 2, **skip)
assert got.dtype == 'm8[s]' and str(got) == \"['NaT'     1     0     0     2]\", got  # 1.5, rounded to even
assert std.rolling_mean(times, 2).tolist()[1] == times[1].tolist() - np.timedelta64(1, 's').tolist()
assert std.standard_dev(times[:2]) == np.timedelta64(1, 's') and std.standard_dev(times[:2]).dtype == 'm8[s]'
refuses('no unit', lambda: std.rolling_var(times, 2))
",
        );
    });
}

#[test]
fn a_series_of_pandas_gives_one_and_a_table_is_refused() {
    attach(|py| {
        let names = PyDict::new(py);
        run(py, &names, PRELUDE);
        if !has_numpy(py, &names) || !has(py, &names, "pandas") {
            return;
        }
        run(
            py,
            &names,
            "
series = pandas.Series([1.0, 3.0, nan, 7.0], index=list('abcd'), name='x')
got = std.rolling_std(series, 2)
assert type(got) is pandas.Series and got.name == 'x' and got.index.tolist() == list('abcd')
same(got, [nan, 1, nan, nan])
same(got, series.rolling(2).std(ddof=0))
assert type(std.rolling_std(series, 2, edges='valid')) is np.ndarray
for nullable in ('Int64', 'UInt64'):
    column = pandas.Series(wide, dtype=nullable)
    same(std.rolling_std(column, 2), [nan, 1, nan, nan, 2])
    same(std.rolling_std(column, 2, **skip), [nan, 1, 0, 0, 2])
    assert std.standard_dev(pandas.Series(wide[:3], dtype=nullable)) == 1.0
    assert std.standard_dev(column.array[:2]) == 1.0
same(std.rolling_std(pandas.Series([True, None, False], dtype='boolean'), 3, **skip), [nan, nan, 0.5])
same(std.rolling_std(pandas.Series([1.0, None, 3.0], dtype='Float32'), 3, **skip), [nan, nan, 1])
assert std.standard_dev(pandas.Series([2 ** 60, 2 ** 60 + 2], dtype=object)) == 1.0
assert str(std.rolling_std(pandas.Series([1, 3], dtype='m8[s]'), 2).dtype) == 'timedelta64[s]'
assert std.standard_dev(pandas.Index([1, 3])) == 1.0

timed = pandas.Series([1.0, 3.0, 7.0], index=pandas.to_datetime(['2026-01-01', '2026-01-02', '2026-01-05']))
for window in ('2D', pandas.Timedelta('2D'), pandas.offsets.Day(2)):
    same(std.rolling_std(timed, window), [0, 1, 0])
    same(std.rolling_std(timed, window), timed.rolling(window).std(ddof=0))
frame = pandas.DataFrame({0: [1.0, 2.0], 7: [3.0, 4.0]})
refuses('takes no DataFrame', lambda: std.standard_dev(frame))
refuses('takes no DataFrame', lambda: std.rolling_std(frame, 2))
refuses('must be an int, not str', lambda: std.rolling_std([1.0], '2D'))
refuses('must be a real number, not str', lambda: std.standard_dev(pandas.Series(['a'])))
",
        );
    });
}

#[test]
fn columns_with_the_arrow_interface_keep_null_and_nan_apart() {
    attach(|py| {
        let names = PyDict::new(py);
        run(py, &names, PRELUDE);
        if !has_numpy(py, &names) || !has(py, &names, "polars") {
            return;
        }
        run(
            py,
            &names,
            "
column = polars.Series('x', wide)
got = std.rolling_std(column, 2, **skip)
assert type(got) is polars.Series and got.name == 'x'
same(got, [nan, 1, 0, 0, 2])
same(std.rolling_std(column, 2), [nan, 1, nan, nan, 2])
same(std.rolling_std(polars.Series([1.0, nan, None, 3.0]), 2, **skip), [nan, nan, nan, 0])
pieces = polars.concat([column[:2], column[2:]], rechunk=False)
assert pieces.n_chunks() == 2
same(std.rolling_std(pieces, 2, **skip), [nan, 1, 0, 0, 2])
same(std.rolling_std(column[1:][::2], 1, **skip), [0, 0])
for kind in (polars.Int8, polars.UInt16, polars.Int32, polars.UInt64, polars.Float32, polars.Float64):
    same(std.rolling_std(polars.Series([9, 1, 3, None, 7], dtype=kind)[1:], 2, min_count=1, **skip), [0, 1, 0, 0])
bits = polars.Series([None, True] + [True, False] * 9)
assert std.standard_dev(bits[2:]) == 0.5 and std.standard_dev(bits[:2]) == 0.0
assert math.isnan(std.standard_dev(polars.Series([None, None], dtype=polars.Int64)))
refuses('no plain numbers', lambda: std.standard_dev(polars.Series(['a'])))
refuses('takes no DataFrame', lambda: std.standard_dev(polars.DataFrame({'a': [1.0, 2.0]})))
refuses('takes no LazyFrame', lambda: std.standard_dev(polars.LazyFrame({'a': [1.0, 2.0]})))
import gc
column = polars.Series([1.0, 3.0] * 1000)
for _ in range(200): std.rolling_std(column, 2), std.standard_dev(pieces)
",
        );
    });
}
