//! `breakeven gate` in a repository of somebody else's: docs/examples/gate.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod example;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

use breakeven_gate::samples::Samples;
use serde_json::Value;

use self::example::{Project, is_usable};

const PROGRAMS: [&str; 3] = ["git", "cc", "python3"];

fn gate(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("breakeven"));
    command.current_dir(folder).env("BREAKEVEN_ALLOW_DEBUG", "1").env_remove("VIRTUAL_ENV");
    command.arg("gate").args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The judgement in a folder of results, which is of its schema.
fn judgement(results: &Path) -> Value {
    let schema = include_str!("../../../docs/gate.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let value: Value = serde_json::from_slice(&fs::read(results.join("gate.json")).unwrap()).unwrap();
    let complaints: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert_eq!(complaints, [""; 0]);
    value
}

fn verdict<'a>(judgement: &'a Value, contender: &str) -> &'a Value {
    let rows = judgement["rows"].as_array().unwrap();
    rows.iter()
        .find(|row| row["contender"] == contender)
        .unwrap_or_else(|| panic!("no {contender}: {rows:#?}"))
}

#[test]
fn a_project_against_itself_has_a_row_for_each_entry_beside_two_sentinels() {
    if !is_usable(&PROGRAMS) {
        return;
    }
    let project = Project::new();
    let results = project.path().join("../results");
    let folder = results.display().to_string();
    let output = gate(
        &project.path(),
        &["--base", "HEAD", "-n", "50", "--fail-on", "wrong,failed", "--output", &folder],
    );
    assert!(output.status.success(), "{}", said(&output));
    let judgement = judgement(&results);
    let names = |rows: &Value| -> Vec<String> {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| format!("{} {}", row["contender"], row["workload"]).replace('"', "")).collect()
    };
    let on = |id: &str| format!("{id} whole/uniform-50");
    assert_eq!(names(&judgement["rows"]), ["user/c", "user/one-pass", "user/two-pass"].map(on));
    let sentinels = names(&judgement["sentinels"]);
    assert_eq!(sentinels.len(), 2);
    assert!(sentinels.iter().all(|row| row.ends_with(" whole/uniform-25")), "{sentinels:?}");
    for row in judgement["rows"].as_array().unwrap() {
        assert!(!row["stage"].is_null(), "a row without times: {row}");
    }
    let samples = Samples::read(&results.join("samples.json"));
    assert_eq!(samples.screening.triples as u64, judgement["measured"]["screening_triples"]);
    assert!(
        fs::read_to_string(results.join("gate.md")).unwrap().contains("Note: base and head are the same")
    );
    assert!(fs::read_to_string(results.join("junit.xml")).unwrap().contains("tests=\"3\""));
    assert_eq!(project.git(&["status", "--porcelain"]), "", "a gate leaves no new files");
    assert_eq!(project.git(&["worktree", "list"]).lines().count(), 1, "and no worktree");
}

#[test]
fn what_became_slower_wrong_or_has_another_name_has_its_verdict() {
    if !is_usable(&PROGRAMS) {
        return;
    }
    let project = Project::new();
    project.replace(
        "deviation.py",
        "    squares = 0.0\n",
        "    squares = 0.0 * sum(x * x for _ in range(3) for x in values)\n",
    );
    project.replace("deviation.py", "        step = value - mean\n", "        step = value - mean + 1e-3\n");
    project.replace("breakeven.toml", "name = \"c\"", "name = \"native\"");
    let results = project.path().join("../results");
    let folder = results.display().to_string();
    let output = gate(&project.path(), &["--base", "HEAD", "-n", "200", "--output", &folder]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(4), "wrong comes before slower: {said}");
    let judgement = judgement(&results);
    assert_eq!(judgement["head"]["dirty"], true);
    for (contender, expected) in [("user/one-pass", "wrong"), ("user/native", "added"), ("user/c", "removed")]
    {
        assert_eq!(verdict(&judgement, contender)["verdict"], expected, "{judgement:#}");
    }
    assert!(said.contains("wrong: user/one-pass on whole/uniform-200"), "{said}");
    let slower = verdict(&judgement, "user/two-pass");
    assert_eq!(slower["stage"], "decision", "three more passes are suspected: {judgement:#}");
    assert!(slower["change"]["value"].as_f64().unwrap() > 1.0, "{slower}");
    assert_eq!(said.contains("regressed: user/two-pass"), slower["verdict"] == "regressed", "{said}");
}

