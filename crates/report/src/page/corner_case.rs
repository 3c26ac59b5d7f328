//! The talk's corner case in the talk's own shape: seconds per 10,000 calls on a list of 25.

use breakeven_record::Outcome;
use maud::{Markup, html};

use super::contenders::{look, what};
use super::parts::{figure, id, rows_table};
use super::view::View;
use crate::chart::{Axis, Ink, ReferenceLine, Rung, Rungs, Scale};
use crate::claims::{NAIVE, NUMPY_LIST};
use crate::numeral::{round, significant};
use crate::summary::Row;

const CALLS: f64 = 10_000.0;

pub(super) fn body(view: &View) -> Markup {
    let Some(workload) = view.under("small-array-ratio") else {
        return html! { p { "This record has no workload " (id("whole/uniform-25")) ", on which the talk’s corner case rests." } };
    };
    let rows = view.rows(&workload.id);
    html! {
        p {
            "The talk timed 10,000 calls on a list of about 25 random numbers: Python 0.06 s, NumPy 0.39 s, “over 6x "
            "slower”. The same here, on one list, in the talk’s own unit."
        }
        div.cards {
            (card(view, &rows, NAIVE, "Python", "0.06 s"))
            (card(view, &rows, NUMPY_LIST, "NumPy, given the list", "0.39 s"))
        }
        (chart(view, &rows, &workload.id))
    }
}

fn card(view: &View, rows: &[&Row], contender: &str, name: &str, talk: &str) -> Markup {
    let row = rows.iter().find(|row| row.contender == contender);
    let seconds = row.and_then(|row| row.ns_per_unit).map(seconds);
    html! {
        div.card {
            p.card-title { (name) }
            p.card-value {
                @match seconds { Some(seconds) => { (significant(seconds, 3)) " s" } None => span.none { "no value" } }
            }
            p.card-talk { "the talk: " (talk) }
            p.fine { (id(contender)) ", list of 25, 10,000 calls, " (view.summary.interpreter()) }
        }
    }
}

fn seconds(nanoseconds: f64) -> f64 {
    nanoseconds * CALLS / 1e9
}

fn chart(view: &View, rows: &[&Row], workload: &str) -> Markup {
    let mut rungs: Vec<Rung> = rows.iter().filter_map(|row| rung(row)).collect();
    if rungs.is_empty() {
        return rows_table("The corner case", rows);
    }
    rungs.sort_by(|a, b| b.value.total_cmp(&a.value));
    let ends = rungs.iter().flat_map(|rung| [rung.low, rung.high]).chain([0.06, 0.39]);
    let axis = Axis::around("seconds per 10,000 calls", Scale::Logarithmic, ends, |value| round(value, 1));
    let drawing = Rungs {
        description: "Seconds per 10,000 calls on 25 numbers, one row per contender, slowest first"
            .to_owned(),
        axis,
        origin: None,
        rows: rungs,
        lines: vec![
            ReferenceLine { at: 0.06, text: "the talk’s Python, 0.06 s".to_owned(), ink: Ink::Talk },
            ReferenceLine { at: 0.39, text: "the talk’s NumPy, 0.39 s".to_owned(), ink: Ink::Talk },
        ],
    };
    let caption = html! {
        "Seconds per 10,000 calls on 25 numbers, logarithmic. The talk’s times are those of its machine, Python and "
        "NumPy of 2016: the distance between the two is the claim, not where they lie."
    };
    let command = view.command("-t whole -n 25");
    figure(&drawing, &caption, &rows_table(&format!("Rows of {workload}"), rows), &command)
}

fn rung(row: &Row) -> Option<Rung> {
    let value = seconds(row.ns_per_unit.filter(|&time| time > 0.0)?);
    let known_wrong = row.findings.outcome == Outcome::KnownWrong;
    let (low, high) = (row.low.map_or(value, seconds), row.high.map_or(value, seconds));
    let note = if known_wrong { "WRONG ANSWERS, as declared" } else { what(&row.contender) };
    let text = format!("{} s{}", significant(value, 3), if known_wrong { ", wrong" } else { "" });
    let label = row.contender.clone();
    let short = text.clone();
    Some(Rung {
        label: label.to_string(),
        note: note.to_owned(),
        value,
        low,
        high,
        text,
        short,
        ink: look(&row.contender).ink,
    })
}
