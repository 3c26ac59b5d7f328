//! The results folder of airspeed velocity: <https://asv.readthedocs.io/en/stable/dev.html>, results of version 2.

use breakeven_record::Record;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{ExportedFile, rows};

/// What `asv` has a version for, so that results of a benchmark that has changed are told apart: the unit never does here.
const BENCHMARK_VERSION: &str = "breakeven";

/// The name that results have an environment by.
const ENVIRONMENT: &str = "breakeven";

/// The files below asv's `results_dir`, under the commit that was measured (all 40 digits: asv looks it up): seconds per
/// unit. An environment of ours is a machine of theirs. Intervals stay behind, since asv's are of 99 %.
#[must_use]
pub fn asv(record: &Record, commit: &str) -> Vec<ExportedFile> {
    let facts = &record.environment.facts;
    let fact = |name: &str| facts.get(name).map_or("", String::as_str);
    let machine = format!("breakeven-{}", record.environment.key.chars().take(8).collect::<String>());
    let described = json!({
        "machine": machine, "cpu": fact("cpu"), "num_cpu": fact("processors"), "os": fact("os"),
        "arch": fact("arch"), "ram": "",
    });
    let milliseconds = record.created.parse::<Timestamp>().map_or(0, Timestamp::as_millisecond);
    let (mut benchmarks, mut results) = (Map::new(), Map::new());
    for row in rows(record) {
        let seconds = row.time.value.unwrap_or_default() / 1e9;
        results.insert(row.name(), json!([[seconds], [], BENCHMARK_VERSION, milliseconds]));
        benchmarks.insert(row.name(), benchmark(&row.name(), &row.workload.why));
    }
    benchmarks.insert("version".to_owned(), json!(2));
    let measured = json!({
        "commit_hash": commit, "env_name": ENVIRONMENT, "date": milliseconds, "params": params(&described, fact("python")),
        "python": fact("python"), "requirements": {}, "env_vars": {}, "durations": {}, "version": 2,
        "result_columns": ["result", "params", "version", "started_at"], "results": results,
    });
    let mut of_machine = described;
    of_machine["version"] = json!(1);
    let short: String = commit.chars().take(8).collect();
    [
        ("benchmarks.json".to_owned(), Value::Object(benchmarks)),
        (format!("{machine}/machine.json"), of_machine),
        (format!("{machine}/{short}-{ENVIRONMENT}.json"), measured),
    ]
    .map(|(path, value)| ExportedFile { path, content: value.to_string() })
    .into()
}

fn params(machine: &Value, python: &str) -> Value {
    let mut params = machine.clone();
    params["python"] = json!(python);
    params
}

fn benchmark(name: &str, why: &str) -> Value {
    json!({
        "name": name, "pretty_name": name, "code": why, "type": "time", "unit": "seconds", "params": [], "param_names": [],
        "version": BENCHMARK_VERSION, "timeout": 60, "min_run_count": 1, "number": 0, "repeat": 0, "rounds": 1,
        "sample_time": 0.01, "warmup_time": 0,
    })
}
