"""Are the examples true that users read: of the guide, of the README, of help()?"""

import doctest
import math
import pathlib
import re

import numpy
import pytest

import breakeven

TOP = pathlib.Path(__file__).parents[4]
PARSER = doctest.DocTestParser()


def run(text, names, name):
    """Every example, each as the page shows it but for spaces within lines."""
    test = PARSER.get_doctest(text, names, name, name, 0)
    assert test.examples, f"{name} has no example"
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    said = []
    runner.run(test, out=said.append)
    assert not runner.failures, "".join(said)


def test_the_guide():
    for peer in ("bottleneck", "pandas", "polars", "scipy", "xarray"):
        pytest.importorskip(peer)
    run((TOP / "docs/python.md").read_text(), {}, "docs/python.md")


@pytest.mark.parametrize("name", ["standard_dev", "rolling_std", "rolling_var", "rolling_mean", "RollingStd"])
def test_help(name):
    run(getattr(breakeven, name).__doc__, {**vars(breakeven), "array": numpy.array, "nan": math.nan}, name)


def test_the_readme():
    text = (TOP / "crates/extension/README.md").read_text()
    calls = re.findall(r"^(breakeven\..*?) +# (.*)$", text, re.MULTILINE)
    assert len(calls) >= 3
    names = {"breakeven": breakeven, "array": numpy.array, "nan": math.nan}
    for call, shown in calls:
        numpy.testing.assert_allclose(eval(call, names), eval(shown, names), rtol=1e-8)
