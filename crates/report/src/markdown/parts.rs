//! What does each part of the report say as Markdown?

use breakeven_problem::Task;
use serde_json::Value;

use super::escaped;
use crate::interpreters;
use crate::ladder::{Ladder, Rung, ladders};
use crate::numeral::{bracket, count, duration, durations, interval, significant, times};
use crate::ownership::{HEADER, NONE_COUNTED, lines, note};
use crate::summary::{Choice, Row, Summary, WorkloadSummary};
use crate::wording::{ladder_note, row_interval, row_verdict, warning};

/// Which contender to use at which size, by what the caller holds.
pub(super) fn choice(summary: &Summary) -> String {
    if summary.arrays.sizes.is_empty() {
        return "This record has no sizes of uniform arrays to choose between.\n".to_owned();
    }
    let mut text = String::from(
        "The fastest right contender at each measured size with its time per call, and how much longer the next one takes, \
         paired in the same rounds, and where the two are equivalent or the difference is not resolved.\n\n\
         | numbers | you hold a list | you hold an ndarray | you are in Rust |\n|---:|---|---|---|\n",
    );
    for size in &summary.arrays.sizes {
        let held = ["list", "ndarray", "slice"].map(|input| fastest(summary, &size.workload, input));
        text.push_str(&format!("| {} | {} |\n", count(size.n as u64), held.join(" | ")));
    }
    text
}

fn fastest(summary: &Summary, workload: &str, input: &str) -> String {
    let Some(Choice { leader, .. }) = summary.choice(workload, input) else {
        return "nothing measured".to_owned();
    };
    let row = summary.row(workload, &leader.best);
    let bounds = row.and_then(time_interval).map_or_else(String::new, |bounds| format!(" ({bounds})"));
    let told = |contender: &str| {
        let time = summary.row(workload, contender).and_then(|row| row.ns_per_unit);
        format!("{} {}", code(contender), time.map_or_else(String::new, duration))
    };
    let best = told(&leader.best) + &bounds;
    let Some(next) = &leader.runner_up else { return format!("{best}, the only one") };
    let longer = next.ratio.reciprocal();
    let factor = longer.value.map_or_else(|| "not compared".to_owned(), times);
    let doubt = next.doubt().map_or_else(String::new, |verdict| format!(": {}", verdict.words()));
    format!("**{best}**, then {}, {factor}{}{doubt}", told(&next.contender), bracket(longer.low, longer.high))
}

/// What one call spends, step by step.
pub(super) fn anatomy(summary: &Summary) -> String {
    if summary.anatomies.is_empty() {
        return "This record took no call apart.\n".to_owned();
    }
    let mut text = String::from(
        "Each step costs what a call cut short after it takes more than one cut short before it.\n",
    );
    for call in &summary.anatomies {
        let whole = call.whole_ns.value.map_or_else(|| "not measured".to_owned(), duration);
        text.push_str(&format!("\n### {}, {} numbers: {whole}\n\n", code(&call.call), count(call.n as u64)));
        if call.parts.is_empty() {
            text.push_str("Not every step was measured, so there is no sum to show.\n");
            continue;
        }
        text.push_str("| part | time | interval | share |\n|---|---:|---|---:|\n");
        for part in &call.parts {
            let (time, bounds, share) = (part.time(), part.bounds(), part.percentage());
            text.push_str(&format!("| {} | {time} | {bounds} | {share} |\n", escaped(&part.title)));
        }
        text.push_str(&format!("\nAll parts together are {} of the call{}\n", call.sum(), call.judgement()));
    }
    text
}

/// Reference counts around calls.
pub(super) fn ownership(summary: &Summary) -> String {
    let Some(owners) = &summary.ownership else { return format!("{NONE_COUNTED}\n") };
    let mut text =
        format!("{}\n\n| {} |\n|---|---|---|---|---|---|---|---:|\n", note(owners), HEADER.join(" | "));
    for line in lines(owners) {
        text.push_str(&format!("| {} |\n", line.map(|cell| escaped(&cell)).join(" | ")));
    }
    text
}

/// The same contenders in other interpreters.
pub(super) fn interpreters(summary: &Summary) -> String {
    if summary.interpreters.is_empty() {
        return format!("{}\n", interpreters::NONE_MEASURED);
    }
    let mut text = format!("| {} |\n|---|---|---:|---:|---:|---|\n", interpreters::HEADER.join(" | "));
    for row in &summary.interpreters {
        text.push_str(&format!("| {} |\n", row.line().map(|cell| escaped(&cell)).join(" | ")));
    }
    text
}

/// The rungs of every recording, slowest first.
pub(super) fn ladder(summary: &Summary) -> String {
    let ladders = ladders(summary);
    if ladders.is_empty() {
        return "This record has no pedometer workload.\n".to_owned();
    }
    let mut text = format!("{}\n", escaped(&ladder_note(summary)));
    for ladder in &ladders {
        text.push_str(&format!("\n### {}\n\n{}\n", code(&ladder.workload.id), escaped(&ladder.passing())));
        text.push_str(&rungs(ladder));
    }
    text
}

