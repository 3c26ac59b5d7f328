//! `breakeven report BEFORE AFTER`: what got slower, and with which exit code.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{assert_refused, breakeven, command, folder, json, stderr, stdout};

/// A record with two sizes of seeded times, `rust/simd` at so many nanoseconds.
pub(super) fn write_record(folder: &Path, name: &str, simd_ns: u64, change: impl Fn(&mut Value)) {
    let contender = |id: &str, ns: u64| {
        let runs: Vec<Value> = (0..6)
            .map(|process| {
                let batches = vec![ns * (1000 + process); 5];
                json!({"process": process, "samples": {"kind": "rounds", "group": 0, "loops": 1000, "batches_ns": batches}})
            })
            .collect();
        json!({"id": id, "version": "1", "input": "slice", "precision": "fast", "threads": 1, "isa": null,
            "outcome": "measured", "reason": null, "install": null, "tier": "rounds", "prepare_ns": [1],
            "max_ulp": 1.0, "max_relative": 1e-16, "answer": null, "runs": runs})
    };
    let contenders =
        [("rust/naive", 1000), ("control/aa", 1000), ("control/reference", 500), ("rust/simd", simd_ns)];
    let mut record = json!({
        "schema": "breakeven.record/2", "created": "2026-03-01T12:00:00Z", "label": name, "command": ["run"],
        "complete": true, "tool": {"version": "0.1.0", "commit": null, "dirty": null},
        "environment": {"key": "9c1f", "facts": {"cpu": "Some CPU"}, "context": {}},
        "plan": {"mode": "quick", "seed": 1, "processes": 6, "pinned_to": null,
            "workloads": ["whole/uniform-25"], "comparisons": 1},
        "workloads": [{"id": "whole/uniform-25", "task": "whole", "why": "small",
            "input": {"kind": "seeded", "name": "uniform", "note": null, "sha256": ["aa"], "rows": 25,
                "channels": 1, "dtype": "f64"},
            "length": 25, "window": null, "ddof": 0, "units": 1, "baseline": "rust/naive",
            "contenders": contenders.map(|(id, ns)| contender(id, ns))}]
    });
    change(&mut record);
    fs::create_dir_all(folder.join(name)).unwrap();
    fs::write(folder.join(name).join("record.json"), record.to_string()).unwrap();
}

#[test]
fn two_records_end_with_three_where_a_contender_got_slower_and_with_zero_where_not() {
    let folder = folder();
    write_record(folder.path(), "before", 100, |_| {});
    write_record(folder.path(), "after", 120, |_| {});
    let slower = breakeven(folder.path(), &["report", "before", "after"]);
    assert_eq!(slower.status.code(), Some(3));
    assert_eq!(stderr(&slower).lines().count(), 1, "{}", stderr(&slower));
    assert!(
        stderr(&slower)
            .contains("slower beyond the noise thresholds of both: rust/simd on whole/uniform-25 (1.20×")
    );
    assert!(stdout(&slower).ends_with("report: after/comparison.html\n"), "{}", stdout(&slower));
    assert!(folder.path().join("after/comparison.html").is_file());
    let faster = breakeven(
        folder.path(),
        &["report", "after/record.json", "before", "--output", "page.html", "--csv", "rows.csv"],
    );
    assert_eq!(faster.status.code(), Some(0), "{}", stderr(&faster));
    let rows = fs::read_to_string(folder.path().join("rows.csv")).unwrap();
    assert!(
        rows.starts_with("workload,contender,a.high,a.low,a.value,")
            && rows.lines().any(|line| line.ends_with(",faster")),
        "{rows}"
    );
    assert!(stdout(&faster).contains("▲ faster") && folder.path().join("page.html").is_file());
    assert!(!folder.path().join("before/comparison.html").exists(), "it went where --output says");
}

