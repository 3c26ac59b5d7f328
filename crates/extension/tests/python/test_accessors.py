"""Do the accessors of pandas and Polars, and the names of Bottleneck, give what the functions do?"""

import math
import subprocess
import sys

import numpy
import pytest

import breakeven

VALUES = numpy.random.default_rng(7).normal(size=40)
OPTIONS = [{}, {"ddof": 1}, {"min_count": 1}, {"missing": "skip", "min_count": 3}, {"center": True}, {"method": "exact"}]
FUNCTIONS = ["rolling_std", "rolling_var", "rolling_mean"]


def calls():
    for name in FUNCTIONS:
        for options in OPTIONS:
            if name == "rolling_std" or not {"method", "ddof"} & set(options) or name == "rolling_var" and "ddof" in options:
                yield name, options


@pytest.mark.parametrize("name, options", list(calls()))
def test_a_series_of_pandas_has_the_functions(name, options):
    pandas = pytest.importorskip("pandas")
    import breakeven.pandas

    series = pandas.Series(VALUES, index=pandas.date_range("2020-01-01", periods=40, freq="s"), name="x")
    got = getattr(series.breakeven, name)(5, **options)
    pandas.testing.assert_series_equal(got, getattr(breakeven, name)(series, 5, **options))
    assert got.name == "x" and got.index.equals(series.index)
    pandas.testing.assert_series_equal(getattr(series.breakeven, name)("5s"), getattr(breakeven, name)(series, "5s"))


@pytest.mark.parametrize("name, options", list(calls()))
def test_a_series_and_an_expression_of_polars_have_the_functions(name, options):
    polars = pytest.importorskip("polars")
    import breakeven.polars

    series = polars.Series("x", VALUES)
    right = getattr(breakeven, name)(series, 5, **options)
    assert getattr(series.breakeven, name)(5, **options).equals(right)
    frame = polars.DataFrame({"x": VALUES, "group": ["a"] * 15 + ["b"] * 25})
    column = getattr(polars.col("x").breakeven, name)(5, **options)
    assert frame.select(column)["x"].equals(right)
    assert frame.lazy().select(column).collect()["x"].equals(right)
    of_groups = frame.select(column.over("group"))["x"]
    parts = [getattr(breakeven, name)(series[part], 5, **options) for part in (slice(0, 15), slice(15, 40))]
    assert of_groups.equals(polars.concat(parts))


def test_accessors_are_imported_only_when_asked():
    code = "import sys, breakeven; print({'pandas', 'polars', 'numpy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


@pytest.mark.parametrize("options", [{}, {"min_count": 1}, {"min_count": 2}])
@pytest.mark.parametrize("dtype", ["float64", "float32", "int32", "int64"])
def test_bottlenecks_names_agree_with_bottleneck(options, dtype):
    bottleneck = pytest.importorskip("bottleneck")
    from breakeven.compat import bottleneck as ours

    a = numpy.random.default_rng(3).integers(-9, 9, (4, 60)).astype(dtype)
    if dtype.startswith("f"):
        a[a == 3] = math.nan
    for name in ours.__all__:
        for ddof in [{}] if name == "move_mean" else [{}, {"ddof": 1}]:
            for axis in (-1, 0, 1):
                arguments = dict(window=3, axis=axis, **options, **ddof)
                got, right = getattr(ours, name)(a, **arguments), getattr(bottleneck, name)(a, **arguments)
                assert got.dtype == right.dtype and got.shape == right.shape
                right = numpy.where(numpy.isinf(right), math.nan, right)  # no more than ddof values
                numpy.testing.assert_allclose(got, right, rtol=1e-6, atol=1e-2 if dtype == "float32" else 1e-5)


def test_bottlenecks_names_leave_nothing_behind():
    from breakeven.compat import bottleneck as ours

    assert ours.move_std([1e12, 1.0, 2.0, 3.0, 4.0, 5.0], 4)[-1] == pytest.approx(1.25**0.5, rel=1e-14)
    assert ours.move_std([1.0, math.inf, 1.0, 3.0], 2)[-1] == 1.0
