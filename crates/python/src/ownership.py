"""Who owns what: reference counts before, during and after a call, as Python itself counts them."""

import gc
import json
import sys

import std
import std_demonstration

CALLS = 1000
LENGTH = 25
ASKED = LENGTH // 2


class Looks:
    """An item that looks around while it is asked for its number."""

    def __init__(self):
        self.look = None
        self.error = None
        self.seen = None

    def __float__(self):
        if self.look:
            self.seen = self.look()
        if self.error:
            raise self.error
        return 0.5


def numbers(start):
    """A list of floats that nobody else knows."""
    return [start + number + 0.25 for number in range(LENGTH)]


def watched(call, error):
    """References to a list and to three of its items, before, during and after one call."""
    item = Looks()
    values = numbers(0)
    values[ASKED] = item

    def look():
        # each argument is one more reference; variables of the enclosing function and items are taken anew by every
        # version of Python, which local variables are not
        count = sys.getrefcount
        return {
            "list": count(values) - 1,
            "read": count(values[0]) - 1,
            "asked": count(item) - 1,
            "unread": count(values[LENGTH - 1]) - 1,
        }

    item.look, item.error = look, error
    before = look()
    result, raised = [], None
    try:
        result.append(call(values))
    except LookupError as caught:
        raised = type(caught).__name__
    if error is not None:
        error.__traceback__ = None  # holds the frames of the call, and with them what it was called with
    during, owners = item.seen, sys.getrefcount(result[0]) - 1 if result else None
    item.error, item.look, item.seen = None, None, None
    result.clear()
    gc.collect()
    return {"before": before, "during": during, "after": look(), "result": owners, "raised": raised}


def blocks_left(call):
    """Blocks of memory more than before, after many calls on a list each that nobody else knows."""

    def calls(count):
        for start in range(count):
            try:
                call(numbers(start))
            except LookupError:
                pass

    calls(10)
    gc.collect()
    before = sys.getallocatedblocks()
    calls(CALLS)
    gc.collect()
    return sys.getallocatedblocks() - before


def failing(values):
    """A call that raises at the item in the middle."""
    item = Looks()
    item.error = LookupError("on purpose")
    values[ASKED] = item
    return std.standard_dev(values)


def scenario(kind, name, call, error=None, many=None):
    """One kind of call: its reference counts, and the memory it leaves behind."""
    return dict(kind=kind, call=name, **watched(call, error), blocks_left=blocks_left(many or call))


def ownership():
    """The three calls, as JSON."""
    scenarios = [
        scenario("succeeds", "std.standard_dev", std.standard_dev),
        scenario("fails", "std.standard_dev", std.standard_dev, LookupError("on purpose"), failing),
        scenario("leaks", "std_demonstration.leak", std_demonstration.leak),
    ]
    return json.dumps({"length": LENGTH, "calls": CALLS, "scenarios": scenarios})
