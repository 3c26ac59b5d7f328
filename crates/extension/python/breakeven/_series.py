"""What the accessors of pandas and Polars share."""

from breakeven import rolling_mean, rolling_std, rolling_var


class Windows:
    """The rolling functions of a Series, with the arguments of breakeven.rolling_std and its like behind the window."""

    def __init__(self, series):
        self._series = series

    def rolling_std(self, window, **options):
        """Return the standard deviation of every window; the options are those of breakeven.rolling_std."""
        return self._of(rolling_std, window, options)

    def rolling_var(self, window, **options):
        """Return the variance of every window; the options are those of breakeven.rolling_var."""
        return self._of(rolling_var, window, options)

    def rolling_mean(self, window, **options):
        """Return the mean of every window; the options are those of breakeven.rolling_mean."""
        return self._of(rolling_mean, window, options)

    def _of(self, function, window, options):
        return function(self._series, window, **options)
