//! Why is NumPy slow on small arrays? One call, step by step, and the same of our extension.

use breakeven_problem::anatomy::{self, Anatomy, Step};
use maud::{Markup, html};

use super::parts::{command, figure, id, scrolling};
use super::view::View;
use crate::anatomy::{CallAnatomy, Part};
use crate::chart::{Ink, Piece, Stack};
use crate::numeral::{count, duration, significant};

pub(super) fn body(view: &View) -> Markup {
    let found = &view.summary.anatomies;
    if found.is_empty() {
        return html! {
            p { "This record took no call apart. To have it done:" }
            (command(&view.command("-t anatomy")))
        };
    }
    html! {
        p {
            "One call on a short list, cut short after every step: each control does all of the call up to the end of "
            "one step and returns, so a step costs what its control takes more than the one before it. NumPy’s are compiled from "
            "the source of the NumPy that was measured, with a " code { "return" } " put in. The first part is the timed "
            "loop and a call that does nothing."
        }
        @for call in found { (one(view, call)) }
    }
}

fn one(view: &View, call: &CallAnatomy) -> Markup {
    let Some(known) = anatomy::of(&call.workload) else { return html! {} };
    let heading = html! { h3 { (known.call) ", " (count(call.n as u64)) " numbers: " (call.whole_ns.value.map_or_else(|| "not measured".to_owned(), duration)) } };
    if call.parts.is_empty() || call.whole_ns.value.is_none() {
        return html! { (heading) p { "Not every step of " (id(&call.workload)) " was measured, so there is no sum to show." } };
    }
    let caption = html! {
        "Shares of one " code { (known.call) } ", list of " (count(call.n as u64)) ". All parts together are "
        (call.sum()) " of the call"
        (call.judgement())
    };
    html! { (heading) (figure(&drawing(known, call), &caption, &table(view, known, call), &view.command("-t anatomy"))) }
}

fn drawing(known: &Anatomy, call: &CallAnatomy) -> Stack {
    let piece = |(place, part): (usize, &Part)| Piece {
        label: part.title.clone(),
        value: part.share.value.unwrap_or(0.0),
        text: part.time(),
        told: format!(
            "{}: {} of one {}, {} ({})",
            part.title,
            part.percentage(),
            known.call,
            part.time(),
            part.bounds()
        ),
        ink: if place == 0 { Ink::Muted } else { Ink::Series(((place - 1) % 7) as u8) },
    };
    Stack {
        description: format!("What one {} spends, from the way in to the way out", known.call),
        title: format!("{}, {} in all", known.call, call.whole_ns.value.map_or_else(String::new, duration)),
        parts: call.parts.iter().enumerate().map(piece).collect(),
    }
}

fn table(view: &View, known: &'static Anatomy, call: &CallAnatomy) -> Markup {
    let same_version = view.fact("numpy").as_deref() == Some(known.version);
    scrolling(
        known.call,
        &html! {
            table {
                caption { "95 % intervals, one at a time; shares of the whole call, paired in the same rounds" }
                thead { tr { th { "part" } th.n { "time" } th { "interval" } th.n { "share" } th { "what is done" } th { "where" } } }
                tbody {
                    @for (place, part) in call.parts.iter().enumerate() {
                        @let step = place.checked_sub(1).and_then(|place| known.steps.get(place));
                        tr {
                            th scope="row" { (place + 1) " " (part.title) div.fine { (id(&part.control)) } }
                            td.n { (part.time()) }
                            td { (part.bounds()) }
                            td.n { (part.percentage()) }
                            td.wide { (step.map_or("the timed loop and a call that does nothing", |step| step.what)) }
                            td { @if let Some(step) = step { (place_of(known, step, same_version)) } }
                        }
                    }
                    tr {
                        th scope="row" { "all parts" }
                        td.n { (call.whole_ns.value.zip(call.sum_over_whole.value).map_or_else(|| "–".to_owned(), |(ns, sum)| duration(ns * sum))) }
                        td {}
                        td.n { (call.sum_over_whole.value.map_or_else(|| "–".to_owned(), |sum| format!("{} %", significant(100.0 * sum, 3)))) }
                        td.wide { "put together again from its parts, against " (id(&call.contender)) ": " (call.sum()) }
                        td {}
                    }
                }
            }
        },
    )
}

/// Where a step stands; a link where the record's NumPy is the one whose lines are known.
fn place_of(known: &Anatomy, step: &Step, same_version: bool) -> Markup {
    let file = step.file.rsplit('/').next().unwrap_or(step.file);
    if step.first_line == 0 {
        return html! { code { (step.file) } };
    }
    let lines = format!("{file}, lines {} to {}", step.first_line, step.last_line);
    if !same_version {
        return html! { (lines) " of NumPy " (known.version) };
    }
    let address = format!(
        "https://github.com/numpy/numpy/blob/v{}/{}#L{}-L{}",
        known.version, step.file, step.first_line, step.last_line
    );
    html! { a href=(address) { (lines) } }
}
