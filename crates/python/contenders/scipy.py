# SciPy has no sliding standard deviation: its users take the mean of the squares less the square of the mean,
# both by the uniform filter, and cut off the ends.

import numpy as np
from scipy.ndimage import standard_deviation, uniform_filter1d


def whole(window, ddof):
    return standard_deviation


def sliding(window, ddof):
    def f(values):
        variance = uniform_filter1d(values * values, window) - uniform_filter1d(values, window) ** 2
        first = window // 2
        return np.sqrt(variance[first:first + max(len(values) - window + 1, 0)])

    return f
