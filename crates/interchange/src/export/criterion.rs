//! The layout of `target/criterion`, as critcmp and Criterion's `--baseline` read it.
//!
//! `GROUP/FUNCTION/BASELINE/` holds `benchmark.json`, `estimates.json` and `sample.json`. A workload is a group, a
//! contender a function.

use std::collections::BTreeSet;

use breakeven_estimate::median;
use breakeven_record::Record;
use serde_json::{Value, json};

use super::{ExportedFile, Row, rows};

/// A standard normal deviate stays within so much of 0 with a probability of 95 %.
const NORMAL_95: f64 = 1.959_964;

/// The files of the layout, under a baseline of this name: nanoseconds per unit. The median is breakeven's, with its
/// interval over processes; mean and standard deviation are over all batches.
#[must_use]
pub fn criterion(record: &Record, baseline: &str) -> Vec<ExportedFile> {
    let mut taken = BTreeSet::new();
    let of = |row: &Row<'_>| {
        let folder = format!("{}/{}", name_of_folder(&row.workload.id), name_of_folder(&row.contender.id));
        // two ids may differ in nothing but what a name of a folder cannot have
        let numbered = (2..).map(|number| format!("{folder}-{number}"));
        let free =
            std::iter::once(folder.clone()).chain(numbered).find(|folder| taken.insert(folder.clone()));
        files(row, &free.expect("some number is free"), baseline)
    };
    rows(record).iter().flat_map(of).collect()
}

fn files(row: &Row<'_>, folder: &str, baseline: &str) -> Vec<ExportedFile> {
    let (group, function) = (row.workload.id.as_str(), row.contender.id.as_str());
    let benchmark = json!({
        "group_id": group, "function_id": function, "value_str": null, "throughput": null,
        "full_id": format!("{group}/{function}"), "directory_name": folder, "title": format!("{group}/{function}"),
    });
    let batches: Vec<f64> = row.processes().into_iter().flat_map(|process| process.per_unit_ns).collect();
    let sample = json!({ "sampling_mode": "Flat", "iters": vec![1.0; batches.len()], "times": batches });
    [("benchmark.json", benchmark), ("estimates.json", estimates(row)), ("sample.json", sample)]
        .map(|(name, value)| ExportedFile {
            path: format!("{folder}/{baseline}/{name}"),
            content: value.to_string(),
        })
        .into()
}

fn estimates(row: &Row<'_>) -> Value {
    let processes = row.processes();
    let means: Vec<f64> = processes.iter().map(|process| mean(&process.per_unit_ns)).collect();
    let all: Vec<f64> = processes.into_iter().flat_map(|process| process.per_unit_ns).collect();
    // processes are the independent repetitions; of one process its batches are all there is
    let repeated = if means.len() > 1 { &means } else { &all };
    let (value, error) = (mean(&means), deviation(repeated) / (repeated.len() as f64).sqrt());
    let centre = row.time.value.unwrap_or(value);
    let distances: Vec<f64> = all.iter().map(|batch| (batch - centre).abs()).collect();
    let around = |value: f64, low: f64, high: f64, error: f64| {
        json!({
            "confidence_interval": { "confidence_level": 0.95, "lower_bound": low, "upper_bound": high },
            "point_estimate": value, "standard_error": error,
        })
    };
    let point = |value: f64| around(value, value, value, 0.0);
    let reach = NORMAL_95 * error;
    json!({
        "mean": around(value, value - reach, value + reach, error),
        "median": around(centre, row.time.low.unwrap_or(centre), row.time.high.unwrap_or(centre), 0.0),
        "median_abs_dev": point(median(&distances).unwrap_or(0.0)),
        "slope": null,
        "std_dev": point(deviation(&all)),
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn deviation(values: &[f64]) -> f64 {
    let centre = mean(values);
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    (squares / values.len().saturating_sub(1).max(1) as f64).sqrt()
}

/// A name without the characters that Criterion keeps out of the names of its folders, and at most as long as it makes them.
fn name_of_folder(name: &str) -> String {
    let safe =
        name.chars().map(|char| if "?\"/\\*<>:|^".contains(char) || char.is_control() { '_' } else { char });
    safe.take(64).collect::<String>().trim().to_owned()
}
