//! How the figures came about, in the terms of this run.

use breakeven_record::Mode;
use maud::{Markup, html};

use super::view::View;
use crate::wording::confidence;

pub(super) fn body(view: &View) -> Markup {
    let summary = view.summary;
    html! {
        dl.facts {
            dt { "Mode" } dd { (summary.mode.word()) ", " (summary.workloads.len()) " of " (summary.planned) " workloads finished" }
            dt { "Processes" } dd {
                (summary.processes) ", each a worker of its own"
                @match summary.pinned_to { Some(processor) => { ", pinned to processor " (processor) } None => ", not pinned" }
            }
            dt { "Seed" } dd { (summary.seed) " (inputs and orders)" }
            dt { "Confidence" } dd {
                (confidence(summary))
                @if summary.mode != Mode::Quick { " Widened for " (summary.comparisons) " comparisons." }
            }
        }
        ul {
            li { "Verify, then time, then verify again: a contender whose answer is wrong gets no figure." }
            li {
                "A round is one batch of every contender, 0.3 ms or one call if that is longer, in balanced orders. Ratios are taken inside a "
                "round, their median inside a process, and the interval is the exact sign test’s over processes."
            }
            li {
                "What takes more than 20 ms a call is called once between two batches of the reference workload in each process, and "
                "compared by its ratio to them. What takes more than 0.6 s is timed on three prefixes of the input and "
                "extrapolated; the two shorter ones must predict the third within 3 %."
            }
            li {
                "A time is what the clock showed, the median over rounds and over processes, on this machine as loaded as it was. "
                "Only ratios are paired, so only they leave out what a neighbour made of the machine meanwhile."
            }
            li { "Times are of independent calls one after the other, with the garbage collector off, on warm data." }
        }
    }
}
