"""What becomes of input that other libraries make: times in a zone, labelled arrays, encoded columns?"""

import datetime
import fractions
import statistics
import sys

import numpy
import pytest

from breakeven import rolling_std, standard_dev

VALUES = [1.0, 3.0, 7.0, 7.0]
MOMENTS = [datetime.datetime(2024, 1, 1, 0, 0, second) for second in (0, 1, 2, 9)]
OF_TWO_SECONDS = [0.0, 1.0, 2.0, 0.0]


@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin"])
@pytest.mark.parametrize("unit", ["s", "ns"])
def test_times_in_a_zone_are_the_moments(zone, unit):
    pandas = pytest.importorskip("pandas")
    index = pandas.DatetimeIndex(MOMENTS).as_unit(unit).tz_localize(zone)
    got = rolling_std(pandas.Series(VALUES, index, name="x"), "2s")
    assert got.tolist() == OF_TWO_SECONDS and got.index.equals(index) and got.name == "x"
    assert rolling_std(pandas.Series(VALUES, index), numpy.timedelta64(2, "s")).tolist() == OF_TWO_SECONDS
    for times in (index, pandas.Series(index)):
        assert rolling_std(VALUES, datetime.timedelta(seconds=2), index=times).tolist() == OF_TWO_SECONDS


def test_an_hour_that_the_clock_has_twice_is_two_hours():
    pandas = pytest.importorskip("pandas")
    index = pandas.date_range("2024-10-27 01:30", periods=4, freq="30min", tz="Europe/Berlin")
    assert rolling_std(pandas.Series([0.0, 2.0, 4.0, 4.0], index), "1h").tolist() == [0.0, 1.0, 1.0, 0.0]


def test_a_labelled_array_is_read_along_any_axis():
    xarray = pytest.importorskip("xarray")
    table = numpy.array([[1.0, 2.0], [3.0, 5.0], [7.0, 5.0]])
    data = xarray.DataArray(table, dims=["time", "place"], coords={"place": [1, 2]})
    numpy.testing.assert_array_equal(rolling_std(data, 2, axis=0), rolling_std(table, 2, axis=0))
    assert standard_dev(data) == standard_dev(table)


@pytest.mark.parametrize(
    "index, window, advice",
    [
        (MOMENTS, datetime.timedelta(seconds=2), "numpy.array"),
        ([0, 1, 2, 9], numpy.timedelta64(2, "s"), "number in the unit of index"),
        (numpy.array(MOMENTS, "M8[s]"), datetime.timedelta(seconds=-2), "positive duration"),
    ],
)
def test_a_window_that_does_not_fit_the_times_says_what_does(index, window, advice):
    with pytest.raises(ValueError, match=advice):
        rolling_std(VALUES, window, index=index)


def test_a_window_in_words_is_read_by_pandas(monkeypatch):
    times = numpy.array(MOMENTS, "M8[s]")
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "pandas", None)
        with pytest.raises(ImportError, match="pass a datetime.timedelta"):
            rolling_std(VALUES, "2s", index=times)
    pytest.importorskip("pandas")
    assert rolling_std(VALUES, "2s", index=times).tolist() == OF_TWO_SECONDS
    with pytest.raises(ValueError, match="window is two seconds, and must be a positive duration"):
        rolling_std(VALUES, "two seconds", index=times)


def test_numbers_that_are_stored_as_something_else_say_how_to_get_at_them():
    pyarrow = pytest.importorskip("pyarrow")
    with pytest.raises(TypeError, match="dictionary"):
        rolling_std(pyarrow.array([1, 2, 1]).dictionary_encode(), 2)
    with pytest.raises(TypeError, match="one of the fields"):
        rolling_std(numpy.zeros(3, [("x", "f8")]), 2)


@pytest.mark.parametrize("width", [2, 10, 11, 75, 300])
def test_every_type_that_holds_the_numbers_gives_the_same_bits(width):
    # more than two blocks, whichever they are
    doubles = numpy.random.default_rng(width).integers(-99, 99, 140_000).astype(float)
    expected = rolling_std(doubles, width)
    for dtype in ["f2", "f4", "i1", "i2", "i4", "i8", ">i4", ">f8"]:
        numpy.testing.assert_array_equal(rolling_std(doubles.astype(dtype), width), expected)
    for dtype in ["u1", "u2", "u4", "u8"]:
        numbers = (doubles + 99).astype(dtype)
        numpy.testing.assert_array_equal(rolling_std(numbers, width), rolling_std(numbers.astype(float), width))
    table = numpy.stack([doubles, doubles])
    numpy.testing.assert_array_equal(rolling_std(table[:, ::-1], width)[0], rolling_std(doubles[::-1].copy(), width))
    numpy.testing.assert_array_equal(rolling_std(doubles, width, threads=2), expected)


@pytest.mark.parametrize(
    "values",
    [[2**60 + 1, 1e19], [2**60 + 1, 1e300], [2**60, 1e19], [2**63 + 1, 1e20], [2**60 + 1, 2.0**64], [2**63 - 1, -1.0], [2**64 - 1, 2.0]],
)
def test_integers_beside_floats_that_no_integer_type_holds(values):
    right = statistics.pstdev(map(fractions.Fraction, values))
    for given in (values, tuple(values), numpy.array(values, object)):
        assert standard_dev(given) == pytest.approx(right, rel=1e-14)
    assert rolling_std(values, 2).tolist() == pytest.approx([numpy.nan, right], rel=1e-14, nan_ok=True)


def test_a_window_longer_than_its_unit_can_say_holds_all_times():
    index = numpy.array(["2024-01-01T00", "2024-01-01T12", "2024-01-03", "2024-01-04"], "M8[ns]")
    all_before = [statistics.pstdev(VALUES[: end + 1]) for end in range(4)]
    for times in (index, index.astype("M8[s]")):
        got = rolling_std(VALUES, datetime.timedelta(days=213504), index=times)
        assert got.tolist() == pytest.approx(all_before)
    with pytest.raises(ValueError, match="positive duration"):
        rolling_std(VALUES, datetime.timedelta(days=-213504), index=index)


def test_times_farther_apart_than_their_unit_can_say_and_none_at_all():
    times = numpy.array(["1700-01-01", "1850-01-01", "2000-01-01", "2020-01-01"], "M8[ns]")
    assert rolling_std(VALUES, datetime.timedelta(days=100), index=times).tolist() == [0.0] * 4
    assert rolling_std([], datetime.timedelta(days=1), index=times[:0]).shape == (0,)


def test_a_deviation_that_its_type_cannot_hold_is_no_time():
    ends = numpy.array([-(2**63) + 1, 2**63 - 1], "m8[s]")
    assert numpy.isnat(standard_dev(ends, ddof=1)) and not numpy.isnat(standard_dev(ends // 2, ddof=1))
