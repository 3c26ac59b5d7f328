"""Rolling standard deviations of a .npy file that is larger than memory, by one process.

    python mapped.py IN.npy OUT.npy WINDOW

Both files are mapped: the system reads and writes pages of them as they are needed, and takes them out of memory again.
"""

import sys

import numpy

from breakeven import rolling_std


def main(source, target, window):
    series = numpy.load(source, mmap_mode="r")
    result = numpy.lib.format.open_memmap(target, mode="w+", dtype="float64", shape=series.shape)
    rolling_std(series, int(window), out=result)
    result.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
