//! What does a reader see of a record?
//!
//! One self-contained HTML file: no script, nothing loaded, light and dark and print by CSS. A section
//! is one file beside this one and one line in `SECTIONS`; all draw from one view of the record. Everything
//! that a record says is escaped by maud, and isolated where it may be written right to left.

mod accuracy;
mod advice;
mod anatomy;
mod answer;
mod choice;
mod commands;
mod comparison;
mod contenders;
mod controls;
mod corner_case;
mod data;
mod environment;
mod interpreters;
mod ladder;
mod method;
mod ownership;
mod parts;
mod precision;
mod sliding;
mod small_arrays;
mod view;
mod warnings;
mod workloads;

use breakeven_problem::Task;
use breakeven_record::Record;
pub use comparison::comparison;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use view::View;

use crate::escape::legible;
use crate::summary::Summary;

/// A part of the page.
struct Section {
    id: &'static str,
    title: &'static str,
    body: fn(&View) -> Markup,
}

/// The page from top to bottom.
const SECTIONS: [Section; 19] = [
    Section { id: "answer", title: "The answer", body: answer::body },
    Section { id: "choice", title: "Which way, at which size", body: choice::body },
    Section { id: "corner-case", title: "The talk’s corner case", body: corner_case::body },
    Section { id: "small-arrays", title: "Small arrays", body: small_arrays::body },
    Section { id: "anatomy", title: "Why NumPy is slow on small arrays", body: anatomy::body },
    Section { id: "ladder", title: "The ladder to 117×", body: ladder::body },
    Section { id: "accuracy", title: "Is the count any good?", body: accuracy::body },
    Section { id: "sliding", title: "Sliding windows", body: sliding::body },
    Section { id: "precision", title: "Speed against error", body: precision::body },
    Section { id: "ownership", title: "Who owns what", body: ownership::body },
    Section { id: "interpreters", title: "Interpreters side by side", body: interpreters::body },
    Section { id: "advice", title: "What to try first", body: advice::body },
    Section { id: "workloads", title: "Every workload", body: workloads::body },
    Section { id: "controls", title: "Controls and noise", body: controls::body },
    Section { id: "warnings", title: "Warnings", body: warnings::body },
    Section { id: "method", title: "How it was measured", body: method::body },
    Section { id: "environment", title: "Environment", body: environment::body },
    Section { id: "data", title: "Data", body: data::body },
    Section { id: "commands", title: "Commands", body: commands::body },
];

/// Sections on what only `run` measures: a user's comparison has none of them.
const OF_THE_TALK: [&str; 8] =
    ["answer", "choice", "corner-case", "anatomy", "ladder", "accuracy", "ownership", "interpreters"];

/// What a browser may do with the page beyond showing it: use its style sheet.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The report on `record` as one HTML document. `summary` must be the record's own.
///
/// Any record makes a page: where something is absent, wrong, failed or was never asked for, the page
/// says so.
#[must_use]
pub fn page(record: &Record, summary: &Summary) -> String {
    let view = View::new(record, summary);
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // a second wall behind the escaping: a script would not run, and nothing would be loaded
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { "breakeven: " (record.label) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                @if summary.is_users_comparison() {
                    a.skip href="#workloads" { "Skip to the figures" }
                } @else {
                    a.skip href="#answer" { "Skip to the answer" }
                }
                (header(&view))
                main {
                    @if summary.is_users_comparison() {
                        (answer::banners(summary))
                        (answer::of_users(summary))
                    }
                    @for (place, section) in sections(summary).into_iter().enumerate() {
                        // the way to the others comes after the answer, which has the first screen
                        @if place == 1 { (contents(summary)) }
                        section id=(section.id) aria-labelledby=(format!("{}-title", section.id)) {
                            h2 id=(format!("{}-title", section.id)) { (section.title) }
                            ((section.body)(&view))
                        }
                    }
                }
                (footer(&view))
            }
        }
    };
    legible(&document.into_string()).into_owned()
}

fn header(view: &View) -> Markup {
    html! {
        header {
            p.kicker { "breakeven" }
            h1 { "At which size does native code start to pay?" }
            p.lede.told[answer::is_told_by_cards(view) && !view.summary.is_users_comparison()] { (answer::sentence(view)) }
            p.provenance {
                bdi { (view.fact("cpu").unwrap_or_else(|| "unknown processor".to_owned())) } " · " bdi { (view.summary.interpreter()) }
                @if let Some(numpy) = view.fact("numpy") { " · NumPy " bdi { (numpy) } }
                " · " (view.record.created.split('T').next().unwrap_or_default())
                " · mode " (view.summary.mode.word())
            }
        }
    }
}

fn contents(summary: &Summary) -> Markup {
    html! {
        nav aria-label="Sections" {
            @for section in sections(summary) {
                a href=(format!("#{}", section.id)) { (section.title) }
            }
        }
    }
}

/// The sections of a page: all; of a user's comparison those that it has something for, its figures first.
fn sections(summary: &Summary) -> Vec<&'static Section> {
    if !summary.is_users_comparison() {
        return SECTIONS.iter().collect();
    }
    let first = |section: &&Section| section.id == "workloads";
    let of = |task: Task| summary.workloads.iter().filter(|workload| workload.task == task.word()).count();
    let told = |section: &&Section| match section.id {
        "workloads" => false,
        "small-arrays" => of(Task::Whole) > 1,
        "sliding" | "precision" => of(Task::Sliding) > 0,
        id => !OF_THE_TALK.contains(&id),
    };
    SECTIONS.iter().filter(first).chain(SECTIONS.iter().filter(told)).collect()
}

fn footer(view: &View) -> Markup {
    html! {
        footer {
            p {
                "Made from " code { (view.summary.record) } " by breakeven " (view.summary.tool.version)
                @if let Some(commit) = &view.summary.tool.commit { ", commit " code { (commit) } }
                @if view.summary.tool.dirty == Some(true) { " with uncommitted changes" }
                ". After the talk “Using C Extensions in Python” (Matt Fowler, 2019)."
            }
        }
    }
}
