//! From which size on does NumPy pay? The talk's first plot, with both input forms.

use breakeven_estimate::figure::Figure;
use maud::{Markup, html};

use super::contenders::look;
use super::parts::{figure, id};
use super::view::{Series, View};
use crate::chart::{Axis, Curve, CurvePoint, Curves, Scale, Stroke, VerticalMark, height_at};
use crate::claims::{NAIVE, NUMPY_ARRAY, NUMPY_LIST, SIZED, STANDARD_DEV};
use crate::numeral::{bracket, count, duration, interval_words, round, round_duration, significant, times};
use crate::summary::{BreakEvenSummary, rivals};
use crate::table::Align::{Left, Right};
use crate::table::{Cell, Table};

/// The largest size of the talk's first plot.
const LARGEST: usize = 300;

/// The sizes of the talk's second plot.
const SECOND: (usize, usize) = (1000, 20_000);

/// The lines of the linear figure; the others would crowd its floor or leave its top.
const LINES: [&str; 4] = [NAIVE, NUMPY_LIST, NUMPY_ARRAY, STANDARD_DEV];

pub(super) fn body(view: &View) -> Markup {
    let series = view.series(LARGEST);
    if !series.iter().any(|series| series.rows.len() > 1) {
        return html! {
            p { "A curve needs two sizes of uniform arrays up to " (LARGEST) "; this record has fewer." }
            (table(view, &view.series(usize::MAX)))
        };
    }
    html! {
        p { a href="#answer" { "The answer" } " has the talk’s first plot, up to " (LARGEST) " values." }
        (break_evens(view))
        (forms(view))
        (second_plot(view))
        (everything(view))
    }
}

pub(super) fn of_users(view: &View) -> Markup {
    break_evens(view)
}

/// The talk's first plot, where two of its sizes were measured.
pub(super) fn first_plot(view: &View) -> Markup {
    let series = view.series(LARGEST);
    let is_drawn = series.iter().any(|series| series.rows.len() > 1);
    html! { @if is_drawn { (as_in_the_talk(view, &series)) } }
}

/// Every contender at every size, where there are two.
pub(super) fn all_sizes(view: &View) -> Markup {
    html! { @if view.summary.arrays.sizes.len() > 1 { (everything(view)) } }
}

/// Break-even points of everything that is slower than Python, or what a user chose for a baseline, at first.
fn break_evens(view: &View) -> Markup {
    let rows = &view.summary.break_evens;
    let base = &view.summary.arrays.base;
    if rows.is_empty() {
        return html! { p { "No contender is slower than " (id(base)) " at the smallest size, so there is no break-even." } };
    }
    let columns = [
        ("contender", Left),
        ("break-even", Right),
        ("interval", Left),
        ("processes with a crossover", Right),
    ];
    let row = |found: &BreakEvenSummary| {
        vec![
            Cell::code(found.contender.as_str()),
            found.size().into(),
            interval_words(&found.figure).into(),
            format!("{} of {}", found.crossed, found.processes).into(),
        ]
    };
    Table::new("Break-even points", columns)
        .with_rows(rows.iter().map(row))
        .captioned(format!(
            "From which size on it beats {base}, {}; none: at no size measured",
            if view.summary.has_made_inputs() { "as n" } else { "in values" }
        ))
        .page()
}

/// What a list costs NumPy: both input forms as multiples of the array's time.
fn forms(view: &View) -> Markup {
    let points: Vec<(usize, f64, &Figure)> = view
        .summary
        .arrays
        .sizes
        .iter()
        .filter_map(|size| Some((size.n, size.list_over_array.value?, &size.list_over_array)))
        .filter(|&(_, value, _)| value > 0.0)
        .collect();
    if points.len() < 2 {
        return html! { p { "List against ndarray: not measured at two sizes in this record." } };
    }
    let heights = points.iter().map(|&(_, value, _)| value).chain([1.0]);
    let curve = Curve {
        label: "list over ndarray".to_owned(),
        ink: look(NUMPY_LIST).ink,
        marker: look(NUMPY_LIST).marker,
        stroke: Stroke::Solid,
        points: points.iter().map(|&(size, value, _)| CurvePoint { x: size as f64, y: value }).collect(),
    };
    let curves = vec![curve];
    let drawing = Curves {
        description: "How many times as long np.std takes given a list as given an array, over the size"
            .to_owned(),
        x: axis_of_sizes(view, &curves, Scale::Logarithmic),
        y: Axis::around("time given a list over time given an array", Scale::Linear, heights, |value| {
            format!("{}×", round(value, 2))
        }),
        curves,
        marks: Vec::new(),
        value: times,
    };
    let caption = html! {
        "List against ndarray: " (id(NUMPY_LIST)) " over " (id(NUMPY_ARRAY)) ". Everything above 1× is the conversion of the list, "
        "which each call pays again."
    };
    let columns = [("values", Right), ("list over ndarray", Right), ("interval", Left)];
    let row = |(size, value, figure): (usize, f64, &Figure)| {
        vec![count(size as u64).into(), times(value).into(), interval_words(figure).into()]
    };
    let table = Table::new("List against ndarray", columns).with_rows(points.into_iter().map(row)).page();
    figure(&drawing, &caption, &table, &view.command("-t whole -c numpy"))
}

