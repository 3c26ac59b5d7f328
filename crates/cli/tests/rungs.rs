//! Is every rung of the ladder there, on both tasks, and does a compiled one count what the specification says?

use breakeven_cli::registry::contenders;
use breakeven_cli::workloads::baseline;
use breakeven_problem::{Answer, Data, Task, Workload};
use breakeven_report::change::{STEPS, step};

/// Sum of M per channel of the synthetic vector: docs/pedometer-spec.md.
const SUM_M: [i64; 6] = [250_782_506, 137_258_748, 482_309_723, 945_711_031, 251_099_363, 483_302_555];

#[test]
fn every_rung_of_the_ladder_offers_both_tasks_on_recordings() {
    let all = contenders();
    for task in [Task::Feedback, Task::Pedometer] {
        let workload = Workload::recording(task, "hour", 360_000, 3, "test");
        let offering: Vec<&str> = all
            .iter()
            .filter(|contender| contender.offers(&workload))
            .map(|contender| contender.about().id.as_str())
            .filter(|id| !id.starts_with("control/"))
            .collect();
        for step in &STEPS {
            let needs_python = !step.to.starts_with("rust/");
            if cfg!(feature = "python") || !needs_python {
                assert!(offering.contains(&step.to), "{} on {task}", step.to);
            }
        }
        for id in offering {
            assert!(
                step(id).is_some(),
                "{id} on {task} is on no ladder: add it to crates/report/src/change.rs"
            );
        }
        assert!(step(baseline(&workload)).is_some());
    }
}

#[test]
fn every_rust_rung_counts_the_synthetic_vectors_forty_steps() {
    let vector = breakeven_pedometer::vector();
    let workload = Workload::recording(Task::Pedometer, "vector", vector.rows(), 6, "test");
    let inputs = vec![Data::Recording(vector)].into();
    let mut rungs = 0;
    for contender in contenders().iter().filter(|contender| contender.offers(&workload)) {
        let id = &contender.about().id;
        if !id.starts_with("rust/") || contender.version().is_err() {
            continue;
        }
        let mut prepared = contender.prepare(&workload, &inputs).expect("a recording");
        prepared.run(0, 1).expect("it cannot fail");
        let Answer::Count(count) = prepared.answer().expect("it has run") else {
            panic!("{id} gives no count")
        };
        assert_eq!(count.steps.len(), 40, "{id}");
        for (sum, exact) in count.sum_m().into_iter().zip(SUM_M) {
            assert!((sum - exact).unsigned_abs() as f64 <= 1e-6 * exact as f64, "{id}: {sum} for {exact}");
        }
        rungs += 1;
    }
    assert!(rungs >= 4, "naive, ndarray, incremental, simd, and threads where there are two processors");
}
