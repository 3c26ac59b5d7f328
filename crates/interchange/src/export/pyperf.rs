//! pyperf's JSON, version 1.0: <https://pyperf.readthedocs.io/en/latest/api.html>. A run is a process.

use breakeven_record::Record;
use serde_json::{Value, json};

use super::{Process, rows};

/// The record as a pyperf suite, a benchmark per row: seconds per unit, a run per process with a value per batch.
#[must_use]
pub fn pyperf(record: &Record) -> String {
    let date = record.created.replace('T', " ").trim_end_matches('Z').to_owned();
    let benchmarks: Vec<Value> = rows(record)
        .iter()
        .map(|row| {
            let run = |process: Process| {
                let values: Vec<f64> = process.per_unit_ns.iter().map(|ns| ns / 1e9).collect();
                json!({ "metadata": { "date": date, "loops": process.loops.unwrap_or(1) }, "values": values })
            };
            let runs: Vec<Value> = row.processes().into_iter().map(run).collect();
            json!({ "metadata": { "name": row.name() }, "runs": runs })
        })
        .collect();
    let facts = &record.environment.facts;
    let mut metadata = serde_json::Map::from_iter([("unit".to_owned(), json!("second"))]);
    for (ours, theirs) in [("cpu", "cpu_model_name"), ("python", "python_version"), ("os", "platform")] {
        if let Some(fact) = facts.get(ours) {
            metadata.insert(theirs.to_owned(), json!(fact));
        }
    }
    let suite = json!({ "benchmarks": benchmarks, "metadata": metadata, "version": "1.0" });
    serde_json::to_string(&suite).expect("names and numbers are JSON") + "\n"
}
