//! The six claims and the rows, on records whose times are written down.

use breakeven_record::{Mode, Outcome, Record, WorkloadRecord};
use breakeven_report::claims::{Claim, ClaimVerdict};
use breakeven_report::markdown::report;
use breakeven_report::page::page;
use breakeven_report::summary::{Row, Summary, Verdict};
use breakeven_report::terminal::{Look, text};

use crate::records::{contender, empty, pedometer, slow, timed, timed_by, whole, with, with_twin};

const PROCESSES: usize = 6;

fn summary(record: &Record) -> Summary {
    Summary::of(record, "bench-results/test/record.json")
}

fn claim(record: &Record, id: &str) -> Claim {
    summary(record).claim(id).expect("every summary has every claim").clone()
}

fn row(record: &Record, contender: &str) -> Row {
    summary(record)
        .rows
        .into_iter()
        .find(|row| row.contender == contender)
        .expect("every contender has a row")
}

fn close(value: Option<f64>, expected: f64) {
    let value = value.expect("there is a value");
    assert!((value / expected - 1.0).abs() < 1e-6, "{value} is not {expected}");
}

/// A list of 25: Python takes 2 µs, NumPy `ratios[process]` times as long.
fn corner(ratios: &[f64]) -> Record {
    let mut workload = whole(25);
    workload.contenders.push(timed_by("python/naive", ratios.len(), |_| 2000.0));
    workload.contenders.push(timed_by("python/numpy-list", ratios.len(), |process| 2000.0 * ratios[process]));
    with(empty(Mode::Quick, ratios.len()), workload)
}

#[test]
fn seconds_of_another_machine_are_shown_and_not_judged() {
    let record = corner(&[4.0, 4.1, 4.2, 4.3, 4.4, 4.5]);
    let python = claim(&record, "small-array-python-seconds");
    close(python.figure.value, 0.02);
    assert_eq!(python.verdict, ClaimVerdict::NotJudged);
    let numpy = claim(&record, "small-array-numpy-seconds");
    close(numpy.figure.value, 0.085);
    close(numpy.figure.low, 0.08);
    close(numpy.figure.high, 0.09);
}

#[test]
fn a_ratio_is_judged_by_its_interval_and_not_by_its_value() {
    for (low, high, expected) in [
        (6.0, 7.0, ClaimVerdict::Reproduced),
        (5.21, 8.12, ClaimVerdict::Reproduced),
        (5.0, 5.21, ClaimVerdict::Consistent),
        (8.12, 9.0, ClaimVerdict::Consistent),
        (1.01, 90.0, ClaimVerdict::Consistent),
        (0.99, 90.0, ClaimVerdict::NotResolved),
        (5.0, 5.19, ClaimVerdict::DirectionOnly),
        (8.13, 9.0, ClaimVerdict::DirectionOnly),
        (1.01, 1.2, ClaimVerdict::DirectionOnly),
        (0.9, 1.2, ClaimVerdict::NotResolved),
        (0.5, 0.9, ClaimVerdict::NotReproduced),
    ] {
        let middle = f64::midpoint(low, high);
        let found = claim(&corner(&[low, middle, middle, middle, middle, high]), "small-array-ratio");
        assert_eq!(found.verdict, expected, "{low} to {high}");
        close(found.figure.low, low);
        close(found.figure.high, high);
        close(found.figure.value, middle);
    }
}

#[test]
fn too_few_processes_give_a_value_without_an_interval_and_say_so() {
    let found = claim(&corner(&[6.4, 6.5, 6.6]), "small-array-ratio");
    close(found.figure.value, 6.5);
    assert_eq!((found.figure.low, found.figure.high), (None, None));
    assert_eq!(found.verdict, ClaimVerdict::NotResolved);
    assert!(found.reason.expect("a reason").contains("too few for an interval"));
}

