from typing import Any, SupportsIndex

__all__ = ["move_mean", "move_std", "move_var"]

def move_std(
    a: Any, window: SupportsIndex, min_count: SupportsIndex | None = None, axis: SupportsIndex = -1, ddof: SupportsIndex = 0
) -> Any: ...
def move_var(
    a: Any, window: SupportsIndex, min_count: SupportsIndex | None = None, axis: SupportsIndex = -1, ddof: SupportsIndex = 0
) -> Any: ...
def move_mean(a: Any, window: SupportsIndex, min_count: SupportsIndex | None = None, axis: SupportsIndex = -1) -> Any: ...
