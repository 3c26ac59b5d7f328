"""What the Rust side of this crate lets Python do: make inputs, call in a loop, look at results.

Standard library only, except where a contender that needs NumPy is there.
"""

import gc
import importlib
import importlib.util
import os
import sys
import sysconfig
import types
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


def load(sources):
    """The program that `sources` are, one after the other."""
    program = {"__name__": "contender"}
    for file, text, place in sources:
        if place == "kept":
            program.update(vars(kept(file, text)))
        elif place == "module":  # a user's: its names are not ours
            program["module"] = module_of(file, text)
        else:
            exec(compile(text, file, "exec"), program)
    return program


def kept(file, text):
    """A module that lies in a file of .venv, loaded once: Numba caches for no other."""
    folder = os.path.join(sys.prefix, "breakeven-contenders")
    path = os.path.join(folder, file)
    name = "breakeven_" + os.path.splitext(file)[0]
    if name not in sys.modules:
        if read(path) != text:  # a new one would be compiled anew
            os.makedirs(folder, exist_ok=True)
            own = f"{path}.{os.getpid()}"
            with open(own, "w", encoding="utf-8") as new:
                new.write(text)
            os.replace(own, path)
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


LOADED = {}


def module_of(path, text):
    """The module that a user's file is, loaded once, with its folder first among those that are searched."""
    if path not in LOADED:
        name = os.path.splitext(os.path.basename(path))[0]
        while is_another(name, path):  # a file called json.py must not take the place of json
            name = "user_" + name
        folder = os.path.dirname(path)
        if folder not in sys.path:
            sys.path.insert(0, folder)
        module = types.ModuleType(name)
        module.__file__ = path
        sys.modules[name] = module
        try:
            exec(compile(text.encode("utf-8"), path, "exec", 0, True), module.__dict__)
        except BaseException:
            del sys.modules[name]
            raise
        LOADED[path] = module
    return LOADED[path]


def is_another(name, path):
    """Whether an import of this name finds something else than the file."""
    if name in sys.modules:
        return True
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):  # no name that can be imported
        return False
    return spec is not None and spec.origin != path


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:  # nothing there yet
        return None


def make(program, name, window, ddof):
    """The function to be timed."""
    return program[name](window, ddof)


def make_step(program, step):
    """What goes as far as the end of a step of a call."""
    return program["make"](step)


def temporaries(program, length, window):
    """The bytes of temporaries that a call makes, where the program says so."""
    estimate = program.get("temporaries")
    return estimate(length, window) if estimate else 0


def given(program, inputs):
    """The inputs as the function takes them: a program may make something else of its input form first."""
    make = program.get("given")
    return [make(x) for x in inputs] if make else None


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


def channels_as_ndarray(channels):
    """An array of int16, a row per channel."""
    import numpy

    return numpy.array([numpy.frombuffer(data, dtype=numpy.int16) for data in channels])


def collect_garbage():
    """Collects what there is, keeps the rest out of later collections, and leaves the collector off."""
    gc.collect()
    gc.freeze()
    gc.disable()


# Looking at results


def value(result):
    if getattr(result, "ndim", None) == 0 and hasattr(result, "item"):
        result = result.item()
    if isinstance(result, bool) or not isinstance(result, Real):
        raise TypeError(f"{describe(result)} came back instead of a number")
    return float(result)


def series(result, length, window):
    """The doubles of a list, tuple, one-dimensional array, or column of pandas or Polars, as bytes.

    Of a result as long as the input, the first window - 1 values belong to no full window. They are left out
    if they are NaN, or null, all of them; if not, what came back is taken as it is.
    """
    head = min(window - 1, length)
    if hasattr(result, "to_numpy"):
        result = result.to_numpy()
    if hasattr(result, "astype") and hasattr(result, "ndim"):
        if result.ndim != 1:
            raise TypeError(f"an array of {result.ndim} dimensions came back instead of a series")
        values = array("d", result.astype("float64").tobytes())
    elif isinstance(result, (list, tuple, array)):
        if len(result) == length and any(item is None for item in result[:head]):  # null
            result = [float("nan") if item is None else item for item in result[:head]] + list(result[head:])
        values = array("d", [value(item) for item in result])
    else:
        raise TypeError(f"{describe(result)} came back instead of a series")
    if len(values) == length and all(number != number for number in values[:head]):
        del values[:head]
    return values.tobytes()


def count(result):
    """M of each channel as bytes of C ints, and the rows of the steps."""
    if not isinstance(result, tuple) or len(result) != 2:
        raise TypeError(f"{describe(result)} came back instead of M and steps")
    m, steps = result
    m = [channel.tolist() if hasattr(channel, "tolist") else channel for channel in m]
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


def version(package, threads=1):
    """The version of an importable module; of Python itself where the name is empty."""
    if not package:
        return sys.version.split()[0]
    if package == "polars" and threads == 1:  # makes its threads with its import
        os.environ.setdefault("POLARS_MAX_THREADS", "1")
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
