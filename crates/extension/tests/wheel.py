"""Is what pip has installed the package that it says it is? Run by the Python of a fresh environment."""

import array
import importlib.metadata
import inspect
import math
import os
import sys

import breakeven

assert "numpy" not in sys.modules, "importing breakeven imports NumPy"
metadata = importlib.metadata.metadata("breakeven")
assert breakeven.__version__ == metadata["Version"], (breakeven.__version__, metadata["Version"])
assert metadata["Summary"] and metadata["Requires-Python"] == ">=3.11"
assert "rolling_std" in metadata.get_payload(), "no description"
assert set(metadata.get_all("License-File")) == {"LICENSE-APACHE", "LICENSE-MIT"}, "no licence"
assert not metadata.get_all("Project-URL") and not metadata["Home-page"], "an address that there may not be"

folder = os.path.dirname(breakeven.__file__)
assert {"__init__.pyi", "py.typed"} <= set(os.listdir(folder)), os.listdir(folder)
with open(breakeven._native.__file__, "rb") as file:
    assert b"libpython" not in file.read(), "linked with one Python's library, it would run in no other"
with open(os.path.join(folder, "__init__.pyi"), encoding="utf-8") as file:
    stubs = file.read()
for name in breakeven.__all__:
    assert f"def {name}(" in stubs or f"class {name}:" in stubs or f"{name}: " in stubs, f"{name} has no stub"
    if callable(getattr(breakeven, name)):
        assert getattr(breakeven, name).__doc__
        for parameter in inspect.signature(getattr(breakeven, name)).parameters:
            assert f"{parameter}: " in stubs, f"{name}: {parameter} has no stub"

assert breakeven.standard_dev([1.0, 2.0, 3.0, 4.0]) == 1.118033988749895
got = breakeven.rolling_std([1.0, 3.0, 7.0, 7.0], 2)
assert math.isnan(got[0]) and list(got)[1:] == [1.0, 2.0, 0.0], got
assert list(breakeven.rolling_std(array.array("h", [1, 9, 3]), 2, method="exact", edges="valid")) == [4.0, 3.0]
walk = memoryview(array.array("h", range(900))).cast("B").cast("h", (300, 3))
assert breakeven.count_steps(walk)["steps"] == 0
print("breakeven", breakeven.__version__, "from", os.path.basename(folder))
