"""Where do two answers of any kind differ? Part of the worker file, behind function.py."""

from collections import OrderedDict, deque
from numbers import Number


class Difference(Exception):
    """Where an answer is not the one that is expected, in one line."""


def difference(got, expected, tolerance=None):
    """Where an answer differs from the one that is expected, in words; None where the two are equal.

    Numbers are equal that `==` says are, or that are both NaN; with a tolerance those that numpy.allclose says are, with
    that as rtol and a thousandth of it as atol. The kind of a sequence is no difference (a list, a tuple, an array, a
    column), nor is the order of a dictionary. Frames and columns of pandas are equal with equal labels only. Of objects
    without an `==` of their own the attributes are compared.
    """
    try:
        compare(got, expected, tolerance, "", ())
    except Difference as found:
        return str(found)
    return None


def compare(got, expected, tolerance, place, above):
    if got is expected:
        return
    if is_frame(got) and is_frame(expected):
        compare_frames(got, expected, tolerance, place, above)
    elif hasattr(got, "iloc") and hasattr(expected, "iloc") and not is_frame(got) and not is_frame(expected):
        if not equals(got, expected):
            compare(got.index, expected.index, None, place + ".index", above)
            compare(got.to_numpy(), expected.to_numpy(), tolerance, place, above)
    else:
        compare_plain(plain(got), plain(expected), tolerance, place, above)


def compare_plain(got, expected, tolerance, place, above):
    if is_array(got) and is_array(expected):
        compare_arrays(got, expected, tolerance, place, above)
    elif is_sequence(got) and is_sequence(expected):
        got, expected = [x.tolist() if is_array(x) else x for x in (got, expected)]
        compare_sequences(got, expected, tolerance, place, above)
    elif isinstance(got, dict) and isinstance(expected, dict):
        compare_dictionaries(got, expected, tolerance, place, above)
    elif is_number(got) and is_number(expected):
        if not equal_numbers(got, expected, tolerance):
            differ(got, expected, place)
    elif type(got) is type(expected) and (hasattr(got, "__dataclass_fields__") or not has_equality(type(got))):
        compare_attributes(got, expected, tolerance, place, above)
    elif not is_equal(got, expected):
        differ(got, expected, place)


def differ(got, expected, place):
    at = "%s: " % place if place else ""
    raise Difference("%s%s where %s is expected" % (at, describe(got), describe(expected)))


def is_equal(got, expected):
    """What `==` says, where it says true or false."""
    try:
        return bool(got == expected)
    except Exception as error:
        if type(got) is not type(expected):
            return False
        what = type(expected).__name__
        why = "an answer of type %s cannot be compared by == (%s): name a function that can, with --equal"
        raise Unusable(why % (what, describe_error(error)))


def has_equality(kind):
    """Whether a type says itself what is equal."""
    if kind.__name__ == "instance":  # of a class of Python 2 that derives from nothing
        return False
    return any("__eq__" in vars(base) or "__cmp__" in vars(base) for base in kind.__mro__ if base is not object)


# Numbers


def is_number(x):
    return isinstance(x, Number)


def equal_numbers(got, expected, tolerance):
    if is_equal(got, expected) or (got != got and expected != expected):
        return True
    if tolerance is None:
        return False
    try:
        allowed = tolerance * abs(expected) + tolerance / 1000
        return allowed < float("inf") and abs(got - expected) <= allowed
    except (TypeError, OverflowError):  # a Decimal and a float; an integer beyond all floats
        return False


# Sequences and dictionaries


def is_sequence(x):
    return isinstance(x, (list, tuple, array, deque, type(range(0)))) or is_array(x)


def compare_sequences(got, expected, tolerance, place, above):
    if len(got) != len(expected):
        raise Difference("%s%d values where %d are expected" % (place and place + ": ", len(got), len(expected)))
    if all(type(x) in PLAIN for x in got) and list(got) == list(expected):
        return
    above = inside(above, got, expected)
    for index, (one, other) in enumerate(zip(got, expected)):
        compare(one, other, tolerance, "%s[%d]" % (place, index), above)


# Elements that are equal where `==` of the whole says so.
PLAIN = (int, float, bool, str, bytes, type(u""))


