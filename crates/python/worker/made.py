"""How are inputs of any kind made, and their answers judged? Part of the worker file.

All functions of a process are handed the same inputs, which a function of the user makes from a seed; right is what the
reference returns for them.
"""

import copy
import random

try:
    from collections.abc import Iterator
except ImportError:
    from collections import Iterator


def generator(seed):
    """Random numbers: a numpy.random.Generator where there is NumPy 1.17 or later, else a random.Random."""
    try:
        from numpy.random import default_rng
    except ImportError:
        return random.Random(seed)
    return default_rng(seed)


class Made(object):
    """How inputs are made, and what is right: part of what a function is loaded with."""

    def __init__(self, load):
        self.make = UsersFunction(load["make"])
        self.reference = UsersFunction(load["reference"])
        self.equal = UsersFunction(load["equal"]) if load.get("equal") else None
        self.tolerance = load.get("tolerance")

    def arguments(self, recipe):
        """The arguments of one call, as a tuple."""
        try:
            made = self.make(recipe["n"], generator(recipe["seed"]))
        except (Exception, SystemExit) as error:
            raise Unusable("%s(%d, rng): %s" % (self.make.name, recipe["n"], describe_error(error)))
        arguments = made if type(made) is tuple else (made,)
        if made is None:
            raise Unusable("%s returned None: return what the functions are handed" % self.make.name)
        for argument in arguments:
            if isinstance(argument, Iterator):
                why = "%s made %s, which can be read once only: make a list of it"
                raise Unusable(why % (self.make.name, describe_type(argument)))
        return arguments

    def difference(self, got, expected):
        if self.equal is None:
            return difference(got, expected, self.tolerance)
        try:
            if self.equal(got, expected):
                return None
        except (Exception, SystemExit) as error:
            raise Unusable("comparing two answers with %s: %s" % (self.equal.name, describe_error(error)))
        return "%s where %s is expected, says %s" % (describe(got), describe(expected), self.equal.name)


class UsersFunction(object):
    """A function of a user that is not timed; while it runs, imports find the modules of its folder."""

    def __init__(self, what):
        self.folder = Folder.of(what)
        self.name = what["function"]
        Folder.enter(self.folder)
        self.call = users_function(what)

    def __call__(self, *arguments):
        entered = Folder.entered
        Folder.enter(self.folder)
        try:
            return self.call(*arguments)
        finally:
            Folder.enter(entered)


class MadeInputs(Inputs):
    """Inputs that a user's function has made, each the arguments of one call, and the reference's answers to them."""

    def __init__(self, made, recipes):
        Inputs.__init__(self, [made.arguments(recipe) for recipe in recipes])
        self.made = made
        self.recipes = recipes
        self.expected = {}
        if len(set(map(len, self.values))) != 1:
            raise Unusable("%s does not always make the same number of arguments" % made.make.name)

    def within(self, work, *arguments):
        """Calls it while the modules of make's folder are known: pickle looks for the classes of inputs there."""
        entered = Folder.entered
        Folder.enter(self.made.make.folder)
        try:
            return work(*arguments)
        finally:
            Folder.enter(entered)

    def keep(self):
        if self.kept is None:
            try:
                self.within(Inputs.keep, self)
            except Exception:  # a lock, a lambda, a list that is linked too long
                self.kept = []

    def restore(self):
        return self.within(self.restore_changed)

    def restore_changed(self):
        """As `restore` of all inputs. What cannot be serialised is not looked at; what is equal has not changed."""
        changed = False
        for number, kept in enumerate(self.kept):
            x = self.values[number]
            if not is_changed(x, kept):
                continue
            before = pickle.loads(kept)
            if is_same(x, before):
                self.kept[number] = pickle.dumps(x, PICKLE)
            else:
                self.values[number] = before
                changed = True
        return changed

    def copies(self, number, calls):
        self.keep()
        if self.kept:
            return self.within(Inputs.copies, self, number, calls)
        return [self.made.arguments(self.recipes[number]) for _ in range(calls)]

    def answer(self, number):
        """What is right for one of them: what the reference comes to on a copy of it."""
        if number not in self.expected:
            arguments, = self.copies(number, 1)
            reference = self.made.reference
            try:
                result = reference(*arguments)
            except (Exception, SystemExit) as error:
                raise Unusable("the reference %s: %s" % (reference.name, describe_error(error)))
            expected = self.outcome(number, result, arguments)
            if expected is None and self.made.equal is None:
                why = "%s returns None and leaves what it is handed as it was: there is no answer to compare (--equal FILE.py:FUNCTION can compare None)"
                raise Unusable(why % reference.name)
            try:  # the reference may write its next answer into the same object
                self.expected[number] = copy.deepcopy(expected)
            except Exception:
                self.expected[number] = expected
        return self.expected[number]

    def outcome(self, number, result, arguments):
        """What a call has come to: what it returned, or what it has made of its arguments where that is None."""
        if isinstance(result, Iterator):
            why = "%s came back, which has not done its work yet: return a list of it"
            raise Unusable(why % describe_type(result))
        if hasattr(result, "__await__") or hasattr(result, "__anext__"):
            why = "%s came back, which has not done its work yet: run it to its end in the function (asyncio.run)"
            raise Unusable(why % describe_type(result))
        if result is not None or is_same(arguments, self.copies(number, 1)[0]):
            return result
        return arguments[0] if len(arguments) == 1 else arguments

    def difference(self, number, result, arguments):
        """Where a call on one of them has not come to what is right."""
        found = self.made.difference(self.outcome(number, result, arguments), self.answer(number))
        return None if found is None else readable(found)


def is_same(x, before):
    try:
        return difference(x, before) is None
    except Exception:
        return False


def describe_type(x):
    name = type(x).__name__
    return ("an " if name[:1] in "aeio" else "a ") + name


LOOPS = """
def batch(f, x, n):
    {names} = x
    r = None
    for _ in repeat(None, n):
        r = f({arguments})
    return r


def batch_on_copies(f, copies):
    r = None
    for {names} in copies:
        r = f({arguments})
    return r
"""


def loops_of(count):
    """The timed loops for functions of so many arguments, which come as a tuple; a single one comes as itself.

    On copies a tuple is taken apart for each call: of all ways to hand over several arguments that is the quickest.
    """
    if count == 1:
        return batch, batch_on_copies
    program = {"repeat": repeat}
    arguments = ", ".join("x%d" % number for number in range(count))
    exec(compile(LOOPS.format(names=arguments or "_", arguments=arguments), "loops", "exec"), program)
    return program["batch"], program["batch_on_copies"]
