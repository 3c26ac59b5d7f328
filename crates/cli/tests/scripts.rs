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
    fs::create_dir(top.join("scripts")).unwrap();
    for name in ["era", "run-options", "requirements-era.txt"] {
        fs::copy(scripts().join(name), top.join("scripts").join(name)).unwrap();
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

/// What a script says that hands its options on to `breakeven run`, with its exit code, and whether it began to work.
fn script(name: &str, options: &[&str]) -> (Option<i32>, String, bool) {
    let folder = tempfile::tempdir().unwrap();
    let top = folder.path();
    // what each of them starts first
    for program in ["scripts/prepare", "python3.7", "programs/cargo"] {
        write_script(&top.join(program), &format!("touch '{}'; exit 9", top.join("began").display()));
    }
    for file in [name, "run-options", "requirements-era.txt"] {
        fs::copy(scripts().join(file), top.join("scripts").join(file)).unwrap();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(top.join("programs")).chain(std::env::split_paths(&path));
    let mut command = Command::new(top.join("scripts").join(name));
    command.args(options).current_dir(top).env("PYTHON37", top.join("python3.7"));
    let output = command.env("PATH", std::env::join_paths(path).unwrap()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap(), top.join("began").exists())
}

fn scripts() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts")
}

#[test]
fn what_is_no_option_of_run_is_refused_before_a_script_begins() {
    #[rustfmt::skip]
    let refused: &[(&[&str], &str)] = &[
        (&["--bogus"], "--bogus is no option"),
        (&["--quick", "--bogus=3"], "--bogus=3 is no option"),
        (&["--quick=3"], "--quick=3 is no option"),
        (&["-x"], "-x is no option"),
        (&["whole"], "whole is no option"),
        (&[""], " is no option"),
        (&["--quick", "--label"], "--label wants a value"),
    ];
    const CALLS: [(&str, &[&str]); 3] = [("bench", &[]), ("era", &[]), ("repeat", &["3", "--"])];
    for (name, before) in CALLS {
        for (options, words) in refused {
            let (code, said, has_begun) = script(name, &[before, *options].concat());
            let is_refused = code == Some(2) && said.contains(words) && said.lines().count() == 1;
            assert!(is_refused && !has_begun, "{name} {options:?}: {said}");
        }
    }
    let taken: &[&[&str]] = &[
        &[],
        &["--quick", "-t", "whole", "-n", "25,100"],
        &["-twhole", "--label=x", "-c", "-x", "--dry-run"],
    ];
    for (name, before) in CALLS {
        for options in taken {
            let (code, said, has_begun) = script(name, &[before, *options].concat());
            assert!(code != Some(2) && has_begun, "{name} {options:?}: {code:?}, {said}");
        }
    }
}

#[test]
fn the_scripts_know_the_options_of_run() {
    let script = fs::read_to_string(scripts().join("run-options")).unwrap().replace("\\\n", " ");
    let listed = |name: &str| {
        let line = script.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        let mut words: Vec<String> =
            line.trim_matches(['=', '"']).split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    let output =
        Command::new(assert_cmd::cargo::cargo_bin!("breakeven")).args(["run", "-h"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let (mut flags, mut valued) = (Vec::new(), Vec::new());
    for line in help.lines().map(str::trim).filter(|line| line.starts_with('-')) {
        let names = line.split_whitespace().take_while(|word| word.starts_with('-'));
        let names: Vec<String> = names.map(|name| name.trim_end_matches(',').to_owned()).collect();
        let is_valued = line.split_whitespace().nth(names.len()).is_some_and(|word| word.starts_with('<'));
        if is_valued { valued.extend(names) } else { flags.extend(names) }
    }
    flags.retain(|name| !["-h", "--help"].contains(&name.as_str()));
    flags.sort();
    valued.sort();
    assert!(flags.len() > 3 && valued.len() > 9, "{help}");
    assert_eq!((listed("flags"), listed("valued")), (flags, valued));
}
