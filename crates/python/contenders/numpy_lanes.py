# The bank with one lane for each channel and width: NumPy takes all lanes one sample further at a time.
#
# Doubles that hold integers below 2**53 are exact, so this gives every bit of the specification.

import numpy as np

WIDTHS = np.arange(50, 101)
KEPT = 128  # values of history: more than the widest window


def bank(cleaned):
    channels, rows = cleaned.shape
    n = np.tile(WIDTHS, channels).astype(np.float64)
    lane = np.arange(len(n))
    leaving = -np.tile(WIDTHS, channels)
    history = np.zeros((KEPT, len(n)))
    samples = cleaned.T.astype(np.float64)
    s, q = np.zeros(len(n)), np.zeros(len(n))
    m = np.zeros((rows, channels), np.int32)
    for row in range(rows):
        sample = np.repeat(samples[row], len(WIDTHS))
        value, increment = respond(n, s, q, sample)
        if row < WIDTHS[-1]:
            full = n <= row
            value, increment = np.where(full, value, sample), np.where(full, increment, 0.0)
        m[row] = increment.reshape(channels, -1).sum(axis=1)
        left = history[(row + leaving) % KEPT, lane]  # zeros, before a window is full
        s += value - left
        q += value * value - left * left
        history[row % KEPT] = value
    return np.ascontiguousarray(m.T)


def respond(n, s, q, sample):
    """What enters each history, and what is added to M."""
    sd = np.sqrt(n * q - s * s) / n
    mu = s / n
    limit = 2.0 * np.maximum(sd, 8.0)
    excess = sample - mu
    beyond = np.copysign(limit, excess)
    damped = np.floor(mu + (beyond + 0.5 * (excess - beyond)) + 0.5)
    return np.where(np.abs(excess) > limit, damped, sample), np.floor(16 * sd + 0.5)
