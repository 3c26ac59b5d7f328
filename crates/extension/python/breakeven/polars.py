"""After `import breakeven.polars` every Series and expression of Polars has `.breakeven.rolling_std(75)`.

rolling_var and rolling_mean are beside it. An expression takes the whole column, or the whole group: it is no streaming operation.
"""

import polars

from breakeven._series import Windows

polars.api.register_series_namespace("breakeven")(Windows)


@polars.api.register_expr_namespace("breakeven")
class Expressions(Windows):
    """The rolling functions of an expression."""

    def _of(self, function, window, options):
        return self._series.map_batches(lambda column: function(column, window, **options), return_dtype=polars.Float64)
