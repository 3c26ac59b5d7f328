"""How are files, modules and programs loaded? Part of the worker file, behind function.py.

What is wrong with them is raised as `Unusable` or `Missing`, which worker.py defines.
"""

import __future__
import importlib


class Folder(object):
    """The folder of a user's file or module, whose modules are known by their names only while its functions run.

    Two versions of a file may each have a neighbour called kernel.py, and each must import its own.
    """

    KNOWN = {}
    entered = None

    @classmethod
    def of(cls, what):
        """The folder of what is loaded; None for our own contenders, which import nothing of a user's."""
        if "sources" in what:
            return None
        path = os.path.abspath(native_path(what["folder"] if "module" in what else os.path.dirname(what["file"])))
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

    `what` is a user's file or module with the name of a function in it, or the sources of a program in which a factory
    named by the task returns the function: crates/python/contenders are such programs.
    """
    if "sources" not in what:
        return window is not None, users_function(what), None
    program = {"__name__": "contender"}
    try:
        for file, text in what["sources"]:
            # written for Python 3, where 3 / 2 is 1.5
            exec(compile(text, file, "exec", __future__.division.compiler_flag, True), program)
        function = program[what.get("factory", task)](window, ddof)
    except ImportError as error:
        raise Missing("%s: %s" % (name(), describe_error(error)))
    return False, function, program.get("given")


def users_function(what):
    """A function of a user's file or module, from whose folder the file or module is imported."""
    function = native_text(what["function"])
    if "module" in what:
        name = native_text(what["module"])
        return find(import_module(name), function, name)
    path = native_path(what["file"])
    return find(module_of(path), function, os.path.basename(path))


def import_module(name):
    try:
        return importlib.import_module(name)
    except BaseException as error:
        raise Unusable(describe_error(error))


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


def find(module, function, place):
    found = module
    for part in function.split("."):
        if not hasattr(found, part):
            raise Unusable("no function %s in %s%s" % (function, place, others(module)))
        found = getattr(found, part)
    if not callable(found):
        raise Unusable("%s in %s is %s, no function" % (function, place, describe(found)))
    return found


def others(module):
    public = [key for key, kept in sorted(vars(module).items()) if callable(kept) and not key.startswith("_")]
    own = [key for key in public if getattr(getattr(module, key), "__module__", None) == module.__name__]
    return ": it has " + ", ".join(own[:30] + ["..."] * (len(own) > 30)) if own else ""
