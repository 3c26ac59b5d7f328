"""Is what pip has installed the package that it says it is? Run by the Python of a fresh environment."""

import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import breakeven_cli

FUNCTIONS = """
def loop(values):
    mean = sum(values) / len(values)
    return (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5


def slow(values):
    return [loop(values) for _ in range(9)][0]
"""


def run(*words: str, code: int = 0, **options: object) -> "subprocess.CompletedProcess[str]":
    ended = subprocess.run(words, capture_output=True, text=True, **options)
    assert ended.returncode == code, (words, ended.returncode, ended.stdout, ended.stderr)
    return ended


metadata = importlib.metadata.metadata("breakeven-cli")
assert metadata["Summary"] and metadata["Requires-Python"] == ">=3.11"
assert "Linux x86-64" in metadata.get_payload(), "the description does not say where it runs"
assert set(metadata.get_all("License-File")) == {"LICENSE-APACHE", "LICENSE-MIT"}, "no licence"
assert not metadata.get_all("Project-URL") and not metadata["Home-page"], "an address that there may not be"
assert "py.typed" in os.listdir(os.path.dirname(breakeven_cli.__file__))

program = breakeven_cli.binary()
assert Path(program) == Path(sys.executable).parent / "breakeven", program
assert "libpython" not in run("ldd", program).stdout, "linked with one Python's library, it would run beside no other"
version = f"breakeven {metadata['Version']}\n"
assert run(program, "--version").stdout == version
module = [sys.executable, "-I", "-m", "breakeven_cli"]
assert run(*module, "--version").stdout == version
assert run(*module, "run", "--bogus", code=2).stderr.startswith("error: unexpected argument '--bogus'")

# from another folder, with nothing but this environment
allowed = {name: os.environ[name] for name in ["BREAKEVEN_ALLOW_DEBUG"] if name in os.environ}
environment = {**allowed, "PATH": os.path.dirname(program) + ":/usr/bin:/bin", "VIRTUAL_ENV": sys.prefix}
with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as elsewhere:
    (Path(folder) / "mine.py").write_text(FUNCTIONS)
    specs = [f"{folder}/mine.py:loop", f"{folder}/mine.py:slow"]
    words = ["compare", *specs, "-n", "10,100", "--quick", "--baseline", specs[0], "--format", "json"]
    summary = json.loads(run(program, *words, cwd=elsewhere, env=environment).stdout)
    rows = {row["contender"]: row for row in summary["rows"] if row["n"] == 100}
    assert rows["user/mine.py:slow"]["verdict"] == "slower", rows["user/mine.py:slow"]
    # ours in Python run in the Python of the functions
    assert rows["python/naive"]["outcome"] == "measured", rows["python/naive"]
    assert rows["python/naive"]["version"].startswith("CPython 3."), rows["python/naive"]
    # and say what installs what they lack
    lacking = rows["python/numpy-list"]
    assert lacking["outcome"] == "absent" and "-m pip install numpy" in lacking["reason"], lacking
    assert Path(elsewhere, summary["record"]).with_name("report.html").stat().st_size > 10_000
    record = str(Path(elsewhere, summary["record"]))
    for words in [
        ["report", record],
        ["history", "list", str(Path(record).parent.parent)],
        ["export", record, "--format", "csv"],
        ["verify", "-t", "whole", "-n", "25", "-c", "rust/"],
        ["doctor", "--fast"],
        ["steps", "--synthetic", "6000"],
    ]:
        assert run(program, *words, cwd=elsewhere, env=environment).stdout, words
    refused = run(program, "compare", specs[0], "--embedded", code=1, cwd=elsewhere, env=environment).stderr
    assert refused.count("\n") == 1 and "scripts/prepare" in refused, refused

# what Python functions need that is not here says how to get it
try:
    breakeven_cli.compare({"loop": len})
except breakeven_cli.BreakevenError as error:
    assert "pip install cloudpickle" in str(error), error
else:
    raise AssertionError("functions travelled without cloudpickle")
print(version.strip(), "from", program)
