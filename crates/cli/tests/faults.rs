//! What is lost when a run is killed, the disk is full, or two runs meet? Nothing that was finished.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

/// A few quick workloads, by Rust alone.
const RUN: [&str; 7] = ["run", "--quick", "-t", "whole", "-n", "25,50,100", "-c"];
const RUST: &str = "^rust/(naive|simd)$";

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("breakeven"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("BREAKEVEN_DATA")
        .env("BREAKEVEN_ALLOW_DEBUG", "1");
    command
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The records below a folder, in any order.
fn records(folder: &Path) -> Vec<PathBuf> {
    let runs = fs::read_dir(folder.join("bench-results")).into_iter().flatten().filter_map(Result::ok);
    runs.map(|run| run.path().join("record.json")).filter(|path| path.is_file()).collect()
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).expect("no reader ever finds half a record")
}

fn finished(record: &Value) -> Vec<String> {
    let workloads = record["workloads"].as_array().unwrap();
    workloads.iter().map(|workload| workload["id"].as_str().unwrap().to_owned()).collect()
}

/// Processes whose parent is this one.
fn children(parent: u32) -> Vec<PathBuf> {
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok).map(|entry| entry.path());
    processes
        .filter(|path| {
            let text = fs::read_to_string(path.join("stat")).unwrap_or_default();
            let after_name = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
            after_name.split(' ').nth(1) == Some(parent.to_string().as_str())
        })
        .collect()
}

/// Kills a run as soon as it has finished a workload, so that nothing can be tidied up.
fn killed_run(folder: &Path) -> PathBuf {
    let mut child = command(folder, &[&RUN[..], &[RUST]].concat())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..2400 {
        std::thread::sleep(Duration::from_millis(50));
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        let Some(path) = records(folder).pop() else { continue };
        if !finished(&read(&path)).is_empty() {
            let workers = children(child.id());
            assert!(!workers.is_empty());
            child.kill().unwrap();
            child.wait().unwrap();
            assert_gone(&workers);
            return path;
        }
    }
    panic!("no workload was finished in two minutes");
}

fn assert_gone(workers: &[PathBuf]) {
    for _ in 0..600 {
        if workers.iter().all(|worker| !worker.exists()) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("workers outlive their run");
}

#[test]
fn a_killed_run_keeps_what_was_finished_and_another_goes_on_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = killed_run(folder.path());
    let before = read(&path);
    assert_eq!(before["complete"], false);
    assert!(before["command"].as_array().unwrap().contains(&RUST.into()), "the pattern as it was given");

    let record = path.display().to_string();
    let output = command(folder.path(), &["run", "--resume", &record]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let after = read(&path);
    assert_eq!(after["complete"], true);
    assert_eq!(finished(&after), ["whole/uniform-25", "whole/uniform-50", "whole/uniform-100"]);
    for kept in ["plan", "environment", "created", "command", "tool"] {
        let key = |record: &Value| record[kept].get("key").cloned().unwrap_or_else(|| record[kept].clone());
        assert_eq!(key(&after), key(&before), "{kept}");
    }
    assert_eq!(after["workloads"][0], before["workloads"][0], "what was finished is not measured again");
    assert_eq!(records(folder.path()).len(), 1);

    assert_another_machine_or_plan_is_refused(folder.path(), &path, after);
}

fn assert_another_machine_or_plan_is_refused(folder: &Path, path: &Path, record: Value) {
    let refused = |change: &dyn Fn(&mut Value), words: &[&str]| {
        let mut changed = record.clone();
        changed["workloads"].as_array_mut().unwrap().pop();
        change(&mut changed);
        let text = serde_json::to_vec(&changed).unwrap();
        fs::write(path, &text).unwrap();
        let output = command(folder, &["run", "--resume", path.to_str().unwrap()]).output().unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(5), "{said}");
        assert_eq!(fs::read(path).unwrap(), text, "a refused record is left alone");
        for word in words {
            assert!(said.contains(word), "{word:?} is not in {said}");
        }
    };
    let other_key = |record: &mut Value| {
        record["environment"]["key"] = "0".into();
        record["environment"]["facts"]["cpu"] = "another".into();
    };
    refused(&other_key, &["cpu was another, is "]);
    refused(&|record| record["schema"] = "breakeven.record/9".into(), &["breakeven.record/9"]);
    refused(&|record| record["plan"]["workloads"][0] = "whole/uniform-7".into(), &["whole/uniform-7"]);
    refused(&|record| record["plan"]["processes"] = 7.into(), &["another plan"]);
    refused(&|record| record["tool"]["version"] = "0.0.1".into(), &["another build"]);
    refused(&|record| record["command"] = serde_json::json!(["fly"]), &["command"]);
}

#[test]
fn a_full_disk_is_said_and_loses_no_finished_workload() {
    let folder = tempfile::tempdir().unwrap();
    // a file may not grow above this size: the first workloads fit, and no write beyond is possible
    let binary = assert_cmd::cargo::cargo_bin!("breakeven");
    let script = format!(
        "trap '' XFSZ; ulimit -f {KIB_AT_MOST}; exec {} run --quick -t whole -c '{RUST}'",
        binary.display()
    );
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env_remove("BREAKEVEN_DATA")
        .env("BREAKEVEN_ALLOW_DEBUG", "1")
        .output()
        .unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for words in ["cannot write", "record.json", "finished before are kept", "--resume"] {
        assert!(said.contains(words), "{words:?} is not in {said}");
    }
    let path = records(folder.path()).pop().expect("the record is there");
    let record = read(&path);
    let kept = finished(&record);
    assert!(!kept.is_empty() && kept.len() < 8, "{kept:?}");
    assert_eq!(record["complete"], false);
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("uniform-10"), "what was measured is shown: {shown}");
    let files: Vec<_> =
        fs::read_dir(path.parent().unwrap()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(files.iter().all(|file| !file.to_str().unwrap().starts_with('.')), "no half files: {files:?}");
}

/// Between the size of a record of one of the small workloads and that of all eight.
const KIB_AT_MOST: usize = 40;

#[test]
fn two_runs_at_once_into_one_folder_have_a_record_each() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["run", "--quick", "-t", "whole", "-n", "25", "-c", RUST, "--label", "same"];
    let start = || command(folder.path(), &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let runs = [start().unwrap(), start().unwrap()];
    for run in runs {
        let output = run.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    }
    let records = records(folder.path());
    assert_eq!(records.len(), 2);
    for path in records {
        assert_eq!(finished(&read(&path)), ["whole/uniform-25"]);
    }
}

#[test]
fn two_runs_cannot_go_on_with_one_record_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = killed_run(folder.path());
    // as another run would
    let lock = fs::File::open(path.parent().unwrap()).unwrap();
    lock.lock().unwrap();
    let output = command(folder.path(), &["run", "--resume", path.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("another run is writing"), "{}", stderr(&output));
}

#[test]
fn resuming_needs_the_recording_again_and_no_other_arguments() {
    let folder = tempfile::tempdir().unwrap();
    let resume = |arguments: &[&str]| {
        let all = [&["run", "--resume", "record.json"][..], arguments].concat();
        command(folder.path(), &all).output().unwrap()
    };
    assert_eq!(resume(&[]).status.code(), Some(2), "no such record");
    assert_eq!(resume(&["--quick"]).status.code(), Some(2));
    assert_eq!(resume(&["--seed", "2"]).status.code(), Some(2));
}
