//! Which contenders are written in Python, or reached through it?
//!
//! A new one is a file in `contenders/` and an entry here.

use breakeven_problem::anatomy::{self, Anatomy};
use breakeven_problem::{About, Contract, InputForm, Task};

use crate::contender::{Divisor, Offer, Package, Place, PythonContender, Source};
use crate::known_failures as known;

const TALK: Source = source("talk.py", include_str!("../contenders/talk.py"));
const STD_EXTENSION: Source = source("std_extension.py", include_str!("../contenders/std_extension.py"));
const PIPELINE: Source = source("pipeline.py", include_str!("../contenders/pipeline.py"));
const FLOAT_HISTORIES: Source =
    source("float_histories.py", include_str!("../contenders/float_histories.py"));
const STATISTICS: Source = source("statistics.py", include_str!("../contenders/statistics.py"));
const STATISTICS_REMEDY: Source =
    source("statistics_remedy.py", include_str!("../contenders/statistics_remedy.py"));
const CPP_TALK: Source = source("cpp_talk.py", include_str!("../contenders/cpp_talk.py"));
const CPP_PUBLISHED: Source =
    source("cpp_talk_as_published.py", include_str!("../contenders/cpp_talk_as_published.py"));
const NUMPY_STD: Source = source("numpy_std.py", include_str!("../contenders/numpy_std.py"));
const NUMPY_WINDOW: Source = source("numpy_window.py", include_str!("../contenders/numpy_window.py"));
const NUMPY_REMEDY: Source = source("numpy_remedy.py", include_str!("../contenders/numpy_remedy.py"));
const NUMPY_CUMSUM: Source = source("numpy_cumsum.py", include_str!("../contenders/numpy_cumsum.py"));
const NUMPY_VIEW: Source = source("numpy_view.py", include_str!("../contenders/numpy_view.py"));
const NUMPY_LANES: Source = source("numpy_lanes.py", include_str!("../contenders/numpy_lanes.py"));
const NUMPY_PIPELINE: Source = source("numpy_pipeline.py", include_str!("../contenders/numpy_pipeline.py"));
const SCIPY: Source = source("scipy.py", include_str!("../contenders/scipy.py"));
const BOTTLENECK: Source = source("bottleneck.py", include_str!("../contenders/bottleneck.py"));
const PANDAS: Source = source("pandas.py", include_str!("../contenders/pandas.py"));
const POLARS: Source = source("polars.py", include_str!("../contenders/polars.py"));
const POLARS_ONE_THREAD: Source =
    source("polars_one_thread.py", include_str!("../contenders/polars_one_thread.py"));
const NUMBA_TWO_PASS: Source = kept("numba_two_pass.py", include_str!("../contenders/numba_two_pass.py"));
const NUMBA_FASTMATH: Source = kept("numba_fastmath.py", include_str!("../contenders/numba_fastmath.py"));
const NUMBA_INCREMENTAL: Source =
    kept("numba_incremental.py", include_str!("../contenders/numba_incremental.py"));
const NOOP_PYTHON: Source = source("noop_python.py", include_str!("../contenders/noop_python.py"));
const STANDARD_DEV: Source = source("standard_dev.py", include_str!("../contenders/standard_dev.py"));
const ROLLING: Source = source("rolling.py", include_str!("../contenders/rolling.py"));
const ROLLING_EXACT: Source = source("rolling_exact.py", include_str!("../contenders/rolling_exact.py"));
const BANK: Source = source("bank.py", include_str!("../contenders/bank.py"));
const NOOP_EXTENSION: Source = source("noop_extension.py", include_str!("../contenders/noop_extension.py"));

const NUMPY_ANATOMY: Source = source("numpy_anatomy.py", include_str!("../contenders/numpy_anatomy.py"));
const STANDARD_DEV_ANATOMY: Source =
    source("standard_dev_anatomy.py", include_str!("../contenders/standard_dev_anatomy.py"));

const PYTHON: Package = core("");
const NUMPY: Package = core("numpy");
const OURS: Package = core("std");

