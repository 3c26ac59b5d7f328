//! `breakeven history`: what do the records of a folder say over time?

mod folder;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use breakeven_record::{Record, RecordError, replace_file};
use breakeven_report::agreement::RunSet;
use breakeven_report::claims::claims;
use breakeven_report::history::talk::{self, TalkRow};
use breakeven_report::history::{self, History, TrendBuilder};
use breakeven_report::markdown::splice_block;
use breakeven_report::page;
use breakeven_report::summary::Row;

use self::folder::{Folder, REPEATED};
use crate::arguments::{
    BlessArguments, Format, HistoryCommand, ListArguments, TalkArguments, TrendArguments,
};
use crate::baseline;
use crate::commands::report::look;
use crate::commands::{print, tell};
use crate::record_folder::read;
use crate::selection::ContenderFilter;
use crate::stop::{CommandResult, Stop};

/// Name of the page in the folder.
const PAGE_FILE: &str = "history.html";

/// The block of docs/talk.md.
const TALK_BLOCK: &str = "machines";

/// Lists, compares, blesses.
pub(crate) fn history(command: &HistoryCommand) -> CommandResult {
    match command {
        HistoryCommand::List(arguments) => list(arguments),
        HistoryCommand::Trend(arguments) => trend(arguments),
        HistoryCommand::Bless(arguments) => bless(arguments),
        HistoryCommand::Talk(arguments) => talk_of(arguments),
    }
}

fn list(arguments: &ListArguments) -> CommandResult {
    let history = Folder::open(&arguments.folder)?.history()?;
    match arguments.format {
        Format::Json => json(&history),
        Format::Markdown => print(&history::list_markdown(&history)),
        Format::Text => print(&history::list_text(&history, &look())),
    }
}

fn trend(arguments: &TrendArguments) -> CommandResult {
    let contenders = ContenderFilter::new(arguments.contender.as_deref())?;
    let folder = Folder::open(&arguments.folder)?;
    let mut history = folder.history()?;
    let wanted = |row: &Row| {
        let is_in = |wanted: &[usize], value: Option<usize>| {
            wanted.is_empty() || value.is_some_and(|value| wanted.contains(&value))
        };
        (arguments.tasks.is_empty() || arguments.tasks.iter().any(|task| task.word() == row.task))
            && is_in(&arguments.lengths, Some(row.n))
            && is_in(&arguments.windows, row.window)
            && contenders.matches(&row.contender)
    };
    let mut builder = TrendBuilder::default();
    for (place, known) in history.records.iter().enumerate() {
        builder.add(&read(&folder.path(&known.record))?, place, &wanted);
    }
    let trend = builder.finish(&history, arguments.threshold / 100.0);
    if trend.series.is_empty() {
        return Err(Stop::nothing_matches(anyhow!(
            "no timed row of the records in {} matches -t, -n, -w and -c: see `breakeven history list`",
            history.folder
        )));
    }
    history.trend = Some(trend);
    let page = arguments.output.clone().unwrap_or_else(|| folder.path(PAGE_FILE));
    replace_file(&page, page::history(&history).as_bytes())
        .map_err(|source| Stop::ours(RecordError::Unwritable { path: page.clone(), source }))?;
    let place = format!("report: {}", page.display());
    match arguments.format {
        Format::Json => json(&history),
        Format::Markdown => {
            tell(&place);
            print(&history::trend_markdown(&history))
        }
        Format::Text => print(&format!("{}{place}", history::trend_text(&history, &look()))),
    }
}

fn bless(arguments: &BlessArguments) -> CommandResult {
    let reason = arguments.reason.trim();
    if reason.is_empty() {
        return Err(Stop::usage(anyhow!("--reason is empty: say why this record is the baseline")));
    }
    let file = baseline::named_record(&arguments.record)?;
    let record = read(&file)?;
    let (folder, path) = within(&file)?;
    if let Some(imported) = &record.imported {
        let tool = &imported.tool;
        return Err(Stop::usage(anyhow!("{path} was imported from {tool}: nothing can be compared with it")));
    }
    let blessed = baseline::write(&folder, &path, reason)?;
    baseline::keep(&folder, &path)?;
    if !record.complete {
        tell(&format!("warning: {path} ended early: what it lacks cannot be compared"));
    }
    let by = blessed.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    print(&format!(
        "{path} is the baseline of {}, blessed{by}: commit {} with the record",
        folder.display(),
        folder.join(baseline::BASELINE_FILE).display()
    ))
}

/// The folder of records that holds this record's folder, and the record's path in it.
fn within(file: &Path) -> Result<(PathBuf, String), Stop> {
    let whole = file.canonicalize().with_context(|| file.display().to_string()).map_err(Stop::usage)?;
    let own = whole.parent();
    let of_all = own.and_then(Path::parent).map(Path::to_owned);
    let path = of_all.as_deref().and_then(|folder| whole.strip_prefix(folder).ok());
    match (&of_all, path.and_then(Path::to_str)) {
        (Some(folder), Some(path)) => {
            // as the user wrote it, where that has a folder of all records
            let written =
                file.parent().and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
            Ok((written.map_or_else(|| folder.clone(), Path::to_owned), path.to_owned()))
        }
        _ => Err(Stop::usage(anyhow!("{} lies in no folder of records", file.display()))),
    }
}

fn talk_of(arguments: &TalkArguments) -> CommandResult {
    let folder = Folder::open(&arguments.folder)?;
    let mut history = folder.history()?;
    for foreign in &history.foreign {
        tell(&format!("not read: {}: {}", foreign.file, foreign.reason));
    }
    let mut rows: Vec<TalkRow> = Vec::new();
    let mut talks_own = None;
    for known in &history.records {
        let record: Record = read(&folder.path(&known.record))?;
        rows.extend(TalkRow::of_record(&record, &known.record));
        talks_own.get_or_insert_with(|| claims(&record));
    }
    let sets = folder.path(REPEATED);
    if let Some(claims) = talks_own.filter(|_| sets.is_dir()) {
        let sets = RunSet::all(&sets).map_err(Stop::usage)?;
        let row = |set: &RunSet| TalkRow::of_runs(set, &format!("{REPEATED}/{}", set.name), &claims);
        rows.extend(sets.iter().filter_map(row));
    }
    if let Some(file) = &arguments.splice {
        let named = || format!("--splice {}", file.display());
        let text = std::fs::read_to_string(file).with_context(named).map_err(Stop::usage)?;
        let spliced = splice_block(&text, TALK_BLOCK, &talk::markdown(&rows));
        let spliced = spliced.with_context(named).map_err(Stop::usage)?;
        replace_file(file, spliced.as_bytes()).with_context(named).map_err(Stop::ours)?;
    }
    match arguments.format {
        Format::Json => {
            history.talk = Some(rows);
            json(&history)
        }
        Format::Markdown => print(&talk::markdown(&rows)),
        Format::Text => print(&talk::text(&rows, &look())),
    }
}

fn json(history: &History) -> CommandResult {
    print(&serde_json::to_string_pretty(history).map_err(Stop::ours)?)
}
