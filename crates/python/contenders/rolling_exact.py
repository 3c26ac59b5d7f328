# As rolling.py, correctly rounded.

from std import rolling_std


def sliding(window, ddof):
    return lambda values: rolling_std(values, window, ddof=ddof, method="exact")
