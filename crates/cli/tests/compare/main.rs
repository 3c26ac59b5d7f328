//! `breakeven compare` as a user meets it: own functions, in real interpreters, from an empty folder.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod changed_inputs;
mod made;
mod one_process;
mod programs;
mod refused;
mod set_file;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use breakeven_record::contender_id::Family;
use serde_json::Value;
use tempfile::TempDir;

/// A user's file: right, wrong, and unusable in every way.
const MINE: &str = r#"
import math, os, signal, sys

print("said while it is imported")

def std(values):
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))

def sample(values):
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))

def rolling(values, window):
    return [std(values[i:i + window]) for i in range(len(values) - window + 1)]

def largest(values, window):
    return [max(values[i:i + window]) for i in range(len(values) - window + 1)]

def largest_at_once(values, window):
    heads = range(window - 1, len(values))
    return [float("nan")] * (window - 1) + [max(values[i - window + 1:i + 1]) for i in heads]

def of_array(values):
    return values.std()

def talkative(values):
    print("{\"reply\": \"ran\", \"ns\": 1}")
    sys.stderr.write("and more\n")
    os.write(1, b"not a reply\n")
    return std(values)

def crash(values):
    os.kill(os.getpid(), signal.SIGSEGV)

calls = 0

def right_at_first(values):
    global calls
    calls += 1
    return std(values) if calls < 40 else 0.0

def off(values): return std(values) * 1.001
def text(values): return "0.3"
def nothing(values): pass
def three(values, window): return [0.3, 0.3, 0.3]
def raises(values): return values[len(values)]
def leaves(values): sys.exit(3)
def colours(values): raise ValueError("\x1b[31mred\x1b[0m\x1b]0;title\x07\x08")
number = 7
"#;

/// An empty folder with MINE in it, and an interpreter.
struct User {
    folder: TempDir,
}

impl User {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine.py"), MINE).unwrap();
        Self { folder }
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.folder.path().join(name), content).unwrap();
    }

    fn compare(&self, arguments: &[&str]) -> Output {
        command(self.folder.path()).arg("compare").args(arguments).output().unwrap()
    }

    /// Rows of a comparison that ends with this code.
    fn rows(&self, code: i32, arguments: &[&str]) -> Vec<Value> {
        let output = self.compare(&[arguments, &["--quick", "--format", "json"]].concat());
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
        summary["rows"].as_array().unwrap().clone()
    }

    /// Asserts that a comparison is refused at once: one line with these words, this code, nothing written.
    fn refused(&self, arguments: &[&str], code: i32, words: &[&str]) {
        let output = self.compare(arguments);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
        assert_eq!(text.trim_end().lines().count(), 1, "{arguments:?}: one line: {text}");
        for word in words {
            assert!(text.contains(word), "{arguments:?}: {word:?} is not in {text}");
        }
        assert!(output.stdout.is_empty());
        assert!(!self.folder.path().join("bench-results").exists(), "{arguments:?} wrote something");
    }

    /// As `refused`, where something was measured before in the same folder.
    fn refused_after(&self, arguments: &[&str], code: i32, words: &[&str]) {
        let _ = fs::remove_dir_all(self.folder.path().join("bench-results"));
        self.refused(arguments, code, words);
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("breakeven"));
    command.current_dir(folder).env_remove("BREAKEVEN_DATA").env("BREAKEVEN_ALLOW_DEBUG", "1");
    command.env_remove("VIRTUAL_ENV");
    command
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn row<'a>(rows: &'a [Value], id: &str) -> &'a Value {
    rows.iter().find(|row| row["contender"] == id).unwrap_or_else(|| panic!("no {id} in {rows:?}"))
}

/// Whether a test can be made here at all.
fn python_is_there() -> bool {
    let there = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    if cfg!(not(feature = "python")) {
        skipped("built without Python");
        return false;
    }
    if !there {
        skipped("no python3 on PATH");
    }
    there
}

#[expect(clippy::print_stdout, reason = "a skip must be seen")]
fn skipped(why: &str) {
    println!("skipped: {why}");
}

