//! What does one window of a sliding standard deviation cost?

use breakeven_problem::Task;
use breakeven_record::Outcome;
use maud::{Markup, html};

use super::contenders::{look, what};
use super::parts::{figure, figure_table, id, rows_table};
use super::view::{Series, View};
use crate::chart::{Axis, Curve, CurvePoint, Curves, Ink, Rung, Rungs, Scale, Stroke};
use crate::contents::tables::time_of;
use crate::numeral::{count, duration, durations, round_duration, values};
use crate::summary::{Row, WorkloadSummary};
use crate::table::Align::{Left, Right};
use crate::table::{Cell, Table};

/// Controls that are drawn as bounds, and what each of them is.
const BOUNDS: [(&str, &str); 2] = [
    ("control/square-root", "one square root per window"),
    ("control/copy", "memory: read once, written once"),
];

pub(super) fn body(view: &View) -> Markup {
    let workloads = view.task(Task::Sliding);
    if workloads.is_empty() {
        return html! { p { "This record has no sliding windows." } };
    }
    let over_windows = alike(&workloads, |workload| workload.n);
    let over_lengths = alike(&workloads, |workload| workload.window.unwrap_or(0));
    let curves = over_windows.len() > 1 || over_lengths.len() > 1;
    html! {
        p {
            "The standard deviation of every window of a series, as one call. A Python row returns a new array as its "
            "library does; a Rust row writes into a slice that it is given."
        }
        @if over_windows.len() > 1 {
            (over(view, &over_windows, &Direction {
                title: "Over the window",
                axis: "values per window, logarithmic",
                size: |row| row.window.unwrap_or(0),
                fixed: values(over_windows[0].n),
                lesson: "What is flat keeps what it knows from one window to the next; what rises starts again with each.",
                arguments: format!("-t sliding -n {}", over_windows[0].n),
            }))
        }
        @if over_lengths.len() > 1 {
            (over(view, &over_lengths, &Direction {
                title: "Over the length of the series",
                axis: "values in the series, logarithmic",
                size: |row| row.n,
                fixed: format!("windows of {}", count(over_lengths[0].window.unwrap_or(0) as u64)),
                lesson: "What falls at first pays a fixed cost per call; what rises at the end no longer fits the caches.",
                arguments: format!("-t sliding -w {}", over_lengths[0].window.unwrap_or(0)),
            }))
        }
        @if curves {
            h3 { "Each workload by itself" }
            @for workload in workloads {
                details.workload { summary { (id(&workload.id)) } (one(view, workload)) }
            }
        } @else {
            @for workload in workloads { (one(view, workload)) }
        }
    }
}

/// What a figure's curves go over.
struct Direction {
    title: &'static str,
    axis: &'static str,
    size: fn(&Row) -> usize,
    /// What stays the same.
    fixed: String,
    lesson: &'static str,
    arguments: String,
}

/// The largest group of workloads on uniform data that agree in `key`; where groups are equal, the one of the larger.
fn alike<'a>(
    workloads: &[&'a WorkloadSummary],
    key: fn(&WorkloadSummary) -> usize,
) -> Vec<&'a WorkloadSummary> {
    let uniform: Vec<&WorkloadSummary> = workloads
        .iter()
        .copied()
        .filter(|workload| workload.input.name == "uniform" && workload.ddof == 0)
        .collect();
    let of = |value: usize| uniform.iter().copied().filter(move |workload| key(workload) == value);
    let most = uniform.iter().map(|workload| key(workload)).max_by_key(|&value| (of(value).count(), value));
    most.map(|value| of(value).collect()).unwrap_or_default()
}