#[test]
fn what_is_found_ends_with_the_first_code_that_fail_on_names_and_is_a_warning_otherwise() {
    let folder = folder();
    let change = |outcome: &'static str| {
        move |record: &mut Value| {
            let mut odd = record["workloads"][0]["contenders"][3].clone();
            odd["id"] = Value::from("rust/odd");
            odd["outcome"] = Value::from(outcome);
            record["workloads"][0]["contenders"].as_array_mut().unwrap().push(odd);
        }
    };
    write_record(folder.path(), "before", 100, change("measured"));
    write_record(folder.path(), "close", 103, change("measured"));
    for outcome in ["measured", "wrong", "failed"] {
        write_record(folder.path(), outcome, 120, change(outcome));
    }
    #[rustfmt::skip]
    let table = [
        ("measured", "", 3, "breakeven: slower beyond"),
        ("measured", "none", 0, "warning: slower beyond the noise thresholds of both: rust/simd"),
        ("measured", "wrong", 0, "warning: slower beyond"),
        ("measured", "none,slower", 0, "warning: slower beyond"),
        ("wrong", "", 4, "became wrong: rust/odd"),
        ("failed", "", 3, "warning: measured in A and not in B: rust/odd, failed in B (on whole/uniform-25)"),
        ("failed", "failed,slower", 8, "measured in A and not in B"),
        ("failed", "slower,unresolved,failed,wrong", 8, "slower beyond"),
        ("close", "", 0, ""),
        ("close", "unresolved", 7, "not resolved: rust/simd on whole/uniform-25"),
    ];
    for (after, fail_on, code, words) in table {
        let mut arguments = vec!["report", "before", after];
        if !fail_on.is_empty() {
            arguments.extend(["--fail-on", fail_on]);
        }
        let seen = breakeven(folder.path(), &arguments);
        assert_eq!(seen.status.code(), Some(code), "{arguments:?}: {}", stderr(&seen));
        assert!(stderr(&seen).contains(words), "{arguments:?}: {}", stderr(&seen));
    }
    let tolerant = breakeven(
        folder.path(),
        &["report", "before", "measured", "--threshold", "25", "--fail-on", "slower"],
    );
    assert_eq!(tolerant.status.code(), Some(0), "{}", stderr(&tolerant));
    for threshold in ["-1", "nan", "101", "much"] {
        let seen =
            breakeven(folder.path(), &["report", "before", "close", &format!("--threshold={threshold}")]);
        assert_eq!(seen.status.code(), Some(2), "{threshold}");
        assert!(stderr(&seen).contains("no percentage"), "{}", stderr(&seen));
    }
}

#[test]
fn two_records_end_with_four_where_b_has_a_wrong_answer_that_no_contender_declares() {
    let folder = folder();
    let outcome = |word: &'static str| {
        move |record: &mut Value| {
            record["workloads"][0]["contenders"][3]["outcome"] = Value::from(word);
            record["workloads"][0]["contenders"][3]["reason"] = Value::from("why");
        }
    };
    for word in ["measured", "failed", "absent", "known_wrong", "wrong"] {
        write_record(folder.path(), word, 100, outcome(word));
    }
    write_record(folder.path(), "longer", 100, |record| {
        let mut other = record["workloads"][0].clone();
        other["id"] = Value::from("whole/uniform-50");
        other["contenders"][3]["outcome"] = Value::from("wrong");
        record["workloads"].as_array_mut().unwrap().push(other);
    });
    #[rustfmt::skip]
    let table = [
        ("measured", "wrong", 4, "became wrong: rust/simd on whole/uniform-25"),
        ("failed", "wrong", 4, "became wrong: rust/simd on whole/uniform-25"),
        ("absent", "wrong", 4, "became wrong: rust/simd on whole/uniform-25"),
        ("known_wrong", "wrong", 4, "became wrong: rust/simd on whole/uniform-25"),
        ("wrong", "wrong", 4, "wrong in A and still wrong in B: rust/simd on whole/uniform-25"),
        ("measured", "longer", 4, "wrong in B, on a workload that A lacks: rust/simd on whole/uniform-50"),
        ("measured", "known_wrong", 0, ""),
        ("wrong", "measured", 0, ""),
        ("measured", "failed", 0, "warning: measured in A and not in B: rust/simd, failed in B: why (on whole/uniform-25)"),
        ("measured", "absent", 0, "warning: measured in A and not in B: rust/simd, absent in B: why (on whole/uniform-25)"),
        ("failed", "failed", 0, ""),
    ];
    for (before, after, code, words) in table {
        let seen = breakeven(folder.path(), &["report", before, after]);
        assert_eq!(seen.status.code(), Some(code), "{before} to {after}: {}", stderr(&seen));
        let text = stderr(&seen);
        assert!(text.contains(words) && text.is_empty() == words.is_empty(), "{before} to {after}: {text}");
        let advisory = breakeven(folder.path(), &["report", before, after, "--fail-on", "none"]);
        assert_eq!(advisory.status.code(), Some(0));
    }
}

