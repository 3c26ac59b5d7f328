//! Records with scripted times: what each test says of them follows from these numbers alone.
//!
//! Every process has the same times up to a factor of its own, `1 + JITTER * its place`, so that
//! medians and intervals can be written down.

use std::collections::BTreeMap;

use breakeven_problem::bank;
use breakeven_record::accuracy::{AccuracyRecord, CountedRecording, Excerpt, ReferenceSet};
use breakeven_record::ownership::{OwnershipRecord, References, Scenario, ScenarioKind};
use breakeven_record::place::Place;
use breakeven_record::warning::{Warning, WarningKind};
use breakeven_record::{
    AnswerRecord, Call, ContenderRecord, Environment, Findings, InputRecord, Mode, Outcome, Plan, Record,
    Run, SCHEMA, Samples, Tier, Tool, WorkloadRecord,
};

/// By how much the times of neighbouring processes differ, as a fraction.
pub(crate) const JITTER: f64 = 0.002;

/// Rounds per process.
const ROUNDS: usize = 5;

/// A record without workloads.
pub(crate) fn empty(mode: Mode, processes: usize) -> Record {
    let text = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    Record {
        schema: SCHEMA.to_owned(),
        created: "2026-03-01T12:00:00Z".to_owned(),
        label: "test".to_owned(),
        command: vec!["run".to_owned(), format!("--{}", mode.word())],
        complete: true,
        tool: Tool { version: "0.1.0".to_owned(), commit: Some("0123abc".to_owned()), dirty: Some(false) },
        environment: Environment {
            key: "9c1f".to_owned(),
            facts: text(&[
                ("cpu", "Some CPU"),
                ("processors", "2"),
                ("os", "linux"),
                ("python", "3.11.7"),
                ("numpy", "2.4.6"),
            ]),
            context: text(&[("load", "0.1"), ("governor", "performance")]),
        },
        plan: Plan {
            mode,
            seed: 1,
            processes,
            pinned_to: Some(1),
            workloads: Vec::new(),
            comparisons: 1,
            stages: 1,
        },
        warnings: Vec::new(),
        crashes: Vec::new(),
        completed_stages: BTreeMap::new(),
        accuracy: None,
        ownership: None,
        imported: None,
        workloads: Vec::new(),
    }
}

/// Adds reference counts: all is given back, but for the call that leaks one reference to each item.
pub(crate) fn owned(mut record: Record) -> Record {
    let before = References { list: 1, read: 1, asked: 2, unread: 1 };
    let scenario = |kind| {
        let leaked = i64::from(kind == ScenarioKind::Leaks);
        let fails = kind == ScenarioKind::Fails;
        Scenario {
            kind,
            call: "std.standard_dev".to_owned(),
            before,
            during: Some(References { list: 2, read: 1 + leaked, asked: 4 + leaked, unread: 1 }),
            after: References { list: 1, read: 1 + leaked, asked: 2 + leaked, unread: 1 + leaked },
            result: (!fails).then_some(1),
            raised: fails.then(|| "LookupError".to_owned()),
            blocks_left: 25_000 * leaked,
        }
    };
    let scenarios = ScenarioKind::ALL.map(scenario).to_vec();
    record.ownership = Some(OwnershipRecord { length: 25, calls: 1000, scenarios });
    record
}

/// Adds a workload to the record and its plan.
pub(crate) fn with(mut record: Record, workload: WorkloadRecord) -> Record {
    record.plan.workloads.push(workload.id.clone());
    record.workloads.push(workload);
    record
}

/// `whole` on `n` uniform values, without contenders.
pub(crate) fn whole(n: usize) -> WorkloadRecord {
    WorkloadRecord {
        id: format!("whole/uniform-{n}"),
        task: "whole".to_owned(),
        why: "a point of the talk's first plot".to_owned(),
        input: InputRecord {
            kind: "seeded".to_owned(),
            name: "uniform".to_owned(),
            note: None,
            sha256: vec!["aa".to_owned(), "bb".to_owned()],
            rows: n,
            channels: 1,
            dtype: "f64".to_owned(),
        },
        length: n,
        window: None,
        ddof: 0,
        units: 1,
        baseline: "python/naive".to_owned().into(),
        contenders: Vec::new(),
    }
}

