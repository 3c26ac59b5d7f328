"""Rolling standard deviations of an array in chunks, each computed by whichever process is free.

    python rolling.py IN.zarr OUT.zarr WINDOW

Along the last axis, on a cluster of two processes. Neither array is ever whole in memory. A chunk is handed the window - 1 values before it,
and with method="exact" has the bits that one process gives the whole array; method="fast" would have other last bits.
"""

import sys

import dask.array
from dask.distributed import Client

from breakeven import rolling_std


def rolling_deviations(array, window):
    """A Dask array of the standard deviations of every window along the last axis."""
    return dask.array.map_overlap(
        rolling_std,
        array,
        depth={array.ndim - 1: (window - 1, 0)},
        boundary="none",
        dtype="float64",
        meta=dask.array.empty((0,) * array.ndim)._meta,
        window=window,
        method="exact",
    )


def main(source, target, window):
    with Client(n_workers=2, threads_per_worker=1, dashboard_address=None):
        rolling_deviations(dask.array.from_zarr(source), int(window)).to_zarr(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
