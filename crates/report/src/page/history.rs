//! What does a reader see of many records over time?

use maud::{Markup, html};

use super::contenders::look;
use super::parts::{figure, id, shell_words};
use super::shell;
use crate::chart::{Axis, Curve, CurvePoint, Curves, Ink, Scale, Stroke, VerticalMark};
use crate::history::{
    History, LevelChange, Point, Quantity, Series, Trend, changes_table, records_table, sentences,
    series_table,
};
use crate::numeral::{duration, round, round_duration, times};

/// Workloads that are drawn at most; all have their table.
const MOST_DRAWN: usize = 60;

/// The trend of a folder as one self-contained HTML document: what changed, a figure per workload, the records.
///
/// No script, nothing loaded; light, dark and print by CSS. Everything that the records say is escaped, and isolated
/// where it may be written right to left. Any history makes a page; without a trend it has the records alone.
#[must_use]
pub fn history(history: &History) -> String {
    let body = html! {
        a.skip href="#changes" { "Skip to what changed" }
        header {
            p.kicker { "breakeven history trend" }
            h1 { "What changed from record to record" }
            @if let Some(trend) = &history.trend { p.lede { (sentences(history, trend).join(" ")) } }
            @for notice in &history.notices { p { bdi { (notice) } } }
            nav aria-label="Sections" {
                a href="#changes" { "What changed" }
                a href="#series" { "Every series" }
                a href="#records" { "The records" }
            }
        }
        main {
            section id="changes" aria-labelledby="changes-title" {
                h2 id="changes-title" { "What changed" }
                @match history.trend.as_ref().filter(|trend| !trend.changes.is_empty()) {
                    Some(trend) => (changes_table(history, trend).page()),
                    None => p { "No change of a level was found." },
                }
            }
            section id="series" aria-labelledby="series-title" {
                h2 id="series-title" { "Every series" }
                @if let Some(trend) = &history.trend { (every_series(history, trend)) }
            }
            section id="records" aria-labelledby="records-title" {
                h2 id="records-title" { "The records" }
                // on paper there is no room for labels and schemas
                (records_table(history).select(&[0, 1, 2, 4, 5, 6, 7, 8]).page())
                @for foreign in &history.foreign { p.note { "Not read: " bdi { (foreign.file) } ": " bdi { (foreign.reason) } } }
            }
        }
        footer { p { "Ratios of other machines are advisory; times are drawn for the latest environment alone. docs/history.md says how changes are found." } }
    };
    shell(&format!("breakeven: history of {}", history.folder), &body)
}

fn every_series(history: &History, trend: &Trend) -> Markup {
    html! {
        p {
            "Each point is one record, numbered as in the table of records below. Ratios are to the baseline of the same run, so that "
            "they may be compared across machines with care; times are those of the environment of the latest record."
        }
        @for (place, series) in trend.by_workload().enumerate() {
            h3 { (id(&series[0].workload)) @if let Some(difference) = &series[0].difference { " " span.note { "(" (difference) ")" } } }
            (one(history, trend, series, place < MOST_DRAWN))
        }
    }
}

/// The figures of one workload, and its table.
fn one(history: &History, trend: &Trend, series: &[Series], is_drawn: bool) -> Markup {
    let table = series_table(history, series).page();
    let latest = series.iter().flat_map(|one| &one.points).map(|point| point.record).max();
    let key = latest.map_or("", |record| history.records[record].environment.as_str());
    let of_latest = |point: &Point| history.records[point.record].environment == key;
    let ratios = curves(series, |point| point.ratio.value);
    let clock = curves(series, |point| point.ns_per_unit.value.filter(|_| of_latest(point)));
    let marks = |quantity: Quantity| {
        let first = &series[0];
        let of =
            trend.changes.iter().filter(move |change| change.is_of(first) && change.quantity == quantity);
        of.filter(|change| quantity == Quantity::Ratio || change.environment.as_deref() == Some(key))
            .map(mark)
            .collect::<Vec<_>>()
    };
    let unit = series.first().map_or("call", |one| one.unit.as_str());
    let command = shell_words(&["breakeven", "history", "trend", &history.folder]);
    let caption = |what: &str| html! { (what) ", by record, on " (id(&series[0].workload)) "." };
    let has_figure = is_drawn && !(ratios.is_empty() && clock.is_empty());
    html! {
        @if is_drawn && !ratios.is_empty() {
            (figure(&drawing(history, "time over the baseline’s, logarithmic", ratios, marks(Quantity::Ratio), |value| format!("{}×", round(value, 2)), times), &caption("Time over the baseline’s"), &table, &command))
        }
        @if is_drawn && !clock.is_empty() {
            (figure(&drawing(history, &format!("time per {unit}, logarithmic"), clock, marks(Quantity::Time), round_duration, duration), &caption(&format!("Time per {unit}")), &table, &command))
        }
        @if !has_figure { (table) }
    }
}

fn drawing(
    history: &History,
    axis: &str,
    curves: Vec<Curve>,
    marks: Vec<VerticalMark>,
    ticks: fn(f64) -> String,
    value: fn(f64) -> String,
) -> Curves {
    let heights = curves.iter().flat_map(|curve| &curve.points).map(|point| point.y);
    let y = Axis::around(axis, Scale::Logarithmic, heights, ticks);
    let last = history.records.len() as f64;
    let x = Axis {
        name: "record".to_owned(),
        scale: Scale::Linear,
        from: 0.8,
        to: last + 0.2,
        // between two records there is nothing
        write: |place| if place.fract().abs() < 1e-9 { format!("{place:.0}") } else { String::new() },
    };
    Curves {
        description: format!("{axis}, one curve per contender, over the records"),
        x,
        y,
        curves,
        marks,
        value,
    }
    .with_room_below()
}

/// A curve for each contender that has two values.
fn curves(series: &[Series], value: impl Fn(&Point) -> Option<f64>) -> Vec<Curve> {
    let curve = |one: &Series| {
        let point = |point: &Point| Some(CurvePoint { x: point.record as f64 + 1.0, y: value(point)? });
        let look = look(&one.contender);
        Curve {
            label: one.contender.to_string(),
            ink: look.ink,
            marker: look.marker,
            stroke: Stroke::Solid,
            points: one.points.iter().filter_map(point).filter(|point| point.y > 0.0).collect(),
        }
    };
    series.iter().map(curve).filter(|curve| curve.points.len() > 1).collect()
}

/// Where a level changed.
fn mark(change: &LevelChange) -> VerticalMark {
    let at = change.record as f64 + 1.0;
    let text = format!("{} {}", change.contender, times(change.change));
    VerticalMark {
        at: CurvePoint { x: at, y: change.after },
        low: at,
        high: at,
        short: text.clone(),
        told: format!("another level from record {at} on: {text}"),
        text,
        ink: Ink::Talk,
    }
}