/// Every interpreter that this machine has: on PATH, and those of pyenv.
fn interpreters() -> BTreeSet<PathBuf> {
    let names = ["python2.7", "python3.6", "python3.8", "python3.12", "python3.13", "pypy", "pypy3"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    let versions = std::env::home_dir().unwrap_or_default().join(".pyenv/versions");
    let kept = fs::read_dir(versions).into_iter().flatten().flatten();
    let all = on_path.chain(kept.map(|version| version.path().join("bin/python")));
    let works = |path: &PathBuf| {
        Command::new(path).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    // several links may lead to one
    all.filter(works).map(|path| fs::canonicalize(&path).unwrap_or(path)).collect()
}

#[test]
fn a_users_function_is_measured_beside_ours_and_checked() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    let rows = user.rows(4, &["mine.py:std", "mine.py:off", "-c", "rust/naive"]);
    let mine = row(&rows, "user/mine.py:std");
    assert_eq!(mine["outcome"], "measured");
    assert_eq!(mine["input"], "list");
    assert_eq!(mine["workload"], "whole/uniform-60");
    assert_eq!(mine["processes"], 6);
    assert!(mine["ratio"].as_f64().unwrap() > 0.0 && mine["ratio_low"].is_number());
    let version = mine["version"].as_str().unwrap();
    assert!(version.contains(" 3.") && version.contains("source "), "{version}");
    assert_eq!(row(&rows, "rust/naive")["outcome"], "measured");
    assert_eq!(row(&rows, "user/mine.py:off")["outcome"], "wrong");
}

/// A user's file that every interpreter is to load from a folder with other than ASCII letters.
const ABROAD: &str = r#"
# -*- coding: utf-8 -*-
import friend

BYTES = str is bytes

def std(values):
    print("{\"reply\": \"ran\", \"ns\": 1}")
    return friend.std(values)

def rolling(values, window):
    return [None] * (window - 1) + [std(values[i:i + window]) for i in range(len(values) - window + 1)]

def gap(values, window):
    return rolling(values, window)[:-1] + [None]

def accents(values): raise ValueError(u"caf\xe9")
def no_text(values): raise ValueError(b"caf\xe9 \xff\nau lait" if BYTES else "caf\udce9 \udcff\nau lait")
def returns_no_text(values): return b"\xff" if BYTES else "\udcff"

class Mute(Exception):
    path = u"\xe9"
    def __str__(self): raise ValueError()

def mute(values): raise Mute()
"#;

#[test]
fn the_worker_file_runs_on_every_interpreter_there_is() {
    let (user, all) = (User::new(), interpreters());
    if all.is_empty() {
        skipped("no other interpreter");
    }
    if cfg!(not(feature = "python")) {
        skipped("built without Python");
        return;
    }
    fs::create_dir(user.folder.path().join("jos\u{e9}")).unwrap();
    user.write("jos\u{e9}/mine.py", ABROAD.trim_start());
    user.write("jos\u{e9}/friend.py", MINE);
    #[rustfmt::skip]
    let refused: &[(&[&str], i32, &str)] = &[
        (&["jos\u{e9}/mine.py:none"], 2, "no function none in mine.py: it has Mute, accents"),
        (&["jos\u{e9}/mine.py:returns_no_text"], 4, "came back instead of a number: not a"),
        (&["jos\u{e9}/mine.py:gap", "-w", "5"], 4, "None came back instead of a number: not a"),
    ];
    for python in all {
        let python = python.display().to_string();
        for locale in ["C", "C.UTF-8"] {
            for function in [&["jos\u{e9}/mine.py:std"][..], &["jos\u{e9}/mine.py:rolling", "-w", "5"]] {
                let mut command = command(user.folder.path());
                command.arg("compare").args(function).args(["--dry-run", "--python", &python]);
                let output = command.env("LC_ALL", locale).output().unwrap();
                assert!(output.status.success(), "{python} {locale} {function:?}: {}", stderr(&output));
            }
        }
        for (arguments, code, words) in refused {
            user.refused_after(&[*arguments, &["--python", &python]].concat(), *code, &[words]);
        }
        let specs = ["accents", "no_text", "mute"].map(|name| format!("jos\u{e9}/mine.py:{name}"));
        let mut arguments: Vec<&str> = specs.iter().map(String::as_str).collect();
        arguments.extend(["-c", "rust/naive", "--baseline", "rust/naive", "--python", &python]);
        let rows = user.rows(8, &arguments);
        for (name, reason) in [
            ("accents", "ValueError: caf\u{e9}"),
            ("no_text", "ValueError: caf\u{fffd} \u{fffd} au lait"),
            ("mute", "Mute"),
        ] {
            let failed = row(&rows, &format!("user/mine.py:{name}"));
            assert_eq!(
                (&failed["outcome"], &failed["reason"]),
                (&"failed".into(), &reason.into()),
                "{python}"
            );
        }
    }
}

#[test]
fn windows_of_a_file_are_compared_and_the_file_is_recorded_with_its_hash() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    let numbers: Vec<String> =
        (0..400).map(|index| format!("{index},{}\n", (index * 37 % 101) as f64 / 7.0)).collect();
    user.write("walk.csv", &format!("t,x\n{}", numbers.concat()));
    let data = ["--data", "walk.csv", "--column", "x", "--window", "75"];
    let output = user.compare(
        &[&["mine.py:rolling", "--quick", "-c", "rust/(simd|incremental)$", "--label", "walk"], &data[..]]
            .concat(),
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let path = text.lines().find_map(|line| line.strip_prefix("record: ")).unwrap();
    let record: Value = serde_json::from_slice(&fs::read(user.folder.path().join(path)).unwrap()).unwrap();
    let workload = &record["workloads"][0];
    assert_eq!(workload["id"], "sliding/walk.csv-400-w75");
    assert_eq!(workload["input"]["kind"], "file");
    let hash = Command::new("sha256sum").arg(user.folder.path().join("walk.csv")).output().unwrap().stdout;
    let hash = String::from_utf8(hash).unwrap();
    assert!(workload["input"]["note"].as_str().unwrap().contains(&hash[..64]));
    let outcome = |id: &str| {
        let all = workload["contenders"].as_array().unwrap();
        all.iter().find(|contender| contender["id"] == id).unwrap()["outcome"].clone()
    };
    assert_eq!(outcome("user/mine.py:rolling"), "measured");
    assert_eq!(outcome("rust/incremental"), "measured");
    assert_eq!(outcome("rust/simd"), "measured");
    let record = fs::read_to_string(user.folder.path().join(path)).unwrap();
    assert!(!record.contains(&user.folder.path().display().to_string()), "a folder in the record");
    assert!(user.folder.path().join(path).with_file_name("report.html").exists());
}

#[test]
fn a_size_that_is_asked_for_twice_is_measured_once() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    let output = user.compare(&["mine.py:std", "-n", "25,30,25", "--dry-run", "--format", "json"]);
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let ids: Vec<&str> =
        listed["workloads"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["whole/uniform-25", "whole/uniform-30"]);
}

