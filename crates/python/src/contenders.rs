//! Which contenders are written in Python?
//!
//! A new one is a file under `contenders/` and one entry here.

use breakeven_problem::{About, Contract, InputForm, Task};

use crate::contender::{Ddof, PythonContender};
use crate::known_failures;

/// Modules that several contenders import.
pub(crate) const SHARED: &[(&str, &str)] = &[
    ("breakeven_talk", include_str!("../contenders/talk.py")),
    ("breakeven_pedometer", include_str!("../contenders/pedometer.py")),
];

const EVERY_TASK: &[Task] = &[Task::Whole, Task::Sliding, Task::Feedback, Task::Pedometer];

/// Every contender and control in Python, in the order in which they are shown.
#[must_use]
pub fn contenders() -> Vec<PythonContender> {
    use InputForm::{List, Ndarray, Nothing};
    vec![
        PythonContender {
            about: about(
                "python/naive",
                List,
                Contract::Peer(known_failures::TALK),
                "the talk's own mean and standard_deviation",
            ),
            module: "breakeven_naive",
            source: include_str!("../contenders/naive.py"),
            tasks: EVERY_TASK,
            ddof: Ddof::Zero,
        },
        PythonContender {
            about: about(
                "python/statistics",
                List,
                Contract::Peer(known_failures::STATISTICS),
                "statistics.pstdev: exact fractions",
            ),
            module: "breakeven_statistics",
            source: include_str!("../contenders/statistics.py"),
            tasks: &[Task::Whole],
            ddof: Ddof::ZeroOrOne,
        },
        PythonContender {
            about: about(
                "python/numpy-list",
                List,
                Contract::Peer(known_failures::NUMPY),
                "np.std of a list: pays for the conversion",
            ),
            module: "breakeven_numpy",
            source: include_str!("../contenders/numpy_std.py"),
            tasks: &[Task::Whole],
            ddof: Ddof::Any,
        },
        PythonContender {
            about: about(
                "python/numpy-array",
                Ndarray,
                Contract::Peer(known_failures::NUMPY),
                "np.std of an array made beforehand",
            ),
            module: "breakeven_numpy",
            source: include_str!("../contenders/numpy_std.py"),
            tasks: &[Task::Whole],
            ddof: Ddof::Any,
        },
        PythonContender {
            about: about(
                "python/std-extension",
                List,
                Contract::Fast,
                "the same Python, with our std.standard_dev dropped in: the talk's remedy",
            ),
            module: "breakeven_std_extension",
            source: include_str!("../contenders/std_extension.py"),
            tasks: EVERY_TASK,
            ddof: Ddof::Zero,
        },
        PythonContender {
            about: about(
                "control/noop-python",
                Nothing,
                Contract::Control,
                "a call of a Python function that does nothing",
            ),
            module: "breakeven_noop",
            source: include_str!("../contenders/noop.py"),
            tasks: &[Task::Whole],
            ddof: Ddof::Any,
        },
        PythonContender {
            about: about(
                "control/noop-extension",
                Nothing,
                Contract::Control,
                "a call of a function of our module that does nothing",
            ),
            module: "breakeven_noop_extension",
            source: include_str!("../contenders/noop_extension.py"),
            tasks: &[Task::Whole],
            ddof: Ddof::Any,
        },
    ]
}

fn about(id: &str, input: InputForm, contract: Contract, summary: &'static str) -> About {
    About { id: id.to_owned(), summary, input, contract, threads: 1 }
}
