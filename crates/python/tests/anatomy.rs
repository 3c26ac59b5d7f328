//! Calls taken apart: are the steps those of the NumPy that is installed, and do they return what they must?

use std::sync::Arc;

use breakeven_problem::anatomy::{ALL, Step};
use breakeven_problem::{Answer, Contender, Data, Workload};
use breakeven_python::{Host, contenders};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The lines that the report links to are the lines that the controls are cut after.
#[test]
#[expect(clippy::print_stdout, reason = "says why it was skipped")]
fn each_step_of_numpy_ends_in_the_line_that_is_linked_to() {
    Host::start().unwrap();
    let known = &ALL[0];
    Python::attach(|py| {
        let version: String = py.import("numpy").unwrap().getattr("__version__").unwrap().extract().unwrap();
        if version != known.version {
            println!("skipped: the lines of NumPy {} are known, this is {version}", known.version);
            return;
        }
        let names = PyDict::new(py);
        let program = include_str!("../contenders/numpy_anatomy.py");
        py.run(&std::ffi::CString::new(program).unwrap(), Some(&names), None).unwrap();
        let build = names.get_item("build").unwrap().unwrap();
        for (place, step) in known.steps.iter().enumerate() {
            let (function, line): (Py<PyAny>, usize) =
                build.call1((step.name(),)).unwrap().extract().unwrap();
            match step.name() {
                // ends where the next function is entered: at its `def`
                "np-dispatch" | "np-arguments" => {}
                "np-root" => assert!((line - 4..=line).contains(&step.last_line), "{line}"),
                name => assert_eq!(line, step.last_line, "{name}"),
            }
            let file = py.import("numpy").unwrap().getattr("__path__").unwrap().get_item(0).unwrap();
            let file = format!("{}/{}", file.extract::<String>().unwrap(), &step.file["numpy/".len()..]);
            assert!(mentions(&file, step), "{} lines {}-{}", step.file, step.first_line, step.last_line);
            let values = vec![0.5; 25];
            let returned: Option<f64> = function.call1(py, (values,)).unwrap().extract(py).unwrap();
            assert_eq!(returned.is_some(), place + 1 == known.steps.len(), "{}", step.control);
        }
    });
}

/// A word that stands in the lines of each step.
fn mentions(file: &str, step: &Step) -> bool {
    let text = std::fs::read_to_string(file).expect("NumPy is installed with its sources");
    let lines = text.lines().skip(step.first_line - 1).take(step.last_line + 1 - step.first_line);
    let lines = lines.collect::<Vec<_>>().join("\n");
    let word = match step.name() {
        "np-dispatch" => "array_function_dispatch(_std_dispatcher)",
        "np-arguments" => "std = a.std",
        "np-conversion" => "asanyarray(a)",
        "np-checks" => "_count_reduce_items",
        "np-mean-sum" => "arrmean = umr_sum",
        "np-mean" => "arrmean = um.true_divide",
        "np-deviations" => "um.subtract",
        "np-squares" => "um.square",
        "np-square-sum" => "ret = umr_sum",
        "np-division" => "um.maximum",
        "np-root" => "um.sqrt",
        other => panic!("{other} has no word"),
    };
    lines.contains(word)
}

#[test]
fn every_part_of_an_anatomy_is_offered_there_and_runs_and_the_whole_call_is_right() {
    Host::start().unwrap();
    let all = contenders();
    for known in &ALL {
        let workload = Workload::anatomy(known, 25, "test").with_one_input();
        let offered: Vec<_> = all.iter().filter(|contender| contender.offers(&workload)).collect();
        let ids: Vec<&str> = offered.iter().map(|contender| contender.about().id.as_str()).collect();
        let expected =
            [known.whole, known.floor].into_iter().chain(known.steps.iter().map(|step| step.control));
        for id in expected {
            assert_eq!(ids.iter().filter(|&&offered| offered == id).count(), 1, "{id} on {}", workload.id);
        }
        let inputs: Arc<[Data]> = breakeven_problem::inputs::draw(&workload, 1).unwrap().into();
        for contender in offered {
            let mut prepared = contender.prepare(&workload, &inputs).unwrap();
            prepared.run(0, 3).unwrap();
            let answer = prepared.answer().unwrap();
            if contender.about().id == known.whole {
                let exact = breakeven_problem::oracle::expected(&workload, &inputs[0]);
                let (Answer::Value(got), Answer::Value(exact)) = (answer, exact) else { panic!("no number") };
                assert!((got - exact).abs() <= 1e-15, "{got} instead of {exact}");
            } else {
                assert_eq!(answer, Answer::Nothing);
            }
        }
    }
}

#[test]
fn a_step_of_one_call_takes_no_part_in_another_task() {
    let workload = Workload::whole(breakeven_problem::Distribution::Uniform, 25, "test");
    for contender in contenders().iter().filter(|contender| contender.offers(&workload)) {
        let id = &contender.about().id;
        assert!(!ALL.iter().flat_map(|known| known.steps).any(|step| step.control == id), "{id}");
    }
}
