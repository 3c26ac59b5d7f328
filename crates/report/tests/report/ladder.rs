//! The ladder: every rung in its place, the talk's figure where it is passed, and what cannot be said.

use breakeven_record::{Mode, Outcome, Record};
use breakeven_report::ladder::{Ladder, ladders};
use breakeven_report::page::page;
use breakeven_report::summary::Summary;

use crate::records::{contender, empty, every_rung, pedometer, realistic, slow, with};

fn summary(record: &Record) -> Summary {
    Summary::of(record, "bench-results/test/record.json")
}

fn ids<'a>(ladder: &Ladder<'a>) -> Vec<&'a str> {
    ladder.rungs.iter().map(|rung| rung.row.contender.as_str()).collect()
}

#[test]
fn rungs_stand_slowest_first_and_those_without_a_time_apart_with_their_reason() {
    let summary = summary(&every_rung(10));
    let ladders = ladders(&summary);
    let workloads: Vec<&str> = ladders.iter().map(|ladder| ladder.workload.id.as_str()).collect();
    assert_eq!(workloads, ["pedometer/oxford-hour", "pedometer/mobgap-hour", "feedback/oxford-hour"]);
    for ladder in &ladders {
        let ids = ids(ladder);
        assert_eq!(ids[..3], ["python/numpy-window", "python/naive", "cpp/talk"]);
        assert_eq!(ids[9..], ["extension/bank", "rust/simd", "rust/simd-threads"]);
        let missing: Vec<&str> = ladder.missing.iter().map(|row| row.contender.as_str()).collect();
        assert_eq!(missing, ["python/numba-incremental", "python/statistics"]);
    }
}

#[test]
fn the_talks_figure_is_passed_by_the_first_right_rung_whose_whole_interval_is_beyond_it() {
    let cases: [(f64, f64, Option<&str>); 3] = [
        // times of rust/naive and rust/incremental, of which python/naive takes 11,400
        (98.0, 9.2, Some("rust/incremental")),
        (90.0, 9.2, Some("rust/naive")),
        (98.0, 98.0, None),
    ];
    for (naive, incremental, passed) in cases {
        let mut hour = pedometer("oxford-hour", 359_786, 3);
        let whole = [359_786];
        for (id, ns) in [("python/naive", 11_400.0), ("rust/naive", naive), ("rust/incremental", incremental)]
        {
            hour.contenders.push(slow(&hour, id, ns, &whole, 10));
        }
        // would be first, and is wrong
        let mut wrong = slow(&hour, "cpp/talk", 95.0, &whole, 10);
        wrong.findings.outcome = Outcome::KnownWrong;
        hour.contenders.push(wrong);
        let summary = summary(&with(empty(Mode::Quick, 10), hour));
        let ladder = &ladders(&summary)[0];
        let first = ladder.first_past_the_talk().map(|place| ladder.rungs[place].row.contender.as_str());
        assert_eq!(first, passed, "{naive} and {incremental}");
        match passed {
            Some(id) => {
                assert!(
                    ladder.passing().contains(&format!("passed, with the whole interval, by {id} (")),
                    "{}",
                    ladder.passing()
                )
            }
            None => assert!(ladder.passing().contains("No rung"), "{}", ladder.passing()),
        }
    }
}

#[test]
fn a_time_is_per_hour_of_recording_whatever_was_recorded() {
    let mut minutes = pedometer("walk", 60_000, 3);
    minutes.contenders.push(slow(&minutes, "python/naive", 1000.0, &[300, 500, 700], 10));
    let summary = summary(&with(empty(Mode::Quick, 10), minutes));
    let rung = ladders(&summary)[0].rungs[0];
    let hour_s = rung.hour_ns.value.expect("it has a time") / 1e9;
    assert!((hour_s - 55.07).abs() < 0.1, "{hour_s} s for 55,068,525 times 1000 ns");
}

#[test]
fn agreement_says_bits_for_integer_rungs_and_steps_with_differing_values_for_float_rungs() {
    let summary = summary(&every_rung(10));
    let ladders = ladders(&summary);
    let agreement = |id: &str| ladders[0].rung(id).expect("it is there").agreement();
    assert_eq!(agreement("rust/simd"), "every bit, on 359,786 rows");
    assert_eq!(agreement("rust/naive"), "every step, on 359,786 rows; differing values of M: 119");
    assert_eq!(agreement("python/naive"), "every step, on 700 rows; differing values of M: 0");
    let bank = ladders[2].rung("rust/naive").expect("it is there").agreement();
    assert!(bank.starts_with("sum(M) within 1e-6, on"), "{bank}");
}

#[test]
fn without_the_talks_code_nothing_is_held_against_its_figure() {
    let mut hour = pedometer("oxford-hour", 359_786, 3);
    hour.baseline = "rust/naive".to_owned().into();
    for (id, ns) in [("rust/naive", 98.0), ("rust/simd", 0.2)] {
        hour.contenders.push(slow(&hour, id, ns, &[359_786], 10));
    }
    let record = with(empty(Mode::Quick, 10), hour);
    let summary = summary(&record);
    let ladder = &ladders(&summary)[0];
    assert_eq!(ladder.first_past_the_talk(), None);
    assert!(ladder.passing().contains("nothing can be compared with"));
    assert_eq!(ids(ladder), ["rust/naive", "rust/simd"]);
    assert!(!page(&summary).contains("here the talk’s figure is passed"));
}

#[test]
fn a_page_shows_every_rung_with_its_step_on_each_hour_and_the_line_where_117_is_passed() {
    let record = every_rung(10);
    let html = page(&summary(&record));
    assert_eq!(html.matches("here the talk’s figure is passed").count(), 2, "on each hour");
    for said in [
        "language: the same two passes, the whole loop compiled",
        "exact integer sums carried from window to window",
        "differing values of M: 119",
        "too slow here: about 38 s a call",
        "to add it: scripts/prepare --peers",
        "2 threads",
        "pedometer/mobgap-hour",
        "Every rung of the bank",
        "The one below is rust/naive (116×",
    ] {
        assert!(html.contains(said), "{said}");
    }
}

#[test]
fn any_subset_of_rungs_makes_a_ladder() {
    let all = every_rung(6);
    for kept in 0..15 {
        let mut record = all.clone();
        for workload in &mut record.workloads {
            workload.contenders.truncate(kept);
        }
        let summary = summary(&record);
        let html = page(&summary);
        assert!(!html.contains("NaN"), "{kept} rungs");
        assert_eq!(ladders(&summary)[0].rungs.len() + ladders(&summary)[0].missing.len(), kept.min(14));
    }
    let mut alone = realistic(Mode::Quick, 6, &[25]);
    for workload in &mut alone.workloads {
        workload.contenders.retain(|contender| contender.id.starts_with("rust/"));
        workload.contenders.push(contender("python/naive", Outcome::Absent));
    }
    assert!(page(&summary(&alone)).contains("nothing can be compared with"));
}
