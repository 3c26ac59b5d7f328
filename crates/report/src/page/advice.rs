//! What is worth trying first? Steps from correct use of NumPy to an extension, each with what it brought here.

use breakeven_estimate::figure::Figure;
use breakeven_estimate::paired_ratio;
use breakeven_record::{Outcome, WorkloadRecord};
use maud::{Markup, html};

use super::parts::{command, id};
use super::view::View;
use crate::numeral::{interval, significant};

/// One step: from what people have to what they may try.
struct Step {
    title: &'static str,
    why: &'static str,
    /// What is compared, the first that was measured: task, before, after.
    pairs: &'static [Pair],
}

struct Pair {
    task: &'static str,
    before: &'static str,
    after: &'static str,
}

const fn pair(task: &'static str, before: &'static str, after: &'static str) -> Pair {
    Pair { task, before, after }
}

/// Least effort first.
const STEPS: [Step; 8] = [
    Step {
        title: "Make the array once",
        why: "np.std of a list converts the list in every call. Keep the numbers in an ndarray.",
        pairs: &[pair("whole", "python/numpy-list", "python/numpy-array")],
    },
    Step {
        title: "For few numbers, leave NumPy out",
        why: "Below the break-even a plain loop over a list is faster than np.std of that list.",
        pairs: &[pair("whole", "python/numpy-list", "python/naive")],
    },
    Step {
        title: "One call with axis=, not one call each",
        why: "Many small arrays at once pay NumPy’s fixed cost once: put them in one two-dimensional array.",
        pairs: &[
            pair("pedometer", "python/naive", "python/numpy-lanes"),
            pair("feedback", "python/naive", "python/numpy-lanes"),
        ],
    },
    Step {
        title: "sliding_window_view, not a loop over slices",
        why: "All windows of a series in one call; it reads every value as often as windows hold it.",
        pairs: &[pair("sliding", "python/numpy-window", "python/numpy-view")],
    },
    Step {
        title: "A rolling function that exists: Bottleneck, pandas, Polars",
        why: "Installed, not written. Running sums: fast at any window, wrong on data far from zero (see Speed against error).",
        pairs: &[
            pair("sliding", "python/numpy-view", "python/bottleneck"),
            pair("sliding", "python/numpy-window", "python/bottleneck"),
        ],
    },
    Step {
        title: "Numba on the loop you have",
        why: "One line above the function, no build step; compiling costs time once per process.",
        pairs: &[
            pair("whole", "python/naive", "python/numba-two-pass"),
            pair("sliding", "python/numpy-view", "python/numba-two-pass"),
            pair("sliding", "python/bottleneck", "python/numba-incremental"),
        ],
    },
    Step {
        title: "One function as an extension",
        why: "The talk’s remedy. It pays where the call itself is most of the time, and no more than that share.",
        pairs: &[
            pair("whole", "python/naive", "extension/standard-dev"),
            pair("sliding", "python/bottleneck", "extension/rolling"),
        ],
    },
    Step {
        title: "The whole loop as an extension",
        why: "Where each result decides what comes next no library call fits, and the loop has to move too.",
        pairs: &[
            pair("pedometer", "python/naive", "extension/bank"),
            pair("pedometer", "python/naive", "rust/naive"),
        ],
    },
];

pub(super) fn body(view: &View) -> Markup {
    let mut steps: Vec<(&Step, Option<Found>)> = STEPS.iter().map(|step| (step, found(view, step))).collect();
    if view.summary.is_users_comparison() {
        // the others are not what was asked for
        steps.retain(|(_, found)| found.is_some());
        if steps.is_empty() {
            return html! {
                p { "None of the usual steps was measured here: " code { "-c" } " adds contenders of ours by name, " code { "breakeven list" } " names them." }
            };
        }
    }
    html! {
        p {
            "Least effort first. Each factor is measured in this record: time before over time after, with its interval; "
            "above 1 the step pays. Stop where it is fast enough."
        }
        ol.advice {
            @for (step, found) in &steps {
                li {
                    strong { (step.title) "." }
                    " " (step.why)
                    @match found {
                        Some(found) => (written(view, found)),
                        None => p.fine { "Not measured in this record: " (id(step.pairs[0].before)) " against " (id(step.pairs[0].after)) "." },
                    }
                }
            }
        }
        (command(&view.command("")))
    }
}

/// What a step brought, at the smallest and at the largest input it was measured on.
struct Found<'a> {
    pair: &'static Pair,
    places: Vec<(&'a WorkloadRecord, Figure)>,
    /// Workloads on which the step's answer is wrong.
    wrong: Vec<&'a str>,
}

fn found<'a>(view: &View<'a>, step: &Step) -> Option<Found<'a>> {
    step.pairs.iter().find_map(|pair| {
        let of_task = || view.record.workloads.iter().filter(|workload| workload.task == pair.task);
        let mut places: Vec<(&WorkloadRecord, Figure)> = of_task()
            .filter(|workload| right(workload, pair.before) && right(workload, pair.after))
            .map(|workload| {
                (workload, paired_ratio(workload, pair.before, pair.after, view.record.plan.comparisons))
            })
            .filter(|(_, figure)| figure.value.is_some())
            .collect();
        if places.is_empty() {
            return None;
        }
        places.sort_by_key(|(workload, _)| {
            (workload.input.name != "uniform", workload.length, workload.window)
        });
        // other data than uniform ends the list; the least and the greatest size of what is left
        if places[0].0.input.name == "uniform" {
            places.retain(|(workload, _)| workload.input.name == "uniform");
        }
        if places.len() > 2 {
            places.drain(1..places.len() - 1);
        }
        let wrong = of_task()
            .filter(|workload| workload.contender(pair.after).is_some_and(|found| is_wrong(found.outcome)))
            .map(|workload| workload.id.as_str())
            .collect();
        Some(Found { pair, places, wrong })
    })
}

fn right(workload: &WorkloadRecord, contender: &str) -> bool {
    workload.contender(contender).is_some_and(|found| found.outcome == Outcome::Measured)
}

fn is_wrong(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Wrong | Outcome::KnownWrong)
}

fn written(view: &View, found: &Found) -> Markup {
    html! {
        ul {
            @for (workload, figure) in &found.places {
                @if let Some(value) = figure.value {
                    li {
                        strong.factor { (significant(value, 3)) "×" }
                        @match (figure.low, figure.high) {
                            (Some(low), Some(high)) => { " (" (interval(low, high)) ")" }
                            _ => " (no interval)",
                        }
                        " from " (id(found.pair.before)) " to " (id(found.pair.after)) " on " (id(&workload.id))
                        @if view.summary.vetoed(&workload.id).is_some() { ", vetoed for noise" }
                    }
                }
            }
            @if !found.wrong.is_empty() {
                li.caution { "Wrong answers from " (id(found.pair.after)) " on" @for workload in &found.wrong { " " (id(workload)) } }
            }
        }
    }
}