/// `sliding` on `n` uniform values, without contenders.
pub(crate) fn sliding(n: usize, window: usize) -> WorkloadRecord {
    WorkloadRecord {
        id: format!("sliding/uniform-{n}-w{window}"),
        task: "sliding".to_owned(),
        window: Some(window),
        units: (n + 1 - window) as u64,
        baseline: "rust/incremental".to_owned().into(),
        ..whole(n)
    }
}

/// `pedometer` on a recording of `rows` rows, without contenders.
pub(crate) fn pedometer(name: &str, rows: usize, channels: usize) -> WorkloadRecord {
    let input = InputRecord {
        kind: "recording".to_owned(),
        name: name.to_owned(),
        note: Some("20 recordings joined; Salvi et al., CC BY 4.0".to_owned()),
        sha256: vec!["cc".to_owned()],
        rows,
        channels,
        dtype: "i16".to_owned(),
    };
    WorkloadRecord {
        id: format!("pedometer/{name}"),
        task: "pedometer".to_owned(),
        why: "the talk's application".to_owned(),
        input,
        units: bank::units(rows, channels),
        ..whole(rows)
    }
}

/// A contender with an outcome and nothing else.
pub(crate) fn contender(id: &str, outcome: Outcome) -> ContenderRecord {
    let input = match id {
        "python/numpy-array" => "ndarray",
        id if id.starts_with("python/") || id == "extension/standard-dev" => "list",
        id if id.starts_with("control/") => "nothing",
        _ => "slice",
    };
    let precision = if id.starts_with("control/") { "control" } else { "peer" };
    ContenderRecord {
        findings: Findings { version: Some("1.0".to_owned()), outcome, ..Findings::default() },
        ..ContenderRecord::unvisited(id, input, precision)
    }
}

/// The factor on the times of process `process` of `processes`: 1 in the median.
pub(crate) fn factor(process: usize, processes: usize) -> f64 {
    1.0 + JITTER * (process as f64 - (processes - 1) as f64 / 2.0)
}

/// A contender that took `ns` nanoseconds a call, times [`factor`] in each process.
pub(crate) fn timed(id: &str, ns: f64, processes: usize) -> ContenderRecord {
    timed_by(id, processes, |process| ns * factor(process, processes))
}

/// A contender that took `ns(process)` nanoseconds a call.
pub(crate) fn timed_by(id: &str, processes: usize, ns: impl Fn(usize) -> f64) -> ContenderRecord {
    let loops = 100_000;
    let run = |process| Run {
        process,
        place: Place::Worker,
        samples: Samples::Rounds {
            group: 0,
            loops,
            batches_ns: vec![(ns(process) * loops as f64).round() as u64; ROUNDS],
        },
    };
    let known = contender(id, Outcome::Measured);
    ContenderRecord {
        findings: Findings { max_ulp: Some(1.5), max_relative: Some(2e-16), ..known.findings },
        tier: Some(Tier::Rounds),
        prepare_ns: vec![1000; processes],
        runs: (0..processes).map(run).collect(),
        ..known
    }
}

/// A contender in single-call timing that took `ns_per_unit` a standard deviation, at these lengths.
pub(crate) fn slow(
    workload: &WorkloadRecord,
    id: &str,
    ns_per_unit: f64,
    lengths: &[usize],
    processes: usize,
) -> ContenderRecord {
    let run = |process| {
        let call = |&length: &usize| Call {
            length,
            ns: (breakeven_estimate::units_of(workload, length) as f64
                * ns_per_unit
                * factor(process, processes)) as u64,
            reference_loops: 1000,
            reference_before_ns: 1_000_000,
            reference_after_ns: 1_000_000,
        };
        Run {
            process,
            place: Place::Worker,
            samples: Samples::Calls { calls: lengths.iter().map(call).collect() },
        }
    };
    let rows = lengths.iter().copied().max().unwrap_or(0);
    let known = contender(id, Outcome::Measured);
    let answer = AnswerRecord { rows, steps: 40, sum_m: vec!["250782506".to_owned()], differing_m: 0 };
    ContenderRecord {
        findings: Findings { answer: Some(answer), ..known.findings },
        tier: Some(Tier::SingleCalls),
        runs: (0..processes).map(run).collect(),
        ..known
    }
}

/// The workload with its A/A control at these ratios to it, one per process.
pub(crate) fn with_twin(mut workload: WorkloadRecord, base_ns: f64, ratios: &[f64]) -> WorkloadRecord {
    let processes = ratios.len();
    let control =
        timed_by("control/aa", processes, |process| base_ns * factor(process, processes) * ratios[process]);
    workload.contenders.push(control);
    workload
}

