//! Is a bank as a contender prepared, run and judged like any other?

use std::sync::Arc;

use breakeven_pedometer::{clean, contender, count, expected, vector};
use breakeven_problem::judgement::judge;
use breakeven_problem::oracle::ExactBank;
use breakeven_problem::{
    Answer, Bank, Contender, Contract, Data, Distribution, InputForm, Refusal, Task, Workload,
};

/// A bank whose M is one too large in its first row, as a float rung's may be in some row.
struct OneOff {
    exact: ExactBank,
    excess: i32,
}

impl Bank for OneOff {
    fn new(channels: usize) -> Self {
        OneOff { exact: ExactBank::new(channels), excess: 1 }
    }

    fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]) {
        self.exact.push(cleaned, m);
        m[0][0] += std::mem::take(&mut self.excess);
    }
}

#[test]
fn feedback_is_the_bank_on_the_cleaned_and_pedometer_everything_on_the_raw_recording() {
    let contender = contender::<ExactBank>("exact", "1.2.3", Contract::Exact, "the oracle's bank");
    assert_eq!(contender.about().id, "rust/exact");
    assert_eq!(contender.about().input, InputForm::Slice);
    assert_eq!(contender.version().unwrap(), "1.2.3");
    let whole = count::<ExactBank>(&vector());
    for (task, steps) in [(Task::Feedback, Vec::new()), (Task::Pedometer, whole.steps.clone())] {
        let (workload, inputs) = workload(task);
        let mut prepared = contender.prepare(&workload, &inputs).unwrap();
        assert!(prepared.answer().is_err(), "nothing was run");
        prepared.run(0, 2).unwrap();
        let answer = prepared.answer().unwrap();
        assert_eq!(answer, expected::<ExactBank>(&workload, &inputs[0]));
        let Answer::Count(count) = answer else { panic!("{task} is a count") };
        assert_eq!(count.m, whole.m);
        assert_eq!(count.steps, steps);
    }
}

#[test]
fn one_m_that_differs_is_wrong_for_an_integer_rung_and_counted_for_a_float_rung() {
    let (workload, inputs) = workload(Task::Pedometer);
    let reference = expected::<ExactBank>(&workload, &inputs[0]);
    for (contract, right) in [(Contract::Exact, false), (Contract::Fast, true)] {
        let contender = contender::<OneOff>("one-off", "1", contract, "its first M is off");
        let mut prepared = contender.prepare(&workload, &inputs).unwrap();
        prepared.run(0, 1).unwrap();
        let judgement =
            judge(&prepared.answer().unwrap(), &reference, workload.tolerance, contract, &inputs[0]);
        assert_eq!(judgement.differing_m, Some(1));
        assert_eq!(judgement.is_right(), right, "{contract:?}: {:?}", judgement.wrong);
    }
}

#[test]
fn a_series_is_neither_offered_nor_prepared() {
    let contender = contender::<ExactBank>("exact", "1", Contract::Exact, "the oracle's bank");
    let series = Workload::whole(Distribution::Uniform, 25, "another task");
    assert!(!contender.offers(&series));
    let inputs: Arc<[Data]> = vec![Data::Series(vec![0.5; 25])].into();
    let (pedometer, recordings) = workload(Task::Pedometer);
    assert!(contender.offers(&pedometer));
    for (workload, inputs) in [(&series, &inputs), (&series, &recordings), (&pedometer, &inputs)] {
        assert!(matches!(contender.prepare(workload, inputs), Err(Refusal::Failed(_))));
    }
}

/// The task on the synthetic vector: raw for `pedometer`, cleaned for `feedback`.
fn workload(task: Task) -> (Workload, Arc<[Data]>) {
    let raw = vector();
    let workload = Workload::recording(task, "vector", raw.rows(), 6, "its answer is published");
    let signal = if task == Task::Feedback { clean(&raw) } else { raw };
    (workload, vec![Data::Recording(signal)].into())
}
