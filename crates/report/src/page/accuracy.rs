//! How good is the step count, and what does it see?

use breakeven_problem::Signal;
use breakeven_problem::signal::RATE_HZ;
use breakeven_record::accuracy::Excerpt;
use maud::{Markup, html};

use super::parts::{command, id};
use super::view::View;
use crate::chart::embed;
use crate::numeral::{count, significant};
use crate::summary::{AccuracyRow, AccuracySet};
use crate::table::Align::{Left, Right};
use crate::table::{Cell, Table};
use crate::walk::{ExcerptDrawing, Walk, clock};

/// The command that makes the lines of the synthetic hour again.
const COMMAND: &str =
    "breakeven steps --reference INDEX.csv FILE    # or: breakeven steps --synthetic 360000";

pub(super) fn body(view: &View) -> Markup {
    html! {
        @match &view.summary.accuracy {
            Some(accuracy) if !accuracy.sets.is_empty() => {
                p {
                    "Speed is worth nothing if the count is not. Each recording was counted on its own, with the feedback "
                    "that the talk’s workload has and without it, before anything was measured."
                }
                @for set in &accuracy.sets { (table(set)) }
                (command(COMMAND))
            }
            _ => p { "This record has no counts beside references: it did not measure the pedometer, or was made before they were kept." }
        }
        (picture(view))
        (caveats())
    }
}

fn table(set: &AccuracySet) -> Markup {
    html! {
        h3 { (id(&set.name)) }
        p { bdi { (set.source) } ". Reference: " bdi { (set.reference) } "." }
        // of one recording the table says it all
        @if set.recordings.len() > 1 { (errors(set)) }
        (counts(set))
    }
}

fn counts(set: &AccuracySet) -> Markup {
    let columns = [
        ("recording", Left),
        ("error", Right),
        ("steps", Right),
        ("reference", Right),
        ("without feedback", Right),
        ("error", Right),
        ("minutes", Right),
    ];
    let error = |value: Option<f64>| Cell::or_dash(value.map(|value| format!("{value:+.2} %")));
    let row = |row: &AccuracyRow| {
        vec![
            row.recording.as_str().into(),
            error(row.error_percent),
            count(row.steps as u64).into(),
            count(row.reference_steps as u64).into(),
            count(row.steps_without_feedback as u64).into(),
            error(row.error_percent_without_feedback),
            significant(row.rows as f64 / (60 * RATE_HZ) as f64, 3).into(),
        ]
    };
    let total = (set.recordings.len() > 1).then_some(&set.total);
    let rows = set.recordings.iter().chain(total).map(row);
    Table::new(format!("Counts of {}", set.name), columns).with_rows(rows).page()
}

fn errors(set: &AccuracySet) -> Markup {
    html! {
        p {
            strong { (in_words(set.mean_error_percent, set.worst_error_percent, "With the feedback")) } "; "
            (in_words(
                set.mean_error_percent_without_feedback,
                set.worst_error_percent_without_feedback,
                "without it",
            ))
            "."
        }
    }
}

fn in_words(mean: Option<f64>, worst: Option<f64>, which: &str) -> String {
    match (mean, worst) {
        (Some(mean), Some(worst)) => {
            format!("{which}: mean absolute error {mean:.2} %, worst {worst:.1} %")
        }
        _ => format!("{which}: no error, since no reference is above 0"),
    }
}

fn picture(view: &View) -> Markup {
    let excerpt = view.summary.accuracy.as_ref().and_then(|accuracy| accuracy.excerpt.as_ref());
    let drawn = excerpt.and_then(|excerpt| Some((excerpt, Signal::new(excerpt.channels.clone()).ok()?)));
    let Some((excerpt, signal)) = drawn.filter(|(_, signal)| signal.rows() > 0) else {
        return html! { p { "This record holds no excerpt of its recording to draw." } };
    };
    let rows = signal.rows();
    let open: Vec<std::ops::Range<usize>> =
        excerpt.open.iter().map(|open| open[0].min(rows)..open[1].min(rows)).collect();
    let steps: Vec<usize> = excerpt.steps.iter().copied().filter(|&step| step < rows).collect();
    let walk = Walk {
        name: &excerpt.recording,
        signal: &signal,
        open: &open,
        steps: &steps,
        bouts: &[],
        facts: &[],
        caveat: "",
    };
    html! {
        h3 { "What the pedometer sees" }
        figure {
            (embed(&ExcerptDrawing::new(&walk)))
            figcaption {
                (significant(rows as f64 / RATE_HZ as f64, 3)) " seconds of " (id(&excerpt.recording)) " from "
                (clock(excerpt.first_row)) " on. Above, blue: length of the acceleration. Green: the gate is open, there "
                "is enough movement for a step. Orange triangles: steps; none counts that is not one of at least four. Below: "
                "the raw channels, with a line at each step."
            }
            details.data {
                summary { "Data of this figure, and the command" }
                (step_table(excerpt, &steps))
                (command("breakeven steps --page walk.html FILE"))
            }
        }
    }
}

fn step_table(excerpt: &Excerpt, steps: &[usize]) -> Markup {
    let seconds = |rows: usize| format!("{:.2} s", rows as f64 / RATE_HZ as f64);
    let row = |(place, &step): (usize, &usize)| {
        let before = place.checked_sub(1).map(|before| steps[before]);
        let after = before.map_or_else(String::new, |before| seconds(step - before));
        vec![seconds(excerpt.first_row + step).into(), after.into()]
    };
    Table::new("Steps of the excerpt", [("step at", Right), ("after the last", Right)])
        .with_rows(steps.iter().enumerate().map(row))
        .page()
}

fn caveats() -> Markup {
    html! {
        ul.note {
            li {
                "Step counts: without the feedback the count is as good. The feedback is there because the talk’s "
                "workload has it, and it alters about 9 % of the samples."
            }
            li { "Not measured: steps that are counted where no one walks." }
            li { "Recordings are counted one by one: where several are joined to an hour, the borders make artificial windows." }
        }
    }
}
