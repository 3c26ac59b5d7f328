//! Do other tools find in an export what the record says?

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::Path;

use breakeven_estimate::figure::Figure;
use breakeven_estimate::ns_per_unit;
use breakeven_interchange::export;
use breakeven_record::{Outcome, Record};
use serde_json::{Value, json};

/// A committed record with rounds, single calls, absent and wrong contenders.
fn record() -> Record {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench-results");
    Record::read(&folder.join("20261123T072600Z-oxford-hour/record.json")).unwrap()
}

/// What every export is about: workload, contender and time of each row that was measured and is no control.
fn expected(record: &Record) -> Vec<(String, Figure)> {
    let mut rows = Vec::new();
    for workload in &record.workloads {
        for contender in &workload.contenders {
            if contender.findings.outcome == Outcome::Measured && !contender.id.is_control() {
                let time = Figure::over(&ns_per_unit(workload, &contender.id), record.plan.comparisons);
                rows.push((format!("{} {}", workload.id, contender.id), time));
            }
        }
    }
    assert!(rows.len() > 20, "{}", rows.len());
    rows
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_right_row_has_an_entry_for_github_action_benchmark_with_its_time() {
    let record = record();
    let entries = json(&export::github_action_benchmark(&record));
    let entries = entries.as_array().unwrap();
    let expected = expected(&record);
    assert_eq!(entries.len(), expected.len());
    for (entry, (name, time)) in entries.iter().zip(expected) {
        assert_eq!((entry["name"].as_str(), entry["value"].as_f64()), (Some(name.as_str()), time.value));
        assert_eq!(entry["unit"], "ns");
        assert_eq!(entry["range"].is_string(), time.low.is_some());
    }
}

#[test]
fn the_export_for_bencher_follows_the_schema_that_bencher_publishes() {
    // as on bencher.dev/docs/reference/bencher-metric-format, bmf.json, with nothing else allowed
    let number = json!({ "type": "number" });
    let schema = json!({
        "type": "object",
        "patternProperties": { ".+": {
            "type": "object",
            "patternProperties": { ".+": {
                "type": "object",
                "properties": { "value": number, "lower_value": number, "upper_value": number },
                "required": ["value"],
                "additionalProperties": false,
            } },
        } },
    });
    let record = record();
    let metrics = json(&export::bencher(&record));
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&metrics));
    for (name, time) in expected(&record) {
        let latency = &metrics[&name]["latency"];
        assert_eq!(latency["value"].as_f64(), time.value, "{name}");
        assert_eq!((latency["lower_value"].as_f64(), latency["upper_value"].as_f64()), (time.low, time.high));
    }
}

#[test]
fn a_run_of_the_export_for_pyperf_is_a_process_whose_median_is_that_of_the_record() {
    let record = record();
    let suite = json(&export::pyperf(&record));
    for (benchmark, (name, time)) in suite["benchmarks"].as_array().unwrap().iter().zip(expected(&record)) {
        assert_eq!(benchmark["metadata"]["name"], name.as_str());
        let runs = benchmark["runs"].as_array().unwrap();
        assert_eq!(runs.len(), record.plan.processes, "{name}");
        let median = |values: Vec<f64>| breakeven_estimate::median(&values).unwrap();
        let of_run = |run: &Value| {
            median(run["values"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect())
        };
        let whole = 1e9 * median(runs.iter().map(of_run).collect());
        assert!((whole / time.value.unwrap() - 1.0).abs() < 1e-9, "{name}: {whole} and {time:?}");
    }
}

#[test]
fn the_layout_of_criterion_has_a_folder_per_row_with_the_median_of_the_record() {
    let record = record();
    let files = export::criterion(&record, "before");
    let expected = expected(&record);
    assert_eq!(files.len(), 3 * expected.len());
    let mut paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), files.len(), "no file is written twice");
    for (three, (name, time)) in files.chunks(3).zip(expected) {
        let [benchmark, estimates, sample] = three else { panic!("three files") };
        assert!(estimates.path.ends_with("/before/estimates.json"), "{}", estimates.path);
        assert_eq!(json(&benchmark.content)["full_id"], name.replace(' ', "/").as_str());
        let estimates = json(&estimates.content);
        assert_eq!(estimates["median"]["point_estimate"].as_f64(), time.value, "{name}");
        let interval = &estimates["mean"]["confidence_interval"];
        let (low, high) =
            (interval["lower_bound"].as_f64().unwrap(), interval["upper_bound"].as_f64().unwrap());
        let mean = estimates["mean"]["point_estimate"].as_f64().unwrap();
        assert!(low <= mean && mean <= high, "{name}");
        let sample = json(&sample.content);
        assert_eq!(sample["iters"].as_array().unwrap().len(), sample["times"].as_array().unwrap().len());
    }
}

#[test]
fn the_results_of_asv_name_the_commit_the_machine_and_each_row_with_its_seconds() {
    let record = record();
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let files = export::asv(&record, commit);
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let machine = "breakeven-1dda70c7";
    assert_eq!(
        paths,
        [
            "benchmarks.json",
            &format!("{machine}/machine.json"),
            &format!("{machine}/01234567-breakeven.json")
        ]
    );
    let [benchmarks, described, measured] = [0, 1, 2].map(|place| json(&files[place].content));
    assert_eq!((&described["machine"], &measured["params"]["machine"]), (&json!(machine), &json!(machine)));
    assert_eq!(measured["commit_hash"], commit);
    // 2026-11-23T07:26:01Z
    assert_eq!(measured["date"], 1_795_418_761_000_u64);
    let rows = expected(&record);
    assert_eq!(measured["results"].as_object().unwrap().len(), rows.len());
    for (name, time) in rows {
        let row = &measured["results"][&name];
        assert_eq!(row[0][0].as_f64(), time.value.map(|ns| ns / 1e9), "{name}");
        assert_eq!(
            row[2], benchmarks[&name]["version"],
            "or asv takes the result for one of another benchmark"
        );
    }
}

#[test]
fn ids_that_differ_in_what_no_folder_may_have_are_folders_of_their_own() {
    let mut record = record();
    record.workloads.truncate(1);
    let workload = &mut record.workloads[0];
    workload.contenders.retain(|contender| contender.findings.outcome == Outcome::Measured);
    workload.contenders.truncate(2);
    workload.contenders[0].id = "user/a:b".into();
    workload.contenders[1].id = "user/a|b".into();
    let files = export::criterion(&record, "x");
    assert_ne!(files[0].path, files[3].path);
}

#[test]
fn a_case_of_junit_fails_where_an_answer_is_wrong_and_is_skipped_where_a_contender_is_absent() {
    let mut record = record();
    record.workloads.truncate(1);
    let workload = &mut record.workloads[0];
    workload.contenders.truncate(4);
    for (contender, outcome) in workload.contenders.iter_mut().zip([
        Outcome::Measured,
        Outcome::Wrong,
        Outcome::Failed,
        Outcome::Absent,
    ]) {
        contender.id = format!("user/{}<&>", outcome.word()).into();
        contender.findings.outcome = outcome;
        contender.findings.reason = Some("because \"of\" <that>".to_owned());
    }
    let xml = export::junit(&record);
    assert!(xml.contains("tests=\"4\" failures=\"2\" errors=\"0\" skipped=\"1\""), "{xml}");
    assert!(
        xml.contains(
            "<testcase classname=\"whole/uniform-10\" name=\"user/measured&lt;&amp;&gt;\" time=\"0."
        ),
        "{xml}"
    );
    assert!(xml.contains("message=\"wrong: because &quot;of&quot; &lt;that&gt;\""), "{xml}");
}
