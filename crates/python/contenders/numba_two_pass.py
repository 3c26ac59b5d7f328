# The talk's two passes, compiled by Numba: for one array, for every window of a series, and in the bank.

import math

import numpy as np
from numba import njit


@njit(cache=True)
def moments(values, ddof):
    total = 0.0
    for value in values:
        total += value
    mean = total / len(values)
    squares = 0.0
    for value in values:
        squares += (value - mean) ** 2
    return mean, math.sqrt(squares / (len(values) - ddof))


@njit(cache=True)
def standard_deviation(values, ddof):
    return moments(values, ddof)[1]


@njit(cache=True)
def moving(values, window, ddof):
    out = np.empty(max(len(values) - window + 1, 0))
    for i in range(len(out)):
        out[i] = moments(values[i:i + window], ddof)[1]
    return out


@njit(cache=True)
def bank(cleaned):
    m = np.zeros(cleaned.shape, np.int32)
    for channel in range(len(cleaned)):
        for width in range(50, 101):
            history = cleaned[channel].astype(np.float64)
            for row in range(width, len(history)):
                mu, sd = moments(history[row - width:row], 0)
                m[channel, row] += math.floor(16 * sd + 0.5)
                limit = 2.0 * max(sd, 8.0)
                excess = history[row] - mu
                if excess > limit:
                    history[row] = math.floor(mu + (limit + 0.5 * (excess - limit)) + 0.5)
                elif excess < -limit:
                    history[row] = math.floor(mu + (-limit + 0.5 * (excess + limit)) + 0.5)
    return m


def whole(window, ddof):
    standard_deviation(np.ones(3), ddof)  # compiles
    return lambda values: standard_deviation(values, ddof)


def sliding(window, ddof):
    moving(np.ones(3), 2, ddof)  # compiles
    return lambda values: moving(values, window, ddof)
