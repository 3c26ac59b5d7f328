//! Does a run that measures the pedometer say how good its count is?

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::path::{Path, PathBuf};
use std::process::Command;

use breakeven_cli::accuracy::count_accuracy;
use breakeven_recordings::{RecordingChoice, main_recording};
use breakeven_report::summary::Summary;
use serde_json::Value;

#[test]
fn a_run_on_the_pedometer_has_the_synthetic_hours_error_and_an_excerpt_of_its_recording() {
    let folder = tempfile::tempdir().unwrap();
    write_recording(&folder.path().join("vector_3ch.bin"));
    let arguments = [
        "run",
        "--quick",
        "-t",
        "pedometer",
        "-c",
        "rust/simd$",
        "--recording",
        "vector_3ch.bin",
        "--format",
        "json",
    ];
    let output = Command::new(assert_cmd::cargo::cargo_bin!("breakeven"))
        .args(arguments)
        .current_dir(folder.path())
        .env_remove("BREAKEVEN_DATA")
        .env("BREAKEVEN_ALLOW_DEBUG", "1")
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    follows(&summary, include_str!("../../../docs/summary.schema.json"));
    let sets = summary["accuracy"]["sets"].as_array().unwrap();
    assert_eq!(sets.len(), 1, "{sets:?}");
    let row = &sets[0]["recordings"][0];
    assert_eq!((&row["reference_steps"], &row["steps"]), (&Value::from(4829), &Value::from(4861)));
    let path = told.lines().find_map(|line| line.strip_prefix("record: ")).unwrap();
    let record: Value = serde_json::from_slice(&std::fs::read(folder.path().join(path)).unwrap()).unwrap();
    follows(&record, include_str!("../../../docs/record.schema.json"));
    let excerpt = &record["accuracy"]["excerpt"];
    assert_eq!(excerpt["recording"], "vector-3ch");
    assert_eq!(excerpt["first_row"], 275, "2.5 s before the vector's first step at row 525");
    assert_eq!(excerpt["steps"], serde_json::json!([250, 300, 350, 400, 450]));
    let page = std::fs::read_to_string(folder.path().join(path).with_file_name("report.html")).unwrap();
    assert!(page.contains("What the pedometer sees") && page.contains("+0.66 %"));
}

#[test]
fn the_public_recordings_have_the_errors_that_the_documentation_gives() {
    let Some(data) = std::env::var_os("BREAKEVEN_DATA").map(PathBuf::from) else {
        println!("skipped: BREAKEVEN_DATA does not name the folder with the recordings");
        return;
    };
    let choice = RecordingChoice { data: Some(data), seed: 1, ..RecordingChoice::default() };
    let main = main_recording(&choice).unwrap();
    let counted = count_accuracy(&choice, &main, &|| true).unwrap().unwrap();
    let names: Vec<&str> = counted.sets.iter().map(|set| set.name.as_str()).collect();
    assert_eq!(names, ["oxford-validation", "mobgap-lab", "synthetic-hour"]);
    let excerpt = counted.excerpt.as_ref().unwrap();
    assert!(excerpt.steps.len() >= 8 && excerpt.channels[0].len() == 1000, "ten seconds of walking");
    let mut record = empty_record();
    record["accuracy"] = serde_json::to_value(&counted).unwrap();
    let summary = Summary::of(&serde_json::from_value(record).unwrap(), "record.json");
    let oxford = &summary.accuracy.unwrap().sets[0];
    assert_eq!((oxford.recordings.len(), oxford.total.steps, oxford.total.reference_steps), (12, 4164, 4107));
    assert_eq!(format!("{:.2}", oxford.mean_error_percent.unwrap()), "1.47");
    assert_eq!(format!("{:.1}", oxford.worst_error_percent.unwrap()), "3.8");
}

/// A record such as a run begins with.
fn empty_record() -> Value {
    serde_json::json!({
        "schema": "breakeven.record/2", "created": "2026-03-01T12:00:00Z", "label": "test", "command": [], "complete": true,
        "tool": {"version": "0.1.0", "commit": null, "dirty": null},
        "environment": {"key": "", "facts": {}, "context": {}},
        "plan": {"mode": "quick", "seed": 1, "processes": 6, "pinned_to": null, "workloads": [], "comparisons": 1},
        "workloads": []
    })
}

/// The accelerometer of the synthetic vector of docs/pedometer-spec.md, its first eight seconds, as a file.
fn write_recording(path: &Path) {
    let vector = breakeven_pedometer::vector();
    let rows = (0..800).flat_map(|row| vector.channels()[..3].iter().map(move |samples| samples[row]));
    std::fs::write(path, rows.flat_map(i16::to_le_bytes).collect::<Vec<u8>>()).unwrap();
}

fn follows(value: &Value, schema: &str) {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let complaints: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(complaints, Vec::<String>::new());
}
