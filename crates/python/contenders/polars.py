# Polars, on a Series that is there already.

import polars

given = polars.Series


def whole(window, ddof):
    return lambda series: series.std(ddof=ddof)


def sliding(window, ddof):
    return lambda series: series.rolling_std(window, ddof=ddof)
