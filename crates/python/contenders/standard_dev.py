# One call of our module on a list: the very function that a user would call.

import std


def whole(window, ddof):
    return std.standard_dev
