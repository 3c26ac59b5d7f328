//! The shell lines of .github that no other test runs: of a workflow on committed records, of the action in a repository of
//! another project.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod example;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use self::example::{Project, is_usable};

const STEP: &str = "Compare with the committed record";

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn workflow() -> String {
    fs::read_to_string(top().join(".github/workflows/ci.yml")).unwrap()
}

/// The lines of a step, from its name to the next step.
fn step<'a>(workflow: &'a str, name: &str) -> Vec<&'a str> {
    let (_, rest) = workflow.split_once(&format!("- name: {name}\n")).expect("the step is there");
    rest.lines().take_while(|line| !line.trim_start().starts_with("- name: ")).collect()
}

/// The shell lines of its `run: |`, without their indentation.
fn script(step: &[&str]) -> String {
    let lines: Vec<&str> = step.iter().copied().skip_while(|line| line.trim() != "run: |").skip(1).collect();
    let indent = lines.first().map_or(0, |line| line.len() - line.trim_start().len());
    lines.iter().map(|line| format!("{}\n", line.get(indent..).unwrap_or_default())).collect()
}

/// The file that says which record the step compares with, and that record.
fn blessed() -> [String; 2] {
    let file = "bench-results/baseline.json".to_owned();
    let baseline: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(top().join(&file)).unwrap()).unwrap();
    let record = format!("bench-results/{}", baseline["record"].as_str().unwrap());
    [file, record]
}

/// Runs the step's own lines in a folder that looks like a checkout after `scripts/bench` has said `said`.
fn run(folder: &Path, said: &str) -> Output {
    let workflow = workflow();
    let step = step(&workflow, STEP);
    let binary = folder.join("target/release/breakeven");
    fs::create_dir_all(binary.parent().unwrap()).unwrap();
    symlink(assert_cmd::cargo::cargo_bin!("breakeven"), binary).unwrap();
    fs::write(folder.join("bench.log"), said).unwrap();
    for path in blessed() {
        fs::create_dir_all(folder.join(&path).parent().unwrap()).unwrap();
        fs::copy(top().join(&path), folder.join(&path)).unwrap();
    }
    bash(&script(&step), folder)
        .env("GITHUB_STEP_SUMMARY", folder.join("summary.md"))
        .env("GITHUB_OUTPUT", folder.join("output.txt"))
        .output()
        .unwrap()
}

/// A command as the runner starts it for `shell: bash`.
fn bash(script: &str, folder: &Path) -> Command {
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).current_dir(folder);
    command
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("the system has a temporary folder")
}

/// A record of the folder `new`, made of the committed one.
fn new_record(folder: &Path, change: impl Fn(String) -> String) {
    let [_, record] = blessed();
    let text = fs::read_to_string(top().join(record)).unwrap();
    fs::create_dir_all(folder.join("bench-results/new")).unwrap();
    fs::write(folder.join("bench-results/new/record.json"), change(text)).unwrap();
}

const SAID: &str =
    "some table\nrecord: bench-results/new/record.json\nreport: bench-results/new/report.html\n";

#[test]
fn the_summary_step_appends_the_comparison_with_the_committed_record() {
    let folder = folder();
    new_record(folder.path(), |text| text);
    fs::write(folder.path().join("summary.md"), "before\n").unwrap();
    let output = run(folder.path(), SAID);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let summary = fs::read_to_string(folder.path().join("summary.md")).unwrap();
    assert!(summary.starts_with("before\n## breakeven: B compared with A\n"), "{summary}");
    assert!(summary.contains("| `rust/simd` |") && !summary.contains("| `python/pandas` |"), "{summary}");
    assert!(summary.contains(" equivalent"), "{summary}");
    assert!(folder.path().join("bench-results/new/comparison.html").is_file(), "what the artifact holds");
}

