//! What many records say over time.

use breakeven_record::{Imported, Mode, Outcome, Record};
use breakeven_report::agreement::{Pair, RepeatedRun, RunSet};
use breakeven_report::claims::{ClaimVerdict, claims};
use breakeven_report::history::talk::{self, TalkRow};
use breakeven_report::history::{
    Baseline, Foreign, History, KnownRecord, Quantity, TrendBuilder, list_markdown, list_text,
    trend_markdown, trend_text,
};
use breakeven_report::page;
use breakeven_report::summary::{Row, Verdict};
use breakeven_report::terminal::Look;
use serde_json::Value;

use crate::elsewhere::with_interpreters;
use crate::page::without_script;
use crate::records::{contender, empty, every_rung, realistic, timed, whole, with};

/// The day of a record of these tests: one after the other, in March.
fn on_day(day: usize, record: Record) -> Record {
    Record { created: format!("2026-03-{:02}T12:00:00Z", day + 1), ..record }
}

/// A record of one workload: the baseline takes `base` ns, `rust/simd` takes `simd` ns.
fn measured(base: f64, simd: f64, environment: &str) -> Record {
    let mut workload = whole(25);
    for (id, ns) in [("python/naive", base), ("rust/simd", simd), ("control/aa", base)] {
        workload.contenders.push(timed(id, ns, 6));
    }
    let mut record = with(empty(Mode::Quick, 6), workload);
    record.environment.key = environment.to_owned();
    record
}

fn history(records: &[Record], baseline: Option<&str>) -> History {
    let known = records.iter().enumerate().map(|(place, record)| {
        KnownRecord::of(record, &format!("{place:02}/record.json"), "breakeven.record/2", Some(3))
    });
    let baseline = baseline.map(|record| Baseline {
        record: record.to_owned(),
        reason: "because <of> it".to_owned(),
        blessed: "2026-03-20T12:00:00Z".to_owned(),
        by: Some("Someone".to_owned()),
    });
    History::of("bench-results".to_owned(), baseline, known.collect(), Vec::new())
}

/// The history of records, which are in the order of time, with its trend.
fn with_trend(records: &[Record], wanted: &dyn Fn(&Row) -> bool) -> History {
    let mut history = history(records, None);
    let mut builder = TrendBuilder::default();
    for (place, record) in records.iter().enumerate() {
        builder.add(record, place, wanted);
    }
    history.trend = Some(builder.finish(&history, 0.02));
    history
}

