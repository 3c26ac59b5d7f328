//! Is a user's file an ordinary module in our interpreter, whatever it calls its functions?

#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use breakeven_problem::{Answer, Contender, Data, Distribution, InputForm, Workload};
use breakeven_python::{EmbeddedFunction, Host};

/// Its names are those that mean something in programs of ours, and that of a module of ours.
const FILE: &str = "std.py";
const TEXT: &str = r#"
import builtins, pickle, sys
from dataclasses import dataclass, field

import users_friend

builtins.times_loaded = getattr(builtins, "times_loaded", 0) + 1
temporaries, module = 10 ** 12, None

def given(values):
    raise ValueError("the user's own")

def whole(values):
    return sum(values)

def sliding(values, window):
    return [whole(values[i:i + window]) for i in range(len(values) - window + 1)]

@dataclass
class Moments:
    total: "float" = 0.0
    others: "list" = field(default_factory=list)

class Welford:
    @staticmethod
    def of(values): return float(len(values))

def pickled(values): return pickle.loads(pickle.dumps(Moments(whole(values)))).total
def file(values): return float(__file__.endswith("std.py") and sys.modules[__name__].whole is whole)
def friend(values): return users_friend.largest(values)
def loads(values): return times_loaded
def of_ours(values):
    import std
    return std.standard_dev([1.0, 3.0])

def of_no_dimension(values):
    import numpy
    return numpy.array(whole(values))
"#;

#[test]
fn a_users_file_is_a_module_of_its_own_that_is_loaded_once() {
    let folder = Scratch::new();
    let file = folder.0.join(FILE);
    fs::write(folder.0.join("users_friend.py"), "largest = max\n").expect("a file");
    let whole = Workload::whole(Distribution::Uniform, 3, "");
    let sliding = Workload::sliding(Distribution::Uniform, 3, 2, "");
    #[rustfmt::skip]
    let table = [
        ("whole", &whole, Answer::Value(7.0)),
        ("sliding", &sliding, Answer::Series(vec![3.0, 6.0])),
        ("Welford.of", &whole, Answer::Value(3.0)),
        ("pickled", &whole, Answer::Value(7.0)),
        ("file", &whole, Answer::Value(1.0)),
        ("friend", &whole, Answer::Value(4.0)),
        ("of_ours", &whole, Answer::Value(1.0)),
        ("of_no_dimension", &whole, Answer::Value(7.0)),
        ("loads", &whole, Answer::Value(1.0)),
    ];
    let inputs: Arc<[Data]> = Arc::from([Data::Series(vec![1.0, 2.0, 4.0])]);
    for (function, workload, expected) in table {
        if function == "of_no_dimension" && !Host::start().expect("Python").facts().contains_key("numpy") {
            println!("skipped: NumPy is not here");
            continue;
        }
        let contender = EmbeddedFunction {
            id: format!("user/{function}"),
            input: InputForm::List,
            file: file.clone(),
            // as some editors begin a file
            text: format!("\u{feff}{TEXT}"),
            function: function.to_owned(),
        };
        let contender = contender.contender();
        assert_eq!(contender.fits(workload), Ok(()), "{function}");
        let mut prepared =
            contender.prepare(workload, &inputs).unwrap_or_else(|refusal| panic!("{function}: {refusal}"));
        prepared.run(0, 2).unwrap_or_else(|failure| panic!("{function}: {failure}"));
        assert_eq!(prepared.answer(), Ok(expected), "{function}");
    }
}

/// A folder of the user's, which goes when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("users-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a scratch folder");
        Self(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
