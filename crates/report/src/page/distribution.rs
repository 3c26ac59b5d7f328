//! How widely do single rounds spread? A comparison at one size has this for a figure.

use maud::{Markup, html};

use super::parts::{figure, id, rows_table};
use super::view::View;
use crate::chart::{Change, Changes, Ink, Point};
use crate::contents::tables::verdict_sign;
use crate::numeral::times;
use crate::summary::{Rounds, Row, WorkloadSummary};
use crate::table::Tone;
use crate::wording::row_outcome;

/// A figure for each workload whose rounds the summary has.
pub(super) fn body(view: &View) -> Markup {
    html! { @for workload in &view.summary.workloads { (one(view, workload)) } }
}

fn one(view: &View, workload: &WorkloadSummary) -> Markup {
    let rounds = view.summary.rounds.iter().filter(|rounds| rounds.workload == workload.id);
    let mut drawn: Vec<(&Row, &Rounds)> = rounds
        .filter_map(|rounds| Some((view.summary.row(&workload.id, &rounds.contender)?, rounds)))
        .collect();
    drawn.sort_by(|(a, _), (b, _)| a.ratio.unwrap_or(0.0).total_cmp(&b.ratio.unwrap_or(0.0)));
    let rows: Vec<Change> =
        drawn.into_iter().filter_map(|(row, rounds)| change(workload, row, rounds)).collect();
    if rows.is_empty() {
        return html! {};
    }
    let drawing = Changes {
        description: format!("Time over that of {}, round by round, on {}", workload.baseline, workload.id),
        sides: ["time", "the baseline"],
        rows,
    };
    let caption = html! {
        "Each small dot is a round: a contender’s time over that of " (id(&workload.baseline)) " beside it, on " (id(&workload.id))
        ". The large dot is the median over processes with its interval; in the grey band a difference may be noise."
    };
    let table = rows_table(&workload.id, &view.rows(&workload.id));
    figure(&drawing, &caption, &table, &view.command(""))
}

fn change(workload: &WorkloadSummary, row: &Row, rounds: &Rounds) -> Option<Change> {
    let value = row.ratio.filter(|&ratio| ratio > 0.0)?;
    let (tone, sign) = verdict_sign(row);
    let (ink, point) = match tone {
        Tone::Good => (Ink::Series(3), Point::Filled),
        Tone::Part => (Ink::Series(1), Point::Filled),
        _ => (Ink::Muted, Point::Hollow),
    };
    let written = format!("{} of the time, {}", times(value), row_outcome(row));
    Some(Change {
        label: row.contender.to_string(),
        value,
        low: row.ratio_low.unwrap_or(value),
        high: row.ratio_high.unwrap_or(value),
        threshold: workload.noise_threshold.unwrap_or(0.0),
        text: format!("{sign} {written}"),
        short: written,
        ink,
        point,
        pairs: rounds.ratios.clone(),
    })
}
