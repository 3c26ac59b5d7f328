//! What comes back where NumPy cannot be imported?
//!
//! Alone in its binary: a process finds out once whether there is NumPy.

mod interpreter;

use interpreter::{attach, run};
use pyo3::types::PyDict;

const CODE: &str = "
import sys
sys.modules['numpy'] = None  # as if it were not installed
import array, math, std

for window, expected in ((1, [0.0, 0.0]), (2, [math.nan, 1.0]), (3, [math.nan, math.nan])):
    got = std.rolling_std([1.0, 3.0], window)
    assert type(got) is array.array and got.typecode == 'd', got
    assert repr(got.tolist()) == repr(expected), got
assert std.rolling_std([], 1) == array.array('d')
got = std.rolling_std(array.array('d', [1.0, 3.0]), 5, edges='valid')
assert got == array.array('d') and got.buffer_info()[1] == 0
got.append(1.0)  # nothing holds it any more

walk = memoryview(array.array('h', range(900))).cast('B').cast('h', (300, 3))
count = std.count_steps(walk)
assert count == {'steps': 0, 'indices': array.array('q'), 'sum_m': count['sum_m']}, count
for call in (lambda: std.std_bank(walk), lambda: std.rolling_std(walk, 2), lambda: std.count_steps(walk, with_m=True)):
    try:
        call()
    except ImportError as error:
        assert 'pip install numpy' in str(error)
    else:
        assert False, 'two axes without NumPy'
";

#[test]
fn without_numpy_series_are_arrays_of_the_standard_library() {
    attach(|py| run(py, &PyDict::new(py), CODE));
}
