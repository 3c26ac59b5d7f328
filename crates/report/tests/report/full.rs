//! A record as large as a default run leaves behind: every workload of the default mode, with all contenders, with
//! scripted times.

use breakeven_record::{Mode, Outcome, Record, WorkloadRecord};

use crate::records::{contender, every_rung, realistic, sliding, timed, with, with_twin};

/// Fifty sizes of small arrays, fifteen sliding workloads, the pedometer's ladders, and the counts of steps.
pub(crate) fn full(processes: usize) -> Record {
    let small = (1..30).map(|tens| 10 * tens).chain([25]);
    let mut sizes: Vec<usize> = small.chain((1..=20).map(|thousands| 1000 * thousands)).collect();
    sizes.sort_unstable();
    let mut record = realistic(Mode::Default, processes, &sizes);
    record.workloads.retain(|workload| workload.task == "whole");
    record.plan.workloads.retain(|id| id.starts_with("whole/"));
    for workload in &mut record.workloads {
        add_peers(workload, 300.0 + workload.length as f64, processes);
    }
    let mut windows = vec![sliding(1000, 75), sliding(100_000, 75), sliding(1_000_000, 75)];
    windows.extend([10, 50, 100, 1000, 100_000].map(|window| sliding(1_000_000, window)));
    windows.extend(["normal", "offset", "constant", "decaying"].map(of_kind));
    for mut workload in windows {
        let units = workload.units as f64;
        for (id, ns) in WINDOWS {
            let mut timed = timed(id, ns * units, processes);
            timed.findings.max_ulp = Some(ns / 4.0);
            if id == "python/pandas" && workload.input.name == "offset" {
                timed.findings.outcome = Outcome::KnownWrong;
                timed.findings.max_ulp = Some(3e9);
                timed.findings.reason = Some("running sums lose what the offset takes".to_owned());
            }
            workload.contenders.push(timed);
        }
        let mut absent = contender("python/bottleneck", Outcome::Absent);
        absent.findings.reason = Some("the package is not in .venv".to_owned());
        workload.contenders.push(absent);
        record = with(record, with_twin(workload, 4.1 * units, &vec![1.001; processes]));
    }
    let ladders = every_rung(processes);
    record.accuracy = ladders.accuracy;
    ladders.workloads.into_iter().fold(record, with)
}

/// Nanoseconds a window.
const WINDOWS: [(&str, f64); 20] = [
    ("rust/incremental", 4.1),
    ("rust/naive", 76.0),
    ("rust/ndarray", 180.0),
    ("rust/ndarray-stats", 120.0),
    ("rust/simd", 1.6),
    ("rust/simd-exact", 4.4),
    ("rust/simd-threads", 0.9),
    ("rust/two-stack", 38.0),
    ("rust/half-blocks", 40.0),
    ("extension/rolling", 1.9),
    ("extension/rolling-exact", 5.0),
    ("python/numpy-cumsum", 9.0),
    ("python/numpy-view", 300.0),
    ("python/numpy-window", 8000.0),
    ("python/pandas", 33.0),
    ("python/polars", 34.0),
    ("python/scipy", 35.0),
    ("control/square-root", 0.9),
    ("control/copy", 0.5),
    ("control/reference", 0.01),
];

fn add_peers(workload: &mut WorkloadRecord, ns: f64, processes: usize) {
    let names =
        ["bottleneck", "pandas", "polars", "polars-one-thread", "scipy", "numba-two-pass", "numba-fastmath"];
    for (place, name) in names.into_iter().enumerate() {
        let mut peer = timed(&format!("python/{name}"), ns * (1.0 + place as f64), processes);
        peer.declared.input = "ndarray".to_owned();
        workload.contenders.push(peer);
    }
    for (place, id) in ["extension/standard-dev", "cpp/talk"].into_iter().enumerate() {
        let mut compiled = timed(id, ns / (3.0 + place as f64), processes);
        compiled.declared.input = "list".to_owned();
        workload.contenders.push(compiled);
    }
}

/// Windows of 75 over 100,000 values of another distribution.
fn of_kind(kind: &str) -> WorkloadRecord {
    let mut workload = sliding(100_000, 75);
    workload.id = format!("sliding/{kind}-100000-w75");
    workload.input.name = kind.to_owned();
    workload
}
