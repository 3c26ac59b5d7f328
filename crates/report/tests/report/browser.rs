//! The page in a real browser: layout, keyboard, contrast, paper, and that nothing is loaded, and that no script but its own runs.
//!
//! `tests/browser/check.mjs` looks; here stand the pages it looks at. `BREAKEVEN_SCREENSHOTS=DIR` keeps pictures of
//! all of them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use breakeven_record::{Mode, Record};
use breakeven_report::page::page;
use breakeven_report::summary::Summary;
use serde_json::json;

use crate::hostile::hostile;
use crate::made::{QUOTED, compared};
use crate::records::{empty, every_rung, nothing_right, realistic, warnings};

/// What a reader must find on a page, and what must be a field of a CSV that can be saved from it.
struct Shown {
    name: &'static str,
    html: String,
    texts: Vec<String>,
    saved: Vec<String>,
}

impl Shown {
    fn of(name: &'static str, record: &Record, texts: Vec<String>) -> Self {
        Self {
            name,
            html: page(&Summary::of(record, "bench-results/test/record.json")),
            texts,
            saved: Vec::new(),
        }
    }
}

#[test]
fn the_pages_of_committed_records_hold_in_a_browser() {
    let names = ["20261123T072600Z-oxford-hour", "20261124T055443Z-default"];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench-results");
    let shown = names.map(|name| {
        let record = Record::read(&folder.join(name).join("record.json")).expect("it is committed");
        Shown::of(name, &record, vec!["The answer".to_owned(), "not judged".to_owned()])
    });
    hold_in_a_browser(&shown);
}

#[test]
fn a_record_that_lacks_nearly_everything_makes_a_page_that_says_so_in_a_browser() {
    let shown = |name, record: Record, texts: &[&str]| {
        Shown::of(name, &record, texts.iter().map(|&text| text.to_owned()).collect())
    };
    let mut warned = realistic(Mode::Default, 10, &[10, 25, 150, 290, 1000, 20_000]);
    warned.warnings = warnings();
    warned.complete = false;
    hold_in_a_browser(&[
        shown("empty", empty(Mode::Quick, 6), &["No workload was finished"]),
        shown("one-size", realistic(Mode::Quick, 6, &[25]), &["A curve needs two sizes"]),
        shown("one-process", realistic(Mode::Quick, 1, &[10, 25, 300]), &["no interval"]),
        shown("nothing-right", nothing_right(), &["known wrong", "absent", "failed", "none"]),
        shown("every-rung", every_rung(10), &["What the pedometer sees", "here the talk’s figure is passed"]),
        shown("warned", warned, &["Interrupted.", "found <load>"]),
    ]);
}

#[test]
fn the_page_of_a_full_record_holds_in_a_browser() {
    let texts =
        ["What the pedometer sees", "The talk’s second plot", "Offset data", "wrong", "List against ndarray"];
    let texts = texts.map(str::to_owned).to_vec();
    hold_in_a_browser(&[Shown::of("full", &crate::full::full(10), texts)]);
}

#[test]
fn the_pages_of_a_history_and_of_an_import_hold_in_a_browser() {
    let (history, imported) = (crate::history::drawn(), crate::history::imported(0));
    hold_in_a_browser(&[
        Shown {
            name: "history",
            html: breakeven_report::page::history(&history),
            texts: vec!["What changed from record to record".to_owned(), "1.30× slower".to_owned()],
            saved: Vec::new(),
        },
        Shown::of("imported", &imported, vec!["not by breakeven: no answer was verified".to_owned()]),
    ]);
}

#[test]
fn the_pages_of_a_users_comparison_hold_in_a_browser() {
    let shown = |name, sizes: &[usize], texts: &[&str]| {
        let texts = texts.iter().chain(&[
            QUOTED,
            "wrong",
            "no table called \"prices\"",
            "Import, first call and memory",
        ]);
        let texts = texts.map(|&text| text.to_owned()).collect();
        Shown { saved: vec![QUOTED.to_owned()], ..Shown::of(name, &compared(sizes), texts) }
    };
    hold_in_a_browser(&[
        shown("users-one-size", &[1000], &["at n\u{a0}=\u{a0}1,000", "Each small dot is a round"]),
        shown(
            "users-sizes",
            &[1, 10, 100, 1000],
            &["beats user/mine.py:loop from n\u{a0}=\u{a0}", "n, logarithmic"],
        ),
    ]);
}

#[test]
fn hostile_names_and_values_are_text_in_a_browser() {
    let (record, texts) = hostile();
    hold_in_a_browser(&[Shown::of("hostile", &record, texts)]);
}

/// Fails with what the browser found; without a browser says so and passes.
#[expect(
    clippy::print_stdout,
    reason = "a skipped check says so, and what the browser measured is for reading"
)]
fn hold_in_a_browser(pages: &[Shown]) {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    if let Err(reason) = browser(&tools) {
        println!("skipped: the report in a browser: {reason}");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder for the pages");
    let entries: Vec<_> = pages.iter().map(|shown| write(folder.path(), shown)).collect();
    let manifest = folder.path().join("pages.json");
    std::fs::write(&manifest, json!(entries).to_string()).expect("the folder is ours");
    let mut command = Command::new("node");
    command.arg(tools.join("check.mjs")).arg(&manifest);
    if let Some(screenshots) = std::env::var_os("BREAKEVEN_SCREENSHOTS") {
        command.arg(PathBuf::from(screenshots));
    }
    let output = command.stdin(Stdio::null()).output().expect("node has just answered");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.matches("stops of Tab").count(), pages.len(), "every page was looked at: {said}");
}

fn write(folder: &Path, shown: &Shown) -> serde_json::Value {
    let file = folder.join(format!("{}.html", shown.name));
    std::fs::write(&file, &shown.html).expect("the folder is ours");
    json!({ "name": shown.name, "file": file, "shown": shown.texts, "saved": shown.saved })
}

/// Whether there is all that it takes, or what is missing and how to get it.
fn browser(tools: &Path) -> Result<(), String> {
    let quiet = |command: &mut Command| {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if !quiet(Command::new("node").arg("--version")) {
        return Err("no node on PATH (apt-get install nodejs npm)".to_owned());
    }
    if !tools.join("node_modules/playwright-core").is_dir() || !tools.join("node_modules/axe-core").is_dir() {
        return Err("its packages are missing (npm ci --prefix crates/report/tests/browser)".to_owned());
    }
    if !quiet(Command::new("node").arg(tools.join("chromium.mjs"))) {
        return Err("no Chromium on PATH (apt-get install chromium)".to_owned());
    }
    Ok(())
}
