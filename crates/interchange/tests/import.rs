//! Do results of other tools become records that say what was measured, and no more?

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use breakeven_estimate::figure::Figure;
use breakeven_estimate::{ns_per_unit, paired_ratio};
use breakeven_interchange::import::import;
use breakeven_record::{Outcome, Record, Samples};
use serde_json::{Value, json};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name)
}

fn imported(name: &str) -> Record {
    import(&[file(name)], None, &BTreeMap::new()).unwrap()
}

fn time(record: &Record, workload: &str, contender: &str) -> Figure {
    Figure::over(&ns_per_unit(record.workload(workload).unwrap(), contender), 1)
}

/// Whether two numbers agree but for the rounding to whole nanoseconds per batch.
fn close(one: f64, other: f64) -> bool {
    (one / other - 1.0).abs() < 1e-3
}

#[test]
fn every_import_follows_the_schema_of_records_and_is_unverified_and_unpaired() {
    let schema: Value = serde_json::from_str(include_str!("../../../docs/record.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, benchmarks) in
        [("pyperf.json", 2), ("pytest-benchmark.json", 3), ("hyperfine.json", 2), ("criterion", 5)]
    {
        let record = imported(name);
        let complaints: Vec<String> = validator
            .iter_errors(&serde_json::to_value(&record).unwrap())
            .map(|error| error.to_string())
            .collect();
        assert_eq!(complaints, [""; 0], "{name}");
        let all = || record.workloads.iter().flat_map(|workload| &workload.contenders);
        assert_eq!(all().count(), benchmarks, "{name}");
        assert!(all().all(|contender| contender.findings.outcome == Outcome::Unverified), "{name}");
        for workload in &record.workloads {
            for pair in workload.contenders.windows(2) {
                let ratio = paired_ratio(workload, &pair[0].id, &pair[1].id, 1);
                assert_eq!(ratio, Figure::default(), "{name}: a pair was invented");
            }
        }
        assert_eq!(record.imported.unwrap().files, [name]);
    }
}

#[test]
fn a_run_of_pyperf_is_a_process_and_its_values_are_times() {
    let record = imported("pyperf.json");
    let source: Value = serde_json::from_str(&std::fs::read_to_string(file("pyperf.json")).unwrap()).unwrap();
    let runs = source["benchmarks"][0]["runs"].as_array().unwrap();
    let mut medians: Vec<f64> = runs
        .iter()
        .filter_map(|run| run["values"].as_array())
        .map(|values| {
            let mut values: Vec<f64> = values.iter().map(|value| 1e9 * value.as_f64().unwrap()).collect();
            values.sort_by(f64::total_cmp);
            values[1]
        })
        .collect();
    medians.sort_by(f64::total_cmp);
    let found = time(&record, "sum of squares", "pyperf");
    assert_eq!(medians.len(), 6, "the run that calibrates has no values");
    assert!(close(found.value.unwrap(), f64::midpoint(medians[2], medians[3])), "{found:?} {medians:?}");
    // six processes are the fewest with an interval of 95 %
    assert!(close(found.low.unwrap(), medians[0]) && close(found.high.unwrap(), medians[5]), "{found:?}");
    assert_eq!(record.environment.facts["cpu"], "AMD EPYC");
    assert_eq!(record.imported.unwrap().tool, "pyperf 2.11.0");
    assert_eq!(record.created, "2026-11-29T11:59:34Z");
}

#[test]
fn what_one_process_measured_has_no_interval() {
    for (name, workload, contender, expected) in [
        ("pytest-benchmark.json", "sums", "test_sums.py::test_sum[10]", 316.99),
        ("criterion", "criterion", "alone", 5.59),
    ] {
        let found = time(&imported(name), workload, contender);
        assert!((found.value.unwrap() / expected - 1.0).abs() < 0.1, "{name}: {found:?}");
        assert_eq!((found.low, found.high), (None, None), "{name}");
    }
}

#[test]
fn each_timed_run_of_hyperfine_is_a_process() {
    let record = imported("hyperfine.json");
    let found = time(&record, "hyperfine", "sleep 0.01");
    assert!(close(found.value.unwrap(), 41_475_598.48) && found.low.is_some(), "{found:?}");
    assert_eq!(record.plan.processes, 6);
}

#[test]
fn a_group_of_criterion_is_a_workload_per_value_and_samples_keep_their_iterations() {
    let record = imported("criterion");
    let ids: Vec<&str> = record.workloads.iter().map(|workload| workload.id.as_str()).collect();
    assert_eq!(ids, ["criterion", "sum of squares/10", "sum of squares/100"]);
    let workload = record.workload("sum of squares/10").unwrap();
    let names: Vec<&str> = workload.contenders.iter().map(|contender| contender.id.as_str()).collect();
    assert_eq!(names, ["fold", "map/sum"]);
    let runs = &record.workload("criterion").unwrap().contenders[0].runs;
    let Samples::Rounds { loops, batches_ns, .. } = &runs[0].samples else { panic!("rounds") };
    assert_eq!((*loops, batches_ns.as_slice(), runs.len()), (648_740, &[2_258_104][..], 10));
}

#[test]
fn times_of_an_unknown_machine_are_comparable_with_nothing_unless_it_is_this_one() {
    let here = BTreeMap::from([("cpu".to_owned(), "Some CPU".to_owned())]);
    let unknown = imported("hyperfine.json");
    let known = import(&[file("hyperfine.json")], None, &here).unwrap();
    assert!(unknown.environment.facts["machine"].starts_with("not recorded"));
    assert_eq!(known.environment.facts, here);
    // what a file says of its machine is not overruled
    let pyperf = import(&[file("pyperf.json")], None, &here).unwrap();
    assert_eq!(pyperf.environment.facts["cpu"], "AMD EPYC");
}

#[test]
fn files_that_cannot_be_imported_are_refused_in_one_line_that_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let bench = |value: Value| json!({ "machine_info": {}, "benchmarks": [value] }).to_string();
    let perf = |runs: Value| {
        json!({ "version": "1.0", "benchmarks": [{ "metadata": { "name": "a" }, "runs": runs }] }).to_string()
    };
    let bytes = json!({ "version": "1.0", "metadata": { "unit": "byte" }, "benchmarks": [] }).to_string();
    let timeless = json!({ "results": [{ "command": "a", "times": [-1.0] }] }).to_string();
    let known = json!({ "results": [{ "command": "a", "times": [1.0] }] }).to_string();
    #[rustfmt::skip]
    let table = [
        (vec![folder.path().join("missing.json")], "cannot read"),
        (vec![write("empty.json", "")], "no JSON"),
        (vec![write("cut.json", "{\"results\": [")], "no JSON"),
        (vec![write("list.json", "[1, 2]")], "not a result that is known"),
        (vec![folder.path().to_owned()], "not a result that is known"),
        (vec![write("stats.json", &bench(json!({ "name": "a", "stats": { "mean": 1.0 } })))], "--benchmark-save-data"),
        (vec![write("text.json", &bench(json!({ "name": "a", "stats": { "data": ["x"] } })))], "no time"),
        (vec![write("noruns.json", &perf(json!([{ "metadata": {} }])))], "no values"),
        (vec![write("huge.json", &perf(json!([{ "values": [1e300] }])))], "no time"),
        (vec![write("bytes.json", &bytes)], "only seconds"),
        (vec![write("negative.json", &timeless)], "none"),
        (vec![write("a.json", &known), write("b.json", &known)], "both have a"),
        (vec![file("hyperfine.json"), file("pyperf.json")], "the other of pyperf"),
    ];
    for (paths, expected) in table {
        let error = import(&paths, None, &BTreeMap::new()).expect_err(expected).to_string();
        assert!(error.contains(expected) && !error.contains('\n'), "{expected}: {error}");
    }
}
