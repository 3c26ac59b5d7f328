//! `breakeven history`, `export` and `import` as a user meets them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::two_records::write_record;
use super::{assert_refused, breakeven, folder, json, stderr, stdout};

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn ended_well(output: &std::process::Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
    stdout(output)
}

/// A folder of records: so many days, `rust/simd` slower from the eighth on.
fn write_days(folder: &Path, days: usize) {
    for day in 0..days {
        let simd = if day < 8 { 100 } else { 130 } + (day as u64 * 7) % 3;
        write_record(&folder.join("bench-results"), &format!("day-{day:02}"), simd, |record| {
            record["created"] = format!("2026-03-{:02}T12:00:00Z", day + 1).into();
        });
    }
}

#[test]
fn list_trend_and_bless_work_on_a_folder_in_which_not_everything_is_a_record() {
    let folder = folder();
    write_days(folder.path(), 16);
    let results = folder.path().join("bench-results");
    for (name, text) in
        [("cut", "{\"schema\": \"breakeven.record/2\","), ("future", "{\"schema\": \"breakeven.record/9\"}")]
    {
        fs::create_dir_all(results.join(name)).unwrap();
        fs::write(results.join(name).join("record.json"), text).unwrap();
    }
    fs::create_dir(results.join("empty")).unwrap();
    let list = json(&breakeven(folder.path(), &["history", "list", "--format", "json"]));
    assert_eq!(list["records"].as_array().unwrap().len(), 16);
    let foreign: Vec<&str> =
        list["foreign"].as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert_eq!(foreign, ["cut/record.json", "empty", "future/record.json"]);
    let trend = ["history", "trend", "-c", "simd", "--format", "json"];
    let trend = json(&breakeven(folder.path(), &trend));
    assert_eq!(trend["trend"]["changes"][0]["record"], 8);
    assert!(fs::read_to_string(results.join("history.html")).unwrap().contains("rust/simd 1.3"));

    assert_refused(
        &breakeven(folder.path(), &["report", "baseline", "bench-results/day-01"]),
        2,
        &["no record of bench-results is blessed"],
    );
    fs::write(results.join(".gitignore"), "/*\n!/day-00/").unwrap();
    let bless = ["history", "bless", "bench-results/day-00", "--reason", "the first"];
    assert!(
        ended_well(&breakeven(folder.path(), &bless))
            .contains("day-00/record.json is the baseline of bench-results")
    );
    let ignored = fs::read_to_string(results.join(".gitignore")).unwrap();
    assert_eq!(ignored, "/*\n!/day-00/\n!/baseline.json\n", "both are kept, each by one line");
    let baseline: Value =
        serde_json::from_str(&fs::read_to_string(results.join("baseline.json")).unwrap()).unwrap();
    assert_eq!(
        (&baseline["record"], &baseline["reason"]),
        (&json!("day-00/record.json"), &json!("the first"))
    );
    let compared =
        breakeven(folder.path(), &["report", "baseline", "bench-results/day-15", "--fail-on", "slower"]);
    assert_eq!(compared.status.code(), Some(3), "{}", stderr(&compared));
    let listed = ended_well(&breakeven(folder.path(), &["history", "list", "--format", "markdown"]));
    assert!(listed.contains("| day-00 (baseline) |") && listed.contains(": the first"), "{listed}");
}

#[test]
fn what_history_cannot_use_is_refused_in_one_line() {
    let folder = folder();
    write_days(folder.path(), 2);
    fs::create_dir(folder.path().join("empty")).unwrap();
    let results = folder.path().join("bench-results");
    let refused = |arguments: &[&str], code: i32, words: &[&str]| {
        assert_refused(&breakeven(folder.path(), arguments), code, words);
    };
    refused(&["history", "list", "nowhere"], 2, &["cannot read the folder nowhere"]);
    refused(&["history", "list", "empty"], 6, &["has no record", "breakeven run"]);
    refused(&["history", "list", "bench-results/day-00"], 2, &["is the folder of one record"]);
    refused(&["history", "list", "--committed"], 2, &["--committed", "git"]);
    refused(&["history", "trend", "-c", "fortran"], 6, &["no timed row"]);
    refused(&["history", "trend", "-c", "("], 2, &["regular expression"]);
    refused(&["history", "trend", "--output", "nowhere/page.html"], 1, &["cannot write nowhere/page.html"]);
    refused(&["history", "bless", "bench-results/day-00", "--reason", " "], 2, &["--reason is empty"]);
    refused(&["history", "bless", "bench-results/day-07", "--reason", "x"], 2, &["day-07"]);
    refused(&["history", "talk", "--splice", "nowhere.md"], 2, &["--splice nowhere.md"]);
    fs::write(results.join("baseline.json"), "[1]").unwrap();
    refused(&["history", "list"], 2, &["baseline.json is not what"]);
    fs::write(
        results.join("baseline.json"),
        r#"{"record": "gone/record.json", "reason": "r", "blessed": "b", "by": null}"#,
    )
    .unwrap();
    refused(&["report", "baseline", "bench-results/day-00"], 2, &["gone/record.json"]);
    assert!(
        ended_well(&breakeven(folder.path(), &["history", "list"])).contains("is not among these records")
    );
}

