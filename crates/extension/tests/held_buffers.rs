//! Does a call on an array leave references, memory and the array's own lock as it found them?
//!
//! Alone in its binary: other tests' threads allocate as well.

mod interpreter;

use interpreter::{attach, run};
use pyo3::types::PyDict;

const CODE: &str = "
import array, gc, std, sys

class RaisesIndex:
    def __index__(self): raise LookupError('no')
class HasArray:
    def __init__(self, values): self.values = values
    def __array__(self): return self.values

doubles = array.array('d', [0.5, 1.5, 4.0] * 3000)
shorts = array.array('h', [1, 7, -9] * 500)
wide = [2 ** 70, 2 ** 100]
bytes_ = bytearray(range(200))
walk = memoryview(shorts).cast('B').cast('h', (500, 3))
calls = {
    'doubles': lambda: std.rolling_std(doubles, 75),
    'valid': lambda: std.rolling_std(doubles, 10_000, edges='valid'),
    'shorts': lambda: std.rolling_std(shorts, 5, ddof=1),
    'skip': lambda: std.rolling_std(doubles, 5, missing='skip', min_count=2),
    'another object': lambda: std.rolling_std(HasArray(doubles), 7),
    'a window that raises': lambda: std.rolling_std(doubles, RaisesIndex()),
    'a bad method': lambda: std.rolling_std(doubles, 5, method='no'),
    'a bad axis': lambda: std.rolling_std(doubles, 5, axis=3),
    'too wide to be exact': lambda: std.rolling_std(wide, 2, method='exact'),
    'no numbers': lambda: std.rolling_std(memoryview(bytes_).cast('c'), 2),
    'steps': lambda: std.count_steps(walk),
    'no recording': lambda: std.count_steps(shorts),
}
held = [doubles, shorts, wide, bytes_, walk]

def count(name):
    call = calls[name]
    def references(): return [sys.getrefcount(value) for value in held]
    def once():
        try: call()
        except (LookupError, TypeError, ValueError): pass
    for _ in range(10): once()
    gc.collect()
    def more():
        before, blocks = references(), sys.getallocatedblocks()
        for _ in range(500): once()
        after = references()
        gc.collect()
        assert before == after, f'{name}: references {before} became {after}'
        return sys.getallocatedblocks() - blocks
    # the interpreter now and then keeps a hundred blocks for itself, but not every time
    least = min(more() for _ in range(3))
    assert least < 100, f'{name}: {least} blocks more after 500 calls'

for name in calls: count(name)
walk.release()
walk = held = None
for resized in (doubles, shorts, wide):
    resized.append(1)  # BufferError where a call still holds its memory
bytes_.append(1)
";

#[test]
fn five_hundred_calls_leave_references_memory_and_buffers_as_they_were() {
    attach(|py| run(py, &PyDict::new(py), CODE));
}
