# The standard library's own: exact sums of fractions, and a correctly rounded root.

import statistics


def whole(window, ddof):
    return statistics.pstdev if ddof == 0 else statistics.stdev
