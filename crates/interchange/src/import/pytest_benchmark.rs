//! What `pytest --benchmark-json FILE` writes. All rounds of a benchmark are of one process.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;

use super::{Batch, Benchmark, ImportError, Results, nanoseconds, text};

const TOOL: &str = "pytest-benchmark";

pub(super) fn read(path: &Path, value: &Value, modified: Timestamp) -> Result<Results, ImportError> {
    let malformed = |problem: String| ImportError::Malformed { path: path.to_owned(), tool: TOOL, problem };
    let benchmarks =
        value["benchmarks"].as_array().ok_or_else(|| malformed("it has no list of benchmarks".to_owned()))?;
    let one = |benchmark: &Value| -> Result<Benchmark, ImportError> {
        let name = text(benchmark, "fullname").or(text(benchmark, "name"));
        let name = name.ok_or_else(|| malformed("one of its benchmarks has no name".to_owned()))?.to_owned();
        let stats = &benchmark["stats"];
        let loops = stats["iterations"].as_u64().unwrap_or(1).max(1);
        let data = stats["data"].as_array().filter(|data| !data.is_empty()).ok_or_else(|| {
            malformed(format!(
                "{name} has no rounds: write it with --benchmark-json, or save with --benchmark-save-data"
            ))
        })?;
        let batch = |seconds: &Value| {
            let ns = seconds.as_f64().and_then(|seconds| nanoseconds(seconds * loops as f64));
            let ns = ns.ok_or_else(|| malformed(format!("{name} has a round that is no time: {seconds}")))?;
            Ok(Batch { process: 0, loops, ns })
        };
        let batches = data.iter().map(batch).collect::<Result<Vec<Batch>, ImportError>>()?;
        let workload = text(benchmark, "group").unwrap_or(TOOL).to_owned();
        Ok(Benchmark { workload, name, version: None, batches })
    };
    let benchmarks = benchmarks.iter().map(one).collect::<Result<Vec<Benchmark>, ImportError>>()?;
    if benchmarks.is_empty() {
        return Err(malformed("it has no benchmark".to_owned()));
    }
    let version = text(value, "version").map(|version| format!(" {version}")).unwrap_or_default();
    let created = text(value, "datetime").and_then(|text| text.parse().ok()).unwrap_or(modified);
    Ok(Results {
        tool: format!("{TOOL}{version}"),
        facts: facts(&value["machine_info"]),
        created,
        benchmarks,
    })
}

fn facts(machine: &Value) -> BTreeMap<String, String> {
    let cpu = &machine["cpu"];
    let number = |name: &str| cpu[name].as_u64();
    let model = match (number("family"), number("model")) {
        (Some(family), Some(model)) => format!(" (family {family}, model {model})"),
        _ => String::new(),
    };
    let found = [
        ("cpu", text(cpu, "brand_raw").map(|brand| format!("{brand}{model}"))),
        ("processors", number("count").map(|count| count.to_string())),
        ("arch", text(machine, "machine").map(str::to_owned)),
        ("os", text(machine, "system").map(str::to_lowercase)),
        ("python", text(machine, "python_version").map(str::to_owned)),
        ("python_implementation", text(machine, "python_implementation").map(str::to_owned)),
    ];
    found.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), fact?))).collect()
}
