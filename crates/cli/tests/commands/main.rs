//! The command line as a user meets it: what it prints, where, and with which exit code.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod history;
mod run;
mod two_records;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Runs `breakeven` with these arguments in an empty folder.
fn breakeven(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the binary is built before its tests")
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("breakeven"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("BREAKEVEN_DATA")
        .env("BREAKEVEN_ALLOW_DEBUG", "1");
    command
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("the system has a temporary folder")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Asserts the exit code, and that stderr is one line holding each of these words.
fn assert_refused(output: &Output, code: i32, words: &[&str]) {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert_eq!(text.trim_end().lines().count(), 1, "one line: {text}");
    for word in words {
        assert!(text.contains(word), "{word:?} is not in {text}");
    }
    assert_eq!(stdout(output), "");
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stdout(output)))
}

const SMALL_RUN: [&str; 8] = ["run", "--quick", "-t", "whole", "-n", "25", "-c", "rust/"];

#[test]
fn list_names_workloads_and_contenders_in_each_format() {
    let folder = folder();
    let listed = json(&breakeven(folder.path(), &["list", "--quick", "--format", "json"]));
    let ids: Vec<&str> =
        listed["workloads"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"whole/uniform-25") && ids.contains(&"pedometer/synthetic-hour"), "{ids:?}");
    assert!(listed["contenders"].as_array().unwrap().iter().any(|row| row["id"] == "rust/simd"));
    for format in ["text", "markdown"] {
        let output = breakeven(folder.path(), &["list", "--quick", "--format", format]);
        assert!(stdout(&output).contains("whole/uniform-25"));
    }
}

#[test]
fn who_computes_every_window_anew_is_left_out_of_the_longest_series_unless_named_or_full() {
    let folder = folder();
    let has = |workload: &str, options: &[&str]| {
        let arguments = [&["list", "-t", "sliding", "--format", "json"], options].concat();
        let listed = json(&breakeven(folder.path(), &arguments));
        let mut all = listed["workloads"].as_array().unwrap().iter();
        let found = all.find(|row| row["id"] == workload).unwrap();
        found["contenders"].as_array().unwrap().iter().any(|id| id == "rust/ndarray")
    };
    assert!(has("sliding/uniform-100000-w75", &[]) && has("sliding/uniform-100000-w75", &["--quick"]));
    for workload in ["sliding/uniform-1000000-w75", "sliding/normal-100000-w75"] {
        assert!(!has(workload, &[]), "{workload}");
        assert!(has(workload, &["--full"]) && has(workload, &["-c", "rust/ndarray"]), "{workload}");
    }
}

#[test]
fn filters_that_match_nothing_end_with_six() {
    let folder = folder();
    assert_refused(
        &breakeven(folder.path(), &["run", "-t", "whole", "-n", "7"]),
        6,
        &["no workload", "breakeven list"],
    );
    assert_refused(&breakeven(folder.path(), &["run", "-c", "fortran"]), 6, &["no contender", "fortran"]);
}

