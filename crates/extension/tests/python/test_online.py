"""Does a window that takes one value at a time keep what rolling_std promises?"""

import copy
import math
import pickle
import statistics
import struct
import threading

import numpy
import pytest

import breakeven


def bits(values):
    return [struct.pack("<d", value) if value == value else b"nan" for value in values]


def series(length, seed=20261129):
    """Values with all that is hard: outliers, runs of equal values, what is not finite, both ends of the exponents."""
    draw = numpy.random.default_rng(seed)
    values = draw.normal(5.0, 2.0, length)
    values[draw.random(length) < 0.02] = 1e12
    values[length // 3 : length // 2] = 0.1
    values[draw.random(length) < 0.01] = math.nan
    values[draw.random(length) < 0.01] = math.inf
    values[length // 2 : length // 2 + 9] *= 1e-200
    return values


WINDOWS = [1, 2, 3, 4, 5, 7, 8, 50, 75, 200]


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("ddof", [0, 1])
def test_exact_has_the_bits_of_rolling_std_and_of_statistics(window, ddof):
    if window <= ddof:
        return
    values = series(300)
    rolling = breakeven.RollingStd(window, ddof=ddof, method="exact")
    got = [rolling.push(value) for value in values]
    assert bits(got) == bits(breakeven.rolling_std(values, window, ddof=ddof, method="exact"))
    deviation = statistics.stdev if ddof else statistics.pstdev
    for end, value in enumerate(got[window - 1 :], start=window):
        of = values[end - window : end].tolist()
        assert value == deviation(of) if all(map(math.isfinite, of)) else math.isnan(value)


@pytest.mark.parametrize("window", WINDOWS)
def test_fast_is_within_its_bound(window):
    values = series(600)
    rolling = breakeven.RollingStd(window)
    right = breakeven.rolling_std(values, window, method="exact")
    for got, expected in zip([rolling.push(value) for value in values], right):
        assert (got != got) == (expected != expected)
        assert not got == got or abs(got - expected) <= 1e-14 * expected


@pytest.mark.parametrize("method", ["fast", "exact"])
@pytest.mark.parametrize("window", WINDOWS)
def test_extend_copies_and_pickles_go_on_with_the_same_bits(window, method):
    values = series(700)
    one = breakeven.RollingStd(window, method=method)
    pushed = bits([one.push(value) for value in values])
    for cut in (0, 1, window - 1, window, window + 1, 3 * window // 2, 2 * window + 1, 3 * window, 333, 700):
        cut = min(cut, 700)
        first = breakeven.RollingStd(window, method=method)
        assert bits(first.extend(values[:cut])) == pushed[:cut]
        again = [pickle.loads(pickle.dumps(first, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
        for other in (first.copy(), copy.copy(first), copy.deepcopy(first), *again):
            assert repr(other) == repr(first) and len(other) == len(first) == min(cut, window)
            assert bits([other.value]) == bits([first.value])
            assert bits(other.extend(values[cut:].tolist())) == pushed[cut:]
        assert bits(first.extend(values[cut:])) == pushed[cut:], "a copy shares nothing"


def test_clear_forgets_all_values():
    rolling = breakeven.RollingStd(3, ddof=1)
    rolling.extend([1e300, math.nan, 2.0, 5.0])
    rolling.clear()
    assert len(rolling) == 0 and math.isnan(rolling.value)
    assert rolling.extend([1.0, 2.0, 3.0])[-1] == 1.0
    assert (rolling.window, rolling.ddof, rolling.method) == (3, 1, "fast")


def test_extend_takes_what_rolling_std_takes_and_returns_its_kind():
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    of = pandas.Series([1, 3, 7], index=list("abc"), name="x")
    got = breakeven.RollingStd(2).extend(of)
    assert got.index.tolist() == list("abc") and got.name == "x" and got.tolist()[1:] == [1.0, 2.0]
    got = breakeven.RollingStd(2).extend(polars.Series("x", [1, None, 3, 7]))
    assert isinstance(got, polars.Series) and bits(got) == bits([math.nan] * 3 + [2.0])
    for a in (numpy.array([1, 3, 7], ">i2"), range(1, 8, 2), (value for value in (1.0, 3.0, 7.0)), numpy.ma.array([1, 3, 7])):
        assert breakeven.RollingStd(2).extend(a)[1] == 1.0
    assert len(breakeven.RollingStd(2).extend([])) == 0


BAD = [
    (lambda rolling: breakeven.RollingStd(0), ValueError, "window must be at least 1, and is 0"),
    (lambda rolling: breakeven.RollingStd(2.5), TypeError, "window must be an int, not float"),
    (lambda rolling: breakeven.RollingStd(3, ddof=3), ValueError, "window must be more than ddof, and is 3 for ddof=3"),
    (lambda rolling: breakeven.RollingStd(3, method="quick"), ValueError, "method must be 'fast' or 'exact', not 'quick'"),
    (lambda rolling: breakeven.RollingStd(10**30), MemoryError, ""),
    (lambda rolling: breakeven.RollingStd(10**15), MemoryError, ""),
    (lambda rolling: rolling.push("x"), TypeError, "RollingStd.push: value must be a real number, not str"),
    (lambda rolling: rolling.push(None), TypeError, "value must be a real number, not NoneType"),
    (lambda rolling: rolling.push(1j), TypeError, "value must be a real number, not complex"),
    (lambda rolling: rolling.push(numpy.complex128(1j)), TypeError, "value must be a real number, not complex128"),
    (lambda rolling: rolling.push(numpy.int64(2**53 + 1)), ValueError, "an int beyond 2**53 would be rounded"),
    (lambda rolling: rolling.push(2**54), ValueError, "an int beyond 2**53 would be rounded"),
    (lambda rolling: rolling.extend([2**54]), ValueError, "an int beyond 2**53 would be rounded"),
    (lambda rolling: rolling.extend([2**64 + 1, -(2**64) - 1]), ValueError, "an int beyond 2**53 would be rounded"),
    (lambda rolling: rolling.push(10**400), OverflowError, "too large"),
    (lambda rolling: rolling.push(2**53 + 1), ValueError, "an int beyond 2**53 would be rounded"),
    (lambda rolling: rolling.extend([2**60 + 1, 2**60 + 3]), ValueError, "an int beyond 2**53 would be rounded"),
    (lambda rolling: rolling.extend([1.0, 2.0, "x"]), TypeError, "element 2 must be a real number, not str"),
    (lambda rolling: rolling.extend(5.0), TypeError, "RollingStd.extend needs a list or another iterable"),
    (lambda rolling: rolling.extend(numpy.zeros((2, 2))), ValueError, "takes one series, and this has 2 axes"),
    (lambda rolling: rolling.extend(numpy.zeros(2, "m8[s]")), TypeError, "takes no time differences"),
    (lambda rolling: rolling.extend(numpy.zeros(2, complex)), TypeError, "complex"),
    (lambda rolling: rolling.__setstate__((0, "fast", b"1234567")), ValueError, "not made by RollingStd"),
    (lambda rolling: rolling.__setstate__((0, "fast", bytes(8000))), ValueError, "not made by RollingStd"),
    (lambda rolling: rolling.__setstate__((9, "fast", b"")), ValueError, "window must be more than ddof"),
    (lambda rolling: rolling.__setstate__(5), TypeError, ""),
]


@pytest.mark.parametrize("call, error, text", BAD)
def test_bad_input_is_refused_and_changes_nothing(call, error, text):
    rolling = breakeven.RollingStd(3)
    rolling.extend([1.0, 2.0, 6.0, 4.0])
    before = rolling.__reduce__()
    with pytest.raises(error, match=".*" + __import__("re").escape(text)) as raised:
        call(rolling)
    assert "\n" not in str(raised.value)
    assert rolling.__reduce__() == before


def test_another_thread_cannot_push_during_extend():
    rolling = breakeven.RollingStd(50, method="exact")
    values, refused = numpy.random.default_rng(1).normal(size=400_000), []

    def push():
        while worker.is_alive():
            try:
                rolling.push(1.0)
            except RuntimeError as error:
                refused.append(str(error))
                return

    def extend():
        # on a busy machine the other thread may not run meanwhile
        for _ in range(200):
            rolling.extend(values)
            if refused:
                return

    worker = threading.Thread(target=extend)
    worker.start()
    push()
    worker.join()
    assert refused == ["Already borrowed"] or refused == ["Already mutably borrowed"]
    assert len(rolling) == 50
