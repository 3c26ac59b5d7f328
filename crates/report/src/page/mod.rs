//! The report as one HTML file.
use crate::summary::Summary;
use breakeven_measure::record::Record;
/// The page.
#[must_use]
pub fn page(_record: &Record, _summary: &Summary) -> String {
    String::new()
}
