//! How far can the figures be trusted? The baseline against itself, and what a call costs that does nothing.

use maud::{Markup, html};

use super::view::View;
use crate::contents::tables::row_verdict;
use crate::numeral::{bracket, duration, durations, interval, significant, times};
use crate::summary::{ControlSummary, LeaderSummary, WorkloadSummary};
use crate::table::Align::{Left, Right};
use crate::table::{Cell, Piece, Table};
use crate::wording::resolution;

pub(super) fn body(view: &View) -> Markup {
    if view.summary.workloads.is_empty() {
        return html! { p { "No workload was finished, so no control either." } };
    }
    html! {
        p {
            "In every group of rounds the baseline runs a second time under another name. Where its ratio to itself "
            "strays from 1 no smaller difference can be believed: the farthest end of that interval, at least 2 %, is "
            "the noise threshold of the workload. The minimum detectable effect is the smallest difference that is found "
            "beyond it with a power of 80 %. "
            @if let Some(resolution) = resolution(view.summary) { (resolution) }
        }
        (noise_table(view))
        h3 { "What nothing costs" }
        p { "Calls that do nothing, per calling convention, and the reference workload. They are shown, never subtracted." }
        (no_operations(view))
    }
}

fn noise_table(view: &View) -> Markup {
    let columns = [
        ("workload", Left),
        ("baseline over itself", Left),
        ("noise threshold", Right),
        ("minimum detectable effect", Right),
        ("fastest, against the next", Left),
    ];
    Table::new("Noise by workload", columns).with_rows(view.summary.workloads.iter().map(noise_row)).page()
}

fn noise_row(workload: &WorkloadSummary) -> Vec<Cell> {
    let aa = workload.aa_low.zip(workload.aa_high);
    vec![
        Cell::code(&*workload.id),
        aa.map_or_else(
            || "not measured: no verdict is drawn here".to_owned(),
            |(low, high)| interval(low, high),
        )
        .into(),
        Cell::or_dash(
            workload.noise_threshold.map(|threshold| format!("{} %", significant(100.0 * threshold, 2))),
        ),
        Cell::or_dash(workload.minimum_detectable_ratio.map(times)),
        workload.leader.as_ref().map_or_else(Cell::default, against_the_next),
    ]
}

fn against_the_next(leader: &LeaderSummary) -> Cell {
    let bounds = bracket(Some(leader.ratio_low), Some(leader.ratio_high));
    Cell::code(&*leader.contender)
        .then(Piece::Text(format!(" {}", leader.verdict.words())))
        .aside(Some(format!("{}{bounds} of {}", times(leader.ratio), leader.runner_up)))
}

/// One line per control: its time over all workloads with the same unit.
fn no_operations(view: &View) -> Markup {
    let controls = &view.summary.controls;
    if controls.is_empty() {
        return html! { p { "No such control was asked for." } };
    }
    let columns = [
        ("control", Left),
        ("time per call", Right),
        ("over workloads, from to", Left),
        ("workloads", Right),
    ];
    let row = |control: &ControlSummary| {
        let first = || view.summary.rows.iter().find(|row| row.contender == control.control);
        let unit = (control.unit != "call").then(|| format!("per {}", control.unit));
        let range = control.least_ns.zip(control.greatest_ns);
        vec![
            Cell::code(&*control.control).aside(unit),
            Cell::or_dash(control.median_ns.map(duration)),
            range.map_or_else(
                || first().map_or_else(Cell::default, row_verdict),
                |(least, greatest)| durations(least, greatest).into(),
            ),
            control.workloads.to_string().into(),
        ]
    };
    Table::new("Controls", columns).with_rows(controls.iter().map(row)).page()
}
