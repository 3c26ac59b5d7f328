//! What github-action-benchmark reads with `tool: customSmallerIsBetter`: <https://github.com/benchmark-action/github-action-benchmark>.

use breakeven_record::Record;
use serde::Serialize;

use super::rows;

#[derive(Serialize)]
struct Entry {
    name: String,
    unit: &'static str,
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<String>,
    extra: String,
}

/// The record as a list of entries of which smaller values are better: nanoseconds per unit; `range` is the interval.
#[must_use]
pub fn github_action_benchmark(record: &Record) -> String {
    let entries: Vec<Entry> = rows(record)
        .iter()
        .filter_map(|row| {
            let version = row.contender.findings.version.as_ref();
            let version = version.map(|version| format!("version: {version}\n")).unwrap_or_default();
            Some(Entry {
                name: row.name(),
                unit: "ns",
                value: row.time.value?,
                range: row.time.low.zip(row.time.high).map(|(low, high)| format!("{low:.4} to {high:.4}")),
                extra: format!("{version}record: {} of {}", record.label, record.created),
            })
        })
        .collect();
    serde_json::to_string_pretty(&entries).expect("names and numbers are JSON") + "\n"
}
