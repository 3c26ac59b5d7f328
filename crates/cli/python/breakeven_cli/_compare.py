"""How do functions of a notebook or script become a comparison?

They are serialised into a folder with a `breakeven.toml`, which the command `breakeven compare` reads as it would read
any other: nothing is timed in this process.
"""

import hashlib
import json
import keyword
import operator
import os
import re
import sys
import warnings
from pathlib import Path
from typing import Any, Callable, Container, Dict, Iterable, List, Mapping, Optional, Union

from breakeven_cli._binary import BreakevenError, binary
from breakeven_cli._folder import Folder
from breakeven_cli._process import finished
from breakeven_cli._result import Comparison

FUNCTIONS = """\
# Functions of a notebook or script. SHA-256 of breakeven_functions.pkl: {digest}
import os
import pickle
import sys

sys.path[:0] = [path for path in {paths!r} if path not in sys.path]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "breakeven_functions.pkl"), "rb") as file:
    globals().update(pickle.load(file))
"""


def compare(
    functions: Mapping[str, Callable[..., Any]],
    *,
    make: Optional[Callable[[int, Any], Any]] = None,
    n: Union[int, Iterable[int], None] = None,
    reference: Optional[str] = None,
    tolerance: Optional[float] = None,
    equal: Optional[Callable[[Any, Any], bool]] = None,
    fresh: bool = False,
    quick: bool = False,
    full: bool = False,
    seed: int = 1,
    python: Optional[str] = None,
) -> Comparison:
    """Times functions beside each other, and says from which size on which of them is the faster one.

    Args:
        functions: names, and what is called: with what `make` returns, or without `make` with a list of floats.
        make: `make(n, rng)` returns the argument, or a tuple of arguments, for the size n.
        n: the sizes.
        reference: the name of the function whose answers are right, and that ratios are taken to. By default the first
            one with `make`; without it none, since the functions are standard deviations then, which are checked exactly.
        tolerance: how far a number may be from the right one, relative.
        equal: `equal(right, found)` says whether an answer is right.
        fresh: hands each call a copy of its own, made before the clock starts.
        quick: six processes.
        full: ten processes or more, however long they take. By default six or ten, by how long ten would take.
        seed: seeds inputs and orders.
        python: the Python that runs the functions, of the same version as this one. By default this one.

    Raises:
        BreakevenError: nothing can be compared. A function that gives a wrong answer or fails is a row of the result,
            and a warning.
    """
    _check(functions, reference)
    folder = Folder()
    try:
        specs = _write(folder.path, functions, {"make": make, "equal": equal})
        options = _options(specs, make, n, reference, tolerance, equal)
        for option, given in [("--fresh", fresh), ("--quick", quick), ("--full", full)]:
            options += [option] if given else []
        options += [f"--seed={seed}", "--python", python or sys.executable]
        return _compared(folder, options)
    except BaseException:
        folder.remove()
        raise


def _options(
    specs: Mapping[str, str],
    make: Optional[Callable[..., Any]],
    n: Union[int, Iterable[int], None],
    reference: Optional[str],
    tolerance: Optional[float],
    equal: Optional[Callable[..., Any]],
) -> List[str]:
    options: List[str] = []
    if make is not None:
        options += ["--input", specs["make"]]
    if equal is not None:
        options += ["--equal", specs["equal"]]
    if reference is not None:
        options += ["--reference", f"user/{reference}"]
    if n is not None:
        options += [f"--length={','.join(_sizes(n))}"]
    if tolerance is not None:
        options += [f"--tolerance={tolerance}"]
    return options


def _sizes(n: Union[int, Iterable[int]]) -> List[str]:
    try:
        sizes = [str(operator.index(size)) for size in (n if isinstance(n, Iterable) else [n])]
    except TypeError:
        sizes = []
    if not sizes:
        raise BreakevenError(f"n={n!r}: sizes are whole numbers, as in n=[10, 100, 1000]")
    return sizes


