//! What is worth trying first, in the order of effort?

use maud::{Markup, html};

use super::parts::{command, id};
use super::view::View;
use crate::numeral::{interval_words, times};
use crate::summary::Advice;

pub(super) fn body(view: &View) -> Markup {
    steps(view, view.summary.advice.iter().collect())
}

/// Of a user's comparison the steps that were measured: the others are not what was asked for.
pub(super) fn of_users(view: &View) -> Markup {
    let measured: Vec<&Advice> = view.summary.advice.iter().filter(|step| !step.places.is_empty()).collect();
    if measured.is_empty() {
        return html! {
            p { "None of the usual steps was measured here: " code { "-c" } " adds contenders of ours by name, " code { "breakeven list" } " names them." }
        };
    }
    steps(view, measured)
}

fn steps(view: &View, steps: Vec<&Advice>) -> Markup {
    html! {
        p {
            "Least effort first. Each factor is measured in this record: time before over time after, with its interval; "
            "above 1 the step pays. Stop where it is fast enough."
        }
        ol.advice {
            @for step in steps {
                li {
                    strong { (step.title) "." }
                    " " (step.why)
                    @if step.places.is_empty() {
                        p.fine { "Not measured in this record: " (id(&step.before)) " against " (id(&step.after)) "." }
                    } @else {
                        (measured(step))
                    }
                }
            }
        }
        (command(&view.command("")))
    }
}

fn measured(step: &Advice) -> Markup {
    html! {
        ul {
            @for place in &step.places {
                @if let Some(value) = place.figure.value {
                    li {
                        strong.factor { (times(value)) }
                        " (" (interval_words(&place.figure)) ")"
                        " from " (id(&step.before)) " to " (id(&step.after)) " on " (id(&place.workload))
                    }
                }
            }
            @if !step.wrong.is_empty() {
                li.caution { "Wrong answers from " (id(&step.after)) " on" @for workload in &step.wrong { " " (id(workload)) } }
            }
        }
    }
}
