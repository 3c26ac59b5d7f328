# Differences of running totals over the whole series: the best-known way in plain NumPy.

import numpy as np


def sliding(window, ddof):
    def f(values):
        total = np.cumsum(np.concatenate(([0.0], values)))
        squares = np.cumsum(np.concatenate(([0.0], values * values)))
        total = total[window:] - total[:-window]
        squares = squares[window:] - squares[:-window]
        return np.sqrt((squares - total * total / window) / (window - ddof))

    return f
