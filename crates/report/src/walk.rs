//! What does a walk look like: its signal, where the gate is open, and every step?
//!
//! One self-contained HTML file, as the report is. What is drawn is handed over as plain values: nothing is
//! counted here.

mod excerpt;
mod marks;
mod strip;

use std::ops::Range;

use breakeven_problem::Signal;
use breakeven_problem::signal::RATE_HZ;
pub(crate) use excerpt::ExcerptDrawing;
pub use marks::{Mark, MarkedFault};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use strip::{Overview, Strip, Trace};

use crate::chart::embed;
use crate::escape::legible;
use crate::numeral;

/// Rows of a strip: one minute.
const STRIP_ROWS: usize = 60 * RATE_HZ;

/// Strips on a page; a browser shows more only slowly.
const MOST_STRIPS: usize = 90;

/// Bouts in the table.
const MOST_BOUTS: usize = 200;

/// A recording with what was counted in it.
#[derive(Debug, Clone)]
pub struct Walk<'a> {
    /// The recording's name.
    pub name: &'a str,
    /// Raw samples.
    pub signal: &'a Signal,
    /// Rows at which the gate is open, ascending.
    pub open: &'a [Range<usize>],
    /// Rows of the steps, ascending.
    pub steps: &'a [usize],
    /// Rows from the first to the last step of each bout, ascending.
    pub bouts: &'a [Range<usize>],
    /// What else is known, as name and value.
    pub facts: &'a [Fact],
    /// What a reader of the count must know.
    pub caveat: &'a str,
}

/// A line of the list beside the answer.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The walk as one HTML document: the whole of it in one chart, then each minute with movement in a strip.
///
/// Minutes without a step and with a closed gate are left out, and beyond 90 strips the rest; the page says so.
/// All steps are on the first chart. `marks` are within the rows of the recording: not measured, flat or clipped. Size is about 30 kB per minute drawn.
///
/// ```
/// use breakeven_problem::Signal;
/// use breakeven_report::walk::{Walk, page};
///
/// let signal = Signal::new(vec![vec![0; 300], vec![0; 300], vec![2048; 300]]).expect("three channels");
/// let walk = Walk { name: "still", signal: &signal, open: &[], steps: &[], bouts: &[], facts: &[], caveat: "" };
/// assert!(page(&walk, &[]).contains("No step"));
/// ```
#[must_use]
pub fn page(walk: &Walk<'_>, marks: &[Mark]) -> String {
    let trace = Trace::of(walk.signal, marks);
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (walk.name) ": " (walk.steps.len()) " steps" }
                style { (PreEscaped(include_str!("page/style.css"))) }
            }
            body {
                header {
                    p.kicker { "breakeven steps" }
                    h1 { (headline(walk)) }
                    p.lede { bdi { (walk.name) } }
                    p.note { (walk.caveat) }
                    dl.facts { @for fact in walk.facts { dt { (fact.name) } dd { bdi { (fact.value) } } } }
                }
                main {
                    section aria-label="The whole recording" {
                        h2 { "The whole recording" }
                        figure { (embed(&Overview { walk, trace: &trace })) figcaption { (legend()) } }
                    }
                    (marks::section(marks))
                    section aria-label="Minute by minute" { h2 { "Minute by minute" } (strips(walk, &trace)) }
                    section aria-label="Walking bouts" { h2 { "Walking bouts" } (bouts(walk)) }
                }
            }
        }
    };
    legible(&document.into_string()).into_owned()
}

fn headline(walk: &Walk<'_>) -> String {
    let minutes = walk.signal.rows() as f64 / (60 * RATE_HZ) as f64;
    match walk.steps.len() {
        0 => format!("No step in {minutes:.1} minutes"),
        steps => format!("{} steps in {minutes:.1} minutes", numeral::count(steps as u64)),
    }
}

fn legend() -> Markup {
    html! {
        "Blue: length of the acceleration, in g; what exceeds the scale of a strip is cut off there. "
        "Green: the gate is open, there is enough movement for a step. Orange triangles: steps. "
        "Red at the foot: not measured in at least one channel. Violet at the foot: a channel that does not change for a "
        "minute or more. Pink at the head: beyond the range."
    }
}

