//! Does every command of README.md and docs/ do what it says there: does it run?
//!
//! Each line of a block of shell is in [`COMMANDS`] with how it is run, or why it is not. A document with a command that is not in the
//! list fails, and so does a command in the list that no document has.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;

use self::How::{AsItIs, By, Never, Shorter};

/// How a command of a document is tried.
enum How {
    /// In a folder with the files that the documents name.
    AsItIs,
    /// There too, with these words in the place of its first ones: a dry run reads its options and files, and calls nothing for long.
    Shorter(&'static str),
    /// By this file, which has these words.
    By(&'static str, &'static str),
    /// Not at all, for this reason.
    Never(&'static str),
}

const COMPARE: &str = "breakeven compare --dry-run";
const RUN: &str = "breakeven run --dry-run";

/// Every command, in the order of the documents.
#[rustfmt::skip]
const COMMANDS: &[(&str, How)] = &[
    // README.md
    ("python3 -m venv environment && . environment/bin/activate", AsItIs),
    ("pip install ./crates/cli", By("scripts/python-tests", "pip wheel")),
    ("breakeven doctor", AsItIs),
    ("cat > mine.py <<'END'", AsItIs),
    ("breakeven compare mine.py:std -n 10,100,1000", Shorter(COMPARE)),
    ("breakeven gate --base main", By("crates/cli/tests/project.rs", "[\"--base\", \"HEAD\"]")),
    ("scripts/bench --quick", Shorter(RUN)),
    ("pip install ./crates/extension", By("scripts/python-tests", "pip wheel")),
    ("python -c 'import breakeven; print(breakeven.rolling_std([1.0, 3.0, 7.0, 7.0], 2))'", By("crates/extension/tests/wheel.py", "rolling_std([1.0, 3.0, 7.0, 7.0], 2)")),
    ("scripts/prepare && cargo build --release -p breakeven-cli", By("scripts/bench", "cargo build --quiet --release -p breakeven-cli")),
    ("target/release/breakeven list", AsItIs),
    ("target/release/breakeven report bench-results/RECORD --details", AsItIs),
    ("target/release/breakeven report bench-results/BEFORE bench-results/AFTER", AsItIs),
    ("scripts/test", Never("runs this test")),
    // docs/compare.md
    ("breakeven compare mine.py:std", Shorter(COMPARE)),
    ("breakeven compare mine.py:std other.py:fast --data x.npy", Shorter(COMPARE)),
    ("breakeven compare mine.py:rolling other.py:fast --data x.npy --window 75", Shorter(COMPARE)),
    ("breakeven compare mine.py:sample --input ndarray --ddof 1 -n 25,150,1000", Shorter(COMPARE)),
    ("breakeven compare new.py:smooth --reference old.py:smooth --tolerance 1e-12 --data x.csv --column speed --window 9", Shorter(COMPARE)),
    ("breakeven compare mine.py:sorted_copy mine.py:heap --input mine.py:make -n 10,100,1000,10000", Shorter(COMPARE)),
    // docs/contributing.md
    ("breakeven report bench-results/20261124T055443Z-default --splice docs/talk.md", AsItIs),
    ("node crates/report/tests/browser/picture.mjs bench-results/20261124T055443Z-default/report.html docs/report.png", Never("takes a picture, which is looked at; check.mjs opens the same page")),
    // docs/gate.md
    ("breakeven gate", By("crates/gate/tests/repositories.rs", "fn the_base_is_the_merge_base_or_the_commit_before")),
    ("breakeven gate --base main -t whole -n 25,1000 -c '^rust/'", By("scripts/test", "gate --base HEAD -t whole -n 25 -c '^rust/")),
    ("breakeven gate --format markdown --output gate-results", By(".github/actions/gate/action.yml", "--output \"$OUTPUT\" --format markdown")),
    // docs/history.md
    ("breakeven history list", AsItIs),
    ("breakeven history trend -t sliding -c '^rust/'", AsItIs),
    ("breakeven history bless bench-results/RECORD --reason \"first run on the new machine\"", AsItIs),
    ("breakeven report baseline bench-results/RECORD", AsItIs),
    ("breakeven history talk", AsItIs),
    // docs/interchange.md
    ("breakeven export bench-results/RECORD --format bencher --output results.json", AsItIs),
    ("breakeven export bench-results/RECORD --format criterion --output target/criterion --baseline before", AsItIs),
    ("breakeven import target/criterion --here", AsItIs),
    ("breakeven import before.pyperf.json --label before", AsItIs),
    // docs/kernels.md
    ("scripts/bench -t sliding -c '^(rust/simd|rust/simd-exact|rust/two-stack|extension/rolling|extension/rolling-exact|python/bottleneck|python/pandas|python/polars.*|python/numba-incremental)$'", Shorter(RUN)),
    ("cargo run --release -p breakeven-simd --features contender --example bank_speed hour_100hz_i16le_3ch.bin 3 30000", Never("reads a recording that is no part of the repository; it is compiled by every `cargo test`")),
    // docs/notebook.md
    ("pip install './crates/cli[notebook]'", By("scripts/transcripts", "crates/cli[notebook]")),
    // docs/talk.md
    ("scripts/bench", Shorter(RUN)),
    ("scripts/era --dry-run", By("crates/cli/tests/scripts.rs", "--dry-run")),
    ("BREAKEVEN_DATA=FOLDER scripts/bench --interpreter .venv.era/bin/python", Never("reads recordings that are no part of the repository, in an interpreter of 2018")),
    // docs/validation.md
    ("cargo run --release -p breakeven-simulation --example coverage", Never("takes long; what it does is tested in crates/simulation/tests/coverage.rs")),
    ("scripts/known-ratios --seeds 40", Never("compares for hours; what it calls, `breakeven compare`, is tried above")),
];

#[test]
fn every_command_of_a_document_is_in_the_list_and_no_other() {
    let listed: BTreeSet<String> = COMMANDS.iter().map(|(command, _)| (*command).to_owned()).collect();
    let found = documents().into_iter().flat_map(|document| commands(&document));
    let found: BTreeSet<String> = found.map(|command| first_line(&command).to_owned()).collect();
    assert_eq!(
        found.difference(&listed).collect::<Vec<_>>(),
        [""; 0],
        "not in COMMANDS: say how it is tried"
    );
    assert_eq!(listed.difference(&found).collect::<Vec<_>>(), [""; 0], "in no document");
    for (command, how) in COMMANDS {
        match how {
            By(file, words) => {
                assert!(read(&top().join(file)).contains(words), "{command}: {words} is not in {file}")
            }
            Never(why) => assert!(!why.is_empty(), "{command}"),
            _ => {}
        }
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "a skip must be seen")]
fn every_command_that_can_be_tried_here_ends_well() {
    if cfg!(not(feature = "python")) {
        println!("skipped: the commands of the documents: built without Python");
        return;
    }
    for document in documents() {
        let commands = commands(&document);
        if commands.is_empty() {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        for command in commands {
            let (_, how) = COMMANDS.iter().find(|(listed, _)| *listed == first_line(&command)).unwrap();
            match how {
                AsItIs => try_out(folder.path(), &command),
                Shorter(words) => try_out(folder.path(), &shortened(&command, words)),
                By(..) | Never(_) => {}
            }
        }
    }
}

/// A command with other words in the place of its program and subcommand.
fn shortened(command: &str, words: &str) -> String {
    let rest =
        ["breakeven compare", "scripts/bench"].iter().find_map(|start| command.strip_prefix(start)).unwrap();
    format!("{words}{rest}")
}

fn try_out(folder: &Path, command: &str) {
    let programs = folder.join("programs");
    fs::create_dir_all(&programs).unwrap();
    let _ = symlink(assert_cmd::cargo::cargo_bin!("breakeven"), programs.join("breakeven"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(programs).chain(std::env::split_paths(&path));
    let output = Command::new("bash")
        .args(["-ec", command])
        .current_dir(folder)
        .env("PATH", std::env::join_paths(path).unwrap())
        .env("VIRTUAL_ENV", top().join(".venv"))
        .env("BREAKEVEN_ALLOW_DEBUG", "1")
        .env_remove("BREAKEVEN_DATA")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command}: {}: {said}", output.status);
}

/// The files that the documents name.
fn prepare(folder: &Path) {
    let results = folder.join("bench-results");
    for (name, record) in [
        ("RECORD", "20261123T012854Z-corner-case"),
        ("BEFORE", "20261123T012854Z-corner-case"),
        ("AFTER", "20261123T012854Z-corner-case"),
        ("20261123T011638Z-kernels", "20261123T011638Z-kernels"),
        ("20261124T055443Z-default", "20261124T055443Z-default"),
    ] {
        fs::create_dir_all(results.join(name)).unwrap();
        let record = top().join("bench-results").join(record).join("record.json");
        fs::copy(record, results.join(name).join("record.json")).unwrap();
    }
    fs::create_dir_all(folder.join("docs")).unwrap();
    fs::copy(top().join("docs/talk.md"), folder.join("docs/talk.md")).unwrap();
    fs::create_dir_all(folder.join("target/release")).unwrap();
    symlink(assert_cmd::cargo::cargo_bin!("breakeven"), folder.join("target/release/breakeven")).unwrap();
    for name in ["mine.py", "other.py", "new.py", "old.py"] {
        fs::write(folder.join(name), FUNCTIONS).unwrap();
    }
    // what Criterion leaves behind
    let criterion = top().join("crates/interchange/tests/files/criterion");
    try_out(folder, &format!("cp -r '{}' target/", criterion.display()));
    try_out(folder, &format!("python3 - <<'END'\n{DATA}\nEND\n"));
    try_out(folder, "breakeven export bench-results/RECORD --format pyperf --output before.pyperf.json");
}

/// What mine.py, other.py, new.py and old.py have, of which the documents name one function or another.
const FUNCTIONS: &str = r#"
import heapq, math

def std(values):
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))

def fast(values, window=None):
    return std(values) if window is None else rolling(values, window)

def rolling(values, window):
    return [std(values[i:i + window]) for i in range(len(values) - window + 1)]

smooth = rolling

def sample(values):
    return float(values.std(ddof=1))

def sorted_copy(values):
    return sorted(values)

def heap(values):
    heap = list(values)
    heapq.heapify(heap)
    return [heapq.heappop(heap) for _ in range(len(heap))]

def make(n, rng):
    return [rng.random() for _ in range(n)]
"#;

/// Writes x.npy and x.csv.
const DATA: &str = r#"
import struct
numbers = [(7 * n % 11) / 8 for n in range(100)]
head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (100,), }".ljust(117) + b"\n"
with open("x.npy", "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + struct.pack("<100d", *numbers))
with open("x.csv", "w") as file:
    file.write("time,speed\n" + "".join("%d,%r\n" % row for row in enumerate(numbers)))
"#;

/// Every command of a document's blocks of shell, without the remark behind it; of one that goes on below, all of it.
fn commands(document: &Path) -> Vec<String> {
    let remark = Regex::new(r"\s{2,}# .*$").unwrap();
    let block = Regex::new(r"(?ms)^```sh\n(.*?)^```").unwrap();
    let mut found = Vec::new();
    for block in block.captures_iter(&read(document)) {
        let mut lines = block[1].lines();
        while let Some(line) = lines.next() {
            let mut command = remark.replace(line, "").into_owned();
            if command.ends_with("<<'END'") {
                let below = lines.by_ref().take_while(|line| *line != "END");
                command = format!("{command}\n{}\nEND\n", below.collect::<Vec<_>>().join("\n"));
            }
            found.push(command);
        }
    }
    found
}

fn first_line(command: &str) -> &str {
    command.lines().next().unwrap_or_default()
}

/// README.md and the pages of docs/, in order. The transcripts are written by a script that runs them.
fn documents() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = fs::read_dir(top().join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    pages.insert(0, top().join("README.md"));
    pages
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}