/// The talk's second plot: where NumPy has won.
fn second_plot(view: &View) -> Markup {
    let series: Vec<Series> = view
        .series(SECOND.1)
        .into_iter()
        .filter(|series| LINES.contains(&series.contender.as_str()))
        .map(|series| {
            let rows = series.rows.into_iter().filter(|row| row.n >= SECOND.0).collect();
            Series { rows, ..series }
        })
        .filter(|series| series.rows.len() > 1)
        .collect();
    let curves: Vec<Curve> = series.iter().map(|series| curve(series, seconds)).collect();
    if curves.is_empty() {
        return html! { p { "The talk’s second plot (1,000 to 20,000 values) needs two of those sizes; this record has fewer." } };
    }
    let drawing = Curves {
        description: "Seconds per 10,000 calls over the number of values, from 1,000 to 20,000".to_owned(),
        x: axis_of_sizes(view, &curves, Scale::Linear),
        y: Axis::around("seconds per 10,000 calls", Scale::Linear, heights(&curves), |value| round(value, 2)),
        curves,
        marks: Vec::new(),
        value: |seconds| format!("{} s", significant(seconds, 3)),
    };
    let caption = html! {
        "The talk’s second plot: seconds per 10,000 calls from 1,000 to 20,000 values, where what is paid per value decides."
    };
    figure(&drawing, &caption, &table(view, &series), &view.command("-t whole"))
}

fn as_in_the_talk(view: &View, series: &[Series]) -> Markup {
    let shown: Vec<&Series> =
        series.iter().filter(|series| LINES.contains(&series.contender.as_str())).collect();
    if shown.is_empty() {
        return html! { p { "None of the contenders of the talk’s first plot was measured." } };
    }
    let curves: Vec<Curve> = shown.iter().map(|series| curve(series, seconds)).collect();
    let marks = marks(view, &curves, Scale::Linear, LARGEST as f64);
    let drawing = Curves {
        description: format!(
            "Seconds per 10,000 calls over the number of values, up to {LARGEST}, for {}",
            shown.iter().map(|series| series.contender.as_str()).collect::<Vec<_>>().join(", ")
        ),
        x: axis_of_sizes(view, &curves, Scale::Linear),
        y: Axis::around("seconds per 10,000 calls", Scale::Linear, heights(&curves), |value| round(value, 2)),
        curves,
        marks,
        value: |seconds| format!("{} s", significant(seconds, 3)),
    };
    let caption = html! {
        "The talk’s first plot: seconds per 10,000 calls over the size. Circled: from where on NumPy is faster than Python, given a "
        "list and given an array made beforehand, with the interval as a band; the talk’s article saw it near 150."
        @for beyond in beyond(view) { " " (beyond) }
    };
    figure(&drawing, &caption, &table(view, series), &view.command("-t whole"))
}

/// The figure of every contender over the sizes, with its table; `None` where nothing was measured at two sizes.
pub(super) fn over_sizes(view: &View) -> Option<(Curves, Markup)> {
    let series = view.series(usize::MAX);
    let drawing = drawing_of_all(view, &series);
    (!drawing.curves.is_empty()).then(|| (drawing, table(view, &series)))
}

fn drawing_of_all(view: &View, series: &[Series]) -> Curves {
    let curves: Vec<Curve> = series
        .iter()
        .filter(|series| series.rows.len() > 1)
        .map(|series| curve(series, |time| time))
        .collect();
    let marks = marks(view, &curves, Scale::Logarithmic, f64::INFINITY);
    Curves {
        description: format!(
            "Time per call over {}, both logarithmic, for every contender",
            if view.summary.has_made_inputs() { "n" } else { "the number of values" }
        ),
        x: axis_of_sizes(view, &curves, Scale::Logarithmic),
        y: Axis::around("time per call, logarithmic", Scale::Logarithmic, heights(&curves), round_duration),
        curves,
        marks,
        value: duration,
    }
    .with_room_below()
}

