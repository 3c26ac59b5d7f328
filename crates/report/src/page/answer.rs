//! The answer: the talk's figures, here.

use breakeven_record::Outcome;
use breakeven_record::contender_id::Family;
use maud::{Markup, html};

use super::choice;
use super::parts::{id, scrolling};
use super::view::View;
use crate::claims::{Claim, to_one_hour};
use crate::contents::tables::claim_verdict;
use crate::numeral::{bracket, count, interval, interval_words, significant, times};
use crate::summary::{Row, Summary};
use crate::wording::{answers, confidence, figure_words, ordinary_note, resolution, row_verdict};

/// The claims of the first screen.
const CARDS: [&str; 3] = ["small-array-ratio", "break-even-size", "end-to-end-speedup"];

pub(super) fn body(view: &View) -> Markup {
    let summary = view.summary;
    let cards: Vec<&Claim> = CARDS.iter().filter_map(|id| summary.claim(id)).collect();
    html! {
        (banners(summary))
        // three times "no value" answers nothing: the table below says why there is none
        @if cards.iter().any(|claim| claim.figure.value.is_some()) {
            div.cards { @for claim in &cards { (card(claim)) } }
        }
        (choice::ranges(view))
        (sureness(view))
        (claims_table(view, &[]))
        p.note {
            (confidence(summary)) " Times are those of this machine, as loaded as it was. Reproduced: the whole interval lies between the "
            "talk’s figure over 1.25 and 1.25 times that figure. Consistent: it meets this band. Surpassed: a speed-up lies wholly above it. "
            "Direction only: it lies outside, where the same one of the two is faster. Absolute times are shown, not judged."
        }
        @if let Some(note) = ordinary_note(summary) { p.note { bdi { (note) } } }
        p.note {
            "117× needs the whole loop compiled: even a " code { "standard_dev" } " that cost nothing, called from the "
            "Python loop, would give about 7.5× at most. " a href="#ladder" { "The ladder" } " shows both rungs."
        }
    }
}

/// What must be known before anything else is read.
pub(super) fn banners(summary: &Summary) -> Markup {
    html! {
        @if !summary.complete {
            p.warning { strong { "Interrupted. " } "The workloads that were finished are shown." }
        }
        @if 5 * summary.workloads.iter().filter(|workload| workload.coarse().is_some()).count() > summary.workloads.len() {
            @if let Some(resolution) = resolution(summary) { p.warning { strong { "Noisy. " } (resolution) } }
        }
        @if summary.workloads.is_empty() {
            p.warning { strong { "Empty. " } "No workload was finished, so there is nothing to judge." }
        }
    }
}

/// What came of a user's own contenders: from which size on they pay, and on each workload.
pub(super) fn of_users(summary: &Summary) -> Markup {
    let users = |row: &&Row| row.contender.is_users() && row.contender != baseline(summary, row);
    let wins = |row: &Row| match (row.ratio, row.findings.outcome) {
        (Some(ratio), Outcome::Measured) => {
            format!("{}× the time of {}", significant(ratio, 3), baseline(summary, row))
        }
        (None, Outcome::Measured) => "measured".to_owned(),
        _ => row_verdict(row),
    };
    html! {
        ul {
            @for answer in answers(summary) { li { strong { (answer) } } }
            @for row in summary.rows.iter().filter(users) {
                li {
                    code { (row.contender) } " on " code { (row.workload) } ": "
                    bdi { (wins(row)) } (bracket(row.ratio_low, row.ratio_high))
                    @if row.findings.outcome == Outcome::Measured {
                        @if let Some(verdict) = row.verdict { ", " (verdict.words()) }
                    }
                    "."
                }
            }
        }
    }
}

fn baseline<'a>(summary: &'a Summary, row: &Row) -> &'a str {
    summary.workload(&row.workload).map_or("", |workload| workload.baseline.as_str())
}

/// How sure it is: the baseline against itself, and the command that measures it again.
fn sureness(view: &View) -> Markup {
    let summary = view.summary;
    let Some(workload) = view.under("small-array-ratio").or(summary.workloads.first()) else {
        return html! {};
    };
    html! {
        p {
            strong { "How sure?" }
            " " (summary.processes) " processes. A/A: " (id(&workload.baseline)) " against itself on " (id(&workload.id))
            @match (workload.aa_low, workload.aa_high) {
                (Some(low), Some(high)) => { ": " (interval(low, high)) "×" }
                _ => " has no interval",
            }
            @if let Some(threshold) = workload.noise_threshold {
                ": nothing within this noise threshold of " (significant(100.0 * threshold, 2)) "\u{a0}% is called different"
            }
            @if let Some(ratio) = workload.minimum_detectable_ratio {
                ", and differences below " (times(ratio)) ", the minimum detectable effect, may be missed"
            }
            ". " a href="#controls" { "All controls" } ". Again:"
        }
        (super::parts::command(&view.command("")))
    }
}

/// Whether the cards hold all that the sentence says, so that a small screen can do without it.
pub(super) fn is_told_by_cards(summary: &Summary) -> bool {
    CARDS.iter().all(|id| summary.claim(id).is_some_and(|claim| claim.figure.value.is_some()))
}

