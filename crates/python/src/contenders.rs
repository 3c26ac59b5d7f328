//! Which contenders are written in Python, or reached through it?
//!
//! A new one is a file in `contenders/` and an entry here.

use breakeven_problem::Contract::{self, Exact, Fast, Peer};
use breakeven_problem::InputForm::{self, List, Ndarray};
use breakeven_problem::anatomy::{self, Anatomy};
use breakeven_problem::{About, Handing, Task};

use crate::contender::Divisor::{self, Any, Population, PopulationOrSample};
use crate::contender::{Offer, Package, Place, PythonContender, Source};
use crate::known_failures as known;

/// A file of `contenders/`.
macro_rules! file {
    ($name:literal) => {
        Source { file: $name, text: include_str!(concat!("../contenders/", $name)), place: Place::Memory }
    };
}

const TALK: Source = file!("talk.py");
const PIPELINE: Source = file!("pipeline.py");
const NUMPY_STD: Source = file!("numpy_std.py");
const NUMPY_PIPELINE: Source = file!("numpy_pipeline.py");
const POLARS: Source = file!("polars.py");
// files in which Numba compiles something
const NUMBA_TWO_PASS: Source = Source { place: Place::Kept, ..file!("numba_two_pass.py") };
const NUMBA_FASTMATH: Source = Source { place: Place::Kept, ..file!("numba_fastmath.py") };
const NUMBA_INCREMENTAL: Source = Source { place: Place::Kept, ..file!("numba_incremental.py") };

const PYTHON: Package = core("");
const NUMPY: Package = core("numpy");
const OURS: Package = core("std");

pub(crate) const ON_NUMBERS: &[Task] = &[Task::Whole, Task::Sliding];
const ON_RECORDINGS: &[Task] = &[Task::Feedback, Task::Pedometer];

/// Every Python contender and control, in the order in which they are shown. Starts nothing.
///
/// # Example
/// ```
/// assert_eq!(breakeven_python::contenders()[0].about().id, "python/naive");
/// ```
#[must_use]
pub fn contenders() -> Vec<PythonContender> {
    [talk(), numpy(), packages(), numba(), extension(), controls(), steps()].into_iter().flatten().collect()
}

/// The talk's loop, and what it becomes when its function is replaced.
fn talk() -> Vec<PythonContender> {
    vec![
        contender("python/naive", "the talk's own two functions, called by a plain Python loop")
            .program(List, PYTHON, &[TALK, PIPELINE])
            .on(&Task::ALL, Population, Peer(known::TALK)),
        contender(
            "python/statistics",
            "statistics.pstdev of the standard library: correctly rounded wherever it returns a number",
        )
        .program(List, PYTHON, &[file!("statistics.py")])
        .on(&[Task::Whole], PopulationOrSample, Peer(known::STATISTICS)),
        contender(
            "python/statistics",
            "the same Python loop, with statistics.pstdev in place of the talk's function",
        )
        .program(List, PYTHON, &[TALK, file!("statistics_remedy.py"), PIPELINE])
        .on(ON_RECORDINGS, Population, Peer(&[])),
        contender(
            "python/std-extension",
            "the same Python loop, with std.standard_dev in place of the talk's function: the talk's remedy",
        )
        .program(List, OURS, &[TALK, file!("std_extension.py"), PIPELINE])
        // one call of it is `extension/standard-dev`
        .on(&[Task::Sliding, Task::Feedback, Task::Pedometer], Population, Fast),
        contender(
            "cpp/talk",
            "the slides' C++ in place of the talk's function: a list copied to a vector, E[x^2] - mean^2 \
             (histories of floats, since it reads them unchecked)",
        )
        .program(
            List,
            cpp("breakeven_cpp_talk"),
            &[TALK, file!("cpp_talk.py"), PIPELINE, file!("float_histories.py")],
        )
        .on(&[Task::Whole, Task::Feedback, Task::Pedometer], Population, Peer(known::CPP_TALK)),
        contender(
            "cpp/talk-as-published",
            "the same as the talk's repository has it, where the sum starts at 1.0",
        )
        .program(
            List,
            cpp("breakeven_cpp_talk_as_published"),
            &[TALK, file!("cpp_talk_as_published.py"), PIPELINE],
        )
        .on(&[Task::Whole], Population, Peer(known::CPP_TALK_AS_PUBLISHED)),
    ]
}

