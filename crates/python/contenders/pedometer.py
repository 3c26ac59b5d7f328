"""The pedometer of docs/pedometer.md in plain Python, around any mean and standard deviation of a list.

A recording is a list of 3 or 6 channels, each a list of ints. Every loop over a window calls `mean` and
`standard_deviation` once each on a slice of the history, as the talk's program did.
"""

import math

MISSING = -32768
WIDTHS = range(50, 101)
LEAST_ROWS = 201


def windows(values, window, standard_deviation):
    """The standard deviation of every full window, by slicing."""
    return [standard_deviation(values[i : i + window]) for i in range(len(values) - window + 1)]


def feedback(cleaned, mean, standard_deviation):
    """M per channel, before the back-fill."""
    return [bank(c, mean, standard_deviation) for c in cleaned]


def count(recording, mean, standard_deviation):
    """M per channel before the back-fill, and the rows of the steps."""
    cleaned = [clean(x) for x in recording]
    m = feedback(cleaned, mean, standard_deviation)
    if len(cleaned[0]) < LEAST_ROWS:
        return m, []
    open_at, a2 = gate([fill_back(channel) for channel in m])
    return m, runs(peaks(cleaned, open_at, a2))


def bank(c, mean, standard_deviation):
    m = [0] * len(c)
    for n in WIDTHS:
        y = c[:n]
        for i in range(n, len(c)):
            window = y[i - n : i]
            sd = standard_deviation(window)
            mu = mean(window)
            m[i] += math.floor(16 * sd + 0.5)
            limit = 2.0 * max(sd, 8.0)
            excess = c[i] - mu
            if excess > limit:
                y.append(math.floor(mu + (limit + 0.5 * (excess - limit)) + 0.5))
            elif excess < -limit:
                y.append(math.floor(mu + (-limit + 0.5 * (excess + limit)) + 0.5))
            else:
                y.append(c[i])
    return m


def clean(x):
    """Missing runs filled along a line, then the median of three."""
    x = fill_missing(x)
    middle = [sorted(x[i - 1 : i + 2])[1] for i in range(1, len(x) - 1)]
    return x[:1] + middle + x[-1:] if len(x) > 1 else x


def fill_missing(x):
    valid = [i for i, value in enumerate(x) if value != MISSING]
    if not valid:
        return [0] * len(x)
    filled = list(x)
    for i in range(valid[0]):
        filled[i] = x[valid[0]]
    for i in range(valid[-1] + 1, len(x)):
        filled[i] = x[valid[-1]]
    for a, b in zip(valid, valid[1:]):
        for i in range(a + 1, b):
            filled[i] = (2 * (x[a] * (b - i) + x[b] * (i - a)) + (b - a)) // (2 * (b - a))
    return filled


def fill_back(m):
    return [m[100]] * 100 + m[100:]


def gate(m):
    """Whether the gate is open at each row, and the square it compares."""
    last = len(m[0]) - 1
    open_at, a2 = [], []
    for i in range(len(m[0])):
        j = min(i + 37, last)
        a = m[0][j] ** 2 + m[1][j] ** 2 + m[2][j] ** 2
        moving = a >= 102000**2
        if len(m) == 6:
            moving = moving and m[3][j] ** 2 + m[4][j] ** 2 + m[5][j] ** 2 >= 66912**2
        open_at.append(moving)
        a2.append(a)
    return open_at, a2


def box(v, h):
    """Sums over 2 h + 1 values, edges replicated."""
    padded = [v[0]] * h + v + [v[-1]] * h
    total = sum(padded[: 2 * h])
    sums = []
    for i in range(len(v)):
        total += padded[i + 2 * h]
        sums.append(total)
        total -= padded[i]
    return sums


def peaks(cleaned, open_at, a2):
    magnitude = [
        math.floor(8 * math.sqrt(x * x + y * y + z * z) + 0.5) for x, y, z in zip(*cleaned[:3])
    ]
    p = box(box(magnitude, 7), 7)
    d = [201 * value - base for value, base in zip(p, box(p, 100))]
    accepted = []
    for i in range(25, len(d) - 25):
        if not open_at[i] or not float(d[i]) > (72360.0 / 816.0) * math.sqrt(float(a2[i])):
            continue
        if max(d[i - 25 : i]) >= d[i] or max(d[i + 1 : i + 26]) > d[i]:
            continue
        if not accepted or i - accepted[-1] >= 25:
            accepted.append(i)
    return accepted


def runs(accepted):
    """The peaks of runs of at least four; a gap of more than 120 rows ends a run."""
    steps, run = [], []
    for i in accepted:
        if run and i - run[-1] > 120:
            steps += run if len(run) >= 4 else []
            run = []
        run.append(i)
    return steps + (run if len(run) >= 4 else [])
