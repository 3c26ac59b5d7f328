//! Which contenders are written in Python, or reached through it?
//!
//! A new one is a file in `contenders/` and an entry here.

use breakeven_problem::{About, Contract, InputForm, Task};

use crate::contender::{Divisor, Offer, PythonContender, Source};
use crate::known_failures;

const TALK: Source = source("talk.py", include_str!("../contenders/talk.py"));
const STD_EXTENSION: Source = source("std_extension.py", include_str!("../contenders/std_extension.py"));
const PIPELINE: Source = source("pipeline.py", include_str!("../contenders/pipeline.py"));
const STATISTICS: Source = source("statistics.py", include_str!("../contenders/statistics.py"));
const NUMPY_STD: Source = source("numpy_std.py", include_str!("../contenders/numpy_std.py"));
const NOOP_PYTHON: Source = source("noop_python.py", include_str!("../contenders/noop_python.py"));
const NOOP_EXTENSION: Source = source("noop_extension.py", include_str!("../contenders/noop_extension.py"));

/// Every Python contender and control, in the order in which they are shown. Starts nothing.
///
/// # Example
/// ```
/// use breakeven_problem::Contender;
/// assert_eq!(breakeven_python::contenders()[0].about().id, "python/naive");
/// ```
#[must_use]
pub fn contenders() -> Vec<PythonContender> {
    vec![
        PythonContender {
            about: about(
                "python/naive",
                "the talk's own two functions, called by a plain Python loop",
                InputForm::List,
                Contract::Peer(known_failures::TALK),
            ),
            program: &[TALK, PIPELINE],
            offer: Offer::Tasks { tasks: &Task::ALL, divisor: Divisor::Population },
            package: "",
        },
        PythonContender {
            about: about(
                "python/statistics",
                "statistics.pstdev of the standard library: correctly rounded wherever it returns a number",
                InputForm::List,
                Contract::Peer(known_failures::STATISTICS),
            ),
            program: &[STATISTICS],
            offer: Offer::Tasks { tasks: &[Task::Whole], divisor: Divisor::PopulationOrSample },
            package: "",
        },
        PythonContender {
            about: about(
                "python/numpy-list",
                "np.std of a list, converted in every call as in the talk",
                InputForm::List,
                Contract::Peer(known_failures::NUMPY),
            ),
            program: &[NUMPY_STD],
            offer: Offer::Tasks { tasks: &[Task::Whole], divisor: Divisor::Any },
            package: "numpy",
        },
        PythonContender {
            about: about(
                "python/numpy-array",
                "np.std of an array that is there already",
                InputForm::Ndarray,
                Contract::Peer(known_failures::NUMPY),
            ),
            program: &[NUMPY_STD],
            offer: Offer::Tasks { tasks: &[Task::Whole], divisor: Divisor::Any },
            package: "numpy",
        },
        PythonContender {
            about: about(
                "python/std-extension",
                "the same Python loop, with std.standard_dev in place of the talk's function: the talk's remedy",
                InputForm::List,
                Contract::Fast,
            ),
            program: &[TALK, STD_EXTENSION, PIPELINE],
            offer: Offer::Tasks { tasks: &Task::ALL, divisor: Divisor::Population },
            package: "std",
        },
        PythonContender {
            about: about(
                "control/noop-python",
                "a Python function that does nothing: what its call costs",
                InputForm::Nothing,
                Contract::Control,
            ),
            program: &[NOOP_PYTHON],
            offer: Offer::Control,
            package: "",
        },
        PythonContender {
            about: about(
                "control/noop-extension",
                "a function of our extension that does nothing: what its call costs",
                InputForm::Nothing,
                Contract::Control,
            ),
            program: &[NOOP_EXTENSION],
            offer: Offer::Control,
            package: "std",
        },
    ]
}

fn about(id: &str, summary: &'static str, input: InputForm, contract: Contract) -> About {
    About { id: id.to_owned(), summary, input, contract, threads: 1 }
}

const fn source(file: &'static str, text: &'static str) -> Source {
    Source { file, text }
}
