//! How does a piece of Python become a contender?
//!
//! A contender is a program (one or more files of `contenders/`) whose functions are named by task. Each
//! takes the window and the ddof and returns the function to be timed, so that for `whole` this is the very
//! object that a user would call. The timed loop is compiled Python, the one of timeit, and the process
//! attaches to Python once per batch.

use std::array::from_fn;
use std::sync::Arc;

use breakeven_problem::{
    About, Absence, Answer, Contender, Count, Data, Failure, InputForm, Prepared, Refusal, Task, Workload,
};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::forms::Form;
use crate::host::{Host, failure};

/// Longer series are not handed to Python as lists: 1e6 floats take 32 MB, and no contender gains by it.
const LONGEST_LIST: usize = 100_000;

/// One implementation in Python, or reached through it.
#[derive(Debug, Clone)]
pub struct PythonContender {
    pub(crate) about: About,
    /// The program, file by file: a later file may replace what an earlier one defines.
    pub(crate) program: &'static [Source],
    pub(crate) offer: Offer,
    /// The module whose version is measured, and must be there; empty for Python itself.
    pub(crate) package: &'static str,
}

/// A file of `contenders/`, as it was when this was compiled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    pub(crate) file: &'static str,
    pub(crate) text: &'static str,
}

/// What a contender implements.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Offer {
    /// These tasks, with these divisors.
    Tasks { tasks: &'static [Task], divisor: Divisor },
    /// It is timed beside `whole`, where a call is what costs.
    Control,
}

/// Which n - ddof it divides by.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Divisor {
    /// n.
    Population,
    /// n, or n - 1 where that is not 0.
    PopulationOrSample,
    /// Any, with NaN where nothing is left.
    Any,
}

impl Divisor {
    fn offers(self, values: usize, ddof: usize) -> bool {
        match self {
            Divisor::Population => ddof == 0,
            Divisor::PopulationOrSample => ddof <= 1 && values > ddof,
            Divisor::Any => true,
        }
    }
}

impl Contender for PythonContender {
    fn about(&self) -> &About {
        &self.about
    }

    fn offers(&self, workload: &Workload) -> bool {
        let Offer::Tasks { tasks, divisor } = self.offer else { return workload.task == Task::Whole };
        let of_numbers = matches!(workload.task, Task::Whole | Task::Sliding);
        let too_long = of_numbers && self.about.input == InputForm::List && workload.length > LONGEST_LIST;
        let values = workload.window.unwrap_or(workload.length);
        tasks.contains(&workload.task) && divisor.offers(values, workload.ddof) && !too_long
    }

    fn version(&self) -> Result<String, Absence> {
        let host = Host::start()?;
        Python::attach(|py| {
            let version = host.call(py, "version", (self.package,));
            version.and_then(|version| version.extract().map_err(|error: PyErr| failure(py, &error)))
        })
        .map_err(|Failure(reason)| Absence {
            reason: format!("{} cannot be imported: {reason}", self.package),
            install: Some("scripts/prepare".to_owned()),
        })
    }

    fn prepare(&self, workload: &Workload, inputs: &Arc<[Data]>) -> Result<Box<dyn Prepared>, Refusal> {
        self.version()?;
        let host = Host::start().map_err(Absence::from)?;
        let held = Python::attach(|py| self.hold(py, host, workload, inputs))?;
        Ok(Box::new(PreparedPython { host, task: self.answers(workload), held: Some(held) }))
    }
}

impl PythonContender {
    fn hold(
        &self,
        py: Python<'_>,
        host: &'static Host,
        workload: &Workload,
        inputs: &Arc<[Data]>,
    ) -> Result<Held, Failure> {
        let on_recording = matches!(workload.task, Task::Feedback | Task::Pedometer);
        if inputs.iter().any(|input| input.recording().is_some() != on_recording) {
            return Err(Failure(format!("{} does not offer {} on this", self.about.id, workload.task)));
        }
        let program: Vec<_> = self.program.iter().map(|source| (source.file, source.text)).collect();
        let name = match self.offer {
            Offer::Tasks { .. } => workload.task.word(),
            Offer::Control => "control",
        };
        let function = host.call(py, "make", (program, name, workload.window, workload.ddof))?.unbind();
        let form = host.forms.lend(host, py, inputs, self.about.input)?;
        host.call(py, "collect_garbage", ())?;
        Ok(Held { batch: host.function(py, "batch")?, function, form, result: None })
    }

    /// The task whose kind of answer comes back, or `None` where nothing does.
    fn answers(&self, workload: &Workload) -> Option<Task> {
        match self.offer {
            Offer::Tasks { .. } => Some(workload.task),
            Offer::Control => None,
        }
    }
}

