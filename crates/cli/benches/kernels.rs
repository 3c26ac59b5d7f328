//! `cargo bench`: Criterion over the same registry that the reports are made from.
//!
//! Criterion times one contender after another, so these figures are for watching one kernel while
//! working on it; the comparison between contenders is `scripts/bench`. A contender that is wrong,
//! absent, or slower than 20 ms a call on an input is left out with a line saying so.

use std::sync::Arc;
use std::time::{Duration, Instant};

use breakeven_cli::registry;
use breakeven_measure::probe::SLOW_CALL_NS;
use breakeven_pedometer::synthetic_walk;
use breakeven_problem::judgement::judge;
use breakeven_problem::{Contender, Contract, Data, Distribution, Prepared, Task, Workload, inputs};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Rows of the synthetic walk that the pedometer is timed on.
const ROWS: usize = 400;

fn benches(criterion: &mut Criterion) {
    let all = registry::contenders();
    for n in [25, 100, 1000] {
        group(criterion, &all, &Workload::whole(Distribution::Uniform, n, "a small array"));
    }
    group(criterion, &all, &Workload::sliding(Distribution::Uniform, 100_000, 75, "a long series"));
    group(criterion, &all, &Workload::recording(Task::Pedometer, "synthetic", ROWS, 6, "a prefix"));
}

fn group(criterion: &mut Criterion, all: &[Box<dyn Contender>], workload: &Workload) {
    let inputs: Arc<[Data]> = match workload.task {
        Task::Pedometer => Arc::from([Data::Recording(synthetic_walk(ROWS, 1).signal)]),
        _ => inputs::draw(workload, 1).expect("the workloads above are seeded").into(),
    };
    let mut group = criterion.benchmark_group(&workload.id);
    group.throughput(Throughput::Elements(workload.units(workload.length)));
    for contender in all.iter().filter(|contender| contender.offers(workload)) {
        let id = &contender.about().id;
        match ready(contender.as_ref(), workload, &inputs) {
            Err(reason) => skipped(&workload.id, id, &reason),
            Ok(mut prepared) => {
                group.bench_function(BenchmarkId::from_parameter(id), |bencher| {
                    bencher.iter_custom(|loops| {
                        let start = Instant::now();
                        prepared.run(0, loops).expect("it has just run without failing");
                        start.elapsed()
                    });
                });
            }
        }
    }
    group.finish();
}

/// Prepares a contender and checks its answer; the reason where it is left out.
fn ready(
    contender: &dyn Contender,
    workload: &Workload,
    inputs: &Arc<[Data]>,
) -> Result<Box<dyn Prepared>, String> {
    contender.version().map_err(|absence| absence.to_string())?;
    let mut prepared = contender.prepare(workload, inputs).map_err(|refusal| refusal.to_string())?;
    let start = Instant::now();
    prepared.run(0, 1).map_err(|failure| failure.to_string())?;
    let slow = start.elapsed() > Duration::from_nanos(SLOW_CALL_NS);
    let answer = prepared.answer().map_err(|failure| failure.to_string())?;
    let expected = registry::expected(workload, &inputs[0]);
    let judgement = judge(&answer, &expected, workload.tolerance, contender.about().contract, &inputs[0]);
    match judgement.wrong {
        _ if contender.about().contract == Contract::Control => Ok(prepared),
        Some(complaint) => Err(format!("wrong: {complaint}")),
        None if slow => Err("slower than 20 ms a call".to_owned()),
        None => Ok(prepared),
    }
}

#[expect(clippy::print_stderr, reason = "a bench is a program, and this is what it has to say")]
fn skipped(workload: &str, contender: &str, reason: &str) {
    eprintln!("{workload}/{contender}: left out: {reason}");
}

fn quick_settings() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .without_plots()
        .configure_from_args()
}

criterion_group! { name = kernels; config = quick_settings(); targets = benches }
criterion_main!(kernels);
