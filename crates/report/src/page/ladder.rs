//! How far does each rung of the pedometer's ladder get, what did it change, and where is 117x passed?

use breakeven_estimate::figure::Figure;
use breakeven_problem::Task;
use breakeven_record::Outcome;
use maud::{Markup, html};

use super::answer;
use super::contenders::look;
use super::parts::{figure, id, rows_table, scrolling};
use super::view::View;
use crate::change::{Change, Step, step};
use crate::chart;
use crate::chart::{Axis, Ink, ReferenceLine, Rungs, Scale};
use crate::claims::DROP_IN_CEILING;
use crate::contents::tables::row_verdict;
use crate::ladder::{Ladder, Rung, TALK, ladders};
use crate::numeral::{count, duration, durations, interval, round, significant, times};
use crate::summary::Row;
use crate::wording::ladder_note;

/// The claims that rest on the ladder.
const CLAIMS: [&str; 2] = ["end-to-end-speedup", "end-to-end-seconds"];

pub(super) fn body(view: &View) -> Markup {
    let ladders = ladders(view.summary);
    if ladders.is_empty() {
        return html! { p { "This record has no pedometer workload." } };
    }
    html! {
        p {
            "The talk’s application: an hour of recording, cleaned, and over it standard deviations of windows of 50 to "
            "100 samples, in which each result decides what enters the next window; then steps. Every rung below does "
            "all of it, and its answer was checked on the input it was timed on."
        }
        (answer::claims_table(view, &CLAIMS))
        p { (ladder_note(view.summary)) }
        (key())
        @for ladder in &ladders { (one(view, ladder)) }
        (caveats())
    }
}

/// What the words and colours of the rungs stand for.
fn key() -> Markup {
    html! {
        ul.note {
            @for change in Change::ALL {
                li {
                    strong { (change.word()) } ": "
                    @match change {
                        Change::Language => "the same work, compiled or written in another language (blue)",
                        Change::Algorithm => "less or other work for the same answer (green)",
                        Change::Hardware => "the same work on wider registers or more processors (violet)",
                    }
                }
            }
        }
    }
}

fn ink(step: Option<&Step>, contender: &str) -> Ink {
    match step.and_then(|step| step.changes.last()) {
        Some(Change::Language) => Ink::Series(0),
        Some(Change::Algorithm) => Ink::Series(3),
        Some(Change::Hardware) => Ink::Series(4),
        None => look(contender).ink,
    }
}

fn one(view: &View, ladder: &Ladder) -> Markup {
    let workload = ladder.workload;
    let is_bank = workload.task == Task::Feedback.word();
    html! {
        h3 { @if is_bank { "The bank alone: " } (id(&workload.id)) }
        p {
            (count(workload.n as u64)) " rows, " (workload.input.channels) " channels, " (count(workload.units))
            " standard deviations. "
            @if let Some(note) = &workload.input.note { bdi { (note) } ". " }
            strong { (ladder.passing()) }
        }
        @if is_bank {
            details.data {
                summary { "Every rung of the bank" }
                (table(view, ladder))
            }
        } @else {
            (chart(view, ladder))
            (table(view, ladder))
        }
    }
}

fn chart(view: &View, ladder: &Ladder) -> Markup {
    let rows = view.rows(&ladder.workload.id);
    let command = view.command("-t pedometer");
    let name = format!("Rows of {}", ladder.workload.id);
    let baseline = &ladder.workload.baseline;
    let rungs: Vec<chart::Rung> = ladder.rungs.iter().filter_map(drawn).collect();
    if rungs.is_empty() {
        return html! {
            p { "No rung can be compared with " (id(baseline)) " here." }
            (rows_table(&name, &rows))
        };
    }
    let talk = if ladder.is_the_talks() { TALK } else { 1.0 };
    let ends = rungs.iter().flat_map(|rung| [rung.low, rung.high]).chain([1.0, talk]);
    let axis_name = format!("times as fast as {baseline}, logarithmic");
    let axis = Axis::around(&axis_name, Scale::Logarithmic, ends, |value| format!("{}×", round(value, 1)));
    let lines = if ladder.is_the_talks() {
        vec![
            ReferenceLine {
                at: DROP_IN_CEILING,
                text: "a free standard_dev: about 7.5×".to_owned(),
                ink: Ink::Muted,
            },
            ReferenceLine { at: TALK, text: "the talk: 117×".to_owned(), ink: Ink::Talk },
        ]
    } else {
        Vec::new()
    };
    let drawing = Rungs {
        description: format!(
            "{}: how many times as fast as {baseline} each rung is, slowest first, with the talk’s 117",
            ladder.workload.id
        ),
        axis,
        origin: Some(1.0),
        rows: rungs,
        lines,
    };
    let caption = html! {
        "Times as fast as " (id(baseline)) " on " (id(&ladder.workload.id)) ", logarithmic; black: the interval. The word "
        "extrapolated marks a rung that was timed on prefixes of the recording."
    };
    figure(&drawing, &caption, &rows_table(&name, &rows), &command)
}

