"""Is a second interpreter of a process told that it cannot have the package?"""

import subprocess
import sys

CODE = """
import breakeven
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
try:
    said = interpreters.run_string(interpreters.create(), 'import breakeven')
except Exception as error:  # before 3.13
    said = error
print(said)
print(breakeven.standard_dev([1.0, 3.0]))
"""


def test_a_second_interpreter_is_refused():
    done = subprocess.run([sys.executable, "-I", "-c", CODE], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "ImportError" in done.stdout and "interpreter" in done.stdout
    assert done.stdout.endswith("\n1.0\n"), "the first one goes on"
