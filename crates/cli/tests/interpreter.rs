//! Our Python contenders in other interpreters, as far as this machine has any.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

#[expect(clippy::print_stdout, reason = "a skip must be seen")]
fn skipped(why: &str) {
    println!("skipped: {why}");
}

fn breakeven(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("breakeven"));
    command.current_dir(folder).env_remove("BREAKEVEN_DATA").env("BREAKEVEN_ALLOW_DEBUG", "1");
    command.env_remove("VIRTUAL_ENV").args(arguments).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// An interpreter of this name, on PATH or among those of pyenv, or a line that says why not.
fn program(name: &str) -> Option<String> {
    if cfg!(not(feature = "python")) {
        skipped("built without Python");
        return None;
    }
    let version = name.trim_start_matches("python");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(name));
    let versions = std::env::home_dir().unwrap_or_default().join(".pyenv/versions");
    let mut kept: Vec<PathBuf> = std::fs::read_dir(versions)
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path())
        .filter(|path| {
            path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(&format!("{version}.")))
        })
        .map(|path| path.join("bin").join(name))
        .collect();
    kept.sort();
    let works = |path: &PathBuf| {
        Command::new(path).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    let found = on_path.chain(kept).find(works);
    if found.is_none() {
        skipped(&format!("no {name} on PATH or under pyenv"));
    }
    found.map(|path| path.display().to_string())
}

fn rows(output: &Output) -> Vec<Value> {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    summary["rows"].as_array().unwrap().clone()
}

/// The only row whose id begins and ends like this, as in `python/naive@2.7.18`.
fn row<'a>(rows: &'a [Value], name: &str, mark: &str) -> &'a Value {
    let start = format!("{name}@{mark}.");
    let mut found = rows.iter().filter(|row| row["contender"].as_str().unwrap().starts_with(&start));
    let row = found.next().unwrap_or_else(|| panic!("no {start} in {rows:?}"));
    assert!(found.next().is_none(), "{start} twice");
    row
}

/// The file of an interpreter, how its marks begin, and how its name does: the oldest, a new one, and one that compiles
/// while it runs.
const KINDS: [(&str, &str, &str); 3] = [
    ("python2.7", "2.7", "CPython 2.7."),
    ("python3.13", "3.13", "CPython 3.13."),
    ("pypy3", "pypy3", "PyPy 3."),
];

#[test]
fn our_contenders_run_in_every_kind_of_interpreter_and_are_checked_alike() {
    for (file, mark, name) in KINDS {
        let Some(path) = program(file) else { continue };
        let folder = TempDir::new().unwrap();
        let arguments = "run --quick -t whole -n 25 -c python/(naive|statistics|numpy-list) --format json";
        let arguments: Vec<&str> = arguments.split(' ').chain(["--interpreter", &path]).collect();
        let output = breakeven(folder.path(), &arguments);
        let rows = rows(&output);
        let naive = row(&rows, "python/naive", mark);
        assert_eq!(naive["outcome"], "measured", "{naive}");
        assert_eq!(naive["processes"], 6);
        assert_eq!(naive["input"], "list");
        assert!(naive["ratio"].as_f64().unwrap() > 0.0 && naive["max_ulp"].is_number());
        assert!(naive["version"].as_str().unwrap().starts_with(name));
        let statistics = row(&rows, "python/statistics", mark);
        assert_eq!(
            statistics["outcome"],
            if file == "python2.7" { "absent" } else { "measured" },
            "{statistics}"
        );
        let numpy = row(&rows, "python/numpy-list", mark);
        if numpy["outcome"] == "absent" {
            assert!(
                numpy["reason"]
                    .as_str()
                    .unwrap()
                    .contains(&format!("has no NumPy; to add it: {file} -m pip")),
                "{numpy}"
            );
        }
        let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
        let claim = &summary["claims"][0]["elsewhere"][0];
        assert!(claim["stack"].as_str().unwrap().starts_with(name), "{claim}");
        assert!(claim["value"].as_f64().unwrap() > 0.0);
        let fact = summary["environment"]["facts"]["interpreters"].as_str().unwrap();
        assert!(fact.starts_with(name), "{fact}");
        let record =
            std::fs::read_to_string(folder.path().join(summary["record"].as_str().unwrap())).unwrap();
        let place = Path::new(&path).parent().unwrap().display().to_string();
        assert!(!record.contains(&place), "a folder in the record");
    }
}