#[test]
fn arguments_that_make_no_sense_end_with_two() {
    let folder = folder();
    assert_refused(&breakeven(folder.path(), &["run", "-c", "("]), 2, &["-c", "regular expression"]);
    for (option, value) in [("-n", "-1"), ("-n", "-1,5"), ("-n", "--quick"), ("-w", "-3,4")] {
        let output = breakeven(folder.path(), &["list", option, value]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{option} {value}: {said}");
        assert!(said.lines().next().is_some_and(|line| line.contains("write a whole number")), "{said}");
    }
    for arguments in
        [&["run", "-t", "half"][..], &["run", "--quick", "--full"], &["run", "--format", "xml"], &["fly"]]
    {
        assert_eq!(breakeven(folder.path(), arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_recording_that_cannot_be_used_ends_with_two_and_says_what_to_do() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("empty_3ch.bin"), []).unwrap();
    fs::write(path("odd_3ch.bin"), [0; 7]).unwrap();
    fs::write(path("walk.bin"), [0; 12]).unwrap();
    let run = |name: &str| {
        breakeven(folder.path(), &["run", "--quick", "-t", "pedometer", "--recording", &path(name)])
    };
    assert_refused(&run("missing_3ch.bin"), 2, &["missing_3ch.bin"]);
    assert_refused(&run("empty_3ch.bin"), 2, &["empty_3ch.bin", "empty"]);
    assert_refused(&run("odd_3ch.bin"), 2, &["odd_3ch.bin", "7"]);
    assert_refused(&run("walk.bin"), 2, &["walk.bin", "--channels"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing was written");
}

#[test]
fn a_record_that_cannot_be_read_ends_with_two_and_one_of_another_schema_with_five() {
    let folder = folder();
    let report = |content: &str| {
        fs::write(folder.path().join("record.json"), content).unwrap();
        breakeven(folder.path(), &["report", "record.json"])
    };
    assert_refused(&breakeven(folder.path(), &["report", "nowhere.json"]), 2, &["nowhere.json"]);
    assert_refused(&report("not json"), 2, &["record.json"]);
    assert_refused(
        &report("{\"schema\": \"breakeven.record/2\", \"created\":"),
        2,
        &["record.json", "cut short"],
    );
    assert_refused(&report("{\"schema\": \"breakeven.record/2\"}"), 2, &["record.json"]);
    assert_refused(&report("{\"schema\": \"breakeven.record/9\"}"), 5, &["breakeven.record/9"]);
    assert_refused(&report("{}"), 5, &["none"]);
}

#[test]
fn verify_says_for_each_contender_whether_it_is_right() {
    let folder = folder();
    let output =
        breakeven(folder.path(), &["verify", "--quick", "-t", "whole", "-n", "25", "--format", "json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let rows = json(&output)["rows"].as_array().unwrap().clone();
    assert!(
        rows.iter().any(|row| row["contender"] == "rust/simd" && row["outcome"] == "measured"),
        "{rows:?}"
    );
}

#[test]
fn every_command_has_help_with_an_example() {
    let folder = folder();
    for command in ["list", "verify", "run", "report", "doctor", "worker"] {
        let output = breakeven(folder.path(), &[command, "--help"]);
        assert!(output.status.success());
        assert!(stdout(&output).contains(&format!("Example: breakeven {command}")), "{}", stdout(&output));
    }
}

#[cfg(feature = "python")]
#[test]
fn a_broken_interpreter_ends_with_one_and_names_the_remedy() {
    let folder = folder();
    let output =
        command(folder.path(), &SMALL_RUN).env("BREAKEVEN_PYTHON", "/nowhere/bin/python").output().unwrap();
    assert_refused(&output, 1, &["/nowhere/bin/python", "scripts/prepare"]);
    assert_eq!(
        fs::read_dir(folder.path().join("bench-results")).map_or(0, Iterator::count),
        0,
        "nothing is left behind"
    );
}

#[cfg(feature = "python")]
#[test]
fn doctor_finds_the_interpreter_and_numpy() {
    let folder = folder();
    let found = json(&breakeven(folder.path(), &["doctor", "--format", "json"]));
    let finding = |what: &str| {
        found["findings"].as_array().unwrap().iter().find(|finding| finding["what"] == what).unwrap().clone()
    };
    for what in ["python", "numpy"] {
        assert_eq!(finding(what)["state"], "good", "{}", finding(what));
    }
    let resolution = finding("resolution");
    assert!(resolution["found"].as_str().unwrap().contains("python/naive against itself"), "{resolution}");
    assert!(finding("quiet")["found"].as_str().unwrap().contains("2 ms pieces"), "{}", finding("quiet"));
}

#[test]
fn a_fast_doctor_looks_at_nothing_that_takes_seconds() {
    let folder = folder();
    let found = json(&breakeven(folder.path(), &["doctor", "--fast", "--format", "json"]));
    let what: Vec<&str> =
        found["findings"].as_array().unwrap().iter().filter_map(|finding| finding["what"].as_str()).collect();
    assert!(what.contains(&"instruction set") && !what.contains(&"resolution"), "{what:?}");
}
