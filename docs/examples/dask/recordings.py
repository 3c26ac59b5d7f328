"""The steps in each recording of a folder, several recordings at a time.

    python recordings.py FOLDER

A recording is a .npy file of int16, rows x 3 or 6 channels at 100 Hz. It is mapped, so that a process needs memory for the rows
it is looking at, and no row is sent from one process to another.
"""

import pathlib
import sys

import dask.bag
import numpy
from dask.distributed import Client

from breakeven import count_steps


def steps(path):
    """How many steps a recording has."""
    return count_steps(numpy.load(path, mmap_mode="r"))["steps"]


def steps_of_folder(folder):
    """The steps of each recording, by the name of its file."""
    paths = sorted(map(str, pathlib.Path(folder).glob("*.npy")))
    if not paths:
        raise FileNotFoundError(f"{folder}: no .npy files")
    counts = dask.bag.from_sequence(paths, partition_size=1).map(steps).compute()
    return {pathlib.Path(path).name: count for path, count in zip(paths, counts)}


def main(folder):
    with Client(n_workers=2, threads_per_worker=1, dashboard_address=None):
        for name, count in steps_of_folder(folder).items():
            print(f"{name}\t{count}")


if __name__ == "__main__":
    main(*sys.argv[1:])
