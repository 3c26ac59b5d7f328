//! What comes back from Python, in which form inputs go there, and for how long they are kept.

use breakeven_problem::{Contract, Distribution, Handing, InputForm};

use super::*;
use crate::contender::{Divisor, Package, Source};

const SERIES: Task = Task::Sliding;

/// Whatever `whole` and `sliding` return here, as a contender.
fn contender(text: &'static str, input: InputForm) -> PythonContender {
    let about = About { id: "python/test".into(), summary: "", input, contract: Contract::Fast, threads: 1 };
    let program = Box::leak(Box::new([Source { file: "test.py", text, place: Place::Memory }]));
    let offer = Offer::Tasks { tasks: &Task::ALL, divisor: Divisor::Any };
    let package = Package { module: "", install: "" };
    PythonContender { about, program, offer, package, handing: Handing::SameInput }
}

fn prepare(text: &'static str, task: Task) -> Result<Box<dyn Prepared>, Refusal> {
    let workload = Workload { task, window: Some(2), ..Workload::whole(Distribution::Uniform, 3, "") };
    contender(text, InputForm::List).prepare(&workload, &inputs())
}

fn inputs() -> Arc<[Data]> {
    Arc::from([Data::Series(vec![1.0, 2.0, 4.0]), Data::Series(vec![8.0, 16.0, 32.0])])
}

fn answer(text: &'static str, task: Task) -> Result<Answer, Failure> {
    let mut prepared = prepare(text, task).map_err(|refusal| Failure(refusal.to_string()))?;
    prepared.run(1, 3)?;
    prepared.answer()
}

#[test]
fn what_comes_back_is_an_answer_or_a_failure_that_says_what_it_was() {
    let cases: &[(&str, Task, Result<Answer, &str>)] = &[
        ("def whole(window, ddof): return sum", Task::Whole, Ok(Answer::Value(56.0))),
        ("def whole(window, ddof): return len", Task::Whole, Ok(Answer::Value(3.0))),
        (
            "def whole(window, ddof): return str",
            Task::Whole,
            Err("TypeError: str '[8.0, 16.0, 32.0]' came back instead of a number"),
        ),
        (
            "def whole(window, ddof): return bool",
            Task::Whole,
            Err("TypeError: bool True came back instead of a number"),
        ),
        (
            "def whole(window, ddof): return lambda x: None",
            Task::Whole,
            Err("TypeError: None came back instead of a number"),
        ),
        (
            "def whole(window, ddof): return lambda x: x[9]",
            Task::Whole,
            Err("IndexError: list index out of range"),
        ),
        (
            "def whole(window, ddof):\n def f(x): raise ValueError('two\\nlines')\n return f",
            Task::Whole,
            Err("ValueError: two lines"),
        ),
        ("import sys\ndef whole(window, ddof): return lambda x: sys.exit()", Task::Whole, Err("SystemExit")),
        ("def whole(", Task::Whole, Err("SyntaxError: '(' was never closed (test.py, line 1)")),
        ("", Task::Whole, Err("KeyError: 'whole'")),
        ("def sliding(window, ddof): return lambda x: x[window:]", SERIES, Ok(Answer::Series(vec![32.0]))),
        // as long as the input, and no NaN before the first full window: for the judge to see
        ("def sliding(window, ddof): return tuple", SERIES, Ok(Answer::Series(vec![8.0, 16.0, 32.0]))),
        (
            "def sliding(window, ddof): return lambda x: [float('nan'), *x[1:]]",
            SERIES,
            Ok(Answer::Series(vec![16.0, 32.0])),
        ),
        // null, but where no window is full only
        (
            "def sliding(window, ddof): return lambda x: [None, *x[1:]]",
            SERIES,
            Ok(Answer::Series(vec![16.0, 32.0])),
        ),
        (
            "def sliding(window, ddof): return lambda x: (None, *x[1:])",
            SERIES,
            Ok(Answer::Series(vec![16.0, 32.0])),
        ),
        (
            "def sliding(window, ddof): return lambda x: [None, x[1], None]",
            SERIES,
            Err("TypeError: None came back instead of a number"),
        ),
        (
            "def sliding(window, ddof): return lambda x: [None, x[2]]",
            SERIES,
            Err("TypeError: None came back instead of a number"),
        ),
        (
            "class Column(list):\n def to_numpy(self): return list(self)\n\
             def sliding(window, ddof): return lambda x: Column([float('nan')] + x[:2])",
            SERIES,
            Ok(Answer::Series(vec![8.0, 16.0])),
        ),
        (
            "def given(x): return [-value for value in x]\ndef sliding(window, ddof): return lambda x: x[1:]",
            SERIES,
            Ok(Answer::Series(vec![-16.0, -32.0])),
        ),
        (
            "def sliding(window, ddof): return sum",
            SERIES,
            Err("TypeError: float 56.0 came back instead of a series"),
        ),
        (
            "def sliding(window, ddof): return lambda x: [1.0, '2']",
            SERIES,
            Err("TypeError: str '2' came back instead of a number"),
        ),
    ];
    for (text, task, expected) in cases {
        let expected = expected.clone().map_err(|reason| Failure(reason.to_owned()));
        assert_eq!(answer(text, *task), expected, "{text}");
    }
}

