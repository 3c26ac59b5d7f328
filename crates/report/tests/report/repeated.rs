//! What the documentation says of repeated runs, against what is kept of them.

use std::fs;
use std::path::Path;

use breakeven_report::agreement::{RunSet, to_markdown};

#[test]
fn the_table_of_repeated_runs_in_the_documentation_is_that_of_the_committed_runs() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sets = RunSet::all(&top.join("bench-results/repeated")).expect("they are committed");
    assert!(!sets.is_empty());
    let page = fs::read_to_string(top.join("docs/validation.md")).expect("it is committed");
    let table = to_markdown(&sets);
    let block = format!("<!-- repeated:begin -->\n{table}<!-- repeated:end -->");
    assert!(page.contains(&block), "scripts/repeat 0 puts it there:\n{table}");
}
