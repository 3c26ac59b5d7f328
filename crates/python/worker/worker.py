"""Times functions in this interpreter for `breakeven`; function.py stands before this text, in one file.

Runs on CPython 2.7 and 3.6 or later, and on PyPy, with the standard library only. Speaks the program protocol of
docs/protocol.md, one JSON object per line: requests on what was standard input, replies on what was standard output.
Both are moved aside before anything else, so that what is timed here may print and read as it likes.

It is longer than other files, since interpreters of any age start it as one script.
"""

import __future__
import gc
import json
import platform
import struct
import time
import weakref

PROTOCOL = 1

# A just-in-time compiler must be done with a function before it is timed: the function is called until one batch has
# this many calls, or this many nanoseconds have passed.
COMPILES = platform.python_implementation() == "PyPy"
WARM_LOOPS = 4096
WARM_NS = 1000000000


def serve():
    requests, replies = take_descriptors()
    slots = {}
    for line in iter(requests.readline, b""):
        try:
            reply = json.dumps(answer_to(json.loads(line.decode("utf-8")), slots))
        except Spoilt as spoilt:
            reply = json.dumps({"reply": "failed", "reason": describe_error(spoilt), "spoilt": True})
        except Missing as missing:
            reply = json.dumps({"reply": "absent", "reason": describe_error(missing), "install": missing.install})
        except BaseException as error:  # sys.exit() in the function must not end this process
            reply = json.dumps({"reply": "failed", "reason": describe_error(error)})
        replies.write((reply + "\n").encode("utf-8"))
        replies.flush()


