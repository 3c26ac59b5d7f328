"""Bottleneck's names: `from breakeven.compat import bottleneck as bn`.

NaN is missing, and a window needs `min_count` values, all of them unless given: as there. What differs: a result is right after an
outlier or an infinity has left the window, a window with infinity in it is NaN, no more than ddof values are NaN and not
infinite, and a window longer than the series is NaN throughout.
"""

import numpy

import breakeven

__all__ = ["move_mean", "move_std", "move_var"]


def move_std(a, window, min_count=None, axis=-1, ddof=0):
    """Return the standard deviation of each window along an axis, of the type of `a` if that is a float."""
    return _move(breakeven.rolling_std, a, window, min_count, axis, ddof=ddof)


def move_var(a, window, min_count=None, axis=-1, ddof=0):
    """Return the variance of each window along an axis, of the type of `a` if that is a float."""
    return _move(breakeven.rolling_var, a, window, min_count, axis, ddof=ddof)


def move_mean(a, window, min_count=None, axis=-1):
    """Return the mean of each window along an axis, of the type of `a` if that is a float."""
    return _move(breakeven.rolling_mean, a, window, min_count, axis)


def _move(function, a, window, min_count, axis, **ddof):
    a = numpy.asarray(a)
    least = window if min_count is None else min_count
    result = function(a, window, axis=axis, missing="skip", min_count=least, **ddof)
    return result.astype(a.dtype, copy=False) if a.dtype.kind == "f" else result