fn rungs(ladder: &Ladder<'_>) -> String {
    let mut text = String::new();
    if !ladder.rungs.is_empty() {
        text.push_str(&format!(
            "\n| rung | times as fast as {} | interval | an hour takes |\n|---|---:|---|---:|\n",
            code(&ladder.workload.baseline)
        ));
    }
    for rung in &ladder.rungs {
        text.push_str(&rung_row(rung));
    }
    if !ladder.missing.is_empty() {
        text.push_str("\nWithout a time:\n\n");
    }
    for row in &ladder.missing {
        text.push_str(&format!("- {}: {}\n", code(&row.contender), escaped(&row_verdict(row))));
    }
    text
}

fn rung_row(rung: &Rung<'_>) -> String {
    let marks = match (rung.is_wrong(), rung.row.is_extrapolated()) {
        (true, _) => " (wrong)",
        (false, true) => " (extrapolated)",
        (false, false) => "",
    };
    let factor = rung.times.value.map_or_else(|| "–".to_owned(), times);
    let bounds = match (rung.times.low, rung.times.high) {
        (Some(low), Some(high)) if low < high => interval(low, high),
        _ => String::new(),
    };
    let hour = rung.hour_ns.value.map_or_else(|| "–".to_owned(), duration);
    format!("| {}{marks} | {factor} | {bounds} | {hour} |\n", code(&rung.row.contender))
}

/// Every workload, fastest first.
pub(super) fn every_row(summary: &Summary) -> String {
    let mut text = String::new();
    for (number, workload) in summary.workloads.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        text.push_str(&format!("### {}\n\n", code(&workload.id)));
        if workload.vetoed == Some(true) {
            text.push_str("Vetoed for noise: no verdict is drawn.\n\n");
        }
        text.push_str(&rows(summary, workload));
    }
    text
}

/// Every sliding workload, fastest first.
pub(super) fn sliding(summary: &Summary) -> String {
    let sliding = |workload: &&WorkloadSummary| workload.task == Task::Sliding.word();
    let workloads: Vec<&WorkloadSummary> = summary.workloads.iter().filter(sliding).collect();
    if workloads.is_empty() {
        return "This record has no sliding windows.\n".to_owned();
    }
    let mut text = String::from(
        "Time per window, as one call over the series. A Python row returns a new array, a Rust row writes into a slice.\n",
    );
    for workload in workloads {
        text.push_str(&format!("\n### {}\n\n", code(&workload.id)));
        if workload.vetoed == Some(true) {
            text.push_str("Vetoed for noise: no verdict is drawn.\n\n");
        }
        text.push_str(&rows(summary, workload));
    }
    text
}

fn rows(summary: &Summary, workload: &WorkloadSummary) -> String {
    let mut rows: Vec<&Row> =
        summary.rows_of(&workload.id).filter(|row| !row.contender.is_control()).collect();
    rows.sort_by(|a, b| {
        let time = |row: &Row| row.ns_per_unit.unwrap_or(f64::INFINITY);
        time(a).total_cmp(&time(b))
    });
    let mut text = format!(
        "| contender | input | time | interval | over {} | interval | verdict |\n|---|---|---:|---|---:|---|---|\n",
        code(&workload.baseline)
    );
    for row in rows {
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} | {} |\n",
            code(&row.contender),
            escaped(&row.input),
            row.ns_per_unit.map_or_else(|| "–".to_owned(), duration),
            time_interval(row).unwrap_or_default(),
            row.ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{}×", significant(ratio, 3))),
            row_interval(row),
            escaped(&row_verdict(row)),
        ));
    }
    text
}

/// Every warning, with its advice.
pub(super) fn warnings(summary: &Summary) -> String {
    if summary.warnings.is_empty() {
        return "Nothing stood out while this was measured.\n".to_owned();
    }
    summary.warnings.iter().map(|found| format!("- {}\n", escaped(&warning(found)))).collect()
}

/// The machine and the software.
pub(super) fn environment(summary: &Summary) -> String {
    let environment = &summary.environment;
    let mut text = format!(
        "Absolute times may be compared between records with the same key: {}.\n\n| | |\n|---|---|\n",
        code(&environment.key)
    );
    for (name, value) in environment.facts.iter().chain(&environment.context) {
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        text.push_str(&format!("| {} | {} |\n", escaped(&name.replace('_', " ")), escaped(&value)));
    }
    text
}

fn time_interval(row: &Row) -> Option<String> {
    Some(durations(row.low?, row.high?))
}

/// An id as code; one that holds a character that code cannot, as text.
fn code(id: &str) -> String {
    let literal = escaped(id);
    if literal == id { format!("`{id}`") } else { literal }
}