def _compared(folder: Folder, options: List[str]) -> Comparison:
    program, place = binary(), folder.path
    # adopted: it ends with this process, however that ends
    command = [program, "adopt", "--", program, "compare", "--set", str(place / "breakeven.toml"), "--output", str(place / "results")]
    ended = finished([*command, *options, "--format", "json", "--progress", "lines"])
    # the user has not written these files: complaints name the functions alone
    complaint = re.sub(r"breakeven\.toml, line \d+: |breakeven_functions\.py:", "", ended.complaint.replace(f"{place}/", ""))
    if not ended.output:
        raise BreakevenError(complaint, ended.exit_code)
    if complaint:
        warnings.warn(complaint, stacklevel=3)
    return Comparison(json.loads(ended.output), folder, program)


def _check(functions: Mapping[str, Callable[..., Any]], reference: Optional[str]) -> None:
    example = "compare({'mine': mine, 'fast': fast})"
    if not isinstance(functions, Mapping):
        raise BreakevenError(f"functions are given by their names, as in {example}, not as a {type(functions).__name__}")
    if not functions:
        raise BreakevenError(f"nothing to compare: name the functions, as in {example}")
    for name, function in functions.items():
        if not isinstance(name, str):
            raise BreakevenError(f"{name!r} is no name of a function: write a string, as in {example}")
        if not callable(function):
            raise BreakevenError(f"{name}: a {type(function).__name__} cannot be called")
    if reference is not None and reference not in functions:
        raise BreakevenError(f"reference {reference!r}: no function has this name; there are {', '.join(functions)}")


def _write(folder: Path, functions: Mapping[str, Callable[..., Any]], others: Mapping[str, Any]) -> Dict[str, str]:
    """Writes everything that the command reads to `folder`, and returns the SPEC of each of the others."""
    attributes = {name: _attribute(name, place, others) for place, name in enumerate(functions)}
    everything = {attributes[name]: function for name, function in functions.items()}
    everything.update({name: other for name, other in others.items() if other is not None})
    pickled = _pickled(everything)
    (folder / "breakeven_functions.pkl").write_bytes(pickled)
    digest = hashlib.sha256(pickled).hexdigest()
    (folder / "breakeven_functions.py").write_text(FUNCTIONS.format(digest=digest, paths=_own_paths()), encoding="utf-8")
    tables = [
        f"[[contender]]\nspec = {_quoted(f'breakeven_functions.py:{attribute}')}\nname = {_quoted(name)}\n"
        for name, attribute in attributes.items()
    ]
    (folder / "breakeven.toml").write_text("\n".join(tables), encoding="utf-8")
    return {name: f"{folder / 'breakeven_functions.py'}:{name}" for name in others}


def _attribute(name: str, place: int, taken: Container[str]) -> str:
    """The name itself where Python can have it, so that complaints name it."""
    usable = name.isascii() and name.isidentifier() and not keyword.iskeyword(name)
    return name if usable and name not in taken and not name.startswith("function_") else f"function_{place}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _pickled(everything: Mapping[str, Any]) -> bytes:
    try:
        import cloudpickle
    except ImportError:
        raise BreakevenError(
            "functions travel to other processes by cloudpickle, which is not installed: pip install cloudpickle"
        ) from None
    try:
        return bytes(cloudpickle.dumps(dict(everything)))
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise BreakevenError(f"the functions cannot be carried to other processes: {reason}") from error


def _own_paths() -> List[str]:
    """Where this process finds modules, without what comes with an interpreter or is installed in one."""

    def is_own(path: str) -> bool:
        installed = {"site-packages", "dist-packages"} & set(Path(path).parts)
        library = os.path.dirname(os.__file__)
        return not installed and not path.startswith(library) and os.path.isdir(path)

    return list(dict.fromkeys(os.path.abspath(path) for path in [*sys.path, ""] if is_own(os.path.abspath(path))))
