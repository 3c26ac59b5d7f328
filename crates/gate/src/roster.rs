//! Which contenders does each side have?
//!
//! Each side's own program says it (`breakeven list --format json`): a gate may be run by a build that knows neither.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::error::GateError;
use crate::side::Name;

/// The exit code of a valid filter that matches nothing (docs/exit-codes.md).
const NOTHING_MATCHES: i32 = 6;

/// The contenders of one side, by workload, those that use one thread.
pub type Roster = BTreeMap<String, BTreeSet<String>>;

#[derive(Deserialize)]
struct Listed {
    workloads: Vec<ListedWorkload>,
    contenders: Vec<ListedContender>,
}

#[derive(Deserialize)]
struct ListedWorkload {
    id: String,
    contenders: Vec<String>,
}

#[derive(Deserialize)]
struct ListedContender {
    id: String,
    threads: usize,
}

/// Asks the program of a side for what these arguments of `list` select.
///
/// # Errors
/// It has no such command, or prints another form of list.
pub fn roster(side: Name, program: &Path, arguments: &[String]) -> Result<Roster, GateError> {
    let refused = |reason: String| GateError::OtherProtocol { side, reason };
    let output = Command::new(program).arg("list").args(arguments).args(["--format", "json"]).output();
    let output = output.map_err(|error| refused(format!("its program does not start: {error}")))?;
    if output.status.code() == Some(NOTHING_MATCHES) {
        return Ok(Roster::new());
    }
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().next().unwrap_or("it says nothing").to_owned();
        return Err(refused(format!("its program cannot list contenders: {said}")));
    }
    let listed: Listed = serde_json::from_slice(&output.stdout)
        .map_err(|error| refused(format!("its list of contenders is of another form: {error}")))?;
    let threads: BTreeMap<&str, usize> =
        listed.contenders.iter().map(|known| (known.id.as_str(), known.threads)).collect();
    let takes_part = |id: &&String| threads.get(id.as_str()).is_none_or(|&threads| threads == 1);
    let of = |known: &ListedWorkload| known.contenders.iter().filter(takes_part).cloned().collect();
    Ok(listed.workloads.iter().map(|known| (known.id.clone(), of(known))).collect())
}
