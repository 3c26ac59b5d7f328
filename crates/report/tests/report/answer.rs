//! The answer: what terminal and page say first, in how many lines, and compared with what.

use breakeven_record::{Mode, Outcome, Record};
use breakeven_report::page::page;
use breakeven_report::summary::{Summary, Verdict};
use breakeven_report::terminal::{Characters, Look, screen, text};

use crate::full::full;
use crate::records::{
    contender, empty, every_rung, nothing_right, realistic, timed, warnings, whole, with, with_twin,
};

const PROCESSES: usize = 6;

/// Lines of a screen, less the two that say where the record and the report are.
const LINES: usize = 23;

/// A contender and its nanoseconds a call, by the size.
type Timed = (&'static str, fn(f64) -> f64);

/// A comparison of the user's functions, the first of which is the baseline, with some of ours, at these sizes.
fn comparison(sizes: &[usize], users: &[Timed]) -> Record {
    let ours: [Timed; 5] = [
        ("python/naive", |n| 340.0 + 63.0 * n),
        ("python/numpy-list", |n| 8800.0 + 22.0 * n),
        ("python/numpy-array", |n| 7900.0 + 1.9 * n),
        ("extension/standard-dev", |n| 45.0 + 1.2 * n),
        ("rust/simd", |n| 7.0 + 0.25 * n),
    ];
    sizes.iter().fold(empty(Mode::Quick, PROCESSES), |record, &n| {
        let mut workload = whole(n);
        workload.baseline = users[0].0.into();
        for (id, ns) in users.iter().chain(&ours) {
            let mut known = timed(id, ns(n as f64), PROCESSES);
            if id.starts_with("user/") {
                known.declared.input = "list".to_owned();
            }
            workload.contenders.push(known);
        }
        workload.contenders.push(contender("python/pandas", Outcome::Absent));
        with(record, with_twin(workload, users[0].1(n as f64), &[1.0, 1.001, 0.999, 1.0, 1.002, 0.998]))
    })
}

const STD: Timed = ("user/mine.py:std", |n| 500.0 + 70.0 * n);

#[test]
fn the_answer_of_every_kind_of_record_is_one_screen() {
    let many: Vec<Timed> = (0..9)
        .map(|place| {
            let id: &str = Box::leak(format!("user/mine.py:function_{place}").into_boxed_str());
            (id, STD.1)
        })
        .collect();
    let mut warned = realistic(Mode::Quick, PROCESSES, &[10, 25, 150, 300, 1000]);
    warned.warnings = warnings();
    warned.complete = false;
    let records = [
        ("quick", realistic(Mode::Quick, PROCESSES, &[10, 25, 50, 150, 300, 1000])),
        ("warned", warned),
        ("full", full(10)),
        ("every rung", every_rung(10)),
        ("nothing right", nothing_right()),
        ("empty", empty(Mode::Quick, PROCESSES)),
        ("one size", comparison(&[60], &[STD])),
        ("three sizes", comparison(&[10, 100, 1000], &[STD])),
        (
            "ten sizes",
            comparison(
                &[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
                &[STD, ("user/other.py:fast", |n| 900.0 + 9.0 * n)],
            ),
        ),
        ("nine functions", comparison(&[10, 1000], &many)),
    ];
    for (name, record) in records {
        let summary = Summary::of(&record, "record.json");
        let shown = screen(&summary, &Look::plain(80));
        assert!(shown.lines().count() <= LINES, "{name}: {} lines\n{shown}", shown.lines().count());
        for width in [80, 40] {
            let look = Look::plain(width);
            let unicode = screen(&summary, &look);
            let ascii = screen(&summary, &Look { characters: Characters::Ascii, ..look });
            assert!(ascii.is_ascii(), "{name}: {ascii}");
            let lengths = |text: &str| text.lines().map(|line| line.chars().count()).collect::<Vec<_>>();
            assert_eq!(lengths(&ascii), lengths(&unicode), "{name}");
            let limit = usize::from(width);
            assert!(unicode.lines().all(|line| line.chars().count() <= limit), "{name}, {width}:\n{unicode}");
        }
    }
}

#[test]
fn a_comparison_says_how_ours_compare_with_the_users_function_and_what_is_available() {
    let summary = Summary::of(&comparison(&[10, 100, 1000], &[STD]), "record.json");
    assert_eq!(summary.arrays.base, "user/mine.py:std");
    let answer = summary.answer.join("\n");
    assert!(answer.contains("python/numpy-list beats user/mine.py:std from "), "{answer}");
    assert!(answer.contains("extension/standard-dev is "), "{answer}");
    let available = summary.available.as_ref().expect("ours is faster");
    assert_eq!(
        (available.function.as_str(), available.workload.as_str()),
        ("breakeven.standard_dev", "whole/uniform-1000")
    );
    // 500 + 70 n over 45 + 1.2 n, at n = 1000
    let sentence = available.sentence().expect("both have a time");
    assert!(
        sentence.starts_with("Yours 70.5 µs per call; breakeven.standard_dev 1.25 µs, 56.6 times as fast"),
        "{sentence}"
    );
    let shown = screen(&summary, &Look::plain(80));
    assert!(shown.split_whitespace().collect::<Vec<_>>().join(" ").ends_with(&sentence), "{shown}");
    assert!(page(&summary).contains(&sentence));
}

#[test]
fn where_ours_is_not_faster_beyond_the_noise_nothing_is_offered() {
    let slower = ("user/quick.py:std", (|n| 40.0 + n) as fn(f64) -> f64);
    let summary = Summary::of(&comparison(&[10, 1000], &[slower]), "record.json");
    assert_eq!(summary.available, None);
}

#[test]
fn of_two_functions_the_second_is_compared_with_the_first() {
    let heap = ("user/mine.py:heap", (|n| 2000.0 + 20.0 * n) as fn(f64) -> f64);
    let summary = Summary::of(&comparison(&[10, 1000], &[STD, heap]), "record.json");
    let answer = summary.answer.join("\n");
    assert!(answer.starts_with("user/mine.py:heap beats user/mine.py:std from "), "{answer}");
    let equal = ("user/mine.py:again", STD.1);
    let alike = Summary::of(&comparison(&[60], &[STD, equal]), "record.json");
    assert!(
        alike.answer[0].starts_with("user/mine.py:again takes as long as user/mine.py:std"),
        "{:?}",
        alike.answer
    );
}

#[test]
fn a_recommendation_that_is_slower_than_the_baseline_says_so() {
    let summary = Summary::of(&realistic(Mode::Quick, PROCESSES, &[10, 25, 300]), "record.json");
    let of_arrays: Vec<_> = summary.best_ranges.iter().filter(|range| range.input == "ndarray").collect();
    let told: Vec<_> = of_arrays.iter().map(|range| (range.from, range.to, range.slower)).collect();
    assert_eq!(told, [(10, 25, true), (300, 300, false)]);
    let row = summary.row("whole/uniform-25", "python/numpy-array").expect("it was measured");
    assert_eq!(row.verdict, Some(Verdict::Slower));
    let html = page(&summary);
    let answer = html.split("</section>").next().unwrap_or_default();
    assert!(answer.contains(", slower than <bdi><code>python/naive"), "{answer}");
    assert!(text(&summary, &Look::plain(120)).contains("slower than python/naive"));
}

#[test]
fn a_comparison_at_one_size_has_its_rounds_for_a_figure() {
    let one = Summary::of(&comparison(&[60], &[STD]), "record.json");
    assert_eq!(one.rounds.len(), 5, "all but the baseline and the control");
    let html = page(&one);
    assert!(html.contains("Each small dot is a round") && html.contains("<figure"));
    let two = Summary::of(&comparison(&[60, 100], &[STD]), "record.json");
    assert!(two.rounds.is_empty() && !page(&two).contains("Each small dot is a round"));
}
