//! The folder `target/criterion`, which `cargo bench` fills: of each benchmark the last measurement, `new`. All samples of a
//! benchmark are of one process; the machine is not in the files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Batch, Benchmark, ImportError, Results, nanoseconds};

const TOOL: &str = "criterion";

/// The folder of the last measurement.
const LAST: &str = "new";

/// `benchmark.json`, as far as it is needed.
#[derive(Deserialize)]
struct Identity {
    group_id: String,
    function_id: Option<String>,
    value_str: Option<String>,
}

/// `sample.json`, as far as it is needed.
#[derive(Deserialize)]
struct Sample {
    iters: Vec<f64>,
    times: Vec<f64>,
}

pub(super) fn read(folder: &Path) -> Result<Results, ImportError> {
    let mut samples = Vec::new();
    collect(folder, &mut samples)?;
    samples.sort();
    let benchmarks =
        samples.iter().map(|folder| benchmark(folder)).collect::<Result<Vec<Benchmark>, ImportError>>()?;
    let newest =
        samples.iter().filter_map(|folder| folder.join("sample.json").metadata().ok()?.modified().ok()).max();
    let Some(newest) = newest else { return Err(ImportError::NotKnown { path: folder.to_owned() }) };
    let created = Timestamp::try_from(newest).unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(Results { tool: TOOL.to_owned(), facts: BTreeMap::new(), created, benchmarks })
}

/// The folders of last measurements below this one.
fn collect(folder: &Path, samples: &mut Vec<PathBuf>) -> Result<(), ImportError> {
    let unreadable = |source| ImportError::Unreadable { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        // no link is followed: it may lead back
        if !entry.file_type().map_err(unreadable)?.is_dir() {
            continue;
        }
        let path = entry.path();
        if entry.file_name() == LAST && path.join("sample.json").is_file() {
            samples.push(path);
        } else {
            collect(&path, samples)?;
        }
    }
    Ok(())
}

fn benchmark(folder: &Path) -> Result<Benchmark, ImportError> {
    let identity: Identity = json(&folder.join("benchmark.json"))?;
    let path = folder.join("sample.json");
    let sample: Sample = json(&path)?;
    let malformed = |problem: &str| ImportError::Malformed {
        path: path.clone(),
        tool: TOOL,
        problem: problem.to_owned(),
    };
    if sample.iters.len() != sample.times.len() || sample.iters.is_empty() {
        return Err(malformed("it has not as many times as counts of iterations"));
    }
    let batch = |(&iterations, &time): (&f64, &f64)| {
        let ns = nanoseconds(time / 1e9).filter(|_| iterations >= 1.0);
        Ok(Batch {
            process: 0,
            loops: iterations as u64,
            ns: ns.ok_or_else(|| malformed("one of its times is none"))?,
        })
    };
    let batches =
        sample.iters.iter().zip(&sample.times).map(batch).collect::<Result<Vec<Batch>, ImportError>>()?;
    let Identity { group_id, function_id, value_str } = identity;
    let (workload, name) = match (function_id, value_str) {
        (Some(function), Some(value)) => (format!("{group_id}/{value}"), function),
        (Some(function), None) => (group_id, function),
        (None, Some(value)) => (group_id, value),
        (None, None) => (TOOL.to_owned(), group_id),
    };
    Ok(Benchmark { workload, name, version: None, batches })
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T, ImportError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ImportError::Unreadable { path: path.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|source| ImportError::NotJson { path: path.to_owned(), source })
}
