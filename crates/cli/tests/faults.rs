//! What is lost when a run is killed, the disk is full, or two runs meet? Nothing that was finished.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
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
fn a_killed_run_keeps_what_was_finished_and_can_be_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let path = killed_run(folder.path());
    let before = read(&path);
    assert_eq!(before["complete"], false);
    assert!(before["command"].as_array().unwrap().contains(&RUST.into()), "the pattern as it was given");

    let record = path.display().to_string();
    let output = command(folder.path(), &["run", "--resume", &record, "--budget", "1h"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "its intervals are those of one stage");
    assert!(stderr(&output).contains("has one stage"), "{}", stderr(&output));
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

/// Between the size of a record of one of the small workloads and that of all eight; the worker file is smaller, too.
const KIB_AT_MOST: usize = 60;

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

/// A run that is to look at one workload until it is resolved: six processes have no interval for three looks.
const LOOKS: [&str; 9] = ["run", "--quick", "-t", "whole", "-n", "25", "-c", RUST, "--until-resolved"];

fn start(folder: &Path, arguments: &[&str]) -> Child {
    command(folder, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Sends Ctrl-C and waits for the end.
fn interrupt(child: Child) -> Output {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    child.wait_with_output().unwrap()
}

/// Waits until a run watches for Ctrl-C, which it does before its first worker starts.
fn wait_until_it_listens(child: &mut Child) {
    for _ in 0..60_000 {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0").trim();
        if u64::from_str_radix(caught, 16).unwrap() & 0b10 != 0 {
            return;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("Ctrl-C is not heard after a minute");
}

/// Processes that have measured the baseline of a workload.
fn processes(workload: &Value) -> Vec<u64> {
    let contenders = workload["contenders"].as_array().unwrap();
    let baseline = contenders.iter().find(|contender| contender["id"] == workload["baseline"]).unwrap();
    let runs = baseline["runs"].as_array().unwrap();
    let mut numbers: Vec<u64> = runs.iter().map(|run| run["process"].as_u64().unwrap()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// A run with [`LOOKS`] that Ctrl-C meets in its second look.
fn run_left_after_a_look(folder: &Path) -> PathBuf {
    let mut child = start(folder, &LOOKS);
    for _ in 0..2400 {
        std::thread::sleep(Duration::from_millis(50));
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        let Some(path) = records(folder).pop() else { continue };
        if !finished(&read(&path)).is_empty() {
            let output = interrupt(child);
            assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
            assert!(stderr(&output).contains("run --resume"), "{}", stderr(&output));
            return path;
        }
    }
    panic!("no workload was finished in two minutes");
}

#[test]
fn ctrl_c_in_a_second_look_leaves_a_record_that_goes_on_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = run_left_after_a_look(folder.path());
    let before = read(&path);
    assert_eq!(before["completed_stages"]["whole/uniform-25"]["count"], 1);
    assert_eq!(processes(&before["workloads"][0]), [0, 1, 2, 3, 4, 5]);
    let resume = |arguments: &[&str]| {
        let all = [&["run", "--resume", path.to_str().unwrap()][..], arguments].concat();
        command(folder.path(), &all).output().unwrap()
    };

    // a look that would take longer than there is time is not begun, and it is said what is missing
    let mut slow = before.clone();
    slow["completed_stages"]["whole/uniform-25"]["last_ns"] = 1_000_000_000_000_000_u64.into();
    fs::write(&path, serde_json::to_vec(&slow).unwrap()).unwrap();
    let output = resume(&["--budget", "1h"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let said = stderr(&output);
    for words in
        ["verdicts open on 1 workload", "1 of the measured have no interval", "6 processes", "--resume"]
    {
        assert!(said.contains(words), "{words:?} is not in {said}");
    }
    assert_eq!(read(&path)["workloads"], before["workloads"]);

    let output = resume(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let after = read(&path);
    let looks = after["completed_stages"]["whole/uniform-25"]["count"].as_u64().unwrap();
    assert!((2..=3).contains(&looks), "{looks}");
    assert_eq!(processes(&after["workloads"][0]), (0..6 * looks).collect::<Vec<_>>());
    assert_eq!(after["plan"], before["plan"]);
}

#[test]
fn ctrl_c_before_the_first_worker_leaves_nothing_of_a_new_run_and_all_of_a_resumed_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = start(folder.path(), &LOOKS);
    wait_until_it_listens(&mut child);
    let output = interrupt(child);
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert_eq!(records(folder.path()), Vec::<PathBuf>::new());

    // a budget that allows nothing leaves a record of nothing
    let nothing = [&LOOKS[..8], &["--budget", "0"]].concat();
    let output = command(folder.path(), &nothing).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("before every workload was measured"), "{}", stderr(&output));
    let path = records(folder.path()).pop().unwrap();
    assert_eq!(finished(&read(&path)), Vec::<String>::new());

    let resume = ["run", "--resume", path.to_str().unwrap(), "--budget", "1h"];
    // the record is written when all workers have started, and again after the first look
    let begins = |child: &mut Child| {
        let before = fs::metadata(&path).unwrap().modified().unwrap();
        while fs::metadata(&path).unwrap().modified().unwrap() == before {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    for wait in [&wait_until_it_listens as &dyn Fn(&mut Child), &begins] {
        let mut child = start(folder.path(), &resume);
        wait(&mut child);
        let output = interrupt(child);
        assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
        assert_eq!(finished(&read(&path)), Vec::<String>::new());
    }
    let output = command(folder.path(), &resume).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let record = read(&path);
    assert_eq!(record["complete"], true);
    let looks = record["completed_stages"]["whole/uniform-25"]["count"].as_u64().unwrap();
    assert!(looks >= 2, "six processes resolve nothing in a run of three looks");
}

/// A recording of so many rows with little in it, and a finished run on it that lacks its first workload again.
fn incomplete_run_on_a_recording(folder: &Path) -> PathBuf {
    fs::write(folder.join("walk_3ch.bin"), recording(0)).unwrap();
    let arguments = [
        "run",
        "--quick",
        "-n",
        "25,300",
        "-t",
        "whole,pedometer",
        "-c",
        RUST,
        "--recording",
        "walk_3ch.bin",
    ];
    let output = command(folder, &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let path = records(folder).pop().unwrap();
    let mut record = read(&path);
    record["workloads"].as_array_mut().unwrap().remove(0);
    record["complete"] = false.into();
    assert!(finished(&record).contains(&"pedometer/walk-3ch".to_owned()), "{:?}", finished(&record));
    fs::write(&path, serde_json::to_vec(&record).unwrap()).unwrap();
    path
}

/// 300 rows of three channels.
fn recording(first: i16) -> Vec<u8> {
    (0..900).flat_map(|sample: i16| (first + sample % 37 * 11).to_le_bytes()).collect()
}

#[test]
fn another_recording_of_the_same_name_is_no_recording_to_go_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = incomplete_run_on_a_recording(folder.path());
    let before = fs::read(&path).unwrap();
    let resume = |recording: &str| {
        let arguments = ["run", "--resume", path.to_str().unwrap(), "--recording", recording];
        command(folder.path(), &arguments).output().unwrap()
    };
    fs::create_dir(folder.path().join("other")).unwrap();
    fs::write(folder.path().join("other/walk_3ch.bin"), recording(1)).unwrap();
    let output = resume("other/walk_3ch.bin");
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(5), "{said}");
    assert!(said.contains("another recording of the name walk-3ch (SHA-256 "), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert_eq!(fs::read(&path).unwrap(), before, "a refused record is left alone");

    // another run could write between its reading and its going on, so it locks the record before it reads a recording
    let lock = fs::File::open(path.parent().unwrap()).unwrap();
    lock.lock().unwrap();
    let output = resume("other/walk_3ch.bin");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("another run is writing"), "{}", stderr(&output));
    drop(lock);

    let output = resume("walk_3ch.bin");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(read(&path)["complete"], true);
}

#[test]
fn two_runs_cannot_resume_one_record_at_once() {
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
