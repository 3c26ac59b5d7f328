//! Do other threads run while a long call does, and does Ctrl-C end it?
//!
//! One test, alone in its binary: Python handles signals in the thread that has started it.

mod interpreter;

use interpreter::{attach, run};
use pyo3::types::PyDict;

/// Python is told never to take its lock away from a thread, so another one runs only where the thread lets go of
/// it. And calls that are to be interrupted follow each other inside `deque(map(...))`, with no line of
/// Python in between: a signal is noticed there only by a call that looks for it. How soon the other thread comes
/// is up to the system, so calls are repeated until it does, and the test fails by their number.
const CODE: &str = "
import array, signal, std, sys, threading
from collections import deque
from itertools import repeat

CALLS = 3000
sys.setswitchinterval(10_000)
signal.signal(signal.SIGINT, signal.default_int_handler)

long = array.array('d', [0.5, 1.5, 3.5]) * 10_000
longer = array.array('d', [0.5, 1.5, 3.5]) * 800_000
walk = memoryview(array.array('h', range(300)) * 2000).cast('B').cast('h', (200_000, 3))

def waiting(action):
    'A thread that does `action` as soon as this thread lets go of Python.'
    held = threading.Lock()
    held.acquire()
    def wait():
        with held: pass
        action()
    thread = threading.Thread(target=wait)
    thread.start()
    held.release()
    return thread

def assert_releases(call):
    ran = []
    thread = waiting(lambda: ran.append(True))
    for _ in range(CALLS):
        if ran: break
        call()
    came = bool(ran)
    thread.join()
    assert came, 'no other thread ran'

def assert_can_be_interrupted(function, argument, *more):
    first = repeat(argument, CALLS)
    thread = waiting(lambda: signal.raise_signal(signal.SIGINT))
    try:
        deque(map(function, first, *(repeat(value) for value in more)), maxlen=0)
        assert False, 'no KeyboardInterrupt'
    except KeyboardInterrupt:
        pass
    thread.join()
    assert first.__length_hint__() > 0, 'interrupted only after the last call'

def keeps_the_lock():
    'The method itself: a call that does not let go of Python is seen.'
    ran = []
    thread = waiting(lambda: ran.append(True))
    values = long.tolist()
    for _ in range(50): std.standard_dev(values)
    came = bool(ran)
    thread.join()
    return not came

assert keeps_the_lock()
assert_releases(lambda: std.rolling_std(long, 75))
assert_releases(lambda: std.rolling_std(long, 75, missing='skip', method='exact'))
assert_releases(lambda: std.standard_dev(long))
assert_releases(lambda: std.rolling_mean(long, 75, threads=2))
assert_releases(lambda: std.count_steps(walk))
assert_can_be_interrupted(std.rolling_std, longer, 75)
assert_can_be_interrupted(std.count_steps, walk)
";

#[test]
fn long_calls_let_other_threads_run_and_signals_through() {
    attach(|py| run(py, &PyDict::new(py), CODE));
}