#[test]
fn the_summary_step_says_what_got_slower_by_thirty_per_cent() {
    let folder = folder();
    new_record(folder.path(), |text| {
        let mut record: serde_json::Value = serde_json::from_str(&text).unwrap();
        for workload in record["workloads"].as_array_mut().unwrap() {
            let contenders = workload["contenders"].as_array_mut().unwrap();
            for contender in contenders.iter_mut().filter(|contender| contender["id"] == "rust/simd") {
                for batch in numbers(&mut contender["runs"]) {
                    *batch = (batch.as_u64().unwrap() * 13 / 10).into();
                }
            }
        }
        record.to_string()
    });
    let output = run(folder.path(), SAID);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("warning: slower beyond the noise thresholds of both: rust/simd"), "{said}");
    let summary = fs::read_to_string(folder.path().join("summary.md")).unwrap();
    let rows: Vec<&str> = summary.lines().filter(|line| line.starts_with("| `rust/simd` |")).collect();
    let slower = rows.iter().filter(|row| row.contains("▼ slower")).count();
    assert!(10 * slower >= 9 * rows.len(), "the committed record is too noisy to find 30 %: {rows:#?}");
}

/// The times of all batches and calls.
fn numbers(value: &mut serde_json::Value) -> Vec<&mut serde_json::Value> {
    match value {
        serde_json::Value::Array(items) => items.iter_mut().flat_map(numbers).collect(),
        serde_json::Value::Object(fields) => {
            let (times, others): (Vec<_>, Vec<_>) =
                fields.iter_mut().partition(|(name, _)| matches!(name.as_str(), "batches_ns" | "ns"));
            let of_times = times.into_iter().flat_map(|(_, value)| match value {
                serde_json::Value::Array(items) => items.iter_mut().collect(),
                number => vec![number],
            });
            let of_others = others.into_iter().filter(|(_, value)| !value.is_number() && !value.is_string());
            of_times.chain(of_others.flat_map(|(_, value)| numbers(value))).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn the_artifact_holds_the_new_run_and_none_of_the_committed_ones() {
    let folder = folder();
    new_record(folder.path(), |text| text);
    assert!(run(folder.path(), SAID).status.success());
    let output = fs::read_to_string(folder.path().join("output.txt")).unwrap();
    assert_eq!(output, "folder=bench-results/new\n");
    let workflow = workflow();
    let (_, keep) = workflow.split_once("- name: Keep the report\n").expect("the step is there");
    let files: Vec<&str> =
        keep.lines().map(str::trim).filter(|line| line.contains(".json") || line.contains(".html")).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        assert!(file.starts_with("${{ steps.compare.outputs.folder }}/"), "{file}");
    }
}

#[test]
fn the_summary_step_says_that_the_committed_record_is_out_of_date_and_passes() {
    let folder = folder();
    new_record(folder.path(), |text| text.replace("\"ddof\":0", "\"ddof\":1"));
    let output = run(folder.path(), SAID);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let summary = fs::read_to_string(folder.path().join("summary.md")).unwrap();
    assert!(summary.contains("out of date") && summary.contains("ddof 0 and 1"), "{summary}");
}

#[test]
fn the_summary_step_fails_where_there_is_no_record_or_none_that_can_be_read() {
    for said in ["nothing\n", SAID] {
        let folder = folder();
        assert!(!run(folder.path(), said).status.success(), "{said}");
        assert!(!folder.path().join("summary.md").exists());
    }
}

/// A program that is these lines of shell.
fn write_program(path: &Path, lines: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_action_gates_another_project_where_that_is_checked_out() {
    if !is_usable(&["git", "cc"]) {
        return;
    }
    let action = fs::read_to_string(top().join(".github/actions/gate/action.yml")).unwrap();
    let step = step(&action, "Gate");
    let project = Project::new();
    project.replace("breakeven.toml", "deviation.py:two_pass", "libdeviation.so:deviation");
    project.replace("breakeven.toml", "deviation.py:one_pass", "libdeviation.so:deviation");
    project.commit();
    project.replace("breakeven.toml", "one-pass", "renamed");
    project.commit();
    // what the runner has fetched, with its preparation and build replaced
    let fetched = project.path().join("../fetched");
    fs::create_dir_all(fetched.join(".github/actions/gate")).unwrap();
    write_program(&fetched.join("scripts/prepare"), "exit 0");
    write_program(&fetched.join("programs/cargo"), "echo \"$PWD: $*\" >\"$PWD/built\"");
    fs::create_dir_all(fetched.join("target/release")).unwrap();
    symlink(assert_cmd::cargo::cargo_bin!("breakeven"), fetched.join("target/release/breakeven")).unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(fetched.join("programs")).chain(std::env::split_paths(&path));
    let named = step.iter().find_map(|line| line.trim().strip_prefix("BREAKEVEN: ")).expect("where it is");
    let output = bash(&script(&step), &project.path())
        .env("PATH", std::env::join_paths(path).unwrap())
        .env("BREAKEVEN_ALLOW_DEBUG", "1")
        .env(
            "BREAKEVEN",
            named.replace(
                "${{ github.action_path }}",
                &fetched.join(".github/actions/gate").display().to_string(),
            ),
        )
        .env("BASE", "HEAD^")
        .env("OPTIONS", "-n 20 --fail-on failed")
        .env("OUTPUT", "gate-results")
        .env("GITHUB_STEP_SUMMARY", project.path().join("../summary.md"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(8), "one was removed: {said}");
    let built = fs::read_to_string(fetched.join("built")).unwrap();
    assert!(built.contains("fetched: build --release --locked"), "{built}");
    let summary = fs::read_to_string(project.path().join("../summary.md")).unwrap();
    for row in ["| `user/renamed` |", "| `user/one-pass` |"] {
        assert!(summary.contains(row), "{row} is not in {summary}");
    }
    assert!(project.path().join("gate-results/gate.json").is_file(), "what the artifact holds");
}

#[test]
fn every_week_adds_a_record_to_the_branch_history() {
    if !is_usable(&["git", "tar"]) {
        return;
    }
    let workflow = fs::read_to_string(top().join(".github/workflows/history.yml")).unwrap();
    let folder = folder();
    let summary = folder.path().join("summary.md");
    let act_after = |measured: &Path, within: &Path, lines: &str| {
        let output = bash(lines, within)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("RUNNER_TEMP", measured)
            .output()
            .unwrap();
        assert!(output.status.success(), "{lines}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let act = |within: &Path, lines: &str| act_after(folder.path(), within, lines);
    let identity = "-c user.name=test -c user.email=test@localhost";
    act(
        folder.path(),
        &format!(
            "git init --quiet --initial-branch main start && cd start && mkdir bench-results && echo '/*' >bench-results/.gitignore \
             && git add --force bench-results && git {identity} commit --quiet -m start && git clone --quiet --bare . ../origin"
        ),
    );
    for week in ["first", "second"] {
        let clone = |name: &str| {
            act(folder.path(), &format!("git clone --quiet origin {name}"));
            folder.path().join(name)
        };
        let measured = clone(&format!("{week}-measured"));
        fs::create_dir_all(measured.join("target/release")).unwrap();
        symlink(assert_cmd::cargo::cargo_bin!("breakeven"), measured.join("target/release/breakeven"))
            .unwrap();
        let [_, record] = blessed();
        fs::create_dir_all(measured.join("bench-results").join(week)).unwrap();
        fs::copy(top().join(record), measured.join("bench-results").join(week).join("record.json")).unwrap();
        act(&measured, &script(&step(&workflow, "Compare with earlier records")));
        let appended = clone(&format!("{week}-appended"));
        act(&appended, &script(&step(&workflow, "Start from the last record")));
        act_after(&measured, &appended, &script(&step(&workflow, "Commit")));
    }
    let kept = act(&folder.path().join("origin"), "git ls-tree -r --name-only history");
    let records: Vec<&str> = kept.lines().filter(|path| path.ends_with("record.json")).collect();
    assert_eq!(records, ["first/record.json", "second/record.json"], "{kept}");
    let told = fs::read_to_string(summary).unwrap();
    assert!(told.contains("2 records"), "{told}");
}

#[test]
fn every_action_is_pinned_by_a_commit_with_its_version_beside_it() {
    let workflows = fs::read_dir(top().join(".github/workflows")).unwrap().map(|entry| entry.unwrap().path());
    for path in workflows.chain([top().join(".github/actions/gate/action.yml")]) {
        let text = fs::read_to_string(&path).unwrap();
        let uses =
            text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: "));
        for action in uses.filter(|action| !action.starts_with("./")) {
            let (_, pin) = action.split_once('@').expect(action);
            let (commit, version) = pin.split_once(" # v").expect(action);
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action}");
            assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{action}");
        }
        let least = text.contains("\npermissions:\n  contents: read\n");
        assert!(least || path.ends_with("action.yml"), "{}", path.display());
    }
}