pub(crate) const ON_NUMBERS: &[Task] = &[Task::Whole, Task::Sliding];
const ON_RECORDINGS: &[Task] = &[Task::Feedback, Task::Pedometer];

/// Every Python contender and control, in the order in which they are shown. Starts nothing.
///
/// # Example
/// ```
/// use breakeven_problem::Contender;
/// assert_eq!(breakeven_python::contenders()[0].about().id, "python/naive");
/// ```
#[must_use]
pub fn contenders() -> Vec<PythonContender> {
    [talk(), numpy(), packages(), numba(), extension(), controls(), steps()].into_iter().flatten().collect()
}

/// The talk's loop, and what it becomes when its function is replaced.
fn talk() -> Vec<PythonContender> {
    vec![
        contender(
            "python/naive",
            "the talk's own two functions, called by a plain Python loop",
            InputForm::List,
            Contract::Peer(known::TALK),
        )
        .program(&[TALK, PIPELINE], PYTHON)
        .on(&Task::ALL, Divisor::Population),
        contender(
            "python/statistics",
            "statistics.pstdev of the standard library: correctly rounded wherever it returns a number",
            InputForm::List,
            Contract::Peer(known::STATISTICS),
        )
        .program(&[STATISTICS], PYTHON)
        .on(&[Task::Whole], Divisor::PopulationOrSample),
        contender(
            "python/statistics",
            "the same Python loop, with statistics.pstdev in place of the talk's function",
            InputForm::List,
            Contract::Peer(&[]),
        )
        .program(&[TALK, STATISTICS_REMEDY, PIPELINE], PYTHON)
        .on(ON_RECORDINGS, Divisor::Population),
        contender(
            "python/std-extension",
            "the same Python loop, with std.standard_dev in place of the talk's function: the talk's remedy",
            InputForm::List,
            Contract::Fast,
        )
        .program(&[TALK, STD_EXTENSION, PIPELINE], OURS)
        // one call of it is `extension/standard-dev`
        .on(&[Task::Sliding, Task::Feedback, Task::Pedometer], Divisor::Population),
        contender(
            "cpp/talk",
            "the slides' C++ in place of the talk's function: a list copied to a vector, E[x^2] - mean^2 \
             (histories of floats, since it reads them unchecked)",
            InputForm::List,
            Contract::Peer(known::CPP_TALK),
        )
        .program(&[TALK, CPP_TALK, PIPELINE, FLOAT_HISTORIES], cpp("breakeven_cpp_talk"))
        .on(&[Task::Whole, Task::Feedback, Task::Pedometer], Divisor::Population),
        contender(
            "cpp/talk-as-published",
            "the same as the talk's repository has it, where the sum starts at 1.0",
            InputForm::List,
            Contract::Peer(known::CPP_TALK_AS_PUBLISHED),
        )
        .program(&[TALK, CPP_PUBLISHED, PIPELINE], cpp("breakeven_cpp_talk_as_published"))
        .on(&[Task::Whole], Divisor::Population),
    ]
}

