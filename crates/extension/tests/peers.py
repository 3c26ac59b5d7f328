"""Do the tests of Bottleneck, numbagg, pandas and the standard library pass with our functions in place of theirs?

Run by a Python that has breakeven, bottleneck, numbagg, pandas and pytest: python peers.py [arguments of pytest]

Ours are called through adapters. What our functions do not take, windows of which some lie before others, or a mean that is known,
goes to the peer; how often ours were called is the last line. Exit code 1 if other tests fail than those that differ on purpose.
"""

import functools
import importlib.util
import statistics
import sys

import numpy
import pytest

import breakeven

# Tests that have to fail, each with its reason.
DIFFERENCES = {
    "TestPStdev::test_empty_data": "no values are a plain ValueError",
    "TestStdev::test_empty_data": "no values are a plain ValueError",
    "TestStdev::test_single_value": "one value has the sample deviation NaN, as for NumPy and pandas",
    "::test_move_mean_window[shape0]": "a window longer than the array has no result, which is NaN and no error, as for pandas",
    "::test_move_min_count_greater_than_window[shape0-move_mean]": "the same error in other words",
}

# statistics.pstdev itself fails test_compare_to_variance in one draw of six: the root of a rounded variance has other last bits.
CHOSEN = "(var or std or mean) and not ewm and not test_compare_to_variance"


def bottlenecks():
    """Puts ours in place of Bottleneck's functions."""
    import bottleneck

    from breakeven.compat import bottleneck as ours

    for name in ours.__all__:
        setattr(bottleneck, name, getattr(ours, name))
    return "bottleneck.tests.move_test"


def numbaggs(called):
    """Puts ours in place of numbagg's moving functions, in its list of them too."""
    import numbagg

    def of(statistic, theirs, **options):
        @functools.wraps(theirs)
        def function(a, window, min_count=None, axis=-1):
            if isinstance(axis, tuple) and len(axis) != 1:
                return theirs(a, window=window, min_count=min_count, axis=axis)
            called.append(statistic)
            if isinstance(axis, tuple):
                axis = axis[0]
            # no value at all has no deviation and no mean: 0 is as good as 1
            least = window if min_count is None else 1 if min_count == 0 else min_count
            result = statistic(a, window, min_count=least, axis=axis, missing="skip", **options)
            return result.astype(numpy.promote_types(a.dtype, "f4")) if a.dtype.kind == "f" else result

        return function

    for name, statistic, options in (
        ("move_std", breakeven.rolling_std, {"ddof": 1}),
        ("move_var", breakeven.rolling_var, {"ddof": 1}),
        ("move_mean", breakeven.rolling_mean, {}),
    ):
        theirs = getattr(numbagg, name)
        ours = of(statistic, theirs, **options)
        setattr(numbagg, name, ours)
        numbagg.MOVE_FUNCS[numbagg.MOVE_FUNCS.index(theirs)] = ours
    return "numbagg.test.test_moving"


def standard_library(called):
    """Puts ours in place of the deviations of `statistics`."""

    def of(ddof, theirs):
        def function(data, *mean, **named_mean):
            if mean or named_mean:
                return theirs(data, *mean, **named_mean)
            called.append(breakeven.standard_dev)
            return breakeven.standard_dev(data, ddof=ddof, method="exact")

        return function

    statistics.pstdev, statistics.stdev = of(0, statistics.pstdev), of(1, statistics.stdev)
    return "test.test_statistics"


def pandas_windows(called):
    """Puts ours in place of the functions that pandas calls with the bounds of every window."""
    from pandas._libs.window import aggregations

    def of_bounds(statistic, theirs):
        def function(values, start, end, minp, ddof=None):
            forward = len(start) == len(values) and (numpy.diff(start) >= 0).all() and (numpy.diff(end) >= 0).all()
            width = (end - start).max(initial=0)
            at = numpy.arange(1, len(values) + 1)
            if not forward or width < 1 or ddof is not None and ddof < 0 or minp > width:
                return theirs(values, start, end, minp, *([] if ddof is None else [ddof]))
            if not ((end == at).all() and (start == numpy.maximum(at - width, 0)).all()):
                return theirs(values, start, end, minp, *([] if ddof is None else [ddof]))
            called.append(statistic)
            options = {} if ddof is None else {"ddof": ddof}
            series = numpy.ascontiguousarray(values, dtype=numpy.float64)
            return statistic(series, int(width), missing="skip", min_count=max(int(minp), 1), **options)

        return function

    aggregations.roll_var = of_bounds(breakeven.rolling_var, aggregations.roll_var)
    aggregations.roll_mean = of_bounds(breakeven.rolling_mean, aggregations.roll_mean)
    return "pandas.tests.window"


class Collector:
    """Which tests failed."""

    def __init__(self):
        self.failed, self.passed = [], 0

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.append(report.nodeid)
        self.passed += report.passed and report.when == "call"


def main(arguments):
    of_numbagg, of_pandas, of_statistics = [], [], []
    places = [importlib.util.find_spec(name).origin for name in (bottlenecks(), numbaggs(of_numbagg))]
    pandas_tests = importlib.util.find_spec(pandas_windows(of_pandas)).submodule_search_locations[0]
    files = ("test_rolling.py", "test_rolling_functions.py", "test_timeseries_window.py", "test_expanding.py", "moments")
    places += [f"{pandas_tests}/{name}" for name in files]
    due = {name: why for name, why in DIFFERENCES.items() if name.startswith("::")}
    name = standard_library(of_statistics)
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:  # not even the package `test`
        found = None
    if found:
        places += [f"{found.origin}::{name}" for name in ("TestPStdev", "TestStdev")]
        due = DIFFERENCES
    else:
        print("skipped: no tests of the standard library here (apt-get install libpython3-testsuite)")
    collector = Collector()
    pytest.main(["-q", "-p", "no:cacheprovider", "--no-header", "--tb=short", "--durations=0", "--durations-min=9", "-k", CHOSEN, *arguments, *places], plugins=[collector])
    differ = {"::".join(name.split("::")[-2:]) for name in collector.failed}
    for name in differ - due.keys():
        print(f"fails: {name}")
    for name in due.keys() - differ:
        print(f"passes, and is listed as one that differs on purpose: {name}")
    print(
        f"{collector.passed} passed, {len(differ)} differ; "
        f"numbagg's tests called ours {len(of_numbagg)} times, pandas {len(of_pandas)} times, tests of the standard library {len(of_statistics)} times"
    )
    return 0 if differ == due.keys() and of_numbagg and of_pandas and len(of_statistics) >= sum(not name.startswith("::") for name in due) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
