//! How are recordings shown whose steps were counted?

use std::fmt::Write as _;
use std::path::PathBuf;

use breakeven_pedometer::{Bout, bouts};
use breakeven_problem::signal::RATE_HZ;
use breakeven_recordings::{Import, ImportError, Quality, StepCount, Warning};
use breakeven_report::numeral;
use comfy_table::{Cell, CellAlignment, Table, presets};
use serde::Serialize;

use crate::arguments::StepsFormat;
use crate::stop::Stop;

/// The limits of the count, printed wherever a count is shown.
pub(crate) const CAVEAT: &str = "On the 12 Oxford validation recordings the count is off by 1.47 % in the mean and 3.8 % \
    at worst. Without the feedback it is as good; the feedback is there because the talk's workload has it, and alters \
    about 9 % of the samples. What movements other than walking give has not been measured.";

/// Names of the channels, in order.
const CHANNELS: [&str; 6] = ["ax", "ay", "az", "gx", "gy", "gz"];

/// `breakeven.steps/1`.
#[derive(Debug, Serialize)]
pub(crate) struct Counted {
    schema: &'static str,
    caveat: &'static str,
    files: Vec<CountedFile>,
}

/// One recording: counted, or with the reason why not.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct CountedFile {
    file: String,
    error: Option<String>,
    notes: Option<String>,
    quality: Option<Quality>,
    warnings: Option<Vec<Warning>>,
    /// At 100 Hz.
    rows: Option<u64>,
    seconds: Option<f64>,
    channels: Option<usize>,
    steps: Option<usize>,
    /// While walking.
    cadence_per_minute: Option<f64>,
    /// One number for each minute that has begun.
    steps_per_minute: Option<Vec<usize>>,
    bouts: Option<Vec<CountedBout>>,
    sum_m: Option<Vec<i64>>,
    indices: Option<Vec<usize>>,
}

#[derive(Debug, Clone, Serialize)]
struct CountedBout {
    start_s: f64,
    end_s: f64,
    steps: usize,
    cadence_per_minute: f64,
}

impl CountedFile {
    pub(crate) fn new(files: &[PathBuf], imported: &Import, counted: StepCount) -> Self {
        let rows = imported.rows() as usize;
        let bouts = bouts(&counted.steps);
        let mut minutes = vec![0; rows.div_ceil(60 * RATE_HZ)];
        counted.steps.iter().for_each(|step| minutes[step / (60 * RATE_HZ)] += 1);
        Self {
            file: name_of(files),
            error: None,
            notes: Some(imported.notes().to_string()),
            quality: Some(imported.notes().quality),
            warnings: Some(imported.notes().warnings.clone()),
            rows: Some(imported.rows()),
            seconds: Some(rows as f64 / RATE_HZ as f64),
            channels: Some(imported.channels().number()),
            steps: Some(counted.steps.len()),
            cadence_per_minute: cadence(&bouts),
            steps_per_minute: Some(minutes),
            bouts: Some(bouts.iter().map(CountedBout::new).collect()),
            sum_m: Some(counted.sum_m),
            indices: Some(counted.steps),
        }
    }

    fn refused(files: &[PathBuf], error: &ImportError) -> Self {
        Self { file: name_of(files), error: Some(error.to_string()), ..Self::default() }
    }

    /// What must be known beside the count, in one cell.
    fn warnings(&self) -> String {
        let texts: Vec<&str> = self.warnings.iter().flatten().map(|warning| &warning.text[..]).collect();
        texts.join("; ")
    }

    fn walking_s(&self) -> Option<f64> {
        Some(self.bouts.as_ref()?.iter().map(|bout| bout.end_s - bout.start_s).sum())
    }
}

impl CountedBout {
    fn new(bout: &Bout) -> Self {
        let seconds = |row: usize| row as f64 / RATE_HZ as f64;
        Self {
            start_s: seconds(bout.first_row),
            end_s: seconds(bout.last_row),
            steps: bout.steps,
            cadence_per_minute: bout.cadence(),
        }
    }
}

