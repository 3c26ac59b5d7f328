//! What does a user's function cost to begin with, and how much memory does a call take?

use breakeven_estimate::first_calls::Beginning;
use maud::{Markup, html};

use super::view::View;
use crate::numeral::{bytes, duration, significant};
use crate::summary::Row;
use crate::table::Align::{Left, Right};
use crate::table::{Cell, Table};

pub(super) fn body(view: &View) -> Markup {
    let columns = [
        ("contender", Left),
        ("workload", Left),
        ("import", Right),
        ("first call", Right),
        ("later calls", Right),
        ("memory of a call", Right),
        ("pays after", Left),
    ];
    let rows =
        view.summary.rows.iter().filter(|row| !row.findings.first_calls.is_empty() && row.unit == "call");
    html! {
        p {
            "Measured in fresh processes that had loaded nothing of it before; each figure is the median over them. The first call compiles "
            "what is compiled then, and fills caches. Memory is by how much one more call raised what is resident, counted in pages. "
            "A function pays after so many calls where import and first call cost more than the baseline’s, and later calls less: from then on "
            "the sum of all is less. The range spans what was seen in fresh processes and the interval of the ratio."
        }
        (Table::new("Import, first call and memory", columns).with_rows(rows.map(row)).page())
    }
}

fn row(row: &Row) -> Vec<Cell> {
    let beginning = Beginning::of(&row.findings.first_calls);
    let calls = |calls: f64| significant(calls.ceil(), 3);
    let pays = row.pays_after.and_then(|figure| figure.estimate()).map(|figure| {
        format!("{} calls ({} to {})", calls(figure.value), calls(figure.low), calls(figure.high))
    });
    vec![
        Cell::code(row.contender.as_str()),
        Cell::code(&*row.workload),
        Cell::or_dash(beginning.map(|beginning| duration(beginning.load_ns))),
        Cell::or_dash(beginning.map(|beginning| duration(beginning.call_ns))),
        Cell::or_dash(row.ns_per_unit.map(duration)),
        Cell::or_dash(row.findings.peak_bytes.map(bytes)),
        Cell::or_dash(pays),
    ]
}
