//! Which contender to use, from where to where.

use maud::{Markup, html};

use super::contenders::what;
use super::parts::{id, scrolling};
use super::view::View;
use crate::contents::ranges::{HELD, gain, of_form, place};
use crate::numeral::{count, duration, interval_words, times};
use crate::summary::{ArraySize, BestRange};

/// So many sizes are shown at once, whatever they are.
const FEW: usize = 12;

/// Sizes that the talk names: its corner case, and where its curves cross.
const TALKS: [usize; 2] = [25, 150];

pub(super) fn body(view: &View) -> Markup {
    let sizes = &view.summary.arrays.sizes;
    if sizes.is_empty() {
        return html! { p { "This record has no sizes of uniform arrays to choose between." } };
    }
    let (shown, others) = landmarks(sizes);
    html! {
        p {
            "The fastest right contender at each measured size, by what you hold: a Python list, a NumPy array, or "
            "a Rust slice. Behind it, how much longer the runner-up takes, paired in the same rounds, and where the two are "
            "equivalent or the difference is not resolved."
        }
        (table(view, "Fastest by size and input", &shown))
        @if !others.is_empty() {
            details.data {
                summary { "The other " (others.len()) " sizes" }
                (table(view, "Fastest at the other sizes", &others))
            }
        }
    }
}

/// The sizes to show at once, and those in between: all are shown where they are few.
fn landmarks(sizes: &[ArraySize]) -> (Vec<&ArraySize>, Vec<&ArraySize>) {
    let ends = [sizes.first(), sizes.last()].map(|end| end.map(|size| size.n));
    sizes.iter().partition(|size| {
        let digits = size.n.to_string();
        let round = matches!(digits.trim_end_matches('0'), "1" | "2" | "5");
        sizes.len() <= FEW || round || TALKS.contains(&size.n) || ends.contains(&Some(size.n))
    })
}

fn table(view: &View, name: &str, sizes: &[&ArraySize]) -> Markup {
    scrolling(
        name,
        &html! {
            table {
                thead { tr { th.n { "numbers" } @for (_, _, label) in HELD { th { (label) } } } }
                tbody {
                    @for size in sizes {
                        tr {
                            th.n scope="row" { (count(size.n as u64)) }
                            @for (input, _, _) in HELD { td { (choice(view, size, input)) } }
                        }
                    }
                }
            }
        },
    )
}

fn choice(view: &View, size: &ArraySize, input: &str) -> Markup {
    let Some(choice) = view.summary.choice(&size.workload, input) else {
        return html! { span.fine { "nothing measured" } };
    };
    let best = &choice.leader.best;
    let time = view.summary.row(&size.workload, best).and_then(|row| row.ns_per_unit);
    html! {
        span title=(what(best)) { (id(best)) }
        " " @if let Some(time) = time { (duration(time)) }
        div.fine {
            @match &choice.leader.runner_up {
                Some(next) => {
                    "then " (id(&next.contender)) " "
                    @match next.ratio.reciprocal() {
                        longer if longer.low.is_some() => { (longer.value.map_or_else(String::new, times)) " (" (interval_words(&longer)) ")" }
                        longer => (longer.value.map_or_else(|| "(not compared)".to_owned(), times)),
                    }
                    @if let Some(verdict) = next.doubt() { ": " (verdict.words()) }
                }
                None => "the only one measured",
            }
        }
    }
}

/// Which contender to use from where to where, for a caller who holds a list, an ndarray or a slice: a strip each, over sizes.
pub(super) fn ranges(view: &View) -> Markup {
    let summary = view.summary;
    if summary.best_ranges.is_empty() {
        return html! {};
    }
    let base = &summary.arrays.base;
    html! {
        p.strips-title {
            strong { "What to use at which size" } ", and how many times as fast as " (id(base)) " that is"
        }
        div.strips {
            @for (input, words, _) in HELD {
                @let ranges = of_form(summary, input);
                @if !ranges.is_empty() {
                    div.strip {
                        span.held { "You hold " (words) ": " }
                        ul.parts {
                            @for (number, range) in ranges.iter().enumerate() {
                                li.slower[range.slower] title=(what(&range.contender)) style=(format!("flex-grow:{:.2}", width(&ranges, number))) {
                                    (id(&range.contender)) " " (place(summary, range)) (gain(range))
                                    @if range.slower { ", slower than " (id(base)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How wide a part of a strip is: up to the next one, by ratio of sizes; what was measured at one size alone is there too.
fn width(ranges: &[&BestRange], number: usize) -> f64 {
    let range = ranges[number];
    let end = ranges.get(number + 1).map_or(range.to, |next| next.from);
    (end as f64 / range.from.max(1) as f64).ln().max(1.0)
}