fn over(view: &View, workloads: &[&WorkloadSummary], direction: &Direction) -> Markup {
    let series: Vec<Series> = view
        .series_of(workloads.iter().map(|workload| workload.id.as_str()))
        .into_iter()
        .filter(|series| !series.contender.is_control() || bound(series.contender).is_some())
        .collect();
    let mut curves: Vec<Curve> = series.iter().map(|series| curve(series, direction.size)).collect();
    curves.retain(|curve| curve.points.len() > 1);
    if curves.is_empty() {
        return html! { p { "No contender was right at two sizes, so there is nothing to draw over them." } };
    }
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let x = Axis::around(direction.axis, Scale::Logarithmic, points().map(|point| point.x), |size| {
        count(size as u64)
    });
    let drawing = Curves {
        description: format!(
            "{}: time per window, both axes logarithmic, {}",
            direction.title, direction.fixed
        ),
        x: Axis { from: x.from * 1.2, to: x.to / 1.2, ..x },
        y: Axis::around(
            "time per window, logarithmic",
            Scale::Logarithmic,
            points().map(|point| point.y),
            round_duration,
        ),
        marks: Vec::new(),
        value: duration,
        curves,
    };
    let caption = html! {
        "Time per window, uniform data, " (direction.fixed) ". " (direction.lesson)
        @for (control, what) in BOUNDS {
            @if series.iter().any(|series| *series.contender == control) {
                " Dashed, " (id(control)) ": " (what) "."
            } @else {
                " " (id(control)) " (" (what) ") was not measured in this record."
            }
        }
    };
    html! {
        h3 { (direction.title) }
        (figure(&drawing, &caption, &sizes_table(&series, direction), &view.command(&direction.arguments)))
    }
}

fn bound(contender: &str) -> Option<&'static str> {
    BOUNDS.iter().find(|(control, _)| *control == contender).map(|&(_, what)| what)
}

fn curve(series: &Series, size: fn(&Row) -> usize) -> Curve {
    let look = look(series.contender);
    let control = bound(series.contender).is_some();
    let mut points: Vec<CurvePoint> = series
        .rows
        .iter()
        .filter_map(|row| Some(CurvePoint { x: size(row) as f64, y: row.ns_per_unit? }))
        .filter(|point| point.x > 0.0 && point.y > 0.0)
        .collect();
    points.sort_by(|a, b| a.x.total_cmp(&b.x));
    Curve {
        label: series.contender.to_string(),
        ink: if control { Ink::Muted } else { look.ink },
        marker: look.marker,
        stroke: if control { Stroke::Dashed } else { Stroke::Solid },
        points,
    }
}

fn sizes_table(series: &[Series], direction: &Direction) -> Markup {
    let mut sizes: Vec<usize> =
        series.iter().flat_map(|series| &series.rows).map(|row| (direction.size)(row)).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let columns = sizes.iter().map(|&size| (count(size as u64), Right));
    let row = |series: &Series| {
        let cell = |size: &usize| match series.rows.iter().find(|row| (direction.size)(row) == *size) {
            Some(row) => time_of(row).aside(row.low.zip(row.high).map(|(low, high)| durations(low, high))),
            None => Cell::or_dash(None),
        };
        std::iter::once(Cell::code(series.contender.as_str())).chain(sizes.iter().map(cell)).collect()
    };
    let by = direction.axis.trim_end_matches(", logarithmic");
    Table::new(direction.title, std::iter::once(("contender".to_owned(), Left)).chain(columns))
        .with_rows(series.iter().map(row))
        .captioned(format!("Time per window by {by}, with its interval"))
        .page()
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
    html! { (heading) (figure(&drawing, &caption, &figure_table(&workload.id, &rows), &command)) }
}

fn rung(row: &Row) -> Option<Rung> {
    let value = row.ns_per_unit.filter(|&time| time > 0.0)?;
    let wrong = if row.findings.outcome == Outcome::KnownWrong { ", wrong" } else { "" };
    Some(Rung {
        label: row.contender.to_string(),
        note: what(&row.contender).to_owned(),
        value,
        low: row.low.unwrap_or(value),
        high: row.high.unwrap_or(value),
        text: format!("{}{wrong}", duration(value)),
        short: format!("{}{wrong}", duration(value)),
        ink: look(&row.contender).ink,
    })
}