fn everything(view: &View) -> Markup {
    let series = view.series(usize::MAX);
    let drawing = drawing_of_all(view, &series);
    let caption = html! {
        "Every contender and every size, both axes logarithmic: what is flat pays a fixed cost per call, what rises pays "
        @if view.summary.has_made_inputs() { "more for a larger n." } @else { "per value." }
        @if !drawing.marks.is_empty() { " Circled: where a contender takes as long as " (id(&view.summary.arrays.base)) ", with the interval as a band." }
    };
    figure(&drawing, &caption, &table(view, &series), &view.command("-t whole"))
}

fn curve(series: &Series, scale: fn(f64) -> f64) -> Curve {
    let look = look(series.contender);
    let point = |row: &&crate::summary::Row| {
        Some(CurvePoint { x: row.n as f64, y: scale(row.ns_per_unit?) }).filter(|point| point.y > 0.0)
    };
    Curve {
        label: series.contender.to_string(),
        ink: look.ink,
        marker: look.marker,
        stroke: Stroke::Solid,
        points: series.rows.iter().filter_map(point).collect(),
    }
}

fn seconds(nanoseconds: f64) -> f64 {
    10_000.0 * nanoseconds / 1e9
}

fn heights(curves: &[Curve]) -> impl Iterator<Item = f64> + '_ {
    curves.iter().flat_map(|curve| &curve.points).map(|point| point.y)
}

fn axis_of_sizes(view: &View, curves: &[Curve], scale: Scale) -> Axis {
    let sizes = curves.iter().flat_map(|curve| &curve.points).map(|point| point.x);
    let name = match (scale, view.summary.has_made_inputs()) {
        (Scale::Linear, _) => "values in the array",
        (Scale::Logarithmic, false) => "values in the array, logarithmic",
        (Scale::Logarithmic, true) => "n, logarithmic",
    };
    let axis = Axis::around(name, scale, sizes, |value| round(value, 3));
    match scale {
        Scale::Linear => axis,
        // sizes need no more air than their markers
        Scale::Logarithmic => Axis { from: axis.from * 1.25, to: axis.to / 1.25, ..axis },
    }
}

/// Where NumPy takes as long as Python, or of a user's comparison whom the answer names as long as the baseline, up to
/// `largest` values.
fn marks(view: &View, curves: &[Curve], scale: Scale, largest: f64) -> Vec<VerticalMark> {
    let base = &view.summary.arrays.base;
    let mark = |(contender, form): (&str, &str)| {
        let figure = view.summary.break_even(contender)?.figure;
        let x = figure.value.filter(|&size| size <= largest)?;
        let line = curves.iter().find(|curve| curve.label == base.as_str())?;
        let at = CurvePoint { x, y: height_at(&line.points, scale, x)? };
        let (low, high) = (figure.low.unwrap_or(x), figure.high.unwrap_or(x));
        let short = format!("{form}: {}", significant(x, 3));
        let text = format!("{short}{}", bracket(figure.low, figure.high));
        let told = format!("equal: {text}");
        Some(VerticalMark { at, low, high, text, short, told, ink: look(contender).ink })
    };
    if view.summary.is_users_comparison() {
        let rivals = SIZED.into_iter().flat_map(|task| rivals(view.summary, task, base));
        return rivals.filter_map(|rival| mark((rival, rival))).collect();
    }
    [(NUMPY_ARRAY, "array"), (NUMPY_LIST, "list")].into_iter().filter_map(mark).collect()
}

/// What is to be said of break-even points that lie outside the figure.
fn beyond(view: &View) -> Vec<String> {
    let sentence = |(contender, form)| {
        let size = view.summary.break_even(contender)?.figure.value.filter(|&size| size > LARGEST as f64)?;
        Some(format!("Given {form}, NumPy wins from {} on, beyond this figure.", significant(size, 3)))
    };
    [(NUMPY_ARRAY, "an array"), (NUMPY_LIST, "a list")].into_iter().filter_map(sentence).collect()
}

fn table(view: &View, series: &[Series]) -> Markup {
    let sizes: Vec<usize> = view
        .summary
        .arrays
        .sizes
        .iter()
        .map(|size| size.n)
        .filter(|size| series.iter().any(|series| series.rows.iter().any(|row| row.n == *size)))
        .collect();
    let row = |series: &Series| {
        let cell = |size: &usize| {
            let row = series.rows.iter().find(|row| row.n == *size);
            Cell::or_dash(row.and_then(|row| row.ns_per_unit).map(duration))
        };
        std::iter::once(Cell::code(series.contender.as_str())).chain(sizes.iter().map(cell)).collect()
    };
    let columns = sizes.iter().map(|&size| (count(size as u64), Right));
    Table::new("Time per call by size", std::iter::once(("contender".to_owned(), Left)).chain(columns))
        .with_rows(series.iter().map(row))
        .captioned("Time per call".to_owned())
        .page()
}
