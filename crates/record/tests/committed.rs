//! Do committed records stay what they are when this version reads them and writes them again, under its own words?

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::{Path, PathBuf};

use breakeven_record::Record;

/// What schema 1 writes, and what this version does.
const SCHEMA_1: [(&str, &str); 10] = [
    (r#""breakeven.record/1""#, r#""breakeven.record/2""#),
    (r#""looks":"#, r#""stages":"#),
    (r#""looked":"#, r#""completed_stages":"#),
    (r#""times":"#, r#""count":"#),
    (r#""ruler_loops":"#, r#""reference_loops":"#),
    (r#""ruler_before_ns":"#, r#""reference_before_ns":"#),
    (r#""ruler_after_ns":"#, r#""reference_after_ns":"#),
    (r#""tier":"slow""#, r#""tier":"single_calls""#),
    (r#""control/twin""#, r#""control/aa""#),
    (r#""control/ruler""#, r#""control/reference""#),
];

/// Every `record.json` in this folder and the folders in it.
fn records(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found = entries.flat_map(|path| if path.is_dir() { records(&path) } else { vec![path] });
    found.filter(|path| path.ends_with("record.json")).collect()
}

#[test]
fn a_committed_record_that_is_read_and_written_again_is_the_same_json() {
    let all = records(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench-results"));
    assert!(all.len() >= 6, "{all:?}");
    for path in all {
        let mut text = std::fs::read_to_string(&path).unwrap();
        for (old, new) in SCHEMA_1 {
            text = text.replace(old, new);
        }
        let before: serde_json::Value = serde_json::from_str(&text).unwrap();
        let after = serde_json::to_value(Record::read(&path).unwrap()).unwrap();
        assert!(after == before, "{}", path.display());
    }
}
