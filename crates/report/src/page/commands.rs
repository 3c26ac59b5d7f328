//! Which commands made this, and which would make it again?

use maud::{Markup, html};

use super::parts::command;
use super::view::View;

pub(super) fn body(view: &View) -> Markup {
    let made_by = format!("breakeven {}", view.record.command.join(" "));
    html! {
        p { "This record was made by" }
        (command(&made_by))
        p { "From a checkout of the project, the same workloads on your machine:" }
        (command(&view.command("")))
        p { "One part of it:" }
        (command(&format!(
            "{}\n{}\n{}",
            view.command("-t whole"),
            view.command("-t sliding"),
            view.command("-t pedometer")
        )))
        p { "This page again from the record, and its figures as JSON:" }
        (command(&format!(
            "target/release/breakeven report {0}\ntarget/release/breakeven report --format json {0}",
            view.summary.record
        )))
    }
}
