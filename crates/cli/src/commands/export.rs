//! `breakeven export`: a record in the format of another tool.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, anyhow};
use breakeven_interchange::export::{self, ExportedFile};
use breakeven_record::{Record, replace_file};
use breakeven_report::csv;
use breakeven_report::summary::Summary;
use serde_json::{Map, Value};

use crate::arguments::{ExportArguments, ExportFormat};
use crate::baseline::named_record;
use crate::commands::print;
use crate::record_folder::{read, slug};
use crate::stop::{CommandResult, Stop};

/// Reads a record and writes it.
pub(crate) fn export(arguments: &ExportArguments) -> CommandResult {
    let path = named_record(&arguments.record)?;
    let record = read(&path)?;
    let only = |given: bool, option: &str, format: &str| match given {
        true => Err(Stop::usage(anyhow!("{option} is for --format {format} alone: leave it out"))),
        false => Ok(()),
    };
    only(
        arguments.baseline.is_some() && arguments.format != ExportFormat::Criterion,
        "--baseline",
        "criterion",
    )?;
    only(arguments.commit.is_some() && arguments.format != ExportFormat::Asv, "--commit", "asv")?;
    let text = match arguments.format {
        ExportFormat::Criterion => return criterion(&record, arguments),
        ExportFormat::Asv => return asv(&record, arguments),
        ExportFormat::GithubActionBenchmark => export::github_action_benchmark(&record),
        ExportFormat::Bencher => export::bencher(&record),
        ExportFormat::Pyperf => export::pyperf(&record),
        ExportFormat::Csv => csv::rows(&Summary::of(&record, &path.display().to_string())),
        ExportFormat::Junit => export::junit(&record),
    };
    match &arguments.output {
        None => print(&text),
        Some(file) => write(file, &text),
    }
}

/// A folder, with a folder per benchmark.
fn criterion(record: &Record, arguments: &ExportArguments) -> CommandResult {
    let folder = folder(arguments, "target/criterion")?;
    let name = arguments.baseline.clone().unwrap_or_else(|| slug(&record.label));
    let is_name = !name.is_empty() && name.chars().all(|char| char.is_alphanumeric() || "-_.".contains(char));
    if !is_name || name.starts_with('.') || ["new", "base", "change", "report"].contains(&name.as_str()) {
        return Err(Stop::usage(anyhow!(
            "--baseline {name:?}: use letters, digits, - and _, and none of Criterion's own names (new, base, change, report)"
        )));
    }
    write_all(folder, export::criterion(record, &name))?;
    print(&format!("baseline {name} in {}: compare with critcmp --target-dir", folder.display()))
}

/// The results folder of asv.
fn asv(record: &Record, arguments: &ExportArguments) -> CommandResult {
    let folder = folder(arguments, ".asv/results")?;
    let named = arguments.commit.as_ref().or(record.tool.commit.as_ref());
    let named = named
        .ok_or_else(|| Stop::usage(anyhow!("the record names no commit: say which with --commit HASH")))?;
    let is_whole = named.len() == 40 && named.bytes().all(|byte| byte.is_ascii_hexdigit());
    let commit = if is_whole { Some(named.clone()) } else { whole_commit(named) };
    let commit = commit.ok_or_else(|| {
        Stop::usage(anyhow!(
            "--commit {named}: asv needs all 40 digits, and Git does not know this commit here"
        ))
    })?;
    let mut files = export::asv(record, &commit);
    keep_described(folder, &mut files[0])?;
    write_all(folder, files)?;
    print(&format!("results of {commit} in {}", folder.display()))
}

/// asv shows only benchmarks that this one file describes: what the folder has already stays in it.
fn keep_described(folder: &Path, file: &mut ExportedFile) -> CommandResult {
    let Ok(text) = fs::read_to_string(folder.join(&file.path)) else { return Ok(()) };
    let named = || format!("--output {}: {} is no list of asv", folder.display(), file.path);
    let mut all: Map<String, Value> = serde_json::from_str(&text).with_context(named).map_err(Stop::usage)?;
    let new: Map<String, Value> = serde_json::from_str(&file.content).map_err(Stop::ours)?;
    all.extend(new);
    file.content = Value::Object(all).to_string();
    Ok(())
}

/// All digits of a commit, if the repository around this folder has it.
fn whole_commit(named: &str) -> Option<String> {
    let revision = format!("{named}^{{commit}}");
    let mut command = Command::new("git");
    command.args(["rev-parse", "--verify", "--quiet", "--end-of-options", &revision]).stdin(Stdio::null());
    let output = command.stderr(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// The folder that a format which is one needs.
fn folder<'a>(arguments: &'a ExportArguments, usual: &str) -> Result<&'a Path, Stop> {
    let advice = || anyhow!("this format is a folder: name it, as in --output {usual}");
    arguments.output.as_deref().ok_or_else(|| Stop::usage(advice()))
}

fn write_all(folder: &Path, files: Vec<ExportedFile>) -> CommandResult {
    files.iter().try_for_each(|ExportedFile { path, content }| write(&folder.join(path), content))
}

fn write(file: &Path, text: &str) -> CommandResult {
    let named = || format!("--output {}", file.display());
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).with_context(named).map_err(Stop::ours)?;
    }
    replace_file(file, text.as_bytes()).with_context(named).map_err(Stop::ours)
}