fn drawn(rung: &Rung) -> Option<chart::Rung> {
    let value = rung.times.value.filter(|&value| value > 0.0)?;
    let step = step(&rung.row.contender);
    let wrong = if rung.is_wrong() { ", wrong" } else { "" };
    let short = format!("{}×{wrong}", significant(value, 3));
    let text = match (rung.times.low, rung.times.high) {
        (Some(low), Some(high)) if low < high => format!("{short} ({})", interval(low, high)),
        _ => short.clone(),
    };
    let extrapolated = if rung.row.is_extrapolated() { " (extrapolated)" } else { "" };
    let note = step.map_or_else(String::new, |step| match step.words().as_str() {
        "" => step.what.to_owned(),
        words => format!("{words}: {}", step.what),
    });
    Some(chart::Rung {
        label: rung.row.contender.to_string(),
        note: format!("{note}{extrapolated}"),
        value,
        low: rung.times.low.unwrap_or(value),
        high: rung.times.high.unwrap_or(value),
        text,
        short,
        ink: ink(step, &rung.row.contender),
    })
}

fn table(view: &View, ladder: &Ladder) -> Markup {
    let past = ladder.first_past_the_talk();
    scrolling(
        &format!("The rungs of {}", ladder.workload.id),
        &html! {
            table.rungs {
                caption { "What each rung changed and why it is there, slowest first" }
                thead { tr {
                    th { "rung" } th.n { "times as fast" } th.n { "an hour takes" }
                    th { "what the step changed" } th { "agrees with the reference on" }
                } }
                tbody {
                    @for (place, rung) in ladder.rungs.iter().enumerate() {
                        @if past == Some(place) {
                            tr.passed { th colspan="5" scope="rowgroup" { "117×: here the talk’s figure is passed" } }
                        }
                        (rung_row(view, ladder, rung))
                    }
                    @for row in &ladder.missing { (missing_row(row)) }
                }
            }
        },
    )
}

fn rung_row(view: &View, ladder: &Ladder, rung: &Rung) -> Markup {
    let row = rung.row;
    html! {
        tr.wrong[rung.is_wrong()] {
            th scope="row" { (id(&row.contender)) div.fine { (reached(row)) } }
            td.n {
                @match rung.times.value {
                    Some(value) => { strong { (significant(value, 3)) "×" } div.fine { (ends(rung.times)) } }
                    None => "–",
                }
            }
            td.n {
                (rung.hour_ns.value.map_or_else(|| "–".to_owned(), duration))
                div.fine {
                    @if let (Some(low), Some(high)) = (rung.hour_ns.low, rung.hour_ns.high) { (durations(low, high)) }
                }
                div.fine { (extrapolated(row)) }
            }
            td.step {
                (changed(view, ladder, row))
                @if rung.is_wrong() { div { (row_verdict(row)) } }
            }
            td.wide { (rung.agreement()) }
        }
    }
}

fn missing_row(row: &Row) -> Markup {
    let class = if row.findings.outcome == Outcome::Absent { "absent" } else { "wrong" };
    html! {
        tr class=(class) {
            th scope="row" { (id(&row.contender)) div.fine { (reached(row)) } }
            td colspan="2" { (row_verdict(row)) }
            td.step {
                @if let Some(step) = step(&row.contender) { (what(step)) }
            }
            td {}
        }
    }
}

/// Its input form, threads and instruction set.
fn reached(row: &Row) -> String {
    let threads = if row.declared.threads == 1 {
        "1 thread".to_owned()
    } else {
        format!("{} threads", row.declared.threads)
    };
    let isa = row.declared.isa.as_ref().map_or_else(String::new, |isa| format!(", {isa}"));
    format!("{}, {threads}{isa}", row.declared.input)
}

fn what(step: &Step) -> Markup {
    html! {
        @if !step.changes.is_empty() { strong { (step.words()) } ": " }
        (step.what)
        div.fine { (step.why) }
    }
}

fn changed(view: &View, ladder: &Ladder, row: &Row) -> Markup {
    let Some(step) = step(&row.contender) else { return html! { "not a rung of this version" } };
    let gained = view.summary.ladder_steps.iter();
    let mut gained =
        gained.filter(|known| known.workload == ladder.workload.id && known.contender == row.contender);
    html! {
        (what(step))
        @if let Some((gained, value)) = gained.next().and_then(|gained| Some((gained, gained.times.value?))) {
            div.fine {
                (times(value)) " as fast as " (id(&gained.from))
                @if gained.times.low.is_some() { " (" (ends(gained.times)) ")" }
            }
        }
    }
}

fn ends(figure: Figure) -> String {
    match (figure.low, figure.high) {
        (Some(low), Some(high)) if low < high => interval(low, high),
        (Some(_), Some(_)) => String::new(),
        _ => "no interval".to_owned(),
    }
}

/// How far two prefixes were off that a third was extrapolated from, and how far the whole.
fn extrapolated(row: &Row) -> String {
    let error = row.extrapolation_error.map(f64::abs);
    let whole = row.whole_error.map_or_else(String::new, |error| {
        format!("; the whole, called once: {} % off", significant(100.0 * error.abs(), 2))
    });
    let checked = match error {
        Some(error) if error < 1e-4 => "extrapolated, checked within 0.01 %".to_owned(),
        Some(error) => format!("extrapolated, checked within {} %", significant(100.0 * error, 2)),
        None if row.is_extrapolated() => "extrapolated, not checked".to_owned(),
        None => String::new(),
    };
    checked + &whole
}

fn caveats() -> Markup {
    html! {
        ul.note {
            li {
                "Integer rungs agree on every bit of M, float rungs on every step; where rounding makes a value of M "
                "differ it is counted."
            }
            li {
                "The talk’s step logic is proprietary; this one keeps its shape (clean-up, windows of 50 to 100, "
                "standard deviations that feed the next), not its code."
            }
        }
    }
}
