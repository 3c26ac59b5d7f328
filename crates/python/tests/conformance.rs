//! Every Python contender through the one conformance suite, and the pedometer's vector.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
#![expect(clippy::print_stdout, reason = "skips are said aloud")]

use std::sync::Arc;

use breakeven_problem::conformance::check;
use breakeven_problem::{Answer, Contender, Data, Task, Workload};
use breakeven_python::{Host, PythonContender, contenders};

#[test]
fn every_contender_keeps_its_contract() {
    // what is declared as wrong is so in this version; another may have mended it (`sum` compensates from 3.12 on)
    let declared_for = Host::start().unwrap().facts().unwrap()["python"].starts_with("3.11.");
    for contender in contenders() {
        let conformance = check(&contender);
        match &conformance.absent {
            Some(absence) => println!("skipped: {}: {absence}", contender.about().id),
            None if declared_for => conformance.assert_holds(),
            None => assert!(conformance.violations().next().is_none(), "{conformance}"),
        }
    }
}

/// The answer of a contender on the specification's synthetic vector.
fn on_vector(id: &str, task: Task) -> breakeven_problem::Count {
    let signal = match task {
        Task::Feedback => breakeven_pedometer::clean(&breakeven_pedometer::vector()),
        _ => breakeven_pedometer::vector(),
    };
    let workload = Workload::recording(task, "vector", signal.rows(), 6, "the specification's vector");
    let inputs: Arc<[Data]> = Arc::from([Data::Recording(signal)]);
    let contender: PythonContender =
        contenders().into_iter().find(|contender| contender.about().id == id).unwrap();
    let mut prepared = contender.prepare(&workload, &inputs).unwrap();
    prepared.run(0, 1).unwrap();
    match prepared.answer().unwrap() {
        Answer::Count(count) => count,
        other => panic!("{other:?}"),
    }
}

const SUM_M: [i64; 6] = [250_782_506, 137_258_748, 482_309_723, 945_711_031, 251_099_363, 483_302_555];

#[test]
fn the_python_pedometers_count_the_vectors_forty_steps() {
    let first: Vec<usize> = (0..4).map(|step| 525 + 50 * step).collect();
    for id in ["python/naive", "python/std-extension"] {
        let count = on_vector(id, Task::Pedometer);
        assert_eq!(count.steps.len(), 40, "{id}");
        assert_eq!((&count.steps[..4], count.steps[39]), (&first[..], 2475), "{id}");
        assert_eq!(count.sum_m(), SUM_M, "{id}");
        assert_eq!(count.m[0][99..=101], [16233, 16486, 16469], "{id}");
    }
}

#[test]
fn feedback_is_the_pedometers_bank() {
    assert_eq!(on_vector("python/std-extension", Task::Feedback).sum_m(), SUM_M);
}

#[test]
fn the_facts_name_the_interpreter_and_hold_no_path() {
    let facts = Host::start().unwrap().facts().unwrap();
    assert!(facts["python"].starts_with("3."), "{facts:?}");
    assert!(facts.values().all(|value| !value.contains('/')), "{facts:?}");
}
