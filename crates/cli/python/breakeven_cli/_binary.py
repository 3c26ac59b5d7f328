"""Where is the command `breakeven` that was installed with this module?"""

import os
import sysconfig
from typing import Optional


class BreakevenError(Exception):
    """What `breakeven` says of a comparison that it refuses, or of itself where it is not there.

    `exit_code` is that of the command, as docs/exit-codes.md lists them; None where it was not started.
    """

    def __init__(self, message: str, exit_code: Optional[int] = None) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def binary() -> str:
    """The path of the command `breakeven` that this module was installed with.

    Raises BreakevenError where it is not there.
    """
    packages = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folders = [
        os.path.join(packages, "bin"),  # pip install --target
        os.path.join(packages, "..", "..", "..", "bin"),  # an environment, or pip install --prefix, or --user
        sysconfig.get_path("scripts"),
        sysconfig.get_path("scripts", "posix_user"),
    ]
    for folder in folders:
        path = os.path.normpath(os.path.join(folder, "breakeven"))
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise BreakevenError("the command breakeven is not beside its module breakeven_cli: install the package breakeven-cli again")
