//! What the report says of functions that are compared on what a user's function makes.

use breakeven_record::{ContenderRecord, FirstCall, Mode, Outcome, Record, WorkloadRecord};
use breakeven_report::page::page;
use breakeven_report::summary::Summary;
use breakeven_report::terminal::{Look, screen};

use crate::records::{contender, empty, timed, whole, with, with_twin};

const PROCESSES: usize = 6;

/// A name that has to be quoted in a CSV.
pub(crate) const QUOTED: &str = "user/mine.py:\"sorted\", then merged";

/// A function's name, and the nanoseconds of a call on `n` of what is made.
type Timed = (&'static str, fn(usize) -> f64);

const FUNCTIONS: [Timed; 3] = [
    ("user/mine.py:loop", |n| 900.0 + 80.0 * n as f64),
    ("user/mine.py:compiled", |n| 4200.0 + 3.0 * n as f64),
    (QUOTED, |n| 950.0 + 79.0 * n as f64),
];

/// A comparison of a user's functions at these sizes: one crosses, one has a name to quote, one is wrong, and one fails.
pub(crate) fn compared(sizes: &[usize]) -> Record {
    sizes.iter().fold(empty(Mode::Quick, PROCESSES), |record, &n| {
        let mut workload = WorkloadRecord {
            id: format!("made/make-{n}"),
            task: "made".to_owned(),
            why: "what mine.py:make makes".to_owned(),
            baseline: FUNCTIONS[0].0.into(),
            ..whole(n)
        };
        workload.input.kind = "made".to_owned();
        workload.input.name = "mine.py:make".to_owned();
        for (place, (id, ns)) in FUNCTIONS.into_iter().enumerate() {
            let mut known = timed(id, ns(n), PROCESSES);
            known.declared.input = "made".to_owned();
            known.findings.peak_bytes = Some(4096 << (2 * place));
            let begun = FirstCall { load_ns: 30_000_000 * place as u64, call_ns: 90_000_000 * place as u64 };
            known.findings.first_calls = vec![begun; 3];
            workload.contenders.push(known);
        }
        for (id, outcome, reason) in [
            (
                "user/mine.py:rounded",
                Outcome::Wrong,
                "float 0.5 where float 0.25 is expected, at ['left'][3]",
            ),
            ("user/mine.py:raises", Outcome::Failed, "ValueError: no table called \"prices\", in line 3"),
        ] {
            let mut unfit = contender(id, outcome);
            unfit.findings.reason = Some(reason.to_owned());
            workload.contenders.push(unfit);
        }
        let ratios = [1.0, 1.001, 0.999, 1.0, 1.002, 0.998];
        with(record, with_twin(workload, FUNCTIONS[0].1(n), &ratios))
    })
}

#[test]
fn the_size_of_what_is_made_is_n_and_counts_no_values() {
    let summary = Summary::of(&compared(&[1, 10, 100]), "record.json");
    let (shown, html) = (screen(&summary, &Look::plain(80)), page(&summary));
    assert!(shown.contains("─ n\n") && shown.contains("from n = "), "{shown}");
    assert!(!shown.contains(" value"), "{shown}");
    assert!(html.contains("n, logarithmic") && html.contains("Time per call over n"));
    assert!(!html.contains("values in the array") && !html.contains("number of values"));
    assert!(html.contains("beats user/mine.py:loop, as n; none"));
    assert!(html.contains("class=\"wide\""), "reasons wrap");
    let one = Summary::of(&compared(&[1]), "record.json");
    assert!(one.answer[0].ends_with("at n = 1."), "{:?}", one.answer);
}

#[test]
fn a_function_by_itself_asks_for_a_second_one() {
    let mut record = compared(&[10]);
    let alone = |contender: &ContenderRecord| contender.id.is_control() || contender.id == FUNCTIONS[0].0;
    record.workloads[0].contenders.retain(alone);
    let summary = Summary::of(&record, "record.json");
    let asked = "Only user/mine.py:loop was timed: name a second function to compare with it.";
    assert_eq!(summary.answer, [asked]);
}

#[test]
fn where_ours_run_in_no_python_the_page_names_that_of_the_users_functions() {
    let mut record = compared(&[10, 100]);
    record.environment.facts.remove("python");
    for contender in record.workloads.iter_mut().flat_map(|workload| &mut workload.contenders) {
        contender.findings.version = Some("PyPy 7.3.11, source 0123456789ab".to_owned());
    }
    let html = page(&Summary::of(&record, "record.json"));
    let first_screen = html.split("<section").next().expect("a split has a first part");
    assert!(first_screen.contains("PyPy 7.3.11") && !first_screen.contains("source"), "{first_screen}");
    assert!(first_screen.contains("95 % intervals"), "{first_screen}");
}

#[test]
fn where_ours_are_embedded_the_page_names_the_python_of_the_users_functions_and_no_numpy_of_ours() {
    let mut record = compared(&[10, 100]);
    let of_ours = Summary::of(&record, "record.json");
    assert_eq!((of_ours.interpreter().as_str(), of_ours.numpy()), ("CPython 3.11.7", Some("2.4.6")));
    for contender in record.workloads.iter_mut().flat_map(|workload| &mut workload.contenders) {
        contender.findings.version = Some("CPython 3.13.1, source 0123456789ab".to_owned());
    }
    let summary = Summary::of(&record, "record.json");
    let html = page(&summary);
    let first_screen = html.split("<section").next().expect("a split has a first part").to_owned();
    for text in [first_screen, breakeven_report::markdown::report(&summary)] {
        assert!(text.contains("CPython 3.13.1"), "{text}");
        assert!(!text.contains("CPython 3.11.7") && !text.contains("NumPy 2.4.6"), "{text}");
    }
}

#[test]
fn one_value_is_no_plural() {
    let mut record = compared(&[1]);
    for workload in &mut record.workloads {
        workload.task = "whole".to_owned();
    }
    let summary = Summary::of(&record, "record.json");
    assert!(summary.answer[0].ends_with("on 1 value."), "{:?}", summary.answer);
    let shown = screen(&summary, &Look::plain(80));
    assert!(shown.contains(" 1 value\n") || shown.contains(" 1 value \n"), "{shown}");
    assert!(!shown.contains("values"), "{shown}");
}
