//! `breakeven ownership`, for `run`: who owns the list and its items while our function is called?
//!
//! One of the counted calls leaks, so a process of its own counts, and ends.

use std::process::Command;

use anyhow::{Context as _, bail};
use breakeven_record::ownership::OwnershipRecord;

use crate::commands::{print, tell};
use crate::stop::{CommandResult, Stop};

/// Counts, and prints the counts as JSON.
pub(crate) fn ownership() -> CommandResult {
    print(&counted().map_err(Stop::ours)?)
}

/// The counts of another process; none where there is no Python, or, said on stderr, where they cannot be had.
pub(crate) fn counted_elsewhere() -> Option<OwnershipRecord> {
    if !cfg!(feature = "python") {
        return None;
    }
    match asked() {
        Ok(owners) => Some(owners),
        Err(error) => {
            tell(&format!("reference counts are left out: {error:#}"));
            None
        }
    }
}

fn asked() -> anyhow::Result<OwnershipRecord> {
    let program = std::env::current_exe().context("this program has no path")?;
    let output =
        Command::new(program).arg("ownership").output().context("cannot start the process that counts")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{}: {}", output.status, said.lines().last().unwrap_or("it said nothing"));
    }
    serde_json::from_slice(&output.stdout).context("its counts cannot be read")
}

#[cfg(feature = "python")]
fn counted() -> anyhow::Result<String> {
    breakeven_python::ownership().map_err(|error| anyhow::anyhow!("{error}"))
}

#[cfg(not(feature = "python"))]
fn counted() -> anyhow::Result<String> {
    bail!("ownership: this build has no Python; build with the feature `python`")
}
