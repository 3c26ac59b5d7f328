//! How does what another tool measured become a record?
//!
//! A record of an import has a workload per group of benchmarks and a contender per benchmark, whose outcome is
//! *unverified*. Samples are kept as the files have them, in whole nanoseconds per batch. Each benchmark is a group of
//! rounds of its own, so that no two are ever taken for a pair; there is no baseline and no A/A control. Processes are
//! those of the files: where all samples are of one, there is no interval.

mod criterion;
mod hyperfine;
mod pyperf;
mod pytest_benchmark;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use breakeven_measure::environment::environment;
use breakeven_record::contender_id::ContenderId;
use breakeven_record::{
    ContenderRecord, Declared, Findings, Imported, InputRecord, Mode, Outcome, Plan, Record, Run, SCHEMA,
    Samples, Tier, Tool, WorkloadRecord,
};
use jiff::Timestamp;
use serde_json::Value;

/// Word for what an import does not say.
const UNKNOWN: &str = "unknown";

/// Files that cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not JSON.
    #[error("{path} is no JSON: {source}")]
    NotJson {
        /// The file.
        path: PathBuf,
        /// Where.
        source: serde_json::Error,
    },
    /// It is of no tool that is known.
    #[error(
        "{path} is not a result that is known: import takes the folder target/criterion, and JSON files of pyperf, of \
         pytest-benchmark (--benchmark-json) and of hyperfine (--export-json)"
    )]
    NotKnown {
        /// The file or folder.
        path: PathBuf,
    },
    /// It is of a known tool, and lacks something.
    #[error("{path} is a result of {tool}, but {problem}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Whose it is.
        tool: &'static str,
        /// What it lacks.
        problem: String,
    },
    /// Two benchmarks of one file have one name.
    #[error("{path} has two benchmarks called {name}: give them names of their own")]
    Twice {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// Two files do not belong in one record.
    #[error("{first} and {second} do not belong in one record: {problem} (import them one by one)")]
    Apart {
        /// One of them.
        first: PathBuf,
        /// The other.
        second: PathBuf,
        /// Why.
        problem: String,
    },
}

/// What one file or folder holds.
struct Results {
    /// The tool, and its version where the file says it.
    tool: String,
    /// What stays the same from run to run, as far as the file says it.
    facts: BTreeMap<String, String>,
    /// When it was measured.
    created: Timestamp,
    benchmarks: Vec<Benchmark>,
}

/// One benchmark of another tool.
struct Benchmark {
    /// What it is compared with has the same workload.
    workload: String,
    name: String,
    /// The version of what was measured, where known.
    version: Option<String>,
    batches: Vec<Batch>,
}

/// Some calls, timed together.
struct Batch {
    process: usize,
    loops: u64,
    ns: u64,
}

/// The record of what these files and folders hold, which must be of one tool and one machine; `label` names it. Where the files
/// do not say on which machine they were made, `here` has its facts, if they are known.
///
/// # Errors
/// One cannot be read, is of no known tool or lacks its samples; or they do not belong together.
pub fn import(
    paths: &[PathBuf],
    label: Option<&str>,
    here: &BTreeMap<String, String>,
) -> Result<Record, ImportError> {
    let mut all: Option<(PathBuf, Results)> = None;
    for path in paths {
        let results = read(path)?;
        let mut seen = BTreeSet::new();
        let twice = results.benchmarks.iter().find(|one| !seen.insert((&one.workload, &one.name)));
        if let Some(twice) = twice {
            return Err(ImportError::Twice { path: path.clone(), name: twice.name.clone() });
        }
        all = Some(match all {
            None => (path.clone(), results),
            Some((first, known)) => (first.clone(), join(&first, known, path, results)?),
        });
    }
    let Some((_, mut results)) = all else {
        return Err(ImportError::NotKnown { path: PathBuf::from("nothing") });
    };
    if !results.facts.contains_key("cpu") {
        results.facts.extend(here.clone());
    }
    let names = paths.iter().map(|path| name_of(path)).collect();
    Ok(record(results, names, label))
}