#[test]
fn what_cannot_be_gated_is_said_in_one_line_with_its_exit_code() {
    if !is_usable(&PROGRAMS) {
        return;
    }
    type Change = fn(&Project);
    // a name, what is done before the base and before the head, arguments, exit code, words of the line
    type Case<'a> = (&'a str, Change, Change, &'a [&'a str], i32, &'a [&'a str]);
    let added_to_set = |project: &Project| project.replace("breakeven.toml", "lengths", "lenghts");
    let broken_source = |project: &Project| project.replace("deviation.c", "return", "retrun");
    #[rustfmt::skip]
    let table: &[Case<'_>] = &[
        ("no set", |project| fs::remove_file(project.path().join("breakeven.toml")).unwrap(), |_| {}, &[], 2,
            &["there is no breakeven.toml here", "--set FILE"]),
        ("a set elsewhere", |project| fs::write(project.path().join("../other.toml"), "").unwrap(), |_| {},
            &["--set", "../other.toml"], 2, &["--set ../other.toml: it lies outside of the repository"]),
        ("no set at all", |_| {}, |_| {}, &["--set", "none.toml"], 2, &["--set none.toml: No such file"]),
        ("a folder", |_| {}, |_| {}, &["--set", "."], 2, &["--set .: it is no file"]),
        ("an ignored set", |project| {
            fs::copy(project.path().join("breakeven.toml"), project.path().join("set.so")).unwrap();
        }, |_| {}, &["--set", "set.so"], 2, &["set.so: git ignores it"]),
        ("an option of ours", |_| {}, |_| {}, &["-t", "whole"], 2, &["-t: it is for breakeven's own workloads"]),
        ("a slip in the head's set", |_| {}, added_to_set, &[], 2, &["breakeven.toml, line 3: unknown field `lenghts`"]),
        ("a slip in the base's set", added_to_set, |project| project.replace("breakeven.toml", "lenghts", "lengths"), &[], 5,
            &["the base: breakeven.toml, line 3: unknown field `lenghts`"]),
        ("an empty command", |_| {}, |project| project.replace("breakeven.toml", "build = ", "build = ' ' # "), &[], 2,
            &["breakeven.toml, line 2: build: it is empty"]),
        ("a head that does not build", |_| {}, broken_source, &[], 5,
            &["the head (", "does not build: deviation.c:", "error: ", "target/gate/build-head.log"]),
        ("a base that does not build", broken_source, |project| project.replace("deviation.c", "retrun", "return"), &[], 5,
            &["the base (", "does not build: deviation.c:", "target/gate/build-base.log"]),
        ("no such function", |_| {}, |project| project.replace("deviation.py", "def one_pass", "def other"), &[], 2,
            &["breakeven.toml, line 10: deviation.py:one_pass: no function one_pass in deviation.py"]),
        ("no answer", |_| {}, |project| project.replace("deviation.py", "return", "return str,"), &[], 4,
            &["breakeven.toml, line 6: deviation.py:two_pass: tuple"]),
        ("nothing asked for", |_| {}, |_| {}, &["-c", "none"], 6, &["no contender in common among those asked for"]),
        ("a function elsewhere", |_| {}, |project| {
            let other = project.path().join("../other.py");
            fs::write(&other, "def two_pass(values): pass\n").unwrap();
            let spec = format!("{}:two_pass", other.display());
            project.replace("breakeven.toml", "deviation.py:two_pass", &spec);
        }, &[], 2, &["breakeven.toml, line 6: ", "it lies outside of the repository"]),
        ("a package of the main checkout", |_| {}, |project| {
            fs::create_dir(project.path().join("src")).unwrap();
            fs::write(project.path().join("src/package.py"), "").unwrap();
            let main = project.path().join("src").display().to_string();
            let import = format!("import sys; sys.path.append({main:?}); import package\nfrom math");
            project.replace("deviation.py", "from math", &import);
        }, &["-n", "20"], 2, &["deviation.py imports package from ", "src/package.py, where base and head find the same"]),
        ("too short", |_| {}, |_| {}, &["-n", "0"], 2, &["-n 0: must be at least 1"]),
    ];
    for (name, in_base, in_head, arguments, code, words) in table {
        let project = Project::new();
        in_base(&project);
        project.commit();
        in_head(&project);
        let output = gate(&project.path(), &[&["--base", "HEAD"], *arguments].concat());
        let said = said(&output);
        assert_eq!(output.status.code(), Some(*code), "{name}: {said}");
        let lines: Vec<&str> = said.lines().filter(|line| !line.starts_with("building the ")).collect();
        assert!(lines.len() == 1 && output.stdout.is_empty(), "{name}: {said}");
        for word in *words {
            assert!(lines[0].contains(word), "{name}: {word:?} is not in {said}");
        }
    }
}

#[test]
fn a_base_without_set_file_is_measured_by_the_heads_and_says_what_it_lacks() {
    if !is_usable(&PROGRAMS) {
        return;
    }
    let project = Project::new();
    project.git(&["rm", "--quiet", "--cached", "breakeven.toml", "deviation.py"]);
    project.git(&["commit", "--quiet", "-m", "before there was anything to measure"]);
    // an environment and numbers that git ignores are those of the main checkout
    fs::create_dir_all(project.path().join(".venv/bin")).unwrap();
    let python = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().unwrap();
    symlink(String::from_utf8(python.stdout).unwrap().trim(), project.path().join(".venv/bin/python"))
        .unwrap();
    fs::write(project.path().join("x.csv"), "1\n2\n4\n").unwrap();
    project.replace(".gitignore", "*.so", "*.so\n*.csv\n.venv");
    project.replace("breakeven.toml", "lengths = [1000]", "data = 'x.csv'\npython = '.venv/bin/python'");
    project.commit();
    let output = gate(&project.path(), &["--base", "HEAD^", "-c", "pass"]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(6), "{said}");
    for words in [
        "the base has no breakeven.toml: that of the head says what is measured there",
        "not in the base: breakeven.toml, line 7: deviation.py:two_pass: No such file",
    ] {
        assert!(said.contains(words), "{words:?} is not in {said}");
    }
}
