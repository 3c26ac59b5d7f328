//! Which faults of a file were corrected while it was imported, and what of it must be known beside a count?

use std::fmt;

/// The faults that an import corrected and the assumptions that it made. Its text is one line, and names only those.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ImportNotes {
    /// Rows in the files.
    pub rows_read: u64,
    /// The app or device whose header a file has.
    pub form: Option<&'static str>,
    /// Lines before the header, or before the first row.
    pub lines_before: u64,
    /// The median rate of the rows, or the rate that was given or taken.
    pub rate_hz: Option<f64>,
    /// The rate that rows without times were taken to have, in Hz.
    pub assumed_rate_hz: Option<f64>,
    /// The rate that the lines before a header give.
    pub stated_rate_hz: Option<f64>,
    /// Empty lines passed over.
    pub empty_lines: u64,
    /// Comments among the rows.
    pub comment_lines: u64,
    /// Whether files were joined in another order than given.
    pub files_in_order: bool,
    /// Rows that came after a later one, few places behind.
    pub out_of_order: u64,
    /// Rows dropped since one before them has the same time.
    pub duplicates: u64,
    /// Those of them that are no copies.
    pub shared_times: u64,
    /// Rows left out since they came long after later ones.
    pub late: u64,
    /// The first of them.
    pub first_late_row: Option<u64>,
    /// A clock that goes on in longer steps than rows.
    pub coarse_clock: Option<CoarseClock>,
    /// Where the times go back, so that what follows was put right behind.
    pub set_back: ClockSteps,
    /// How many of them are within a file.
    pub set_back_in_files: u64,
    /// Where local times go an hour forward, to summer time.
    pub set_forward: ClockSteps,
    /// Stretches of more than a second between two rows, bridged by straight lines.
    pub gaps: u64,
    /// The longest of them, in seconds.
    pub longest_gap_s: f64,
    /// Cells without a number, in the channels read.
    pub missing_cells: u64,
    /// Samples beyond the range of int16, set to its end.
    pub clipped: u64,
    /// Names of the sensors without a single sample.
    pub silent: Vec<&'static str>,
    /// Columns that were not read.
    pub ignored_columns: Vec<String>,
    /// Whether there is no gyroscope, so that its gate is not used.
    pub lacks_gyroscope: bool,
    /// What must be known beside the count.
    pub warnings: Vec<Warning>,
    /// How much was measured.
    pub quality: Quality,
}

/// How much of a recording was measured, as shares from 0 to 1; of samples, that of the channel where most is filled, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize)]
pub struct Quality {
    /// Rows of the files that are in the recording.
    pub kept: f64,
    /// Rows that were put in order.
    pub sorted: f64,
    /// Samples interpolated between two neighbouring cells.
    pub resampled: f64,
    /// Samples that were not measured: missing, or bridged by a straight line over more than a quarter of a second.
    pub filled: f64,
    /// Samples beyond the range of int16, set to its end.
    pub clipped: f64,
    /// Rows a second in the file; none where it has too few to say.
    pub rate_hz: Option<f64>,
}

/// Something that must be known beside the count.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Warning {
    /// Which fault it is.
    pub kind: WarningKind,
    /// The fault in a few words, with its share or its first row.
    pub text: String,
}

/// The faults that are told beside the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// The gyroscope never changes, so its gate is not used.
    GyroscopeLeftOut,
    /// Rows without times were taken to be at 100 Hz.
    AssumedRate,
    /// The rows come at less than 20 Hz.
    LowRate,
    /// Rows share times and were spread evenly.
    CoarseClock,
    /// The times go back; what follows was put right behind.
    ClockSetBack,
    /// Local times go an hour forward; what follows was put right behind.
    ClockSetForward,
    /// More than 1 % of the rows were left out.
    Dropped,
    /// More than 1 % of the rows were put in order.
    Sorted,
    /// More than 1 % of a channel was not measured.
    Filled,
    /// More than 1 % of a channel is beyond the range of int16.
    Clipped,
    /// More than 1 % of a channel is at the end of its sensor's range.
    Saturated,
    /// A channel does not change for a minute or more.
    Flat,
    /// The accelerations are far below gravity.
    NoGravity,
}

