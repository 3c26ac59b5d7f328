//! `breakeven report A B`: did anything get slower, or wrong?

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::anyhow;
use breakeven_record::{Outcome, Record, RecordError, replace_file};
use breakeven_report::comparison::{self, ChangeVerdict, ComparedRow, Comparison, Named};
use breakeven_report::csv;
use breakeven_report::numeral;
use breakeven_report::page;

use super::{look, write_csv};
use crate::arguments::{Format, ReportArguments};
use crate::commands::{print, tell};
use crate::record_folder::read;
use crate::stop::{CommandResult, Stop};

/// Name of the page beside the second record.
const COMPARISON_FILE: &str = "comparison.html";

/// Rows that are named where it ends with 3 or 4.
const NAMED: usize = 3;

/// Compares the record at `b` with the one at `a`, writes the page, and prints the table.
pub(super) fn report(a: &Path, b: &Path, arguments: &ReportArguments) -> CommandResult {
    let (record_a, record_b) = (read(a)?, read(b)?);
    let (path_a, path_b) = (a.display().to_string(), b.display().to_string());
    let compared = Comparison::of(
        Named { record: &record_a, path: &path_a },
        Named { record: &record_b, path: &path_b },
    )
    .map_err(Stop::not_comparable)?;
    let page = arguments.output.clone().unwrap_or_else(|| b.with_file_name(COMPARISON_FILE));
    write(&page, &compared)?;
    write_csv(arguments, || csv::changes(&compared))?;
    let found = judged(&compared, &record_b);
    print_all(&compared, &page, &found, arguments)?;
    warn(&compared);
    if arguments.advisory { Ok(()) } else { found }
}

fn write(path: &Path, compared: &Comparison) -> CommandResult {
    replace_file(path, page::comparison(compared).as_bytes())
        .map_err(|source| Stop::ours(RecordError::Unwritable { path: path.to_owned(), source }))
}

/// The table with what advice there is; where a program reads it, that goes to standard error.
fn print_all(
    compared: &Comparison,
    page: &Path,
    found: &CommandResult,
    arguments: &ReportArguments,
) -> CommandResult {
    let advice = arguments.advisory.then(|| match found {
        Ok(()) => "Advisory: nothing got slower or wrong.".to_owned(),
        Err(stop) => format!("Advisory, exit code 0 instead of {}: {stop}", stop.code()),
    });
    let place = format!("report: {}", page.display());
    match arguments.format {
        Format::Text => {
            let advice = advice.map(|advice| format!("{advice}\n")).unwrap_or_default();
            print(&format!("{}{advice}{place}", comparison::text(compared, &look())))
        }
        Format::Markdown => {
            let advice =
                advice.map(|advice| format!("\n{}\n", comparison::literal(&advice))).unwrap_or_default();
            tell(&place);
            print(&format!("{}{advice}", comparison::markdown(compared)))
        }
        Format::Json => {
            advice.iter().for_each(|advice| tell(advice));
            print(&serde_json::to_string_pretty(compared).map_err(Stop::ours)?)
        }
    }
}

/// Whether B has a wrong answer that no contender declares (4), or anything got slower (3).
fn judged(compared: &Comparison, record_b: &Record) -> CommandResult {
    let (still, became): (Vec<&ComparedRow>, Vec<&ComparedRow>) =
        compared.undeclared_wrong().partition(|row| row.outcome_a == row.outcome_b);
    let slower: Vec<&ComparedRow> = compared.with_verdict(ChangeVerdict::Slower).collect();
    let alone = wrong_alone(compared, record_b);
    let is_wrong = !(became.is_empty() && still.is_empty() && alone.is_empty());
    let found = [
        ("became wrong", named(became.into_iter().map(place))),
        ("wrong in A and still wrong in B", named(still.into_iter().map(place))),
        ("wrong in B, on a workload that A lacks", named(alone)),
        ("slower beyond the noise thresholds of both", named(slower.into_iter().map(place))),
    ];
    let found = found.into_iter().filter(|(_, rows)| !rows.is_empty());
    let found = found.map(|(what, rows)| format!("{what}: {rows}")).collect::<Vec<_>>().join("; ");
    match (is_wrong, found.is_empty()) {
        (true, _) => Err(Stop::wrong(anyhow!(found))),
        (false, false) => Err(Stop::regression(anyhow!(found))),
        (false, true) => Ok(()),
    }
}

/// Undeclared wrong answers of B on workloads that A lacks.
fn wrong_alone(compared: &Comparison, record_b: &Record) -> Vec<String> {
    let alone = record_b.workloads.iter().filter(|workload| compared.only_in_b.contains(&workload.id));
    let wrong = alone.flat_map(|workload| {
        let wrong = workload.contenders.iter().filter(|contender| contender.outcome == Outcome::Wrong);
        wrong.map(|contender| format!("{} on {}", contender.id, workload.id))
    });
    wrong.collect()
}

/// One line on stderr for each contender that was timed in A and failed in B, and each reason.
fn warn(compared: &Comparison) {
    let mut lines: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for row in compared.newly_failed() {
        let reason = row.reason.as_deref().unwrap_or("failed in B");
        lines.entry((&row.contender, reason)).or_default().push(&row.workload);
    }
    for ((contender, reason), workloads) in lines {
        tell(&format!("warning: {contender} was measured in A but {reason} (on {})", named(workloads)));
    }
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
