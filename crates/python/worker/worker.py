"""Times functions in this interpreter for `breakeven`. Before this text stand the other files of its folder, in one file.

Runs on CPython 2.7 and 3.6 or later, and on PyPy, with the standard library only. Speaks the program protocol of
docs/protocol.md, one JSON object per line: requests on what was standard input, replies on what was standard output.
Both are moved aside before anything else, so that what is timed here may print and read as it likes.
"""

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
        slot = slots[request["slot"]] = Slot(request)
        refuse_spoilt_process()
        return {"reply": "done", "load_ns": slot.load_ns}
    if what == "run":
        slot = slots[request["slot"]]
        ns = slot.run(request["input"], request["loops"], request.get("settle_ns", 0))
        refuse_spoilt_process()
        return {"reply": "ran", "ns": ns}
    if what == "answer":
        return slots[request["slot"]].answer(request["path"])
    if what == "memory":
        return {"reply": "memory", "peak_bytes": slots[request["slot"]].peak_bytes(request["input"])}
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
        start = now_ns()
        self.takes_window, self.function, given = load(request["load"], self.task, self.window, request["ddof"])
        # a just-in-time compiler is given time before the first call that is timed
        self.load_ns = None if COMPILES else now_ns() - start
        self.is_made = self.task == "made"
        self.is_reference = self.is_made and is_part(request["load"]["reference"], request["load"])
        self.inputs = (made_inputs_of if self.is_made else inputs_of)(request)
        count = len(self.inputs.values[0]) if self.is_made else 2 if self.takes_window else 1
        self.takes_one = count == 1
        self.batch, self.batch_on_copies = loops_of(count)
        if given is not None:
            self.inputs = Inputs([given(x) for x in self.inputs.values])
        self.on_copies = request.get("copies", False)
        self.is_users = self.folder is not None
        if self.is_users or self.on_copies:
            self.inputs.keep()
        self.number = 0
        self.handed = self.result = None
        self.warm = not COMPILES
        gc.collect()
        gc.disable()

    def run(self, number, loops, settle_ns=0):
        """Nanoseconds of so many calls, directly after untimed ones."""
        if self.folder is not None:
            Folder.enter(self.folder)
        self.handed = self.result = None
        try:
            return self.run_settled(number, loops, settle_ns)
        finally:
            if self.is_users and not self.on_copies and self.inputs.restore():
                raise Unusable("changes its input")  # and perhaps raised because of that

    def run_settled(self, number, loops, settle_ns):
        if not self.warm:
            self.warm_up(number)
        gc.collect(0)  # cycles of earlier batches: the collector is off
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
        f = self.function
        if self.on_copies:
            inputs = copies or self.inputs.copies(number, loops)
            xs, run, handed = [self.argument(x) for x in inputs], self.batch_on_copies, inputs[-1]
            start = now_ns()
            result = run(f, xs)
        else:
            handed = self.inputs.values[number]
            x, run = self.argument(handed), self.batch
            start = now_ns()
            result = run(f, x, loops)
        end = now_ns()
        self.number, self.handed, self.result = number, handed, result
        return end - start

    def peak_bytes(self, number):
        """By how many bytes one call raises the resident memory of this process; None where the system does not tell."""
        self.handed = self.result = None
        copies = self.inputs.copies(number, 1) if self.on_copies else None
        before = resident_from_now_on()
        self.time(number, 1, copies)
        most = resident("VmHWM:")
        return None if before is None or most is None else max(0, most - before)

    def argument(self, x):
        """What the timed loop is handed: the only argument as itself, or all of them in a tuple."""
        if self.takes_window:
            return x, self.window
        return x[0] if self.is_made and self.takes_one else x

    def answer(self, path):
        if self.is_made:
            difference = self.inputs.difference(self.number, self.result, self.handed)
            if difference is not None and self.is_reference:
                difference = "a different answer from before to the same input: " + difference
            return {"reply": "compared", "difference": difference}
        self.write_answer(path)
        return {"reply": "done"}

    def write_answer(self, path):
        if self.task == "whole":
            data = little_endian(array("d", [value(self.result)]))
        elif self.task == "sliding":
            data = little_endian(series(self.result, len(self.inputs.values[self.number]), self.window))
        else:
            m, steps = count(self.result)
            data = b"".join(map(little_endian, m)) + struct.pack("<%dQ" % len(steps), *steps)
        with open(native_path(path), "wb") as out:
            out.write(data)


def is_part(some, all_of_them):
    return all(all_of_them.get(key) == value for key, value in some.items())


def resident_from_now_on():
    """Bytes that are resident now, which is the most there has been from now on; None where the system does not tell.

    What the allocator keeps for later is given back first: otherwise a call that uses it would look as if it needed none.
    """
    try:
        import ctypes

        ctypes.CDLL(None).malloc_trim(0)
    except Exception:  # no ctypes, or another allocator
        pass
    try:
        with open("/proc/self/clear_refs", "w") as most:
            most.write("5")
    except (IOError, OSError):
        return None
    return resident("VmRSS:")


def resident(name):
    """A number of bytes in /proc/self/status."""
    try:
        with open("/proc/self/status") as status:
            lines = [line.split() for line in status if line.startswith(name)]
    except (IOError, OSError):
        return None
    return 1024 * int(lines[0][1]) if lines else None


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

# Inputs


SHARED = weakref.WeakValueDictionary()


def inputs_of(request):
    """The inputs that are asked for: those that another function holds, or else new ones."""
    files, form = request["inputs"], request["form"]
    key = form + json.dumps([[file["sha256"], file["layout"]] for file in files], sort_keys=True)
    inputs = SHARED.get(key)
    if inputs is None:
        inputs = SHARED[key] = Inputs([read_input(file, form) for file in files])
    return inputs


def made_inputs_of(request):
    """The same of what a user's function makes, with what is right for it."""
    hashes = [file["sha256"] for file in request["inputs"]]
    how = dict((key, request["load"].get(key)) for key in ("make", "reference", "equal", "tolerance"))
    key = "made" + json.dumps([how, hashes], sort_keys=True)
    inputs = SHARED.get(key)
    if inputs is None:
        recipes = [json.loads(read(file).decode("utf-8")) for file in request["inputs"]]
        inputs = SHARED[key] = MadeInputs(Made(how), recipes)
    return inputs


def read(file):
    with open(native_path(file["path"]), "rb") as source:
        return source.read()


def read_input(file, form):
    data = read(file)
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
