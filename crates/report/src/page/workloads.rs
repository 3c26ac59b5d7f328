//! Every row of the record, workload by workload.

use std::collections::BTreeSet;

use breakeven_problem::Task;
use maud::{Markup, html};

use super::parts::{id, rows_table};
use super::view::View;
use crate::summary::WorkloadSummary;
use crate::table::Align::Left;
use crate::table::{Cell, Table};
use crate::wording::untold;

pub(super) fn body(view: &View) -> Markup {
    all(view, Shown::Folded)
}

/// The same, with every workload open.
pub(super) fn opened(view: &View) -> Markup {
    all(view, Shown::Open)
}

/// Whether a reader must open a workload to see its rows.
#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Open,
    Folded,
}

fn all(view: &View, shown: Shown) -> Markup {
    if view.summary.workloads.is_empty() {
        return html! { p { "No workload was finished." } };
    }
    html! {
        p {
            "One row per contender asked for, whatever came of it. Ratios are times over the baseline’s: below 1 is "
            "faster. Errors are the largest seen, in units in the last place."
        }
        @for task in Task::ALL {
            @for workload in view.task(task) { (one(view, workload, shown)) }
        }
        (versions(view))
    }
}

/// What was measured under each name: once for all workloads, for it rarely differs between them.
fn versions(view: &View) -> Markup {
    let mut versions: Vec<(&str, BTreeSet<String>)> = Vec::new();
    for row in
        view.summary.rows.iter().filter(|row| row.findings.version.is_some() || row.declared.isa.is_some())
    {
        let version = [row.findings.version.as_deref(), row.declared.isa.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ");
        match versions.iter_mut().find(|(contender, _)| *contender == row.contender) {
            Some((_, known)) => _ = known.insert(version),
            None => versions.push((&row.contender, BTreeSet::from([version]))),
        }
    }
    html! {
        details.workload {
            summary { "Versions" span.fine { " of " (versions.len()) " contenders and controls" } }
            (Table::new("Versions", [("contender", Left), ("version, instruction set", Left)])
                .with_rows(versions.iter().map(|(contender, versions)| {
                    let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
                    vec![Cell::code(*contender), versions.join("; ").into()]
                }))
                .page())
        }
    }
}

fn one(view: &View, workload: &WorkloadSummary, shown: Shown) -> Markup {
    let rows = view.rows(&workload.id);
    html! {
        details.workload open[shown == Shown::Open] {
            summary {
                (id(&workload.id))
                span.fine {
                    " " (rows.len()) " contenders, baseline " (id(&workload.baseline))
                    @if let Some(ratio) = workload.coarse() { (untold(ratio)) }
                }
            }
            p { bdi { (workload.why) } }
            (rows_table(&workload.id, &rows))
        }
    }
}