#[test]
fn the_table_of_the_talk_in_the_documentation_is_that_of_the_committed_records() {
    let top = top().canonicalize().unwrap();
    let table = ended_well(&breakeven(&top, &["history", "talk", "--committed", "--format", "markdown"]));
    let page = fs::read_to_string(top.join("docs/talk.md")).unwrap();
    let block = format!("<!-- machines:begin -->\n{table}<!-- machines:end -->");
    assert!(
        page.contains(&block),
        "breakeven history talk --committed --splice docs/talk.md puts it there:\n{table}"
    );
}

#[test]
fn the_blessed_record_of_this_repository_is_committed() {
    let list = json(&breakeven(&top(), &["history", "list", "--committed", "--format", "json"]));
    let baselines = list["records"].as_array().unwrap().iter().filter(|known| known["is_baseline"] == true);
    assert_eq!(baselines.count(), 1, "{list:#}");
    assert_eq!(list["foreign"], json!([]));
}

#[test]
fn a_record_is_exported_and_results_of_another_tool_are_imported_reported_and_listed() {
    let folder = folder();
    write_record(folder.path(), "mine", 100, |_| {});
    let exported = ended_well(&breakeven(folder.path(), &["export", "mine", "--format", "bencher"]));
    assert!(exported.contains("\"whole/uniform-25 rust/simd\""), "{exported}");
    for (format, file) in [
        ("github-action-benchmark", "a.json"),
        ("csv", "a.csv"),
        ("junit", "a/b.xml"),
        ("pyperf", "perf.json"),
    ] {
        let arguments = ["export", "mine", "--format", format, "--output", file];
        assert_eq!(ended_well(&breakeven(folder.path(), &arguments)), "");
        assert!(fs::read_to_string(folder.path().join(file)).unwrap().contains("rust/simd"), "{format}");
    }
    let criterion = ["export", "mine", "--format", "criterion", "--output", "out/criterion"];
    assert!(ended_well(&breakeven(folder.path(), &criterion)).contains("baseline mine in out/criterion"));
    assert!(folder.path().join("out/criterion/whole_uniform-25/rust_simd/mine/estimates.json").is_file());
    // what was exported can be imported
    for (path, name) in [
        ("perf.json", "pyperf"),
        (top().join("crates/interchange/tests/files/criterion").to_str().unwrap(), "criterion"),
    ] {
        let said = ended_well(&breakeven(folder.path(), &["import", path, "--output", "records"]));
        let record = said.lines().find_map(|line| line.strip_prefix("record: ")).unwrap();
        let report = ended_well(&breakeven(folder.path(), &["report", record]));
        assert!(
            report.contains(&format!("Measured by {name}")) && report.contains("not by breakeven"),
            "{report}"
        );
        assert_refused(
            &breakeven(folder.path(), &["report", "mine", record]),
            5,
            &["was imported from", "history trend"],
        );
    }
    let listed =
        ended_well(&breakeven(folder.path(), &["history", "list", "records", "--format", "markdown"]));
    assert!(listed.contains("| criterion |") && listed.contains("| pyperf |"), "{listed}");
    let trend =
        ended_well(&breakeven(folder.path(), &["history", "trend", "records", "--format", "markdown"]));
    assert!(trend.contains("sum of squares/10"), "{trend}");
}

#[test]
fn what_export_and_import_cannot_use_is_refused_in_one_line() {
    let folder = folder();
    write_record(folder.path(), "mine", 100, |_| {});
    fs::write(folder.path().join("x.json"), "{}").unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let refused = |arguments: &[&str], code: i32, words: &[&str]| {
        assert_refused(&breakeven(folder.path(), arguments), code, words);
    };
    refused(&["export", "mine", "--format", "criterion"], 2, &["--output target/criterion"]);
    refused(&["export", "mine", "--format", "csv", "--baseline", "x"], 2, &["--baseline"]);
    refused(
        &["export", "mine", "--format", "criterion", "--output", "o", "--baseline", "new"],
        2,
        &["Criterion's own names"],
    );
    refused(
        &["export", "mine", "--format", "criterion", "--output", "o", "--baseline", "../x"],
        2,
        &["--baseline"],
    );
    refused(&["export", "mine", "--format", "asv", "--output", "o"], 2, &["names no commit"]);
    refused(
        &["export", "mine", "--format", "asv", "--output", "o", "--commit", "abc"],
        2,
        &["all 40 digits"],
    );
    refused(&["export", "mine", "--format", "csv", "--commit", "abc"], 2, &["--commit is for --format asv"]);
    refused(&["export", "gone", "--format", "csv"], 2, &["gone"]);
    refused(&["export", "mine", "--format", "csv", "--output", "file/x.csv"], 1, &["--output file/x.csv"]);
    refused(&["import", "x.json"], 2, &["not a result that is known"]);
    refused(&["import", "gone.json"], 2, &["cannot read gone.json"]);
    assert!(!folder.path().join("bench-results").exists(), "nothing was written");
}
