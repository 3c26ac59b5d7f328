//! What the scripts make of their options, with everything that takes time replaced.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

fn write_script(path: &Path, lines: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The words that `scripts/era` starts `scripts/bench` with, one a line, where its environment is there already.
fn words_of_era(options: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let top = folder.path();
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts");
    fs::create_dir(top.join("scripts")).unwrap();
    for name in ["era", "requirements-era.txt"] {
        fs::copy(scripts.join(name), top.join("scripts").join(name)).unwrap();
    }
    write_script(&top.join("scripts/bench"), "printf '%s\\n' \"$@\"");
    write_script(&top.join("python3.7"), "echo /old/python 3.7.16");
    write_script(&top.join(".venv.era/bin/python"), "exit 0");
    let sum = "cksum <scripts/requirements-era.txt | tr ' ' '-'";
    let made_from = format!("printf '/old/python 3.7.16 %s' \"$({sum})\" >.venv.era/breakeven-made-from");
    assert!(Command::new("bash").args(["-c", &made_from]).current_dir(top).status().unwrap().success());
    let output = Command::new(top.join("scripts/era"))
        .args(options)
        .env("PYTHON37", top.join("python3.7"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let words = String::from_utf8(output.stdout).unwrap();
    words.lines().map(|line| line.replace(&format!("{}/", top.display()), "")).collect()
}

#[test]
fn what_a_user_says_to_era_holds_instead_of_what_it_says_itself() {
    const OURS: &str = "^python/(naive|numpy-list|numpy-array)$";
    const OLD: [&str; 2] = ["--interpreter", ".venv.era/bin/python"];
    #[rustfmt::skip]
    let table: &[(&[&str], &[&str], &[&str])] = &[
        (&[], &["-t", "whole", "-c", OURS, "--label", "era"], &["--quick"]),
        (&["-n", "25"], &["-t", "whole", "-c", OURS, "--label", "era"], &["-n", "25"]),
        (&["-c", "naive"], &["-t", "whole", "--label", "era"], &["-c", "naive"]),
        (&["-cnaive", "--label=x"], &["-t", "whole"], &["-cnaive", "--label=x"]),
        (&["--contender=naive", "--task", "sliding"], &["--label", "era"], &["--contender=naive", "--task", "sliding"]),
        (&["--resume", "record.json"], &[], &["--resume", "record.json"]),
    ];
    for (given, ours, theirs) in table {
        assert_eq!(words_of_era(given), [ours, &OLD[..], theirs].concat(), "{given:?}");
    }
}
