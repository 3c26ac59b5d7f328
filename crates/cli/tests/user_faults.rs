//! What a user's contender costs that misbehaves in the middle of a measurement: its own row, and nothing else.
//!
//! A call takes 0.4 ms here, so a batch is one call. In our interpreter and in programs 7 to 17 come before the first round,
//! and 12 in rounds; in the user's interpreter, where an untimed call stands before each batch, 13 to 33 and 24. The one
//! of number [`FATAL`], or [`FATAL_SETTLED`], goes wrong, which passes every trial before.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

const FATAL: u32 = 18;
const FATAL_SETTLED: u32 = 35;

/// How many seconds the children sleep that are left behind: no other process of this machine does so.
const LEFT_BEHIND: &str = "98765432";

const FAULTY: &str = r#"
import math, os, signal, subprocess, sys, time

def std(values):
    end = time.perf_counter() + 0.0004
    while time.perf_counter() < end:
        pass
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))

def late(fault):
    calls = [0]
    def function(values):
        calls[0] += 1
        return (fault() or float("nan")) if calls[0] >= FATAL else std(values)
    return function

def raises(): raise ValueError("as it likes,\nin two lines")
def hangs():
    while True: pass
def eats(): return len([bytes(1 << 28) for _ in range(64)])
def leaves_a_child():
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "LEFT_BEHIND"])
    if os.fork() == 0:
        time.sleep(LEFT_BEHIND)
    segfaults()
def segfaults():
    while True: os.kill(os.getpid(), signal.SIGSEGV)

class Stubborn(float):
    def __float__(self):
        hangs()

crash = late(segfaults)
abort = late(os.abort)
leave = late(lambda: os._exit(3))
exit = late(lambda: sys.exit(3))
error = late(raises)
hang = late(hangs)
memory = late(eats)
nan = late(lambda: float("nan"))
text = late(lambda: "0.3")
child = late(leaves_a_child)
stubborn = late(lambda: Stubborn(1))

def at_once(values): return eats()
def never(values):
    subprocess.Popen(["sleep", "LEFT_BEHIND"])
    hangs()
"#;

/// Answers as the protocol asks, until it does what its file is called.
const PROGRAM: &str = r#"#!/usr/bin/env python3
import array, json, math, os, signal, sys, time

