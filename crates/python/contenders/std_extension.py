"""The talk's remedy: the same program, with the extension's function in the place of the slow one."""

import breakeven_pedometer as program
import std
from breakeven_talk import mean


def version():
    return std.__version__


def whole(ddof):
    return std.standard_dev


def sliding(window, ddof):
    return lambda values: program.windows(values, window, std.standard_dev)


def feedback():
    return lambda cleaned: program.feedback(cleaned, mean, std.standard_dev)


def pedometer():
    return lambda recording: program.count(recording, mean, std.standard_dev)
