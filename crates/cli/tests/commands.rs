//! The command line as a user meets it: what it prints, where, and with which exit code.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

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

/// The record that a run has said it wrote.
fn path_behind(text: &str, word: &str) -> PathBuf {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(word))
        .unwrap_or_else(|| panic!("no {word} in {text}"));
    PathBuf::from(line.trim())
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
        &report("{\"schema\": \"breakeven.record/1\", \"created\":"),
        2,
        &["record.json", "cut short"],
    );
    assert_refused(&report("{\"schema\": \"breakeven.record/1\"}"), 2, &["record.json"]);
    assert_refused(&report("{\"schema\": \"breakeven.record/9\"}"), 5, &["breakeven.record/9"]);
    assert_refused(&report("{}"), 5, &["none"]);
}

/// A record with two sizes of seeded times, `rust/simd` at so many nanoseconds.
fn write_record(folder: &Path, name: &str, simd_ns: u64, change: impl Fn(&mut Value)) {
    let contender = |id: &str, ns: u64| {
        let runs: Vec<Value> = (0..6)
            .map(|process| {
                let batches = vec![ns * (1000 + process); 5];
                json!({"process": process, "samples": {"kind": "rounds", "group": 0, "loops": 1000, "batches_ns": batches}})
            })
            .collect();
        json!({"id": id, "version": "1", "input": "slice", "precision": "fast", "threads": 1, "isa": null,
            "outcome": "measured", "reason": null, "install": null, "tier": "rounds", "prepare_ns": [1],
            "max_ulp": 1.0, "max_relative": 1e-16, "answer": null, "runs": runs})
    };
    let contenders =
        [("rust/naive", 1000), ("control/twin", 1000), ("control/ruler", 500), ("rust/simd", simd_ns)];
    let mut record = json!({
        "schema": "breakeven.record/1", "created": "2026-03-01T12:00:00Z", "label": name, "command": ["run"],
        "complete": true, "tool": {"version": "0.1.0", "commit": null, "dirty": null},
        "environment": {"key": "9c1f", "facts": {"cpu": "Some CPU"}, "context": {}},
        "plan": {"mode": "quick", "seed": 1, "processes": 6, "pinned_to": null,
            "workloads": ["whole/uniform-25"], "comparisons": 1},
        "workloads": [{"id": "whole/uniform-25", "task": "whole", "why": "small",
            "input": {"kind": "seeded", "name": "uniform", "note": null, "sha256": ["aa"], "rows": 25,
                "channels": 1, "dtype": "f64"},
            "length": 25, "window": null, "ddof": 0, "units": 1, "baseline": "rust/naive",
            "contenders": contenders.map(|(id, ns)| contender(id, ns))}]
    });
    change(&mut record);
    fs::create_dir_all(folder.join(name)).unwrap();
    fs::write(folder.join(name).join("record.json"), record.to_string()).unwrap();
}

#[test]
fn two_records_end_with_three_where_a_contender_got_slower_and_with_zero_where_not() {
    let folder = folder();
    write_record(folder.path(), "before", 100, |_| {});
    write_record(folder.path(), "after", 120, |_| {});
    let slower = breakeven(folder.path(), &["report", "before", "after"]);
    assert_eq!(slower.status.code(), Some(3));
    assert_eq!(stderr(&slower).lines().count(), 1, "{}", stderr(&slower));
    assert!(
        stderr(&slower).contains("slower beyond the margins of both: rust/simd on whole/uniform-25 (1.20×")
    );
    assert!(stdout(&slower).ends_with("report: after/comparison.html\n"), "{}", stdout(&slower));
    assert!(folder.path().join("after/comparison.html").is_file());
    let faster =
        breakeven(folder.path(), &["report", "after/record.json", "before", "--output", "page.html"]);
    assert_eq!(faster.status.code(), Some(0), "{}", stderr(&faster));
    assert!(stdout(&faster).contains("▲ faster") && folder.path().join("page.html").is_file());
    assert!(!folder.path().join("before/comparison.html").exists(), "it went where --output says");
}

#[test]
fn an_advisory_comparison_ends_with_zero_and_says_what_it_found() {
    let folder = folder();
    write_record(folder.path(), "before", 100, |_| {});
    write_record(folder.path(), "after", 120, |_| {});
    for (format, stream) in
        [("text", stdout as fn(&Output) -> String), ("markdown", stdout), ("json", stderr)]
    {
        let output =
            breakeven(folder.path(), &["report", "before", "after", "--advisory", "--format", format]);
        assert_eq!(output.status.code(), Some(0), "{format}");
        let said = stream(&output);
        assert!(said.contains("Advisory, exit code 0 instead of 3: slower beyond"), "{format}: {said}");
    }
    let quiet = breakeven(folder.path(), &["report", "before", "before", "--advisory"]);
    assert!(stdout(&quiet).contains("Advisory: nothing got slower or wrong."));
}

