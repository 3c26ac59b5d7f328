//! Do the rolling functions place their windows as their options say?

#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod interpreter;
#[path = "interpreter/packages.rs"]
mod packages;

use interpreter::{attach, run};
use packages::has_numpy;
use pyo3::types::PyDict;

/// Every window by itself, in the words of the documentation.
const REFERENCE: &str = "
import std, math, random, statistics
from fractions import Fraction
nan, inf = math.nan, math.inf

def spans(length, window, center=False, step=1, closed='right'):
    for at in range(0, length, step):
        end = at + 1 + ((window - 1) // 2 if center else 0)
        start = end - window
        if closed in ('left', 'both'): start -= 1
        if closed in ('left', 'neither'): end -= 1
        yield start, end

def of(values, statistic, ddof):
    if statistic == 'mean': return float(sum(map(Fraction, values)) / len(values))
    if len(values) <= ddof: return nan
    root = statistics.pstdev(values) if ddof == 0 else statistics.stdev(values)
    return root if statistic == 'std' else root * root

def reference(values, window, statistic='std', ddof=0, edges='full', missing='propagate', min_count=None, **places):
    results = []
    for start, end in spans(len(values), window, **places):
        is_whole = start >= 0 and end <= len(values)
        if edges == 'valid' and not is_whole: continue
        part = values[max(start, 0):max(end, 0)]
        present = [value for value in part if value == value]
        if missing == 'propagate' and len(present) < len(part) or not is_whole and min_count is None: results.append(nan)
        elif len(present) < (min_count or 1) or not all(map(math.isfinite, present)): results.append(nan)
        else: results.append(of(present, statistic, ddof))
    return results

def check(got, right, tolerance=1e-14, what=''):
    got = list(got)
    assert len(got) == len(right), (len(got), len(right), what)
    for i, (a, b) in enumerate(zip(got, right)):
        assert (a != a and b != b) or abs(a - b) <= tolerance * abs(b), (i, a, b, what)

functions = {'std': std.rolling_std, 'var': std.rolling_var, 'mean': std.rolling_mean}
draw = random.Random(20261129)

def series(length):
    values = [draw.gauss(5.0, 2.0) for _ in range(length)]
    for at in range(length):
        if draw.random() < 0.05: values[at] = nan
        elif draw.random() < 0.02: values[at] = 1e9
    return values

def options(length):
    window = draw.choice([1, 2, 3, 5, 20, 75, length, length + 3])
    return window, {
        'edges': draw.choice(['full', 'valid']),
        'missing': draw.choice(['propagate', 'skip']),
        'min_count': draw.choice([None, 1, max(window // 2, 1), window]),
        'center': draw.choice([False, True]),
        'step': draw.choice([1, 1, 2, 3, 50, length + 1]),
        'closed': draw.choice(['right', 'left', 'both', 'neither']),
    }
";

#[test]
fn every_combination_of_options_gives_the_windows_that_they_describe() {
    attach(|py| {
        let names = PyDict::new(py);
        run(py, &names, REFERENCE);
        run(
            py,
            &names,
            "
for _ in range(1500):
    length = draw.choice([0, 1, 2, 10, 60, 150])
    values = series(length)
    window, keywords = options(length or 1)
    statistic = draw.choice(['std', 'std', 'var', 'mean'])
    if statistic != 'mean': keywords['ddof'] = draw.choice([0, 1])
    right = reference(values, window, statistic, **keywords)
    check(functions[statistic](values, window, **keywords), right, 2.5e-14, (values, window, statistic, keywords))
    if statistic == 'std':
        check(std.rolling_std(values, window, method='exact', **keywords), right, 0.0, (values, window, keywords))
assert list(std.rolling_std([1, 3, 7], 5, min_count=1))[:2] == [0.0, 1.0]
",
        );
    });
}

#[test]
fn any_axis_of_any_layout_is_that_series_by_itself() {
    attach(|py| {
        let names = PyDict::new(py);
        run(py, &names, REFERENCE);
        if !has_numpy(py, &names) {
            return;
        }
        run(
            py,
            &names,
            "
def layouts(a):
    yield a
    yield np.asfortranarray(a)
    yield np.repeat(a, 2, axis=-1)[..., ::2]
    yield a[..., ::-1].copy()[..., ::-1]
    yield a.astype(a.dtype.newbyteorder('>'))
    unaligned = np.empty(a.nbytes + 1, 'u1')[1:].view(a.dtype).reshape(a.shape)
    unaligned[...] = a
    yield unaligned

for _ in range(60):
    shape = draw.choice([(3, 40), (40, 3), (2, 3, 30), (30, 2, 3), (1, 50), (50, 1), (0, 4), (4, 0), (700, 9)])
    kind = draw.choice(['f8', 'f4', 'i2', 'i8', 'u8', '?'])
    a = np.array([draw.randrange(100) for _ in range(math.prod(shape))], dtype=kind).reshape(shape)
    if kind == 'i8': a = a + 2 ** 60
    axis = draw.randrange(-len(shape), len(shape))
    window, keywords = options(shape[axis] or 1)
    statistic = draw.choice(['std', 'std', 'mean'])
    exact = [int(x) for x in a.ravel()] if kind in ('i8', 'u8') else a.ravel().tolist()
    exact = np.array(exact, dtype=object).reshape(shape)
    right = np.apply_along_axis(lambda x: reference([Fraction(v) for v in x], window, statistic, **keywords), axis, exact) \
        if a.size else None
    for layout in layouts(a):
        got = functions[statistic](layout, window, axis=axis, threads=draw.choice([1, 3]), **keywords)
        if right is None: continue
        assert got.shape == right.shape, (got.shape, right.shape)
        check(got.ravel(), right.ravel().tolist(), 1e-14, (shape, kind, axis, window, keywords))
        out = np.full(got.shape, 9.0)[..., ::1] if draw.random() < 0.5 else np.full(got.shape[::-1], 9.0).T
        assert functions[statistic](layout, window, axis=axis, out=out, **keywords) is out
        assert np.allclose(out, got, rtol=2e-14, atol=0, equal_nan=True)
    for ddof in (0, 1):
        if a.size:
            right = np.apply_along_axis(lambda x: of([Fraction(v) for v in x], 'std', ddof), axis, exact)
            for layout in layouts(a):
                check(np.ravel(std.standard_dev(layout, axis=axis, ddof=ddof)), np.ravel(right), 1e-14)
                check([std.standard_dev(layout, ddof=ddof)], [of([Fraction(v) for v in exact.ravel()], 'std', ddof)])
",
        );
    });
}

#[test]
fn an_output_is_written_in_place_and_refused_where_it_cannot_be() {
    attach(|py| {
        let names = PyDict::new(py);
        run(py, &names, REFERENCE);
        if !has_numpy(py, &names) {
            return;
        }
        run(
            py,
            &names,
            "
a = np.arange(10.0)
readonly = np.empty(10)
readonly.flags.writeable = False
for out, error, words in (
    (np.empty(9), ValueError, 'shape'),
    (np.empty(10, 'f4'), TypeError, 'float64'),
    (np.empty(10, '>f8'), TypeError, 'float64'),
    (readonly, TypeError, 'writable'),
    ([0.0] * 10, TypeError, 'numpy.ndarray'),
    (a, ValueError, 'overlaps'),
    (a[::-1], ValueError, 'overlaps'),
):
    try: std.rolling_std(a, 3, out=out)
    except error as raised: assert words in str(raised), raised
    else: assert False, (out, error)
wide = np.empty((10, 3))
assert std.rolling_std(a, 3, out=wide[:, 1]).base is wide
check(wide[:, 1], reference(a.tolist(), 3))
",
        );
    });
}

#[test]
fn windows_of_time_hold_the_values_within_it() {
    attach(|py| {
        let names = PyDict::new(py);
        run(py, &names, REFERENCE);
        run(
            py,
            &names,
            "
def by_time(values, times, width, closed, least, statistic):
    results = []
    for now in times:
        part = [value for value, time in zip(values, times)
            if (now - time < width or closed in ('left', 'both') and now - time == width)
            and (time < now or closed in ('right', 'both') and time == now)]
        present = [value for value in part if value == value]
        results.append(nan if len(present) < max(least, 1) or len(present) < len(part) else of(present, statistic, 0))
    return results

for _ in range(200):
    values = series(80)
    values = [value if value < 1e8 else 3.0 for value in values]
    times, now = [], 2 ** 40
    for _ in values:
        now += draw.choice([0, 1, 1, 2, 7])
        times.append(now)
    closed, least, width = draw.choice(['right', 'left', 'both', 'neither']), draw.choice([None, 1, 3]), draw.choice([1, 3, 10, 1000])
    statistic = draw.choice(['std', 'mean'])
    got = functions[statistic](values, width, index=times, closed=closed, min_count=least)
    check(got, by_time(values, times, width, closed, least or 1, statistic))

for times, words in (([1, 0, 2], 'ascend'), ([1, 2], 'index has shape'), ([0, nan, 1], 'missing')):
    try: std.rolling_std([1.0, 2.0, 3.0], 5, index=times)
    except ValueError as error: assert words in str(error), error
    else: assert False, times
for window in (0, -1, nan):
    try: std.rolling_std([1.0, 2.0, 3.0], window, index=[0, 1, 2])
    except ValueError as error: assert 'positive number in the unit' in str(error), error
    else: assert False, window
",
        );
        if !has_numpy(py, &names) {
            return;
        }
        run(
            py,
            &names,
            "
import datetime
times = np.array(['2026-01-01T00:00:00', '2026-01-01T00:00:01', '2026-01-01T00:00:05'], 'M8[s]')
for window in (datetime.timedelta(seconds=2), np.timedelta64(2, 's'), np.timedelta64(2001, 'ms')):
    check(std.rolling_std([1.0, 3.0, 7.0], window, index=times), [0.0, 1.0, 0.0])
# no double holds the nanoseconds of so many days
days = np.arange('2020-01-01', '2021-02-01', dtype='M8[D]').astype('M8[ns]')
values = np.arange(len(days)) ** 1.5
for index in (days, days.astype('int64').tolist()):
    week = np.timedelta64(7, 'D') if index is days else 7 * 86400 * 10**9
    check(std.rolling_std(values, week, index=index)[6:], std.rolling_std(values, 7)[6:])
# the largest of the block is -1: what is added back must not swallow the small ones
check(std.rolling_mean(np.array([-2**53 - 1, -1, -2, -4]), 3)[-1:], [-7 / 3])
",
        );
    });
}
