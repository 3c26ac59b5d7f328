//! How far can the figures be trusted? The baseline against itself, and what a call costs that does nothing.

use maud::{Markup, html};

use super::parts::{id, scrolling, time, verdict};
use super::view::View;
use crate::numeral::{count, interval, significant};
use crate::summary::{Row, WorkloadSummary};

pub(super) fn body(view: &View) -> Markup {
    if view.summary.workloads.is_empty() {
        return html! { p { "No workload was finished, so no control either." } };
    }
    let vetoed = view.summary.workloads.iter().filter(|workload| workload.vetoed == Some(true)).count();
    html! {
        p {
            "In every group of rounds the baseline runs a second time under another name. Where its ratio to itself "
            "strays from 1 no smaller difference can be believed: the farthest end of that interval, at least 2 %, is "
            "the margin of the workload, and above 10 % its verdicts are vetoed. "
            (vetoed) " of " (view.summary.workloads.len()) " workloads are vetoed."
        }
        (noise_table(view))
        h3 { "What nothing costs" }
        p { "Calls that do nothing, per calling convention, and the ruler. They are shown, never subtracted." }
        (no_operations(view))
    }
}

fn noise_table(view: &View) -> Markup {
    scrolling(
        "Noise by workload",
        &html! {
            table {
                thead { tr {
                    th { "workload" } th { "baseline over itself" } th.number { "margin" }
                    th.number { "resolvable" } th { "vetoed" }
                } }
                tbody { @for workload in &view.summary.workloads { (noise_row(workload)) } }
            }
        },
    )
}

fn noise_row(workload: &WorkloadSummary) -> Markup {
    let percent = |value: f64| format!("{} %", significant(value, 2));
    html! {
        tr {
            th scope="row" { (id(&workload.id)) }
            @match (workload.aa_low, workload.aa_high, workload.margin) {
                (Some(low), Some(high), Some(margin)) => {
                    td { (interval(low, high)) }
                    td.number { (percent(100.0 * margin)) }
                    td.number { (workload.resolvable_percent.map_or_else(String::new, percent)) }
                    td { @if workload.vetoed == Some(true) { "✗ vetoed" } @else { "no" } }
                }
                _ => { td colspan="4" { "not measured: no verdict is drawn here" } }
            }
        }
    }
}

fn no_operations(view: &View) -> Markup {
    let rows: Vec<&Row> = view
        .summary
        .rows
        .iter()
        .filter(|row| row.is_control() && row.contender != "control/twin" && row.tier.is_some())
        .collect();
    let absent: Vec<&Row> =
        view.summary.rows.iter().filter(|row| row.is_control() && row.tier.is_none()).collect();
    if rows.is_empty() && absent.is_empty() {
        return html! { p { "No such control was measured." } };
    }
    scrolling(
        "Controls",
        &html! {
            table {
                thead { tr { th { "control" } th { "workload" } th.number { "values" } th.number { "time per call" } } }
                tbody {
                    @for row in &rows {
                        tr {
                            th scope="row" { (id(&row.contender)) }
                            td { (id(&row.workload)) }
                            td.number { (count(row.n as u64)) }
                            td.number { (time(row)) }
                        }
                    }
                    @for row in &absent {
                        tr { th scope="row" { (id(&row.contender)) } td { (id(&row.workload)) } td colspan="2" { (verdict(row)) } }
                    }
                }
            }
        },
    )
}
