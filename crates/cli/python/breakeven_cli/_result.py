"""What did a comparison find?"""

import os
import shutil
import subprocess
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Union

from breakeven_cli._binary import BreakevenError
from breakeven_cli._folder import Folder

COLUMNS = {
    "contender": "contender",
    "n": "n",
    "outcome": "outcome",
    "ns": "ns_per_unit",
    "ns_low": "low",
    "ns_high": "high",
    "ratio": "ratio",
    "ratio_low": "ratio_low",
    "ratio_high": "ratio_high",
    "verdict": "verdict",
    "reason": "reason",
}


@dataclass(frozen=True)
class BreakEven:
    """From which size on `contender` is faster than `base`: `n`, with a confidence interval.

    None where there is no such size among those measured, or not in every process.
    """

    contender: str
    base: str
    n: Optional[float]
    low: Optional[float]
    high: Optional[float]


class Comparison:
    """What a comparison found. A notebook shows its answer, its figure and its table; `print` the same without the figure."""

    def __init__(self, summary: Dict[str, Any], folder: Folder, program: str) -> None:
        self.summary = summary
        """Everything that was found, as `breakeven compare --format json` prints it (docs/summary.schema.json)."""
        self._program = program
        self._record = Path(summary["record"])
        weakref.finalize(self, folder.remove)

    @property
    def break_evens(self) -> List[BreakEven]:
        """Of each function that is slower at the smallest size, from which size on it is the faster one."""
        found = self.summary["break_evens"]
        return [
            BreakEven(_name(one["contender"]), _name(one["base"]), one["value"], one["low"], one["high"]) for one in found
        ]

    def to_pandas(self) -> Any:
        """A data frame with a row for each function and size: times in nanoseconds, ratios to the reference, verdicts.

        Raises BreakevenError where pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise BreakevenError("to_pandas() needs pandas, which is not installed: pip install pandas") from None
        rows = [row for row in self.summary["rows"] if not row["contender"].startswith("control/")]
        frame = pandas.DataFrame([{name: row[key] for name, key in COLUMNS.items()} for row in rows], columns=[*COLUMNS])
        frame["contender"] = frame["contender"].map(_name)
        return frame

    def save(self, path: Union[str, "os.PathLike[str]"]) -> Path:
        """Keeps the page, report.html, and the record, record.json, in the folder `path`, and returns it."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for name in ["record.json", "report.html"]:
            shutil.copyfile(self._record.with_name(name), folder / name)
        return folder

    def __repr__(self) -> str:
        text = self._report()
        return "\n".join(line for line in text.splitlines() if not line.startswith("report: ")).strip()

    def _repr_html_(self) -> str:
        fragment = self._record.with_name("fragment.html")
        self._report("--fragment", str(fragment))
        return fragment.read_text(encoding="utf-8")

    def _report(self, *options: str) -> str:
        command = [self._program, "report", str(self._record), *options]
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace")
        if ended.returncode != 0:
            raise BreakevenError(ended.stderr.strip().removeprefix("breakeven: "), ended.returncode)
        return ended.stdout


def _name(contender: str) -> str:
    """The name that a function was given."""
    return contender.removeprefix("user/")
