//! `breakeven ownership`, for `run`: reference counts around calls of our function.
//!
//! One of the calls leaks, so a process of its own counts, and ends.

use std::process::Command;

use anyhow::{Context as _, anyhow, bail};
use breakeven_record::ownership::OwnershipRecord;

use crate::commands::{print, tell};
use crate::stop::{CommandResult, Stop};

/// Counts, and prints the counts as JSON.
pub(crate) fn ownership() -> CommandResult {
    #[cfg(feature = "python")]
    let counts: anyhow::Result<String> = breakeven_python::ownership().map_err(|error| anyhow!("{error}"));
    #[cfg(not(feature = "python"))]
    let counts: anyhow::Result<String> = Err(anyhow!("ownership: {}", breakeven_cli::WITHOUT_PYTHON));
    print(&counts.map_err(Stop::ours)?)
}

/// The counts of another process; none in a build without Python, or, with a line on stderr, where counting failed.
pub(crate) fn counted_elsewhere() -> Option<OwnershipRecord> {
    if !cfg!(feature = "python") {
        return None;
    }
    let counts = || {
        let program = std::env::current_exe().context("this program has no path")?;
        let counting = Command::new(program).arg("ownership").output();
        let output = counting.context("cannot start the process that counts")?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            bail!("{}: {}", output.status, text.lines().last().unwrap_or("it printed nothing"));
        }
        serde_json::from_slice(&output.stdout).context("its counts cannot be read")
    };
    counts().inspect_err(|error| tell(&format!("reference counts are left out: {error:#}"))).ok()
}
