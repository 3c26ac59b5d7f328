# np.std, called once for each window.

import numpy as np


def sliding(window, ddof):
    def f(values):
        return np.array([np.std(values[i:i + window], ddof=ddof) for i in range(len(values) - window + 1)])

    return f
