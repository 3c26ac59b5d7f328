//! How far does each rung of the pedometer's ladder get?

use breakeven_measure::estimate::extrapolation_error;
use breakeven_measure::record::{Outcome, WorkloadRecord};
use maud::{Markup, html};

use super::contenders::{look, rung};
use super::parts::{figure, id, rows_table, scrolling, time, verdict};
use super::view::View;
use crate::chart::{Axis, Ink, ReferenceLine, Rung, Rungs, Scale};
use crate::claims::{DROP_IN_CEILING, NAIVE, times};
use crate::figure::Figure;
use crate::numeral::{count, interval, round, significant};
use crate::summary::Row;
use crate::terminal::ladder_note;

pub(super) fn body(view: &View) -> Markup {
    let Some(hour) = view.hour else {
        return html! { p { "This record has no pedometer workload." } };
    };
    html! {
        p {
            "The talk’s application: an hour of recording, and over it " (count(hour.units))
            " standard deviations of windows of 50 to 100 samples, in which each result decides what enters the next "
            "window. Recording " (id(&hour.input.name)) ", " (count(hour.length as u64)) " rows, "
            (hour.input.channels) " channels."
        }
        p { (ladder_note(view.summary)) }
        (ladder(view, hour))
        (steps(view, hour))
        (caveats())
    }
}

fn ladder(view: &View, hour: &WorkloadRecord) -> Markup {
    let rows = view.rows(&hour.id);
    let mut rungs: Vec<Rung> = rows.iter().filter_map(|row| to_rung(view, hour, row)).collect();
    if rungs.is_empty() {
        return html! {
            p { "No rung can be compared with " (id(NAIVE)) " here." }
            (rows_table("Rungs", &rows))
        };
    }
    rungs.sort_by(|a, b| a.value.total_cmp(&b.value));
    let ends = rungs.iter().flat_map(|rung| [rung.low, rung.high]).chain([1.0, 117.0]);
    let drawing = Rungs {
        description:
            "How many times as fast as the Python loop each rung is, slowest first, with the talk’s 117"
                .to_owned(),
        axis: Axis::around("times as fast as python/naive, logarithmic", Scale::Logarithmic, ends, |value| {
            format!("{}×", round(value, 1))
        }),
        origin: Some(1.0),
        rows: rungs,
        lines: vec![
            ReferenceLine {
                at: DROP_IN_CEILING,
                text: "a free standard_dev: about 7.5×".to_owned(),
                ink: Ink::Muted,
            },
            ReferenceLine { at: 117.0, text: "the talk: 117×".to_owned(), ink: Ink::Talk },
        ],
    };
    let caption = html! {
        "Times as fast as " (id(NAIVE)) " on the whole recording, logarithmic; black: the interval. A star or the word "
        "extrapolated marks a rung that was timed on prefixes of the recording."
    };
    figure(&drawing, &caption, &rows_table("Rungs", &rows), &view.command("-t pedometer"))
}

fn to_rung(view: &View, hour: &WorkloadRecord, row: &Row) -> Option<Rung> {
    let baseline_stands = hour.contender(NAIVE).is_some_and(|naive| naive.outcome == Outcome::Measured);
    if !baseline_stands || !matches!(row.outcome, Outcome::Measured | Outcome::KnownWrong) {
        return None;
    }
    let figure = if row.contender == NAIVE {
        Figure::exactly(1.0)
    } else {
        times(view.record, hour, NAIVE, &row.contender)
    };
    let value = figure.value.filter(|&value| value > 0.0)?;
    let wrong = if row.outcome == Outcome::KnownWrong { ", wrong" } else { "" };
    let short = format!("{}×{wrong}", significant(value, 3));
    let text = match (figure.low, figure.high) {
        (Some(low), Some(high)) if low < high => format!("{short} ({})", interval(low, high)),
        _ => short.clone(),
    };
    let extrapolated = if row.is_extrapolated() { " (extrapolated)" } else { "" };
    Some(Rung {
        label: row.contender.clone(),
        note: format!("{}{extrapolated}", rung(&row.contender)),
        value,
        low: figure.low.unwrap_or(value),
        high: figure.high.unwrap_or(value),
        text,
        short,
        ink: look(&row.contender).ink,
    })
}

fn steps(view: &View, hour: &WorkloadRecord) -> Markup {
    let rows = view.rows(&hour.id);
    scrolling(
        "What each rung changes, and what it counted",
        &html! {
            table {
                caption { "What each rung changes, and what it counted on the longest input it was timed on" }
                thead { tr {
                    th { "rung" } th { "what it changes" } th.number { "time" } th.number { "rows timed" }
                    th.number { "steps" } th.number { "M that differ" } th { "extrapolation off by" }
                } }
                tbody { @for row in &rows { (steps_row(hour, row)) } }
            }
        },
    )
}

fn steps_row(hour: &WorkloadRecord, row: &Row) -> Markup {
    html! {
        tr {
            th scope="row" { (id(&row.contender)) }
            td.wide { (rung(&row.contender)) }
            @if row.ns_per_unit.is_none() {
                td colspan="5" { (verdict(row)) }
            } @else {
                td.number { (time(row)) }
                @match &row.answer {
                    Some(answer) => {
                        td.number { (count(answer.rows as u64)) }
                        td.number { (count(answer.steps as u64)) }
                        td.number { (count(answer.differing_m)) }
                    }
                    None => { td colspan="3" { "no count was kept" } }
                }
                td {
                    @match extrapolation_error(hour, &row.contender) {
                        Some(error) if error.abs() < 1e-4 => "less than 0.01 % on a third prefix",
                        Some(error) => { (significant(100.0 * error.abs(), 2)) " % on a third prefix" }
                        None if row.is_extrapolated() => "not checked",
                        None => "nothing extrapolated",
                    }
                }
            }
        }
    }
}

fn caveats() -> Markup {
    html! {
        ul.note {
            li {
                "Step counts: without the feedback the count is as good. The feedback is there because the talk’s "
                "workload has it, and it alters about 9 % of the samples."
            }
            li { "Not measured: steps counted where nobody walks." }
            li {
                "The talk’s step logic is proprietary; this one keeps its shape (clean-up, windows of 50 to 100, "
                "standard deviations that feed the next), not its code."
            }
        }
    }
}