#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
#[test]
fn a_call_that_would_make_more_than_1e9_bytes_is_refused_with_their_number() {
    let fits = |bytes: &str| {
        let text = format!("def temporaries(length, window): return {bytes}");
        let contender = contender(Box::leak(text.into_boxed_str()), InputForm::List);
        contender.fits(&Workload::whole(Distribution::Uniform, 3, ""))
    };
    assert_eq!(fits("10**9"), Ok(()));
    let reason = "too large here: 2.5 GB of temporaries a call".to_owned();
    assert_eq!(fits("2_500_000_000"), Err(Absence { reason, install: None }));

    let view = crate::contenders().into_iter().find(|one| one.about.id == "python/numpy-view").unwrap();
    let at = |length, window| view.fits(&Workload::sliding(Distribution::Uniform, length, window, ""));
    if view.version().is_err() {
        println!("skipped: NumPy is not here");
        return;
    }
    assert_eq!(at(1_000_000, 100), Ok(()));
    let reason = "too large here: 720.0 GB of temporaries a call".to_owned();
    assert_eq!(at(1_000_000, 100_000), Err(Absence { reason, install: None }));
}

#[test]
fn a_kept_file_is_a_module_of_the_environment_that_is_loaded_once() {
    let text = "import sys\nloaded = []\ndef whole(window, ddof):\n loaded.append(1)\n \
                here = sys.modules[__name__].__file__.startswith(sys.prefix)\n \
                return lambda x: len(loaded) + 0.5 * here";
    let kept = || {
        let mut contender = contender(text, InputForm::List);
        contender.program = Box::leak(Box::new([Source { file: "kept_test.py", text, place: Place::Kept }]));
        let workload = Workload::whole(Distribution::Uniform, 3, "");
        let mut prepared = contender.prepare(&workload, &inputs()).unwrap();
        prepared.run(0, 1).unwrap();
        prepared.answer()
    };
    assert_eq!(kept(), Ok(Answer::Value(1.5)));
    assert_eq!(kept(), Ok(Answer::Value(2.5)));
}

#[test]
fn a_count_has_m_and_steps() {
    let signal = breakeven_problem::Signal::new(vec![vec![1, 2], vec![3, 4], vec![5, 6]]).unwrap();
    let workload = Workload::recording(Task::Pedometer, "two", 2, 3, "");
    let inputs: Arc<[Data]> = Arc::from([Data::Recording(signal)]);
    let cases: &[(&str, Result<Count, &str>)] = &[
        (
            "lambda x: (x, [0, 1])",
            Ok(Count { m: vec![vec![1, 2], vec![3, 4], vec![5, 6]], steps: vec![0, 1] }),
        ),
        ("len", Err("TypeError: int 3 came back instead of M and steps")),
        ("lambda x: ([['a']], [])", Err("TypeError: 'str' object cannot be interpreted as an integer")),
        ("lambda x: (x, [-1])", Err("OverflowError: can't convert negative int to unsigned")),
    ];
    for (code, expected) in cases {
        let text = Box::leak(format!("def pedometer(window, ddof): return {code}").into_boxed_str());
        let mut prepared = contender(text, InputForm::List).prepare(&workload, &inputs).unwrap();
        prepared.run(0, 1).unwrap();
        let expected = expected.clone().map(Answer::Count).map_err(|reason| Failure(reason.to_owned()));
        assert_eq!(prepared.answer(), expected, "{code}");
    }
}

