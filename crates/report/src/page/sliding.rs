//! What does one window of a sliding standard deviation cost?

use breakeven_measure::record::Outcome;
use breakeven_problem::Task;
use maud::{Markup, html};

use super::contenders::{look, what};
use super::parts::{figure, id, rows_table};
use super::view::View;
use crate::chart::{Axis, Rung, Rungs, Scale};
use crate::numeral::{count, duration, round_duration};
use crate::summary::{Row, WorkloadSummary};

pub(super) fn body(view: &View) -> Markup {
    let workloads = view.task(Task::Sliding);
    if workloads.is_empty() {
        return html! { p { "This record has no sliding windows." } };
    }
    html! {
        p {
            "The standard deviation of every window of a series, as one call. A Python row returns a new array as its "
            "library does; a Rust row writes into a slice that it is given."
        }
        @for workload in workloads { (one(view, workload)) }
    }
}

fn one(view: &View, workload: &WorkloadSummary) -> Markup {
    let rows = view.rows(&workload.id);
    let mut rungs: Vec<Rung> = rows.iter().filter_map(|row| rung(row)).collect();
    let heading = html! {
        h3 {
            (count(workload.n as u64)) " " bdi { (workload.input.name) } " values, windows of "
            (workload.window.map_or_else(|| "?".to_owned(), |window| count(window as u64)))
        }
    };
    if rungs.is_empty() {
        return html! { (heading) (rows_table(&workload.id, &rows)) };
    }
    rungs.sort_by(|a, b| b.value.total_cmp(&a.value));
    let ends = rungs.iter().flat_map(|rung| [rung.low, rung.high]);
    let drawing = Rungs {
        description: format!("Time per window on {}, one row per contender, slowest first", workload.id),
        axis: Axis::around("time per window, logarithmic", Scale::Logarithmic, ends, round_duration),
        origin: None,
        rows: rungs,
        lines: Vec::new(),
    };
    let missing: Vec<&&Row> = rows.iter().filter(|row| row.ns_per_unit.is_none()).collect();
    let caption = html! {
        "Time per window, logarithmic, on " (id(&workload.id)) "."
        @if !missing.is_empty() {
            " Without a time, for the reasons in the data:"
            @for row in missing { " " (id(&row.contender)) }
            "."
        }
    };
    let command = view.command(&format!("-t sliding -n {} -w {}", workload.n, workload.window.unwrap_or(0)));
    html! { (heading) (figure(&drawing, &caption, &rows_table(&workload.id, &rows), &command)) }
}

fn rung(row: &Row) -> Option<Rung> {
    let value = row.ns_per_unit.filter(|&time| time > 0.0)?;
    let wrong = if row.outcome == Outcome::KnownWrong { ", wrong" } else { "" };
    Some(Rung {
        label: row.contender.clone(),
        note: what(&row.contender).to_owned(),
        value,
        low: row.low.unwrap_or(value),
        high: row.high.unwrap_or(value),
        text: format!("{}{wrong}", duration(value)),
        short: format!("{}{wrong}", duration(value)),
        ink: look(&row.contender).ink,
    })
}