/// Seconds are nanoseconds per call of each contender on `n` uniform values: the order of magnitude
/// that a machine of 2024 shows.
pub(crate) fn small_array_times(n: usize) -> Vec<(&'static str, f64)> {
    let n = n as f64;
    vec![
        ("python/naive", 340.0 + 63.0 * n),
        ("python/statistics", 3000.0 + 420.0 * n),
        ("python/numpy-list", 8800.0 + 22.0 * n),
        ("python/numpy-array", 7900.0 + 1.9 * n),
        ("extension/standard-dev", 45.0 + 1.2 * n),
        ("rust/naive", 4.0 + 1.9 * n),
        ("rust/ndarray", 6.0 + 2.1 * n),
        ("rust/ndarray-stats", 22.0 + 4.1 * n),
        ("rust/simd", 7.0 + 0.25 * n),
        ("control/noop-python", 28.0),
        ("control/noop-extension", 18.0),
        ("control/noop-rust", 0.6),
        ("control/reference", 1000.0),
    ]
}

/// A record such as a quick run on a machine of 2024 leaves behind.
pub(crate) fn realistic(mode: Mode, processes: usize, sizes: &[usize]) -> Record {
    let mut record = empty(mode, processes);
    let twin = |process: usize| 1.0 + 0.003 * ((process % 3) as f64 - 1.0);
    let twins: Vec<f64> = (0..processes).map(twin).collect();
    for &n in sizes {
        let mut workload = whole(n);
        for (id, ns) in small_array_times(n) {
            let moved = |process| ns * factor(process, processes) * wobble(id, n, process);
            workload.contenders.push(timed_by(id, processes, moved));
        }
        let base_ns = 340.0 + 63.0 * n as f64;
        record = with(record, with_twin(workload, base_ns, &twins));
    }
    let mut windows = sliding(100_000, 75);
    let units = windows.units as f64;
    for (id, ns) in [("rust/incremental", 4.1), ("rust/naive", 76.0)] {
        windows.contenders.push(timed(id, ns * units, processes));
    }
    windows.contenders.push(timed("control/reference", 1000.0, processes));
    for id in ["python/bottleneck", "python/pandas"] {
        let mut absent = contender(id, Outcome::Absent);
        absent.findings.version = None;
        absent.findings.reason = Some("the package is not in .venv".to_owned());
        absent.findings.install = Some("scripts/bench (without --quick)".to_owned());
        windows.contenders.push(absent);
    }
    record = with(record, with_twin(windows, 4.1 * units, &twins));
    let mut hour = pedometer("oxford-hour", 359_786, 3);
    let lengths = [300, 500, 700];
    for (id, ns) in [("python/naive", 11_400.0), ("python/std-extension", 1990.0), ("rust/naive", 108.0)] {
        hour.contenders.push(slow(&hour, id, ns, &lengths, processes));
    }
    hour.contenders.push(slow(&hour, "rust/incremental", 9.2, &[359_786], processes));
    hour.contenders.push(timed("control/reference", 1000.0, processes));
    with(record, hour)
}

/// A record of both recorded hours and of the bank alone, with every rung, an absent one and a failed one.
pub(crate) fn every_rung(processes: usize) -> Record {
    let mut record = Record { accuracy: Some(accuracy()), ..empty(Mode::Default, processes) };
    for (name, rows, channels) in [("oxford-hour", 359_786, 3), ("mobgap-hour", 360_000, 6)] {
        record = with(record, with_rungs(pedometer(name, rows, channels), processes));
    }
    let bank = WorkloadRecord {
        id: "feedback/oxford-hour".to_owned(),
        task: "feedback".to_owned(),
        ..pedometer("oxford-hour", 359_786, 3)
    };
    with(record, with_rungs(bank, processes))
}

