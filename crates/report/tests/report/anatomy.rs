//! A call taken apart: do its parts add up, and does the page say so where they do not?

use breakeven_problem::anatomy::{self, ALL, Anatomy};
use breakeven_record::{Mode, Outcome, Record, WorkloadRecord};
use breakeven_report::anatomy::{ADDS_UP_WITHIN, anatomies};
use breakeven_report::page::page;
use breakeven_report::summary::Summary;

use crate::records::{contender, empty, timed, timed_by, whole, with};

const PROCESSES: usize = 6;
const FLOOR_NS: f64 = 50.0;
const STEP_NS: f64 = 200.0;

/// Every step takes [`STEP_NS`], and the whole call `factor` times all of them.
fn taken_apart(anatomy: &Anatomy, factor: f64) -> WorkloadRecord {
    let mut workload = WorkloadRecord {
        id: format!("anatomy/{}-25", anatomy.name),
        task: "anatomy".to_owned(),
        baseline: anatomy.whole.to_owned().into(),
        ..whole(25)
    };
    let all = FLOOR_NS + STEP_NS * anatomy.steps.len() as f64;
    workload.contenders.push(timed(anatomy.whole, all * factor, PROCESSES));
    workload.contenders.push(timed(anatomy.floor, FLOOR_NS, PROCESSES));
    for (place, step) in anatomy.steps.iter().enumerate() {
        let ns = FLOOR_NS + STEP_NS * (place + 1) as f64;
        workload.contenders.push(timed(step.control, ns, PROCESSES));
    }
    workload
}

fn record(workload: WorkloadRecord) -> Record {
    with(empty(Mode::Quick, PROCESSES), workload)
}

fn html(record: &Record) -> String {
    page(&Summary::of(record, "bench-results/test/record.json"))
}

#[test]
fn each_step_costs_what_its_control_takes_more_than_the_one_before_and_all_add_up() {
    for known in &ALL {
        let found = anatomies(&record(taken_apart(known, 1.0)));
        assert_eq!(found.len(), 1, "{}", known.name);
        let parts = &found[0].parts;
        assert_eq!(parts.len(), known.steps.len() + 1);
        for part in &parts[1..] {
            let ns = part.ns.value.unwrap();
            assert!((ns - STEP_NS).abs() < 0.02 * STEP_NS, "{}: {ns} ns", part.control);
            assert!(part.ns.low.unwrap() <= ns && ns <= part.ns.high.unwrap());
        }
        let sum: f64 = parts.iter().map(|part| part.share.value.unwrap()).sum();
        assert!((sum - found[0].sum_over_whole.value.unwrap()).abs() < 1e-9);
        assert!(found[0].adds_up);
    }
}

#[test]
fn parts_that_do_not_add_up_within_the_limit_in_every_process_are_called_so() {
    for (factor, adds_up) in [(1.0 + 0.9 * ADDS_UP_WITHIN, true), (1.3, false), (0.8, false)] {
        let record = record(taken_apart(&ALL[0], factor));
        assert_eq!(anatomies(&record)[0].adds_up, adds_up, "{factor}");
        assert_eq!(html(&record).contains("not certain to be within 15"), !adds_up, "{factor}");
    }
    let mut noisy = taken_apart(&ALL[0], 1.0);
    let last = ALL[0].steps.last().unwrap().control;
    let all = FLOOR_NS + STEP_NS * ALL[0].steps.len() as f64;
    noisy.contenders.retain(|known| known.id != last);
    noisy.contenders.push(timed_by(last, PROCESSES, |process| all * if process == 0 { 1.5 } else { 1.0 }));
    let found = &anatomies(&record(noisy))[0];
    assert!(!found.adds_up, "one process of six is off by half: {:?}", found.sum_over_whole);
}

#[test]
fn a_step_that_was_not_measured_leaves_no_sum() {
    for step in ALL[0].steps {
        let mut workload = taken_apart(&ALL[0], 1.0);
        workload.contenders.retain(|known| known.id != step.control);
        workload.contenders.push(contender(step.control, Outcome::Failed));
        let record = record(workload);
        let found = &anatomies(&record)[0];
        assert!(found.parts.is_empty() && !found.adds_up && found.sum_over_whole.value.is_none());
        assert!(html(&record).contains("Not every step of"));
    }
}

#[test]
fn a_page_links_to_the_lines_of_numpy_only_where_they_are_known() {
    let mut record = record(taken_apart(&ALL[0], 1.0));
    let link = format!("href=\"https://github.com/numpy/numpy/blob/v{}/", ALL[0].version);
    assert_eq!(html(&record).matches(&link).count(), ALL[0].steps.len());
    assert_eq!(html(&record).matches("https:").count(), ALL[0].steps.len(), "and to nothing else");
    record.environment.facts.insert("numpy".to_owned(), "1.16.1".to_owned());
    assert!(!html(&record).contains("https:"));
}

#[test]
fn a_record_that_took_nothing_apart_says_so() {
    let html = html(&empty(Mode::Quick, PROCESSES));
    assert!(html.contains("took no call apart") && html.contains("-t anatomy"));
}

#[test]
fn noise_in_an_anatomy_is_no_limit_of_the_run_since_nothing_is_judged_there() {
    let ratios = [0.7, 0.8, 1.0, 1.2, 1.3, 1.4];
    let noisy = crate::records::with_twin(taken_apart(&ALL[1], 1.0), 850.0, &ratios);
    let summary = Summary::of(&record(noisy), "record.json");
    assert!(summary.workloads[0].coarse().is_some());
    assert!(!breakeven_report::markdown::report(&summary).contains("may be missed"));
}

#[test]
fn every_listed_anatomy_is_found_by_its_workload() {
    for known in &ALL {
        assert_eq!(anatomy::of(&format!("anatomy/{}-25", known.name)), Some(known));
        assert!(known.steps.iter().all(|step| step.control.starts_with("control/")), "never ranked");
    }
}
