//! Which contender to use, from where to where.

use breakeven_measure::record::{Outcome, WorkloadRecord};
use maud::{Markup, html};

use super::contenders::what;
use super::parts::{id, scrolling};
use super::view::View;
use crate::claims::times;
use crate::figure::Figure;
use crate::numeral;
use crate::summary::Row;

pub(super) fn body(view: &View) -> Markup {
    if view.arrays.is_empty() {
        return html! { p { "This record has no sizes of uniform arrays to choose between." } };
    }
    html! {
        p {
            "The fastest right contender at each measured size, by what you hold: a Python list, a NumPy array, or "
            "a Rust slice. Behind it, how much longer the runner-up takes; where that interval holds 1, either will do."
        }
        (scrolling("Fastest by size and input", &html! {
            table {
                thead { tr {
                    th.number { "numbers" } th { "you hold a list" } th { "you hold an ndarray" } th { "you are in Rust" }
                } }
                tbody {
                    @for workload in &view.arrays {
                        tr {
                            th.number scope="row" { (numeral::count(workload.length as u64)) }
                            @for input in ["list", "ndarray", "slice"] { td { (choice(view, workload, input)) } }
                        }
                    }
                }
            }
        }))
    }
}

fn choice(view: &View, workload: &WorkloadRecord, input: &str) -> Markup {
    let mut rows: Vec<&Row> = view
        .rows(&workload.id)
        .into_iter()
        .filter(|row| row.outcome == Outcome::Measured && row.input == input && row.ns_per_unit.is_some())
        .collect();
    rows.sort_by(|a, b| a.ns_per_unit.unwrap_or(f64::MAX).total_cmp(&b.ns_per_unit.unwrap_or(f64::MAX)));
    let Some(best) = rows.first() else { return html! { span.fine { "nothing measured" } } };
    html! {
        span title=(what(&best.contender)) { (id(&best.contender)) }
        " " @if let Some(time) = best.ns_per_unit { (numeral::duration(time)) }
        div.fine {
            @match rows.get(1) {
                Some(next) => {
                    "then " (id(&next.contender)) " "
                    (written(times(view.record, workload, &next.contender, &best.contender)))
                }
                None => "the only one measured",
            }
        }
    }
}

fn written(ratio: Figure) -> String {
    let Some(value) = ratio.value else { return "(not compared)".to_owned() };
    let interval = match (ratio.low, ratio.high) {
        (Some(low), Some(high)) => format!(" ({})", numeral::interval(low, high)),
        _ => String::new(),
    };
    format!("{}×{interval}", numeral::significant(value, 3))
}
