//! What does a spreadsheet or a data frame read of a record?
//!
//! Comma-separated values (RFC 4180): a line per row, all that the JSON has of it under the same names, with raw numbers;
//! empty where there is nothing. What is inside of something else has both names: `change.low`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::comparison::Comparison;
use crate::summary::Summary;
use crate::table::{Align, Cell, Table};

/// The columns that stand first.
const FIRST: [&str; 2] = ["workload", "contender"];

/// Every workload and contender of a record, controls among them; times in nanoseconds.
#[must_use]
pub fn rows(summary: &Summary) -> String {
    lines(&summary.rows)
}

/// Every workload and contender of two records.
#[must_use]
pub fn changes(comparison: &Comparison) -> String {
    lines(&comparison.rows)
}

fn lines(rows: &[impl Serialize]) -> String {
    let rows: Vec<BTreeMap<String, String>> = rows.iter().map(fields).collect();
    let others: BTreeSet<&str> = rows.iter().flat_map(BTreeMap::keys).map(String::as_str).collect();
    let names: Vec<&str> =
        FIRST.into_iter().chain(others.into_iter().filter(|name| !FIRST.contains(name))).collect();
    let line = |row: &BTreeMap<String, String>| -> Vec<Cell> {
        names.iter().map(|&name| row.get(name).cloned().unwrap_or_default().into()).collect()
    };
    let titles = names.iter().map(|&name| (name, Align::Left));
    Table::new("Every row", titles).with_rows(rows.iter().map(line)).csv()
}

/// What there is in a row, by name.
fn fields(row: &impl Serialize) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    let mut open = vec![(String::new(), serde_json::to_value(row).expect("a row has no key but text"))];
    while let Some((name, value)) = open.pop() {
        match value {
            Value::Null => {}
            Value::Object(inner) => open.extend(
                inner
                    .into_iter()
                    .map(|(key, value)| (if name.is_empty() { key } else { format!("{name}.{key}") }, value)),
            ),
            Value::String(text) => drop(fields.insert(name, text)),
            other => drop(fields.insert(name, other.to_string())),
        }
    }
    fields
}
