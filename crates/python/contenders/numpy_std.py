# NumPy, called as on the slides; what it is handed, a list or an array, is its input form's business.

import numpy as np


def whole(window, ddof):
    if ddof == 0:
        return np.std
    return lambda values: np.std(values, ddof=ddof)
