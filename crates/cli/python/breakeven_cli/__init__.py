"""From which size on does a faster implementation pay?

`compare` times functions of this notebook or script beside each other, in processes of their own, with every answer
checked. The command `breakeven` does the same for functions in files; `binary` is where it is.
"""

from breakeven_cli._binary import BreakevenError, binary
from breakeven_cli._compare import compare
from breakeven_cli._result import BreakEven, Comparison

__all__ = ["BreakEven", "BreakevenError", "Comparison", "binary", "compare"]
