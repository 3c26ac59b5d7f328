"""Standard deviations of lists, of sliding windows, and of recordings of walks.

standard_dev(values)      of a list or an array of numbers, where the cost of the call is what counts
rolling_std(a, window)    of every window of a series; rolling_var and rolling_mean beside it
RollingStd(window)        the same of a series that is still arriving: push, extend
count_steps(array)        the steps in a recording of an accelerometer
std_bank(array)           the standard deviations that steps are counted by
"""

from ._native import (
    RollingStd,
    __version__,
    count_steps,
    rolling_mean,
    rolling_std,
    rolling_var,
    standard_dev,
    std_bank,
)

__all__ = [
    "RollingStd",
    "__version__",
    "count_steps",
    "rolling_mean",
    "rolling_std",
    "rolling_var",
    "standard_dev",
    "std_bank",
]