/// NumPy, in each of the ways in which its users take standard deviations.
fn numpy() -> Vec<PythonContender> {
    vec![
        contender("python/numpy-list", "np.std of a list, converted in every call as in the talk")
            .program(List, NUMPY, &[NUMPY_STD])
            .on(&[Task::Whole], Any, Peer(known::NUMPY)),
        contender("python/numpy-array", "np.std of an array that is there already")
            .program(Ndarray, NUMPY, &[NUMPY_STD])
            .on(&[Task::Whole], Any, Peer(known::NUMPY)),
        contender("python/numpy-window", "np.std, called once for each window")
            .program(Ndarray, NUMPY, &[file!("numpy_window.py")])
            .on(&[Task::Sliding], PopulationOrSample, Peer(known::NUMPY_WINDOW)),
        contender(
            "python/numpy-window",
            "the same Python loop, with np.std in place of the talk's function: the remedy that failed",
        )
        .program(List, NUMPY, &[TALK, file!("numpy_remedy.py"), PIPELINE])
        .on(ON_RECORDINGS, Population, Peer(&[])),
        contender("python/numpy-cumsum", "differences of np.cumsum of the values and of their squares")
            .program(Ndarray, NUMPY, &[file!("numpy_cumsum.py")])
            .on(&[Task::Sliding], PopulationOrSample, Peer(known::NUMPY_CUMSUM)),
        contender("python/numpy-view", "np.std of sliding_window_view: all windows at once")
            .program(Ndarray, NUMPY, &[file!("numpy_view.py")])
            .on(&[Task::Sliding], PopulationOrSample, Peer(known::NUMPY_VIEW)),
        contender(
            "python/numpy-lanes",
            "one lane for each channel and width: NumPy takes all lanes one sample further at a time",
        )
        .program(Ndarray, NUMPY, &[NUMPY_PIPELINE, file!("numpy_lanes.py")])
        .on(ON_RECORDINGS, Population, Exact),
    ]
}

/// Installed packages, as their users call them.
///
/// `python/polars` comes after `python/polars-one-thread`: where a process holds both, as tests do, the pool is
/// of one thread. While it is measured it has a process of its own, whose environment says nothing of threads.
fn packages() -> Vec<PythonContender> {
    vec![
        contender(
            "python/scipy",
            "scipy.ndimage: standard_deviation; for windows uniform_filter1d of the squares \
             less the square of that of the values",
        )
        .program(Ndarray, peer("scipy"), &[file!("scipy.py")])
        .on(ON_NUMBERS, Population, Peer(known::SCIPY)),
        contender("python/bottleneck", "bn.nanstd, the only one it has for a whole array; bn.move_std")
            .program(Ndarray, peer("bottleneck"), &[file!("bottleneck.py")])
            .on(ON_NUMBERS, PopulationOrSample, Peer(known::BOTTLENECK)),
        contender(
            "python/pandas",
            "Series.std and Series.rolling(w).std, of a Series that is there already; \
             Bottleneck switched off",
        )
        .program(Ndarray, peer("pandas"), &[file!("pandas.py")])
        .on(ON_NUMBERS, PopulationOrSample, Peer(known::PANDAS)),
        contender(
            "python/polars-one-thread",
            "Series.std and Series.rolling_std, of a Series that is there already, \
             in a pool of one thread",
        )
        .program(Ndarray, peer("polars"), &[file!("polars_one_thread.py"), POLARS])
        .on(ON_NUMBERS, PopulationOrSample, Peer(known::POLARS)),
        contender(
            "python/polars",
            "the same, in a pool of as many threads as there are processors: its default",
        )
        .program(Ndarray, peer("polars"), &[POLARS])
        .on(ON_NUMBERS, PopulationOrSample, Peer(known::POLARS))
        .threads(std::thread::available_parallelism().map_or(1, usize::from)),
    ]
}

