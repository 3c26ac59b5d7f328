"""Reference counts before, during and after a call of our function, as Python itself counts them."""

import gc
import json
import sys

import std
import std_demonstration

CALLS = 1000
LENGTH = 25
MIDDLE = LENGTH // 2


class Probe:
    """An item that runs a function of no arguments while it is converted to a number."""

    def __init__(self, function):
        self.function = function

    def __float__(self):
        self.function()
        return 0.5


def fail():
    raise LookupError("on purpose")


def floats(start):
    """A list of floats that no other object refers to."""
    return [start + number + 0.25 for number in range(LENGTH)]


def reference_counts(call, fails):
    """The references to a list and to three of its items before, during and after one call, and those to its result."""
    during, results, raised = None, [], None

    def counts():
        # less the reference of the argument itself; variables of the enclosing function and items add one in every
        # version of Python, which local variables do not
        count = sys.getrefcount
        return {
            "list": count(values) - 1,
            "read": count(values[0]) - 1,
            "asked": count(item) - 1,
            "unread": count(values[LENGTH - 1]) - 1,
        }

    def look():
        nonlocal during
        during = counts()
        if fails:
            fail()

    item, values = Probe(look), floats(0)
    values[MIDDLE] = item
    before = counts()
    try:
        results.append(call(values))
    except LookupError as error:
        raised = type(error).__name__
    owners = sys.getrefcount(results[0]) - 1 if results else None
    results.clear()
    gc.collect()
    return {"before": before, "during": during, "after": counts(), "result": owners, "raised": raised}


def blocks_left(call, fails):
    """Blocks of memory that many calls leave behind, each on a list of its own."""

    def calls(count):
        for start in range(count):
            values = floats(start)
            if fails:
                values[MIDDLE] = Probe(fail)
            try:
                call(values)
            except LookupError:
                pass
        gc.collect()

    calls(10)
    before = sys.getallocatedblocks()
    calls(CALLS)
    return sys.getallocatedblocks() - before


def scenario(kind, name, call, fails=False):
    counts = reference_counts(call, fails)
    return dict(kind=kind, call=name, blocks_left=blocks_left(call, fails), **counts)


def ownership():
    """The record's reference counts, as JSON."""
    scenarios = [
        scenario("succeeds", "std.standard_dev", std.standard_dev),
        scenario("fails", "std.standard_dev", std.standard_dev, fails=True),
        scenario("leaks", "std_demonstration.leak", std_demonstration.leak),
    ]
    return json.dumps({"length": LENGTH, "calls": CALLS, "scenarios": scenarios})
