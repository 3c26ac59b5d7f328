//! How far can the figures be trusted? The baseline against itself, and what a call costs that does nothing.

use maud::{Markup, html};

use super::parts::{id, scrolling, verdict};
use super::view::View;
use crate::numeral::{duration, durations, interval, significant};
use crate::summary::{ControlSummary, LeaderSummary, WorkloadSummary};

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

/// One line per control: its time over all workloads with the same unit.
fn no_operations(view: &View) -> Markup {
    let controls = &view.summary.controls;
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
                tbody { @for control in controls { (control_row(view, control)) } }
            }
        },
    )
}

fn control_row(view: &View, control: &ControlSummary) -> Markup {
    let first = view.summary.rows.iter().find(|row| row.contender == control.control);
    html! {
        tr {
            th scope="row" { (id(&control.control)) @if control.unit != "call" { " (per " (control.unit) ")" } }
            @match (control.median_ns, control.least_ns, control.greatest_ns) {
                (Some(median), Some(least), Some(greatest)) => {
                    td.n { (duration(median)) }
                    td { (durations(least, greatest)) }
                }
                _ => td colspan="2" { @match first { Some(row) => (verdict(row)), None => "not measured" } },
            }
            td.n { (control.workloads) }
        }
    }
}
