"""`python -m breakeven_cli` is the command `breakeven` of this environment."""

import os
import sys

from breakeven_cli import BreakevenError, binary


def main() -> None:
    try:
        program = binary()
    except BreakevenError as error:
        sys.exit(f"breakeven: {error}")
    if sys.prefix != sys.base_prefix:
        # functions run in the environment whose Python was asked
        os.environ["VIRTUAL_ENV"] = sys.prefix
    os.execv(program, ["breakeven", *sys.argv[1:]])


if __name__ == "__main__":
    main()
