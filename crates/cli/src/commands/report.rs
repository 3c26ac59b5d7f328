//! `breakeven report`: what does a record say?

mod two_records;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use breakeven_record::{RecordError, replace_file};
use breakeven_report::summary::Summary;
use breakeven_report::terminal::Look;
use breakeven_report::{markdown, page, terminal};

use crate::arguments::{Format, ReportArguments};
use crate::baseline::{self, named_record};
use crate::commands::{print, tell};
use crate::record_folder::read;
use crate::stop::{CommandResult, Stop};

/// Name of a report beside its record.
const REPORT_FILE: &str = "report.html";

/// Reads a record, or two of them, writes the page beside it, and prints what it says.
pub(crate) fn report(arguments: &ReportArguments) -> CommandResult {
    let path = named_record(&arguments.record)?;
    for notice in baseline::notices(&arguments.record)? {
        tell(&format!("notice: {notice}"));
    }
    if let Some(other) = &arguments.other {
        return two_records::report(&path, &named_record(other)?, arguments);
    }
    let record = read(&path)?;
    let summary = Summary::of(&record, &path.display().to_string());
    let page = write_page(&summary, &path)?;
    if let Some(file) = &arguments.fragment {
        let written = replace_file(file, page::fragment(&summary).as_bytes());
        written.with_context(|| format!("--fragment {}", file.display())).map_err(Stop::ours)?;
    }
    if let Some(file) = &arguments.splice {
        splice(file, &summary)?;
    }
    print(&text(&summary, arguments.format, Extent::of(arguments.details))?)?;
    match arguments.format {
        Format::Json => Ok(()),
        Format::Text | Format::Markdown => print(&format!("report: {}", page.display())),
    }
}

/// Writes `report.html` beside the record.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn write_page(summary: &Summary, record_path: &Path) -> Result<PathBuf, Stop> {
    let path = record_path.with_file_name(REPORT_FILE);
    let page = page::page(summary);
    replace_file(&path, page.as_bytes())
        .map_err(|source| Stop::ours(RecordError::Unwritable { path: path.clone(), source }))?;
    Ok(path)
}

/// Puts the parts that a Markdown file has markers for between them.
fn splice(path: &Path, summary: &Summary) -> Result<(), Stop> {
    let named = || format!("--splice {}", path.display());
    let text = std::fs::read_to_string(path).with_context(named).map_err(Stop::usage)?;
    let spliced = markdown::splice(&text, |part| markdown::part(summary, part))
        .with_context(named)
        .map_err(Stop::usage)?;
    replace_file(path, spliced.as_bytes()).with_context(named).map_err(Stop::ours)
}

/// How much a terminal shows; the other formats have everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// The answer, in one screen.
    Screen,
    /// Every table.
    Details,
}

impl Extent {
    /// What `--details` asks for.
    pub(crate) fn of(details: bool) -> Self {
        if details { Self::Details } else { Self::Screen }
    }
}

/// The summary as it is printed.
pub(crate) fn text(summary: &Summary, format: Format, extent: Extent) -> Result<String, Stop> {
    match (format, extent) {
        (Format::Json, _) => serde_json::to_string_pretty(summary).map_err(Stop::ours),
        (Format::Markdown, _) => Ok(markdown::report(summary)),
        (Format::Text, Extent::Screen) => Ok(terminal::screen(summary, &look())),
        (Format::Text, Extent::Details) => Ok(terminal::text(summary, &look())),
    }
}

/// How the terminal that stdout is, or the file, wants its text.
pub(crate) fn look() -> Look {
    let columns = console::Term::stdout().size_checked().map(|(_, columns)| columns);
    Look::of(columns, |name| std::env::var(name).ok())
}
