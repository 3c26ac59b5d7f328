# From samples to steps, as docs/pedometer-spec.md says, in plain Python on plain lists.
#
# Every standard deviation is a call of `standard_deviation`, and every mean one of `mean`, on a slice of a
# list: which functions these are is decided by the files that the program starts with.

from math import floor, sqrt

MISSING = -32768
NARROWEST = 50
WIDEST = 100
LEAST_ROWS = 201


def whole(window, ddof):
    return standard_deviation


def sliding(window, ddof):
    def f(values):
        return [standard_deviation(values[start:start + window]) for start in range(len(values) - window + 1)]

    return f


def feedback(window, ddof):
    def f(cleaned):
        return [bank(samples) for samples in cleaned], []

    return f


def pedometer(window, ddof):
    def f(channels):
        cleaned = [clean(samples) for samples in channels]
        m = [bank(samples) for samples in cleaned]
        return m, steps(cleaned, m)

    return f


# 1 Clean


def clean(samples):
    return median_of_3(bridge(samples))


def bridge(samples):
    """Missing samples lie on the line between their neighbours, or copy the nearest one at the ends."""
    valid = [row for row, sample in enumerate(samples) if sample != MISSING]
    if not valid:
        return [0] * len(samples)
    x = list(samples)
    first, last = valid[0], valid[-1]
    x[:first] = [x[first]] * first
    x[last + 1:] = [x[last]] * (len(x) - last - 1)
    for a, b in zip(valid, valid[1:]):
        for i in range(a + 1, b):
            x[i] = (2 * (x[a] * (b - i) + x[b] * (i - a)) + (b - a)) // (2 * (b - a))
    return x


def median_of_3(x):
    return x[:1] + [sorted(x[i - 1:i + 2])[1] for i in range(1, len(x) - 1)] + x[1:][-1:]


# 2 Std bank: every standard deviation decides what enters the next window


def bank(samples):
    """M of one channel, before the back-fill."""
    m = [0] * len(samples)
    for width in range(NARROWEST, WIDEST + 1):
        history = samples[:width]
        for row in range(width, len(samples)):
            window = history[row - width:row]
            mu = mean(window)
            sd = standard_deviation(window)
            m[row] += floor(16 * sd + 0.5)
            limit = 2.0 * max(sd, 8.0)
            excess = samples[row] - mu
            if excess > limit:
                history.append(floor(mu + (limit + 0.5 * (excess - limit)) + 0.5))
            elif excess < -limit:
                history.append(floor(mu + (-limit + 0.5 * (excess + limit)) + 0.5))
            else:
                history.append(samples[row])
    return m


# 3 to 5 Gate, peaks, steps


def steps(cleaned, m):
    rows = len(cleaned[0])
    if rows < LEAST_ROWS:
        return []
    filled = [[values[WIDEST]] * WIDEST + values[WIDEST:] for values in m]
    return keep_runs(peaks(cleaned[:3], squared(filled[:3]), gate(filled)))


def squared(m):
    """The squared length of M, 37 samples ahead."""
    squares = [x * x + y * y + z * z for x, y, z in zip(*m)]
    return [squares[min(i + 37, len(squares) - 1)] for i in range(len(squares))]


def gate(m):
    is_open = [a2 >= 102000 ** 2 for a2 in squared(m[:3])]
    if len(m) == 6:
        is_open = [both and g2 >= 66912 ** 2 for both, g2 in zip(is_open, squared(m[3:]))]
    return is_open


def peaks(acceleration, a2, is_open):
    magnitude = [floor(8 * sqrt(x * x + y * y + z * z) + 0.5) for x, y, z in zip(*acceleration)]
    p = box(box(magnitude, 7), 7)
    b = box(p, 100)
    d = [201 * smooth - level for smooth, level in zip(p, b)]
    accepted = []
    for i in range(25, len(d) - 25):
        if (
            is_open[i]
            and d[i] > (72360.0 / 816.0) * sqrt(a2[i])
            and d[i] > max(d[i - 25:i])
            and d[i] >= max(d[i + 1:i + 26])
            and (not accepted or i - accepted[-1] >= 25)
        ):
            accepted.append(i)
    return accepted


def box(v, h):
    """Sums of 2 h + 1 values, the first and the last repeated beyond the ends."""
    padded = [v[0]] * h + v + [v[-1]] * h
    total = sum(padded[:2 * h + 1])
    sums = [total]
    for i in range(1, len(v)):
        total += padded[i + 2 * h] - padded[i - 1]
        sums.append(total)
    return sums


def keep_runs(accepted):
    """Peaks in runs of at least four, none more than 120 samples from the next."""
    runs = []
    for peak in accepted:
        if runs and peak - runs[-1][-1] <= 120:
            runs[-1].append(peak)
        else:
            runs.append([peak])
    return [peak for run in runs if len(run) >= 4 for peak in run]
