//! `breakeven report A B`: did anything get slower, or wrong?

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use breakeven_record::{Outcome, Record, RecordError, replace_file};
use breakeven_report::comparison::{self, ChangeVerdict, ComparedRow, Comparison, Named, Scope};
use breakeven_report::csv;
use breakeven_report::numeral;
use breakeven_report::page;

use super::look;
use crate::arguments::{FailOn, Format, ReportArguments};
use crate::commands::{print, tell};
use crate::record_folder::read;
use crate::stop::{CommandResult, Stop};

/// Name of the page beside the second record.
const COMPARISON_FILE: &str = "comparison.html";

/// Rows that are named in a message.
const NAMED: usize = 3;

/// Compares the record at `b` with the one at `a`, writes the page, and prints the table.
pub(super) fn report(a: &Path, b: &Path, arguments: &ReportArguments) -> CommandResult {
    let (record_a, record_b) = (read(a)?, read(b)?);
    let (path_a, path_b) = (a.display().to_string(), b.display().to_string());
    let compared = Comparison::of(
        Named { record: &record_a, path: &path_a },
        Named { record: &record_b, path: &path_b },
        arguments.threshold / 100.0,
        if arguments.peers { Scope::All } else { Scope::Compiled },
    )
    .map_err(Stop::not_comparable)?;
    let page = arguments.output.clone().unwrap_or_else(|| b.with_file_name(COMPARISON_FILE));
    write(&page, &compared)?;
    if let Some(file) = &arguments.csv {
        replace_file(file, csv::changes(&compared).as_bytes())
            .with_context(|| format!("--csv {}", file.display()))
            .map_err(Stop::ours)?;
    }
    print_all(&compared, &page, arguments)?;
    judged(&compared, &record_b, &arguments.fail_on)
}

fn write(path: &Path, compared: &Comparison) -> CommandResult {
    replace_file(path, page::comparison(compared).as_bytes())
        .map_err(|source| Stop::ours(RecordError::Unwritable { path: path.to_owned(), source }))
}

/// The table; where a program reads it, the place of the page goes to standard error.
fn print_all(compared: &Comparison, page: &Path, arguments: &ReportArguments) -> CommandResult {
    let place = format!("report: {}", page.display());
    match arguments.format {
        Format::Text => print(&format!("{}{place}", comparison::text(compared, &look()))),
        Format::Markdown => {
            tell(&place);
            print(&comparison::markdown(compared))
        }
        Format::Json => print(&serde_json::to_string_pretty(compared).map_err(Stop::ours)?),
    }
}

/// Ends with the first of what `fail_on` names and the records show: wrong, failed, slower, unresolved. What is found and
/// not named there is a warning.
fn judged(compared: &Comparison, record_b: &Record, fail_on: &[FailOn]) -> CommandResult {
    let (still, became): (Vec<&ComparedRow>, Vec<&ComparedRow>) =
        compared.undeclared_wrong().partition(|row| row.outcome_a == row.outcome_b);
    let with = |verdict| named(compared.with_verdict(verdict).map(place));
    let found = [
        (FailOn::Wrong, "became wrong", named(became.into_iter().map(place))),
        (FailOn::Wrong, "wrong in A and still wrong in B", named(still.into_iter().map(place))),
        (FailOn::Wrong, "wrong in B, on a workload that A lacks", named(wrong_alone(compared, record_b))),
        (FailOn::Failed, "measured in A and not in B", named(failures(compared))),
        (FailOn::Slower, "slower beyond the noise thresholds of both", with(ChangeVerdict::Slower)),
        (FailOn::Unresolved, "not resolved", with(ChangeVerdict::NotResolved)),
    ];
    let is_warned_of = |kind: FailOn| kind != FailOn::Unresolved && !kind.is_in(fail_on);
    for (_, what, rows) in found.iter().filter(|(kind, _, rows)| is_warned_of(*kind) && !rows.is_empty()) {
        tell(&format!("warning: {what}: {rows}"));
    }
    Stop::for_findings(&found, fail_on)
}

/// Undeclared wrong answers of B on workloads that A lacks.
fn wrong_alone(compared: &Comparison, record_b: &Record) -> Vec<String> {
    let alone = record_b.workloads.iter().filter(|workload| compared.only_in_b.contains(&workload.id));
    let wrong = alone.flat_map(|workload| {
        let wrong =
            workload.contenders.iter().filter(|contender| contender.findings.outcome == Outcome::Wrong);
        wrong.map(|contender| format!("{} on {}", contender.id, workload.id))
    });
    wrong.collect()
}

/// Each contender that was measured in A and not in B, with its reason and the workloads.
fn failures(compared: &Comparison) -> Vec<String> {
    let mut places: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    let disappeared = compared.with_verdict(ChangeVerdict::Disappeared);
    for row in compared.newly_failed().chain(disappeared.filter(|row| row.outcome_b != Some(Outcome::Failed)))
    {
        let reason = row.reason.as_deref().unwrap_or("failed in B");
        places.entry((&row.contender, reason)).or_default().push(&row.workload);
    }
    let line = |((contender, reason), workloads): ((&str, &str), Vec<&str>)| {
        format!("{contender}, {reason} (on {})", named(workloads))
    };
    places.into_iter().map(line).collect()
}

/// `rust/simd on whole/uniform-25 (1.20×, 1.18 to 1.22)`.
fn place(row: &ComparedRow) -> String {
    let change = match (row.change.value, row.change.low, row.change.high) {
        (Some(value), Some(low), Some(high)) => {
            format!(" ({}×, {})", numeral::significant(value, 3), numeral::interval(low, high))
        }
        _ => String::new(),
    };
    format!("{} on {}{change}", row.contender, row.workload)
}

/// The first of them, and how many more there are.
fn named(all: impl IntoIterator<Item = impl Into<String>>) -> String {
    let all: Vec<String> = all.into_iter().map(Into::into).collect();
    let first = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first}, and {more} more"),
    }
}
