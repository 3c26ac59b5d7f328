"""After `import breakeven.pandas` every Series of pandas has `series.breakeven.rolling_std(75)`.

rolling_var and rolling_mean are beside it. A DataFrame has none: `frame.apply(breakeven.rolling_std, window=75)` does each column.
"""

import pandas

from breakeven._series import Windows

pandas.api.extensions.register_series_accessor("breakeven")(Windows)
