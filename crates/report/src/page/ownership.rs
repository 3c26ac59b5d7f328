//! The reference counts that the talk warns of, as Python counted them.

use maud::{Markup, html};

use super::parts::command;
use super::view::View;
use crate::contents::tables;
use crate::ownership::{NONE_COUNTED, note};

pub(super) fn body(view: &View) -> Markup {
    let owners = view.summary.ownership.as_ref();
    html! {
        @match owners {
            Some(owners) => { p { (note(owners)) } (tables::ownership(owners).page()) }
            None => p { (NONE_COUNTED) }
        }
        (command(&view.command("")))
    }
}