/// NumPy, in each of the ways in which its users take standard deviations.
fn numpy() -> Vec<PythonContender> {
    vec![
        contender(
            "python/numpy-list",
            "np.std of a list, converted in every call as in the talk",
            InputForm::List,
            Contract::Peer(known::NUMPY),
        )
        .program(&[NUMPY_STD], NUMPY)
        .on(&[Task::Whole], Divisor::Any),
        contender(
            "python/numpy-array",
            "np.std of an array that is there already",
            InputForm::Ndarray,
            Contract::Peer(known::NUMPY),
        )
        .program(&[NUMPY_STD], NUMPY)
        .on(&[Task::Whole], Divisor::Any),
        contender(
            "python/numpy-window",
            "np.std, called once for each window",
            InputForm::Ndarray,
            Contract::Peer(known::NUMPY_WINDOW),
        )
        .program(&[NUMPY_WINDOW], NUMPY)
        .on(&[Task::Sliding], Divisor::PopulationOrSample),
        contender(
            "python/numpy-window",
            "the same Python loop, with np.std in place of the talk's function: the remedy that failed",
            InputForm::List,
            Contract::Peer(&[]),
        )
        .program(&[TALK, NUMPY_REMEDY, PIPELINE], NUMPY)
        .on(ON_RECORDINGS, Divisor::Population),
        contender(
            "python/numpy-cumsum",
            "differences of np.cumsum of the values and of their squares",
            InputForm::Ndarray,
            Contract::Peer(known::NUMPY_CUMSUM),
        )
        .program(&[NUMPY_CUMSUM], NUMPY)
        .on(&[Task::Sliding], Divisor::PopulationOrSample),
        contender(
            "python/numpy-view",
            "np.std of sliding_window_view: all windows at once",
            InputForm::Ndarray,
            Contract::Peer(known::NUMPY_VIEW),
        )
        .program(&[NUMPY_VIEW], NUMPY)
        .on(&[Task::Sliding], Divisor::PopulationOrSample),
        contender(
            "python/numpy-lanes",
            "one lane for each channel and width: NumPy takes all lanes one sample further at a time",
            InputForm::Ndarray,
            Contract::Exact,
        )
        .program(&[NUMPY_PIPELINE, NUMPY_LANES], NUMPY)
        .on(ON_RECORDINGS, Divisor::Population),
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
                "scipy.ndimage: standard_deviation; for windows uniform_filter1d of the squares less the square \
             of that of the values",
                InputForm::Ndarray,
                Contract::Peer(known::SCIPY)
).program(&[SCIPY], peer("scipy")).on(ON_NUMBERS, Divisor::Population),
        contender("python/bottleneck", "bn.nanstd, the only one it has for a whole array; bn.move_std", InputForm::Ndarray, Contract::Peer(known::BOTTLENECK)).program(&[BOTTLENECK], peer("bottleneck")).on(ON_NUMBERS, Divisor::PopulationOrSample),
        contender("python/pandas", "Series.std and Series.rolling(w).std, of a Series that is there already; Bottleneck switched off", InputForm::Ndarray, Contract::Peer(known::PANDAS)).program(&[PANDAS], peer("pandas")).on(ON_NUMBERS, Divisor::PopulationOrSample),
        contender("python/polars-one-thread", "Series.std and Series.rolling_std, of a Series that is there already, in a pool of one thread", InputForm::Ndarray, Contract::Peer(known::POLARS)).program(&[POLARS_ONE_THREAD, POLARS], peer("polars")).on(ON_NUMBERS, Divisor::PopulationOrSample),
        contender(
            "python/polars",
            "the same, in a pool of as many threads as there are processors: its default",
            InputForm::Ndarray,
            Contract::Peer(known::POLARS),
        )
        .program(&[POLARS], peer("polars"))
        .on(ON_NUMBERS, Divisor::PopulationOrSample)
        .threads(std::thread::available_parallelism().map_or(1, usize::from)),
    ]
}

/// Python that Numba compiles, before the clock starts.
fn numba() -> Vec<PythonContender> {
    vec![
        contender(
            "python/numba-two-pass",
            "the talk's two passes, compiled by Numba, each window computed again",
            InputForm::Ndarray,
            Contract::Peer(known::NUMBA_TWO_PASS),
        )
        .program(&[NUMPY_PIPELINE, NUMBA_TWO_PASS], peer("numba"))
        .on(&Task::ALL, Divisor::PopulationOrSample),
        contender(
            "python/numba-fastmath",
            "the same with fastmath: sums may be reordered, and so use vectors",
            InputForm::Ndarray,
            Contract::Peer(known::NUMBA_TWO_PASS),
        )
        .program(&[NUMBA_FASTMATH], peer("numba"))
        .on(ON_NUMBERS, Divisor::PopulationOrSample),
        contender(
            "python/numba-incremental",
            "Welford's update with one value entering and one leaving, compiled by Numba",
            InputForm::Ndarray,
            Contract::Peer(known::NUMBA_INCREMENTAL),
        )
        .program(&[NUMBA_INCREMENTAL], peer("numba"))
        .on(&[Task::Sliding], Divisor::PopulationOrSample),
        contender(
            "python/numba-incremental",
            "exact integer sums carried from window to window, compiled by Numba",
            InputForm::Ndarray,
            Contract::Exact,
        )
        .program(&[NUMPY_PIPELINE, NUMBA_INCREMENTAL], peer("numba"))
        .on(ON_RECORDINGS, Divisor::Population),
    ]
}

