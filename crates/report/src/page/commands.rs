//! Which commands made this, and which would make it again?

use maud::{Markup, html};

use super::parts::command;
use super::view::View;

pub(super) fn body(view: &View) -> Markup {
    html! {
        p { "This record was made by" }
        (command(&view.made_by()))
        @if view.summary.is_users_comparison() {
            p { "Of files it names the last part: to measure again, say where they are." }
        } @else {
            p { "From a checkout of the project, the same workloads on your machine:" }
            (command(&view.command("")))
            p { "One part of it:" }
            (command(&format!(
                "{}\n{}\n{}",
                view.command("-t whole"),
                view.command("-t sliding"),
                view.command("-t pedometer")
            )))
        }
        p { "This page again from the record, and its figures as JSON:" }
        (command(&format!(
            "target/release/breakeven report {0}\ntarget/release/breakeven report --format json {0}",
            view.summary.record
        )))
    }
}
