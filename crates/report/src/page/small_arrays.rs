//! From which size on does NumPy pay? The talk's first plot, with both input forms.

use maud::{Markup, html};

use super::contenders::look;
use super::parts::{figure, id, scrolling};
use super::view::{Series, View};
use crate::break_even::break_even;
use crate::chart::{Axis, Curve, CurvePoint, Curves, Scale, VerticalMark};
use crate::claims::{NAIVE, NUMPY_ARRAY, NUMPY_LIST, STD_EXTENSION};
use crate::figure::Figure;
use crate::numeral::{count, duration, interval, round, round_duration, significant};

/// The largest size of the talk's first plot.
const LARGEST: usize = 300;

/// The lines of the linear figure; the others would crowd its floor or leave its top.
const LINES: [&str; 4] = [NAIVE, NUMPY_LIST, NUMPY_ARRAY, STD_EXTENSION];

pub(super) fn body(view: &View) -> Markup {
    let series = view.series(LARGEST);
    if !series.iter().any(|series| series.rows.len() > 1) {
        return html! {
            p { "A curve needs two sizes of uniform arrays up to " (LARGEST) "; this record has fewer." }
            (table(view, &view.series(usize::MAX)))
        };
    }
    html! {
        (as_in_the_talk(view, &series))
        (everything(view))
    }
}

fn as_in_the_talk(view: &View, series: &[Series]) -> Markup {
    let shown: Vec<&Series> = series.iter().filter(|series| LINES.contains(&series.contender)).collect();
    if shown.is_empty() {
        return html! { p { "None of the contenders of the talk’s first plot was measured." } };
    }
    let curves: Vec<Curve> = shown.iter().map(|series| curve(series, seconds)).collect();
    let marks = marks(view, &curves);
    let drawing = Curves {
        description: format!(
            "Seconds per 10,000 calls over the number of values, up to {LARGEST}, for {}",
            shown.iter().map(|series| series.contender).collect::<Vec<_>>().join(", ")
        ),
        x: axis_of_sizes(&curves, Scale::Linear),
        y: Axis::around("seconds per 10,000 calls", Scale::Linear, heights(&curves), |value| round(value, 2)),
        curves,
        marks,
    };
    let caption = html! {
        "The talk’s first plot: seconds per 10,000 calls over the size. The talk gave Python a list and NumPy an array "
        "made beforehand; here NumPy gets both. Circled: where NumPy equals Python, with the interval as a band. "
        "The talk’s article saw it near 150."
        @for beyond in beyond(view) { " " (beyond) }
    };
    figure(&drawing, &caption, &table(view, series), &view.command("-t whole"))
}

fn everything(view: &View) -> Markup {
    let series = view.series(usize::MAX);
    let curves: Vec<Curve> = series
        .iter()
        .filter(|series| series.rows.len() > 1)
        .map(|series| curve(series, |time| time))
        .collect();
    let drawing = Curves {
        description: "Time per call over the number of values, both logarithmic, for every contender"
            .to_owned(),
        x: axis_of_sizes(&curves, Scale::Logarithmic),
        y: Axis::around("time per call, logarithmic", Scale::Logarithmic, heights(&curves), round_duration),
        curves,
        marks: Vec::new(),
    };
    let caption = html! {
        "Every contender and every size, both axes logarithmic: what is flat pays a fixed cost per call, what rises "
        "pays per value."
    };
    figure(&drawing, &caption, &table(view, &series), &view.command("-t whole"))
}

fn curve(series: &Series, scale: fn(f64) -> f64) -> Curve {
    let look = look(series.contender);
    let point = |row: &&crate::summary::Row| {
        Some(CurvePoint { x: row.n as f64, y: scale(row.ns_per_unit?) }).filter(|point| point.y > 0.0)
    };
    Curve {
        label: series.contender.to_owned(),
        ink: look.ink,
        marker: look.marker,
        points: series.rows.iter().filter_map(point).collect(),
    }
}

fn seconds(nanoseconds: f64) -> f64 {
    10_000.0 * nanoseconds / 1e9
}

fn heights(curves: &[Curve]) -> impl Iterator<Item = f64> + '_ {
    curves.iter().flat_map(|curve| &curve.points).map(|point| point.y)
}

fn axis_of_sizes(curves: &[Curve], scale: Scale) -> Axis {
    let sizes = curves.iter().flat_map(|curve| &curve.points).map(|point| point.x);
    let name = match scale {
        Scale::Linear => "values in the array",
        Scale::Logarithmic => "values in the array, logarithmic",
    };
    let axis = Axis::around(name, scale, sizes, |value| round(value, 3));
    match scale {
        Scale::Linear => axis,
        // sizes need no more air than their markers
        Scale::Logarithmic => Axis { from: axis.from * 1.25, to: axis.to / 1.25, ..axis },
    }
}

fn marks(view: &View, curves: &[Curve]) -> Vec<VerticalMark> {
    [(NUMPY_ARRAY, "array"), (NUMPY_LIST, "list")]
        .into_iter()
        .filter_map(|(contender, form)| {
            let figure = Figure::over(
                &break_even(view.record, contender, NAIVE).crossings,
                view.record.plan.comparisons,
            );
            let x = figure.value.filter(|&size| size <= LARGEST as f64)?;
            let at = CurvePoint { x, y: height_at(curves, NAIVE, x)? };
            let (low, high) = (figure.low.unwrap_or(x), figure.high.unwrap_or(x));
            let text = format!("{form}: {} ({})", significant(x, 3), interval(low, high));
            let short = format!("{form}: {}", significant(x, 3));
            Some(VerticalMark { at, low, high, text, short, ink: look(contender).ink })
        })
        .collect()
}

/// What is to be said of break-even points that lie outside the figure.
fn beyond(view: &View) -> Vec<String> {
    [(NUMPY_ARRAY, "an array"), (NUMPY_LIST, "a list")]
        .into_iter()
        .filter_map(|(contender, form)| {
            let crossings = break_even(view.record, contender, NAIVE).crossings;
            let figure = Figure::over(&crossings, view.record.plan.comparisons);
            let size = figure.value.filter(|&size| size > LARGEST as f64)?;
            Some(format!("Given {form}, NumPy wins from {} on, beyond this figure.", significant(size, 3)))
        })
        .collect()
}

/// How high a contender's line is at `x`.
fn height_at(curves: &[Curve], contender: &str, x: f64) -> Option<f64> {
    let points = &curves.iter().find(|curve| curve.label == contender)?.points;
    let (left, right) = points.iter().zip(points.iter().skip(1)).find(|(_, right)| right.x >= x)?;
    let share = (x - left.x) / (right.x - left.x);
    Some(left.y + share * (right.y - left.y))
}

fn table(view: &View, series: &[Series]) -> Markup {
    let sizes: Vec<usize> = view
        .arrays
        .iter()
        .map(|workload| workload.length)
        .filter(|size| series.iter().any(|series| series.rows.iter().any(|row| row.n == *size)))
        .collect();
    scrolling(
        "Time per call by size",
        &html! {
            table {
                caption { "Time per call" }
                thead { tr { th { "contender" } @for size in &sizes { th.number { (count(*size as u64)) } } } }
                tbody { @for series in series {
                    tr {
                        th scope="row" { (id(series.contender)) }
                        @for size in &sizes {
                            td.number {
                                @match series.rows.iter().find(|row| row.n == *size).and_then(|row| row.ns_per_unit) {
                                    Some(time) => (duration(time)),
                                    None => "–",
                                }
                            }
                        }
                    }
                } }
            }
        },
    )
}