/// Intervals between the steps of bouts, per minute of them.
fn cadence(bouts: &[Bout]) -> Option<f64> {
    let intervals: usize = bouts.iter().map(|bout| bout.steps - 1).sum();
    let seconds: f64 = bouts.iter().map(Bout::seconds).sum();
    (seconds > 0.0).then(|| 60.0 * intervals as f64 / seconds)
}

/// The name under which a recording is shown: its file, or all of its files.
pub(crate) fn name_of(files: &[PathBuf]) -> String {
    files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(" + ")
}

impl Counted {
    pub(crate) fn new(recordings: &[Vec<PathBuf>], results: &[Result<CountedFile, ImportError>]) -> Self {
        let file = |(files, result): (&Vec<PathBuf>, &Result<CountedFile, ImportError>)| match result {
            Ok(counted) => counted.clone(),
            Err(error) => CountedFile::refused(files, error),
        };
        let files = recordings.iter().zip(results).map(file).collect();
        Self { schema: "breakeven.steps/1", caveat: CAVEAT, files }
    }

    /// As it is printed.
    pub(crate) fn text(&self, format: StepsFormat) -> Result<String, Stop> {
        match format {
            StepsFormat::Json => serde_json::to_string_pretty(self).map_err(Stop::ours),
            StepsFormat::Csv => self.csv(),
            StepsFormat::Text => Ok(self.table()),
        }
    }

    fn table(&self) -> String {
        let mut text = String::new();
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header([
            "recording",
            "minutes",
            "channels",
            "steps",
            "per minute",
            "bouts",
            "walking",
            "sum(M)",
            "warnings",
        ]);
        for file in self.files.iter().filter(|file| file.error.is_none()) {
            let number = |value: Option<f64>, digits| {
                value.map_or_else(String::new, |value| format!("{value:.digits$}"))
            };
            let count = |value: Option<usize>| value.map_or_else(String::new, |value| value.to_string());
            let sums: Vec<String> = file.sum_m.iter().flatten().map(i64::to_string).collect();
            let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
            table.add_row([
                Cell::new(&file.file),
                right(number(file.seconds.map(|seconds| seconds / 60.0), 1)),
                right(count(file.channels)),
                right(count(file.steps)),
                right(number(file.cadence_per_minute, 1)),
                right(count(file.bouts.as_ref().map(Vec::len))),
                right(file.walking_s().map_or_else(String::new, |seconds| numeral::duration(seconds * 1e9))),
                Cell::new(sums.join(" ")),
                Cell::new(file.warnings()),
            ]);
        }
        if !table.is_empty() {
            let _ = writeln!(text, "{table}\n");
            for file in &self.files {
                if let Some(notes) = &file.notes {
                    let _ = writeln!(text, "{}: {notes}", file.file);
                }
            }
            let _ = writeln!(text, "\n{CAVEAT}");
        }
        text
    }

    /// One line per recording; a channel that a recording has not is empty.
    fn csv(&self) -> Result<String, Stop> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let sums = CHANNELS.map(|channel| format!("sum_m_{channel}"));
        let heads =
            ["file", "rows", "seconds", "channels", "steps", "cadence_per_minute", "bouts", "walking_s"];
        let heads = heads
            .iter()
            .copied()
            .chain(sums.iter().map(String::as_str))
            .chain(["notes", "error", "warnings"]);
        writer.write_record(heads).map_err(Stop::ours)?;
        for file in &self.files {
            let mut cells = vec![
                file.file.clone(),
                cell(file.rows),
                cell(file.seconds),
                cell(file.channels),
                cell(file.steps),
                cell(file.cadence_per_minute),
                cell(file.bouts.as_ref().map(Vec::len)),
                cell(file.walking_s()),
            ];
            cells.extend((0..6).map(|channel| cell(file.sum_m.as_ref().and_then(|sums| sums.get(channel)))));
            cells.extend([cell(file.notes.as_ref()), cell(file.error.as_ref()), file.warnings()]);
            writer.write_record(cells).map_err(Stop::ours)?;
        }
        let bytes = writer.into_inner().map_err(|error| Stop::ours(error.into_error()))?;
        String::from_utf8(bytes).map_err(Stop::ours)
    }
}

fn cell(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