/// Python that Numba compiles, before the clock starts.
fn numba() -> Vec<PythonContender> {
    vec![
        contender(
            "python/numba-two-pass",
            "the talk's two passes, compiled by Numba, each window computed again",
        )
        .program(Ndarray, peer("numba"), &[NUMPY_PIPELINE, NUMBA_TWO_PASS])
        .on(&Task::ALL, PopulationOrSample, Peer(known::NUMBA_TWO_PASS)),
        contender(
            "python/numba-fastmath",
            "the same with fastmath: sums may be reordered, and so use vectors",
        )
        .program(Ndarray, peer("numba"), &[NUMBA_FASTMATH])
        .on(ON_NUMBERS, PopulationOrSample, Peer(known::NUMBA_TWO_PASS)),
        contender(
            "python/numba-incremental",
            "Welford's update with one value entering and one leaving, compiled by Numba",
        )
        .program(Ndarray, peer("numba"), &[NUMBA_INCREMENTAL])
        .on(&[Task::Sliding], PopulationOrSample, Peer(known::NUMBA_INCREMENTAL)),
        contender(
            "python/numba-incremental",
            "exact integer sums carried from window to window, compiled by Numba",
        )
        .program(Ndarray, peer("numba"), &[NUMPY_PIPELINE, NUMBA_INCREMENTAL])
        .on(ON_RECORDINGS, Population, Exact),
    ]
}

/// Our own module, called from Python.
fn extension() -> Vec<PythonContender> {
    vec![
        contender(
            "extension/standard-dev",
            "std.standard_dev of a list: what the call costs, read and computed without a copy by Python",
        )
        .program(List, OURS, &[file!("standard_dev.py")])
        .on(&[Task::Whole], Population, Fast),
        contender(
            "extension/rolling",
            "std.rolling_std of an array, into a new one: within 1e-14 of the exact value",
        )
        .program(Ndarray, OURS, &[file!("rolling.py")])
        .on(&[Task::Sliding], Any, Fast),
        contender("extension/rolling-exact", "std.rolling_std with method='exact': correctly rounded")
            .program(Ndarray, OURS, &[file!("rolling_exact.py")])
            .on(&[Task::Sliding], Any, Exact),
        contender(
            "extension/bank",
            "the whole loop in one call from Python: std_bank and count_steps of an int16 array",
        )
        .program(Ndarray, OURS, &[file!("bank.py")])
        .on(&[Task::Feedback, Task::Pedometer], Population, Exact),
    ]
}

fn controls() -> Vec<PythonContender> {
    vec![
        contender("control/noop-python", "a Python function that does nothing: what its call costs").program(
            InputForm::Nothing,
            PYTHON,
            &[file!("noop_python.py")],
        ),
        contender(
            "control/noop-extension",
            "a function of our extension that does nothing: what its call costs",
        )
        .program(InputForm::Nothing, OURS, &[file!("noop_extension.py")]),
    ]
}

/// The steps of the calls that are taken apart.
fn steps() -> Vec<PythonContender> {
    anatomy::ALL.iter().flat_map(steps_of).collect()
}

fn steps_of(anatomy: &'static Anatomy) -> impl Iterator<Item = PythonContender> {
    let (package, program): (Package, &'static [Source]) = match anatomy.package {
        "numpy" => (NUMPY, &[file!("numpy_anatomy.py")]),
        _ => (OURS, &[file!("standard_dev_anatomy.py")]),
    };
    anatomy.steps.iter().map(move |step| PythonContender {
        offer: Offer::Step { anatomy, step },
        ..contender(step.control, step.what).program(List, package, program)
    })
}

/// A control that so far has no program.
fn contender(id: &str, summary: &'static str) -> PythonContender {
    let (input, contract) = (InputForm::Nothing, Contract::Control);
    PythonContender {
        about: About { id: id.to_owned(), summary, input, contract, threads: 1 },
        program: &[],
        offer: Offer::Control,
        package: PYTHON,
        handing: Handing::SameInput,
    }
}

impl PythonContender {
    /// The same with these files, of which a later one may replace what an earlier one defines, the package that they
    /// need, and what the function is handed.
    fn program(mut self, input: InputForm, package: Package, program: &'static [Source]) -> Self {
        self.about.input = input;
        Self { program, package, ..self }
    }

    /// The same, offering these tasks with these divisors, and promising this of its answers.
    fn on(mut self, tasks: &'static [Task], divisor: Divisor, contract: Contract) -> Self {
        self.about.contract = contract;
        Self { offer: Offer::Tasks { tasks, divisor }, ..self }
    }

    /// The same, using this many threads.
    fn threads(mut self, threads: usize) -> Self {
        self.about.threads = threads;
        self
    }
}

const fn core(module: &'static str) -> Package {
    Package { module, install: "scripts/prepare" }
}

const fn peer(module: &'static str) -> Package {
    Package { module, install: "scripts/prepare --peers" }
}

const fn cpp(module: &'static str) -> Package {
    Package { module, install: "apt-get install g++ && scripts/prepare" }
}
