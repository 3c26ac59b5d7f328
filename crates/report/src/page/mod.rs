//! What does a reader see of a record?
//!
//! One self-contained HTML file: nothing loaded, light and dark and print by CSS; one small script opens sections and saves
//! figures, and without it all can be read. A section is one file beside this one and one line in `SECTIONS`; all lay out what
//! the summary holds, and nothing else. Everything that a record says is escaped by maud, and isolated where it may be
//! written right to left.

mod accuracy;
mod advice;
mod anatomy;
mod answer;
mod beginnings;
mod choice;
mod commands;
mod comparison;
mod contenders;
mod controls;
mod corner_case;
mod data;
mod distribution;
mod document;
mod environment;
mod fragment;
mod history;
mod imported;
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

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use breakeven_problem::Task;
pub use comparison::comparison;
pub use document::document;
pub use fragment::fragment;
pub use history::history;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};
use view::View;

use crate::escape::legible;
use crate::summary::{Kind, Summary};
use crate::wording::{self, intervals, unbroken};

/// A part of the page.
struct Section {
    id: &'static str,
    title: &'static str,
    body: fn(&View) -> Markup,
}

/// The page from top to bottom.
const SECTIONS: &[Section] = &[
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

/// The page of a user's comparison: its figures first, and nothing of the talk.
const OF_USERS: &[Section] = &[
    Section { id: "answer", title: "The answer", body: answer::of_users },
    Section { id: "workloads", title: "Every contender", body: workloads::opened },
    Section { id: "small-arrays", title: "Break-even points", body: small_arrays::of_users },
    Section { id: "beginnings", title: "Import, first call and memory", body: beginnings::body },
    Section { id: "sliding", title: "Sliding windows", body: sliding::body },
    Section { id: "precision", title: "Speed against error", body: precision::body },
    Section { id: "advice", title: "What to try first", body: advice::of_users },
    Section { id: "controls", title: "Controls and noise", body: controls::body },
    Section { id: "warnings", title: "Warnings", body: warnings::body },
    Section { id: "method", title: "How it was measured", body: method::body },
    Section { id: "environment", title: "Environment", body: environment::body },
    Section { id: "data", title: "Data", body: data::body },
    Section { id: "commands", title: "Commands", body: commands::of_users },
];

/// The page of another tool's samples.
const OF_OTHER_TOOLS: &[Section] = &[
    Section { id: "imported", title: "Every benchmark", body: imported::body },
    Section { id: "environment", title: "Environment", body: environment::body },
];

/// How everything on a page looks.
const STYLE: &str = include_str!("style.css");

/// Sections that are open at first; the others open where a link leads to them, and for print.
const OPEN: usize = 3;

/// The script of every page.
const SCRIPT: &str = include_str!("script.js");

/// What a browser may do with the page beyond showing it: use its style sheet, and run its own script alone.
fn policy() -> String {
    let script = STANDARD.encode(Sha256::digest(SCRIPT));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
    )
}

/// The report as one HTML document.
///
/// Any summary makes a page: where something is absent, wrong, failed or was never asked for, the page
/// says so.
#[must_use]
pub fn page(summary: &Summary) -> String {
    let view = View { summary };
    let sections = sections(summary);
    let body = html! {
        @match summary.kind {
            Kind::Talk | Kind::Comparison => {
                a.skip href="#answer" { "Skip to the answer" }
                (header(&view, &summary.answer.join(" ")))
            }
            Kind::Imported => {
                a.skip href="#imported" { "Skip to the figures" }
                (header(&view, &wording::imported(summary)))
            }
        }
        main {
            @for (place, section) in sections.iter().enumerate() {
                // the way to the others comes after the answer, which has the first screen
                @if place == 1 { (contents(&sections)) }
                @let heading = html! { h2 id=(format!("{}-title", section.id)) { (section.title) } };
                section id=(section.id) aria-labelledby=(format!("{}-title", section.id)) {
                    @if place < OPEN {
                        (heading)
                        ((section.body)(&view))
                    } @else {
                        details.section { summary { (heading) } ((section.body)(&view)) }
                    }
                }
            }
        }
        (footer(&view))
    };
    shell(&format!("breakeven: {}", summary.label), &body)
}

/// One self-contained document: nothing loaded; light, dark and print by CSS.
fn shell(title: &str, body: &Markup) -> String {
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // a second wall behind the escaping: no other script would run, and nothing would be loaded
                meta http-equiv="Content-Security-Policy" content=(policy());
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (body)
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    legible(&document.into_string()).into_owned()
}

/// The sections of a page; of a user's comparison those that it has something for.
fn sections(summary: &Summary) -> Vec<&'static Section> {
    let of = |task: Task| summary.workloads.iter().filter(|workload| workload.task == task.word()).count();
    let has_data = |section: &&Section| match section.id {
        "small-arrays" => of(Task::Whole).max(of(Task::Made)) > 1,
        // of ours none takes part
        "advice" => of(Task::Made) < summary.workloads.len().max(1),
        "beginnings" => summary.rows.iter().any(|row| !row.findings.first_calls.is_empty()),
        "sliding" | "precision" => of(Task::Sliding) > 0,
        _ => true,
    };
    match summary.kind {
        Kind::Talk => SECTIONS.iter().collect(),
        Kind::Imported => OF_OTHER_TOOLS.iter().collect(),
        Kind::Comparison => OF_USERS.iter().filter(has_data).collect(),
    }
}

/// The name of the record, which a page lies beside, as far as it can be linked to by its name.
fn record_file(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    (name.ends_with(".json") && name.chars().all(plain)).then_some(name)
}

fn header(view: &View, sentence: &str) -> Markup {
    let summary = view.summary;
    html! {
        header {
            p.kicker {
                "breakeven"
                @if summary.kind == Kind::Talk { span.fine { " · the talk “Using C Extensions in Python” (Matt Fowler, 2019), measured again" } }
            }
            h1 {
                @match summary.kind {
                    Kind::Comparison => "Which is faster, and from which size on?",
                    Kind::Talk => "At which size does native code start to pay?",
                    Kind::Imported => "What another tool measured",
                }
            }
            p.lede { (unbroken(sentence)) }
            p.provenance {
                @if summary.imported.is_none() { (intervals(summary)) ". " }
                bdi { (view.fact("cpu").unwrap_or_else(|| "unknown processor".to_owned())) } " · " bdi { (summary.interpreter()) }
                @if let Some(numpy) = summary.numpy() { " · NumPy " bdi { (numpy) } }
                " · " (summary.created.split('T').next().unwrap_or_default())
            }
        }
    }
}

fn contents(sections: &[&Section]) -> Markup {
    html! {
        nav aria-label="Sections" {
            @for section in sections {
                a href=(format!("#{}", section.id)) { (section.title) }
            }
        }
    }
}

fn footer(view: &View) -> Markup {
    html! {
        footer {
            p {
                "Made from " code { (view.summary.record) } " by breakeven " (view.summary.tool.version)
                @if let Some(commit) = &view.summary.tool.commit { ", commit " code { (commit) } }
                @if view.summary.tool.dirty == Some(true) { " with uncommitted changes" }
                @if let Some(name) = record_file(&view.summary.record) { ". " a href=(name) download { "The record" } " lies beside this page" }
                "."
            }
        }
    }
}
