# np.std of all windows at once, as a view of the series. NumPy makes an array of every value less its
# window's mean.

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def temporaries(length, window):
    return 8 * window * max(length - window + 1, 0)


def sliding(window, ddof):
    return lambda values: np.std(sliding_window_view(values, window), axis=-1, ddof=ddof)
