"""Is every result right, whatever type, shape, strides and options the numbers come with?

Against the standard library's exact statistics, window by window in the words of the documentation, and against pandas. Hypothesis
draws the cases: BREAKEVEN_EXAMPLES of each test, 60 unless it is set, always the same ones unless --hypothesis-seed is given.
"""

import datetime
import importlib.util
import itertools
import math
import os
import statistics
from fractions import Fraction

import hypothesis
import numpy
import pytest
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import breakeven

hypothesis.settings.register_profile(
    "ours",
    max_examples=int(os.environ.get("BREAKEVEN_EXAMPLES", 60)),
    deadline=None,
    derandomize="BREAKEVEN_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
hypothesis.settings.load_profile("ours")

INTEGERS = ["?", "i1", "u1", "<i2", ">i2", "u2", "i4", ">u4", "i8", ">i8", "u8"]
FLOATS = ["f2", "f4", ">f4", "f8", ">f8"]


@st.composite
def numbers(draw, axes=3):
    """An array of any type, shape and strides, perhaps with masked values."""
    dtype = numpy.dtype(draw(st.sampled_from(INTEGERS + FLOATS)))
    shape = draw(arrays.array_shapes(min_dims=1, max_dims=axes, min_side=0, max_side=12))
    elements = None
    if dtype.kind == "f":
        size = 8 * dtype.itemsize
        any_float = st.floats(width=size, allow_subnormal=True)
        few = st.sampled_from([0.0, 0.5, 1.0, 1000.0, math.nan, math.inf])
        elements = draw(st.sampled_from([few, any_float, st.floats(-1000, 1000, width=size)]))
    elif dtype.kind in "iu" and draw(st.booleans()):
        elements = st.integers(0, 3)
    a = draw(arrays.arrays(dtype, shape, elements=elements, fill=st.nothing()))
    a = a.transpose(draw(st.permutations(range(a.ndim))))
    a = a[tuple(slice(None, None, draw(st.sampled_from([1, 1, 2, -1, -3]))) for _ in range(a.ndim))]
    if draw(st.integers(0, 4)) == 0:
        mask = draw(arrays.arrays(bool, a.shape, fill=st.nothing()))
        a = numpy.ma.MaskedArray(a, mask)
    return a


@st.composite
def options(draw, window):
    """How windows are placed, and what is missing."""
    given_min_count = draw(st.booleans())
    return {
        "edges": draw(st.sampled_from(["full", "valid"])),
        "missing": draw(st.sampled_from(["propagate", "skip"])),
        "min_count": draw(st.integers(1, window)) if given_min_count else None,
        "center": draw(st.booleans()),
        "step": draw(st.sampled_from([1, 1, 2, 3, 50])),
        "closed": draw(st.sampled_from(["right", "left", "both", "neither"])),
    }


@st.composite
def places(draw, shape):
    """An array of float64 of this shape and any strides."""
    order = draw(st.permutations(range(len(shape))))
    spread = tuple(shape[axis] * draw(st.sampled_from([1, 2])) for axis in order)
    table = numpy.full(spread, 7.0)
    steps = [draw(st.sampled_from([1, -1])) * (wide // shape[axis] if shape[axis] else 1) for wide, axis in zip(spread, order)]
    table = table[tuple(slice(None, None, step) for step in steps)]
    return table.transpose(numpy.argsort(order))


def deviation(values, ddof):
    """Exact, of Fractions; correctly rounded."""
    if len(values) <= ddof:
        return math.nan
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - ddof)
    return statistics._float_sqrt_of_frac(variance.numerator, variance.denominator)


def plain(series):
    """Fractions; None for what is missing, and "no" for what is no number."""
    masked = numpy.ma.getmaskarray(series)
    for number, is_masked in zip(numpy.ma.getdata(series).tolist(), masked.tolist()):
        if is_masked or number != number and not isinstance(series, numpy.ma.MaskedArray):
            yield None
        else:
            yield Fraction(number) if math.isfinite(number) else "no"


def windows(values, window, edges, missing, min_count, center, step, closed, of):
    """What the documentation says of each window."""
    results = []
    for at in range(0, len(values), step):
        end = at + 1 + ((window - 1) // 2 if center else 0)
        start = end - window - (closed in ("left", "both"))
        end -= closed in ("left", "neither")
        is_whole = start >= 0 and end <= len(values)
        if edges == "valid" and not is_whole:
            continue
        part = values[max(start, 0) : max(end, 0)]
        present = [value for value in part if value is not None]
        is_nan = missing == "propagate" and len(present) < len(part) or not is_whole and min_count is None
        if is_nan or len(present) < (min_count or 1) or "no" in present:
            results.append(math.nan)
        else:
            results.append(of(present))
    return results


def check(got, right, tolerance):
    assert got.shape == right.shape
    assert (numpy.isnan(got) == numpy.isnan(right)).all()
    finite = ~numpy.isnan(right)
    exact, near = right[finite], got[finite]
    with numpy.errstate(all="ignore"):
        # beside a relative error half of the smallest number, which the exact result is rounded by too
        assert ((near == exact) | (abs(near - exact) <= tolerance * abs(exact) + 5e-324)).all(), (near, exact)


def along(a, axis, of):
    """What `of` gives of each series."""
    moved = numpy.moveaxis(a, axis, -1)
    rows = [of(list(plain(moved[place]))) for place in numpy.ndindex(moved.shape[:-1])]
    width = len(rows[0]) if rows else len(of([Fraction(0)] * moved.shape[-1]))
    return numpy.moveaxis(numpy.array(rows, float).reshape(*moved.shape[:-1], width), -1, axis)


@hypothesis.given(st.data())
def test_rolling_functions_are_right(data):
    a = data.draw(numbers())
    window, ddof = data.draw(st.integers(1, 14)), data.draw(st.integers(0, 2))
    axis = data.draw(st.integers(-a.ndim, a.ndim - 1))
    chosen = data.draw(options(window))

    def right(of):
        return along(a, axis, lambda values: windows(values, window, of=of, **chosen))

    right_deviation = right(lambda values: deviation(values, ddof))
    check(breakeven.rolling_std(a, window, ddof=ddof, axis=axis, **chosen), right_deviation, 1e-14)
    out = data.draw(places(right_deviation.shape))
    assert breakeven.rolling_std(a, window, ddof=ddof, axis=axis, out=out, **chosen) is out
    check(out, right_deviation, 1e-14)
    exact = breakeven.rolling_std(a, window, ddof=ddof, axis=axis, method="exact", **chosen)
    numpy.testing.assert_array_equal(exact, right_deviation)
    if a.dtype.kind != "f" or a.dtype.itemsize == 2:
        variance = numpy.where(numpy.isnan(right_deviation), math.nan, right_deviation**2)
        check(breakeven.rolling_var(a, window, ddof=ddof, axis=axis, **chosen), variance, 2.2e-14)
    threads = breakeven.rolling_std(a, window, ddof=ddof, axis=axis, threads=3, **chosen)
    numpy.testing.assert_array_equal(threads, breakeven.rolling_std(a, window, ddof=ddof, axis=axis, **chosen))
    if a.dtype.kind in "iu" and a.dtype.itemsize < 8:
        mean = right(lambda values: float(sum(values) / len(values)))
        got = breakeven.rolling_mean(a, window, axis=axis, **chosen)
        numpy.testing.assert_allclose(got, mean, rtol=1e-13, atol=1e-10)


@hypothesis.given(numbers(), st.integers(0, 2), st.sampled_from(["fast", "exact"]))
def test_standard_dev_is_right(a, ddof, method):
    def right(values):
        present = [value for value in values if value is not None]
        nan = "no" in present or len(present) < len(values) and not isinstance(a, numpy.ma.MaskedArray)
        return math.nan if nan else deviation(present, ddof)

    if a.size == 0:
        with pytest.raises(ValueError, match="needs at least one value"):
            breakeven.standard_dev(a, ddof=ddof, method=method)
        return
    tolerance = 0 if method == "exact" else 1e-14
    for axis in [None, *range(a.ndim)]:
        series = a.reshape(-1) if axis is None else a
        expected = along(series, -1 if axis is None else axis, lambda values: [right(values)])
        got = breakeven.standard_dev(a, ddof=ddof, axis=axis, method=method)
        check(numpy.array(got), expected.squeeze(-1 if axis is None else axis), tolerance)


@hypothesis.given(st.lists(st.one_of(st.integers(), st.integers(-4, 4), st.floats(), st.booleans()), min_size=1, max_size=30), st.integers(0, 2))
def test_lists_are_as_the_standard_library_has_them(values, ddof):
    is_finite = all(math.isfinite(value) for value in values if isinstance(value, float))
    fractions = [Fraction(value) for value in values] if is_finite else []
    try:
        got = breakeven.standard_dev(values, ddof=ddof)
    except OverflowError:
        assert any(isinstance(value, int) and abs(value) > 1 << 1000 for value in values)
        return
    if not is_finite or len(values) <= ddof:
        assert math.isnan(got)
        return
    # a float among integers beyond 2**53 lets float() round these, by 2**-53 of their size
    wide = max((abs(value) for value in values if abs(value) >= 1 << 53), default=0)
    slack = wide * 2.0**-52 if any(value.denominator != 1 for value in fractions) else 0.0
    try:
        right = deviation(fractions, ddof)
    except OverflowError:
        right = math.inf
    assert got == right or abs(got - right) <= 1e-14 * right + slack + 5e-324


@hypothesis.given(st.data())
def test_pandas_places_its_windows_alike(data):
    pandas = pytest.importorskip("pandas")
    values = data.draw(st.lists(st.one_of(st.integers(-50, 50).map(float), st.just(math.nan)), min_size=1, max_size=40))
    window = data.draw(st.integers(1, 12))
    least = data.draw(st.integers(1, window))
    places = {
        "center": data.draw(st.booleans()),
        "step": data.draw(st.sampled_from([1, 2, 5])),
        "closed": data.draw(st.sampled_from(["right", "left", "both", "neither"])),
    }
    series = pandas.Series(values)
    theirs = series.rolling(window, min_periods=least, **places)
    for name, peer, options in (
        ("rolling_std", theirs.std, {"ddof": 0}),
        ("rolling_std", theirs.std, {"ddof": 1}),
        ("rolling_var", theirs.var, {"ddof": 1}),
        ("rolling_mean", theirs.mean, {}),
    ):
        got = getattr(breakeven, name)(values, window, missing="skip", min_count=least, **places, **options)
        numpy.testing.assert_allclose(numpy.asarray(got), peer(**options).to_numpy(), rtol=1e-7, atol=1e-5)


@hypothesis.given(st.data())
def test_windows_of_time_hold_the_values_within_the_duration(data):
    number = st.one_of(st.integers(-50, 50).map(float), st.just(math.nan))
    pairs = data.draw(st.lists(st.tuples(st.integers(0, 30), number), min_size=1, max_size=30))
    times = sorted(time for time, _ in pairs)
    values = [value for _, value in pairs]
    duration, ddof = data.draw(st.integers(1, 12)), data.draw(st.integers(0, 2))
    closed = data.draw(st.sampled_from(["right", "left", "both", "neither"]))
    least = data.draw(st.one_of(st.none(), st.integers(1, 4)))
    missing = data.draw(st.sampled_from(["propagate", "skip"]))
    index, window = data.draw(
        st.sampled_from(
            [
                (times, duration),
                ([time / 4 for time in times], duration / 4),
                (numpy.array(times, "M8[s]"), numpy.timedelta64(duration, "s")),
                (numpy.array(times, "M8[s]").astype("M8[ns]") + numpy.timedelta64(10**18), datetime.timedelta(seconds=duration)),
                (numpy.array(times, "m8[h]"), datetime.timedelta(hours=duration)),
            ]
        )
    )
    right = []
    for now in times:
        low, high = now - duration, now
        within = [value for time, value in zip(times, values) if low < time < high or time == low and closed in ("left", "both") or time == high and closed in ("right", "both")]
        present = [Fraction(value) for value in within if value == value]
        is_nan = missing == "propagate" and len(present) < len(within) or len(present) < (least or 1)
        right.append(math.nan if is_nan else deviation(present, ddof))
    chosen = {"index": index, "closed": closed, "missing": missing, "min_count": least, "ddof": ddof}
    check(numpy.asarray(breakeven.rolling_std(values, window, **chosen)), numpy.array(right), 1e-14)
    numpy.testing.assert_array_equal(breakeven.rolling_std(values, window, method="exact", **chosen), right)
    if len(set(times)) == len(times) and importlib.util.find_spec("pandas"):
        pandas = importlib.import_module("pandas")
        series = pandas.Series(values, numpy.array(times, "M8[s]"))
        theirs = series.rolling(f"{duration}s", min_periods=least, closed=closed).std(ddof=ddof)
        got = breakeven.rolling_std(series, f"{duration}s", closed=closed, missing="skip", min_count=least, ddof=ddof)
        assert got.index is series.index
        numpy.testing.assert_allclose(got.to_numpy(), theirs.to_numpy(), rtol=1e-7, atol=1e-5)


@hypothesis.given(st.data())
def test_a_column_has_the_results_of_the_masked_array(data):
    few, any_integer = st.integers(-9, 9), st.integers(-(2**63), 2**63 - 1)
    values = data.draw(st.lists(st.one_of(st.none(), data.draw(st.sampled_from([few, any_integer]))), min_size=1, max_size=40))
    window, method = data.draw(st.integers(1, 9)), data.draw(st.sampled_from(["fast", "exact"]))
    chosen = {"missing": data.draw(st.sampled_from(["propagate", "skip"])), "method": method}
    cut = data.draw(st.integers(0, len(values)))

    def columns():
        pandas, polars, pyarrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
        yield pandas.Series(values, dtype="Int64")
        yield pandas.Series(values, dtype="int64[pyarrow]")
        yield polars.Series("x", values, dtype=polars.Int64)
        yield pyarrow.array([5, None, *values], "int64")[2:]
        yield pyarrow.chunked_array([values[:cut], values[cut:]], "int64")

    masked = numpy.ma.MaskedArray([value or 0 for value in values], [value is None for value in values], dtype="i8")
    right, whole = breakeven.rolling_std(masked, window, **chosen), breakeven.standard_dev(masked, method=method)
    for column in columns():
        got = breakeven.rolling_std(column, window, **chosen)
        assert type(got) is (type(column) if type(column).__name__ == "Series" else numpy.ndarray)
        numpy.testing.assert_array_equal(numpy.asarray(got), right)
        numpy.testing.assert_equal(breakeven.standard_dev(column, method=method), whole)


@hypothesis.given(
    st.lists(st.floats(), max_size=60), st.integers(1, 12), st.integers(0, 2), st.lists(st.integers(0, 60), max_size=4)
)
def test_an_online_window_has_the_results_of_the_whole_series(values, window, ddof, cuts):
    if window <= ddof:
        return
    right = numpy.asarray(breakeven.rolling_std(values, window, ddof=ddof, method="exact"))
    for method, tolerance in (("fast", 1e-14), ("exact", 0)):
        rolling = breakeven.RollingStd(window, ddof=ddof, method=method)
        ends = sorted({min(cut, len(values)) for cut in cuts} | {0, len(values)})
        parts = [rolling.extend(values[start:end]) for start, end in zip(ends, ends[1:])]
        got = numpy.concatenate([numpy.empty(0), *parts])
        check(got, right, tolerance)


@pytest.mark.parametrize("dtype", ["i8", ">i8", "u8", "m8[ns]"])
@pytest.mark.parametrize("shape, axis", [((3000,), 0), ((40, 90), 1), ((90, 40), 0)])
def test_integers_that_no_double_can_tell_apart(dtype, shape, axis):
    rng = numpy.random.default_rng(7)
    a = rng.integers(0, 2**64, shape, dtype="u8") if dtype == "u8" else rng.integers(-(2**63) + 1, 2**63, shape)
    a[..., 20:40] //= 2**50
    a.flat[41:90] = a.flat[41]
    values = [[int(value) for value in series] for series in numpy.moveaxis(a, axis, -1).reshape(-1, shape[axis])]
    a, window = a.astype(dtype), shape[axis] // 3
    masked = numpy.ma.MaskedArray(a, rng.random(shape) < 0.1)
    missing = numpy.moveaxis(masked.mask, axis, -1).reshape(-1, shape[axis])
    for step, (method, tolerance) in itertools.product([1, 7], {"fast": 1e-15, "exact": 0}.items()):
        got = breakeven.rolling_std(a, window, axis=axis, step=step, method=method)
        skipped = breakeven.rolling_std(masked, window, axis=axis, step=step, method=method, missing="skip", min_count=1)
        if dtype == "m8[ns]":
            # rounded to whole nanoseconds
            got, skipped, tolerance = got.astype("i8").astype(float), skipped.astype("i8").astype(float), 1e-15
        got, skipped = (numpy.moveaxis(table, axis, -1).reshape(len(values), -1) for table in (got, skipped))
        for number, series in enumerate(values):
            # multiples of the step, the windows at the head too
            for at in range(0, shape[axis], 7 * 43 if shape[axis] > 999 else 7):
                span = slice(max(0, at + 1 - window), at + 1)
                present = [value for value, gone in zip(series[span], missing[number][span]) if not gone]
                cases = [(got, series[span])] if at >= window - 1 else []
                for result, of in [*cases, (skipped, present)] if present else cases:
                    right = deviation([Fraction(value) for value in of], 0)
                    assert abs(result[number][at // step] - right) <= tolerance * right + (dtype == "m8[ns]")
    if dtype != "m8[ns]":
        means = numpy.moveaxis(breakeven.rolling_mean(a, window, axis=axis), axis, -1).reshape(len(values), -1)
        right = float(Fraction(sum(values[0][:window]), window))
        assert abs(means[0][window - 1] - right) <= 1e-15 * abs(right)


def layouts(dtype):
    """Arrays of more numbers than are read at once, each with the integers that it holds and what one of them stands for."""
    count = 2**22 + 5
    integers = numpy.random.default_rng(5).integers(0 if dtype in ("u1", "?") else -100, 2 if dtype == "?" else 100, 2 * count)
    unit = 2**50 if dtype in ("i8", ">i8", "m8[s]") else 1
    a = (integers * unit).astype(dtype)
    yield "contiguous", a, integers, unit
    yield "strided", a[::2], integers[::2], unit
    yield "reversed", a[::-1], integers, unit
    table, of_table = a[: count - 5].reshape(-1, 1024), integers[: count - 5].reshape(-1, 1024)
    yield "rows", table[:, 3:1000], of_table[:, 3:1000], unit
    yield "columns", table[:, 3:1000].T, of_table[:, 3:1000], unit
    yield "short rows", a[: 3 * 10**6].reshape(-1, 6)[:, 1:3], integers[: 3 * 10**6].reshape(-1, 6)[:, 1:3], unit
    mask = integers % 7 == 3
    if dtype == "m8[s]":
        yield "NaT", numpy.where(mask, numpy.timedelta64("NaT"), a), integers[~mask], unit
    else:
        yield "masked", numpy.ma.MaskedArray(a, mask), integers[~mask], unit


@pytest.mark.parametrize("dtype", ["?", "u1", "i2", ">i4", "i8", ">i8", "f2", "f4", "f8", ">f8", "m8[s]"])
def test_large_arrays_are_right_in_every_layout(dtype):
    for name, a, integers, unit in layouts(dtype):
        count, total, squares = integers.size, int(integers.sum()), int((integers * integers).sum())
        variance = Fraction(count * squares - total * total, count**2) * unit**2
        right = statistics._float_sqrt_of_frac(variance.numerator, variance.denominator)
        for method, tolerance in (("fast", 1e-14), ("exact", 0)):
            if method == "exact" and name not in ("strided", "masked", "NaT"):
                continue
            got = breakeven.standard_dev(a, method=method)
            got = int(got.astype("i8")) if dtype == "m8[s]" else got
            assert abs(got - right) <= tolerance * right + (dtype == "m8[s]"), (name, method)


@pytest.mark.parametrize("shape, axis", [((2**16 + 3, 40), 0), ((40, 2**16 + 3), 1), ((2**22 + 3, 2), 0)])
def test_long_series_of_a_table_have_the_results_of_each_alone(shape, axis):
    table = numpy.random.default_rng(6).normal(size=shape)
    got = breakeven.standard_dev(table, axis=axis)
    alone = [breakeven.standard_dev(series.copy()) for series in numpy.moveaxis(table, axis, -1)]
    assert got.tolist() == alone