/// So many records, each with times of its own that differ by a little.
fn days(times: impl Iterator<Item = (f64, f64, &'static str)>) -> Vec<Record> {
    let wobble = |day: usize| 1.0 + 0.001 * ((day * 7) % 5) as f64;
    let record = |(day, (base, simd, key)): (usize, (f64, f64, &str))| {
        on_day(day, measured(base * wobble(day), simd * wobble(day + 3), key))
    };
    times.enumerate().map(record).collect()
}

/// A contender that gets slower by 30 % from the ninth record of sixteen on.
pub(crate) fn drawn() -> History {
    with_trend(&days((0..16).map(|day| (1000.0, if day < 8 { 100.0 } else { 130.0 }, "one"))), &|_| true)
}

/// What another tool measured on this day.
pub(crate) fn imported(day: usize) -> Record {
    let mut record = on_day(day, measured(1000.0, 100.0, "one"));
    record.imported = Some(Imported { tool: "pyperf 2".to_owned(), files: vec!["a.json".to_owned()] });
    let workload = &mut record.workloads[0];
    workload.contenders.truncate(2);
    workload.baseline = "".into();
    workload.task = "imported".to_owned();
    for contender in &mut workload.contenders {
        contender.findings.outcome = Outcome::Unverified;
    }
    record
}

fn follows_schema(history: &History) {
    let schema: Value =
        serde_json::from_str(include_str!("../../../../docs/history.schema.json")).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let json = serde_json::to_value(history).expect("a history is JSON");
    let complaints: Vec<String> =
        validator.iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(complaints, Vec::<String>::new());
    let back: History = serde_json::from_value(json).expect("what was written can be read");
    assert_eq!(&back, history);
}

#[test]
fn a_contender_that_got_slower_is_found_in_time_and_ratio_from_the_record_on_where_it_did() {
    let history = drawn();
    let trend = history.trend.as_ref().expect("it has one");
    // two series of times, and one of ratios, since that of the baseline is 1
    assert_eq!(trend.tested, 3);
    let found: Vec<_> = trend
        .changes
        .iter()
        .map(|change| (change.contender.as_str(), change.quantity, change.last_before, change.record))
        .collect();
    assert_eq!(found, [("rust/simd", Quantity::Time, 7, 8), ("rust/simd", Quantity::Ratio, 7, 8)]);
    for change in &trend.changes {
        assert!((change.change - 1.3).abs() < 0.01 && change.p <= 0.01, "{change:?}");
        assert_eq!(change.environment.as_deref(), Some("one"));
    }
    follows_schema(&history);
    let text = trend_text(&history, &Look::plain(120));
    assert!(text.contains("2 changes of a level in 3 series of 12 records or more."), "{text}");
    assert!(text.contains("1.30× slower") && text.contains("By chance alone about 0.030"), "{text}");
}

#[test]
fn times_of_other_machines_are_no_change_and_their_ratios_are_advisory() {
    let both = |day: usize| if day < 12 { (1000.0, 100.0, "one") } else { (500.0, 25.0, "other") };
    let history = with_trend(&days((0..24).map(both)), &|_| true);
    let trend = history.trend.as_ref().expect("it has one");
    let found: Vec<_> = trend
        .changes
        .iter()
        .map(|change| (change.quantity, change.environment.as_deref(), change.record))
        .collect();
    assert_eq!(found, [(Quantity::Ratio, None, 12)]);
    let text = trend_text(&history, &Look::plain(120));
    assert!(text.contains("several: advisory"), "{text}");
    assert!(text.contains("24 records of 2 environments."), "{text}");
}

#[test]
fn a_series_that_is_too_short_says_how_many_records_it_lacks() {
    let history =
        with_trend(&days((0..11).map(|day| (1000.0, 100.0 + 50.0 * (day / 6) as f64, "one"))), &|_| true);
    let text = trend_markdown(&history);
    assert!(
        text.contains(
            "found in 12 records of a contender or more; here the longest series of one environment has 11."
        ),
        "{text}"
    );
    assert_eq!(history.trend.expect("it has one").changes, []);
}

#[test]
fn a_workload_with_other_inputs_is_a_series_of_its_own_and_filters_choose_rows() {
    let mut records = days((0..3).map(|_| (1000.0, 100.0, "one")));
    records[2].workloads[0].ddof = 1;
    let history = with_trend(&records, &|row| row.contender == "rust/simd");
    let series = &history.trend.as_ref().expect("it has one").series;
    let found: Vec<_> = series.iter().map(|one| (one.difference.as_deref(), one.points.len())).collect();
    assert_eq!(found, [(None, 2), (Some("ddof 0 and 1"), 1)]);
    let text = trend_markdown(&history);
    assert!(text.contains("another workload than the older one of this id: ddof 0 and 1"), "{text}");
    assert!(!text.contains("| `python/naive` |"), "{text}");
    follows_schema(&history);
}

#[test]
fn the_list_names_every_record_the_baseline_and_what_cannot_be_read() {
    let records = days((0..3).map(|_| (1000.0, 100.0, "0123456789abcdef")));
    let mut history = history(&records, Some("01/record.json"));
    history.foreign.push(Foreign { file: "x/record.json".to_owned(), reason: "cut | short".to_owned() });
    follows_schema(&history);
    let markdown = list_markdown(&history);
    assert!(markdown.contains("| 01 (baseline) | 2026-03-02T12:00:00Z | test | 01234567 |"), "{markdown}");
    assert!(
        markdown.contains("- Baseline: 01, blessed 2026-03-20T12:00:00Z by Someone: because &lt;of&gt; it"),
        "{markdown}"
    );
    assert!(markdown.contains("- Not read: x/record.json: cut \\| short"), "{markdown}");
    assert!(list_text(&history, &Look::plain(160)).contains("breakeven.record/2"));
}

#[test]
fn a_baseline_that_is_old_or_of_another_schema_or_gone_is_noticed() {
    let record = measured(1.0, 1.0, "one");
    let of = |schema: &str, days: i64, path: &str| {
        let known = vec![KnownRecord::of(&record, "a/record.json", schema, Some(days))];
        let baseline = Baseline {
            record: path.to_owned(),
            reason: "first".to_owned(),
            blessed: "2026-03-20T12:00:00Z".to_owned(),
            by: None,
        };
        History::of("f".to_owned(), Some(baseline), known, Vec::new()).notices
    };
    assert_eq!(of("breakeven.record/2", 30, "a/record.json"), Vec::<String>::new());
    let old = of("breakeven.record/1", 31, "a/record.json");
    assert_eq!(old.len(), 2, "{old:?}");
    assert!(
        old[0].starts_with("The baseline a was measured 31 days ago")
            && old[1].contains("breakeven.record/1")
    );
    assert!(of("breakeven.record/2", 1, "b/record.json")[0].contains("is not among these records"));
}

#[test]
fn the_page_of_a_history_draws_every_series_and_text_of_records_is_text() {
    let mut records = days((0..16).map(|day| (1000.0, if day < 8 { 100.0 } else { 130.0 }, "one")));
    let hostile = "<script>alert(1)</script>".to_owned();
    records[0].environment.facts.insert("cpu".to_owned(), hostile);
    let html = page::history(&with_trend(&records, &|_| true));
    let html = without_script(&html);
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;"));
    assert!(html.contains("another level from record 9 on: rust/simd 1.30×"), "the mark says where");
    // ratio and time, each for wide and narrow screens
    assert_eq!(html.matches("<svg").count(), 4);
    let bare = page::history(&history(&records, None));
    assert!(bare.contains("No change of a level was found."));
}

#[test]
fn an_imported_record_has_times_and_no_ratio_in_its_history_and_on_its_page() {
    let records: Vec<Record> = (0..2).map(imported).collect();
    let history = with_trend(&records, &|_| true);
    for point in history.trend.iter().flat_map(|trend| &trend.series).flat_map(|series| &series.points) {
        assert!(point.ratio.value.is_none() && point.ns_per_unit.low.is_some(), "{point:?}");
    }
    follows_schema(&history);
    assert!(!trend_markdown(&history).contains("over ``"));
    let summary = breakeven_report::summary::Summary::of(&records[0], "x/record.json");
    let schema: Value =
        serde_json::from_str(include_str!("../../../../docs/summary.schema.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    assert!(validator.is_valid(&serde_json::to_value(&summary).expect("JSON")));
    for text in [
        page::page(&summary),
        breakeven_report::markdown::report(&summary),
        breakeven_report::terminal::text(&summary, &Look::plain(1000)),
    ] {
        assert!(
            text.contains("Measured by pyperf 2 (a.json), not by breakeven: no answer was verified"),
            "{text}"
        );
        assert!(text.contains("rust/simd") && !text.contains("117"), "nothing of the talk: {text}");
    }
}

#[test]
fn two_records_of_which_one_is_imported_are_not_compared() {
    use breakeven_report::comparison::{Comparison, Named, Scope};
    let (ours, mut theirs) = (measured(1000.0, 100.0, "one"), measured(1000.0, 100.0, "one"));
    theirs.imported = Some(Imported { tool: "criterion".to_owned(), files: Vec::new() });
    let compared = Comparison::of(
        Named { record: &ours, path: "a" },
        Named { record: &theirs, path: "b" },
        0.02,
        Scope::All,
    );
    let error = compared.expect_err("there is nothing to compare").to_string();
    assert!(error.starts_with("b was imported from criterion"), "{error}");
}

#[test]
fn each_record_says_per_stack_which_claims_it_reproduces_and_one_without_them_has_no_line() {
    let rows = TalkRow::of_record(&realistic(Mode::Quick, 6, &[10, 25, 150, 300]), "a/record.json");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].stack.as_deref(), Some("CPython 3.11.7, NumPy 2.4.6"));
    let said = |row: &TalkRow| row.claims.iter().map(|claim| claim.verdict.is_some()).collect::<Vec<bool>>();
    assert_eq!(said(&rows[0]), [true; 4]);
    let ladder = TalkRow::of_record(&every_rung(10), "c/record.json");
    assert_eq!(said(&ladder[0]), [false, false, true, true], "no array was measured");
    let both = TalkRow::of_record(&with_interpreters(), "b/record.json");
    assert!(both.len() > 1 && both[1].stack != both[0].stack, "{both:?}");
    let mut nothing = whole(25);
    nothing.contenders.push(contender("rust/simd", Outcome::Absent));
    assert_eq!(TalkRow::of_record(&with(empty(Mode::Quick, 6), nothing), "d/record.json"), []);
    let text = talk::markdown(&rows);
    assert!(text.contains("| Some CPU (a) | CPython 3.11.7, NumPy 2.4.6 | "), "{text}");
}

#[test]
fn a_set_of_runs_says_what_most_of_its_quiet_runs_say_of_the_claims_that_are_ratios() {
    let pair = |workload: &str, contender: &str, interval| Pair {
        workload: workload.to_owned(),
        contender: contender.to_owned(),
        verdict: Verdict::Slower,
        interval: Some(interval),
    };
    let run = |loaded, ratio| RepeatedRun {
        created: String::new(),
        commit: None,
        environment: "x".to_owned(),
        loaded,
        noticed: Vec::new(),
        pairs: vec![
            pair("whole/uniform-25", "python/numpy-list", ratio),
            pair("pedometer/oxford-hour", "rust/naive", (0.008, 0.01)),
        ],
    };
    let runs =
        vec![run(false, (6.0, 7.0)), run(false, (5.5, 6.5)), run(false, (3.0, 4.0)), run(true, (0.1, 0.2))];
    let set = RunSet { name: "machine".to_owned(), runs };
    let own = claims(&empty(Mode::Quick, 6));
    let row = TalkRow::of_runs(&set, "repeated/machine", &own).expect("it has the claims");
    assert_eq!((row.runs, row.claims[0].runs, row.claims[0].verdict), (3, 2, Some(ClaimVerdict::Reproduced)));
    assert_eq!((row.claims[0].figure.low, row.claims[0].figure.high), (Some(3.0), Some(7.0)));
    // the kept ratio is the reciprocal of the claim's
    assert_eq!((row.claims[2].figure.low, row.claims[2].figure.high), (Some(100.0), Some(125.0)));
    assert_eq!((row.claims[1].verdict, row.claims[3].verdict), (None, None));
    let text = talk::markdown(&[row]);
    assert!(
        text.contains("| repeated/machine (3 runs) | – | in 2 of 3 runs ✓ reproduced (3.00 to 7.00) | – |"),
        "{text}"
    );
    assert!(TalkRow::of_runs(&RunSet { name: "e".to_owned(), runs: Vec::new() }, "e", &own).is_none());
}