fn read(path: &Path) -> Result<Results, ImportError> {
    let unreadable = |source| ImportError::Unreadable { path: path.to_owned(), source };
    let modified = std::fs::metadata(path).and_then(|data| data.modified()).map_err(unreadable)?;
    let modified = Timestamp::try_from(modified).unwrap_or(Timestamp::UNIX_EPOCH);
    if path.is_dir() {
        return criterion::read(path);
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let value: Value = serde_json::from_str(&text)
        .map_err(|source| ImportError::NotJson { path: path.to_owned(), source })?;
    let has = |name: &str| value.get(name).is_some();
    if has("machine_info") && has("benchmarks") {
        pytest_benchmark::read(path, &value, modified)
    } else if has("benchmarks") && has("version") {
        pyperf::read(path, &value, modified)
    } else if has("results") {
        hyperfine::read(path, &value, modified)
    } else {
        Err(ImportError::NotKnown { path: path.to_owned() })
    }
}

fn join(first: &Path, known: Results, second: &Path, more: Results) -> Result<Results, ImportError> {
    let apart =
        |problem: String| ImportError::Apart { first: first.to_owned(), second: second.to_owned(), problem };
    if known.tool != more.tool {
        return Err(apart(format!("one is of {}, the other of {}", known.tool, more.tool)));
    }
    if known.facts != more.facts {
        return Err(apart("they are of other machines or interpreters".to_owned()));
    }
    let is_in = |one: &Benchmark| {
        known.benchmarks.iter().any(|other| (&one.workload, &one.name) == (&other.workload, &other.name))
    };
    if let Some(both) = more.benchmarks.iter().find(|benchmark| is_in(benchmark)) {
        return Err(apart(format!("both have {} of {}", both.name, both.workload)));
    }
    let benchmarks = known.benchmarks.into_iter().chain(more.benchmarks).collect();
    Ok(Results { created: known.created.min(more.created), benchmarks, ..known })
}

fn record(results: Results, files: Vec<String>, label: Option<&str>) -> Record {
    let Results { tool, mut facts, created, benchmarks } = results;
    let created = created.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    if !facts.contains_key("cpu") {
        // times of an unknown machine may be compared with nothing but themselves
        facts.insert("machine".to_owned(), format!("not recorded: the samples of {created}"));
    }
    let mut workloads: Vec<WorkloadRecord> = Vec::new();
    let mut processes = 1;
    for (group, benchmark) in benchmarks.into_iter().enumerate() {
        processes = processes.max(benchmark.batches.iter().map(|batch| batch.process + 1).max().unwrap_or(1));
        let place = workloads.iter().position(|known| known.id == benchmark.workload);
        let place = place.unwrap_or_else(|| {
            workloads.push(workload(&benchmark.workload, &tool));
            workloads.len() - 1
        });
        workloads[place].contenders.push(contender(benchmark, group));
    }
    let word = tool.split(' ').next().unwrap_or(&tool).to_owned();
    Record {
        schema: SCHEMA.to_owned(),
        created,
        label: label.map_or(word, str::to_owned),
        command: std::iter::once("import".to_owned()).chain(files.iter().cloned()).collect(),
        complete: true,
        tool: Tool { version: env!("CARGO_PKG_VERSION").to_owned(), commit: None, dirty: None },
        environment: environment(facts, BTreeMap::new()),
        plan: Plan {
            // one comparison at a time: no interval is widened
            mode: Mode::Quick,
            seed: 0,
            processes,
            pinned_to: None,
            workloads: workloads.iter().map(|workload| workload.id.clone()).collect(),
            comparisons: 1,
            stages: 1,
        },
        warnings: Vec::new(),
        crashes: Vec::new(),
        completed_stages: BTreeMap::new(),
        accuracy: None,
        ownership: None,
        imported: Some(Imported { tool, files }),
        workloads,
    }
}

/// A workload without a baseline, of which nothing is known but its name.
fn workload(id: &str, tool: &str) -> WorkloadRecord {
    WorkloadRecord {
        id: id.to_owned(),
        task: "imported".to_owned(),
        why: format!("measured by {tool}"),
        input: InputRecord {
            kind: "imported".to_owned(),
            name: UNKNOWN.to_owned(),
            note: None,
            sha256: Vec::new(),
            rows: 0,
            channels: 1,
            dtype: UNKNOWN.to_owned(),
        },
        length: 0,
        window: None,
        ddof: 0,
        units: 1,
        baseline: ContenderId::from(""),
        contenders: Vec::new(),
    }
}

fn contender(benchmark: Benchmark, group: usize) -> ContenderRecord {
    let mut runs: Vec<Run> = Vec::new();
    for Batch { process, loops, ns } in benchmark.batches {
        match runs.last_mut() {
            Some(Run { process: known, samples: Samples::Rounds { loops: of, batches_ns, .. }, .. })
                if (*known, *of) == (process, loops) =>
            {
                batches_ns.push(ns);
            }
            _ => {
                let samples = Samples::Rounds { group, loops, batches_ns: vec![ns] };
                runs.push(Run { process, place: Default::default(), samples });
            }
        }
    }
    ContenderRecord {
        declared: Declared {
            input: UNKNOWN.to_owned(),
            precision: UNKNOWN.to_owned(),
            threads: 1,
            isa: None,
        },
        findings: Findings {
            outcome: Outcome::Unverified,
            version: benchmark.version,
            reason: Some("measured by another tool: its answer was not verified by breakeven".to_owned()),
            ..Findings::default()
        },
        tier: Some(Tier::Rounds),
        runs,
        ..ContenderRecord::unvisited(&benchmark.name, UNKNOWN, UNKNOWN)
    }
}

/// The last part of a path, which is all that a record keeps of it.
fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Whole nanoseconds of so many seconds; `None` where that is no time.
fn nanoseconds(seconds: f64) -> Option<u64> {
    let nanoseconds = (seconds * 1e9).round();
    // 2^53 nanoseconds are 104 days
    (0.0..9e15).contains(&nanoseconds).then_some(nanoseconds as u64)
}

/// A text of a JSON object.
fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}
