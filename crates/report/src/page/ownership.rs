//! Who owns what: the reference counts that the talk warns of, as Python counted them.

use breakeven_record::ownership::{OwnershipRecord, References, Scenario};
use maud::{Markup, html};

use super::parts::{command, figure, scrolling};
use super::view::View;
use crate::chart::{OwnedCall, Owners};
use crate::numeral::count;
use crate::ownership::{NONE_COUNTED, came_out, given_back, moments, title};

pub(super) fn body(view: &View) -> Markup {
    let Some(owners) = &view.summary.ownership else {
        return html! { p { (NONE_COUNTED) } (command(&view.command(""))) };
    };
    let caption = html! {
        "One dot is one reference, counted by " code { "sys.getrefcount" } " less its own; a cross is one that the call took and never gave back. "
        "The middle item of the list looks while it is asked for its number; while it does, Python holds it, by the call of its method."
    };
    html! {
        p {
            "An extension must give back every reference that it takes: one too many, and what it was handed is never "
            "freed; one too few, and Python frees what is still in use. These are the counts around real calls on a list of "
            (owners.length) ": one that succeeds, one in which the middle item raises, and one that leaks, on purpose and in a process of its own, "
            "which ended with it. A list of plain floats cannot look: our function reads it without running any Python code "
            "and without taking a reference."
        }
        (figure(&drawing(owners), &caption, &table(owners), &view.command("")))
    }
}

fn drawing(owners: &OwnershipRecord) -> Owners {
    let call = |scenario: &Scenario| {
        let moments =
            moments(scenario).map(|(_, references)| references.map(|references| references.named()));
        let object = |place: usize| moments.map(|named| named.map(|named| named[place].1));
        OwnedCall { title: title(scenario.kind).to_owned(), counts: (0..4).map(object).collect() }
    };
    Owners {
        description: "References to a list and three of its items before, during and after three calls"
            .to_owned(),
        objects: owners.scenarios.first().map_or_else(Vec::new, |first| {
            first.before.named().into_iter().map(|(object, _)| object).collect()
        }),
        calls: owners.scenarios.iter().map(call).collect(),
    }
}

fn table(owners: &OwnershipRecord) -> Markup {
    let objects = owners.scenarios.first().map(|first| first.before.named()).unwrap_or_default();
    scrolling(
        "References before, during and after a call",
        &html! {
            table {
                caption { "References; blocks of memory by sys.getallocatedblocks, after " (count(owners.calls as u64)) " calls on as many lists" }
                thead { tr {
                    th { "call" } th { "when" } @for (object, _) in objects { th.n { (object) } }
                    th { "what came out" } th { "given back" } th.n { "blocks left" }
                } }
                tbody { @for scenario in &owners.scenarios { (rows(scenario)) } }
            }
        },
    )
}

fn rows(scenario: &Scenario) -> Markup {
    html! {
        @for (place, (moment, references)) in moments(scenario).into_iter().enumerate() {
            tr class=(if place == 2 && !scenario.gives_back() { "wrong" } else { "" }) {
                @if place == 0 {
                    th scope="rowgroup" rowspan="3" { (title(scenario.kind)) div.fine { bdi { code { (scenario.call) } } } }
                }
                td { (moment) }
                (counts(references))
                @if place == 2 {
                    td { bdi { (came_out(scenario)) } } td { (given_back(scenario)) } td.n { (scenario.blocks_left) }
                } @else { td {} td {} td {} }
            }
        }
    }
}

fn counts(references: Option<References>) -> Markup {
    html! {
        @match references {
            Some(references) => @for (_, count) in references.named() { td.n { (count) } },
            None => td colspan="4" { "the item was not asked" },
        }
    }
}
