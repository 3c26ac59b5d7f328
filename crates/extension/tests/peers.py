"""Do the tests of Bottleneck and pandas pass with our functions in place of theirs?

Run by a Python that has breakeven, bottleneck, pandas and pytest: python peers.py [arguments of pytest]

Ours are called through adapters. What our functions do not take, windows of which some lie before others, goes to the peer;
how often pandas called ours is the last line. Exit code 1 if a test fails.
"""

import sys

import numpy
import pytest

import breakeven

def bottlenecks():
    """Puts ours in place of Bottleneck's functions."""
    import bottleneck

    from breakeven.compat import bottleneck as ours

    for name in ours.__all__:
        setattr(bottleneck, name, getattr(ours, name))
    return "bottleneck.tests.move_test"


def pandas_windows():
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

    called = []
    aggregations.roll_var = of_bounds(breakeven.rolling_var, aggregations.roll_var)
    aggregations.roll_mean = of_bounds(breakeven.rolling_mean, aggregations.roll_mean)
    return called


class Collector:
    """Which tests failed."""

    def __init__(self):
        self.failed, self.passed = [], 0

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.append(report.nodeid)
        self.passed += report.passed and report.when == "call"


def main(arguments):
    import importlib.util

    called = pandas_windows()
    places = [importlib.util.find_spec(bottlenecks()).origin]
    pandas_tests = importlib.util.find_spec("pandas.tests.window").submodule_search_locations[0]
    files = ("test_rolling.py", "test_rolling_functions.py", "test_timeseries_window.py", "test_expanding.py", "moments")
    places += [f"{pandas_tests}/{name}" for name in files]
    collector = Collector()
    pytest.main(
        ["-q", "-p", "no:cacheprovider", "--no-header", "--tb=short", "--durations=0", "--durations-min=9", "-k", "(var or std or mean) and not ewm", *arguments, *places],
        plugins=[collector],
    )
    print(f"{collector.passed} passed, {len(collector.failed)} failed; pandas called ours {len(called)} times")
    return 1 if collector.failed or not called else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