#[test]
fn two_records_end_with_four_where_b_has_a_wrong_answer_that_nobody_declares() {
    let folder = folder();
    let outcome = |word: &'static str| {
        move |record: &mut Value| {
            record["workloads"][0]["contenders"][3]["outcome"] = Value::from(word);
            record["workloads"][0]["contenders"][3]["reason"] = Value::from("why");
        }
    };
    for word in ["measured", "failed", "absent", "known_wrong", "wrong"] {
        write_record(folder.path(), word, 100, outcome(word));
    }
    write_record(folder.path(), "longer", 100, |record| {
        let mut other = record["workloads"][0].clone();
        other["id"] = Value::from("whole/uniform-50");
        other["contenders"][3]["outcome"] = Value::from("wrong");
        record["workloads"].as_array_mut().unwrap().push(other);
    });
    #[rustfmt::skip]
    let table = [
        ("measured", "wrong", 4, "became wrong: rust/simd on whole/uniform-25"),
        ("failed", "wrong", 4, "became wrong: rust/simd on whole/uniform-25"),
        ("absent", "wrong", 4, "became wrong: rust/simd on whole/uniform-25"),
        ("known_wrong", "wrong", 4, "became wrong: rust/simd on whole/uniform-25"),
        ("wrong", "wrong", 4, "wrong in A and still wrong in B: rust/simd on whole/uniform-25"),
        ("measured", "longer", 4, "wrong in B, on a workload that A lacks: rust/simd on whole/uniform-50"),
        ("measured", "known_wrong", 0, ""),
        ("wrong", "measured", 0, ""),
        ("measured", "failed", 0, "warning: rust/simd was measured in A but failed in B: why (on whole/uniform-25)"),
        ("measured", "absent", 0, ""),
        ("failed", "failed", 0, ""),
    ];
    for (before, after, code, words) in table {
        let seen = breakeven(folder.path(), &["report", before, after]);
        assert_eq!(seen.status.code(), Some(code), "{before} to {after}: {}", stderr(&seen));
        let text = stderr(&seen);
        assert!(text.contains(words) && text.is_empty() == words.is_empty(), "{before} to {after}: {text}");
        let advisory = breakeven(folder.path(), &["report", before, after, "--advisory"]);
        assert_eq!(advisory.status.code(), Some(0));
    }
}

#[test]
fn records_that_are_not_comparable_end_with_five_and_say_why_in_one_line() {
    let folder = folder();
    write_record(folder.path(), "before", 100, |_| {});
    write_record(folder.path(), "ddof", 100, |record| record["workloads"][0]["ddof"] = Value::from(1));
    write_record(folder.path(), "other", 100, |record| {
        record["workloads"][0]["input"]["sha256"] = json!(["bb"]);
        record["plan"]["seed"] = Value::from(2);
    });
    write_record(folder.path(), "empty", 100, |record| record["workloads"] = json!([]));
    write_record(folder.path(), "schema", 100, |record| record["schema"] = Value::from("breakeven.record/9"));
    for (name, words) in [
        ("ddof", "ddof 0 and 1"),
        ("other", "seeds 1 and 2"),
        ("empty", "no workload in common"),
        ("schema", "breakeven.record/9"),
    ] {
        for arguments in [["report", "before", name], ["report", name, "before"]] {
            let seen = breakeven(folder.path(), &arguments);
            assert_eq!(seen.status.code(), Some(5), "{arguments:?}");
            let reason = if arguments[1] == "before" { words } else { "" };
            assert_refused(&seen, 5, &[reason]);
        }
        assert_eq!(
            breakeven(folder.path(), &["report", "before", name, "--advisory"]).status.code(),
            Some(5)
        );
        assert!(!folder.path().join(name).join("comparison.html").exists());
    }
}

#[test]
fn two_records_that_cannot_be_read_or_options_that_need_two_end_with_two() {
    let folder = folder();
    write_record(folder.path(), "before", 100, |_| {});
    assert_refused(&breakeven(folder.path(), &["report", "before", "nowhere"]), 2, &["nowhere"]);
    assert_refused(&breakeven(folder.path(), &["report", "nowhere", "before"]), 2, &["nowhere"]);
    for arguments in [
        &["report", "before", "--advisory"][..],
        &["report", "before", "--output", "page.html"],
        &["report", "before", "before", "--splice", "README.md"],
        &["report", "before", "before", "before"],
    ] {
        assert_eq!(breakeven(folder.path(), arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_refused(
        &breakeven(folder.path(), &["report", "before", "before", "--output", "no/page.html"]),
        1,
        &["no/page.html", "--output"],
    );
}

#[test]
fn the_json_of_two_records_follows_its_schema() {
    let folder = folder();
    write_record(folder.path(), "before", 100, |_| {});
    write_record(folder.path(), "after", 120, |_| {});
    let output = breakeven(folder.path(), &["report", "before", "after", "--format", "json"]);
    assert_eq!(output.status.code(), Some(3));
    let schema: Value = serde_json::from_str(include_str!("../../../docs/comparison.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let found = json(&output);
    let complaints: Vec<String> = validator.iter_errors(&found).map(|error| error.to_string()).collect();
    assert_eq!(complaints, Vec::<String>::new());
    assert_eq!(found["rows"][1]["verdict"], "slower");
}

/// What `breakeven … 2>&1 | head` leaves a command with.
#[test]
fn a_reader_that_has_gone_away_changes_no_exit_code() {
    let folder = folder();
    write_record(folder.path(), "before", 1000, |_| {});
    write_record(folder.path(), "after", 2000, |_| {});
    let nobody = || std::io::pipe().unwrap().1;
    for (arguments, code) in [(["report", "before", "after"], 3), (["report", "before", "nowhere"], 2)] {
        let mut command = command(folder.path(), &arguments);
        assert_eq!(command.stdout(nobody()).stderr(nobody()).status().unwrap().code(), Some(code));
    }
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
    let schema: Value = serde_json::from_str(include_str!("../../../docs/summary.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let complaints: Vec<String> = validator.iter_errors(&summary).map(|error| error.to_string()).collect();
    assert_eq!(complaints, Vec::<String>::new());
    assert!(summary["complete"].as_bool().unwrap());
    let rows = summary["rows"].as_array().unwrap();
    for id in ["rust/simd", "rust/naive", "control/twin", "control/ruler"] {
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
