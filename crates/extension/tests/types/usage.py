"""What type checkers say of calls: read by mypy and pyright, and run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import array
import pickle
from fractions import Fraction
from typing import Any, Literal

import numpy
from typing_extensions import assert_type

import breakeven
from breakeven import RollingStd, rolling_std, standard_dev
from breakeven.compat import bottleneck

method: Literal["fast", "exact"] = "exact"
assert_type(standard_dev([1.0, 2, Fraction(1, 2)], ddof=1, method=method), float)
assert_type(standard_dev(numpy.arange(4)), float)
assert_type(standard_dev(array.array("d", [1.0])), float)
assert_type(standard_dev(numpy.ones((2, 3)), axis=numpy.int64(0)), Any)
assert_type(rolling_std([1.0, 2.0], 2, min_count=1, closed="both"), Any)
rolling_std(numpy.arange(9.0), numpy.timedelta64(2, "s"), index=numpy.arange(9).astype("m8[s]"), axis=numpy.int64(0))
breakeven.rolling_var(range(5), 2)
breakeven.rolling_mean((value for value in (1.0, 2.0)), 2)
bottleneck.move_std(numpy.arange(5.0), 2, min_count=1)
rolling = RollingStd(3, ddof=1)
assert_type(rolling.push(2), float)
assert_type(rolling.value, float)
assert_type(rolling.copy(), RollingStd)
assert_type(len(rolling), int)
assert pickle.loads(pickle.dumps(rolling)).window == 3
steps = breakeven.count_steps(numpy.zeros((300, 3), "int16"))
assert_type(steps["steps"], int)
assert_type(steps["sum_m"], list[int])


def refused() -> None:
    """Lines that a type checker has to refuse: an ignored error that is none is one."""
    standard_dev("text")  # type: ignore
    standard_dev(5.0)  # type: ignore
    rolling_std([1.0], 1, method="quick")  # type: ignore
    rolling.value = 2.0  # type: ignore
