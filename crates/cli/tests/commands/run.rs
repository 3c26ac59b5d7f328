//! `breakeven run`: what it leaves behind, however it ends.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::{SMALL_RUN, assert_refused, breakeven, command, folder, json, stderr, stdout};

/// The record that a run has said it wrote.
fn path_behind(text: &str, word: &str) -> PathBuf {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(word))
        .unwrap_or_else(|| panic!("no {word} in {text}"));
    PathBuf::from(line.trim())
}

#[test]
fn a_dry_run_measures_and_writes_nothing() {
    let folder = folder();
    for (arguments, words) in [
        (&["--quick"][..], "6 processes: about"),
        (&["-t", "whole", "--until-resolved"], "minutes while verdicts are open"),
        (&["-t", "whole", "--budget", "5m"], "; nothing begins after 300 s (--budget)"),
    ] {
        let output = breakeven(folder.path(), &[&["run", "--dry-run"], arguments].concat());
        assert!(output.status.success());
        assert!(stdout(&output).contains(words), "{arguments:?}: {}", stdout(&output));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_output_that_cannot_be_written_ends_with_one_before_anything_is_measured() {
    let folder = folder();
    fs::write(folder.path().join("file"), "in the way").unwrap();
    let output =
        breakeven(folder.path(), &["run", "--quick", "-t", "whole", "-n", "25", "--output", "file/below"]);
    assert_refused(&output, 1, &["file/below", "--output"]);
}

#[test]
fn a_required_contender_that_does_not_take_part_ends_with_one() {
    let folder = folder();
    let mut arguments = SMALL_RUN.to_vec();
    arguments.extend(["--require", "rust/fast-as-light"]);
    assert_refused(&breakeven(folder.path(), &arguments), 1, &["rust/fast-as-light"]);
}

#[test]
fn a_run_ends_with_the_paths_of_its_record_and_report_and_never_overwrites() {
    let folder = folder();
    let output = breakeven(folder.path(), &SMALL_RUN);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    let lines: Vec<&str> = text.lines().rev().take(2).collect();
    assert!(lines[0].starts_with("report: ") && lines[1].starts_with("record: "), "{lines:?}");
    let record = folder.path().join(path_behind(&text, "record: "));
    let before = fs::read(&record).unwrap();
    assert!(folder.path().join(path_behind(&text, "report: ")).is_file());
    assert!(breakeven(folder.path(), &SMALL_RUN).status.success());
    assert_eq!(fs::read_dir(folder.path().join("bench-results")).unwrap().count(), 2);
    assert_eq!(fs::read(&record).unwrap(), before);
    let kept = String::from_utf8(before).unwrap();
    assert!(!kept.contains(folder.path().to_str().unwrap()), "no path is stored");
}

#[test]
fn the_json_of_a_run_and_of_its_report_follow_the_schema() {
    let folder = folder();
    let mut arguments = SMALL_RUN.to_vec();
    arguments.extend(["--format", "json", "--label", "a \"label\" <b>/../x"]);
    let output = breakeven(folder.path(), &arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    let summary = json(&output);
    let schema: Value = serde_json::from_str(include_str!("../../../../docs/summary.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let complaints: Vec<String> = validator.iter_errors(&summary).map(|error| error.to_string()).collect();
    assert_eq!(complaints, Vec::<String>::new());
    assert!(summary["complete"].as_bool().unwrap());
    let rows = summary["rows"].as_array().unwrap();
    for id in ["rust/simd", "rust/naive", "control/aa", "control/reference"] {
        assert_eq!(rows.iter().filter(|row| row["contender"] == id).count(), 1, "{id}");
    }
    let record = path_behind(&stderr(&output), "record: ");
    let again = breakeven(folder.path(), &["report", record.to_str().unwrap(), "--format", "json"]);
    assert_eq!(json(&again)["rows"], summary["rows"]);
}

/// The process that leaks is not the one that measures, so its counts come as JSON.
#[test]
fn a_run_holds_the_reference_counts_of_three_calls_of_which_one_leaks() {
    let folder = folder();
    let output = breakeven(folder.path(), &SMALL_RUN);
    let record = path_behind(&stdout(&output), "record: ");
    let record: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join(record)).unwrap()).unwrap();
    if cfg!(not(feature = "python")) {
        assert_eq!(record.get("ownership"), None);
        return;
    }
    let scenarios = record["ownership"]["scenarios"].as_array().unwrap();
    let kept: Vec<bool> = scenarios.iter().map(|scenario| scenario["after"] != scenario["before"]).collect();
    assert_eq!(kept, [false, false, true], "{scenarios:?}");
}

#[test]
fn a_run_takes_calls_apart_with_every_part_measured_and_the_whole_call_right() {
    if cfg!(not(feature = "python")) {
        return;
    }
    let folder = folder();
    let output = breakeven(folder.path(), &["run", "--quick", "-t", "anatomy", "--format", "json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let summary = json(&output);
    let anatomies = summary["anatomies"].as_array().unwrap();
    assert_eq!(anatomies.len(), 2, "NumPy's call and ours");
    for call in anatomies {
        assert!(call["whole_ns"]["value"].as_f64().unwrap() > 0.0 && call["n"] == 25, "{call}");
        let parts = call["parts"].as_array().unwrap();
        assert!(parts.len() > 4 && parts.iter().all(|part| part["share"]["value"].is_f64()), "{call}");
    }
}

#[test]
fn a_debug_build_is_refused_before_anything_is_written_and_says_so_where_it_is_allowed() {
    let folder = folder();
    let output = command(folder.path(), &SMALL_RUN).env_remove("BREAKEVEN_ALLOW_DEBUG").output().unwrap();
    if cfg!(debug_assertions) {
        assert_refused(&output, 1, &["debug build", "cargo build --release"]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut arguments = SMALL_RUN.to_vec();
        arguments.extend(["--format", "json"]);
        let summary = json(&breakeven(folder.path(), &arguments));
        assert_eq!(summary["warnings"][0]["kind"], "debug_build");
    } else {
        assert!(output.status.success(), "{}", stderr(&output));
    }
}

#[test]
fn ctrl_c_keeps_the_finished_workloads_and_ends_with_130() {
    let folder = folder();
    let mut child = command(folder.path(), &["run", "-t", "whole", "-c", "rust/"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for_a_finished_workload(folder.path(), &mut child);
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    let text = stdout(&output);
    let record: Value =
        serde_json::from_slice(&fs::read(folder.path().join(path_behind(&text, "record: "))).unwrap())
            .unwrap();
    assert_eq!(record["complete"], false);
    assert!(!record["workloads"].as_array().unwrap().is_empty());
    assert!(folder.path().join(path_behind(&text, "report: ")).is_file());
}

#[test]
fn a_run_of_minutes_says_so_before_it_begins_unless_a_program_reads_it() {
    let start = |folder: &tempfile::TempDir, arguments: &[&str]| {
        let all = [&["run", "--full", "-t", "whole,sliding"], arguments].concat();
        command(folder.path(), &all).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let elsewhere = folder();
    let mut child = start(&elsewhere, &[]);
    let mut line = String::new();
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("this run takes about ") && line.ends_with(" minutes\n"), "{line}");
    child.kill().unwrap();
    child.wait().unwrap();

    let folder = folder();
    let mut child = start(&folder, &["--format", "json"]);
    // its folder is made after anything would have been said
    while !folder.path().join("bench-results").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(5));
    }
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    assert_refused(&child.wait_with_output().unwrap(), 130, &["interrupted"]);
}

fn wait_for_a_finished_workload(folder: &Path, child: &mut Child) {
    for _ in 0..1200 {
        std::thread::sleep(Duration::from_millis(100));
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        let Ok(runs) = fs::read_dir(folder.join("bench-results")) else { continue };
        let finished = runs.filter_map(Result::ok).any(|run| {
            fs::read_to_string(run.path().join("record.json"))
                .is_ok_and(|text| text.contains("\"whole/uniform-10\",\"task\""))
        });
        if finished {
            return;
        }
    }
    panic!("no workload was finished in two minutes");
}
