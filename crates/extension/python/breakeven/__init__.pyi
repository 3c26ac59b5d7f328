from collections.abc import Iterable
from typing import Any, Literal, NotRequired, SupportsFloat, SupportsIndex, TypedDict

__all__ = ["__version__", "count_steps", "rolling_std", "standard_dev", "std_bank"]
__version__: str

# An array is what has the buffer protocol, or __array__: no type says so before Python 3.12. Results are NumPy
# arrays, and array.array where NumPy cannot be imported.

class Steps(TypedDict):
    """What count_steps returns; for annotations only."""

    steps: int
    indices: Any
    sum_m: list[int]
    m: NotRequired[Any]

def standard_dev(values: Iterable[SupportsFloat | SupportsIndex], /) -> float: ...
def rolling_std(
    a: Any,
    window: SupportsIndex,
    *,
    ddof: SupportsIndex = 0,
    method: Literal["fast", "exact"] = "fast",
    edges: Literal["full", "valid"] = "full",
    missing: Literal["propagate", "skip"] = "propagate",
    min_count: SupportsIndex | None = None,
    axis: int = -1,
) -> Any: ...
def count_steps(array: Any, *, with_m: bool = False) -> Steps: ...
def std_bank(array: Any, *, clean: bool = True) -> Any: ...
