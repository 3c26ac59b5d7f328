//! What did another tool measure?

use maud::{Markup, html};

use super::parts::id;
use super::view::View;
use crate::contents::tables;

pub(super) fn body(view: &View) -> Markup {
    if view.summary.workloads.is_empty() {
        return html! { p { "No benchmark was imported." } };
    }
    html! {
        @for workload in &view.summary.workloads {
            h3 { (id(&workload.id)) }
            (tables::imported(view.summary, workload).page())
        }
    }
}
