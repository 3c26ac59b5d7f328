//! The answer: the talk's figures, here.

use breakeven_estimate::Verdict;
use breakeven_record::contender_id::Family;
use maud::{Markup, html};

use super::parts::{id, scrolling};
use super::view::View;
use super::{choice, distribution, small_arrays};
use crate::claims::{Claim, to_one_hour};
use crate::contents::tables::claim_verdict;
use crate::numeral::{bracket, count, interval, interval_words, significant, times};
use crate::summary::{Available, Row, Summary};
use crate::wording::{confidence, figure_words, ordinary_note, resolution};

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
        (small_arrays::first_plot(view))
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
            "117× needs the whole loop compiled: compiling only " code { "standard_dev" } ", called from the Python loop, cannot "
            "give more than 7.5×. " a href="#ladder" { "The ladder" } " shows both rungs."
        }
    }
}

/// What must be known before anything else is read.
pub(super) fn banners(summary: &Summary) -> Markup {
    html! {
        @if !summary.complete {
            p.warning { strong { "Interrupted. " } "The workloads that were finished are shown." }
        }
        @if is_noisy(summary) {
            @if let Some(resolution) = resolution(summary) { p.warning { strong { (resolution) } } }
        }
        @if summary.workloads.is_empty() {
            p.warning { strong { "Empty. " } "No workload was finished, so there is nothing to judge." }
        }
    }
}

/// Whether to warn of noise first: some verdict is open, and more than a fifth of the workloads are too noisy.
fn is_noisy(summary: &Summary) -> bool {
    let is_open = |row: &Row| row.verdict == Some(Verdict::NotResolved) && !row.contender.is_control();
    summary.rows.iter().any(is_open)
        && 5 * summary.workloads.iter().filter(|workload| workload.coarse().is_some()).count()
            > summary.workloads.len()
}

/// What came of a user's own contenders: their figure, what to use at which size, and what of ours could take their place.
pub(super) fn of_users(view: &View) -> Markup {
    let summary = view.summary;
    html! {
        (banners(summary))
        (small_arrays::all_sizes(view))
        (distribution::body(view))
        @if let Some(available) = summary.available.as_ref().and_then(Available::sentence) {
            p { strong { (available) } }
        }
        (choice::ranges(view))
        p.note {
            (confidence(summary))
            @if let Some(resolution) = resolution(summary).filter(|_| !is_noisy(summary)) { " " (resolution) }
        }
    }
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
                            td.n { (claim.unit().write_talk(claim.talk)) }
                            td.n {
                                strong { (figure_words(claim, &claim.figure)) }
                                @if claim.extrapolated { div.fine { "extrapolated" } }
                            }
                            td { (claim.interval()) }
                            td { div.badges { (claim_verdict(claim.verdict)) } }
                        }
                        @for there in &claim.elsewhere {
                            tr {
                                th scope="row" { div.fine { "the same in " bdi { (there.stack) } } }
                                td.n {}
                                td.n { (figure_words(claim, &there.figure)) }
                                td { (interval_words(&there.figure)) }
                                td { (claim_verdict(there.verdict)) }
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
