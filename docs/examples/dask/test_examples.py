"""Do the examples give the numbers of one process, to the last bit?"""

import pathlib
import subprocess
import sys

import numpy
import pytest
import zarr

from breakeven import count_steps, rolling_std

HERE = pathlib.Path(__file__).parent


def run(name, *arguments):
    """Runs an example as a user would."""
    command = [sys.executable, str(HERE / name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("shape, chunks, window", [((100_000,), (7_000,), 75), ((3, 20_000), (2, 6_001), 500)])
def test_chunks_on_two_processes_have_the_bits_of_one(tmp_path, shape, chunks, window):
    values = numpy.random.default_rng(1).normal(size=shape)
    values[..., 12_345] = numpy.nan
    values[..., 6_000] = 1e12
    source = zarr.create_array(str(tmp_path / "in.zarr"), shape=shape, chunks=chunks, dtype="float64")
    source[:] = values
    done = run("rolling.py", tmp_path / "in.zarr", tmp_path / "out.zarr", window)
    assert done.returncode == 0, done.stderr
    got = zarr.open_array(str(tmp_path / "out.zarr"), mode="r")[:]
    numpy.testing.assert_array_equal(got, rolling_std(values, window, method="exact"))


def test_a_zarr_array_is_read_by_one_process_as_any_array_is(tmp_path):
    values = numpy.random.default_rng(2).normal(size=5_000)
    source = zarr.create_array(str(tmp_path / "in.zarr"), shape=values.shape, chunks=(1_000,), dtype="float64")
    source[:] = values
    numpy.testing.assert_array_equal(rolling_std(source, 75), rolling_std(values, 75))


def test_a_folder_on_two_processes_has_the_steps_of_one(tmp_path):
    draw, expected = numpy.random.default_rng(3), {}
    for number in range(5):
        seconds = numpy.arange(100 * 60 * (number + 1)) / 100
        walk = 2048 * (1 + 0.4 * numpy.sin(2 * numpy.pi * 1.8 * seconds))
        rows = numpy.stack([draw.normal(0, 60, len(walk)), draw.normal(0, 60, len(walk)), walk + draw.normal(0, 60, len(walk))], 1)
        recording = numpy.rint(rows).astype("int16")
        numpy.save(tmp_path / f"{number}.npy", recording)
        expected[f"{number}.npy"] = count_steps(recording)["steps"]
    assert min(expected.values()) > 50
    done = run("recordings.py", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "".join(f"{name}\t{steps}\n" for name, steps in expected.items())


def test_a_folder_without_recordings_is_said(tmp_path):
    done = run("recordings.py", tmp_path)
    assert done.returncode == 1 and "no .npy files" in done.stderr


def test_a_mapped_file_has_the_bits_of_an_array(tmp_path):
    values = numpy.random.default_rng(4).normal(size=(2, 50_000)).astype("float32")
    numpy.save(tmp_path / "in.npy", values)
    done = run("mapped.py", tmp_path / "in.npy", tmp_path / "out.npy", 75)
    assert done.returncode == 0, done.stderr
    numpy.testing.assert_array_equal(numpy.load(tmp_path / "out.npy"), rolling_std(values, 75))