fault, inputs, answer, runs = os.path.basename(sys.argv[0]), {}, None, 0
for line in sys.stdin:
    request = json.loads(line)
    reply = {"reply": "done"}
    late = runs >= FATAL
    if request["request"] == "hello":
        reply = {"reply": "hello", "protocol": 1, "name": "faulty 1"}
    elif request["request"] == "prepare":
        inputs[request["slot"]] = [array.array("d", open(file["path"], "rb").read()) for file in request["inputs"]]
    elif request["request"] == "run":
        runs += 1
        late = runs >= FATAL
        while late and fault == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        while late and fault == "hang":
            time.sleep(1)
        if late and fault == "raise":
            reply = {"reply": "failed", "reason": "ValueError: as it likes"}
        else:
            values, start = inputs[request["slot"]][request["input"]], time.perf_counter_ns()
            for _ in range(request["loops"]):
                end = time.perf_counter_ns() + 400000
                while time.perf_counter_ns() < end: pass
                mean = math.fsum(values) / len(values)
                answer = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
            ns = time.perf_counter_ns() - start
            reply = {"reply": "ran", "ns": ns // 1000 if fault == "microseconds" and runs > 1 else ns}
    elif request["request"] == "answer":
        while late and fault == "no_answer":
            time.sleep(1)
        value = float("nan") if late and fault == "nan" else answer
        open(request["path"], "wb").write(array.array("d", [value]).tobytes())
    elif request["request"] == "drop":
        while fault == "no_drop":
            time.sleep(1)
    print("nonsense" if late and fault == "nonsense" else json.dumps(reply), flush=True)
"#;

/// An empty folder with those in it, which go wrong in call number `fatal`.
fn folder(fatal: u32) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let content = FAULTY.replace("FATAL", &fatal.to_string()).replace("LEFT_BEHIND", LEFT_BEHIND);
    fs::write(folder.path().join("faulty.py"), content).unwrap();
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("breakeven"));
    command.arg("compare").args(arguments).args(["-c", "rust/naive"]);
    command.current_dir(folder).env("BREAKEVEN_ALLOW_DEBUG", "1").env_remove("VIRTUAL_ENV");
    command
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts that each of these has its outcome, with these words as the reason, and that everybody else was measured in
/// all processes.
fn assert_costs_its_own_row(folder: &Path, options: &[&str], table: &[(&str, &str, &[&str])]) {
    let specs: Vec<&str> = table.iter().map(|(spec, ..)| *spec).collect();
    let arguments = [&specs[..], &["--quick", "--format", "json", "--memory", "4"], options].concat();
    let output = command(folder, &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", stderr(&output));
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    for row in summary["rows"].as_array().unwrap() {
        let id = row["contender"].as_str().unwrap();
        let fault = table.iter().find(|(spec, ..)| id == format!("user/{}", spec.trim_start_matches("./")));
        let (_, outcome, words) = fault.unwrap_or(&("", "measured", &[]));
        assert_eq!(row["outcome"], *outcome, "{row}");
        if *outcome == "measured" {
            assert_eq!(row["processes"], 6, "{row}");
        }
        for word in *words {
            let reason = row["reason"].as_str().unwrap_or_default();
            assert!(reason.contains(word) && !reason.contains('\n'), "{id}: {word:?} is not in {reason:?}");
        }
    }
    assert_nobody_is_left();
}

/// Asserts that nothing sleeps on that a fault has left behind, after it had some time to end.
fn assert_nobody_is_left() {
    let sleeps = |process: fs::DirEntry| {
        let words = fs::read(process.path().join("cmdline")).unwrap_or_default();
        words.split(|&byte| byte == 0).any(|word| word == LEFT_BEHIND.as_bytes())
    };
    for _ in 0..200 {
        if !fs::read_dir("/proc").unwrap().filter_map(Result::ok).any(sleeps) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("a child outlives the comparison");
}

/// Whether a test can be made here at all.
fn python_is_there() -> bool {
    let there = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    if !there || cfg!(not(feature = "python")) {
        skipped("no python3 on PATH, or built without Python");
    }
    there && cfg!(feature = "python")
}

#[expect(clippy::print_stdout, reason = "a skip must be seen")]
fn skipped(why: &str) {
    println!("skipped: {why}");
}

#[test]
fn a_function_that_misbehaves_in_a_round_costs_its_own_row() {
    if !python_is_there() {
        return;
    }
    let folder = folder(FATAL_SETTLED);
    #[rustfmt::skip]
    assert_costs_its_own_row(folder.path(), &[], &[
        ("faulty.py:std", "measured", &[]),
        ("faulty.py:crash", "failed", &["SIGSEGV (in round "]),
        ("faulty.py:abort", "failed", &["SIGABRT (in round "]),
        ("faulty.py:leave", "failed", &["exit code 3 (in round "]),
        ("faulty.py:exit", "failed", &["SystemExit: 3 (in round "]),
        ("faulty.py:error", "failed", &["ValueError: as it likes", "(in round "]),
        ("faulty.py:hang", "failed", &["ran past its deadline in round "]),
        ("faulty.py:stubborn", "failed", &["ran past its deadline in answer "]),
        ("faulty.py:memory", "failed", &["MemoryError", "(in round "]),
        ("faulty.py:nan", "wrong", &[]),
        ("faulty.py:text", "failed", &["str '0.3'"]),
        ("faulty.py:child", "failed", &["in round "]),
    ]);
}

#[test]
fn an_embedded_function_that_misbehaves_in_a_round_costs_its_own_row() {
    if !python_is_there() {
        return;
    }
    let folder = folder(FATAL);
    #[rustfmt::skip]
    assert_costs_its_own_row(folder.path(), &["--embedded"], &[
        ("faulty.py:std", "measured", &[]),
        ("faulty.py:crash", "failed", &["SIGSEGV in round ", "before that in the worker"]),
        ("faulty.py:abort", "failed", &["SIGABRT in round ", "before that in the worker"]),
        ("faulty.py:leave", "failed", &["exit code 3 in round "]),
        ("faulty.py:exit", "failed", &["SystemExit: 3 (in round "]),
        ("faulty.py:error", "failed", &["ValueError: as it likes", "(in round "]),
        ("faulty.py:hang", "failed", &["ran past its deadline in round "]),
        ("faulty.py:stubborn", "failed", &["ran past its deadline in answer "]),
        ("faulty.py:memory", "failed", &["MemoryError", "(in round "]),
        ("faulty.py:nan", "wrong", &[]),
        ("faulty.py:text", "failed", &["str"]),
        ("faulty.py:child", "failed", &["SIGSEGV in round "]),
    ]);
}

#[test]
fn a_program_that_misbehaves_in_a_round_costs_its_own_row() {
    if !python_is_there() {
        return;
    }
    let folder = folder(FATAL);
    #[rustfmt::skip]
    let table: &[(&str, &str, &[&str])] = &[
        ("./right", "measured", &[]),
        ("./crash", "failed", &["SIGSEGV (in round "]),
        ("./hang", "failed", &["ran past its deadline in round "]),
        ("./raise", "failed", &["ValueError: as it likes (in round "]),
        ("./nan", "wrong", &[]),
        ("./nonsense", "failed", &["\"nonsense\", which is no reply of docs/protocol.md"]),
        ("./no_answer", "failed", &["ran past its deadline in answer "]),
        ("./no_drop", "measured", &[]),
        ("./microseconds", "failed", &["are these nanoseconds?"]),
    ];
    for (spec, ..) in table {
        let path = folder.path().join(spec);
        fs::write(&path, PROGRAM.replace("FATAL", &FATAL.to_string())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    assert_costs_its_own_row(folder.path(), &[], table);
}

#[test]
fn a_trial_has_the_memory_limit_too() {
    if !python_is_there() {
        return;
    }
    let folder = folder(FATAL);
    let output = command(folder.path(), &["faulty.py:at_once", "--memory", "4", "--quick"]).output().unwrap();
    assert_eq!(output.status.code(), Some(8), "{}", stderr(&output));
    assert!(stderr(&output).contains("user/faulty.py:at_once failed: MemoryError"), "{}", stderr(&output));
}

#[test]
fn whoever_interrupts_a_trial_leaves_nothing_behind() {
    if !python_is_there() {
        return;
    }
    let folder = folder(FATAL);
    let scratch = folder.path().join("scratch");
    fs::create_dir(&scratch).unwrap();
    let mut command = command(folder.path(), &["faulty.py:never"]);
    let child =
        command.env("TMPDIR", &scratch).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert!(stderr(&output).contains("interrupted before anything was measured"), "{}", stderr(&output));
    assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0, "the folder for inputs is removed");
    assert!(!folder.path().join("bench-results").exists());
    assert_nobody_is_left();
}