def take_descriptors():
    """The protocol's ends. Descriptors 0 and 1 lead to nothing and to where 2 leads from now on."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies


def answer_to(request, slots):
    what = request["request"]
    if what == "hello":
        if request["protocol"] != PROTOCOL:
            raise ValueError("this worker speaks protocol %d, not %r" % (PROTOCOL, request["protocol"]))
        return {"reply": "hello", "protocol": PROTOCOL, "name": name(), "facts": facts(request.get("packages", ()))}
    if what == "prepare":
        slots[request["slot"]] = Slot(request)
        refuse_spoilt_process()
        return {"reply": "done"}
    if what == "run":
        slot = slots[request["slot"]]
        ns = slot.run(request["input"], request["loops"], request.get("settle_ns", 0))
        refuse_spoilt_process()
        return {"reply": "ran", "ns": ns}
    if what == "answer":
        slots[request["slot"]].write_answer(request["path"])
        return {"reply": "done"}
    if what == "drop":
        del slots[request["slot"]]
        return {"reply": "done"}
    raise ValueError("no request is called %r" % (what,))


class Missing(Exception):
    """Something that would have to be installed; its message is complete without the name of this class."""

    def __init__(self, reason, install=None):
        Exception.__init__(self, reason)
        self.install = install


class Spoilt(Exception):
    """What a function has done to this process, so that others cannot be timed in it; complete without this name."""


class Unusable(Exception):
    """A file, function or result that cannot be used; its message is complete without the name of this class."""


SMALLEST, LITTLE = sys.float_info.min, sys.float_info.epsilon / 8


def refuse_spoilt_process():
    """Raises where what has just run has changed how all others in this process compute or are called."""
    if SMALLEST / 2 == 0.0 or 1.0 + LITTLE != 1.0 or 1.0 - LITTLE != 1.0:
        raise Spoilt("left the floating-point environment changed (flush-to-zero or rounding)")
    if sys.gettrace() is not None or sys.getprofile() is not None:
        raise Spoilt("left a trace or profile function behind, which slows every call down")


# Timing


class Slot(object):
    """One function on one set of inputs."""

    def __init__(self, request):
        self.task = request["task"]
        self.window = request["window"]
        self.folder = Folder.of(request["load"])
        Folder.enter(self.folder)
        self.takes_window, self.function, given = load(request["load"], self.task, self.window, request["ddof"])
        self.inputs = inputs_of(request["inputs"], request["form"])
        if given is not None:
            self.inputs = Inputs([given(x) for x in self.inputs.values])
        self.on_copies = request.get("copies", False)
        self.is_users = self.folder is not None
        if self.is_users or self.on_copies:
            self.inputs.keep()
        self.length = len(self.inputs.values[0])
        self.result = None
        self.warm = not COMPILES
        gc.collect()
        gc.disable()

    def run(self, number, loops, settle_ns=0):
        """Nanoseconds of so many calls, directly after untimed ones."""
        if self.folder is not None:
            Folder.enter(self.folder)
        self.result = None
        try:
            return self.run_settled(number, loops, settle_ns)
        finally:
            if self.is_users and not self.on_copies and self.inputs.restore():
                raise Unusable("changes its input")  # and perhaps raised because of that

    def run_settled(self, number, loops, settle_ns):
        if not self.warm:
            self.warm_up(number)
        copies = self.inputs.copies(number, loops) if self.on_copies else None
        if settle_ns:
            self.settle(number, loops, settle_ns)
        return self.time(number, loops, copies)

    def settle(self, number, loops, ns):
        """Calls the function for so many nanoseconds, at least once: what ran before has left its own data in caches."""
        calls, end = 1, now_ns() + ns
        self.time(number, calls)
        while now_ns() < end:
            calls = min(2 * calls, loops)
            self.time(number, calls)

    def warm_up(self, number):
        self.warm = True
        loops, end = 1, now_ns() + WARM_NS
        while loops <= WARM_LOOPS and now_ns() < end:
            self.time(number, loops)
            loops *= 2

    def time(self, number, loops, copies=None):
        f, x, w = self.function, self.inputs.values[number], self.window
        if self.on_copies:
            copies = copies or self.inputs.copies(number, loops)
            if self.takes_window:
                start = now_ns()
                result = batch_of_windows_on_copies(f, copies, w)
            else:
                start = now_ns()
                result = batch_on_copies(f, copies)
        elif self.takes_window:
            start = now_ns()
            result = batch_of_windows(f, x, w, loops)
        else:
            start = now_ns()
            result = batch(f, x, loops)
        end = now_ns()
        self.result = result
        return end - start

    def write_answer(self, path):
        if self.task == "whole":
            data = little_endian(array("d", [value(self.result)]))
        elif self.task == "sliding":
            data = little_endian(series(self.result, self.length, self.window))
        else:
            m, steps = count(self.result)
            data = b"".join(map(little_endian, m)) + struct.pack("<%dQ" % len(steps), *steps)
        with open(native_path(path), "wb") as out:
            out.write(data)


def batch_of_windows(f, x, w, n):
    """`batch` for a function of a series and a window."""
    r = None
    for _ in repeat(None, n):
        r = f(x, w)
    return r


def batch_of_windows_on_copies(f, copies, w):
    """The same for a function that changes what it is handed."""
    r = None
    for x in copies:
        r = f(x, w)
    return r


def clock():
    """A function that gives nanoseconds as an integer, from the best clock there is."""
    if hasattr(time, "perf_counter_ns"):
        return time.perf_counter_ns
    if hasattr(time, "perf_counter"):
        return lambda: int(time.perf_counter() * 1e9)
    try:
        return monotonic_by_ctypes()
    except Exception:  # no ctypes, or no such function: the time of day is what is left
        return lambda: int(time.time() * 1e9)


def monotonic_by_ctypes():
    import ctypes

    class TimeSpec(ctypes.Structure):
        _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]

    read = ctypes.CDLL(None, use_errno=True).clock_gettime
    spec = TimeSpec()
    pointer = ctypes.byref(spec)

    def now():
        if read(1, pointer) != 0:  # 1: CLOCK_MONOTONIC
            raise OSError(ctypes.get_errno(), "clock_gettime")
        return int(spec.seconds) * 1000000000 + int(spec.nanoseconds)

    now()
    return now


now_ns = clock()

# Loading


class Folder(object):
    """The folder of a user's file, whose modules are known by their names only while its functions run.

    Two versions of a file may each have a neighbour called kernel.py, and each must import its own.
    """

    KNOWN = {}
    entered = None

    @classmethod
    def of(cls, what):
        """The folder of what is loaded; None for our own contenders, which import nothing of a user's."""
        if "file" not in what:
            return None
        path = os.path.dirname(os.path.abspath(native_path(what["file"])))
        return cls.KNOWN.setdefault(path, cls(path))

    @classmethod
    def enter(cls, folder):
        if folder is cls.entered:
            return
        if cls.entered is not None:
            cls.entered.leave()
        cls.entered = folder
        if folder is not None:
            sys.path.insert(0, folder.path)
            sys.modules.update(folder.modules)

    def __init__(self, path):
        self.path = path
        self.modules = {}

    def leave(self):
        for name, module in list(sys.modules.items()):
            if self.holds(getattr(module, "__file__", None)):
                self.modules[name] = sys.modules.pop(name)
        sys.path[:] = [path for path in sys.path if path != self.path]

    def holds(self, file):
        """Whether a module was found here, and not in another folder of sys.path below this one, as site-packages."""
        if not isinstance(file, (str, TEXT)) or not file.startswith(os.path.join(self.path, "")):
            return False
        return max((path for path in sys.path if file.startswith(os.path.join(path, ""))), key=len) == self.path


def load(what, task, window, ddof):
    """Whether the function takes the window, the function, and what makes its argument of the input form, if anything.

    `what` is a user's file with the name of a function in it, or the sources of a program in which a factory
    named by the task returns the function: crates/python/contenders are such programs.
    """
    if "file" in what:
        path = native_path(what["file"])
        function = find(module_of(path), native_text(what["function"]), path)
        return window is not None, function, None
    program = {"__name__": "contender"}
    try:
        for file, text in what["sources"]:
            # written for Python 3, where 3 / 2 is 1.5
            exec(compile(text, file, "exec", __future__.division.compiler_flag, True), program)
        function = program[what.get("factory", task)](window, ddof)
    except ImportError as error:
        raise Missing("%s: %s" % (name(), describe_error(error)))
    return False, function, program.get("given")


