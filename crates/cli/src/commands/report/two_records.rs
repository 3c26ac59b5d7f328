//! `breakeven report A B`: did anything get slower, or wrong?

use std::path::Path;

use anyhow::anyhow;
use breakeven_measure::record::{RecordError, replace_file};
use breakeven_report::comparison::{self, ChangeVerdict, ComparedRow, Comparison, Named};
use breakeven_report::numeral;
use breakeven_report::page;

use super::{look, read};
use crate::arguments::{Format, ReportArguments};
use crate::commands::{print, tell};
use crate::stop::{Outcome, Stop};

/// Name of the page beside the second record.
const COMPARISON_FILE: &str = "comparison.html";

/// Rows that are named where it ends with 3 or 4.
const NAMED: usize = 3;

/// Holds the record at `b` against the one at `a`, writes the page, and prints the table.
pub(super) fn report(a: &Path, b: &Path, arguments: &ReportArguments) -> Outcome {
    let (record_a, record_b) = (read(a)?, read(b)?);
    let (path_a, path_b) = (a.display().to_string(), b.display().to_string());
    let compared = Comparison::of(
        Named { record: &record_a, path: &path_a },
        Named { record: &record_b, path: &path_b },
    )
    .map_err(Stop::not_comparable)?;
    let page = arguments.output.clone().unwrap_or_else(|| b.with_file_name(COMPARISON_FILE));
    write(&page, &compared)?;
    let found = judged(&compared);
    print_all(&compared, &page, &found, arguments)?;
    if arguments.advisory { Ok(()) } else { found }
}

fn write(path: &Path, compared: &Comparison) -> Outcome {
    replace_file(path, page::comparison(compared).as_bytes())
        .map_err(|source| Stop::ours(RecordError::Unwritable { path: path.to_owned(), source }))
}

/// The table with what advice there is; where a program reads it, that goes to standard error.
fn print_all(compared: &Comparison, page: &Path, found: &Outcome, arguments: &ReportArguments) -> Outcome {
    let advice = arguments.advisory.then(|| match found {
        Ok(()) => "Advisory: nothing got slower or wrong.".to_owned(),
        Err(stop) => format!("Advisory, exit code 0 instead of {}: {stop}", stop.code()),
    });
    let place = format!("report: {}", page.display());
    match arguments.format {
        Format::Text => {
            let advice = advice.map(|advice| format!("{advice}\n")).unwrap_or_default();
            print(&format!("{}{advice}{place}", comparison::text(compared, look().width)))
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

/// Whether anything became wrong without declaring it (4), or slower (3).
fn judged(compared: &Comparison) -> Outcome {
    let wrong: Vec<&ComparedRow> = compared.undeclared_wrong().collect();
    let slower: Vec<&ComparedRow> = compared.with_verdict(ChangeVerdict::Slower).collect();
    let slower_named =
        (!slower.is_empty()).then(|| format!("slower beyond the margins of both: {}", named(&slower)));
    match (wrong.is_empty(), slower_named) {
        (false, slower) => {
            let slower = slower.map(|slower| format!("; {slower}")).unwrap_or_default();
            Err(Stop::wrong(anyhow!("became wrong: {}{slower}", named(&wrong))))
        }
        (true, Some(slower)) => Err(Stop::regression(anyhow!(slower))),
        (true, None) => Ok(()),
    }
}

/// The first rows, and how many more there are.
fn named(rows: &[&ComparedRow]) -> String {
    let first = rows.iter().take(NAMED).map(|row| {
        let change = match (row.change.value, row.change.low, row.change.high) {
            (Some(value), Some(low), Some(high)) => {
                format!(" ({}×, {})", numeral::significant(value, 3), numeral::interval(low, high))
            }
            _ => String::new(),
        };
        format!("{} on {}{change}", row.contender, row.workload)
    });
    let first = first.collect::<Vec<_>>().join(", ");
    match rows.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first}, and {more} more"),
    }
}
