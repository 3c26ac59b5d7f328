"""What the Rust side needs done in Python: loading contenders, making input forms, reading answers."""

import gc
import sys
import sysconfig
import types
from array import array
from itertools import repeat


def quiet():
    """No cyclic collection while anything is timed, as timeit does it."""
    gc.collect()
    gc.disable()


def load(name, source):
    """The module of this embedded source; the same one when it is asked for again."""
    if name not in sys.modules:
        module = types.ModuleType(name)
        sys.modules[name] = module
        try:
            exec(compile(source, name + ".py", "exec"), module.__dict__)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


def batch(f, x, loops):
    """The timed loop: f and x are local names, and counting costs no object."""
    for _ in repeat(None, loops):
        r = f(x)
    return r


def ndarray(values):
    """A NumPy array of the little-endian doubles in these bytes, its own and writable."""
    import numpy

    return numpy.frombuffer(values, dtype="<f8").astype(numpy.float64)


def number(r):
    """A result that is one number."""
    if not isinstance(r, float):
        raise TypeError(f"the answer is of type {type(r).__name__}, not a float")
    return float(r)


def series(r):
    """A result that is a row of numbers, as bytes of native doubles."""
    if not isinstance(r, (list, tuple)):
        if getattr(r, "ndim", 1) != 1:
            raise TypeError(f"the answer has {r.ndim} dimensions, not one")
        r = r.tolist()
    return array("d", r).tobytes()


def bank(r):
    """A result that is M per channel, as bytes of native 32-bit integers each."""
    return [array("i", channel).tobytes() for channel in r]


def facts():
    """What stays the same from run to run; no path among it."""
    arguments = sysconfig.get_config_var("CONFIG_ARGS") or ""
    flags = [
        "shared" if sysconfig.get_config_var("Py_ENABLE_SHARED") else "static",
        "PGO" if "--enable-optimizations" in arguments else "no PGO",
        "LTO" if "--with-lto" in arguments else "no LTO",
    ]
    found = {"python": sys.version.split()[0], "python_flags": ", ".join(flags)}
    try:
        import numpy
    except ImportError:
        return found
    found["numpy"] = numpy.__version__
    found["numpy_simd"] = simd(numpy)
    return found


def simd(numpy):
    """The widest instruction set that NumPy dispatches to here."""
    try:
        extensions = numpy.show_config(mode="dicts")["SIMD Extensions"]
        return (extensions.get("found") or extensions.get("baseline") or ["unknown"])[-1]
    except (AttributeError, KeyError, TypeError):
        return "unknown"
