//! Which contender to use, from where to where.

use breakeven_estimate::figure::Figure;
use breakeven_estimate::paired_ratio;
use breakeven_record::{Outcome, WorkloadRecord};
use maud::{Markup, html};

use super::contenders::what;
use super::parts::{id, scrolling};
use super::view::View;
use crate::numeral;
use crate::summary::Row;

/// So many sizes are shown at once, whatever they are.
const FEW: usize = 12;

/// Sizes that the talk names: its corner case, and where its curves cross.
const TALKS: [usize; 2] = [25, 150];

pub(super) fn body(view: &View) -> Markup {
    if view.arrays.is_empty() {
        return html! { p { "This record has no sizes of uniform arrays to choose between." } };
    }
    let (shown, others) = landmarks(view);
    html! {
        p {
            "The fastest right contender at each measured size, by what you hold: a Python list, a NumPy array, or "
            "a Rust slice. Behind it, how much longer the runner-up takes; where that interval holds 1, either will do."
        }
        (table(view, "Fastest by size and input", &shown))
        @if !others.is_empty() {
            details.data {
                summary { "The other " (others.len()) " sizes" }
                (table(view, "Fastest at the other sizes", &others))
            }
        }
    }
}

/// The sizes to show at once, and those in between: all are shown where they are few.
fn landmarks<'a>(view: &View<'a>) -> (Vec<&'a WorkloadRecord>, Vec<&'a WorkloadRecord>) {
    let ends = [view.arrays.first(), view.arrays.last()].map(|end| end.map(|workload| workload.length));
    let few = view.arrays.len() <= FEW;
    view.arrays.iter().partition(|workload| {
        let digits = workload.length.to_string();
        let round = matches!(digits.trim_end_matches('0'), "1" | "2" | "5");
        few || round || TALKS.contains(&workload.length) || ends.contains(&Some(workload.length))
    })
}

fn table(view: &View, name: &str, workloads: &[&WorkloadRecord]) -> Markup {
    scrolling(
        name,
        &html! {
            table.stack {
                thead { tr {
                    th.n { "numbers" } th { "you hold a list" } th { "you hold an ndarray" } th { "you are in Rust" }
                } }
                tbody {
                    @for workload in workloads {
                        tr {
                            th.n scope="row" { (numeral::count(workload.length as u64)) span.unit { " numbers" } }
                            @for (input, label) in [("list", "you hold a list"), ("ndarray", "you hold an ndarray"), ("slice", "you are in Rust")] {
                                td data-label=(label) { (choice(view, workload, input)) }
                            }
                        }
                    }
                }
            }
        },
    )
}

/// Which contender to use from where to where, for whoever holds a list, an ndarray or a slice.
pub(super) fn ranges(view: &View) -> Markup {
    let (Some(least), Some(greatest)) = (view.arrays.first(), view.arrays.last()) else { return html! {} };
    let holders = [("list", "a list"), ("ndarray", "an ndarray"), ("slice", "a Rust slice")];
    html! {
        p {
            strong { "At your size" }
            " (" (numeral::count(least.length as u64))
            @if greatest.length > least.length { " to " (numeral::count(greatest.length as u64)) }
            " numbers), the fastest right one (times as fast as " (id(&least.baseline)) "):"
        }
        ul.ranges {
            @for (input, words) in holders {
                @let winners = winners(view, input);
                @if !winners.is_empty() {
                    li {
                        "You hold " (words) ": "
                        @for (place, winner) in winners.iter().enumerate() {
                            @if place > 0 { "; " }
                            span title=(what(winner.contender)) { (id(winner.contender)) } " "
                            @if winner.from == winner.to { "at " } @else { (numeral::count(winner.from as u64)) " to " }
                            (numeral::count(winner.to as u64))
                            (gain(winner))
                        }
                        @if let [only] = winners.as_slice() {
                            @if !what(only.contender).is_empty() { span.what { ": " (what(only.contender)) } }
                        }
                        ". "
                    }
                }
            }
        }
    }
}

/// The fastest from one measured size to another.
struct Winner<'a> {
    contender: &'a str,
    from: usize,
    to: usize,
    /// How many times as fast as the baseline, at each of those sizes where that is known.
    gains: Vec<f64>,
}

fn gain(winner: &Winner<'_>) -> Markup {
    let least = winner.gains.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = winner.gains.iter().copied().fold(0.0, f64::max);
    html! {
        @if winner.gains.len() > 1 { " (" (numeral::interval(least, greatest)) "×)" }
        @if let [only] = winner.gains.as_slice() { " (" (numeral::significant(*only, 3)) "×)" }
    }
}

fn winners<'a>(view: &View<'a>, input: &str) -> Vec<Winner<'a>> {
    let mut winners: Vec<Winner> = Vec::new();
    for workload in &view.arrays {
        let ranked = ranked(view, workload, input);
        let Some(&best) = ranked.first() else { continue };
        // whoever was best at the size before stays it where the two cannot be told apart
        let as_good = |row: &&&Row| {
            let figure =
                paired_ratio(workload, &row.contender, &best.contender, view.record.plan.comparisons);
            row.contender == best.contender || figure.low.is_some_and(|low| low <= 1.0)
        };
        let before = winners.last().map(|winner| winner.contender);
        let stays = ranked.iter().find(|row| Some(row.contender.as_str()) == before).filter(as_good);
        let gain = |row: &Row| row.ratio.filter(|&ratio| ratio > 0.0).map(f64::recip);
        match (stays, winners.last_mut()) {
            (Some(row), Some(last)) => {
                last.to = workload.length;
                last.gains.extend(gain(row));
            }
            _ => winners.push(Winner {
                contender: &best.contender,
                from: workload.length,
                to: workload.length,
                gains: gain(best).into_iter().collect(),
            }),
        }
    }
    winners
}

/// The right ones with a time, fastest first.
fn ranked<'a>(view: &View<'a>, workload: &WorkloadRecord, input: &str) -> Vec<&'a Row> {
    let mut rows: Vec<&Row> = view
        .rows(&workload.id)
        .into_iter()
        .filter(|row| row.outcome == Outcome::Measured && row.input == input && row.ns_per_unit.is_some())
        .filter(|row| row.contender.interpreter().is_none())
        .collect();
    rows.sort_by(|a, b| a.rank().total_cmp(&b.rank()));
    rows
}

fn choice(view: &View, workload: &WorkloadRecord, input: &str) -> Markup {
    let rows = ranked(view, workload, input);
    let Some(best) = rows.first() else { return html! { span.fine { "nothing measured" } } };
    html! {
        span title=(what(&best.contender)) { (id(&best.contender)) }
        " " @if let Some(time) = best.ns_per_unit { (numeral::duration(time)) }
        div.fine {
            @match rows.get(1) {
                Some(next) => {
                    "then " (id(&next.contender)) " "
                    (written(paired_ratio(workload, &next.contender, &best.contender, view.record.plan.comparisons)))
                }
                None => "the only one measured",
            }
        }
    }
}

fn written(ratio: Figure) -> String {
    let Some(value) = ratio.value else { return "(not compared)".to_owned() };
    let interval = match (ratio.low, ratio.high) {
        (Some(low), Some(high)) => format!(" ({})", numeral::interval(low, high)),
        _ => String::new(),
    };
    format!("{}×{interval}", numeral::significant(value, 3))
}