/// NumPy's log-ratio to Python at each size, moved by `move_by(process)`.
fn sizes(log_ratios: &[(usize, f64)], contender: &str, move_by: impl Fn(usize) -> f64) -> Record {
    log_ratios.iter().fold(empty(Mode::Quick, PROCESSES), |record, &(n, log_ratio)| {
        let mut workload = whole(n);
        workload.contenders.push(timed_by("python/naive", PROCESSES, |_| 1e5));
        let numpy = |process| 1e5 * (log_ratio + move_by(process)).exp();
        workload.contenders.push(timed_by(contender, PROCESSES, numpy));
        with(record, workload)
    })
}

#[test]
fn the_break_even_is_interpolated_in_each_process_and_judged_by_its_interval() {
    let at = |shift: f64| [(50, 1.0), (100, 0.5 + shift), (200, -0.5 + shift), (300, -1.0)];
    let moved = |process: usize| 0.01 * process as f64;
    let found = claim(&sizes(&at(0.0), "python/numpy-list", moved), "break-even-size");
    close(found.figure.value, 152.5);
    close(found.figure.low, 150.0);
    close(found.figure.high, 155.0);
    assert_eq!(found.verdict, ClaimVerdict::Reproduced);
    assert_eq!(found.reason, None);
    let found = claim(&sizes(&at(0.4), "python/numpy-list", moved), "break-even-size");
    close(found.figure.low, 190.0);
    assert_eq!(found.verdict, ClaimVerdict::DirectionOnly);
    let found = claim(&sizes(&at(0.36), "python/numpy-list", moved), "break-even-size");
    close(found.figure.low, 186.0);
    assert_eq!(found.verdict, ClaimVerdict::Consistent);
}

#[test]
fn a_break_even_in_only_some_processes_is_not_resolved_and_in_none_not_reproduced() {
    let at = [(100, 0.5), (200, -0.01)];
    let found = claim(&sizes(&at, "python/numpy-list", |process| 0.005 * process as f64), "break-even-size");
    assert_eq!(found.verdict, ClaimVerdict::NotResolved);
    assert_eq!(found.reason.as_deref(), Some("only 3 of 6 processes cross"));
    let found = claim(&sizes(&[(100, 0.5), (200, 0.4)], "python/numpy-list", |_| 0.0), "break-even-size");
    assert_eq!((found.verdict, found.figure.value), (ClaimVerdict::NotReproduced, None));
    // sizes that end before the talk's break-even say nothing about it
    let found = claim(&sizes(&[(10, 0.5), (25, 0.4)], "python/numpy-list", |_| 0.0), "break-even-size");
    assert_eq!((found.verdict, found.figure.value), (ClaimVerdict::NotResolved, None));
    let found = claim(&sizes(&[(25, 0.4)], "python/numpy-list", |_| 0.0), "break-even-size");
    assert_eq!(found.reason.as_deref(), Some("only size 25 was measured; a crossing needs two"));
}

#[test]
fn the_break_even_of_the_array_stands_beside_that_of_the_list() {
    let mut record = sizes(&[(100, 0.5), (200, -0.5)], "python/numpy-list", |_| 0.0);
    for (workload, log_ratio) in record.workloads.iter_mut().zip([0.25f64, -0.75]) {
        let ns = 1e5 * log_ratio.exp();
        workload.contenders.push(timed_by("python/numpy-array", PROCESSES, |_| ns));
    }
    let found = claim(&record, "break-even-size");
    close(found.figure.value, 150.0);
    close(found.beside[0].figure.value, 125.0);
    assert_eq!(found.beside[0].contenders, ["python/numpy-array", "python/naive"]);
}

fn hour(rows: usize) -> WorkloadRecord {
    let mut workload = pedometer("oxford-hour", rows, 3);
    let prefixes = [300, 500, 700];
    for (id, ns, lengths) in [
        ("python/naive", 10_000.0, prefixes.as_slice()),
        ("python/std-extension", 2000.0, &prefixes),
        ("rust/naive", 100.0, &[rows]),
        ("rust/incremental", 10.0, &[rows]),
    ] {
        workload.contenders.push(slow(&workload, id, ns, lengths, PROCESSES));
    }
    workload
}

