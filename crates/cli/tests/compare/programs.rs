//! Shared libraries and programs that speak the protocol.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use super::{User, python_is_there, row, skipped};

/// A library made of docs/examples/mine.c and of what is added to it, or nothing where there is no compiler.
fn library(user: &User, added: &str) -> Option<()> {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/mine.c");
    let source = fs::read_to_string(example).unwrap();
    user.write("mine.c", &format!("{source}\n{added}\n"));
    let compiled = Command::new("cc")
        .args(["-O2", "-shared", "-fPIC", "-o", "libmine.so", "mine.c", "-lm"])
        .current_dir(user.folder.path())
        .status();
    if !compiled.is_ok_and(|status| status.success()) {
        skipped("no C compiler");
        return None;
    }
    Some(())
}

#[test]
fn a_function_of_a_shared_library_is_measured_in_a_process_of_its_own() {
    let user = User::new();
    let added = "#include <stdio.h>\n\
                 double crash(const double *values, size_t length) { return *(volatile double *)8; }\n\
                 double says(const double *values, size_t length) { puts(\"said\"); return std(values, length); }";
    if library(&user, added).is_none() {
        return;
    }
    let rows = user.rows(8, &["libmine.so:std", "libmine.so:crash", "libmine.so:says", "-c", "rust/naive"]);
    let mine = row(&rows, "user/libmine.so:std");
    assert_eq!((&mine["outcome"], &mine["input"]), (&"measured".into(), &"slice".into()));
    assert_eq!(row(&rows, "user/libmine.so:says")["outcome"], "measured");
    let crashed = row(&rows, "user/libmine.so:crash");
    assert!(crashed["reason"].as_str().unwrap().contains("SIGSEGV"), "{crashed}");
    let rows = user.rows(0, &["./libmine.so:rolling", "-n", "500", "--window", "75", "-c", "rust/simd$"]);
    assert_eq!(row(&rows, "user/libmine.so:rolling")["outcome"], "measured");
    user.refused_after(&["libmine.so:none"], 2, &["libmine.so:none", "undefined symbol: none"]);
    user.write("text.so", "no library");
    user.refused(&["text.so:std"], 2, &["text.so:std"]);
    user.refused(&["libmine.so"], 2, &["LIBRARY.so:SYMBOL"]);
}

#[test]
fn the_example_program_of_the_protocol_is_measured_and_says_what_it_does_not_offer() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/program");
    fs::copy(&example, user.folder.path().join("program")).unwrap();
    let rows = user.rows(0, &["./program", "-c", "rust/naive"]);
    let program = row(&rows, "user/program");
    assert_eq!(program["outcome"], "measured");
    assert!(program["version"].as_str().unwrap().starts_with("example 1.0, file "));
    user.refused_after(&["./program", "-w", "5"], 2, &["./program", "windows are not offered"]);
    let lines = fs::read_to_string(example).unwrap().lines().count();
    assert!(lines <= 35, "the example has grown to {lines} lines");
}

#[test]
fn a_program_that_does_not_speak_the_protocol_is_refused_in_one_line() {
    let user = User::new();
    user.refused(&["/bin/true"], 2, &["/bin/true", "exit code 0"]);
    user.refused(&["/bin/cat"], 2, &["/bin/cat", "no reply of docs/protocol.md"]);
    let failed = r#"{"reply": "failed", "reason": "one\n\n  two\r\n"}"#;
    let absent = r#"{"reply": "absent", "reason": "no\nlibrary", "install": "get\nit"}"#;
    let table = [
        (format!(r"printf '%s\n' '{failed}'"), "one two\n"),
        (format!(r"printf '%s\n' '{absent}'"), "no library (get it)\n"),
        (r"printf 'one\na\377b\n' >&2; exit 5".to_owned(), "exit code 5; it printed: a\u{fffd}b\n"),
    ];
    for (lines, words) in &table {
        user.write("program", &format!("#!/bin/sh\nread -r request\n{lines}\n"));
        let program = user.folder.path().join("program");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        user.refused(&["./program"], 2, &["./program", words]);
    }
}