fn strips(walk: &Walk<'_>, trace: &Trace<'_>) -> Markup {
    let minutes = walk.signal.rows().div_ceil(STRIP_ROWS);
    let rows_of = |minute: usize| minute * STRIP_ROWS..((minute + 1) * STRIP_ROWS).min(walk.signal.rows());
    let moves = |rows: &Range<usize>| {
        let stepped = walk.steps.partition_point(|&step| step < rows.start)
            < walk.steps.partition_point(|&step| step < rows.end);
        stepped || walk.open.iter().any(|open| open.start < rows.end && rows.start < open.end)
    };
    let moving: Vec<Range<usize>> = (0..minutes).map(rows_of).filter(moves).collect();
    let shown = moving.len().min(MOST_STRIPS);
    html! {
        p {
            (shown) " of " (minutes) " minutes"
            @if moving.len() < minutes { "; those without a step and with a closed gate are left out" }
            @if shown < moving.len() { "; " (moving.len() - shown) " more with movement are left out at the end" }
            "."
        }
        @for rows in &moving[..shown] {
            figure { (embed(&Strip::new(walk, trace, rows.clone()))) }
        }
    }
}

fn bouts(walk: &Walk<'_>) -> Markup {
    if walk.bouts.is_empty() {
        return html! { p { "None: a bout has at least four steps, none more than 1.2 s from the next." } };
    }
    html! {
        div.scroll role="region" aria-label="Walking bouts" tabindex="0" {
            table {
                thead { tr { th.n { "from" } th.n { "to" } th.n { "steps" } th.n { "steps per minute" } } }
                tbody { @for rows in walk.bouts.iter().take(MOST_BOUTS) {
                    @let steps = walk.steps.iter().filter(|&step| (rows.start..=rows.end).contains(step)).count();
                    @let seconds = (rows.end - rows.start) as f64 / RATE_HZ as f64;
                    tr {
                        td.n { (clock(rows.start)) } td.n { (clock(rows.end)) } td.n { (steps) }
                        td.n { @if seconds > 0.0 { (numeral::round(60.0 * steps.saturating_sub(1) as f64 / seconds, 4)) } }
                    }
                } }
            }
        }
        @if walk.bouts.len() > MOST_BOUTS { p { (walk.bouts.len() - MOST_BOUTS) " more." } }
    }
}

/// A row as hours, minutes and seconds.
pub(crate) fn clock(row: usize) -> String {
    let seconds = row / RATE_HZ;
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use breakeven_problem::signal::MISSING;

    use super::*;

    fn walk_page(rows: usize, steps: &[usize], open: &[Range<usize>]) -> String {
        let mut az: Vec<i16> = (0..rows).map(|row| if row % 50 == 0 { 4000 } else { 2048 }).collect();
        az[rows / 2] = MISSING;
        let signal = Signal::new(vec![vec![0; rows], vec![0; rows], az]).expect("three channels");
        let facts = [Fact { name: "notes".to_owned(), value: "<script>alert(1)</script>".to_owned() }];
        let marks = [
            Mark { fault: MarkedFault::Missing, rows: 10..20 },
            Mark { fault: MarkedFault::Flat, rows: 30..rows },
            Mark { fault: MarkedFault::Clipped, rows: 40..50 },
        ];
        let walk = Walk {
            name: "a&b.csv",
            signal: &signal,
            open,
            steps,
            bouts: &[],
            facts: &facts,
            caveat: "careful",
        };
        let marked = page(&walk, &marks);
        for words in ["not measured", "does not change", "beyond the range"] {
            let cell = format!("<td>{words}");
            assert!(marked.contains(&cell) && !page(&walk, &[]).contains(&cell), "{words}");
        }
        marked
    }

    #[test]
    fn every_step_is_marked_on_the_page_and_nothing_is_loaded() {
        let steps = [100, 150, 200, 250, 6100, 6150, 6200, 6250];
        let html = walk_page(12_000, &steps, &[50..300, 6000..6300]);
        // a triangle per step in each of the two drawings of its strip, and one in each overview
        let paths = html.split("<path ").skip(1).filter_map(|path| path.split("/>").next());
        assert_eq!(paths.map(|path| path.matches('z').count()).sum::<usize>(), 4 * steps.len(), "triangles");
        assert!(html.contains("8 steps in 2.0 minutes") && html.contains("careful"));
        assert!(!html.contains("<script") && !html.contains("http"), "self-contained, and escaped");
    }

    #[test]
    fn still_minutes_are_left_out_and_told() {
        let html = walk_page(30_000, &[12_100, 12_150, 12_200, 12_250], &[]);
        assert!(html.contains("1 of 5 minutes") && html.contains("left out"));
        assert!(walk_page(201, &[], &[]).contains("No step"));
    }
}
