//! A function that changes what it is handed is timed on fresh copies, or fails; no other function meets what it has changed.

use super::{User, python_is_there, row, skipped, stderr};

const CHANGES: &str = "
import math

def std(values):
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))

def sorts(values):
    assert values != sorted(values), 'this is no fresh copy'
    values.sort()
    return std(values)

def pops(values):
    assert len(values) == 60, 'this is no fresh copy'
    last = values.pop()
    return std(values + [last])

def puts_back(values):
    values.append(values.pop())
    return std(values)

def empties(values):
    'Raises when there is nothing left, unless each call has a copy.'
    return std([values.pop() for _ in range(60)])

def rolling(values, window):
    deviations = [std(values[i:i + window]) for i in range(len(values) - window + 1)]
    values[:] = sorted(values)
    return deviations

kept, calls = [], 0

def keeps(values):
    global calls
    calls += 1
    if not any(values is other for other in kept):
        kept.append(values)
    others = [other for other in kept if other is not values]
    if calls > 20 and others:
        others[0].append(0.5)
    return std(values)

def centres(array):
    array -= array.mean()
    assert abs(array).max() > 0
    return float((array * array).mean()) ** 0.5

def honest(array): return float(array.std())
";

/// In the user's interpreter, and in ours.
const MODES: [&[&str]; 2] = [&[], &["--embedded"]];

#[test]
fn a_function_that_changes_its_input_is_timed_on_fresh_copies_and_so_is_everybody_else() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    user.write("changes.py", CHANGES);
    let specs = ["sorts", "pops", "empties", "puts_back", "std"].map(|name| format!("changes.py:{name}"));
    let specs: Vec<&str> = specs.iter().map(String::as_str).collect();
    for mode in MODES {
        let options = ["--quick", "-c", "rust/naive", "--format", "json"];
        let output = user.compare(&[&specs[..], &options, mode].concat());
        assert_eq!(output.status.code(), Some(0), "{mode:?}: {}", stderr(&output));
        let since = "since user/changes.py:empties, user/changes.py:pops, user/changes.py:sorts changes it";
        assert!(stderr(&output).contains(since), "{}", stderr(&output));
        let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(summary.to_string().contains(since), "the page says so too");
        for row in summary["rows"].as_array().unwrap() {
            assert_eq!(row["outcome"], "measured", "{mode:?}: {row}");
        }
    }
}

#[test]
fn a_function_that_changes_an_input_later_has_failed_and_spoils_nobody() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    user.write("changes.py", CHANGES);
    for mode in MODES {
        let specs = ["changes.py:keeps", "changes.py:std", "-c", "^(rust|python)/naive$"];
        let rows = user.rows(8, &[&specs[..], mode].concat());
        let keeps = row(&rows, "user/changes.py:keeps");
        assert_eq!(keeps["outcome"], "failed", "{mode:?}: {keeps}");
        assert!(keeps["reason"].as_str().unwrap().starts_with("changes its input"), "{keeps}");
        for other in ["user/changes.py:std", "python/naive"] {
            assert_eq!(row(&rows, other)["outcome"], "measured", "{mode:?}");
        }
    }
}

#[test]
fn where_the_baseline_takes_no_copies_a_function_that_changes_its_input_has_failed() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    user.write("changes.py", CHANGES);
    let windows = ["changes.py:rolling", "-w", "20", "-c", "rust/simd$"];
    let rows = user.rows(8, &[&windows[..], &["--baseline", "rust/incremental"]].concat());
    let rolling = row(&rows, "user/changes.py:rolling");
    assert!(rolling["reason"].as_str().unwrap().contains("the baseline rust/incremental"), "{rolling}");
    let rows = user.rows(0, &windows);
    assert_eq!(row(&rows, "user/changes.py:rolling")["verdict"], "baseline");
}

#[test]
fn an_array_that_is_written_in_place_is_copied_too() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    user.write("changes.py", CHANGES);
    let ours = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
    let ours = ours.display().to_string();
    let has_numpy = std::process::Command::new(&ours).args(["-c", "import numpy"]).output();
    if !has_numpy.is_ok_and(|output| output.status.success()) {
        skipped("no NumPy");
        return;
    }
    for mode in [&["--python", &ours][..], &["--embedded"]] {
        let specs = ["changes.py:centres", "changes.py:honest", "--input", "ndarray", "-c", "numpy-array"];
        let rows = user.rows(0, &[&specs[..], mode].concat());
        for id in ["user/changes.py:centres", "user/changes.py:honest", "python/numpy-array"] {
            assert_eq!(row(&rows, id)["outcome"], "measured", "{mode:?}");
        }
    }
}