/// A clock that shows the same time for several rows.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CoarseClock {
    /// The most rows of one time.
    pub most_rows: usize,
    /// The longest step of the clock, in seconds.
    pub step_s: f64,
}

/// A clock that was set.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ClockStep {
    /// The first row after it, from 1.
    pub row: u64,
    /// By how much.
    pub seconds: f64,
}

/// The first step of several, and their number.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ClockSteps {
    /// Zeros where there is none.
    pub first: ClockStep,
    /// How many there are.
    pub number: u64,
}

impl ClockSteps {
    pub(super) fn push(&mut self, step: ClockStep) {
        if self.number == 0 {
            self.first = step;
        }
        self.number += 1;
    }
}

impl fmt::Display for ImportNotes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} read", counted(self.rows_read, "row"))?;
        let mut add = |happened: bool, text: String| if happened { write!(out, "; {text}") } else { Ok(()) };
        add(self.form.is_some(), format!("a file of {}", self.form.unwrap_or_default()))?;
        add(self.lines_before > 0, format!("{} before the table", counted(self.lines_before, "line")))?;
        let rate = self.stated_rate_hz.unwrap_or_default();
        add(self.stated_rate_hz.is_some(), format!("no times, {rate} Hz by the lines before the table"))?;
        let rate = self.assumed_rate_hz.unwrap_or_default();
        add(self.assumed_rate_hz.is_some(), format!("no times, taken as {rate} Hz"))?;
        add(self.empty_lines > 0, format!("{} passed over", counted(self.empty_lines, "empty line")))?;
        add(self.comment_lines > 0, format!("{} passed over", counted(self.comment_lines, "comment")))?;
        add(self.files_in_order, "files joined in the order of their times".to_owned())?;
        add(self.out_of_order > 0, format!("{} out of order, sorted", counted(self.out_of_order, "row")))?;
        add(self.duplicates > 0, format!("{} of an earlier time dropped", counted(self.duplicates, "row")))?;
        let row = self.first_late_row.unwrap_or_default();
        add(self.late > 0, format!("{} far behind, left out, first row {row}", counted(self.late, "row")))?;
        let gaps = format!(
            "{} of more than 1 s bridged, the longest {:.1} s",
            counted(self.gaps, "gap"),
            self.longest_gap_s
        );
        add(self.gaps > 0, gaps)?;
        add(self.missing_cells > 0, format!("{} missing", counted(self.missing_cells, "cell")))?;
        add(self.clipped > 0, format!("{} clipped to int16", counted(self.clipped, "sample")))?;
        add(self.lacks_gyroscope, "no gyroscope, counted without its gate".to_owned())?;
        for sensor in &self.silent {
            add(true, format!("no sample of the {sensor} at all"))?;
        }
        for warning in &self.warnings {
            // these only say in shares what stands here as numbers
            let is_share = matches!(
                warning.kind,
                WarningKind::Dropped
                    | WarningKind::Sorted
                    | WarningKind::Filled
                    | WarningKind::Clipped
                    | WarningKind::AssumedRate
            );
            add(!is_share, warning.text.clone())?;
        }
        let ignored = self.ignored_columns.join(" ");
        add(!self.ignored_columns.is_empty(), format!("not read: {ignored}"))
    }
}

fn counted(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_names_what_happened_and_nothing_else() {
        assert_eq!(ImportNotes { rows_read: 1, ..ImportNotes::default() }.to_string(), "1 row read");
        let notes = ImportNotes {
            rows_read: 7,
            lines_before: 10,
            duplicates: 1,
            gaps: 2,
            longest_gap_s: 3.25,
            lacks_gyroscope: true,
            ignored_columns: vec!["steps".to_owned(), "lux".to_owned()],
            ..ImportNotes::default()
        };
        let expected = "7 rows read; 10 lines before the table; 1 row of an earlier time dropped; 2 gaps of more than 1 s \
                        bridged, the longest 3.2 s; no gyroscope, counted without its gate; not read: steps lux";
        assert_eq!(notes.to_string(), expected);
    }
}
