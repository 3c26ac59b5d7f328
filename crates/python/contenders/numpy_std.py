"""NumPy: np.std, of whatever it is handed."""

import numpy


def version():
    return numpy.__version__


def whole(ddof):
    if ddof == 0:
        return numpy.std
    return lambda values: numpy.std(values, ddof=ddof)
