# Bottleneck: nanstd, the only standard deviation of a whole array that it has, and move_std. To both, NaN is
# a missing value.

import bottleneck


def whole(window, ddof):
    if ddof == 0:
        return bottleneck.nanstd
    return lambda values: bottleneck.nanstd(values, ddof=ddof)


def sliding(window, ddof):
    return lambda values: bottleneck.move_std(values, window, ddof=ddof)