def compare_dictionaries(got, expected, tolerance, place, above):
    ordered = isinstance(got, OrderedDict) and isinstance(expected, OrderedDict)
    if ordered and set(got) == set(expected) and list(got) != list(expected):
        raise Difference("%skeys in another order" % (place and place + ": "))
    for key in expected:
        if key not in got:
            raise Difference("%sno key %s" % (place and place + ": ", describe(key)))
    for key in got:
        if key not in expected:
            raise Difference("%sa key %s that is not expected" % (place and place + ": ", describe(key)))
    above = inside(above, got, expected)
    for key in expected:
        compare(got[key], expected[key], tolerance, "%s[%s]" % (place, describe_key(key)), above)


def inside(above, got, expected):
    """The pairs that these two are parts of, and they themselves: a pair in itself is a circle."""
    pair = (id(got), id(expected))
    if pair in above or len(above) > DEEPEST:
        why = "an answer that holds itself, or more than %d levels, cannot be compared: name a function that can, with --equal"
        raise Unusable(why % DEEPEST)
    return above + (pair,)


DEEPEST = 150


def describe_key(key):
    return describe(key).split(" ", 1)[-1]


def compare_attributes(got, expected, tolerance, place, above):
    """Objects without an `==` of their own: what pickle would keep of them."""
    try:
        one, other = got.__reduce_ex__(2), expected.__reduce_ex__(2)
    except Exception as error:
        why = "an answer of type %s cannot be compared (%s): name a function that can, with --equal"
        raise Unusable(why % (type(expected).__name__, describe_error(error)))
    if not isinstance(one, tuple) or not isinstance(other, tuple):
        differ(got, expected, place)
    above = inside(above, got, expected)
    for part in (1, 3, 4):  # what it is made of, its elements, its items
        states = [list(whole[part] or ()) if len(whole) > part else [] for whole in (one, other)]
        compare(states[0], states[1], tolerance, place, above)
    compare(one[2] if len(one) > 2 else None, other[2] if len(other) > 2 else None, tolerance, place, above)


# Arrays, columns and frames


def plain(x):
    """An array of a column or tensor, and the value of an array of no dimension."""
    if hasattr(x, "toarray"):  # a sparse matrix
        x = x.toarray()
    elif hasattr(x, "to_numpy"):
        x = x.to_numpy()
    elif hasattr(x, "__array__") and not is_array(x):
        x = import_numpy().asarray(x)
    return x.item() if is_array(x) and x.ndim == 0 else x


def is_array(x):
    return hasattr(getattr(x, "dtype", None), "kind") and hasattr(x, "ndim") and hasattr(x, "tolist")


def compare_arrays(got, expected, tolerance, place, above):
    if got.shape != expected.shape:
        raise Difference("%sshape %s where %s is expected" % (place and place + ": ", got.shape, expected.shape))
    kinds = got.dtype.kind + expected.dtype.kind
    if "O" in kinds or got.dtype.names or expected.dtype.names:
        compare_sequences(got.tolist(), expected.tolist(), tolerance, place, above)
        return
    numpy = import_numpy()
    with numpy.errstate(all="ignore"):
        if tolerance is not None and all(kind in "biufc" for kind in kinds):
            equal = numpy.isclose(got, expected, tolerance, tolerance / 1000, True)
        else:
            equal = numpy.broadcast_to(got == expected, got.shape)
            if not equal.all() and all(kind in "fcmM" for kind in kinds):
                equal = equal | ((got != got) & (expected != expected))
    if not equal.all():
        index = tuple(int(number) for number in numpy.argwhere(~equal)[0])
        differ(got[index].item(), expected[index].item(), place + "[%s]" % ", ".join(map(str, index)))


def is_frame(x):
    return hasattr(x, "columns") and hasattr(x, "shape") and hasattr(x, "to_dict")


def compare_frames(got, expected, tolerance, place, above):
    if equals(got, expected):
        return
    compare(list(got.columns), list(expected.columns), None, place + ".columns", above)
    if hasattr(got, "iloc") and hasattr(expected, "iloc"):
        compare(got.index, expected.index, None, place + ".index", above)
    for number, name in enumerate(expected.columns):
        columns = [x.iloc[:, number] if hasattr(x, "iloc") else x[:, number] for x in (got, expected)]
        if not equals(*columns):
            columns = [column.to_numpy() for column in columns]
            compare(columns[0], columns[1], tolerance, "%s[%s]" % (place, describe_key(name)), above)


def equals(got, expected):
    """Whether two of the same kind say of themselves that they are equal, NaN included."""
    try:
        return type(got) is type(expected) and bool(got.equals(expected))
    except Exception:  # no such method, or one that means something else
        return False
