//! Interpreters side by side: the same contender elsewhere, compared with itself in the embedded interpreter.

use breakeven_record::contender_id::INTERPRETER_MARK;
use maud::{Markup, html};

use super::contenders::{look, what};
use super::parts::{command, figure};
use super::view::View;
use crate::chart::{Axis, Ink, ReferenceLine, Rung, Rungs, Scale};
use crate::contents::tables;
use crate::interpreters::{InterpreterRow, NONE_MEASURED};
use crate::numeral::{round, times};
use crate::table::Align;
use crate::wording::ordinary_note;

pub(super) fn body(view: &View) -> Markup {
    let rows = &view.summary.interpreters;
    html! {
        @if rows.is_empty() {
            p { (NONE_MEASURED) }
        } @else {
            p {
                "The same code in other interpreters, each a process of its own that runs batch by batch in the same rounds: "
                "its time over that of the same contender in the embedded " (view.summary.interpreter()) ". Above 1 the other one is slower."
            }
        }
        @if let Some(note) = ordinary_note(view.summary) { p.note { bdi { (note) } } }
        @if rows.is_empty() {
            (command(&view.command("-t whole -n 25 --interpreter python3")))
        } @else {
            (chart(view, rows))
        }
    }
}

fn chart(view: &View, rows: &[InterpreterRow]) -> Markup {
    let rungs: Vec<Rung> = rows.iter().filter_map(rung).collect();
    let table = table(rows);
    if rungs.is_empty() {
        return table;
    }
    let ends = rungs.iter().flat_map(|rung| [rung.low, rung.high]).chain([1.0]);
    let drawing = Rungs {
        description: "Time in another interpreter over time in the embedded one, one row per contender"
            .to_owned(),
        axis: Axis::around("times as long as embedded", Scale::Logarithmic, ends, |value| round(value, 1)),
        origin: Some(1.0),
        rows: rungs,
        lines: vec![ReferenceLine { at: 1.0, text: "as long as embedded".to_owned(), ink: Ink::Talk }],
    };
    let caption = html! {
        "Time over that of the same contender in the embedded interpreter, logarithmic; bars begin where the two are alike. "
        "What follows the " code { (INTERPRETER_MARK) } " is the version."
    };
    figure(&drawing, &caption, &table, &view.command("-n 25"))
}

fn rung(row: &InterpreterRow) -> Option<Rung> {
    let value = row.times.value.filter(|&value| value > 0.0)?;
    let text = times(value);
    Some(Rung {
        label: row.elsewhere.to_string(),
        note: format!("{}, {}", what(&row.elsewhere), row.workload),
        value,
        low: row.times.low.unwrap_or(value),
        high: row.times.high.unwrap_or(value),
        short: text.clone(),
        text,
        ink: look(&row.contender).ink,
    })
}

fn table(rows: &[InterpreterRow]) -> Markup {
    let versions = rows.iter().map(|row| row.version.clone().unwrap_or_default().into());
    let table = tables::interpreters(rows).with_column("version", Align::Left, versions);
    table.select(&[1, 6, 0, 2, 3, 4, 5]).page()
}
