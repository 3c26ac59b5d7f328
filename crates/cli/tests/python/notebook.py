"""Does a notebook show what it compares? Runs the one that is named, and looks at what its cells have put out."""

import json
import sys
from pathlib import Path
from typing import Any, Dict, List

import nbclient
import nbformat

path = Path(sys.argv[1])
notebook = nbformat.read(path, as_version=4)
nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": path.parent}}).execute()
if len(sys.argv) > 2:
    nbformat.write(notebook, sys.argv[2])

cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
outputs: List[Dict[str, Any]] = [output for cell in cells for output in cell.outputs]
errors = [output for output in outputs if output["output_type"] in ("error", "stream")]
assert not errors, errors


def shown(kind: str) -> List[str]:
    return [output["data"][kind] for output in outputs if kind in output.get("data", {})]


[fragment] = [html for html in shown("text/html") if 'class="breakeven"' in html]
for part in ["<svg", "<table", "</style>", "numpy", "loop"]:
    assert part in fragment, part
assert "http" not in fragment.replace("http://www.w3.org/2000/svg", ""), "something would be loaded"
assert "<script" not in fragment
[break_evens] = [text for text in shown("text/plain") if text.startswith("[BreakEven(")]
assert "contender='numpy', base='loop'" in break_evens, break_evens
assert any("progress" not in text and "loop" in text and "numpy" in text for text in shown("text/plain"))
print(f"{path.name}: {len(cells)} cells;", break_evens)
