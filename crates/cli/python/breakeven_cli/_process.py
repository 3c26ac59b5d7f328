"""How is the command run, so that it can be watched and interrupted?"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import IO, Any, Callable, List, Optional

PROGRESS = "progress: "
# A command that was interrupted ends its processes, which takes a moment.
PATIENCE_SECONDS = 20.0
COMPLAINTS = ("breakeven: ", "error: ")


@dataclass(frozen=True)
class Ended:
    """What a command printed on stdout, its exit code, and its complaint, empty where it has none."""

    output: str
    exit_code: int
    complaint: str


def finished(command: List[str]) -> Ended:
    """Runs `command` to its end and shows its progress. Ctrl-C ends the command, and then this."""
    show = _display()
    complaint = ""
    output: List[str] = []
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", errors="replace"
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        reader = threading.Thread(target=_read, args=(process.stdout, output), daemon=True)
        reader.start()
        try:
            for line in process.stderr:
                if line.startswith(PROGRESS):
                    show(line[len(PROGRESS) :].strip())
                elif line.startswith(COMPLAINTS):
                    complaint = line.split(": ", 1)[1].strip()
            process.wait()
            reader.join()
        except BaseException:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(PATIENCE_SECONDS)
            except BaseException:
                process.kill()
            raise
        finally:
            show("")
    if process.returncode != 0 and not complaint:
        complaint = f"{os.path.basename(command[0])} ended with exit code {process.returncode}"
    return Ended("".join(output), process.returncode, complaint)


def _read(stream: IO[str], into: List[str]) -> None:
    into.append(stream.read())


def _display() -> Callable[[str], None]:
    """Shows one line in place of the one before: in a notebook, or on a terminal; nowhere else."""
    shell = _notebook()
    if shell is not None:
        from IPython.display import display

        handle: Optional[Any] = None

        def in_notebook(line: str) -> None:
            nonlocal handle
            data = {"text/plain": line}
            if handle is not None:
                handle.update(data, raw=True)
            elif line:
                handle = display(data, raw=True, display_id=True)

        return in_notebook
    if sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        columns = shutil.get_terminal_size().columns - 1
        return lambda line: print(f"\r\x1b[K{line[:columns]}", end="", file=sys.stderr, flush=True)
    return lambda line: None


def _notebook() -> Optional[Any]:
    """The shell of a notebook, where this is one."""
    if "IPython" not in sys.modules:
        return None
    shell = sys.modules["IPython"].get_ipython()
    return shell if hasattr(shell, "kernel") else None
