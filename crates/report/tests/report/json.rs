//! The summary and the record against their published schemas.

use breakeven_record::stages::CompletedStages;
use breakeven_record::{Crash, Mode, Outcome, Record};
use breakeven_report::markdown;
use breakeven_report::page::page;
use breakeven_report::summary::Summary;
use breakeven_report::terminal::{Look, text};
use serde_json::Value;

use crate::elsewhere::{comparison, with_interpreters};
use crate::full::full;
use crate::records::{contender, empty, every_rung, owned, realistic, warnings, whole, with};

fn schema(text: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(text).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is a schema")
}

fn complaints(validator: &jsonschema::Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn records() -> Vec<Record> {
    let mut incomplete = realistic(Mode::Default, 10, &[25]);
    incomplete.complete = false;
    incomplete.plan.comparisons = 40;
    let mut nothing_measured = whole(25);
    for outcome in [Outcome::Wrong, Outcome::KnownWrong, Outcome::Absent, Outcome::Failed] {
        nothing_measured.contenders.push(contender(&format!("python/{}", outcome.word()), outcome));
    }
    let mut warned = realistic(Mode::Quick, 6, &[25]);
    warned.warnings = warnings();
    warned.crashes =
        vec![Crash { contender: "a".to_owned(), workload: "b".to_owned(), how: "SIGSEGV".to_owned() }];
    warned.completed_stages.insert("whole/uniform-25".to_owned(), CompletedStages { count: 2, last_ns: 1 });
    vec![
        warned,
        empty(Mode::Quick, 6),
        realistic(Mode::Quick, 6, &[10, 25, 150, 300]),
        realistic(Mode::Full, 1, &[25]),
        incomplete,
        with(empty(Mode::Quick, 6), nothing_measured),
        every_rung(10),
        owned(empty(Mode::Quick, 6)),
        with_interpreters(),
        comparison(),
        full(10),
    ]
}

#[test]
fn every_summary_follows_its_schema_and_reads_back_the_same() {
    let validator = schema(include_str!("../../../../docs/summary.schema.json"));
    for record in records() {
        let summary = Summary::of(&record, "bench-results/test/record.json");
        let json = serde_json::to_value(&summary).expect("a summary is JSON");
        assert_eq!(complaints(&validator, &json), Vec::<String>::new());
        let rows: usize = record.workloads.iter().map(|workload| workload.contenders.len()).sum();
        assert_eq!(summary.rows.len(), rows, "one row per workload and contender");
        let back: Summary = serde_json::from_value(json).expect("what was written can be read");
        assert_eq!(back, summary);
    }
}

#[test]
fn the_page_and_the_texts_say_nothing_that_the_json_lacks() {
    for record in records() {
        let summary = Summary::of(&record, "bench-results/test/record.json");
        let json = serde_json::to_string(&summary).expect("a summary is JSON");
        let back: Summary = serde_json::from_str(&json).expect("what was written can be read");
        assert!(page(&back) == page(&summary), "the page of the JSON is that of the summary");
        assert_eq!(markdown::report(&back), markdown::report(&summary));
        assert_eq!(text(&back, &Look::plain(120)), text(&summary, &Look::plain(120)));
    }
}

#[test]
fn every_record_follows_its_schema() {
    let validator = schema(include_str!("../../../../docs/record.schema.json"));
    for record in records() {
        let json = serde_json::to_value(&record).expect("a record is JSON");
        assert_eq!(complaints(&validator, &json), Vec::<String>::new());
    }
}

#[test]
fn the_schema_refuses_a_missing_field_and_an_unknown_word() {
    let validator = schema(include_str!("../../../../docs/summary.schema.json"));
    let summary = Summary::of(&realistic(Mode::Quick, 6, &[25]), "record.json");
    let json = serde_json::to_value(&summary).expect("a summary is JSON");
    let mut missing = json.clone();
    missing["rows"][0].as_object_mut().expect("a row").remove("ratio_low");
    assert_eq!(complaints(&validator, &missing).len(), 1);
    let mut unknown = json;
    unknown["rows"][0]["outcome"] = Value::from("Measured");
    assert_eq!(complaints(&validator, &unknown).len(), 1);
}

#[test]
fn processors_are_a_number_and_versions_are_text() {
    let summary = Summary::of(&empty(Mode::Quick, 6), "record.json");
    assert_eq!(summary.environment.facts["processors"], Value::from(2));
    assert_eq!(summary.environment.facts["python"], Value::from("3.11.7"));
    assert_eq!(summary.environment.context["load"], Value::from(0.1));
    assert_eq!(summary.environment.context["governor"], Value::from("performance"));
}
