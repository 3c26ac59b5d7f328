# Carried from window to window, compiled by Numba: mean and sum of squares about it for a series (Welford's
# update, with one value entering and one leaving); exact sums of integers in the bank.

import math

import numpy as np
from numba import njit


@njit(cache=True)
def moving(values, window, ddof):
    out = np.empty(max(len(values) - window + 1, 0))
    mean = 0.0
    squares = 0.0
    for i in range(len(values)):
        before = mean
        if i < window:
            entering = values[i] - mean
            mean += entering / (i + 1)
            squares += entering * (values[i] - mean)
        else:
            change = values[i] - values[i - window]
            mean += change / window
            squares += change * (values[i] - mean + values[i - window] - before)
        if i >= window - 1:
            out[i - window + 1] = math.sqrt(max(squares, 0.0) / (window - ddof))
    return out


@njit(cache=True)
def bank(cleaned):
    m = np.zeros(cleaned.shape, np.int32)
    for channel in range(len(cleaned)):
        for n in range(50, 101):
            history = cleaned[channel].astype(np.int64)
            s = history[:n].sum()
            q = (history[:n] ** 2).sum()
            for row in range(n, len(history)):
                sd = math.sqrt(n * q - s * s) / n
                mu = s / n
                m[channel, row] += math.floor(16 * sd + 0.5)
                limit = 2.0 * max(sd, 8.0)
                excess = history[row] - mu
                if excess > limit:
                    history[row] = math.floor(mu + (limit + 0.5 * (excess - limit)) + 0.5)
                elif excess < -limit:
                    history[row] = math.floor(mu + (-limit + 0.5 * (excess + limit)) + 0.5)
                s += history[row] - history[row - n]
                q += history[row] ** 2 - history[row - n] ** 2
    return m


def sliding(window, ddof):
    moving(np.ones(3), 2, ddof)  # compiles
    return lambda values: moving(values, window, ddof)
