# From samples to steps, as docs/pedometer-spec.md says, in NumPy but for the bank: `bank(cleaned)` gives M, and the
# program's other file defines it. Recordings are arrays of int16, a row per channel.

import numpy as np

MISSING = -32768
WIDEST = 100
LEAST_ROWS = 201


def feedback(window, ddof):
    bank(np.zeros((3, 1), np.int16))  # compiles, where it is compiled
    return lambda cleaned: (bank(cleaned), [])


def pedometer(window, ddof):
    def f(channels):
        cleaned = np.array([clean(samples) for samples in channels], np.int16)
        m = bank(cleaned)
        return m, steps(cleaned.astype(np.int64), m.astype(np.int64))

    bank(np.zeros((3, 1), np.int16))
    return f


# 1 Clean


def clean(samples):
    return median_of_3(bridge(samples.astype(np.int64)))


def bridge(x):
    valid = np.flatnonzero(x != MISSING)
    if len(valid) == 0:
        return np.zeros_like(x)
    x[:valid[0]] = x[valid[0]]
    x[valid[-1] + 1:] = x[valid[-1]]
    i = np.flatnonzero(x == MISSING)
    after = np.searchsorted(valid, i)
    a, b = valid[after - 1], valid[np.minimum(after, len(valid) - 1)]
    x[i] = (2 * (x[a] * (b - i) + x[b] * (i - a)) + (b - a)) // (2 * (b - a))
    return x


def median_of_3(x):
    before, here, after = x[:-2], x[1:-1], x[2:]
    middle = np.maximum(np.minimum(before, here), np.minimum(np.maximum(before, here), after))
    return np.concatenate((x[:1], middle, x[1:][-1:]))


# 3 to 5 Gate, peaks, steps


def steps(cleaned, m):
    if m.shape[1] < LEAST_ROWS:
        return []
    m[:, :WIDEST] = m[:, WIDEST:WIDEST + 1]
    return keep_runs(peaks(cleaned[:3], squared(m[:3]), gate(m)))


def squared(m):
    """The squared length of M, 37 samples ahead."""
    squares = (m * m).sum(axis=0)
    return squares[np.minimum(np.arange(len(squares)) + 37, len(squares) - 1)]


def gate(m):
    is_open = squared(m[:3]) >= 102000 ** 2
    if len(m) == 6:
        is_open &= squared(m[3:]) >= 66912 ** 2
    return is_open


def peaks(acceleration, a2, is_open):
    magnitude = np.floor(8 * np.sqrt((acceleration * acceleration).sum(axis=0)) + 0.5).astype(np.int64)
    p = box(box(magnitude, 7), 7)
    d = 201 * p - box(p, 100)
    candidates = is_open & (d > (72360.0 / 816.0) * np.sqrt(a2))
    candidates[1:-1] &= (d[1:-1] > d[:-2]) & (d[1:-1] >= d[2:])
    accepted = []
    for i in np.flatnonzero(candidates[:-25]):
        if (
            i >= 25
            and d[i] > d[i - 25:i].max()
            and d[i] >= d[i + 1:i + 26].max()
            and (not accepted or i - accepted[-1] >= 25)
        ):
            accepted.append(int(i))
    return accepted


def box(v, h):
    """Sums of 2 h + 1 values, the first and the last repeated beyond the ends."""
    total = np.cumsum(np.concatenate(([0], np.repeat(v[0], h), v, np.repeat(v[-1], h))))
    return total[2 * h + 1:] - total[:-2 * h - 1]


def keep_runs(accepted):
    """Peaks in runs of at least four, none more than 120 samples from the next."""
    runs = []
    for peak in accepted:
        if runs and peak - runs[-1][-1] <= 120:
            runs[-1].append(peak)
        else:
            runs.append([peak])
    return [peak for run in runs if len(run) >= 4 for peak in run]