struct PreparedPython {
    host: &'static Host,
    task: Option<Task>,
    /// `None` only while it is dropped.
    held: Option<Held>,
}

struct Held {
    batch: Py<PyAny>,
    function: Py<PyAny>,
    form: Arc<Form>,
    result: Option<Py<PyAny>>,
}

impl Prepared for PreparedPython {
    fn run(&mut self, input: usize, loops: u64) -> Result<(), Failure> {
        let held = self.held.as_mut().expect("held until it is dropped");
        Python::attach(|py| {
            let arguments = (&held.function, &held.form[input], loops);
            match held.batch.call1(py, arguments) {
                Ok(result) => {
                    held.result = (loops > 0).then_some(result);
                    Ok(())
                }
                Err(error) => {
                    held.result = None;
                    Err(failure(py, &error))
                }
            }
        })
    }

    fn answer(&mut self) -> Result<Answer, Failure> {
        let held = self.held.as_ref().expect("held until it is dropped");
        let result = held.result.as_ref().ok_or_else(|| Failure("nothing was run".to_owned()))?;
        let Some(task) = self.task else { return Ok(Answer::Nothing) };
        Python::attach(|py| {
            let failed = |error: PyErr| failure(py, &error);
            Ok(match task {
                Task::Whole => {
                    Answer::Value(self.host.call(py, "value", (result,))?.extract().map_err(failed)?)
                }
                Task::Sliding => {
                    let bytes = self.host.call(py, "series", (result,))?;
                    let bytes: Vec<u8> = bytes.extract().map_err(failed)?;
                    Answer::Series(numbers(&bytes, f64::from_ne_bytes))
                }
                Task::Feedback | Task::Pedometer => {
                    let count = self.host.call(py, "count", (result,))?;
                    let (m, steps): (Vec<Bound<'_, PyBytes>>, Vec<usize>) =
                        count.extract().map_err(failed)?;
                    let m = m.iter().map(|channel| numbers(channel.as_bytes(), i32::from_ne_bytes)).collect();
                    Answer::Count(Count { m, steps })
                }
            })
        })
    }
}

impl Drop for PreparedPython {
    /// Attached, since else the objects would be released by whoever attaches next: inside a timed batch.
    fn drop(&mut self) {
        Python::attach(|_| drop(self.held.take()));
    }
}

fn numbers<const SIZE: usize, T>(bytes: &[u8], from_bytes: fn([u8; SIZE]) -> T) -> Vec<T> {
    bytes.chunks_exact(SIZE).map(|chunk| from_bytes(from_fn(|index| chunk[index]))).collect()
}

#[cfg(test)]
mod tests {
    use breakeven_problem::{Contract, Distribution};

    use super::*;

    const SERIES: Task = Task::Sliding;

    /// Whatever `whole` and `sliding` return here, as a contender.
    fn contender(text: &'static str, input: InputForm) -> PythonContender {
        let about =
            About { id: "python/test".into(), summary: "", input, contract: Contract::Fast, threads: 1 };
        let program = Box::leak(Box::new([Source { file: "test.py", text }]));
        let offer = Offer::Tasks { tasks: &Task::ALL, divisor: Divisor::Any };
        PythonContender { about, program, offer, package: "" }
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
            (
                "import sys\ndef whole(window, ddof): return lambda x: sys.exit()",
                Task::Whole,
                Err("SystemExit"),
            ),
            ("def whole(", Task::Whole, Err("SyntaxError: '(' was never closed (test.py, line 1)")),
            ("", Task::Whole, Err("KeyError: 'whole'")),
            (
                "def sliding(window, ddof): return lambda x: x[window:]",
                SERIES,
                Ok(Answer::Series(vec![32.0])),
            ),
            ("def sliding(window, ddof): return tuple", SERIES, Ok(Answer::Series(vec![8.0, 16.0, 32.0]))),
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

        let forms = &Host::start().unwrap().forms;
        let held = || Python::attach(|py| forms.held(py, &inputs));
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
        assert_eq!(offered(&uniform(100_000)).len(), 7);
        assert_eq!(
            offered(&uniform(100_001)),
            ["python/numpy-array", "control/noop-python", "control/noop-extension"]
        );
        let sample = Workload { ddof: 1, ..uniform(25) };
        assert_eq!(offered(&sample)[..3], ["python/statistics", "python/numpy-list", "python/numpy-array"]);
        assert!(offered(&Workload::sliding(Distribution::Uniform, 1_000_000, 75, "")).is_empty());
        let hour = Workload::recording(Task::Pedometer, "hour", 360_000, 6, "");
        assert_eq!(offered(&hour), ["python/naive", "python/std-extension"]);
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
}
