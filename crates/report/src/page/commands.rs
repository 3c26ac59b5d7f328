//! Which commands made this, and which would make it again?

use maud::{Markup, html};

use super::parts::command;
use super::view::View;

pub(super) fn body(view: &View) -> Markup {
    html! {
        (made_by(view))
        p { "From a checkout of the project, the same workloads on your machine:" }
        (command(&view.command("")))
        p { "One part of it:" }
        (command(&["-t whole", "-t sliding", "-t pedometer"].map(|part| view.command(part)).join("\n")))
        (page_again(view))
    }
}

pub(super) fn of_users(view: &View) -> Markup {
    html! {
        (made_by(view))
        p { "Of files it names the last part: to measure again, say where they are." }
        (page_again(view))
    }
}

fn made_by(view: &View) -> Markup {
    html! {
        p { "This record was made by" }
        (command(&view.made_by()))
    }
}

fn page_again(view: &View) -> Markup {
    html! {
        p { "This page again from the record, and its figures as JSON:" }
        (command(&format!("{0} report {1}\n{0} report --format json {1}", view.program(), view.summary.record)))
    }
}
