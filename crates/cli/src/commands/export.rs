//! `breakeven export`: a record in the format of another tool.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, anyhow};
use breakeven_interchange::export::{self, CriterionFile};
use breakeven_record::{Record, replace_file};
use breakeven_report::csv;
use breakeven_report::summary::Summary;

use crate::arguments::{ExportArguments, ExportFormat};
use crate::baseline::named_record;
use crate::commands::print;
use crate::record_folder::{read, slug};
use crate::stop::{CommandResult, Stop};

/// Reads a record and writes it.
pub(crate) fn export(arguments: &ExportArguments) -> CommandResult {
    let path = named_record(&arguments.record)?;
    let record = read(&path)?;
    let text = match arguments.format {
        ExportFormat::Criterion => return criterion(&record, arguments),
        _ if arguments.baseline.is_some() => {
            return Err(Stop::usage(anyhow!("--baseline is for --format criterion alone: leave it out")));
        }
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
    let Some(folder) = &arguments.output else {
        return Err(Stop::usage(anyhow!(
            "--format criterion writes a folder: name it, as in --output target/criterion"
        )));
    };
    let name = arguments.baseline.clone().unwrap_or_else(|| slug(&record.label));
    let is_name = !name.is_empty() && name.chars().all(|char| char.is_alphanumeric() || "-_.".contains(char));
    if !is_name || name.starts_with('.') || ["new", "base", "change", "report"].contains(&name.as_str()) {
        return Err(Stop::usage(anyhow!(
            "--baseline {name:?}: use letters, digits, - and _, and none of Criterion's own names (new, base, change, report)"
        )));
    }
    for CriterionFile { path, content } in export::criterion(record, &name) {
        write(&folder.join(path), &content)?;
    }
    print(&format!("baseline {name} in {}: compare with critcmp --target-dir", folder.display()))
}

fn write(file: &Path, text: &str) -> CommandResult {
    let named = || format!("--output {}", file.display());
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).with_context(named).map_err(Stop::ours)?;
    }
    replace_file(file, text.as_bytes()).with_context(named).map_err(Stop::ours)
}
