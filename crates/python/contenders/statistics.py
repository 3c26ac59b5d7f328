"""The standard library: exact fractions, and from Python 3.11 on a correctly rounded root."""

import platform
import statistics


def version():
    return platform.python_version()


def whole(ddof):
    if ddof == 0:
        return statistics.pstdev
    if ddof == 1:
        return statistics.stdev
    raise ValueError(f"the statistics module knows ddof 0 and 1, not {ddof}")
