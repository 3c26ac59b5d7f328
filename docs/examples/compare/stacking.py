"""Two columns of one array, in the five ways that the README of perfplot compares.

breakeven compare stacking.py:c_ stacking.py:stack stacking.py:vstack stacking.py:column_stack stacking.py:concatenate \
    --input stacking.py:make -n 1,16,256,4096,65536
"""

import numpy as np


def make(n, rng):
    return rng.random(n)


def c_(a):
    return np.c_[a, a]


def stack(a):
    return np.stack([a, a]).T


def vstack(a):
    return np.vstack([a, a]).T


def column_stack(a):
    return np.column_stack([a, a])


def concatenate(a):
    return np.concatenate([a[:, None], a[:, None]], axis=1)