#[test]
fn what_a_function_prints_crashes_or_breaks_later_costs_at_most_its_own_row() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    let specs = [
        "mine.py:talkative",
        "mine.py:crash",
        "mine.py:right_at_first",
        "mine.py:std",
        "-c",
        "^(rust|python)/naive$",
    ];
    let rows = user.rows(4, &specs);
    assert_eq!(row(&rows, "user/mine.py:talkative")["outcome"], "measured");
    assert_eq!(row(&rows, "user/mine.py:std")["outcome"], "measured");
    assert_eq!(row(&rows, "python/naive")["outcome"], "measured");
    let crashed = row(&rows, "user/mine.py:crash");
    assert_eq!(crashed["outcome"], "failed");
    assert!(crashed["reason"].as_str().unwrap().contains("SIGSEGV"), "{crashed}");
    assert_eq!(row(&rows, "user/mine.py:right_at_first")["outcome"], "wrong");
}

#[test]
fn another_computation_is_judged_by_the_reference_that_the_user_names() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    let windows = ["--reference", "mine.py:largest", "-n", "200", "--window", "20", "--tolerance", "1e-12"];
    let rows = user.rows(4, &[&["mine.py:largest_at_once", "mine.py:rolling"], &windows[..]].concat());
    assert_eq!(row(&rows, "user/mine.py:largest")["verdict"], "baseline");
    assert_eq!(row(&rows, "user/mine.py:largest_at_once")["outcome"], "measured");
    assert_eq!(row(&rows, "user/mine.py:rolling")["outcome"], "wrong");
    let users = rows.iter().all(|row| {
        let id = row["contender"].as_str().unwrap();
        matches!(Family::of(id), Family::User | Family::Control)
    });
    assert!(users, "ours compute something else");
    // one file, however its path is written, is one contender
    for reference in ["mine.py:std", "./mine.py:std", "user/mine.py:std"] {
        let output = user.compare(&["mine.py:std", "--reference", reference, "--dry-run"]);
        assert!(output.status.success(), "{reference}: {}", stderr(&output));
        let listed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(listed.matches("\n user/").count(), 1, "{reference}: {listed}");
    }
}

