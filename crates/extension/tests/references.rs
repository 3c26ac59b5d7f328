//! Does a call leave every reference as it found it, when it succeeds and when it fails?

mod interpreter;

use interpreter::{attach, run};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Counts the references to the argument and to each of its elements, and the blocks of memory, around
/// 1000 calls. Alone in its binary: other tests' threads allocate as well.
const COUNT: &str = "
import std, sys, gc
from fractions import Fraction

class Raises:
    def __float__(self): raise LookupError('no')
class Grows:
    def __init__(self): self.values = None
    def __float__(self):
        self.values.append(0.0)
        return 1.0

def growing():
    grows = Grows()
    grows.values = [1.5, grows]
    return grows.values

# made at run time and large: no constant, no small int that every module shares
def number(n): return float(n) + 0.25
def integer(n): return n + 10**6

arguments = {
    'floats': [number(n) for n in range(25)],
    'ints': [integer(n) for n in range(25)],
    'long list': [number(n) for n in range(2000)],
    'tuple': tuple(number(n) for n in range(25)),
    'fractions': [Fraction(n, 7) for n in range(1, 26)],
    'bool among floats': [number(1), True, number(2)],
    'one float': [number(1)],
    'empty': [],
    'a string in the middle': [number(1), 'x' * 40, number(2)],
    'an int too large': [number(1), 10**400],
    'an element that raises': [number(1), Raises()],
    'a list that grows': growing(),
    'not iterable': number(1),
}

def count(name):
    argument = arguments[name]
    keep = list(argument) if isinstance(argument, (list, tuple)) else []
    restore = name == 'a list that grows'
    def references(): return [sys.getrefcount(argument)] + [sys.getrefcount(element) for element in keep]
    def call():
        try: std.standard_dev(argument)
        except (TypeError, ValueError, OverflowError, LookupError, RuntimeError): pass
        if restore: del argument[len(keep):]
    for _ in range(10): call()
    gc.collect()
    before, blocks = references(), sys.getallocatedblocks()
    for _ in range(1000): call()
    after = references()
    gc.collect()  # what an exception still holds in a cycle is not lost
    blocks_after = sys.getallocatedblocks()
    assert before == after, f'{name}: references {before} became {after}'
    # far fewer than one a call: some move between CPython's own stocks
    assert blocks_after - blocks < 200, f'{name}: {blocks_after - blocks} blocks more after 1000 calls'

def leak_is_seen():
    'The method itself: one element held per call is seen.'
    value, held = number(3), []
    before = sys.getrefcount(value)
    for _ in range(1000): held.append(value)
    return sys.getrefcount(value) - before
";

#[test]
fn a_thousand_calls_leave_every_reference_as_it_was() {
    attach(|py| {
        let names = PyDict::new(py);
        run(py, &names, COUNT);
        let get = |name: &str| names.get_item(name).unwrap().expect(name);
        assert_eq!(get("leak_is_seen").call0().unwrap().extract::<i64>().unwrap(), 1000);
        let arguments = get("arguments").cast_into::<PyDict>().unwrap();
        for name in arguments.keys() {
            get("count").call1((name,)).unwrap_or_else(|error| panic!("{error}"));
        }
        // and None, which noop returns, is not used up where it is counted at all
        let count = c"__import__('sys').getrefcount(None)";
        let references = || py.eval(count, None, None).unwrap().extract::<i64>().unwrap();
        let noop = py.import("std").unwrap().getattr("noop").unwrap();
        let before = references();
        for _ in 0..1000 {
            noop.call1((py.None(),)).unwrap();
        }
        assert!((references() - before).abs() < 20);
    });
}
