//! Which faults of a file were corrected while it was imported?

use std::fmt;

/// The faults that an import corrected and the assumptions that it made. Its text is one line, and names only those.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ImportNotes {
    /// Rows in the files.
    pub rows_read: u64,
    /// The rate that rows without times were taken to have, in Hz.
    pub assumed_rate_hz: Option<f64>,
    /// Empty lines passed over.
    pub empty_lines: u64,
    /// Rows that came after a later one.
    pub out_of_order: u64,
    /// Rows dropped since one before them has the same time.
    pub duplicates: u64,
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
}

impl fmt::Display for ImportNotes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} read", counted(self.rows_read, "row"))?;
        let mut add = |happened: bool, text: String| if happened { write!(out, "; {text}") } else { Ok(()) };
        let rate = self.assumed_rate_hz.unwrap_or_default();
        add(self.assumed_rate_hz.is_some(), format!("no times, taken as {rate} Hz"))?;
        add(self.empty_lines > 0, format!("{} passed over", counted(self.empty_lines, "empty line")))?;
        add(self.out_of_order > 0, format!("{} out of order, sorted", counted(self.out_of_order, "row")))?;
        add(self.duplicates > 0, format!("{} of an earlier time dropped", counted(self.duplicates, "row")))?;
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
            duplicates: 1,
            gaps: 2,
            longest_gap_s: 3.25,
            lacks_gyroscope: true,
            ignored_columns: vec!["steps".to_owned(), "lux".to_owned()],
            ..ImportNotes::default()
        };
        let expected = "7 rows read; 1 row of an earlier time dropped; 2 gaps of more than 1 s bridged, the longest \
                        3.2 s; no gyroscope, counted without its gate; not read: steps lux";
        assert_eq!(notes.to_string(), expected);
    }
}
