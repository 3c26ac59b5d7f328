//! What should be known before a figure of this record is believed.

use maud::{Markup, html};

use super::view::View;
use crate::wording::warning;

pub(super) fn body(view: &View) -> Markup {
    html! {
        @if view.summary.warnings.is_empty() {
            p { "Nothing stood out while this was measured." }
        } @else {
            ul { @for found in &view.summary.warnings { li { (warning(found)) } } }
        }
    }
}