pub(crate) fn with_rungs(mut workload: WorkloadRecord, processes: usize) -> WorkloadRecord {
    let whole = [workload.length];
    for (id, ns, lengths, precision) in [
        ("python/naive", 11_400.0, &[300, 500, 700][..], "peer"),
        ("python/numpy-window", 26_000.0, &[201, 301, 401], "peer"),
        ("cpp/talk", 2100.0, &[300, 500, 700], "peer"),
        ("python/std-extension", 1990.0, &[300, 500, 700], "fast"),
        ("python/numpy-lanes", 640.0, &[2000, 3000, 4000], "exact"),
        ("python/numba-two-pass", 110.0, &[20_000, 30_000, 40_000], "peer"),
        ("rust/naive", 98.0, &whole, "peer"),
        ("rust/ndarray", 520.0, &whole, "peer"),
        ("rust/incremental", 9.2, &whole, "exact"),
        ("extension/bank", 1.3, &whole, "exact"),
        ("rust/simd", 1.25, &whole, "exact"),
        ("rust/simd-threads", 0.9, &whole, "exact"),
    ] {
        let mut rung = slow(&workload, id, ns, lengths, processes);
        rung.declared.precision = precision.to_owned();
        rung.declared.threads = if id == "rust/simd-threads" { 2 } else { 1 };
        if let (Some(answer), "rust/naive") = (&mut rung.findings.answer, id) {
            answer.differing_m = 119;
        }
        workload.contenders.push(rung);
    }
    let mut absent = contender("python/numba-incremental", Outcome::Absent);
    absent.findings.reason = Some("the package is not in .venv".to_owned());
    absent.findings.install = Some("scripts/prepare --peers".to_owned());
    let mut failed = contender("python/statistics", Outcome::Failed);
    failed.findings.reason = Some("too slow here: about 38 s a call".to_owned());
    workload.contenders.extend([absent, failed, timed("control/reference", 1000.0, processes)]);
    workload
}

/// A factor near 1 that looks random and is not.
fn wobble(id: &str, n: usize, process: usize) -> f64 {
    let mixed = id.bytes().fold(n * 31 + process * 7, |hash, byte| (hash * 131 + usize::from(byte)) % 1009);
    1.0 + 0.02 * (mixed as f64 / 1009.0 - 0.5)
}

/// Two sets of counts, and five seconds of a six-channel walk with steps half a second apart and a gap.
pub(crate) fn accuracy() -> AccuracyRecord {
    let counted = |recording: &str, reference_steps, steps, steps_without_feedback| CountedRecording {
        recording: recording.to_owned(),
        rows: 6000,
        reference_steps,
        steps,
        steps_without_feedback,
    };
    let set = |name: &str, reference: &str, recordings| ReferenceSet {
        name: name.to_owned(),
        source: format!("{name} by Salvi et al., CC BY 4.0"),
        reference: reference.to_owned(),
        recordings,
    };
    let sample = |row: usize, height: usize| {
        let moving = if row < 150 { 0 } else { 25usize.abs_diff(row % 50) };
        i16::try_from(height * moving).expect("below 2,000")
    };
    let mut channels: Vec<Vec<i16>> =
        (1..=6).map(|axis| (0..500).map(|row| sample(row, 12 * axis)).collect()).collect();
    channels[2].iter_mut().for_each(|az| *az += 2048);
    channels[1][40..50].fill(i16::MIN);
    AccuracyRecord {
        sets: vec![
            set(
                "validation",
                "foot switches",
                vec![counted("P01", 100, 102, 101), counted("P02", 50, 48, 50)],
            ),
            set(
                "laboratory",
                "recognised bouts only",
                vec![counted("still", 0, 7, 7), counted("standing", 0, 0, 0)],
            ),
        ],
        excerpt: Some(Excerpt {
            recording: "oxford-hour".to_owned(),
            first_row: 7250,
            channels,
            open: vec![[120, 500]],
            steps: vec![200, 250, 300, 350, 400, 450],
        }),
    }
}

/// One warning of each kind.
pub(crate) fn warnings() -> Vec<Warning> {
    let warning = |kind: &WarningKind| Warning {
        kind: *kind,
        workload: Some("whole/uniform-25".to_owned()),
        contender: Some("python/naive".to_owned()),
        found: format!("found <{}>", kind.word()),
        advice: "wait".to_owned(),
        percent_of_limit: Some(150),
    };
    WarningKind::ALL.iter().map(warning).collect()
}

/// A record in which no contender is right: one of each outcome but measured.
pub(crate) fn nothing_right() -> Record {
    let mut wrong = whole(25);
    for outcome in [Outcome::Wrong, Outcome::KnownWrong, Outcome::Absent, Outcome::Failed] {
        wrong.contenders.push(contender(&format!("python/{}", outcome.word()), outcome));
    }
    with(empty(Mode::Quick, 6), wrong)
}
