//! Which contender at which size: who is named the fastest, and which sizes are shown at once.

use breakeven_record::{ContenderRecord, Mode, Record, Samples};
use breakeven_report::markdown::report;
use breakeven_report::page::page;
use breakeven_report::summary::Summary;

use crate::records::{empty, realistic, timed, whole, with};

const PROCESSES: usize = 6;

fn section(record: &Record) -> String {
    let html = page(&Summary::of(record, "record.json"));
    let section = html.split("<section id=\"choice\"").nth(1).expect("the page has it");
    section.split("</section>").next().expect("a split has a first part").to_owned()
}

/// A contender of `ns` nanoseconds a call, twice that in the rounds from `first` on, in which a neighbour was there.
fn disturbed_from(first: usize, id: &str, ns: f64) -> ContenderRecord {
    let mut contender = timed(id, ns, PROCESSES);
    for run in &mut contender.runs {
        let Samples::Rounds { batches_ns, .. } = &mut run.samples else { panic!("these are rounds") };
        batches_ns[first..].iter_mut().for_each(|batch| *batch *= 2);
    }
    contender
}

#[test]
fn the_fastest_is_who_wins_the_same_rounds_not_who_had_the_quieter_ones() {
    let mut workload = whole(25);
    // a neighbour came in the middle of one round, between them: rust/simd had three quiet rounds, rust/naive two
    for (id, ns) in [("rust/simd", 100.0), ("python/naive", 1900.0), ("control/reference", 1000.0)] {
        workload.contenders.push(disturbed_from(3, id, ns));
    }
    workload.contenders.push(disturbed_from(2, "rust/naive", 95.0));
    let record = with(empty(Mode::Quick, PROCESSES), workload);
    let shown = section(&record);
    let (naive, simd) = (shown.find("rust/naive"), shown.find("rust/simd"));
    assert!(naive.is_some() && naive < simd, "{shown}");
    // its time is by the clock, and so half of it is the neighbour's
    assert!(shown.contains("190 ns"), "{shown}");
    let markdown = report(&Summary::of(&record, "record.json"));
    assert!(markdown.contains("**`rust/naive` 190 ns"), "{markdown}");
}

#[test]
fn landmark_sizes_are_shown_at_once_and_every_other_one_can_be_opened() {
    let sizes = [1, 2, 3, 5, 7, 10, 14, 20, 25, 33, 50, 75, 100, 120, 150, 160, 200, 230, 290];
    let shown = section(&realistic(Mode::Default, PROCESSES, &sizes));
    let (landmarks, others) = shown.split_once("<details").expect("the rest is in one");
    let rows = |part: &str, n: usize| part.matches(&format!("scope=\"row\">{n}<")).count();
    for n in sizes {
        let landmark = [1, 2, 5, 10, 20, 25, 50, 100, 150, 200, 290].contains(&n);
        assert_eq!(rows(landmarks, n), usize::from(landmark), "{n}");
        assert_eq!(rows(others, n), usize::from(!landmark), "{n}");
    }
    assert!(others.contains("The other 8 sizes"), "{others}");
}

#[test]
fn few_sizes_are_all_shown_at_once() {
    assert!(!section(&realistic(Mode::Quick, PROCESSES, &[3, 7, 13, 31])).contains("<details"));
}
