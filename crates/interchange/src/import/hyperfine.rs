//! What `hyperfine --export-json FILE` writes. Each timed run of a command is a process of its own; neither the machine nor the version
//! is in the file.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;

use super::{Batch, Benchmark, ImportError, Results, nanoseconds, text};

const TOOL: &str = "hyperfine";

pub(super) fn read(path: &Path, value: &Value, modified: Timestamp) -> Result<Results, ImportError> {
    let malformed = |problem: String| ImportError::Malformed { path: path.to_owned(), tool: TOOL, problem };
    let results = value["results"].as_array().filter(|results| !results.is_empty());
    let results = results.ok_or_else(|| ImportError::NotKnown { path: path.to_owned() })?;
    let one = |result: &Value| -> Result<Benchmark, ImportError> {
        let name = text(result, "command")
            .ok_or_else(|| malformed("one of its results has no command".to_owned()))?;
        let times = result["times"].as_array().filter(|times| !times.is_empty());
        let times = times.ok_or_else(|| malformed(format!("{name} has no times")))?;
        let batch = |(process, seconds): (usize, &Value)| {
            let ns = seconds.as_f64().and_then(nanoseconds);
            let ns = ns.ok_or_else(|| malformed(format!("{name} has a time that is none: {seconds}")))?;
            Ok(Batch { process, loops: 1, ns })
        };
        let batches = times.iter().enumerate().map(batch).collect::<Result<Vec<Batch>, ImportError>>()?;
        Ok(Benchmark { workload: TOOL.to_owned(), name: name.to_owned(), version: None, batches })
    };
    let benchmarks = results.iter().map(one).collect::<Result<Vec<Benchmark>, ImportError>>()?;
    Ok(Results { tool: TOOL.to_owned(), facts: BTreeMap::new(), created: modified, benchmarks })
}
