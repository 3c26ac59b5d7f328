"""The turnover of a table of sales: row by row, by column, or by column without pandas.

breakeven compare frames.py:by_row frames.py:by_tuple frames.py:by_column frames.py:by_array \
    --input frames.py:make -n 1,10,100,1000 --tolerance 1e-12
"""

import pandas as pd


def make(n, rng):
    return pd.DataFrame({"price": rng.random(n), "pieces": rng.integers(1, 10, n)})


def by_row(sales):
    return sum(row["price"] * row["pieces"] for _, row in sales.iterrows())


def by_tuple(sales):
    return sum(row.price * row.pieces for row in sales.itertuples())


def by_column(sales):
    return (sales["price"] * sales["pieces"]).sum()


def by_array(sales):
    return sales["price"].to_numpy() @ sales["pieces"].to_numpy()
