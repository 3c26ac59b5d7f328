//! Do the Python rungs count the same steps, from the same M, as the specification?

#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::sync::Arc;

use breakeven_problem::oracle::ExactBank;
use breakeven_problem::signal::MISSING;
use breakeven_problem::{Answer, Contender, Count, Data, Signal, Task, Workload};

/// Sum of M per channel of the synthetic vector: docs/pedometer-spec.md.
const SUM_M: [i64; 6] = [250_782_506, 137_258_748, 482_309_723, 945_711_031, 251_099_363, 483_302_555];

/// Rungs that are tested on a prefix only: they take minutes for the vector.
const SLOW_RUNGS: [&str; 2] = ["python/numpy-window", "python/statistics"];

const RUNGS: [&str; 7] = [
    "python/naive",
    "python/std-extension",
    "cpp/talk",
    "python/numpy-lanes",
    "python/numba-two-pass",
    "python/numba-incremental",
    "extension/bank",
];

/// Rungs that are tested on many short recordings with gaps.
const RUNGS_OF_GAPS: [&str; 5] =
    ["python/std-extension", "cpp/talk", "python/numpy-lanes", "python/numba-two-pass", "extension/bank"];

#[test]
fn every_rung_counts_the_synthetic_vectors_forty_steps() {
    let steps: Vec<usize> = (0..40).map(|step| 525 + 50 * step).collect();
    for id in RUNGS {
        let Some(count) = count(id, Task::Pedometer, &breakeven_pedometer::vector()) else { continue };
        assert_eq!(count.steps, steps, "{id}");
        assert_eq!(count.sum_m(), SUM_M, "{id}");
        assert_eq!(count.m[0][99..=101], [16233, 16486, 16469], "{id}");
    }
}

#[test]
fn gaps_short_recordings_and_three_channels_give_the_references_answer() {
    let vector = breakeven_pedometer::vector();
    let walk = |channels: &[usize], rows: std::ops::Range<usize>| -> Vec<Vec<i16>> {
        channels.iter().map(|&channel| vector.channels()[channel][rows.clone()].to_vec()).collect()
    };
    let mut gaps = walk(&[0, 1, 2, 3, 4, 5], 500..900);
    gaps[0][..7].fill(MISSING);
    gaps[1][100..130].fill(MISSING);
    gaps[2][395..].fill(MISSING);
    gaps[3].fill(MISSING);
    gaps[4].iter_mut().step_by(3).for_each(|sample| *sample = MISSING);
    let recordings = [
        ("no rows", walk(&[0, 1, 2], 0..0)),
        ("one row", walk(&[0, 1, 2], 0..1)),
        ("two rows", walk(&[0, 1, 2], 0..2)),
        ("one too few for a step", walk(&[0, 1, 2], 500..700)),
        ("just enough", walk(&[0, 1, 2, 3, 4, 5], 500..701)),
        ("no gyroscope", walk(&[0, 1, 2], 400..900)),
        ("gaps", gaps),
    ];
    for (name, channels) in recordings {
        let signal = Signal::new(channels).unwrap();
        let expected = reference(Task::Pedometer, &signal);
        for id in RUNGS_OF_GAPS {
            let Some(count) = count(id, Task::Pedometer, &signal) else { continue };
            assert_eq!(count, expected, "{id}: {name}");
        }
    }
}

#[test]
fn feedback_is_the_bank_of_the_cleaned_recording_without_steps() {
    let cleaned = breakeven_pedometer::clean(&breakeven_pedometer::vector().prefix(700));
    let short = cleaned.prefix(150);
    let rungs = RUNGS.map(|id| (id, &cleaned)).into_iter().chain(SLOW_RUNGS.map(|id| (id, &short)));
    for (id, signal) in rungs {
        let Some(count) = count(id, Task::Feedback, signal) else { continue };
        assert_eq!(count, reference(Task::Feedback, signal), "{id}");
    }
}

/// `None`, and a line that says so, where the contender is absent.
fn count(id: &str, task: Task, signal: &Signal) -> Option<Count> {
    let contenders = breakeven_python::contenders();
    let workload = workload(task, signal);
    let contender = contenders
        .iter()
        .find(|contender| contender.about().id == id && contender.offers(&workload))
        .expect("a listed contender");
    if let Err(absence) = contender.version() {
        println!("skipped: {id}: {absence}");
        return None;
    }
    let inputs: Arc<[Data]> = Arc::from([Data::Recording(signal.clone())]);
    let mut prepared = contender.prepare(&workload, &inputs).expect("prepared");
    prepared.run(0, 1).expect("run");
    match prepared.answer().expect("an answer") {
        Answer::Count(count) => Some(count),
        other => panic!("{id} answered {other:?}"),
    }
}

fn reference(task: Task, signal: &Signal) -> Count {
    let input = Data::Recording(signal.clone());
    match breakeven_pedometer::expected::<ExactBank>(&workload(task, signal), &input) {
        Answer::Count(count) => count,
        other => panic!("the reference answered {other:?}"),
    }
}

fn workload(task: Task, signal: &Signal) -> Workload {
    Workload::recording(task, "vector", signal.rows(), signal.channels().len(), "the specification's vector")
}
