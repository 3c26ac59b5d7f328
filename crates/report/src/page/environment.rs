//! On what was it measured?

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::Value;

use super::view::{View, text_of};

pub(super) fn body(view: &View) -> Markup {
    let environment = &view.summary.environment;
    html! {
        p.note { "Absolute times may be compared between records with the same key: " code { (environment.key) } "." }
        div.columns {
            div { h3 { "Stays the same" } (list(&environment.facts)) }
            div { h3 { "Moves" } (list(&environment.context)) }
        }
    }
}

fn list(entries: &BTreeMap<String, Value>) -> Markup {
    html! {
        @if entries.is_empty() { p { "Nothing was recorded." } }
        dl.facts {
            @for (name, value) in entries { dt { (name.replace('_', " ")) } dd { bdi { (text_of(value)) } } }
        }
    }
}
