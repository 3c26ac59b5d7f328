"""How is a function loaded, called in a loop, and its result taken as an answer?

The same for every interpreter: this text stands before host.py in ours and before worker.py in any other, so it runs
on CPython 2.7 and 3.6 or later and on PyPy, with the standard library only. Each of the two files defines `Unusable`,
the exception for a result that is no answer.
"""

import os
import sys
import types
from array import array
from itertools import repeat
from numbers import Real

try:
    import cPickle as pickle
except ImportError:
    import pickle


def batch(f, x, n):
    """The timed loop: what timeit compiles, with f and x as locals. Returns the last result."""
    r = None
    for _ in repeat(None, n):
        r = f(x)
    return r


def batch_on_copies(f, copies):
    """The same for a function that changes what it is handed: each call has an input of its own."""
    r = None
    for x in copies:
        r = f(x)
    return r


# Inputs

PICKLE = min(4, pickle.HIGHEST_PROTOCOL)  # from 5 on, an array that comes back shares the memory of its text
MOST_BYTES = 1 << 28


class Inputs(object):
    """The inputs that all functions of a process are handed: each would have other caches on inputs of its own.

    Their serialised forms tell whether a function has changed one, and make fresh copies.
    """

    def __init__(self, values):
        self.values = values
        self.kept = None

    def keep(self):
        """Serialises them, as they are before the first function has been called that is not ours."""
        if self.kept is None:
            self.kept = [pickle.dumps(x, PICKLE) for x in self.values]

    def restore(self):
        """Whether one of them was changed. A fresh copy takes its place: the others are to be handed what they were
        before, and a function may keep an input and change it later."""
        changed = [number for number, kept in enumerate(self.kept) if is_changed(self.values[number], kept)]
        for number in changed:
            self.values[number] = pickle.loads(self.kept[number])
        return bool(changed)

    def copies(self, number, calls):
        """A fresh copy for each of so many calls."""
        kept = self.kept[number]
        if calls * len(kept) > MOST_BYTES:
            why = "needs a copy of its input for each call, and those for a batch of %d calls would take %d MB"
            raise Unusable(why % (calls, calls * len(kept) >> 20))
        return [pickle.loads(kept) for _ in range(calls)]


def is_changed(x, kept):
    try:
        return pickle.dumps(x, PICKLE) != kept
    except Exception:  # there is something in it now that cannot be serialised
        return True


# Modules


def execute_module(name, path, text):
    """A new module of this name and file, whose folder is the first in which imports search."""
    folder = os.path.dirname(os.path.abspath(path))
    if folder not in sys.path:
        sys.path.insert(0, folder)
    module = types.ModuleType(name)
    module.__file__ = path
    sys.modules[name] = module
    try:
        exec(compile(text, path, "exec", 0, True), module.__dict__)
    except BaseException:
        del sys.modules[name]
        raise
    return module


# Answers


def value(result):
    if getattr(result, "ndim", None) == 0 and hasattr(result, "item"):
        result = result.item()
    if isinstance(result, bool) or not isinstance(result, Real):
        raise Unusable("%s came back instead of a number" % describe(result))
    return float(result)


def series(result, length, window):
    """The doubles of a list, tuple, one-dimensional array, or column of pandas or Polars.

    Of a result as long as the input, the first window - 1 values belong to no full window. They are left out
    if they are NaN, or null, all of them; if not, what came back is taken as it is.
    """
    head = min(window - 1, length)
    if hasattr(result, "to_numpy"):
        result = result.to_numpy()
    if hasattr(result, "astype") and hasattr(result, "ndim"):
        if result.ndim != 1:
            raise Unusable("an array of %d dimensions came back instead of a series" % result.ndim)
        result = result.astype("float64").tolist()
    if not isinstance(result, (list, tuple, array)):
        raise Unusable("%s came back instead of a series" % describe(result))
    if len(result) == length and any(number is None for number in result[:head]):  # null
        result = [float("nan") if number is None else number for number in result[:head]] + list(result[head:])
    values = array("d", [number if type(number) is float else value(number) for number in result])
    if len(values) == length and all(number != number for number in values[:head]):
        del values[:head]
    return values


def count(result):
    """M of each channel as an array of C ints, and the rows of the steps."""
    if not isinstance(result, tuple) or len(result) != 2:
        raise Unusable("%s came back instead of M and steps" % describe(result))
    m, steps = result
    return [array("i", integers(channel)) for channel in m], [int(step) for step in steps]


def integers(channel):
    """The numbers of a list or array; a float without a fraction is an integer, since floor makes floats in Python 2."""
    numbers = channel.tolist() if hasattr(channel, "tolist") else channel
    return [int(n) if isinstance(n, float) and n.is_integer() else n for n in numbers]


def describe(result):
    if result is None:
        return "None"
    text = " ".join(repr(result).split())
    return "%s %s" % (type(result).__name__, text if len(text) <= 40 else text[:37] + "...")
