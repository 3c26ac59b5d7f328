//! The reference counts that the talk warns of, as Python counted them.

use maud::{Markup, html};

use super::parts::{command, scrolling};
use super::view::View;
use crate::ownership::{HEADER, NONE_COUNTED, lines, note};

pub(super) fn body(view: &View) -> Markup {
    let Some(owners) = &view.summary.ownership else {
        return html! { p { (NONE_COUNTED) } (command(&view.command(""))) };
    };
    html! {
        p { (note(owners)) }
        (scrolling("References before, during and after a call", &html! {
            table {
                thead { tr { @for name in HEADER { th { (name) } } } }
                tbody { @for (cells, scenario) in lines(owners).zip(&owners.scenarios) {
                    tr class=[(!scenario.gives_back()).then_some("wrong")] { @for cell in cells { td { bdi { (cell) } } } }
                } }
            }
        }))
        (command(&view.command("")))
    }
}