/// What was found, in one sentence.
pub(super) fn sentence(summary: &Summary) -> String {
    let known = |id: &str| summary.claim(id).and_then(|claim| claim.figure.value);
    let mut parts = Vec::new();
    if let Some(ratio) = known("small-array-ratio") {
        parts.push(format!(
            "on a list of 25 numbers NumPy takes {}× the time of plain Python",
            significant(ratio, 3)
        ));
    }
    if let Some(size) = known("break-even-size") {
        parts.push(format!("NumPy wins from about {} numbers on", significant(size, 3)));
    }
    if let Some(speedup) = known("end-to-end-speedup") {
        parts.push(format!("the whole pedometer, compiled, runs {}× as fast", significant(speedup, 3)));
    }
    match parts.as_slice() {
        [] => "This record does not hold what the talk’s claims need; below is what it does hold.".to_owned(),
        [only] => format!("On this machine, {only}."),
        [head @ .., last] => format!("On this machine, {}, and {last}.", head.join(", ")),
    }
}

/// What a user's comparison is of.
pub(super) fn compared(summary: &Summary) -> String {
    let mut users: Vec<&str> = Vec::new();
    for row in summary.rows.iter().filter(|row| row.contender.is_users()) {
        if !users.contains(&row.contender.as_str()) {
            users.push(&row.contender);
        }
    }
    let workloads: Vec<&str> = summary.workloads.iter().map(|workload| workload.id.as_str()).collect();
    format!("{} beside our contenders, on {}.", users.join(", "), workloads.join(", "))
}

fn card(claim: &Claim) -> Markup {
    let title = match claim.id.as_str() {
        "small-array-ratio" => "NumPy’s time over Python’s, list of 25",
        "break-even-size" => "NumPy, given a list, wins from",
        "end-to-end-speedup" => "Whole pedometer compiled",
        _ => claim.title(),
    };
    html! {
        div.card {
            p.card-title { (title) }
            p.card-value {
                @match claim.figure.value {
                    Some(value) => (claim.unit().write(value)),
                    None => span.none { "no value" },
                }
            }
            div.card-beside {
                p.fine { (claim.interval()) @if claim.extrapolated { ", extrapolated" } }
                p.card-talk { "the talk: " (claim.unit().write_talk(claim.talk)) }
            }
            div.badges { (claim_verdict(claim.verdict)) }
        }
    }
}

/// The claims with these ids, or all where none is named.
pub(super) fn claims_table(view: &View, ids: &[&str]) -> Markup {
    let claims = view.summary.claims.iter();
    let claims = claims.filter(|claim| ids.is_empty() || ids.contains(&claim.id.as_str()));
    scrolling(
        "The talk’s claims",
        &html! {
            table.claims {
                thead { tr {
                    th { "claim" } th.n { "the talk" } th.n { "here" } th { "interval" } th { "verdict" }
                } }
                tbody {
                    @for claim in claims {
                        tr {
                            th scope="row" { (claim.title()) div.fine { (explained(view, claim)) } }
                            td.n data-label="the talk" { (claim.unit().write_talk(claim.talk)) }
                            td.n data-label="here" {
                                strong { (figure_words(claim, &claim.figure)) }
                                @if claim.extrapolated { div.fine { "extrapolated" } }
                            }
                            td data-label="interval" { (claim.interval()) }
                            td data-label="verdict" { div.badges { (claim_verdict(claim.verdict)) } }
                        }
                        @for there in &claim.elsewhere {
                            tr {
                                th scope="row" { div.fine { "the same in " bdi { (there.stack) } } }
                                td.n data-label="the talk" {}
                                td.n data-label="here" { (figure_words(claim, &there.figure)) }
                                td data-label="interval" { (interval_words(&there.figure)) }
                                td data-label="verdict" { (claim_verdict(there.verdict)) }
                            }
                        }
                    }
                }
            }
        },
    )
}

/// One sentence on what the claim rests on, and why it has no value where it has none.
fn explained(view: &View, claim: &Claim) -> Markup {
    html! {
        @for (place, contender) in claim.contenders.iter().enumerate() {
            @if place > 0 { " over " }
            (id(contender))
        }
        @if let Some(workload) = &claim.workload { " on " (id(workload)) }
        ", " (view.summary.interpreter()) "."
        @if let Some(reason) = &claim.reason { " " bdi { (capitalised(reason)) } "." }
        @if claim.id == "end-to-end-seconds" {
            @if let Some(hour) = view.under(&claim.id) {
                " " (hour.input.channels) " channels"
                @if to_one_hour(hour.n, hour.units, hour.input.channels) != 1.0 { ", scaled from " (count(hour.n as u64)) " rows to one hour" }
                "."
            }
        }
        @for beside in &claim.beside {
            @if let Some(value) = beside.figure.value {
                " " (capitalised(&beside.label)) ": " (claim.unit().write(value)) (bracket(beside.figure.low, beside.figure.high)) "."
            }
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        // ids stay as they are written
        Some(first) if Family::of(text) == Family::Other => first.to_uppercase().chain(characters).collect(),
        _ => text.to_owned(),
    }
}
