"""What does a script make of its functions, of what is wrong with them, and of Ctrl-C? Run where cloudpickle is."""

import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path

from breakeven_cli import BreakevenError, Comparison, compare


def loop(values):
    mean = sum(values) / len(values)
    return (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5


def twice(values):
    loop(values)
    return loop(values)


def wrong(values):
    return 1.0


def raises(values):
    raise ValueError("no values today")


def total(values):
    return sum(values)


def refused(words, functions, **options):
    try:
        compare(functions, **options)
    except BreakevenError as error:
        assert words in str(error) and "\n" not in str(error), error
        assert ".breakeven-scratch-notebook-" not in str(error), error
    else:
        raise AssertionError(f"not refused: {words}")


def compared(functions, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = compare(functions, quick=True, **options)
    return found, [str(one.message) for one in caught if issubclass(one.category, UserWarning)]


def outcomes(found: Comparison):
    return {row["contender"]: row["outcome"] for row in found.summary["rows"]}


refused("by their names", [loop])
refused("nothing to compare", {})
refused("write a string", {1: loop})
refused("a float cannot be called", {"loop": 1.0})
refused("no function has this name", {"loop": loop}, reference="lop")
refused("sizes are whole numbers", {"loop": loop}, n=[10.5])
refused("sizes are whole numbers", {"loop": loop}, n="10")
refused("sizes are whole numbers", {"loop": loop}, n=[])
refused("make(10, rng): TypeError", {"loop": loop}, make=lambda n: [n], n=10)
refused("--length", {"loop": loop}, n=[-1])
refused("cannot be carried to other processes", {"loop": lambda values, lock=threading.Lock(): 0.0})
refused("no such program", {"loop": loop}, python="python0.1")

found, said = compared({"loop": loop, "two loops": twice, "def": loop}, n=[10, 40])
assert not said, said
assert {"user/loop", "user/two loops", "user/def"} <= set(outcomes(found)), outcomes(found)
assert set(outcomes(found).values()) <= {"measured", "absent"}, outcomes(found)
assert "two loops" in repr(found) and "<svg" in found._repr_html_()
with tempfile.TemporaryDirectory() as folder:
    kept = found.save(Path(folder) / "kept")
    assert sorted(os.listdir(kept)) == ["record.json", "report.html"]
if importlib.util.find_spec("pandas"):
    frame = found.to_pandas()
    assert frame[frame.contender == "two loops"].verdict.tolist() == ["slower", "slower"], frame
    assert {"n", "ns", "ratio"} <= set(frame.columns)
else:
    try:
        found.to_pandas()
    except BreakevenError as error:
        assert "pip install pandas" in str(error)

found, said = compared({"loop": loop, "wrong": wrong, "raises": raises}, n=20)
assert outcomes(found)["user/wrong"] == "wrong" and outcomes(found)["user/raises"] == "failed", outcomes(found)
assert len(said) == 1 and "wrong answer" in said[0], said

found, said = compared({"total": total, "sum": sum}, reference="total", tolerance=1e-12, n=[10, 100])
assert not said and outcomes(found)["user/sum"] == "measured", (said, outcomes(found))
assert found.summary["workloads"][0]["baseline"] == "user/total"

# Ctrl-C ends the command and leaves nothing behind
SCRIPT = """
import signal
import tempfile
import time
from breakeven_cli import compare
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
compare({"sleeps": lambda values: time.sleep(0.05) or 0.0}, n=[10, 20, 30, 40], full=True, reference="sleeps")
"""
with tempfile.TemporaryDirectory() as folder:
    environment = {**os.environ, "TMPDIR": folder}
    process = subprocess.Popen([sys.executable, "-c", SCRIPT], env=environment, stderr=subprocess.PIPE, text=True)
    while not list(Path(folder).glob(".breakeven-scratch-notebook-*/results/*/record.json")):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert "KeyboardInterrupt" in said, said
    assert not os.listdir(folder), os.listdir(folder)

    # a process that is killed leaves its folder, and the next comparison removes it, but none that is in use
    process = subprocess.Popen([sys.executable, "-c", SCRIPT], env=environment, stderr=subprocess.DEVNULL)
    while not list(Path(folder).glob(".breakeven-scratch-notebook-*/results/*/record.json")):
        assert process.poll() is None
        time.sleep(0.05)
    process.kill()
    process.wait()
    left = set(Path(folder).glob(".breakeven-scratch-notebook-*"))
    assert len(left) == 1, left
    tempfile.tempdir, os.environ["TMPDIR"] = folder, folder
    found, said = compared({"loop": loop}, n=10)
    used = set(Path(folder).glob(".breakeven-scratch-notebook-*")) - left
    assert len(used) == 1 and left <= set(Path(folder).iterdir()), "it may be about to be locked"
    for path in left | used:
        os.utime(path, (0, 0))
    compared({"loop": loop}, n=10)
    assert not any(path.exists() for path in left) and all(path.exists() for path in used), os.listdir(folder)
    assert "loop" in repr(found)
print("script: refusals, outcomes and Ctrl-C are as documented")