#[test]
fn the_pedometer_is_extrapolated_by_its_standard_deviations_and_shows_every_rung() {
    let record = with(empty(Mode::Quick, PROCESSES), hour(359_786));
    let found = claim(&record, "end-to-end-speedup");
    close(found.figure.value, 100.0);
    assert_eq!((found.verdict, found.extrapolated), (ClaimVerdict::Reproduced, true));
    assert_eq!(found.workload.as_deref(), Some("pedometer/oxford-hour"));
    close(found.beside[0].figure.value, 5.0);
    let best = claim(&record, "end-to-end-best");
    assert_eq!(best.contenders, ["python/naive", "rust/incremental"]);
    close(best.figure.value, 1000.0);
    assert_eq!((best.verdict, best.extrapolated), (ClaimVerdict::Surpassed, true));
    let seconds = claim(&record, "end-to-end-seconds");
    close(seconds.figure.value, 5.503_578_3);
    assert_eq!((seconds.verdict, seconds.extrapolated), (ClaimVerdict::NotJudged, false));
    assert_eq!(seconds.reason.as_deref(), Some("all of the interval lies below the talk’s 30 s"));
}

#[test]
fn no_rung_is_compared_with_a_python_loop_that_failed() {
    let mut record = with(empty(Mode::Quick, PROCESSES), hour(359_786));
    record.workloads[0].contenders[0].findings.outcome = Outcome::Failed;
    let found = claim(&record, "end-to-end-speedup");
    assert_eq!((found.figure.value, found.extrapolated), (None, false));
    assert!(found.beside.is_empty());
    assert!(found.reason.expect("a reason").starts_with("python/naive failed on pedometer/oxford-hour"));
}

#[test]
fn a_recording_that_is_no_hour_is_scaled_to_one() {
    let record = with(empty(Mode::Quick, PROCESSES), hour(58_906));
    let seconds = claim(&record, "end-to-end-seconds");
    close(seconds.figure.value, 110_137_050.0 / 2.0 * 100e-9);
    assert!(seconds.extrapolated);
}

#[test]
fn what_is_missing_leaves_a_claim_without_value_and_with_a_reason() {
    let nothing = summary(&empty(Mode::Quick, PROCESSES));
    assert_eq!(nothing.claims.len(), 7);
    for claim in &nothing.claims {
        assert_eq!((claim.figure.value, claim.verdict), (None, ClaimVerdict::NotResolved), "{}", claim.id);
        assert!(claim.reason.is_some(), "{}", claim.id);
    }
    for (outcome, word) in [
        (Outcome::Absent, "is absent"),
        (Outcome::Failed, "failed"),
        (Outcome::Wrong, "is wrong"),
        (Outcome::KnownWrong, "is known to be wrong"),
    ] {
        let mut workload = whole(25);
        workload.contenders.push(timed("python/naive", 2000.0, PROCESSES));
        let mut numpy = timed("python/numpy-list", 9000.0, PROCESSES);
        numpy.findings.outcome = outcome;
        numpy.findings.reason = Some("for a reason".to_owned());
        workload.contenders.push(numpy);
        let found = claim(&with(empty(Mode::Quick, PROCESSES), workload), "small-array-ratio");
        assert_eq!((found.figure.value, found.verdict), (None, ClaimVerdict::NotResolved));
        let expected = format!("python/numpy-list {word} on whole/uniform-25: for a reason");
        assert_eq!(found.reason, Some(expected));
    }
}

