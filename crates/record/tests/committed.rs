//! Do committed records stay what they are when this version reads them and writes them again?

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::{Path, PathBuf};

use breakeven_record::Record;

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
        let before: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let after = serde_json::to_value(Record::read(&path).unwrap()).unwrap();
        assert!(after == before, "{}", path.display());
    }
}