#[test]
fn without_our_interpreter_what_needs_it_is_absent_and_everybody_else_is_measured() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    let compare = |arguments: &[&str]| {
        let all = [&["compare", "mine.py:std", "--quick", "--format", "json"], arguments].concat();
        command(user.folder.path()).args(all).env("BREAKEVEN_PYTHON", "/nowhere/bin/python").output().unwrap()
    };
    let output = compare(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = summary["rows"].as_array().unwrap();
    assert_eq!(row(rows, "user/mine.py:std")["verdict"], "baseline", "no --baseline names another one");
    assert!(row(rows, "python/naive")["ratio"].is_number(), "it runs in the user's Python");
    assert!(row(rows, "rust/naive")["ratio"].is_number());
    let ours = row(rows, "extension/standard-dev");
    assert_eq!(ours["outcome"], "absent");
    let reason = ours["reason"].as_str().unwrap();
    assert!(reason.starts_with("our Python, which BREAKEVEN_PYTHON names, is not there"), "{reason}");
    assert!(!summary.to_string().contains("/nowhere"), "a folder in the record");
    let output = compare(&["--embedded"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("BREAKEVEN_PYTHON") && output.stdout.is_empty());
}

#[test]
fn a_folder_whose_name_is_not_utf_8_is_refused_in_one_line() {
    use std::os::unix::ffi::OsStrExt as _;
    let user = User::new();
    let folder = user.folder.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    fs::create_dir(&folder).unwrap();
    for (name, spec) in [("mine.py", "mine.py:std"), ("libmine.so", "libmine.so:std")] {
        fs::write(folder.join(name), MINE).unwrap();
        let output = command(&folder).args(["compare", spec]).output().unwrap();
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(spec) && text.contains("not UTF-8") && text.lines().count() == 1, "{text}");
    }
}

#[test]
fn the_divisor_and_the_baseline_are_the_users_choice() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    let rows =
        user.rows(0, &["mine.py:sample", "--ddof", "1", "--baseline", "mine.py:sample", "-c", "rust/naive"]);
    assert_eq!(row(&rows, "user/mine.py:sample")["verdict"], "baseline");
    assert_eq!(row(&rows, "rust/naive")["outcome"], "measured");
    user.refused_after(&["mine.py:std", "--baseline", "rust/none"], 2, &["--baseline", "rust/none"]);
}

#[test]
fn embedded_a_function_runs_in_our_interpreter() {
    if cfg!(not(feature = "python")) {
        skipped("built without Python");
        return;
    }
    let user = User::new();
    user.write("friend.py", "def root(value):\n    return value ** 0.5\n");
    user.write("other.py", "from friend import root\ndef whole(values, window=None):\n    m = sum(values) / len(values)\n    return root(sum((v - m) ** 2 for v in values) / len(values))\ndef sliding(values, window):\n    return [whole(values[i:i + window]) for i in range(len(values) - window + 1)]\n");
    let rows = user.rows(
        0,
        &[
            "other.py:whole",
            "mine.py:of_array",
            "--embedded",
            "--input",
            "ndarray",
            "-c",
            "^(rust|python)/naive$",
        ],
    );
    let (other, ours) = (row(&rows, "user/other.py:whole"), row(&rows, "python/naive"));
    assert_eq!(other["outcome"], "measured");
    assert_eq!(other["version"], ours["version"], "the same interpreter");
    assert_eq!(row(&rows, "user/mine.py:of_array")["input"], "ndarray");
    let rows = user.rows(0, &["other.py:sliding", "--embedded", "-w", "5", "-c", "rust/naive"]);
    assert_eq!(row(&rows, "user/other.py:sliding")["outcome"], "measured", "it calls the user's own whole");
    user.refused_after(&["mine.py:none", "--embedded"], 2, &["no function none"]);
}