/// Rows against a baseline of 1 µs whose twin strays by `noise` at most.
fn judged(noise: f64) -> Record {
    let twins: Vec<f64> =
        (0..PROCESSES).map(|process| if process == 0 { 1.0 + noise } else { 1.0 }).collect();
    let mut workload = whole(25);
    for (id, ns) in [("python/naive", 1000.0), ("rust/naive", 500.0), ("rust/simd", 1010.0), ("slow", 2000.0)]
    {
        workload.contenders.push(timed(id, ns, PROCESSES));
    }
    let mut wrong = timed("python/known-wrong", 100.0, PROCESSES);
    wrong.findings.outcome = Outcome::KnownWrong;
    workload.contenders.push(wrong);
    for outcome in [Outcome::Wrong, Outcome::Absent, Outcome::Failed] {
        let mut failed = timed(&format!("python/{}", outcome.word()), 100.0, PROCESSES);
        failed.findings.outcome = outcome;
        if outcome == Outcome::Absent {
            failed = contender("python/absent", outcome);
            failed.findings.reason = Some("no such package".to_owned());
            failed.findings.install = Some("pip install it".to_owned());
        }
        workload.contenders.push(failed);
    }
    with(empty(Mode::Quick, PROCESSES), with_twin(workload, 1000.0, &twins))
}

#[test]
fn a_row_has_a_verdict_only_where_it_is_measured_and_right() {
    let record = judged(0.005);
    for (id, ratio, verdict) in [
        ("python/naive", Some(1.0), Some(Verdict::Baseline)),
        ("rust/naive", Some(0.5), Some(Verdict::Faster)),
        ("rust/simd", Some(1.01), Some(Verdict::Equivalent)),
        ("slow", Some(2.0), Some(Verdict::Slower)),
        ("control/aa", Some(1.0), Some(Verdict::Equivalent)),
        ("python/known-wrong", Some(0.1), None),
        ("python/wrong", None, None),
        ("python/absent", None, None),
        ("python/failed", None, None),
    ] {
        let row = row(&record, id);
        assert_eq!(row.verdict, verdict, "{id}");
        match ratio {
            Some(ratio) => close(row.ratio, ratio),
            None => assert_eq!((row.ratio, row.ns_per_unit), (None, None), "{id}"),
        }
    }
    let absent = row(&record, "python/absent");
    assert_eq!(absent.findings.reason.as_deref(), Some("no such package; to add it: pip install it"));
}

#[test]
fn noise_hides_small_differences_and_no_large_ones_and_the_report_says_which() {
    let record = judged(0.14);
    assert_eq!(row(&record, "rust/naive").verdict, Some(Verdict::Faster), "0.5 is far beyond 14 %");
    assert_eq!(row(&record, "rust/simd").verdict, Some(Verdict::NotResolved));
    let found = summary(&record);
    close(found.workloads[0].noise_threshold, 0.14);
    let coarse = found.workloads[0].coarse().expect("more than 1.10");
    assert!(coarse > 1.14 && coarse < 1.4, "{coarse}");
    let calm = summary(&judged(0.005));
    assert_eq!(calm.workloads[0].coarse(), None);
    let look = Look::plain(200);
    for text in [text(&found, &look), report(&found)] {
        assert!(text.contains("Too noisy for differences under 1.2"), "{text}");
    }
    assert!(text(&found, &look).contains("; too noisy for differences under 1.2"));
    for text in [text(&calm, &look), report(&calm)] {
        assert!(text.contains("× on are found on every workload, in at least four runs of five"), "{text}");
    }
}

#[test]
fn a_page_warns_of_noise_only_where_a_verdict_is_open() {
    let mut record = judged(0.14);
    assert!(page(&summary(&record)).contains("class=\"warning\""));
    record.workloads[0].contenders.retain(|contender| contender.id != "rust/simd");
    let decided = summary(&record);
    assert!(decided.workloads[0].coarse().is_some());
    assert!(!page(&decided).contains("class=\"warning\""));
}

#[test]
fn what_is_wrong_is_no_baseline() {
    let mut record = judged(0.005);
    record.workloads[0].contenders[0].findings.outcome = Outcome::KnownWrong;
    let row = row(&record, "rust/naive");
    assert_eq!((row.ratio, row.verdict), (None, Some(Verdict::NotResolved)));
    close(row.ns_per_unit, 500.0);
}