#[test]
fn records_that_are_not_comparable_end_with_five_and_say_why_in_one_line() {
    let folder = folder();
    write_record(folder.path(), "before", 100, |_| {});
    write_record(folder.path(), "ddof", 100, |record| record["workloads"][0]["ddof"] = Value::from(1));
    write_record(folder.path(), "other", 100, |record| {
        record["workloads"][0]["input"]["sha256"] = json!(["bb"]);
        record["plan"]["seed"] = Value::from(2);
    });
    write_record(folder.path(), "empty", 100, |record| record["workloads"] = json!([]));
    write_record(folder.path(), "schema", 100, |record| record["schema"] = Value::from("breakeven.record/9"));
    for (name, words) in [
        ("ddof", "ddof 0 and 1"),
        ("other", "seeds 1 and 2"),
        ("empty", "no workload in common"),
        ("schema", "breakeven.record/9"),
    ] {
        for arguments in [["report", "before", name], ["report", name, "before"]] {
            let seen = breakeven(folder.path(), &arguments);
            assert_eq!(seen.status.code(), Some(5), "{arguments:?}");
            let reason = if arguments[1] == "before" { words } else { "" };
            assert_refused(&seen, 5, &[reason]);
        }
        assert_eq!(
            breakeven(folder.path(), &["report", "before", name, "--fail-on", "none"]).status.code(),
            Some(5)
        );
        assert!(!folder.path().join(name).join("comparison.html").exists());
    }
}

#[test]
fn two_records_that_cannot_be_read_or_options_that_need_two_end_with_two() {
    let folder = folder();
    write_record(folder.path(), "before", 100, |_| {});
    assert_refused(&breakeven(folder.path(), &["report", "before", "nowhere"]), 2, &["nowhere"]);
    assert_refused(&breakeven(folder.path(), &["report", "nowhere", "before"]), 2, &["nowhere"]);
    for arguments in [
        &["report", "before", "--peers"][..],
        &["report", "before", "--output", "page.html"],
        &["report", "before", "before", "--splice", "README.md"],
        &["report", "before", "before", "before"],
    ] {
        assert_eq!(breakeven(folder.path(), arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_refused(
        &breakeven(folder.path(), &["report", "before", "before", "--output", "no/page.html"]),
        1,
        &["no/page.html", "--output"],
    );
}

#[test]
fn the_json_of_two_records_follows_its_schema() {
    let folder = folder();
    write_record(folder.path(), "before", 100, |_| {});
    write_record(folder.path(), "after", 120, |_| {});
    let output = breakeven(folder.path(), &["report", "before", "after", "--format", "json"]);
    assert_eq!(output.status.code(), Some(3));
    let schema: Value =
        serde_json::from_str(include_str!("../../../../docs/comparison.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let found = json(&output);
    let complaints: Vec<String> = validator.iter_errors(&found).map(|error| error.to_string()).collect();
    assert_eq!(complaints, Vec::<String>::new());
    assert_eq!(found["rows"][1]["verdict"], "slower");
}

/// What `breakeven … 2>&1 | head` leaves a command with.
#[test]
fn a_reader_that_has_gone_away_changes_no_exit_code() {
    let folder = folder();
    write_record(folder.path(), "before", 1000, |_| {});
    write_record(folder.path(), "after", 2000, |_| {});
    let no_reader = || std::io::pipe().unwrap().1;
    for (arguments, code) in [(["report", "before", "after"], 3), (["report", "before", "nowhere"], 2)] {
        let mut command = command(folder.path(), &arguments);
        assert_eq!(command.stdout(no_reader()).stderr(no_reader()).status().unwrap().code(), Some(code));
    }
}