/// Calls of the function in each batch of a worker that asks for two batches of three, as `worker.py` times them.
const WARMS_UP: &str = r#"
import sys
sys.path.insert(0, sys.argv[1])
import worker
worker.COMPILES, worker.WARM_LOOPS, worker.WARM_NS = sys.argv[2] == "True", 8, 10 ** 12
slot = worker.Slot.__new__(worker.Slot)
calls = []
slot.inputs, slot.function, slot.takes_window, slot.is_made = worker.Inputs([[1.0]]), calls.append, False, False
slot.batch = worker.batch
slot.folder, slot.is_users, slot.on_copies, slot.warm = None, False, False, not worker.COMPILES
for batch in range(2):
    slot.run(0, 3)
    print(len(calls))
"#;

/// How often arguments are taken out of their tuple by a worker that times three calls, for one argument and for two.
const TAKES_APART: &str = r#"
import sys
sys.path.insert(0, sys.argv[1])
import worker
class Arguments(tuple):
    def __iter__(self):
        taken.append(self)
        return tuple.__iter__(self)
for arguments in [(1.0,), (1.0, 2.0)]:
    slot, taken, calls = worker.Slot.__new__(worker.Slot), [], []
    slot.inputs, slot.takes_window, slot.is_made = worker.Inputs([Arguments(arguments)]), False, True
    slot.takes_one = len(arguments) == 1
    slot.batch, slot.batch_on_copies = worker.loops_of(len(arguments))
    slot.on_copies, slot.function = sys.argv[2] == "True", lambda *handed: calls.append(handed)
    slot.time(0, 3, [Arguments(arguments) for _ in range(3)])
    assert calls == 3 * [arguments] and slot.handed == arguments, (calls, slot.handed)
    print(len(taken))
"#;

#[test]
fn the_only_argument_is_not_taken_out_of_a_tuple_while_the_clock_runs() {
    for (copies, counts) in [("True", "0\n3\n"), ("False", "0\n1\n")] {
        let said = said_with_the_worker(TAKES_APART, copies);
        assert_eq!(said.as_deref().unwrap_or(counts), counts, "on copies: {copies}");
    }
}

#[test]
fn where_code_is_compiled_while_it_runs_a_function_is_warm_before_it_is_timed() {
    for (compiles, counts) in [("True", "18\n21\n"), ("False", "3\n6\n")] {
        let said = said_with_the_worker(WARMS_UP, compiles);
        assert_eq!(said.as_deref().unwrap_or(counts), counts, "COMPILES = {compiles}");
    }
}

/// What a program prints that imports the worker file from its first argument; nothing where there is no Python.
fn said_with_the_worker(program_text: &str, argument: &str) -> Option<String> {
    let path = program("python3")?;
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python/worker");
    let worker = ["function.py", "answers.py", "made.py", "loading.py", "worker.py"]
        .map(|file| std::fs::read_to_string(sources.join(file)).unwrap());
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("worker.py"), worker.concat()).unwrap();
    let mut command = Command::new(&path);
    command.args(["-B", "-c", program_text]).arg(folder.path()).arg(argument);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn every_task_is_right_in_the_oldest_interpreter_and_in_one_that_compiles() {
    for file in ["python2.7", "pypy3"] {
        let Some(path) = program(file) else { continue };
        every_task_is_right_in(file, &path);
    }
}

