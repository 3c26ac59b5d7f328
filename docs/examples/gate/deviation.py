"""The population standard deviation in plain Python, in two ways."""

from math import sqrt


def two_pass(values):
    """Sums the values, then the squares of what they differ from their mean."""
    mean = sum(values) / len(values)
    squares = 0.0
    for value in values:
        squares += (value - mean) * (value - mean)
    return sqrt(squares / len(values))


def one_pass(values):
    """Welford's recurrence: a running mean, and a running sum of squares about it."""
    mean = squares = 0.0
    for count, value in enumerate(values, 1):
        step = value - mean
        mean += step / count
        squares += step * (value - mean)
    return sqrt(squares / len(values))
