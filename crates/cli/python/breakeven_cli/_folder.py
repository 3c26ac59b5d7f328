"""Where do the functions lie that are compared, and who removes them?

In a folder of the system's for temporary files, which is removed with the comparison. A process that was killed cannot
remove its own: the next comparison does, a minute later at the earliest (crates/cli/src/scratch.rs). A folder in use is locked, by a lock that ends with its process.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import Optional


class Folder:
    """A new folder, which stays until `remove`."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=".breakeven-scratch-notebook-"))
        self._lock: Optional[int] = os.open(self.path, os.O_RDONLY)
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def remove(self) -> None:
        """Removes it with all that is in it. Once more does nothing."""
        lock, self._lock = self._lock, None
        if lock is not None:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(lock)
