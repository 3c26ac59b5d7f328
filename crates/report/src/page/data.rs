//! Whose data is it, and how can it be told from other data?

use maud::{Markup, html};

use super::parts::{id, scrolling};
use super::view::View;
use crate::numeral::count;
use crate::summary::InputSummary;

pub(super) fn body(view: &View) -> Markup {
    let mut inputs: Vec<&InputSummary> = Vec::new();
    for workload in &view.summary.workloads {
        if !inputs.contains(&&workload.input) {
            inputs.push(&workload.input);
        }
    }
    let recordings: Vec<&&InputSummary> = inputs.iter().filter(|input| input.kind == "recording").collect();
    html! {
        @for recording in &recordings {
            p {
                "Recording " (id(&recording.name)) ", " (count(recording.rows as u64)) " rows, "
                (recording.channels) " channels. "
                @match &recording.note { Some(note) => bdi { (note) }, None => "No source was recorded." }
            }
        }
        @if let Some(made) = inputs.iter().find(|input| input.kind == "made") {
            p {
                "Inputs of " (id(&made.name))
                @if let Some(note) = &made.note { ": " bdi { (note) } }
                ". The SHA-256 is that of the size and the seed which this function was called with, not of what it made."
            }
        } @else {
            @if recordings.is_empty() { p { "No recording was used." } }
            p { "All other inputs are drawn by a seeded generator." }
        }
        details.data {
            summary { "SHA-256 of every input" }
            (scrolling("Inputs", &html! {
                table {
                    thead { tr { th { "input" } th.n { "values or rows" } th { "SHA-256" } } }
                    tbody { @for input in &inputs {
                        tr {
                            th scope="row" { (id(&input.name)) }
                            td.n { (count(input.rows as u64)) }
                            td.hash { (input.sha256) }
                        }
                    } }
                }
            }))
        }
    }
}
