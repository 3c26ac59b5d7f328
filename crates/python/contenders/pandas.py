# pandas, on a Series that is there already. Its own code: left to itself, it would call Bottleneck where that
# is installed.

import pandas

pandas.set_option("compute.use_bottleneck", False)

given = pandas.Series


def whole(window, ddof):
    return lambda series: series.std(ddof=ddof)


def sliding(window, ddof):
    return lambda series: series.rolling(window).std(ddof=ddof)
