//! How fast, and how wrong? Every contender a point, on one scale for all kinds of data.

use breakeven_problem::Task;
use breakeven_record::Outcome;
use maud::{Markup, html};

use super::contenders::look;
use super::parts::{figure, figure_table, id};
use super::view::View;
use crate::chart::{Axis, Mark, Scale, Scatter, Spot};
use crate::numeral::{count, duration, round_duration, significant};
use crate::summary::{Row, WorkloadSummary};

/// Where an error of zero is drawn; below half a unit, which is the least error above zero.
const NO_ERROR: f64 = 0.1;

/// The ends of decades that may be written beside the axis of errors.
const HEIGHTS: [f64; 9] = [NO_ERROR, 1.0, 10.0, 100.0, 1e4, 1e6, 1e8, 1e10, 1e12];

pub(super) fn body(view: &View) -> Markup {
    let workloads = regimes(view);
    let shown: Vec<&WorkloadSummary> = workloads
        .into_iter()
        .filter(|workload| view.rows(&workload.id).iter().any(|row| error(row).is_some()))
        .collect();
    if shown.is_empty() {
        return html! { p { "This record has no sliding windows whose errors were measured, so there is no speed to hold against an error." } };
    }
    let drawn: Vec<&Row> = shown
        .iter()
        .flat_map(|workload| view.rows(&workload.id))
        .filter(|row| error(row).is_some())
        .collect();
    let times = drawn.iter().filter_map(|row| row.ns_per_unit);
    let x = Axis::around("time per window, logarithmic", Scale::Logarithmic, times, round_duration);
    let largest = drawn.iter().filter_map(|row| error(row)).fold(10.0, f64::max);
    html! {
        p {
            "Left is faster, down is righter. The height is the largest error in units in the last place (ulp) of the exact "
            "answer over all windows; “0” is correctly rounded throughout. A cross with the word wrong is further from the "
            "exact answer than the workload allows. All figures have the same scales, so a point that climbs from one to the "
            "next is a method that the data broke."
        }
        @for workload in &shown { (one(view, workload, &x, largest)) }
        (missing(&shown))
    }
}

/// One workload per kind of data: those of one length and window that most kinds were measured at.
fn regimes<'a>(view: &View<'a>) -> Vec<&'a WorkloadSummary> {
    let workloads = view.task(Task::Sliding);
    let alike = |a: &WorkloadSummary, b: &WorkloadSummary| a.n == b.n && a.window == b.window;
    let most = workloads
        .iter()
        .max_by_key(|workload| workloads.iter().filter(|other| alike(workload, other)).count());
    let Some(most) = most.copied() else { return Vec::new() };
    workloads.into_iter().filter(|workload| alike(workload, most)).collect()
}

fn error(row: &Row) -> Option<f64> {
    let drawn = matches!(row.findings.outcome, Outcome::Measured | Outcome::KnownWrong | Outcome::Wrong);
    row.findings
        .max_ulp
        .filter(|error| drawn && row.ns_per_unit.is_some_and(|time| time > 0.0) && error.is_finite())
}

fn one(view: &View, workload: &WorkloadSummary, x: &Axis, largest: f64) -> Markup {
    let rows = view.rows(&workload.id);
    let drawing = Scatter {
        description: format!("Error over time per window on {}, one point per contender", workload.id),
        x: x.clone(),
        y: Axis {
            name: "largest error in ulp, logarithmic".to_owned(),
            scale: Scale::Logarithmic,
            from: NO_ERROR / 2.0,
            to: largest * 3.0,
            write: ulps,
        },
        heights: HEIGHTS.into_iter().filter(|&height| height <= largest * 3.0).collect(),
        spots: rows.iter().filter_map(|row| spot(row)).collect(),
    };
    let undrawn: Vec<&&Row> = rows.iter().filter(|row| error(row).is_none()).collect();
    let caption = html! {
        "Error over time on " (id(&workload.id)) ": " (count(workload.n as u64)) " " (workload.input.name) " values, windows of "
        (workload.window.map_or_else(|| "?".to_owned(), |window| count(window as u64))) "."
        @if !undrawn.is_empty() {
            " Not drawn, for the reasons in the data:"
            @for row in undrawn { " " (id(&row.contender)) }
            "."
        }
    };
    let command = view.command(&format!("-t sliding -n {} -w {}", workload.n, workload.window.unwrap_or(0)));
    html! {
        h3 { (capitalised(&workload.input.name)) " data" }
        (figure(&drawing, &caption, &figure_table(&workload.id, &rows), &command))
    }
}

fn spot(row: &Row) -> Option<Spot> {
    let (error, time) = (error(row)?, row.ns_per_unit?);
    let look = look(&row.contender);
    let right = row.findings.outcome == Outcome::Measured;
    let verdict = if right { "" } else { ", wrong" };
    Some(Spot {
        label: row.contender.to_string(),
        x: time,
        y: error.max(NO_ERROR),
        ink: look.ink,
        mark: if right { Mark::Right(look.marker) } else { Mark::Wrong },
        text: format!(
            "{}: {} per window, largest error {} ulp{verdict}",
            row.contender,
            duration(time),
            significant(error, 2)
        ),
    })
}

/// An error in words that are read at a glance.
fn ulps(error: f64) -> String {
    match error {
        none if none <= NO_ERROR => "0".to_owned(),
        large if large >= 1e12 => format!("{} trillion", count((large / 1e12) as u64)),
        large if large >= 1e9 => format!("{} billion", count((large / 1e9) as u64)),
        large if large >= 1e6 => format!("{} million", count((large / 1e6) as u64)),
        small => count(small as u64),
    }
}

/// What is to be said of kinds of data that were not measured.
fn missing(shown: &[&WorkloadSummary]) -> Markup {
    let absent: Vec<&str> = ["uniform", "normal", "offset", "constant", "decaying"]
        .into_iter()
        .filter(|kind| !shown.iter().any(|workload| workload.input.name == *kind))
        .collect();
    html! {
        @if !absent.is_empty() {
            p.note { "Not measured in this record: " (absent.join(", ")) " data. The default mode measures them." }
        }
    }
}

fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
