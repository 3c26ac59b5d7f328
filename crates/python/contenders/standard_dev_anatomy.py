# std.standard_dev of a list, cut short after each step.

import std
import std_demonstration


def make(step):
    built = getattr(std_demonstration, step.removeprefix("std-"))
    values = [0.5, 0.25, 0.125, 1.0, 0.75]
    due = std.standard_dev(values) if step == "std-boxing" else None
    if built(values) != due:
        raise AssertionError(f"standard_dev as far as {step} gives {built(values)!r} instead of {due!r}")
    return built
