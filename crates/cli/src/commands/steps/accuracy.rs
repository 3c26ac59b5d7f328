//! How far are the counts from a reference?

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use breakeven_measure::process::Halt;
use breakeven_pedometer::{Accuracy, AccuracyRow, Feedback, synthetic_walk};
use breakeven_recordings::{ImportOptions, read_parts};
use breakeven_simd::SimdBank;
use comfy_table::{Cell, CellAlignment, Table, presets};
use serde::Serialize;

use super::counted::CAVEAT;
use crate::arguments::StepsFormat;
use crate::commands::print;
use crate::stop::{CommandResult, Stop};

/// Counts the parts of a recording that an index names.
pub(super) fn of_parts(
    files: &[PathBuf],
    index: &Path,
    options: &ImportOptions,
    halt: &Halt,
    format: StepsFormat,
) -> CommandResult {
    let (_, signal) = super::read_whole(files, options, halt)?;
    let parts = read_parts(index, &signal).map_err(Stop::usage)?;
    show(&Accuracy { rows: parts.iter().map(|part| part.accuracy::<SimdBank>(&signal)).collect() }, format)
}

/// Counts a synthetic walk, whose steps are known.
pub(super) fn of_synthetic_walk(rows: usize, seed: u64, format: StepsFormat) -> CommandResult {
    let walk = synthetic_walk(rows, seed);
    let name = format!("synthetic walk, seed {seed}");
    show(
        &Accuracy { rows: vec![AccuracyRow::count::<SimdBank>(&name, &walk.signal, walk.steps.len())] },
        format,
    )
}

fn show(found: &Accuracy, format: StepsFormat) -> CommandResult {
    print(&match format {
        StepsFormat::Text => table(found),
        StepsFormat::Json => serde_json::to_string_pretty(&Shown::of(found)).map_err(Stop::ours)?,
        StepsFormat::Csv => csv(found)?,
    })
}

/// `breakeven.accuracy/1`.
#[derive(Debug, Serialize)]
struct Shown {
    schema: &'static str,
    caveat: &'static str,
    recordings: Vec<ShownRow>,
    mean_error_percent: Option<f64>,
    worst_error_percent: Option<f64>,
    mean_error_percent_without_feedback: Option<f64>,
    worst_error_percent_without_feedback: Option<f64>,
}

#[derive(Debug, Serialize)]
struct ShownRow {
    recording: String,
    rows: usize,
    reference_steps: usize,
    steps: usize,
    error_percent: Option<f64>,
    steps_without_feedback: usize,
    error_percent_without_feedback: Option<f64>,
}

impl Shown {
    fn of(found: &Accuracy) -> Self {
        Self {
            schema: "breakeven.accuracy/1",
            caveat: CAVEAT,
            recordings: found.rows.iter().map(ShownRow::of).collect(),
            mean_error_percent: found.mean_error_percent(Feedback::On),
            worst_error_percent: found.worst_error_percent(Feedback::On),
            mean_error_percent_without_feedback: found.mean_error_percent(Feedback::Off),
            worst_error_percent_without_feedback: found.worst_error_percent(Feedback::Off),
        }
    }
}

impl ShownRow {
    fn of(row: &AccuracyRow) -> Self {
        Self {
            recording: row.recording.clone(),
            rows: row.rows,
            reference_steps: row.reference_steps,
            steps: row.with_feedback,
            error_percent: row.error_percent(Feedback::On),
            steps_without_feedback: row.without_feedback,
            error_percent_without_feedback: row.error_percent(Feedback::Off),
        }
    }
}

fn table(found: &Accuracy) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    table.set_header(["recording", "rows", "reference", "steps", "error", "without feedback", "error"]);
    for row in found.rows.iter().chain([&found.total()]) {
        let count = |number: usize| right(number.to_string());
        let error = |feedback| {
            right(
                row.error_percent(feedback).map_or_else(|| "–".to_owned(), |error| format!("{error:+.2} %")),
            )
        };
        table.add_row([
            Cell::new(&row.recording),
            count(row.rows),
            count(row.reference_steps),
            count(row.with_feedback),
            error(Feedback::On),
            count(row.without_feedback),
            error(Feedback::Off),
        ]);
    }
    let mut text = format!("{table}\n\n");
    for (feedback, name) in [(Feedback::On, "With"), (Feedback::Off, "Without")] {
        if let (Some(mean), Some(worst)) =
            (found.mean_error_percent(feedback), found.worst_error_percent(feedback))
        {
            let _ = writeln!(
                text,
                "{name} the feedback: mean absolute error {mean:.2} % per recording, worst {worst:.1} %."
            );
        }
    }
    let _ = writeln!(text, "\n{CAVEAT}");
    text
}

fn csv(found: &Accuracy) -> Result<String, Stop> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in &found.rows {
        writer.serialize(ShownRow::of(row)).map_err(Stop::ours)?;
    }
    let bytes = writer.into_inner().map_err(|error| Stop::ours(error.into_error()))?;
    String::from_utf8(bytes).map_err(Stop::ours)
}