fn every_task_is_right_in(file: &str, path: &str) {
    let folder = TempDir::new().unwrap();
    let arguments =
        "verify -c python/naive@ --format json -t whole,sliding,feedback,pedometer -n 75,1000,360000";
    let arguments: Vec<&str> = arguments.split(' ').chain(["--interpreter", path]).collect();
    let output = breakeven(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{file}: {}", stderr(&output));
    let checked: Value = serde_json::from_slice(&output.stdout).unwrap();
    let there: Vec<&Value> = checked["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["contender"].as_str().unwrap().contains('@'))
        .collect();
    for task in ["whole/", "sliding/", "feedback/", "pedometer/"] {
        let found = there.iter().find(|row| row["workload"].as_str().unwrap().starts_with(task));
        let row = found.unwrap_or_else(|| panic!("{file}: no {task} in {there:?}"));
        assert!(["measured", "known_wrong"].contains(&row["outcome"].as_str().unwrap()), "{row}");
    }
}

#[test]
fn the_ordinary_interpreter_is_checked_against_the_embedded_one() {
    if cfg!(not(feature = "python")) {
        skipped("built without Python");
        return;
    }
    let folder = TempDir::new().unwrap();
    let output = breakeven(
        folder.path(),
        &[
            "run",
            "--quick",
            "-t",
            "whole",
            "-n",
            "25",
            "-c",
            "rust/naive",
            "--label",
            "ordinary",
            "--details",
        ],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("in the ordinary interpreter (CPython 3."), "{text}");
    let path = text.lines().find_map(|line| line.strip_prefix("record: ")).unwrap();
    let page = std::fs::read_to_string(folder.path().join(path).with_file_name("report.html")).unwrap();
    assert!(page.contains("in the ordinary interpreter"));
    let record: Value = serde_json::from_slice(&std::fs::read(folder.path().join(path)).unwrap()).unwrap();
    let contenders = record["workloads"][0]["contenders"].as_array().unwrap();
    let ordinary = contenders.iter().find(|one| one["id"] == "control/ordinary-python").unwrap();
    let naive = contenders.iter().find(|one| one["id"] == "python/naive").unwrap();
    assert_eq!(ordinary["outcome"], "measured", "{ordinary}");
    let version = format!("CPython {}", naive["version"].as_str().unwrap());
    assert_eq!(ordinary["version"], version.as_str(), "the same version");
}

#[test]
fn what_is_no_interpreter_is_refused_at_once_in_one_line() {
    if cfg!(not(feature = "python")) {
        skipped("built without Python");
        return;
    }
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("mine.py"), "def std(values):\n    return 0.0\n").unwrap();
    std::fs::write(folder.path().join("text"), "no program\n").unwrap();
    #[rustfmt::skip]
    let table: &[(&[&str], &[&str])] = &[
        (&["--interpreter", "/bin/ls"], &["--interpreter /bin/ls", "no CPython from 2.7"]),
        (&["--interpreter", "/bin/false"], &["--interpreter /bin/false", "exit code 1"]),
        (&["--interpreter", "./text"], &["--interpreter ./text", "no such program"]),
        (&["--interpreter", "python0.1"], &["--interpreter python0.1", "no such program"]),
        (&["--interpreter", "python3", "--interpreter", "python3"], &["both CPython 3.", "the same names"]),
    ];
    for (arguments, words) in table {
        for command in [&["run", "--quick"][..], &["verify"], &["list"], &["compare", "mine.py:std"]] {
            let output = breakeven(folder.path(), &[command, *arguments].concat());
            let text = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{command:?} {arguments:?}: {text}");
            assert_eq!(text.trim_end().lines().count(), 1, "{command:?} {arguments:?}: one line: {text}");
            for word in *words {
                assert!(text.contains(word), "{command:?} {arguments:?}: {word:?} is not in {text}");
            }
            assert!(!folder.path().join("bench-results").exists());
        }
    }
}

#[test]
fn a_users_function_runs_in_a_further_interpreter_and_what_that_lacks_costs_its_own_row() {
    let Some(path) = program("python2.7") else { return };
    let folder = TempDir::new().unwrap();
    let source = "import math\ndef std(values):\n    m = sum(values) / len(values)\n    return math.sqrt(sum((v - m) ** 2 for v in values) / len(values))\n";
    std::fs::write(folder.path().join("mine.py"), source).unwrap();
    std::fs::write(folder.path().join("new.py"), format!("{source}    # \u{e9}\nname = f'{{std}}'\n"))
        .unwrap();
    let arguments = "compare mine.py:std new.py:std --quick -c python/naive --format json";
    let arguments: Vec<&str> = arguments.split(' ').chain(["--interpreter", &path]).collect();
    let rows = rows(&breakeven(folder.path(), &arguments));
    assert_eq!(row(&rows, "user/mine.py:std", "2.7")["outcome"], "measured");
    assert_eq!(row(&rows, "python/naive", "2.7")["outcome"], "measured");
    let new = row(&rows, "user/new.py:std", "2.7");
    assert_eq!(new["outcome"], "failed");
    assert!(new["reason"].as_str().unwrap().contains("SyntaxError"), "{new}");
}
