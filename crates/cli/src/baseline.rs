//! Which record of a folder are others compared with?
//!
//! `baseline.json` in the folder says it, with the reason; it is committed beside the record.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, anyhow};
use breakeven_measure::clock::{days_since, utc_now};
use breakeven_record::{Record, replace_file};
use breakeven_report::history::{Baseline, History, KnownRecord};

use crate::record_folder::record_file;
use crate::stop::{CommandResult, Stop};

/// Name of the file in a folder of records.
pub(crate) const BASELINE_FILE: &str = "baseline.json";

/// Stands for the blessed record where a record is named.
const WORD: &str = "baseline";

/// The folder of records that `baseline` is looked for in.
const FOLDER: &str = "bench-results";

/// What the file of a folder says; nothing where there is none.
///
/// # Errors
/// It cannot be read, or is not what `history bless` writes (exit code 2).
pub(crate) fn read(folder: &Path) -> Result<Option<Baseline>, Stop> {
    let path = folder.join(BASELINE_FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Stop::usage(anyhow!("cannot read {}: {error}", path.display()))),
    };
    let advice = || {
        format!(
            "{} is not what `breakeven history bless` writes: bless a record again, or delete the file",
            path.display()
        )
    };
    serde_json::from_str(&text).map(Some).with_context(advice).map_err(Stop::usage)
}

/// Writes that the record at `path` within `folder` is the baseline, and why.
///
/// # Errors
/// The file cannot be written (exit code 1).
pub(crate) fn write(folder: &Path, path: &str, reason: &str) -> Result<Baseline, Stop> {
    let baseline = Baseline {
        record: path.to_owned(),
        reason: reason.to_owned(),
        blessed: utc_now(),
        by: git_user(folder),
    };
    let text = serde_json::to_string_pretty(&baseline).map_err(Stop::ours)? + "\n";
    let file = folder.join(BASELINE_FILE);
    replace_file(&file, text.as_bytes())
        .with_context(|| format!("cannot write {}", file.display()))
        .map_err(Stop::ours)?;
    Ok(baseline)
}

/// Takes the blessed record out of what the folder's `.gitignore` keeps from being committed, where there is one.
///
/// # Errors
/// That file cannot be read or written (exit code 1).
pub(crate) fn keep(folder: &Path, path: &str) -> CommandResult {
    let file = folder.join(".gitignore");
    let named = || format!("cannot change {}", file.display());
    let mut text = match fs::read_to_string(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        read => read.with_context(named).map_err(Stop::ours)?,
    };
    let own = path.split('/').next().unwrap_or(path);
    for line in [format!("!/{BASELINE_FILE}"), format!("!/{own}/")] {
        if !text.lines().any(|known| known.trim() == line) {
            let gap = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
            text = format!("{text}{gap}{line}\n");
        }
    }
    replace_file(&file, text.as_bytes()).with_context(named).map_err(Stop::ours)
}

/// The record file that `named` stands for: a file, its folder, or by `baseline` the blessed one.
///
/// # Errors
/// No record is blessed, or the file that says so cannot be read (exit code 2).
pub(crate) fn named_record(named: &Path) -> Result<PathBuf, Stop> {
    if is_baseline(named) {
        let folder = Path::new(FOLDER);
        let blessed = read(folder)?.ok_or_else(|| {
            Stop::usage(anyhow!(
                "no record of {FOLDER} is blessed: use `breakeven history bless RECORD --reason TEXT`, or name a record"
            ))
        })?;
        return Ok(folder.join(blessed.record));
    }
    Ok(record_file(named))
}

/// What to know of the blessed record where `named` stands for it: that it is old, or of another schema.
///
/// # Errors
/// The record, or the file that says which it is, cannot be read.
pub(crate) fn notices(named: &Path) -> Result<Vec<String>, Stop> {
    if !is_baseline(named) {
        return Ok(Vec::new());
    }
    let folder = Path::new(FOLDER);
    let Some(blessed) = read(folder)? else { return Ok(Vec::new()) };
    let (record, schema) =
        Record::read_with_schema(&folder.join(&blessed.record)).map_err(Stop::of_record)?;
    let known = KnownRecord::of(&record, &blessed.record, &schema, days_since(&record.created));
    Ok(History::of(FOLDER.to_owned(), Some(blessed), vec![known], Vec::new()).notices)
}

/// Whether a record is named by the word that stands for the blessed one.
fn is_baseline(named: &Path) -> bool {
    named == Path::new(WORD) && !named.exists()
}

/// Who Git says is at work in a folder.
fn git_user(folder: &Path) -> Option<String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["config", "user.name"]).stdin(Stdio::null()).stderr(Stdio::null());
    let name = String::from_utf8(command.output().ok()?.stdout).ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}