LOADED = {}


def module_of(path):
    """The module that a file is, loaded once, with its folder first among those that are searched."""
    if path not in LOADED:
        stem = os.path.splitext(os.path.basename(path))[0]
        if stem in sys.modules:  # a file called json.py must not take the place of json
            stem = "user_" + stem
        with open(path, "rb") as source:
            text = source.read()
        try:
            LOADED[path] = execute_module(stem, path, text)
        except BaseException as error:
            raise Unusable(where(error, path) + describe_error(error))
    return LOADED[path]


def where(error, path):
    """`line 3: ` of the file in which an error was raised, where that is known."""
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    trace = sys.exc_info()[2]
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    return "" if line is None else "line %d: " % line


def find(module, function, path):
    found = module
    for part in function.split("."):
        if not hasattr(found, part):
            raise Unusable("no function %s in %s%s" % (function, os.path.basename(path), others(module)))
        found = getattr(found, part)
    if not callable(found):
        raise Unusable("%s in %s is %s, no function" % (function, os.path.basename(path), describe(found)))
    return found


def others(module):
    public = [key for key, kept in sorted(vars(module).items()) if callable(kept) and not key.startswith("_")]
    own = [key for key in public if getattr(getattr(module, key), "__module__", None) == module.__name__]
    return ": it has " + ", ".join(own) if own else ""


# Inputs


SHARED = weakref.WeakValueDictionary()


def inputs_of(files, form):
    """These inputs in this form: those that another function holds, or else new ones."""
    key = form + json.dumps([[file["sha256"], file["layout"]] for file in files], sort_keys=True)
    inputs = SHARED.get(key)
    if inputs is None:
        inputs = SHARED[key] = Inputs([read_input(file, form) for file in files])
    return inputs


def read_input(file, form):
    with open(native_path(file["path"]), "rb") as source:
        data = source.read()
    layout = file["layout"]
    if layout["kind"] == "recording":
        return channels_of(data, layout["channels"], form)
    values = native(array("d"), data)
    if form == "list":
        return values.tolist()
    if form == "array":
        return values
    if form == "ndarray":
        return import_numpy().array(values, dtype="float64")
    raise ValueError("%s makes no %s" % (name(), form))


def channels_of(data, channels, form):
    """One list of ints, or one row of an int16 array, per channel."""
    samples = native(array("h"), data)
    lists = [samples[channel::channels].tolist() for channel in range(channels)]
    return lists if form == "list" else import_numpy().array(lists, dtype="int16")


def import_numpy():
    try:
        import numpy
    except ImportError:
        raise Missing("%s has no NumPy, which an ndarray needs" % name(), "python -m pip install numpy")
    return numpy


def native(values, data):
    """The numbers of a little-endian text of bytes."""
    getattr(values, "frombytes", getattr(values, "fromstring", None))(data)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def little_endian(values):
    if sys.byteorder == "big":
        values = array(values.typecode, values)
        values.byteswap()
    return values.tobytes() if hasattr(values, "tobytes") else values.tostring()


# Errors


def describe_error(error):
    """An exception as one line, `TypeName: message`."""
    try:
        message = message_of(error)
    except Exception:  # one that cannot say what it is about
        message = ""
    if isinstance(error, (Missing, Spoilt, Unusable)):
        return message
    kind = readable(type(error).__name__)
    return "%s: %s" % (kind, message) if message else kind


def message_of(error):
    """What an exception says, without the folder of the file that an ImportError names."""
    try:
        message = readable(str(error))
    except UnicodeError:  # Python 2, of a text with other than ASCII
        message = readable(TEXT(error))
    path = getattr(error, "path", None)
    return message.replace(" (%s)" % readable(path), "") if isinstance(path, (str, TEXT)) else message


# Texts: Python 2 has them as bytes too

TEXT = type(u"")


def readable(text):
    """A text in one line that JSON can carry: U+FFFD stands for bytes that are no UTF-8, and for lone surrogates."""
    if not isinstance(text, TEXT):
        text = text.decode("utf-8", "replace")
    return u" ".join(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").split())


def native_text(text):
    """A text of the protocol as this interpreter's own `str`."""
    return text.encode("utf-8") if str is bytes else text


def native_path(path):
    """A path of the protocol as this interpreter names files, whatever the locale says."""
    return path.encode("utf-8") if str is bytes else os.fsdecode(path.encode("utf-8"))


# Facts


def name():
    return "%s %s" % (platform.python_implementation(), platform.python_version())


def facts(packages):
    """The interpreter's version and kind, with the version of each of these packages that it has."""
    known = {"python": platform.python_version(), "implementation": platform.python_implementation()}
    for package in packages:
        try:
            known[package] = version_of(package)
        except Exception:  # absent or broken: a contender that needs it reports that
            pass
    return known


def version_of(package):
    """The version of a package, without importing it where the interpreter can tell it so."""
    try:
        from importlib.metadata import version
    except ImportError:  # before Python 3.8
        return str(__import__(package).__version__)
    return version(package)


if __name__ == "__main__":
    serve()
