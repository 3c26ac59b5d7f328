"""Pure Python: the talk's functions, and its kind of program around them."""

import platform

import breakeven_pedometer as program
from breakeven_talk import mean, standard_deviation


def version():
    return platform.python_version()


def whole(ddof):
    return standard_deviation


def sliding(window, ddof):
    return lambda values: program.windows(values, window, standard_deviation)


def feedback():
    return lambda cleaned: program.feedback(cleaned, mean, standard_deviation)


def pedometer():
    return lambda recording: program.count(recording, mean, standard_deviation)
