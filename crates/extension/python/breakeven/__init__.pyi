from collections.abc import Iterable
from typing import Any, Literal, NotRequired, Protocol, SupportsFloat, SupportsIndex, TypedDict, final, overload, type_check_only

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
__version__: str

# An array is what has the buffer protocol, the Arrow PyCapsule interface or __array__: no type says so before Python
# 3.12. Results are NumPy arrays, array.array where NumPy cannot be imported, and Series for Series.

@type_check_only
class Steps(TypedDict):
    """What count_steps returns."""

    steps: int
    indices: Any
    sum_m: list[int]
    m: NotRequired[Any]

@type_check_only
class _Array(Protocol):
    def __array__(self) -> Any: ...

@type_check_only
class _Column(Protocol):
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...

@overload
def standard_dev(
    values: Iterable[SupportsFloat | SupportsIndex] | _Array | _Column,
    /,
    *,
    ddof: SupportsIndex = 0,
    axis: None = None,
    method: Literal["fast", "exact"] = "fast",
) -> float: ...
@overload
def standard_dev(
    values: Iterable[Any] | _Array,
    /,
    *,
    ddof: SupportsIndex = 0,
    axis: SupportsIndex | None,
    method: Literal["fast", "exact"] = "fast",
) -> Any: ...
def rolling_std(
    a: Any,
    window: Any,
    *,
    ddof: SupportsIndex = 0,
    method: Literal["fast", "exact"] = "fast",
    edges: Literal["full", "valid"] = "full",
    missing: Literal["propagate", "skip"] = "propagate",
    min_count: SupportsIndex | None = None,
    center: bool = False,
    step: SupportsIndex = 1,
    closed: Literal["right", "left", "both", "neither"] = "right",
    axis: SupportsIndex = -1,
    index: Any = None,
    out: Any = None,
    threads: SupportsIndex = 1,
) -> Any: ...
def rolling_var(
    a: Any,
    window: Any,
    *,
    ddof: SupportsIndex = 0,
    method: Literal["fast", "exact"] = "fast",
    edges: Literal["full", "valid"] = "full",
    missing: Literal["propagate", "skip"] = "propagate",
    min_count: SupportsIndex | None = None,
    center: bool = False,
    step: SupportsIndex = 1,
    closed: Literal["right", "left", "both", "neither"] = "right",
    axis: SupportsIndex = -1,
    index: Any = None,
    out: Any = None,
    threads: SupportsIndex = 1,
) -> Any: ...
def rolling_mean(
    a: Any,
    window: Any,
    *,
    ddof: SupportsIndex = 0,
    method: Literal["fast", "exact"] = "fast",
    edges: Literal["full", "valid"] = "full",
    missing: Literal["propagate", "skip"] = "propagate",
    min_count: SupportsIndex | None = None,
    center: bool = False,
    step: SupportsIndex = 1,
    closed: Literal["right", "left", "both", "neither"] = "right",
    axis: SupportsIndex = -1,
    index: Any = None,
    out: Any = None,
    threads: SupportsIndex = 1,
) -> Any: ...
@final
class RollingStd:
    def __new__(
        cls, window: SupportsIndex, *, ddof: SupportsIndex = 0, method: Literal["fast", "exact"] = "fast"
    ) -> RollingStd: ...
    @property
    def window(self) -> int: ...
    @property
    def ddof(self) -> int: ...
    @property
    def method(self) -> Literal["fast", "exact"]: ...
    @property
    def value(self) -> float: ...
    def push(self, value: SupportsFloat | SupportsIndex, /) -> float: ...
    def extend(self, values: Any, /) -> Any: ...
    def clear(self) -> None: ...
    def copy(self) -> RollingStd: ...
    def __len__(self) -> int: ...
    def __copy__(self) -> RollingStd: ...
    def __deepcopy__(self, _memo: Any) -> RollingStd: ...
    def __reduce__(self) -> tuple[type[RollingStd], tuple[int], tuple[int, str, bytes]]: ...
    def __setstate__(self, state: tuple[int, str, bytes]) -> None: ...

def count_steps(array: Any, *, with_m: bool = False) -> Steps: ...
def std_bank(array: Any, *, clean: bool = True) -> Any: ...
