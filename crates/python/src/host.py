"""What the Rust side of this crate lets Python do: load programs and make inputs. function.py stands before this text.

Standard library only, except where a contender that needs NumPy is there.
"""

import gc
import importlib
import importlib.util
import sysconfig

Unusable = TypeError  # a failure is shown with the name of its class


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
        if read(path) != text:  # a newer file would be compiled again
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
        LOADED[path] = execute_module(name, path, text.encode("utf-8"))
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


def make(program, factory, *arguments):
    """The function to be timed."""
    return program[factory](*arguments)


def temporaries(program, length, window):
    """The bytes of temporaries that a call makes, where the program says so."""
    estimate = program.get("temporaries")
    return estimate(length, window) if estimate else 0


def given(program, inputs):
    """The inputs as the function takes them, where the program makes something else of its input form first."""
    make = program.get("given")
    return [make(x) for x in inputs] if make else None


def floats_as_list(data):
    return floats_as_array(data).tolist()


def floats_as_array(data):
    return array("d", data)


def floats_as_ndarray(data):
    import numpy

    return numpy.frombuffer(data, dtype=numpy.float64).copy()  # its own, writable and aligned


def channels_as_lists(channels):
    """One list of ints per channel."""
    return [array("h", data).tolist() for data in channels]


def channels_as_ndarray(channels):
    """An array of int16, a row per channel."""
    import numpy

    return numpy.array([numpy.frombuffer(data, dtype=numpy.int16) for data in channels])


def collect_garbage():
    """Collects what there is, keeps the rest out of later collections, and leaves the collector off."""
    gc.collect()
    gc.freeze()
    gc.disable()


# Facts


def identity():
    """The folders of the environment and of its Python, the version that runs and that of the environment."""
    return sys.prefix, sys.base_prefix, " ".join(sys.version.split()), environment_version()


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
