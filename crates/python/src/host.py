"""What the Rust side of this crate lets Python do: make inputs, call in a loop, look at results.

Standard library only, except where a contender that needs NumPy is there.
"""

import gc
import importlib
import os
import sys
import sysconfig
from array import array
from itertools import repeat
from numbers import Real


def batch(f, x, n):
    """The timed loop: what timeit compiles, with f and x as locals. Returns the last result."""
    r = None
    for _ in repeat(None, n):
        r = f(x)
    return r


# Preparing


def make(sources, name, window, ddof):
    """The function to be timed: what `name` makes of the program that `sources` are, one after the other."""
    program = {"__name__": "contender"}
    for file, text in sources:
        exec(compile(text, file, "exec"), program)
    return program[name](window, ddof)


def floats_as_list(data):
    return floats_as_array(data).tolist()


def floats_as_array(data):
    values = array("d")
    values.frombytes(data)
    return values


def floats_as_ndarray(data):
    import numpy

    return numpy.frombuffer(data, dtype=numpy.float64).copy()  # its own, writable and aligned


def channels_as_lists(channels):
    """One list of ints per channel."""
    lists = []
    for data in channels:
        samples = array("h")
        samples.frombytes(data)
        lists.append(samples.tolist())
    return lists


def collect_garbage():
    """Collects what there is, keeps the rest out of later collections, and leaves the collector off."""
    gc.collect()
    gc.freeze()
    gc.disable()


# Looking at results


def value(result):
    if isinstance(result, bool) or not isinstance(result, Real):
        raise TypeError(f"{describe(result)} came back instead of a number")
    return float(result)


def series(result):
    """The doubles of a list, tuple or one-dimensional array, as bytes."""
    if hasattr(result, "astype") and hasattr(result, "ndim"):
        if result.ndim != 1:
            raise TypeError(f"an array of {result.ndim} dimensions came back instead of a series")
        return result.astype("float64").tobytes()
    if not isinstance(result, (list, tuple, array)):
        raise TypeError(f"{describe(result)} came back instead of a series")
    return array("d", [value(item) for item in result]).tobytes()


def count(result):
    """M of each channel as bytes of C ints, and the rows of the steps."""
    if not isinstance(result, tuple) or len(result) != 2:
        raise TypeError(f"{describe(result)} came back instead of M and steps")
    m, steps = result
    return [array("i", channel).tobytes() for channel in m], [int(step) for step in steps]


def describe(result):
    if result is None:
        return "None"
    text = repr(result)
    return f"{type(result).__name__} {text if len(text) <= 40 else text[:37] + '...'}"


# Saying what is there


def identity():
    return {
        "prefix": os.fsencode(sys.prefix).decode("utf-8", "surrogateescape"),
        "base_prefix": os.fsencode(sys.base_prefix).decode("utf-8", "surrogateescape"),
        "version": " ".join(sys.version.split()),
        "environment_version": environment_version(),
    }


def environment_version():
    """The version that the environment was made with, as `3.11.7`."""
    try:
        with open(os.path.join(sys.prefix, "pyvenv.cfg"), encoding="utf-8") as file:
            settings = file.read()
    except OSError:  # no environment: its prefix tells
        settings = ""
    for line in settings.splitlines():
        key, _, text = line.partition("=")
        if key.strip().lower() in ("version", "version_info"):
            return ".".join(text.strip().split(".")[:3])
    return sys.version.split()[0]


def version(package):
    """The version of an importable module; of Python itself where the name is empty."""
    if not package:
        return sys.version.split()[0]
    return str(importlib.import_module(package).__version__)


def facts(linking):
    """`linking` is how the ordinary interpreter is linked: one that is static is another build than libpython."""
    known = {"python": version(""), "python_flags": flags(linking)}
    try:
        known["numpy"] = version("numpy")
        known["numpy_simd"] = numpy_simd()
    except Exception:  # absent or broken: its contenders say so
        pass
    return known


def flags(linking):
    variable = sysconfig.get_config_var
    arguments = variable("CONFIG_ARGS") or ""
    levels = [word for word in (variable("PY_CFLAGS") or "").split() if word.startswith("-O")]
    words = ["shared" if variable("Py_ENABLE_SHARED") else "static"]
    words += levels[-1:]
    words.append("pgo" if "--enable-optimizations" in arguments else "no-pgo")
    words.append("lto" if "--with-lto" in arguments else "no-lto")
    if variable("Py_DEBUG"):
        words.append("debug")
    if linking == "static":
        words.append("ordinary-interpreter-static")
    return " ".join(words)


def numpy_simd():
    """The widest instruction set that NumPy has found here and uses."""
    import numpy

    extensions = numpy.show_config(mode="dicts")["SIMD Extensions"]
    return (extensions.get("found") or extensions.get("baseline") or ["none"])[-1]


def flush():
    sys.stdout.flush()
    sys.stderr.flush()
