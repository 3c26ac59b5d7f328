# The talk's two passes, compiled by Numba with leave to reorder the sums, and so to use vectors.

import math

import numpy as np
from numba import njit


@njit(cache=True, fastmath=True)
def standard_deviation(values, ddof):
    total = 0.0
    for value in values:
        total += value
    mean = total / len(values)
    squares = 0.0
    for value in values:
        squares += (value - mean) ** 2
    return math.sqrt(squares / (len(values) - ddof))


@njit(cache=True, fastmath=True)
def moving(values, window, ddof):
    out = np.empty(max(len(values) - window + 1, 0))
    for i in range(len(out)):
        out[i] = standard_deviation(values[i:i + window], ddof)
    return out


def whole(window, ddof):
    standard_deviation(np.ones(3), ddof)  # compiles
    return lambda values: standard_deviation(values, ddof)


def sliding(window, ddof):
    moving(np.ones(3), 2, ddof)  # compiles
    return lambda values: moving(values, window, ddof)