#[test]
fn without_a_run_there_is_no_answer() {
    let mut prepared = prepare("def whole(window, ddof): return sum", Task::Whole).unwrap();
    let nothing = Err(Failure("nothing was run".to_owned()));
    assert_eq!(prepared.answer(), nothing);
    prepared.run(0, 0).unwrap();
    assert_eq!(prepared.answer(), nothing);
    prepared.run(0, 1).unwrap();
    assert_eq!(prepared.answer(), Ok(Answer::Value(7.0)));
}

#[test]
fn the_loop_calls_as_often_as_it_is_told_with_the_collector_off() {
    let text = "
import gc
calls = []
def whole(window, ddof):
    def f(x):
        calls.append(x)
        return len(calls) + 0.5 * gc.isenabled()
    return f
";
    let mut prepared = prepare(text, Task::Whole).unwrap();
    prepared.run(0, 5).unwrap();
    prepared.run(1, 1000).unwrap();
    assert_eq!(prepared.answer(), Ok(Answer::Value(1005.0)));
}

#[test]
fn contenders_prepared_on_the_same_inputs_share_one_form_that_goes_with_the_last() {
    let text = "def whole(window, ddof): return id";
    let workload = Workload::whole(Distribution::Uniform, 3, "");
    let inputs = inputs();
    let address = |prepared: &mut Box<dyn Prepared>, input| {
        prepared.run(input, 1).unwrap();
        prepared.answer().unwrap()
    };
    let list = contender(text, InputForm::List);
    let mut first = list.prepare(&workload, &inputs).unwrap();
    let mut second = list.prepare(&workload, &inputs).unwrap();
    assert_eq!(address(&mut first, 0), address(&mut second, 0));
    assert_ne!(address(&mut first, 0), address(&mut first, 1));
    let mut array = contender(text, InputForm::Array).prepare(&workload, &inputs).unwrap();
    assert_ne!(address(&mut first, 0), address(&mut array, 0));
    let mut others = list.prepare(&workload, &Arc::from(inputs.to_vec())).unwrap();
    assert_ne!(address(&mut first, 0), address(&mut others, 0));

    let held = || Python::attach(|py| forms::held(py, &inputs));
    assert_eq!(held(), 2);
    drop(first);
    assert_eq!(held(), 2);
    drop((second, array));
    assert_eq!(held(), 0);
}

#[test]
fn lists_longer_than_1e5_and_unknown_divisors_are_not_offered() {
    let all = crate::contenders();
    let offered = |workload: &Workload| -> Vec<&str> {
        let offering = all.iter().filter(|contender| contender.offers(workload));
        offering.map(|contender| contender.about.id.as_str()).collect()
    };
    let uniform = |n| Workload::whole(Distribution::Uniform, n, "");
    let arrays = [
        "python/numpy-array",
        "python/scipy",
        "python/bottleneck",
        "python/pandas",
        "python/polars-one-thread",
        "python/polars",
        "python/numba-two-pass",
        "python/numba-fastmath",
    ];
    let controls = ["control/noop-python", "control/noop-extension"];
    let lists =
        ["python/naive", "python/statistics", "cpp/talk", "cpp/talk-as-published", "python/numpy-list"];
    assert_eq!(offered(&uniform(100_001)), [&arrays[..], &controls].concat());
    let ours = ["extension/standard-dev"];
    assert_eq!(offered(&uniform(100_000)), [&lists[..], &arrays, &ours, &controls].concat());
    let sample = Workload { ddof: 1, ..uniform(25) };
    assert_eq!(offered(&sample)[..3], ["python/statistics", "python/numpy-list", "python/numpy-array"]);
    let long = offered(&Workload::sliding(Distribution::Uniform, 1_000_000, 75, ""));
    let windows = ["python/numpy-window", "python/numpy-cumsum", "python/numpy-view"];
    let sliding = [
        &windows[..],
        &arrays[1..],
        &["python/numba-incremental", "extension/rolling", "extension/rolling-exact"],
    ]
    .concat();
    assert_eq!(long, sliding);
    let rungs = [
        "python/naive",
        "python/statistics",
        "python/std-extension",
        "cpp/talk",
        "python/numpy-window",
        "python/numpy-lanes",
        "python/numba-two-pass",
        "python/numba-incremental",
        "extension/bank",
    ];
    assert_eq!(offered(&Workload::recording(Task::Pedometer, "hour", 360_000, 6, "")), rungs);
}

#[test]
fn prepared_things_work_from_any_thread() {
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let got = answer("def whole(window, ddof): return sum", Task::Whole);
                assert_eq!(got, Ok(Answer::Value(56.0)));
            });
        }
    });
}
