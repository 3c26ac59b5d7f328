//! Where was a recording not measured as it should be, and how is that shown?

use std::ops::Range;

use maud::{Markup, html};
use plotters::prelude::*;

use super::clock;
use crate::chart::{Area, INFALLIBLE, Ink};

/// Marks in the table.
const MOST_MARKS: usize = 100;

/// Rows in which at least one channel is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What is wrong.
    pub fault: MarkedFault,
    /// From 0, at 100 Hz.
    pub rows: Range<usize>,
}

/// What is wrong with rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkedFault {
    /// A channel was not measured; what it has there is a straight line.
    Missing,
    /// A channel does not change.
    Flat,
    /// A channel is beyond its range.
    Clipped,
}

impl MarkedFault {
    fn name(self) -> &'static str {
        match self {
            MarkedFault::Missing => "not measured",
            MarkedFault::Flat => "does not change",
            MarkedFault::Clipped => "beyond the range",
        }
    }
}

/// Bands of flat rows at the foot of a line, of clipped ones at its head; missing rows are the gaps of the signal itself.
pub(super) fn draw(
    area: &Area<'_>,
    marks: &[Mark],
    rows: &Range<usize>,
    heights: &Range<i32>,
    x: impl Fn(usize) -> i32,
) {
    for mark in marks {
        let (start, end) = (mark.rows.start.max(rows.start), mark.rows.end.min(rows.end));
        let (ink, heights) = match mark.fault {
            _ if start >= end => continue,
            MarkedFault::Missing => continue,
            MarkedFault::Flat => (Ink::Series(4), heights.end - 12..heights.end - 6),
            MarkedFault::Clipped => (Ink::Series(5), heights.start..heights.start + 6),
        };
        let band = [(x(start), heights.start), (x(end).max(x(start) + 1), heights.end)];
        area.draw(&Rectangle::new(band, ink.colour().filled())).expect(INFALLIBLE);
    }
}

/// The marks as a table; nothing where there are none.
pub(super) fn section(marks: &[Mark]) -> Markup {
    if marks.is_empty() {
        return html! {};
    }
    html! {
        section aria-label="Not measured, flat, or beyond the range" {
            h2 { "Not measured, flat, or beyond the range" }
            div.scroll role="region" aria-label="Rows that are not as they should be" tabindex="0" {
                table {
                    thead { tr { th { "at least one channel" } th.n { "from" } th.n { "to" } th.n { "seconds" } } }
                    tbody { @for mark in marks.iter().take(MOST_MARKS) {
                        tr {
                            td { (mark.fault.name()) }
                            td.n { (clock(mark.rows.start)) } td.n { (clock(mark.rows.end)) }
                            td.n { (format!("{:.2}", mark.rows.len() as f64 / 100.0)) }
                        }
                    } }
                }
            }
            @if marks.len() > MOST_MARKS { p { (marks.len() - MOST_MARKS) " more." } }
        }
    }
}