/// Our own module, called from Python.
fn extension() -> Vec<PythonContender> {
    vec![
        contender(
            "extension/standard-dev",
            "std.standard_dev of a list: what the call costs, read and computed without a copy by Python",
            InputForm::List,
            Contract::Fast,
        )
        .program(&[STANDARD_DEV], OURS)
        .on(&[Task::Whole], Divisor::Population),
        contender(
            "extension/rolling",
            "std.rolling_std of an array, into a new one: within 1e-14 of the exact value",
            InputForm::Ndarray,
            Contract::Fast,
        )
        .program(&[ROLLING], OURS)
        .on(&[Task::Sliding], Divisor::Any),
        contender(
            "extension/rolling-exact",
            "std.rolling_std with method='exact': correctly rounded",
            InputForm::Ndarray,
            Contract::Exact,
        )
        .program(&[ROLLING_EXACT], OURS)
        .on(&[Task::Sliding], Divisor::Any),
        contender(
            "extension/bank",
            "the whole loop in one call from Python: std_bank and count_steps of an int16 array",
            InputForm::Ndarray,
            Contract::Exact,
        )
        .program(&[BANK], OURS)
        .on(&[Task::Feedback, Task::Pedometer], Divisor::Population),
    ]
}

fn controls() -> Vec<PythonContender> {
    vec![
        PythonContender {
            offer: Offer::Control,
            ..contender(
                "control/noop-python",
                "a Python function that does nothing: what its call costs",
                InputForm::Nothing,
                Contract::Control,
            )
            .program(&[NOOP_PYTHON], PYTHON)
        },
        PythonContender {
            offer: Offer::Control,
            ..contender(
                "control/noop-extension",
                "a function of our extension that does nothing: what its call costs",
                InputForm::Nothing,
                Contract::Control,
            )
            .program(&[NOOP_EXTENSION], OURS)
        },
    ]
}

/// The steps of the calls that are taken apart.
fn steps() -> Vec<PythonContender> {
    anatomy::ALL.iter().flat_map(steps_of).collect()
}

fn steps_of(anatomy: &'static Anatomy) -> impl Iterator<Item = PythonContender> {
    let (program, package): (&'static [Source], Package) = match anatomy.package {
        "numpy" => (&[NUMPY_ANATOMY], NUMPY),
        _ => (&[STANDARD_DEV_ANATOMY], OURS),
    };
    anatomy.steps.iter().map(move |step| PythonContender {
        offer: Offer::Step { anatomy, step },
        ..contender(step.control, step.what, InputForm::List, Contract::Control).program(program, package)
    })
}

/// A contender that so far has no program and offers nothing.
fn contender(id: &str, summary: &'static str, input: InputForm, contract: Contract) -> PythonContender {
    PythonContender {
        about: About { id: id.to_owned(), summary, input, contract, threads: 1 },
        program: &[],
        offer: Offer::Tasks { tasks: &[], divisor: Divisor::Any },
        package: PYTHON,
    }
}

impl PythonContender {
    /// The same with these files, of which a later one may replace what an earlier one defines, and the package that they need.
    fn program(self, program: &'static [Source], package: Package) -> Self {
        Self { program, package, ..self }
    }

    /// The same, offering these tasks with these divisors.
    fn on(self, tasks: &'static [Task], divisor: Divisor) -> Self {
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

const fn source(file: &'static str, text: &'static str) -> Source {
    Source { file, text, place: Place::Memory }
}

/// A file in which Numba compiles something.
const fn kept(file: &'static str, text: &'static str) -> Source {
    Source { file, text, place: Place::Kept }
}
