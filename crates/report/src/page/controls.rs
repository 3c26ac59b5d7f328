//! How far can the figures be trusted? The baseline against itself, and what a call costs that does nothing.

use std::collections::BTreeMap;

use breakeven_estimate::median;
use breakeven_record::contender_id::AA_CONTROL;
use maud::{Markup, html};

use super::parts::{id, scrolling, verdict};
use super::view::View;
use crate::numeral::{duration, durations, interval, significant};
use crate::summary::{LeaderSummary, Row, WorkloadSummary};

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
                    th { "workload" } th { "baseline over itself" } th.n { "margin" }
                    th.n { "resolvable" } th { "vetoed" } th { "fastest, against the next" }
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
                    td.n { (percent(100.0 * margin)) }
                    td.n { (workload.resolvable_percent.map_or_else(String::new, percent)) }
                    td { @if workload.vetoed == Some(true) { "✗ vetoed" } @else { "no" } }
                    td { @if let Some(leader) = &workload.leader { (against_the_next(leader)) } }
                }
                _ => { td colspan="5" { "not measured: no verdict is drawn here" } }
            }
        }
    }
}

fn against_the_next(leader: &LeaderSummary) -> Markup {
    html! {
        (id(&leader.contender)) " " (leader.verdict.words())
        div.fine {
            (significant(leader.ratio, 3)) "× (" (interval(leader.ratio_low, leader.ratio_high)) ") of " (id(&leader.runner_up))
        }
    }
}

/// One line per control: its time per call over all workloads whose unit is a call; where there are none, as for roots of
/// every window of a series, per unit of those it has.
fn no_operations(view: &View) -> Markup {
    let mut controls: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in
        view.summary.rows.iter().filter(|row| row.contender.is_control() && row.contender != AA_CONTROL)
    {
        controls.entry(&row.contender).or_default().push(row);
    }
    if controls.is_empty() {
        return html! { p { "No such control was asked for." } };
    }
    scrolling(
        "Controls",
        &html! {
            table {
                thead { tr {
                    th { "control" } th.n { "time per call" } th { "over workloads, from to" } th.n { "workloads" }
                } }
                tbody { @for (control, rows) in &controls { (control_row(control, rows)) } }
            }
        },
    )
}

fn control_row(control: &str, rows: &[&Row]) -> Markup {
    let first_unit = rows.first().map_or("call", |row| row.unit.as_str());
    let unit = if rows.iter().any(|row| row.unit == "call") { "call" } else { first_unit };
    let times: Vec<f64> =
        rows.iter().filter(|row| row.unit == unit).filter_map(|row| row.ns_per_unit).collect();
    let least = times.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = times.iter().copied().fold(0.0, f64::max);
    html! {
        tr {
            th scope="row" { (id(control)) @if unit != "call" { " (per " (unit) ")" } }
            @match median(&times) {
                Some(median) => {
                    td.n { (duration(median)) }
                    td { (durations(least, greatest)) }
                }
                None => td colspan="2" { @match rows.first() { Some(row) => (verdict(row)), None => "not measured" } },
            }
            td.n { (times.len()) }
        }
    }
}
