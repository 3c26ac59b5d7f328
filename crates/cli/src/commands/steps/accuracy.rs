//! How far are the counts from a reference?

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use breakeven_cli::accuracy::counted;
use breakeven_measure::process::Halt;
use breakeven_pedometer::synthetic_walk;
use breakeven_record::accuracy::{CountedRecording, ReferenceSet};
use breakeven_recordings::{ImportOptions, Part, read_parts};
use breakeven_report::summary::{AccuracyRow, AccuracySet};
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
    let count = |part: &Part| counted(&part.recording, &part.of(&signal), part.reference_steps);
    show(parts.iter().map(count).collect(), format)
}

/// Counts a synthetic walk, whose steps are known.
pub(super) fn of_synthetic_walk(rows: usize, seed: u64, format: StepsFormat) -> CommandResult {
    let walk = synthetic_walk(rows, seed);
    let name = format!("synthetic walk, seed {seed}");
    show(vec![counted(&name, &walk.signal, walk.steps.len())], format)
}

fn show(recordings: Vec<CountedRecording>, format: StepsFormat) -> CommandResult {
    let [name, source, reference] = Default::default();
    let found = AccuracySet::of(&ReferenceSet { name, source, reference, recordings });
    let shown = Shown {
        schema: "breakeven.accuracy/1",
        caveat: CAVEAT,
        recordings: &found.recordings,
        mean_error_percent: found.mean_error_percent,
        worst_error_percent: found.worst_error_percent,
        mean_error_percent_without_feedback: found.mean_error_percent_without_feedback,
        worst_error_percent_without_feedback: found.worst_error_percent_without_feedback,
    };
    print(&match format {
        StepsFormat::Text => table(&found),
        StepsFormat::Json => serde_json::to_string_pretty(&shown).map_err(Stop::ours)?,
        StepsFormat::Csv => csv(&found)?,
    })
}

/// `breakeven.accuracy/1`.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    schema: &'static str,
    caveat: &'static str,
    recordings: &'a [AccuracyRow],
    mean_error_percent: Option<f64>,
    worst_error_percent: Option<f64>,
    mean_error_percent_without_feedback: Option<f64>,
    worst_error_percent_without_feedback: Option<f64>,
}

fn table(found: &AccuracySet) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let count = |number: usize| right(number.to_string());
    let error =
        |error: Option<f64>| right(error.map_or_else(|| "–".to_owned(), |error| format!("{error:+.2} %")));
    table.set_header(["recording", "rows", "reference", "steps", "error", "without feedback", "error"]);
    for row in found.recordings.iter().chain([&found.total]) {
        table.add_row([
            Cell::new(&row.recording),
            count(row.rows),
            count(row.reference_steps),
            count(row.steps),
            error(row.error_percent),
            count(row.steps_without_feedback),
            error(row.error_percent_without_feedback),
        ]);
    }
    let mut text = format!("{table}\n\n");
    for (name, mean, worst) in [
        ("With", found.mean_error_percent, found.worst_error_percent),
        ("Without", found.mean_error_percent_without_feedback, found.worst_error_percent_without_feedback),
    ] {
        if let (Some(mean), Some(worst)) = (mean, worst) {
            let _ = writeln!(
                text,
                "{name} the feedback: mean absolute error {mean:.2} % per recording, worst {worst:.1} %."
            );
        }
    }
    let _ = writeln!(text, "\n{CAVEAT}");
    text
}

fn csv(found: &AccuracySet) -> Result<String, Stop> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in &found.recordings {
        writer.serialize(row).map_err(Stop::ours)?;
    }
    let bytes = writer.into_inner().map_err(|error| Stop::ours(error.into_error()))?;
    String::from_utf8(bytes).map_err(Stop::ours)
}
