//! Any functions, on what another function of the user makes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{User, python_is_there, row, skipped, stderr};

const ANY: &str = r#"
import heapq, threading

def make(n, rng):
    return [rng.random() for _ in range(n)]

def sorted_copy(values): return sorted(values)

def heap(values):
    heap = list(values)
    heapq.heapify(heap)
    return tuple(heapq.heappop(heap) for _ in range(len(heap)))

def in_place(values): values.sort()

def reversed_copy(values): return sorted(values, reverse=True)
def rounded(values): return [round(value, 9) for value in sorted(values)]
def lazy(values): return iter(sorted(values))
async def awaited(values): return sorted(values)
def nothing(values): pass
def raises(values): return values["a"]

calls = []
def never_the_same(values):
    calls.append(0)
    return len(calls)

class Node:
    def __init__(self, value, children):
        self.value, self.children = value, children

def tree(n, rng):
    return Node(rng.random(), [tree(n // 2, rng), tree(n // 2, rng)] if n > 1 else [])

def mirrored(node): return Node(node.value, [mirrored(child) for child in reversed(node.children)])

def mirrored_with_a_stack(node):
    root = Node(node.value, [])
    stack = [(node, root)]
    while stack:
        old, new = stack.pop()
        for child in reversed(old.children):
            new.children.append(Node(child.value, []))
            stack.append((child, new.children[-1]))
    return root

def unchanged(node): return node

def two(n, rng): return "a" * n, n
def repeated(text, n): return {"text": text, "n": [n, float("nan")]}
def repeated_again(text, n): return {"n": (n, float("nan")), "text": "".join(list(text))}

def locks(n, rng): return [threading.Lock() for _ in range(n)]
def count(locks): return len(locks)
def count_by_hand(locks): return sum(1 for _ in locks)

def same(answer, right): return sorted(answer) == sorted(right)
def no_make(n): return [n]
def empty(n, rng): pass
def read_once(n, rng): return iter(range(n))
def leaves(n, rng): raise SystemExit(3)
"#;

fn user() -> User {
    let user = User::new();
    user.write("any.py", ANY);
    user
}

/// Each id with its outcome and, where it was not measured, these words of its reason.
fn assert_outcomes(rows: &[Value], outcomes: &[(&str, &str, &str)]) {
    for (name, outcome, words) in outcomes {
        let found = row(rows, &format!("user/any.py:{name}"));
        assert_eq!(found["outcome"], *outcome, "{found}");
        let reason = found["reason"].as_str().unwrap_or_default();
        assert!(reason.contains(words), "{name}: {words:?} is not in {reason:?}");
    }
}

#[test]
fn any_functions_are_compared_on_what_one_makes_and_the_first_is_right() {
    if !python_is_there() {
        return;
    }
    let user = user();
    let specs = ["any.py:sorted_copy", "any.py:heap", "any.py:reversed_copy", "any.py:rounded"];
    let output = user.compare(
        &[&specs[..], &["--input", "any.py:make", "-n", "10,100", "--quick", "--format", "json"]].concat(),
    );
    assert_eq!(output.status.code(), Some(4), "{}", stderr(&output));
    let said = "on what any.py:make makes: right is what user/any.py:sorted_copy gives";
    assert!(!stderr(&output).contains(said), "only with text");
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["kind"], "comparison");
    let workload = &summary["workloads"][0];
    assert_eq!((&workload["id"], &workload["task"]), (&"made/make-10".into(), &"made".into()));
    assert_eq!(
        (&workload["input"]["kind"], &workload["input"]["name"]),
        (&"made".into(), &"any.py:make".into())
    );
    assert!(workload["input"]["note"].as_str().unwrap().contains("a size and a seed, source "), "{workload}");
    let rows = summary["rows"].as_array().unwrap();
    assert!(rows.iter().all(|row| {
        let id = row["contender"].as_str().unwrap();
        id.starts_with("user/") || id.starts_with("control/")
    }));
    assert_eq!(row(rows, "user/any.py:sorted_copy")["verdict"], "baseline");
    assert_eq!(row(rows, "user/any.py:heap")["input"], "made");
    assert_eq!(row(rows, "user/any.py:heap")["processes"], 6);
    assert_outcomes(
        rows,
        &[
            ("sorted_copy", "measured", ""),
            ("heap", "measured", ""),
            ("reversed_copy", "wrong", "[0]: float 0."),
            ("rounded", "wrong", "is expected"),
        ],
    );
    let rows = user
        .rows(0, &[&specs[..2], &specs[3..], &["--input", "any.py:make", "--tolerance", "1e-6"]].concat());
    assert_outcomes(&rows, &[("rounded", "measured", "")]);
    let equal = ["--reference", "any.py:sorted_copy", "--input", "any.py:make", "--equal", "any.py:same"];
    let rows = user.rows(4, &[&["any.py:reversed_copy", "any.py:rounded"], &equal[..]].concat());
    assert_eq!(row(&rows, "user/any.py:sorted_copy")["verdict"], "baseline");
    assert_outcomes(&rows, &[("reversed_copy", "measured", ""), ("rounded", "wrong", "says same")]);
}

#[test]
fn trees_several_arguments_and_what_cannot_be_serialised_can_be_compared() {
    if !python_is_there() {
        return;
    }
    let user = user();
    let trees =
        ["any.py:mirrored", "any.py:mirrored_with_a_stack", "any.py:unchanged", "--input", "any.py:tree"];
    let rows = user.rows(4, &[&trees[..], &["-n", "16"]].concat());
    assert_outcomes(
        &rows,
        &[
            ("mirrored_with_a_stack", "measured", ""),
            ("unchanged", "wrong", "['children'][0]['value']: float"),
        ],
    );
    let rows = user.rows(0, &["any.py:repeated", "any.py:repeated_again", "--input", "any.py:two"]);
    assert_outcomes(&rows, &[("repeated_again", "measured", "")]);
    for fresh in [&[][..], &["--fresh"]] {
        let locks = ["any.py:count", "any.py:count_by_hand", "--input", "any.py:locks", "-n", "20"];
        assert_outcomes(&user.rows(0, &[&locks[..], fresh].concat()), &[("count_by_hand", "measured", "")]);
    }
}

#[test]
fn a_function_that_sorts_in_place_is_timed_on_copies_and_answers_with_them() {
    if !python_is_there() {
        return;
    }
    let user = user();
    let specs = ["any.py:in_place", "any.py:sorted_copy", "any.py:nothing", "any.py:raises"];
    let made = ["--input", "any.py:make", "-n", "50"];
    let rows = user.rows(4, &[&specs[..], &made].concat());
    assert_outcomes(
        &rows,
        &[
            ("in_place", "measured", ""),
            ("sorted_copy", "measured", ""),
            ("nothing", "wrong", "None where list"),
            ("raises", "failed", "TypeError"),
        ],
    );
    let output = user.compare(&[&specs[1..2], &made, &["--fresh", "--quick"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let note = "note: every Python function gets a fresh copy of its input for each call\n";
    assert!(stderr(&output).contains(note), "{}", stderr(&output));
}

#[test]
fn what_cannot_be_made_or_compared_is_refused_in_one_line() {
    if !python_is_there() {
        return;
    }
    let user = user();
    user.write("x.txt", "1\n2\n");
    let made = ["any.py:sorted_copy", "--input", "any.py:make"];
    #[rustfmt::skip]
    let table: &[(&[&str], i32, &[&str])] = &[
        (&["any.py:sorted_copy", "--input", "any.py:none"], 2, &["any.py:sorted_copy: no function none in any.py"]),
        (&["any.py:sorted_copy", "--input", "gone.py:make"], 2, &["--input gone.py:make: No such file"]),
        (&["any.py:sorted_copy", "--input", "./a b:make"], 2, &["--input ./a b:make: write FILE.py:FUNCTION"]),
        (&["any.py:sorted_copy", "--input", "any.py:no_make"], 2, &["no_make(1000, rng): TypeError"]),
        (&["any.py:sorted_copy", "--input", "any.py:empty"], 2, &["empty returned None"]),
        (&["any.py:sorted_copy", "--input", "any.py:read_once"], 2, &["read_once made a range_iterator"]),
        (&["any.py:sorted_copy", "--input", "any.py:leaves"], 2, &["leaves(1000, rng): SystemExit: 3"]),
        (&["any.py:awaited", "--input", "any.py:make"], 4, &["a coroutine came back", "run it to its end"]),
        (&["any.py:sorted_copy", "any.py:heap", "--input", "any.py:make", "--equal", "any.py:heap"], 4, &["comparing two answers with heap: TypeError"]),
        (&["any.py:nothing", "--input", "any.py:make"], 4, &["nothing returns None and leaves what it is handed as it was"]),
        (&["any.py:lazy", "--input", "any.py:make"], 4, &["a list_iterator came back", "return a list of it"]),
        (&["any.py:raises", "any.py:sorted_copy", "--input", "any.py:make"], 8, &["any.py:raises: there is nothing to compare with", "TypeError"]),
        (&["./x.txt:f", "--input", "any.py:make"], 2, &["x.txt"]),
        (&["any.py:sorted_copy", "--equal", "any.py:same"], 2, &["--equal: it is for answers to what a function makes"]),
        (&["any.py:sorted_copy", "/bin/true", "--input", "any.py:make"], 2, &["/bin/true: no Python function"]),
    ];
    for (arguments, code, words) in table {
        user.refused(arguments, *code, words);
    }
    #[rustfmt::skip]
    let beside: &[(&[&str], &str)] = &[
        (&["--data", "x.txt"], "--data: not beside --input any.py:make"),
        (&["--window", "5"], "--window: not beside"),
        (&["--ddof", "1"], "--ddof: not beside"),
        (&["--baseline", "any.py:heap"], "name it with --reference"),
        (&["-c", "rust/"], "-c: not beside"),
        (&["--embedded"], "--embedded: not beside"),
        (&["--equal", "any.py:none"], "no function none"),
        (&["-n", "0"], "-n 0: must be at least 1"),
        (&["--python", "."], "--python .: a folder: name the Python in it, as in bin/python"),
        (&["--python", "/bin/ls"], "its interpreter does not answer as a Python does (--python PATH names another)"),
    ];
    for (options, words) in beside {
        user.refused(&[&made[..], options].concat(), 2, &[words]);
    }
}

#[test]
fn a_reference_that_answers_otherwise_the_next_time_is_wrong_itself() {
    if !python_is_there() {
        return;
    }
    let rows = user().rows(4, &["any.py:never_the_same", "--input", "any.py:make"]);
    assert_outcomes(
        &rows,
        &[("never_the_same", "wrong", "a different answer from before to the same input: int ")],
    );
}

#[test]
fn what_is_dearer_to_begin_with_says_after_how_many_calls_it_pays() {
    if !python_is_there() {
        return;
    }
    let user = user();
    user.write(
        "once.py",
        "import time\nbegun = []\ndef loop(values):\n    total = 0.0\n    for _ in range(10):\n        \
         for value in values: total += value\n    return len(values)\ndef compiled(values):\n    \
         if not begun:\n        begun.append(time.sleep(0.2))\n    return len(values)\n",
    );
    let output = user.compare(&["once.py:loop", "once.py:compiled", "--input", "any.py:make", "--quick"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("at n = 1,000 it pays after "), "{text}");
    let path = text.lines().find_map(|line| line.strip_prefix("report: ")).unwrap();
    let page = fs::read_to_string(user.folder.path().join(path)).unwrap();
    assert!(page.contains("Import, first call and memory"));
    let record = fs::read(user.folder.path().join(path).with_file_name("record.json")).unwrap();
    let record: Value = serde_json::from_slice(&record).unwrap();
    let compiled = record["workloads"][0]["contenders"].as_array().unwrap();
    let compiled = compiled.iter().find(|known| known["id"] == "user/once.py:compiled").unwrap();
    let first_calls = compiled["first_calls"].as_array().unwrap();
    assert_eq!(first_calls.len(), 3);
    assert!(first_calls.iter().all(|call| call["call_ns"].as_u64() >= Some(200_000_000)), "{first_calls:?}");
}

#[test]
fn a_set_file_names_what_makes_inputs_as_seen_from_its_folder() {
    if !python_is_there() {
        return;
    }
    let user = user();
    fs::create_dir(user.folder.path().join("sub")).unwrap();
    user.write("sub/any.py", ANY);
    fs::remove_file(user.folder.path().join("any.py")).unwrap();
    let contenders = "[[contender]]\nspec = \"any.py:in_place\"\nname = \"a\"\n[[contender]]\nspec = \"any.py:reversed_copy\"\nname = \"b\"\n";
    let set = format!(
        "input = \"any.py:make\"\nequal = \"any.py:same\"\nfresh = true\nlengths = [20]\n{contenders}"
    );
    user.write("sub/breakeven.toml", &set);
    let rows = user.rows(0, &["--set", "sub/breakeven.toml"]);
    assert_eq!(row(&rows, "user/a")["verdict"], "baseline");
    assert_eq!(row(&rows, "user/b")["outcome"], "measured");
    user.write("sub/breakeven.toml", &format!("input = \"any.py:make\"\n{contenders}input = \"list\"\n"));
    let line = "sub/breakeven.toml, line 8: input: all functions are handed what any.py:make makes";
    user.refused_after(&["--set", "sub/breakeven.toml"], 2, &[line]);
    user.write("sub/breakeven.toml", &format!("\ninput = \"gone.py:make\"\n{contenders}"));
    user.refused(
        &["--set", "sub/breakeven.toml"],
        2,
        &["sub/breakeven.toml, line 2: input gone.py:make: No such file"],
    );
}

#[test]
fn files_of_one_name_and_modules_have_ids_of_their_own() {
    if !python_is_there() {
        return;
    }
    let user = user();
    for folder in ["before", "after"] {
        fs::create_dir(user.folder.path().join(folder)).unwrap();
        user.write(&format!("{folder}/any.py"), ANY);
    }
    let files = ["before/any.py:sorted_copy", "after/any.py:sorted_copy", "after/any.py:heap"];
    let modules = ["any:heap", "builtins:sorted", "--input", "any:make", "--reference", "any.py:sorted_copy"];
    let rows = user.rows(0, &[&files[..], &modules, &["-n", "10"]].concat());
    for id in [
        "before/any.py:sorted_copy",
        "after/any.py:sorted_copy",
        "any.py:heap",
        "any:heap",
        "builtins:sorted",
    ] {
        assert_eq!(row(&rows, &format!("user/{id}"))["outcome"], "measured");
    }
    assert_eq!(row(&rows, "user/any.py:sorted_copy")["verdict"], "baseline");
    user.refused_after(&["nowhere.at_all:f"], 2, &["nowhere.at_all:f: ModuleNotFoundError"]);
    user.refused(&["any:gone"], 2, &["no function gone in any: it has Node, awaited, count"]);
    user.refused(
        &["any.py:sorted_copy", "any.py:sorted_copy"],
        2,
        &["any.py:sorted_copy stands there twice"],
    );
}

#[test]
fn the_examples_of_the_documentation_run_and_answer_alike() {
    if !python_is_there() {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = root.join(".venv/bin/python");
    let has = |module: &str| {
        let imported = Command::new(&python).args(["-c", &format!("import {module}")]).output();
        imported.is_ok_and(|output| output.status.success())
    };
    let folder = root.join("docs/examples/compare");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    files.sort();
    assert_eq!(files.len(), 4, "{files:?}");
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        if let Some(module) = ["numpy", "pandas"]
            .into_iter()
            .find(|module| text.contains(&format!("import {module}")) && !has(module))
        {
            skipped(&format!("no {module}"));
            continue;
        }
        // the command that the file opens with, on sizes that take no time
        let command = text
            .lines()
            .skip_while(|line| !line.starts_with("breakeven "))
            .take_while(|line| *line != "\"\"\"");
        let words = command.collect::<Vec<_>>().join(" ").replace('\\', " ");
        let mut words: Vec<&str> = words.split_whitespace().skip(2).collect();
        let sizes = words.iter().position(|word| *word == "-n").unwrap();
        words[sizes + 1] = "3,30";
        let user = User::new();
        let name = path.file_name().unwrap().to_str().unwrap();
        user.write(name, &text);
        words.extend(["--python", python.to_str().unwrap()]);
        let rows = user.rows(0, &words);
        let users = rows.iter().filter(|row| row["contender"].as_str().unwrap().starts_with("user/"));
        let specs = words.iter().filter(|word| word.starts_with(name) && !word.ends_with(":make")).count();
        assert_eq!(users.clone().count(), 2 * specs, "{name}");
        for row in users {
            assert_eq!((&row["outcome"], &row["processes"]), (&"measured".into(), &6.into()), "{row}");
        }
    }
}
