//! Do the committed records still say what they said?
//!
//! A line per workload of each committed record: how many contenders have each outcome and verdict, and the sums of the
//! logarithms of their figures, in which any change of one shows. `BREAKEVEN_UPDATE_GOLDEN=1 cargo test -p
//! breakeven-report figures` writes the lines again; the difference is reviewed like code.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use breakeven_record::Record;
use breakeven_report::summary::{Row, Summary};
use serde_json::Value;

#[test]
fn committed_records_give_the_figures_that_were_reviewed() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let records = fs::read_dir(top.join("bench-results")).expect("it is committed");
    let mut folders: Vec<_> = records.map(|entry| entry.expect("it can be listed").path()).collect();
    // of the records that somebody measured in this checkout, only the committed ones have a page in git
    folders.retain(|folder| {
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        COMMITTED.contains(&name)
    });
    folders.sort();
    assert_eq!(folders.len(), COMMITTED.len());
    let now: String = folders.iter().map(|folder| lines(folder)).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report/golden/figures.txt");
    if std::env::var_os("BREAKEVEN_UPDATE_GOLDEN").is_some() {
        fs::write(&path, &now).expect("the folder is in the checkout");
    }
    let reviewed = fs::read_to_string(&path).expect("it is committed");
    for (reviewed, now) in reviewed.lines().zip(now.lines()) {
        assert_eq!(reviewed, now);
    }
    assert_eq!(reviewed.lines().count(), now.lines().count());
}

const COMMITTED: [&str; 6] = [
    "20261123T011638Z-kernels",
    "20261123T012854Z-corner-case",
    "20261123T055512Z-ladder",
    "20261123T072600Z-oxford-hour",
    "20261123T080217Z-era",
    "20261124T055443Z-default",
];

fn lines(folder: &Path) -> String {
    let record = Record::read(&folder.join("record.json")).expect("it is committed");
    let summary = Summary::of(&record, "record.json");
    let mut text = format!("{}\n", folder.file_name().and_then(|name| name.to_str()).expect("it has a name"));
    for workload in &summary.workloads {
        let rows: Vec<&Row> = summary.rows_of(&workload.id).collect();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for row in &rows {
            let word = |value: Value| value.as_str().map(str::to_owned);
            let verdict = row.verdict.and_then(|verdict| word(serde_json::to_value(verdict).ok()?));
            *counts.entry(row.findings.outcome.word().to_owned()).or_default() += 1;
            *counts.entry(verdict.unwrap_or_else(|| "no_verdict".to_owned())).or_default() += 1;
        }
        let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{word} {count}")).collect();
        let sum = |figure: fn(&Row) -> Option<f64>| {
            let logarithms = rows.iter().filter_map(|row| figure(row)).map(f64::ln);
            format!("{:.10}", logarithms.sum::<f64>())
        };
        let figures = [
            sum(|row| row.ns_per_unit),
            sum(|row| row.low),
            sum(|row| row.high),
            sum(|row| row.ratio),
            sum(|row| row.ratio_low),
            sum(|row| row.ratio_high),
        ];
        let leader = workload.leader.as_ref().map(|leader| {
            format!(
                "{} before {}: {:.10} {}",
                leader.contender,
                leader.runner_up,
                leader.ratio,
                leader.verdict.words()
            )
        });
        let threshold =
            workload.noise_threshold.map_or("none".to_owned(), |threshold| format!("{threshold:.10}"));
        writeln!(
            text,
            "  {} | {} | ln {} | noise threshold {threshold} | {}",
            workload.id,
            counts.join(", "),
            figures.join(" "),
            leader.unwrap_or_else(|| "no leader".to_owned())
        )
        .expect("a String takes everything");
    }
    for claim in &summary.claims {
        let claim = serde_json::to_value(claim).expect("a claim is JSON");
        let number =
            |key: &str| claim[key].as_f64().map_or("none".to_owned(), |value| format!("{value:.10}"));
        let [value, low, high] = ["value", "low", "high"].map(number);
        writeln!(text, "  {} {value} ({low} to {high}) {}", claim["id"], claim["verdict"])
            .expect("a String takes everything");
    }
    for found in &summary.break_evens {
        let found = serde_json::to_value(found).expect("a break-even is JSON");
        writeln!(text, "  {found}").expect("a String takes everything");
    }
    text
}
