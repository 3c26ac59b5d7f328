//! pyperf's JSON, version 1.0. Each run is a process; a value is the time of a batch over its loops. The first run of a benchmark
//! often calibrates alone, and has no values.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;

use super::{Batch, Benchmark, ImportError, Results, nanoseconds, text};

const TOOL: &str = "pyperf";

/// Facts of pyperf's metadata, by what they are called in a record.
const FACTS: [(&str, &str); 4] = [
    ("cpu_model_name", "cpu"),
    ("python_version", "python"),
    ("platform", "os"),
    ("cpu_count", "processors"),
];

pub(super) fn read(path: &Path, value: &Value, modified: Timestamp) -> Result<Results, ImportError> {
    let malformed = |problem: String| ImportError::Malformed { path: path.to_owned(), tool: TOOL, problem };
    let common = value.get("metadata").cloned().unwrap_or_default();
    if let Some(unit) = text(&common, "unit").filter(|unit| *unit != "second") {
        return Err(malformed(format!("its unit is {unit:?}: only seconds can be imported")));
    }
    let benchmarks =
        value["benchmarks"].as_array().ok_or_else(|| malformed("it has no list of benchmarks".to_owned()))?;
    let (mut found, mut facts, mut created) = (Vec::new(), BTreeMap::new(), None);
    for benchmark in benchmarks {
        let empty = Value::Null;
        let own = benchmark.get("metadata").unwrap_or(&empty);
        let name = text(own, "name").or(text(&common, "name")).unwrap_or("unnamed").to_owned();
        let runs = benchmark["runs"].as_array().ok_or_else(|| malformed(format!("{name} has no runs")))?;
        let mut batches = Vec::new();
        let mut process = 0;
        for run in runs {
            let of_run = run.get("metadata").unwrap_or(&empty);
            // what all runs or benchmarks share stands further out
            let known = |name: &str| [of_run, own, &common].into_iter().find_map(|place| place.get(name));
            let count = |name: &str| known(name).and_then(Value::as_u64).unwrap_or(1).max(1);
            let loops = count("loops").saturating_mul(count("inner_loops"));
            for (theirs, ours) in FACTS {
                if let Some(fact) = known(theirs) {
                    let fact = fact.as_str().map_or_else(|| fact.to_string(), str::to_owned);
                    facts.insert(ours.to_owned(), fact);
                }
            }
            created = created.or_else(|| date(known("date")?.as_str()?));
            let values = run.get("values").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            for value in values {
                let ns = value.as_f64().and_then(|seconds| nanoseconds(seconds * loops as f64));
                let ns =
                    ns.ok_or_else(|| malformed(format!("{name} has a value that is no time: {value}")))?;
                batches.push(Batch { process, loops, ns });
            }
            process += usize::from(!values.is_empty());
        }
        if batches.is_empty() {
            return Err(malformed(format!("{name} has no values")));
        }
        found.push(Benchmark { workload: name, name: TOOL.to_owned(), version: None, batches });
    }
    let version = value["benchmarks"].get(0).and_then(|first| text(first.get("metadata")?, "perf_version"));
    let version = version.or(text(&common, "perf_version"));
    let tool = version.map_or_else(|| TOOL.to_owned(), |version| format!("{TOOL} {version}"));
    Ok(Results { tool, facts, created: created.unwrap_or(modified), benchmarks: found })
}

/// pyperf writes the local time without its zone, which is taken for UTC.
fn date(text: &str) -> Option<Timestamp> {
    format!("{}Z", text.replace(' ', "T")).parse().ok()
}
